//! Every fixture against what Pillow makes of it, and what is written against what is read.

use std::fmt::Write as _;
use std::io::Cursor;

use imageio_core::{ErrorKind, Limits, NdImage, Request, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{Settings, encode, open, webp};
use crate::format::Mode;
use crate::format::bmp::tests::checks::{
    Opened, check_hostile, check_mutations, check_refusals, check_windows, decode_all, files_in,
    fixtures,
};

mod written;

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(format!("webp/{name}.webp"))).unwrap()
}

fn read_all(bytes: Vec<u8>) -> Vec<NdImage> {
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    let count = decoder.frame_count().unwrap();
    let pixels = |position| decoder.decode(position).unwrap().pixels;
    (0..count).map(pixels).collect()
}

fn digest(image: &NdImage) -> String {
    let digest = Sha256::digest(image.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Int(value) => Json::from(*value as i64),
        Value::List(values) => values.iter().map(json_of).collect(),
        // Which bytes they are is compared where they are written.
        Value::Bytes(_) => Json::from("bytes"),
        other => panic!("no JSON for {other}"),
    }
}

fn without_bytes(value: &Json) -> Json {
    match value.get("$bytes") {
        Some(_) => Json::from("bytes"),
        None => value.clone(),
    }
}

// checklist: E-003, E-026, E-032
#[test]
fn fixtures_are_read_as_pillow_reads_them() {
    for path in files_in(&fixtures().join("expected/webp")) {
        let expected: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = expected["file"].as_str().unwrap();
        let bytes = std::fs::read(fixtures().join(name)).unwrap();
        let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
        assert!(!decoder.is_animation(), "{name}");
        let frames = expected["frames"].as_array().unwrap();
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            assert_eq!(Json::from(info.shape()), frame["shape"], "{name}");
            let mode = if frame["mode"] == "RGBA" {
                Mode::Rgba
            } else {
                Mode::Rgb
            };
            assert_eq!(info.mode, mode, "{name}");
            let metadata = decoder.metadata(Some(position)).unwrap();
            let duration = metadata.get("duration").map(json_of);
            assert_eq!(
                duration.as_ref(),
                frame.get("duration"),
                "{name} {position}"
            );
            let pixels = decoder.decode(position).unwrap().pixels;
            assert_eq!(digest(&pixels), frame["sha256"], "{name} {position}");
        }
        let info = decoder.metadata(None).unwrap();
        let found: Vec<(String, Json)> = info
            .iter()
            .map(|(key, value)| (key.to_owned(), json_of(value)))
            .collect();
        let known = expected["info"].as_object().unwrap().iter();
        let known: Vec<(String, Json)> = known
            .map(|(key, value)| (key.clone(), without_bytes(value)))
            .collect();
        assert_eq!(found, known, "{name}");
    }
}

// checklist: E-004, E-061
#[test]
fn any_order_gives_the_same_frames() {
    for name in [
        "anim_keep_over",
        "anim_background_over",
        "anim_whole_frames",
        "written_lossy",
    ] {
        let frames = read_all(fixture(name));
        let mut decoder = open_bytes(fixture(name), &Limits::new()).unwrap();
        for position in [3, 0, 0, 2, 1, 1, 3, 3, 2] {
            let frame = decoder.decode(position).unwrap();
            assert_eq!(frame.pixels, frames[position], "{name} {position}");
        }
        assert!(decoder.metadata(Some(99)).is_err());
    }
}

#[test]
fn the_start_of_a_frame_is_the_end_of_the_one_before() {
    let mut decoder = open_bytes(fixture("written_lossless"), &Limits::new()).unwrap();
    let starts = (0..8).map(|position| {
        let metadata = decoder.metadata(Some(position)).unwrap();
        metadata.get("timestamp").and_then(Value::as_i64).unwrap()
    });
    assert_eq!(
        starts.collect::<Vec<_>>(),
        [0, 100, 150, 200, 233, 253, 273, 283]
    );
}

// checklist: E-032
#[test]
fn opening_and_describing_decodes_no_pixels() {
    let bytes = std::fs::read(fixtures().join("bad/webp/second_frame_short.webp")).unwrap();
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    assert_eq!(decoder.frame_count().unwrap(), 2);
    assert_eq!(decoder.frame_info(1).unwrap().mode, Mode::Rgb);
    assert!(decoder.metadata(Some(1)).is_ok());
    assert!(decoder.decode(0).is_ok());
    let error = decoder.decode(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().starts_with("frame 1: "), "{error}");
    assert!(decoder.decode(0).is_ok());
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("webp", open_bytes);
    check_windows("webp", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("webp", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("webp", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["webp"], open_bytes);
}

#[test]
fn many_frames_are_read_one_at_a_time() {
    let frame = |position: usize| {
        let samples = (0..64 * 64 * 3).map(|at| (at / 192 * 2 + position * 77) as u8);
        NdImage::from_vec(&[64, 64, 3], samples.collect()).unwrap()
    };
    let frames: Vec<NdImage> = (0..60).map(frame).collect();
    let bytes = written::write(&frames, &Settings::default()).unwrap();
    // Each frame takes 12 kB, the canvas as much, all of them 737 kB.
    let limits = Limits::new().bytes(250_000);
    assert_eq!(decode_all(bytes, &limits, open_bytes).unwrap(), 60);
    assert_eq!(limits.live(), 0);
}

#[test]
fn a_budget_too_small_is_refused_before_decoding() {
    for name in ["lossless_33x25", "lossy_alpha", "anim_mixed"] {
        let limits = Limits::new().bytes(2000);
        let error = decode_all(fixture(name), &limits, open_bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LimitExceeded, "{name}");
    }
}
