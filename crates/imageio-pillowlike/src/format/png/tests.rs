//! Reading against the fixtures and what the reference says about them; writing by reading back.

use std::fs;
use std::path::{Path, PathBuf};

use imageio_core::{DType, ErrorKind, NdImage, Request};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::*;
use crate::format::{Frame, Palette};

mod hostile;
mod metadata;
mod pipeline;
mod written;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn fixture(path: &str) -> Vec<u8> {
    fs::read(fixtures().join(path)).unwrap()
}

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let request = Request::from_owner(bytes);
    open(request.reader()?, limits)
}

fn open_fixture(path: &str) -> Box<dyn Decoder> {
    open_bytes(fixture(path), &Limits::new()).unwrap()
}

/// Names and expectations of all PNG fixtures.
fn expectations() -> Vec<(String, Json)> {
    let folder = fixtures().join("expected/png");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        found.push((json["file"].as_str().unwrap().to_owned(), json));
    }
    assert!(found.len() > 100, "{} expectations", found.len());
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The pixels with the palette applied.
fn colors(frame: &Frame) -> NdImage {
    let Some(Palette { mode, colors }) = &frame.palette else {
        return frame.pixels.clone();
    };
    let channels = mode.channels();
    let indices = frame.pixels.as_slice::<u8>().unwrap();
    let color = |&index: &u8| &colors[usize::from(index) * channels..][..channels];
    let shape = [frame.pixels.shape(), &[channels]].concat();
    NdImage::from_vec(&shape, indices.iter().flat_map(color).copied().collect()).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Whether `image` has the digest; Pillow's bool arrays hold 255 for true.
fn has_digest(image: &NdImage, digest: &Json) -> bool {
    let full = |bits: &[bool]| {
        bits.iter()
            .map(|&bit| if bit { 255 } else { 0 })
            .collect::<Vec<u8>>()
    };
    let stretched = image.as_slice::<bool>().map(full).unwrap_or_default();
    sha256(&image.as_bytes()) == *digest || sha256(&stretched) == *digest
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for group in text.as_bytes().chunks(4) {
        let letters = group.iter().filter(|&&letter| letter != b'=').count();
        let word = group
            .iter()
            .fold(0u32, |word, &letter| word << 6 | u32::from(digit(letter)));
        bytes.extend_from_slice(&word.to_be_bytes()[1..letters]);
    }
    bytes
}

// checklist: E-013, E-014
#[test]
fn fixtures_have_the_expected_pixels() {
    for (name, expected) in expectations() {
        let mut decoder = open_fixture(&name);
        let frames = expected["frames"].as_array().unwrap();
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        assert_eq!(decoder.is_animation(), frames.len() > 1, "{name}");
        for (position, wanted) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            let frame = decoder.decode(position).unwrap();
            assert_eq!(info.shape(), frame.pixels.shape(), "{name} {position}");
            assert_eq!(info.dtype, frame.pixels.dtype(), "{name} {position}");
            assert_eq!(
                info.palette_mode,
                frame.palette.as_ref().map(|palette| palette.mode)
            );
            let image = colors(&frame);
            let shape: Vec<u64> = image.shape().iter().map(|&axis| axis as u64).collect();
            assert_eq!(Json::from(shape), wanted["shape"], "{name} {position}");
            assert_eq!(image.dtype().name(), wanted["dtype"], "{name} {position}");
            match expected["max_difference"].as_u64() {
                None => assert!(has_digest(&image, &wanted["sha256"]), "{name} {position}"),
                Some(most) => {
                    let wanted = from_base64(wanted["pixels"].as_str().unwrap());
                    let found = image.as_slice::<u8>().unwrap();
                    assert_eq!(found.len(), wanted.len());
                    let worst = found.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b)).max();
                    assert!(
                        u64::from(worst.unwrap()) <= most,
                        "{name} {position}: {worst:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn windows_are_parts_of_the_whole() {
    for (name, _) in expectations() {
        let mut decoder = open_fixture(&name);
        let last = decoder.frame_count().unwrap() - 1;
        let whole = decoder.decode(last).unwrap();
        let (height, width) = (whole.pixels.shape()[0], whole.pixels.shape()[1]);
        let parts = [
            (0..height, 0..width),
            (height / 2..height, 0..width),
            (0..height.div_ceil(3), width / 2..width),
            (height / 3..height / 2, width / 3..width),
            (height - 1..height, width - 1..width),
            (0..0, 0..width),
        ];
        for (rows, columns) in parts {
            let part = decoder
                .decode_window(last, rows.clone(), columns.clone())
                .unwrap();
            let cut = whole.pixels.crop(&[rows.clone(), columns.clone()]).unwrap();
            assert_eq!(part.pixels, cut, "{name} {rows:?} {columns:?}");
            assert_eq!(part.palette, whole.palette);
        }
    }
}

#[test]
fn frames_do_not_depend_on_the_order_of_reading() {
    for (name, expected) in expectations() {
        let count = expected["frames"].as_array().unwrap().len();
        if count < 2 {
            continue;
        }
        let mut forward = open_fixture(&name);
        let frames: Vec<_> = (0..count)
            .map(|at| forward.decode(at).unwrap().pixels)
            .collect();
        for position in 0..count {
            assert_eq!(
                open_fixture(&name).decode(position).unwrap().pixels,
                frames[position],
                "{name}"
            );
            let mut jumping = open_fixture(&name);
            for at in [count - 1, position, (position + 2) % count, 0, position] {
                assert_eq!(
                    jumping.decode(at).unwrap().pixels,
                    frames[at],
                    "{name} {at}"
                );
            }
        }
    }
}

#[test]
fn a_window_costs_its_own_size() {
    let bytes = fixture("png/rgb8.png");
    let tight = Limits::new().bytes(500);
    let mut decoder = open_bytes(bytes, &tight).unwrap();
    assert_eq!(
        decoder.decode(0).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
    assert!(decoder.decode_window(0, 3..4, 0..23).is_ok());
    assert_eq!(decoder.limits().live(), 0);
}

#[test]
fn indices_past_the_palette_are_black() {
    let mut decoder = open_fixture("png/palette8_short.png");
    let palette = decoder.decode(0).unwrap().palette.unwrap();
    assert_eq!(palette.colors.len(), 256 * 3);
    assert_eq!(palette.colors[15..], [0; 753]);
    let metadata = decoder.metadata(None).unwrap();
    let stored = metadata
        .lookup("palette.colors")
        .unwrap()
        .as_bytes()
        .unwrap();
    assert_eq!(stored, &palette.colors[..15]);
}

#[test]
fn frames_past_the_last_are_refused() {
    for name in ["png/gray8.png", "png/apng_gray8.png"] {
        let mut decoder = open_fixture(name);
        let count = decoder.frame_count().unwrap();
        assert_eq!(
            decoder.decode(count).unwrap_err().kind(),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            decoder.frame_info(count).unwrap_err().kind(),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            decoder.metadata(Some(count)).unwrap_err().kind(),
            ErrorKind::OutOfRange
        );
        assert_eq!(decoder.frame_info(0).unwrap().dtype, DType::U8);
    }
}
