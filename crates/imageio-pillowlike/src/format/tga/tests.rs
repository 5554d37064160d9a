//! Against the fixtures, and against themselves.

use std::io::Cursor;

use imageio_core::{ErrorKind, Limits, NdImage, Request, Value};

use super::{CODEC, Settings, encode, open};
use crate::format::bmp::tests::checks::{
    Opened, check_fixtures, check_hostile, check_mutations, check_refusals, check_windows,
    decode_all, fetched_for_three_rows, files_in, fixtures,
};

fn plain() -> Settings {
    Settings::default()
}

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("tga", open_bytes);
    check_fixtures("tga", open_blocks);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("tga", open_bytes);
    check_windows("tga", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("tga", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("tga", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["tga"], open_bytes);
}

#[test]
fn claims_no_other_files() {
    let mut certain = 0;
    for path in files_in(&fixtures()) {
        let bytes = std::fs::read(&path).unwrap();
        let head = &bytes[..bytes.len().min(32)];
        let is_tga = path.extension().is_some_and(|name| name == "tga");
        if !is_tga {
            assert!(!(CODEC.recognises)(head, None), "{}", path.display());
        } else if !path.starts_with(fixtures().join("bad")) {
            assert!((CODEC.recognises)(head, Some(".tga")), "{}", path.display());
            certain += usize::from((CODEC.recognises)(head, None));
        }
    }
    assert!(certain > 20, "only {certain} are recognised without a name");
}

fn noise(shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>();
    let data = (0..len).map(|at| (at * at / 7 % 13 * 20) as u8).collect();
    NdImage::from_vec(shape, data).unwrap()
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

#[test]
fn reads_what_it_writes() {
    for (height, width) in [(1, 1), (1, 9), (9, 1), (3, 5), (7, 1), (4, 300)] {
        let bools = (0..height * width).map(|at| at % 3 == 1).collect();
        let mut images = vec![NdImage::from_vec(&[height, width], bools).unwrap()];
        images.push(noise(&[height, width]));
        images.extend((2..=4).map(|channels| noise(&[height, width, channels])));
        images.push(NdImage::from_vec(&[height, width], vec![77u8; height * width]).unwrap());
        images.push(noise(&[height, width, 4]).flip(1).unwrap());
        for image in &images {
            for (rle, top_down) in [(false, false), (false, true), (true, false), (true, true)] {
                let settings = Settings {
                    rle,
                    top_down,
                    ..plain()
                };
                if rle && image.dtype() == imageio_core::DType::Bool {
                    let error = written(image, &settings).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Unsupported);
                    continue;
                }
                let bytes = written(image, &settings).unwrap();
                let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
                assert_eq!(decoder.decode(0).unwrap().pixels, *image);
                let metadata = decoder.metadata(None).unwrap();
                let side = if top_down { 1 } else { -1 };
                assert_eq!(metadata.get("orientation"), Some(&Value::Int(side)));
                assert_eq!(metadata.contains_key("compression"), rle);
            }
        }
    }
}

#[test]
fn run_lengths_pay() {
    let flat = NdImage::from_vec(&[50, 60, 3], vec![9u8; 9000]).unwrap();
    let settings = Settings {
        rle: true,
        ..plain()
    };
    assert!(written(&flat, &settings).unwrap().len() < 300);
    // Never more than a byte for 128 pixels.
    let busy: Vec<u8> = (0..60_000).map(|at: usize| (at * 7 % 251) as u8).collect();
    let busy = NdImage::from_vec(&[100, 600], busy).unwrap();
    assert!(written(&busy, &settings).unwrap().len() <= 60_000 + 100 * 5 + 44);
}

#[test]
fn the_extension_area_survives() {
    let bytes = std::fs::read(fixtures().join("tga/extension_useful_alpha.tga")).unwrap();
    let mut decoder = open_bytes(bytes.clone(), &Limits::new()).unwrap();
    let stored = decoder.metadata(None).unwrap();
    let settings = Settings {
        top_down: true,
        id_section: b"an id".to_vec(),
        extension_area: stored
            .get("extension_area")
            .and_then(Value::as_map)
            .cloned()
            .unwrap(),
        ..plain()
    };
    let again = written(&decoder.decode(0).unwrap().pixels, &settings).unwrap();
    let area_of = |bytes: &[u8]| bytes[bytes.len() - 26 - 495..bytes.len() - 26].to_vec();
    // The job's name is filled up with spaces in the fixture.
    let (mut before, after) = (area_of(&bytes), area_of(&again));
    before[379..420]
        .iter_mut()
        .skip(5)
        .for_each(|byte| *byte = 0);
    assert_eq!(before, after);
    let mut decoder = open_bytes(again, &Limits::new()).unwrap();
    assert_eq!(decoder.metadata(None).unwrap(), stored);
}

#[test]
fn refuses_fields_that_do_not_fit() {
    let long = "x".repeat(41);
    let fields: [(&str, Value); 8] = [
        ("author", long.into()),
        ("writer", "me".into()),
        ("comments", "1\n2\n3\n4\n5".into()),
        ("date", "yesterday".into()),
        ("software_version", "new".into()),
        ("key_color", [1, 2, 3].into()),
        ("gamma", (-1.0).into()),
        ("attributes_type", 256.into()),
    ];
    for (name, value) in fields {
        let settings = Settings {
            extension_area: [(name, value)].into_iter().collect(),
            ..plain()
        };
        let error = written(&noise(&[2, 3]), &settings).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOption, "{name}");
        assert!(error.message().contains(name), "{error}");
    }
}

#[test]
fn alpha_is_never_denied_where_there_is_some() {
    let settings = Settings {
        extension_area: [("attributes_type", 0)].into_iter().collect(),
        ..plain()
    };
    let image = noise(&[3, 4, 4]);
    let bytes = written(&image, &settings).unwrap();
    let frame = open_bytes(bytes, &Limits::new())
        .unwrap()
        .decode(0)
        .unwrap();
    assert_eq!(frame.pixels, image);
}

#[test]
fn refuses_what_it_cannot_hold() {
    let deep = NdImage::from_vec(&[2, 3], vec![1u16; 6]).unwrap();
    let wide = NdImage::from_vec(&[1, 65536], vec![1u8; 65536]).unwrap();
    for image in [deep, wide, noise(&[2, 3, 5]), noise(&[0, 3])] {
        let error = written(&image, &plain()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    let settings = Settings {
        id_section: vec![1; 256],
        ..plain()
    };
    let error = written(&noise(&[2, 3]), &settings).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn a_window_costs_its_rows() {
    let bytes = written(&noise(&[3000, 333, 3]), &plain()).unwrap();
    let fetched = fetched_for_three_rows(bytes.clone(), open);
    assert!(
        fetched < 200_000,
        "{fetched} of {} bytes for three rows",
        bytes.len()
    );
}

#[test]
fn stays_inside_the_budget() {
    let bytes = written(&noise(&[400, 333, 3]), &plain()).unwrap();
    let error = decode_all(bytes, &Limits::new().bytes(100_000), open_bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}
