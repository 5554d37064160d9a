//! QOI against the fixtures, and against itself.

use std::io::Cursor;

use imageio_core::{DType, ErrorKind, Limits, NdImage, Request, Value};

use super::{Settings, encode, open};
use crate::format::bmp::tests::checks::{
    Opened, check_fixtures, check_mutations, check_refusals, check_windows, files_in, fixtures,
};

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn read(bytes: &[u8]) -> NdImage {
    let mut decoder = open_bytes(bytes.to_vec(), &Limits::new()).unwrap();
    decoder.decode(0).unwrap().pixels
}

fn write(image: &NdImage, settings: &Settings) -> imageio_core::Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(
        std::slice::from_ref(image),
        settings,
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("qoi", open_bytes);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("qoi", open_bytes);
    check_windows("qoi", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("qoi", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("qoi", open_bytes);
}

#[test]
fn the_colorspace_is_told_and_kept() {
    for (name, told) in [("scene", "sRGB"), ("noise", "linear")] {
        let bytes = std::fs::read(fixtures().join(format!("qoi/{name}.qoi"))).unwrap();
        let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
        let metadata = decoder.metadata(None).unwrap();
        assert_eq!(
            metadata.get("colorspace").and_then(Value::as_str),
            Some(told)
        );
    }
}

/// Pillow's encoder and ours choose the same operations.
#[test]
fn files_are_written_as_pillow_writes_them() {
    let mut compared = 0;
    for path in files_in(&fixtures().join("qoi")) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if ["index_first", "no_end", "channels_0"].contains(&name) {
            continue;
        }
        let srgb = name == "scene";
        assert_eq!(
            write(&read(&bytes), &Settings { srgb }).unwrap(),
            bytes,
            "{name}"
        );
        compared += 1;
    }
    assert!(compared > 8);
}

#[test]
fn what_is_written_comes_back() {
    let samples: [fn(usize) -> u8; 5] = [
        |_| 0,
        |_| 255,
        |at| (at * 37 % 256) as u8,
        |at| (at / 11 % 256) as u8,
        |at| (at * at % 253) as u8,
    ];
    for (height, width) in [(1, 1), (1, 200), (200, 1), (3, 5), (7, 1), (70, 61)] {
        for channels in [3, 4] {
            for sample in samples {
                let data = (0..height * width * channels).map(sample).collect();
                let image = NdImage::from_vec(&[height, width, channels], data).unwrap();
                let written = write(&image, &Settings::default()).unwrap();
                assert_eq!(read(&written), image);
            }
        }
    }
}

#[test]
fn large_pictures_are_written_in_portions() {
    let data = (0..400 * 300 * 4)
        .map(|at: usize| (at * at / 3) as u8)
        .collect();
    let image = NdImage::from_vec(&[300, 400, 4], data).unwrap();
    let written = write(&image, &Settings::default()).unwrap();
    assert!(written.len() > 1 << 17);
    assert_eq!(read(&written), image);
}

// checklist: E-043
#[test]
fn what_qoi_cannot_hold_is_refused() {
    for (dtype, shape) in [
        (DType::U8, &[4, 4][..]),
        (DType::U8, &[4, 4, 2]),
        (DType::U16, &[4, 4, 3]),
        (DType::Bool, &[4, 4]),
    ] {
        let image = NdImage::zeros(dtype, shape, &Limits::new()).unwrap();
        let error = write(&image, &Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("(H, W, 3)"), "{error}");
    }
}
