//! Bitmaps against the fixtures, and against themselves.

use std::io::Cursor;

use imageio_core::{DType, ErrorKind, Limits, NdImage, Request};

use super::{Settings, encode, open, open_dib};
use crate::format::Mode;

pub(crate) mod checks;

use checks::{
    Opened, check_fixtures, check_hostile, check_mutations, check_refusals, check_windows,
    decode_all, fetched_for_three_rows, fixtures, numbers,
};

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    let open = if bytes.starts_with(b"BM") {
        open
    } else {
        open_dib
    };
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    let open = if bytes.starts_with(b"BM") {
        open
    } else {
        open_dib
    };
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn open_bmp(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("bmp", open_bytes);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("bmp", open_bytes);
    check_windows("bmp", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("bmp", open_bmp);
}

#[test]
fn survives_mutations() {
    check_mutations("bmp", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["bmp"], open_bytes);
}

#[test]
fn says_how_much_is_there() {
    let mut bytes = std::fs::read(fixtures().join("bmp/rgb24_13x7.bmp")).unwrap();
    bytes.truncate(54 + 100);
    let error = decode_all(bytes, &Limits::new(), open_bmp).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(
        error.message(),
        "pixel data ends too early: 100 bytes, expected 279"
    );
}

fn written(image: &NdImage, settings: &Settings) -> imageio_core::Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(
        std::slice::from_ref(image),
        settings,
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

/// An image of bytes without a pattern.
fn noise(shape: &[usize]) -> NdImage {
    let len: usize = shape.iter().product();
    let data: Vec<u8> = (0..len).map(|n| (n * n / 7 + n * 31) as u8).collect();
    NdImage::from_vec(shape, data).unwrap()
}

#[test]
fn reads_what_it_wrote() {
    let bools: Vec<bool> = (0..9 * 19).map(|n| n % 3 == 0).collect();
    let images = [
        (NdImage::from_vec(&[9, 19], bools).unwrap(), Mode::Bilevel),
        (noise(&[5, 7]), Mode::Gray),
        (noise(&[700, 401]), Mode::Gray),
        (noise(&[5, 7, 3]), Mode::Rgb),
        (noise(&[400, 333, 3]), Mode::Rgb),
        (noise(&[5, 7, 4]), Mode::Rgba),
        // Rows that run backwards do not lie in one piece.
        (noise(&[5, 7, 4]).flip(0).unwrap(), Mode::Rgba),
        (noise(&[300, 301, 3]).flip(1).unwrap(), Mode::Rgb),
    ];
    for (image, mode) in images {
        for file_header in [true, false] {
            let settings = Settings {
                file_header,
                ..Settings::default()
            };
            let bytes = written(&image, &settings).unwrap();
            assert_eq!(bytes.starts_with(b"BM"), file_header);
            let mut decoder = open_bytes(bytes.clone(), &Limits::new()).unwrap();
            let frame = decoder.decode(0).unwrap();
            assert_eq!((frame.pixels, frame.mode), (image.clone(), mode));
            let frame = open_blocks(bytes, &Limits::new())
                .unwrap()
                .decode(0)
                .unwrap();
            assert_eq!(frame.pixels, image);
            let dpi = numbers(decoder.metadata(None).unwrap().get("dpi").unwrap());
            assert_eq!(dpi, [Some(3780.0 / 39.3701); 2]);
        }
    }
}

#[test]
fn writes_the_resolution() {
    let settings = Settings {
        dpi: (72.0, 300.0),
        ..Settings::default()
    };
    let bytes = written(&noise(&[2, 2]), &settings).unwrap();
    assert_eq!(
        bytes[38..46],
        [2835u32, 11811].map(u32::to_le_bytes).concat()
    );
    let settings = Settings {
        dpi: (f64::NAN, 1.0),
        ..settings
    };
    let error = written(&noise(&[2, 2]), &settings).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn refuses_what_a_bitmap_cannot_hold() {
    let deep = NdImage::zeros(DType::U16, &[2, 3], &Limits::new()).unwrap();
    for image in [
        deep,
        noise(&[2, 3, 2]),
        noise(&[2, 3, 5]),
        noise(&[2]),
        noise(&[0, 3]),
    ] {
        let error = written(&image, &Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error.message().contains(&format!("{:?}", image.shape())),
            "{error}"
        );
    }
    let two = [noise(&[2, 2]), noise(&[2, 2])];
    let error = encode(
        &two,
        &Settings::default(),
        &mut Cursor::new(Vec::new()),
        &Limits::new(),
    );
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn stays_inside_the_budget() {
    let bytes = written(&noise(&[400, 333, 3]), &Settings::default()).unwrap();
    let error = decode_all(bytes, &Limits::new().bytes(100_000), open_bmp).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}

#[test]
fn a_window_costs_its_rows() {
    let bytes = written(&noise(&[3000, 333, 3]), &Settings::default()).unwrap();
    let fetched = fetched_for_three_rows(bytes.clone(), open);
    assert!(
        fetched < 200_000,
        "{fetched} of {} bytes for three rows",
        bytes.len()
    );
}

#[test]
fn text_that_begins_like_a_bitmap_is_left_to_others() {
    let recognises = super::CODEC.recognises;
    for text in [
        "BMP files begin with two letters, so does this",
        "BM",
        "BMW\n",
        "",
        "PM",
    ] {
        let is_bare = text == "BM";
        assert_eq!(recognises(text.as_bytes(), Some(".bmp")), is_bare, "{text}");
    }
    for name in ["rgb24_13x7", "os2_rgb24", "os2_v2_rgb24", "rgb24_v5"] {
        let bytes = std::fs::read(fixtures().join(format!("bmp/{name}.bmp"))).unwrap();
        assert!(recognises(&bytes[..32], None), "{name}");
        // Cut short it is a broken bitmap and no other file.
        assert!(recognises(&bytes[..11], None), "{name}");
    }
}
