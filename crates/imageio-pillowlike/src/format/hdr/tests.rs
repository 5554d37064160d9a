//! Radiance pictures against the fixtures, and against themselves.

use std::io::Cursor;

use imageio_core::{ErrorKind, Limits, NdImage, Request, Value};

use super::{Settings, encode, open};
use crate::format::Mode;
use crate::format::bmp::tests::checks::{
    Opened, check_fixtures, check_hostile, check_mutations, check_refusals, check_windows, fixtures,
};

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn opened(name: &str) -> Box<dyn super::Decoder> {
    let bytes = std::fs::read(fixtures().join("hdr").join(name)).unwrap();
    open_bytes(bytes, &Limits::new()).unwrap()
}

fn written(image: &NdImage) -> imageio_core::Result<Vec<u8>> {
    let settings = Settings {
        comment: Some("one\n\ntwo".to_owned()),
    };
    let mut out = Cursor::new(Vec::new());
    encode(
        std::slice::from_ref(image),
        &settings,
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

fn image(shape: &[usize], value: impl Fn(usize) -> f32) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(value).collect()).unwrap()
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("hdr", open_bytes);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("hdr", open_bytes);
    check_windows("hdr", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("hdr", open_bytes);
    let mut endless = b"#?RADIANCE\n".to_vec();
    endless.resize(2 << 20, b'A');
    let error = open_bytes(endless, &Limits::new()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn survives_mutations() {
    check_mutations("hdr", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["hdr"], open_bytes);
}

#[test]
fn lines_after_the_window_are_not_looked_at() {
    let bytes = std::fs::read(fixtures().join("hdr/new_rle.hdr")).unwrap();
    let cut = bytes[..bytes.len() - 30].to_vec();
    let mut decoder = open_bytes(cut, &Limits::new()).unwrap();
    let error = decoder.decode(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().starts_with("scan line 7 of 7"), "{error}");
    let whole = opened("new_rle.hdr").decode(0).unwrap().pixels;
    let part = decoder.decode_window(0, 1..5, 2..13).unwrap().pixels;
    assert_eq!(part, whole.crop(&[1..5, 2..13]).unwrap());
}

#[test]
fn header_variables_are_metadata() {
    let metadata = opened("variables.hdr").metadata(None).unwrap();
    let text = |key: &str| metadata.get(key).map(ToString::to_string);
    for (key, value) in [
        ("format", "32-bit_rle_rgbe"),
        // Factors are multiplied, as the format asks.
        ("exposure", "5"),
        ("gamma", "1"),
        ("software", "a recipe"),
        ("comment", "made by a recipe"),
        ("history", "pcompos -x 5"),
        ("colorcorr", "[1, 2, 4]"),
    ] {
        assert_eq!(text(key).as_deref(), Some(value), "{key}");
    }
    let primaries = metadata.get("primaries").and_then(Value::as_list).unwrap();
    assert_eq!((primaries.len(), primaries[2].as_f64()), (8, Some(0.29)));
}

#[test]
fn xyz_is_no_rgb() {
    let mut decoder = opened("xyz.hdr");
    assert_eq!(decoder.frame_info(0).unwrap().mode, Mode::Bands(3));
    assert_eq!(decoder.decode(0).unwrap().mode, Mode::Bands(3));
}

#[test]
fn values_come_back_within_the_precision_of_rgbe() {
    for (height, width) in [
        (1, 1),
        (1, 7),
        (5, 3),
        (7, 1),
        (3, 8),
        (4, 131),
        (2, 300),
        (1, 33000),
    ] {
        let shape = [height, width, 3];
        for pixels in [
            image(&shape, |at| (at * at % 1013) as f32 / 77.0),
            image(&shape, |at| 10f32.powi((at / 3 % 70) as i32 - 35)),
            image(&shape, |_| 0.5),
            image(&shape, |_| 0.0),
        ] {
            let bytes = written(&pixels).unwrap();
            let mut decoder = open_bytes(bytes.clone(), &Limits::new()).unwrap();
            let back = decoder.decode(0).unwrap().pixels;
            let before = pixels.as_slice::<f32>().unwrap().chunks(3);
            for (before, after) in before.zip(back.as_slice::<f32>().unwrap().chunks(3)) {
                // Eight bits of the largest component, and so half of a 128th of it.
                let largest = before.iter().copied().fold(0.0, f32::max);
                for (a, b) in before.iter().zip(after) {
                    assert!(
                        (a - b).abs() <= largest / 256.0,
                        "{before:?} became {after:?}"
                    );
                }
            }
            assert_eq!(
                written(&back).unwrap(),
                bytes,
                "a second time changes nothing"
            );
        }
    }
}

#[test]
fn runs_make_constant_lines_short() {
    let flat = written(&image(&[10, 1000, 3], |_| 0.25)).unwrap();
    assert!(flat.len() < 10 * 4 * 2 * 9 + 200, "{} bytes", flat.len());
    let comment = open_bytes(flat, &Limits::new())
        .unwrap()
        .metadata(None)
        .unwrap();
    assert_eq!(comment.get("comment").unwrap().to_string(), "one\n\ntwo");
}

#[test]
fn extremes_come_back_as_they_were() {
    let mut decoder = opened("extremes.hdr");
    let pixels = decoder.decode(0).unwrap().pixels;
    let mut again = open_bytes(written(&pixels).unwrap(), &Limits::new()).unwrap();
    assert_eq!(again.decode(0).unwrap().pixels, pixels);
}

#[test]
fn what_rgbe_does_not_hold_is_refused() {
    for value in [-1.0, f32::NAN, f32::INFINITY, f32::MAX] {
        let pixels = image(&[2, 4, 3], |at| if at == 13 { value } else { 1.0 });
        let error = written(&pixels).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("row 1, column 0"), "{error}");
    }
    let gray = NdImage::from_vec(&[2, 2], vec![1f32; 4]).unwrap();
    let bytes = NdImage::from_vec(&[2, 2, 3], vec![1u8; 12]).unwrap();
    for pixels in [gray, bytes] {
        let error = written(&pixels).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("float32 (H, W, 3)"), "{error}");
    }
}
