//! Icons and cursors against the fixtures, and against themselves.

use std::io::Cursor;

use imageio_core::{ErrorKind, Limits, NdImage, Request};

use super::resample::thumbnail;
use super::{BitmapFormat, CODEC, Settings, encode, open};
use crate::format::bmp::tests::checks::{
    Opened, check_fixtures, check_hostile, check_mutations, check_refusals, check_windows,
    files_in, fixtures,
};

const PLAIN: Settings = Settings {
    cursor: false,
    sizes: Vec::new(),
    bitmap_format: None,
    hotspots: Vec::new(),
};

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

#[test]
fn reads_the_fixtures() {
    for format in ["ico", "cur"] {
        check_fixtures(format, open_bytes);
        check_fixtures(format, open_blocks);
        check_windows(format, open_bytes);
    }
}

#[test]
fn refuses_broken_files() {
    check_refusals("ico", open_bytes);
    check_refusals("cur", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("ico", open_bytes);
    check_mutations("cur", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["ico", "cur"], open_bytes);
}

#[test]
fn claims_no_other_files() {
    for path in files_in(&fixtures()) {
        let bytes = std::fs::read(&path).unwrap();
        let head = &bytes[..bytes.len().min(32)];
        let name = path.extension().and_then(|name| name.to_str());
        let is_ours = matches!(name, Some("ico" | "cur"));
        if !path.starts_with(fixtures().join("bad")) {
            let claimed = (CODEC.recognises)(head, None);
            assert_eq!(claimed, is_ours, "{}", path.display());
        }
    }
}

fn noise(shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>();
    let data = (0..len)
        .map(|at| (at * at * 31 % 1009 % 256) as u8)
        .collect();
    NdImage::from_vec(shape, data).unwrap()
}

fn written(images: &[NdImage], settings: &Settings) -> imageio_core::Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(images, settings, &mut out, &Limits::new())?;
    Ok(out.into_inner())
}

fn read(bytes: Vec<u8>) -> Vec<NdImage> {
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    let count = decoder.frame_count().unwrap();
    (0..count)
        .map(|at| decoder.decode(at).unwrap().pixels)
        .collect()
}

#[test]
fn reads_what_it_writes() {
    for cursor in [false, true] {
        let settings = Settings { cursor, ..PLAIN };
        let mut images: Vec<NdImage> = [(1, 1), (3, 5), (7, 1), (256, 256)]
            .into_iter()
            .flat_map(|(height, width)| {
                (2..=4).map(move |channels| noise(&[height, width, channels]))
            })
            .collect();
        images.push(noise(&[6, 9]));
        let bools = (0..54).map(|at| at % 3 == 1).collect();
        images.push(NdImage::from_vec(&[6, 9], bools).unwrap());
        for image in images {
            let bytes = written(std::slice::from_ref(&image), &settings).unwrap();
            assert_eq!(read(bytes), [image]);
        }
    }
}

#[test]
fn the_largest_entry_comes_first() {
    let images = [
        noise(&[4, 4, 4]),
        noise(&[9, 8, 3]),
        noise(&[9, 8, 4]),
        noise(&[5, 5]),
    ];
    let frames = read(written(&images, &PLAIN).unwrap());
    let [small, rgb, rgba, gray] = images;
    assert_eq!(frames, [rgb, rgba, gray, small]);
}

#[test]
fn bitmap_entries_have_their_mask() {
    let settings = Settings {
        bitmap_format: Some(BitmapFormat::Bmp),
        ..PLAIN
    };
    let rgba = noise(&[6, 37, 4]);
    let bytes = written(std::slice::from_ref(&rgba), &settings).unwrap();
    // Header of 40 bytes, pixels, and rows of 37 bits in 8 bytes.
    assert_eq!(bytes.len(), 22 + 40 + 6 * 37 * 4 + 6 * 8);
    let mask = &bytes[bytes.len() - 8..];
    let alphas = rgba.as_bytes();
    for (at, alpha) in alphas.iter().skip(3).step_by(4).take(37).enumerate() {
        let bit = mask[at / 8] >> (7 - at % 8) & 1;
        assert_eq!(bit == 1, *alpha == 0);
    }
    assert_eq!(read(bytes), [rgba]);
    // What has no alpha of its own is given one by the mask.
    let rgb = noise(&[6, 9, 3]);
    let frames = read(written(std::slice::from_ref(&rgb), &settings).unwrap());
    assert_eq!(frames[0].shape(), [6, 9, 4]);
    let pixels = frames[0].as_bytes().into_owned();
    let samples = rgb.as_bytes().into_owned();
    for (pixel, rgb) in pixels.chunks(4).zip(samples.chunks(3)) {
        assert_eq!((&pixel[..3], pixel[3]), (rgb, 255));
    }
    let error = written(&[noise(&[6, 9, 2])], &settings).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn sizes_are_made_from_the_images() {
    let settings = Settings {
        sizes: vec![(32, 32), (16, 16), (64, 64), (16, 16)],
        ..PLAIN
    };
    let large = noise(&[40, 48, 3]);
    let frames = read(written(std::slice::from_ref(&large), &settings).unwrap());
    let shapes: Vec<&[usize]> = frames.iter().map(NdImage::shape).collect();
    // With their proportions, and none larger than the image.
    assert_eq!(shapes, [&[27, 32, 3][..], &[13, 16, 3]]);
    let given = noise(&[16, 16, 4]);
    let frames = read(written(&[large, given.clone()], &settings).unwrap());
    assert_eq!(frames[1], given);
    let too_large = Settings {
        sizes: vec![(300, 300)],
        ..PLAIN
    };
    let error = written(&[noise(&[400, 400])], &too_large).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn refuses_large_images() {
    let error = written(&[noise(&[257, 5])], &PLAIN).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("`sizes`"), "{error}");
}

/// Sums over the bytes that tell permutations and single changes.
fn fingerprint(image: &NdImage) -> (u64, u64) {
    image
        .as_bytes()
        .iter()
        .enumerate()
        .fold((0, 0), |(sum, weighted), (at, &byte)| {
            (
                sum + u64::from(byte),
                weighted + u64::from(byte) * (at as u64 % 65521 + 1),
            )
        })
}

#[test]
fn shrinks_as_pillow_does() {
    // Figures of Pillow 13: `thumbnail(size, LANCZOS)` of the same pictures.
    let cases = [
        (noise(&[40, 48]), (32, 32), GRAY),
        (noise(&[40, 48, 2]), (17, 23), GRAY_ALPHA),
        (noise(&[100, 33, 3]), (24, 24), RGB),
        (noise(&[61, 67, 4]), (16, 16), RGBA),
    ];
    for (image, (width, height), expected) in cases {
        let small = thumbnail(&image, width, height, &Limits::new()).unwrap();
        let (sum, weighted) = fingerprint(&small);
        let (h, w) = (small.shape()[0], small.shape()[1]);
        assert_eq!((h, w, sum, weighted), expected, "{:?}", image.shape());
    }
}

const GRAY: (usize, usize, u64, u64) = (27, 32, 106877, 46363134);
const GRAY_ALPHA: (usize, usize, u64, u64) = (14, 17, 59176, 14171534);
const RGB: (usize, usize, u64, u64) = (24, 8, 71145, 20555368);
const RGBA: (usize, usize, u64, u64) = (15, 16, 118160, 56806104);
