use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use imageio_core::{ErrorKind, Request, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::*;

mod sampling;
mod written;

fn fixtures() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures")).to_owned()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    files
}

fn open_bytes(bytes: Vec<u8>) -> Result<Box<dyn Decoder>> {
    open(Request::from_owner(bytes).reader()?, &Limits::new())
}

fn fixture(name: &str) -> Box<dyn Decoder> {
    open_bytes(fs::read(fixtures().join("jpeg").join(name)).unwrap()).unwrap()
}

fn expected(name: &str) -> Json {
    let path = fixtures()
        .join("expected/jpeg")
        .join(format!("{name}.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn digest(image: &NdImage) -> String {
    format!("{:x}", Sha256::digest(image.as_bytes()))
}

fn written(image: &NdImage, settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(
        std::slice::from_ref(image),
        settings,
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

/// A picture with edges and ramps.
fn picture(height: usize, width: usize, channels: usize) -> NdImage {
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                samples.push(if (x / 5 + y / 7 + c) % 3 == 0 {
                    240
                } else {
                    (x * 7 + y * 3 + c * 50) as u8
                });
            }
        }
    }
    let shape = if channels == 1 {
        vec![height, width]
    } else {
        vec![height, width, channels]
    };
    NdImage::from_vec(&shape, samples).unwrap()
}

// checklist: E-015
#[test]
fn reads_every_fixture_as_pillow_does() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = expected(name);
        let frames = expected["frames"].as_array().unwrap();
        let mut decoder = fixture(name);
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            let pixels = decoder.decode(position).unwrap().pixels;
            let shape: Json = info.shape().into();
            assert_eq!(shape, frame["shape"], "{name}");
            assert_eq!(pixels.shape(), info.shape(), "{name}");
            assert_eq!(
                pixels.dtype().to_string(),
                frame["dtype"].as_str().unwrap(),
                "{name}"
            );
            assert_eq!(digest(&pixels), frame["sha256"].as_str().unwrap(), "{name}");
        }
    }
}

/// Whether two JSON values are equal, numbers by their value and fractions as their quotient.
fn same(ours: &Json, theirs: &Json) -> bool {
    let number = |json: &Json| match &json["$rational"] {
        Json::Null => json.as_f64(),
        parts => Some(parts[0].as_f64()? / parts[1].as_f64()?),
    };
    match (ours, theirs) {
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => match (number(ours), number(theirs)) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            _ => ours == theirs,
        },
    }
}

#[test]
fn gives_the_keys_and_values_of_pillow() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let theirs = expected(name);
        let theirs = theirs["info"].as_object().unwrap();
        let ours: Json =
            serde_json::from_str(&fixture(name).metadata(None).unwrap().to_json()).unwrap();
        let ours = ours.as_object().unwrap();
        // Pillow drops the offset of the index once it has found several pictures.
        for (key, value) in theirs.iter().filter(|(key, _)| *key != "mpoffset") {
            assert!(
                same(&ours[key], value),
                "{name}: {key} is {}, not {value}",
                ours[key]
            );
        }
        assert!(
            ours.keys().all(|key| theirs.contains_key(key)),
            "{name}: {ours:?}"
        );
    }
}

#[test]
fn refuses_every_broken_fixture_with_its_kind() {
    let manifest = fs::read_to_string(fixtures().join("manifest.toml")).unwrap();
    for path in files_in(&fixtures().join("bad/jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let row = manifest
            .split("[[file]]")
            .find(|row| row.contains(&format!("\"bad/jpeg/{name}\"")))
            .unwrap();
        let lines = row
            .lines()
            .filter(|line| line.starts_with("error") || line.starts_with("or_error"));
        let kinds: String = lines.collect();
        let error = open_bytes(fs::read(&path).unwrap())
            .and_then(|mut decoder| decoder.decode(0))
            .map(|frame| frame.pixels)
            .unwrap_err();
        assert!(
            kinds.contains(&format!("\"{:?}\"", error.kind())),
            "{name}: {error:?}, expected {kinds}"
        );
    }
}

#[test]
fn windows_equal_the_crop_of_the_whole() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut decoder = fixture(name);
        let whole = decoder.decode(0).unwrap().pixels;
        let (height, width) = (whole.shape()[0], whole.shape()[1]);
        for (top, bottom) in [
            (0, height),
            (height / 3, height),
            (height / 2, height / 2 + 1),
            (0, height.div_ceil(3)),
        ] {
            for (left, right) in [
                (0, width),
                (width / 3, width),
                (width / 2, width / 2 + 1),
                (0, width.div_ceil(3)),
            ] {
                let window = [top..bottom, left..right];
                let part = decoder
                    .decode_window(0, top..bottom, left..right)
                    .unwrap()
                    .pixels;
                assert_eq!(
                    part,
                    whole.crop(&window).unwrap().to_contiguous(),
                    "{name} {window:?}"
                );
            }
        }
    }
}

#[test]
fn windows_of_larger_pictures_are_exact() {
    for subsampling in [Subsampling::S444, Subsampling::S422, Subsampling::S420] {
        for progressive in [false, true] {
            for channels in [1, 3] {
                let settings = Settings {
                    subsampling,
                    progressive,
                    ..Settings::default()
                };
                let bytes = written(&picture(150, 170, channels), &settings).unwrap();
                let mut decoder = open_bytes(bytes).unwrap();
                let whole = decoder.decode(0).unwrap().pixels;
                for at in [0, 1, 15, 16, 31, 33, 64, 100, 140] {
                    for len in [1, 7, 10] {
                        let window = [at..at + len, at + 3..at + 20];
                        let part = decoder
                            .decode_window(0, window[0].clone(), window[1].clone())
                            .unwrap()
                            .pixels;
                        assert_eq!(
                            part,
                            whole.crop(&window).unwrap().to_contiguous(),
                            "{subsampling:?} {progressive} {channels} {window:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn truncated_and_flipped_fixtures_end_in_an_error_or_a_picture() {
    for path in files_in(&fixtures().join("jpeg")) {
        let bytes = fs::read(&path).unwrap();
        for len in (0..bytes.len()).step_by(7) {
            exercise(bytes[..len].to_vec());
        }
        for at in (0..bytes.len()).step_by(3) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            exercise(flipped);
        }
    }
}

fn exercise(bytes: Vec<u8>) {
    let Ok(mut decoder) = open(
        Request::from_owner(bytes).reader().unwrap(),
        &Limits::new().bytes(64 << 20),
    ) else {
        return;
    };
    for position in 0..decoder.frame_count().unwrap() {
        let _ = decoder.metadata(Some(position)).map(|info| {
            info.get("exif")
                .and_then(Value::as_bytes)
                .map(crate::format::exif::parse)
        });
        let _ = decoder.decode(position);
        let _ = decoder.decode_window(position, 0..1, 0..1);
    }
}

#[test]
fn a_scan_that_ends_early_is_corrupt() {
    for name in [
        "rgb_420_33x25.jpg",
        "progressive_444.jpg",
        "gray.jpg",
        "cmyk.jpg",
    ] {
        let bytes = fs::read(fixtures().join("jpeg").join(name)).unwrap();
        let kind = |bytes: &[u8]| {
            open_bytes(bytes.to_vec())
                .and_then(|mut d| d.decode(0))
                .map(|_| ())
                .map_err(|e| e.kind())
        };
        assert_eq!(
            kind(&bytes[..bytes.len() - 40]),
            Err(ErrorKind::Corrupt),
            "{name}"
        );
        let mut closed = bytes[..bytes.len() - 40].to_vec();
        closed.extend([0xff, 0xd9]);
        assert_eq!(
            kind(&closed),
            Err(ErrorKind::Corrupt),
            "{name}, with an end marker"
        );
    }
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let bytes = fs::read(fixtures().join("jpeg/rgb_420_33x25.jpg")).unwrap();
    let limits = Limits::new().pixels(100);
    let mut decoder = open(Request::from_owner(bytes).reader().unwrap(), &limits).unwrap();
    assert_eq!(
        decoder.decode(0).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
    assert_eq!(decoder.frame_info(0).unwrap().shape(), [25, 33, 3]);
}
