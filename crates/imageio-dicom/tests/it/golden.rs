//! Every fixture against what the reference answers for it.

use std::path::Path;

use imageio_core::{Index, NdImage, Window};
use imageio_dicom::{DicomReadOptions, DicomReader};
use serde_json::{Value as Json, json};

use crate::support::{files_in, fixtures, name_of, sha256};

fn expected(path: &Path) -> Json {
    let file = fixtures()
        .join("expected/dicom")
        .join(format!("{}.json", name_of(path)));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

fn described(image: &NdImage) -> Json {
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())})
}

/// The bytes that base64 stands for.
fn unpacked(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(c - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let word = four.iter().fold(0, |word, digit| word << 6 | digit) << (6 * (4 - four.len()));
        word.to_be_bytes()[1..four.len()].to_vec()
    });
    bytes.collect()
}

// checklist: E-182, E-188, E-207, E-208, E-210, E-212, E-181
#[test]
fn pixels_of_every_fixture_are_the_references() {
    let options = DicomReadOptions::new();
    for path in files_in(&fixtures().join("dicom")) {
        let name = name_of(&path);
        let expected = expected(&path);
        let frames = expected["frames"].as_array().expect("frames");
        let mut reader = DicomReader::open(&path).expect(&name);
        for (position, frame) in frames.iter().enumerate() {
            let image = reader.read(Index::At(position), &options).expect(&name);
            if let Some(pixels) = frame["pixels"].as_str() {
                // Lossy: other decoders round otherwise.
                let theirs = unpacked(pixels);
                let ours = image.as_bytes();
                assert_eq!(json!(image.shape()), frame["shape"], "{name}");
                let wide = image.dtype().size();
                let far = ours.chunks(wide).zip(theirs.chunks(wide)).any(|(a, b)| {
                    let word = |bytes: &[u8]| {
                        bytes
                            .iter()
                            .rev()
                            .fold(0i64, |word, byte| word << 8 | i64::from(*byte))
                    };
                    (word(a) - word(b)).abs() > 1
                });
                assert!(!far && ours.len() == theirs.len(), "{name}");
            } else {
                assert_eq!(described(&image), *frame, "{name} frame {position}");
            }
            let known = reader
                .properties(Index::At(position), &options)
                .expect(&name);
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype()),
                "{name}"
            );
        }
        let error = reader
            .read(Index::At(frames.len()), &options)
            .expect_err(&name);
        assert_eq!(
            error.kind(),
            imageio_core::ErrorKind::OutOfRange,
            "{name}: {error}"
        );
        let all = reader.read(Index::All, &options).expect(&name);
        assert_eq!(all.shape()[0], frames.len(), "{name}");
        let mut again =
            NdImage::zeros(all.dtype(), all.shape(), &imageio_core::Limits::new()).expect(&name);
        reader
            .read_into(Index::All, &mut again, &options)
            .expect(&name);
        assert_eq!(again, all, "{name}");
    }
}

#[test]
fn stored_samples_come_without_slope_and_intercept() {
    let options = DicomReadOptions::new().rescale(false);
    let mut seen = 0;
    for path in files_in(&fixtures().join("dicom")) {
        let Some(stored) = expected(&path)["stored"].as_array().cloned() else {
            continue;
        };
        let image = DicomReader::open(&path)
            .expect("a fixture")
            .read(Index::Default, &options);
        assert_eq!(described(&image.expect("an image")), stored[0]);
        seen += 1;
    }
    assert_eq!(seen, 2);
}

#[test]
fn windows_are_parts_of_the_whole() {
    let options = DicomReadOptions::new();
    for path in files_in(&fixtures().join("dicom")) {
        let name = name_of(&path);
        let mut reader = DicomReader::open(&path).expect(&name);
        let whole = reader.read(Index::Default, &options).expect(&name);
        let ranges: Vec<_> = whole
            .shape()
            .iter()
            .map(|&len| len / 3..len - len / 4)
            .collect();
        let part = reader
            .read_window(Index::Default, &Window::new(ranges.clone()), &options)
            .expect(&name);
        assert_eq!(part, whole.crop(&ranges).expect(&name), "{name}");
    }
}
