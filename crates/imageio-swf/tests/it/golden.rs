//! Every fixture against what is known of it.

use std::path::Path;

use imageio_core::{ErrorKind, Index, Limits, NdImage, Request};
use imageio_swf::{SwfReadOptions, SwfReader};
use serde_json::{Value as Json, json};

use crate::support::{files_in, fixtures, name_of, sha256};

fn expected(path: &Path) -> Json {
    let file = fixtures()
        .join("expected/swf")
        .join(format!("{}.json", name_of(path)));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

/// RFC 4648 section 4.
fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(digit).collect();
    let groups = digits.chunks(4).flat_map(|four| {
        let bits = four
            .iter()
            .enumerate()
            .fold(0u32, |bits, (i, d)| bits | u32::from(*d) << (18 - 6 * i));
        bits.to_be_bytes()[1..four.len()].to_vec()
    });
    groups.collect()
}

fn is(image: &NdImage, frame: &Json, tolerance: u8) -> bool {
    if image.shape()
        != frame["shape"]
            .as_array()
            .expect("a shape")
            .iter()
            .map(|n| n.as_u64().unwrap_or(0) as usize)
            .collect::<Vec<_>>()
    {
        return false;
    }
    let bytes = image.as_bytes();
    match frame["pixels"].as_str() {
        None => json!(sha256(&bytes)) == frame["sha256"],
        Some(pixels) => base64(pixels)
            .iter()
            .zip(&*bytes)
            .all(|(a, b)| a.abs_diff(*b) <= tolerance),
    }
}

// checklist: E-365, E-366, E-367, E-368, E-369, E-370, E-371, E-372
#[test]
fn pixels_of_every_fixture_are_as_they_were_made() {
    let options = SwfReadOptions::new();
    let files = files_in(&fixtures().join("swf"));
    assert!(files.len() >= 20, "{}", files.len());
    for path in files {
        let name = name_of(&path);
        let expected = expected(&path);
        let tolerance = expected["max_difference"].as_u64().unwrap_or(0) as u8;
        let mut reader = SwfReader::open(&path).expect(&name);
        let frames = expected["frames"].as_array().expect("frames");
        for (position, frame) in frames.iter().enumerate() {
            let known = reader
                .properties(Index::At(position), &options)
                .expect(&name);
            let image = reader.read(Index::At(position), &options).expect(&name);
            assert!(
                is(&image, frame, tolerance),
                "{name}: image {position} is {image:?}"
            );
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype()),
                "{name}"
            );
        }
        let past = reader
            .read(Index::At(frames.len()), &options)
            .expect_err(&name);
        assert_eq!(past.kind(), ErrorKind::OutOfRange, "{name}: {past}");
        let all = reader.properties(Index::All, &options).expect(&name);
        assert_eq!(all.n_images, Some(frames.len()), "{name}");
    }
}

// The reference gives the same where it reads the file at all, and reads it rightly.
#[test]
fn the_reference_agrees_on_bitmaps_with_alpha() {
    let mut agreed = 0;
    for path in files_in(&fixtures().join("swf")) {
        let expected = expected(&path);
        let Some(theirs) = expected["reference"]["frames"].as_array() else {
            continue;
        };
        let mut reader = SwfReader::open(&path).expect("a fixture");
        for (position, frame) in theirs.iter().enumerate() {
            let image = reader
                .read(Index::At(position), &SwfReadOptions::new())
                .expect("an image");
            if image.shape().last() == Some(&4) {
                assert!(is(&image, frame, 0), "{}", name_of(&path));
                agreed += 1;
            }
        }
    }
    assert!(agreed >= 5, "{agreed}");
}

// checklist: E-375
#[test]
fn bad_files_end_in_the_error_they_should() {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("the manifest");
    for path in files_in(&fixtures().join("bad/swf")) {
        let name = name_of(&path);
        let row = manifest
            .split("[[file]]")
            .find(|row| row.contains(&format!("path = \"bad/swf/{name}\"")))
            .unwrap_or_else(|| panic!("{name} has no row"));
        let kinds = row
            .lines()
            .filter(|line| line.starts_with("error =") || line.starts_with("or_error ="));
        let allowed: Vec<&str> = kinds
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .collect();
        let request = Request::from(&path).with_limits(Limits::new());
        let result = SwfReader::open(request)
            .and_then(|mut reader| reader.read(Index::Default, &SwfReadOptions::new()));
        let error = result.expect_err(&name);
        let kind = format!("{:?}", error.kind());
        assert!(
            allowed.contains(&kind.as_str()),
            "{name}: {error:?}, allowed {allowed:?}"
        );
    }
}
