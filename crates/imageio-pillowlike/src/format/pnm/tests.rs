//! The netpbm family against the fixtures.

use std::io::Cursor;

use imageio_core::{DType, ErrorKind, Limits, NdImage, Request};

use super::{Kind, Settings, encode, open};
use crate::format::bmp::tests::checks::{
    check_fixtures, check_hostile, check_mutations, check_refusals, check_windows, fixtures,
};
use crate::format::{Decoder, Mode};

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> imageio_core::Result<Box<dyn Decoder>> {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> imageio_core::Result<Box<dyn Decoder>> {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn read(bytes: &[u8]) -> imageio_core::Result<NdImage> {
    Ok(open_bytes(bytes.to_vec(), &Limits::new())?
        .decode(0)?
        .pixels)
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("pnm", open_bytes);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("pnm", open_bytes);
    check_windows("pnm", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("pnm", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("pnm", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["pnm", "pfm"], open_bytes);
}

#[test]
fn says_how_much_is_there() {
    for (bytes, message) in [
        (
            &b"P5 2 3 255\nabcd"[..],
            "pixel data ends too early: 4 bytes, expected 6",
        ),
        (
            b"P2 2 3 255\n1 2",
            "pixel data ends too early: 2 samples, expected 6",
        ),
        (
            b"P4 9 2\nabc",
            "pixel data ends too early: 3 bytes, expected 4",
        ),
        (b"P2 1 1 9\n10", "a sample of 10 or more, above maxval 9"),
    ] {
        let error = read(bytes).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Corrupt, message)
        );
    }
}

#[test]
fn the_last_plain_sample_may_end_the_file() {
    let image = read(b"P2 3 1 255\n1\n# a note\n2#\n33").unwrap();
    assert_eq!(image.as_slice::<u8>().unwrap(), [1, 2, 33]);
    let image = read(b"P1 3 1\n10#\n1").unwrap();
    assert_eq!(image.as_slice::<bool>().unwrap(), [false, true, false]);
}

#[test]
fn frames_come_in_any_order() {
    let bytes = std::fs::read(fixtures().join("pnm/three_pictures.ppm")).unwrap();
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    let backwards: Vec<NdImage> = [2, 1, 0].map(|n| decoder.decode(n).unwrap().pixels).into();
    assert_eq!(decoder.frame_count().unwrap(), 3);
    for (position, image) in backwards.iter().rev().enumerate() {
        assert_eq!(decoder.decode(position).unwrap().pixels, *image);
    }
    assert_eq!(
        decoder.frame_info(3).unwrap_err().kind(),
        ErrorKind::OutOfRange
    );
}

#[test]
fn plain_pictures_follow_one_another() {
    let mut decoder = open_bytes(
        b"P1 2 1\n01\nP2 1 2 9 0 9 P6 1 1 255 abc".to_vec(),
        &Limits::new(),
    )
    .unwrap();
    assert_eq!(decoder.frame_count().unwrap(), 3);
    let pixels = decoder.decode(1).unwrap().pixels;
    assert_eq!(pixels.as_slice::<u8>().unwrap(), [0, 255]);
    assert_eq!(
        decoder.decode(2).unwrap().pixels.as_slice::<u8>().unwrap(),
        b"abc"
    );
}

#[test]
fn thumbnails_of_xv_are_another_format() {
    let error = read(b"P7 332\n#END_OF_COMMENTS\n1 1 255\na").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
}

fn written(frames: &[NdImage], kind: Kind, plain: bool) -> imageio_core::Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(
        frames,
        &Settings {
            kind,
            plain,
            scale: None,
        },
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

/// An image without a pattern.
fn noise(dtype: DType, shape: &[usize]) -> NdImage {
    let len: usize = shape.iter().product();
    let wide: Vec<u32> = (0..len as u32)
        .map(|n| n.wrapping_mul(2_654_435_761) >> 15)
        .collect();
    let image = NdImage::from_vec(shape, wide).unwrap();
    match dtype {
        DType::Bool => {
            let bits = image.as_slice::<u32>().unwrap().iter().map(|n| n % 2 == 1);
            NdImage::from_vec(shape, bits.collect::<Vec<bool>>()).unwrap()
        }
        _ => image.cast(dtype),
    }
}

#[test]
fn reads_what_it_wrote() {
    for (kind, dtype, shape, magic, mode) in [
        (Kind::Pbm, DType::Bool, &[5, 19][..], "P4", Mode::Bilevel),
        (Kind::Pgm, DType::U8, &[700, 401], "P5", Mode::Gray),
        (Kind::Pgm, DType::U16, &[700, 401], "P5", Mode::Gray),
        (Kind::Ppm, DType::U8, &[5, 7, 3], "P6", Mode::Rgb),
        (Kind::Ppm, DType::U16, &[5, 7, 3], "P6", Mode::Rgb),
        (Kind::Pnm, DType::U16, &[5, 7, 2], "P7", Mode::GrayAlpha),
        (Kind::Pnm, DType::U8, &[5, 7, 4], "P7", Mode::Rgba),
        (Kind::Pam, DType::Bool, &[5, 7], "P7", Mode::Bilevel),
        (Kind::Pam, DType::U16, &[5, 7, 3], "P7", Mode::Rgb),
        (Kind::Pfm, DType::F32, &[5, 7], "Pf", Mode::Gray),
        (Kind::Pfm, DType::F32, &[300, 401, 3], "PF", Mode::Rgb),
    ] {
        let image = noise(dtype, shape);
        // The second frame does not lie in one piece.
        let frames = [image.clone(), image.flip(1).unwrap()];
        let bytes = written(&frames, kind, false).unwrap();
        assert!(bytes.starts_with(magic.as_bytes()));
        for open in [open_bytes, open_blocks] {
            let mut decoder = open(bytes.clone(), &Limits::new()).unwrap();
            assert_eq!(decoder.frame_count().unwrap(), 2);
            for (position, expected) in frames.iter().enumerate() {
                let frame = decoder.decode(position).unwrap();
                assert_eq!(
                    (&frame.pixels, frame.mode),
                    (expected, mode),
                    "{kind:?} {dtype}"
                );
            }
        }
    }
}

#[test]
fn plain_files_are_text_in_short_lines() {
    for (dtype, shape, magic) in [
        (DType::Bool, &[5, 19][..], "P1"),
        (DType::U8, &[9, 20], "P2"),
        (DType::U16, &[5, 7, 3], "P3"),
    ] {
        let image = noise(dtype, shape);
        let bytes = written(std::slice::from_ref(&image), Kind::Pnm, true).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.starts_with(magic) && text.lines().all(|line| line.len() <= 70));
        assert_eq!(read(&bytes).unwrap(), image);
    }
}

#[test]
fn refuses_what_the_kind_cannot_hold() {
    for (kind, dtype, shape, plain) in [
        (Kind::Pbm, DType::U8, &[5, 7][..], false),
        (Kind::Pgm, DType::U8, &[5, 7, 3], false),
        (Kind::Ppm, DType::U8, &[5, 7, 4], false),
        (Kind::Pnm, DType::I32, &[5, 7], false),
        (Kind::Pam, DType::F32, &[5, 7], false),
        (Kind::Pfm, DType::U8, &[5, 7], false),
        (Kind::Pnm, DType::U8, &[5, 7, 4], true),
        (Kind::Pnm, DType::U8, &[0, 7], false),
    ] {
        let image = noise(dtype, shape);
        let error = written(&[image], kind, plain).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error
                .message()
                .contains(&format!("{dtype} of shape {shape:?}")),
            "{error}"
        );
    }
    assert_eq!(
        written(&[], Kind::Pnm, false).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}
