//! What is written comes back.

use std::io::Cursor;

use imageio_core::half::f16;
use imageio_core::{DType, ErrorKind, Limits, NdImage, Value};

use super::super::{Settings, encode, kept};
use super::{half, open_bytes, opened, ramp};

const LOSSLESS: [&str; 5] = ["none", "rle", "zips", "zip", "piz"];

fn written(frames: &[NdImage], compression: &str) -> imageio_core::Result<Vec<u8>> {
    let settings = Settings {
        compression: Some(compression.to_owned()),
        ..Settings::default()
    };
    let mut out = Cursor::new(Vec::new());
    encode(frames, &settings, &mut out, &Limits::new())?;
    Ok(out.into_inner())
}

fn read(bytes: Vec<u8>) -> NdImage {
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    decoder.decode(0).unwrap().pixels
}

fn shapes() -> Vec<Vec<usize>> {
    let sizes = [[1, 1], [1, 9], [7, 1], [3, 5], [33, 47], [64, 16]];
    let depths: [&[usize]; 4] = [&[], &[2], &[3], &[4]];
    let all = |size: [usize; 2]| depths.map(|depth| [&size, depth].concat());
    sizes.into_iter().flat_map(all).collect()
}

#[test]
fn lossless_compressions_keep_everything() {
    for shape in shapes() {
        let images = [
            ramp(&shape, half),
            ramp(&shape, |at| half(at).to_f32() * 1.1),
            ramp(&shape, |at| (at * 2_654_435_761) as u32),
            ramp(&shape, |_| f16::from_f32(0.25)),
            ramp(&shape, |_| 0u32),
        ];
        for image in images {
            for compression in LOSSLESS {
                let bytes = written(std::slice::from_ref(&image), compression).unwrap();
                assert_eq!(read(bytes), image, "{compression} {image:?}");
            }
        }
    }
}

#[test]
fn pxr24_keeps_halves_and_numbers_and_24_bits_of_floats() {
    for shape in shapes() {
        for image in [
            ramp(&shape, half),
            ramp(&shape, |at| (at * 2_654_435_761) as u32),
        ] {
            let bytes = written(std::slice::from_ref(&image), "pxr24").unwrap();
            assert_eq!(read(bytes), image);
        }
        let image = ramp(&shape, |at| (at as f32 - 20.0) * 0.37);
        let back = read(written(std::slice::from_ref(&image), "pxr24").unwrap());
        let pairs = image.as_slice::<f32>().unwrap().iter();
        for (value, back) in pairs.zip(back.as_slice::<f32>().unwrap()) {
            assert!(
                (value - back).abs() <= value.abs() / 65536.0,
                "{value} {back}"
            );
        }
    }
    let odd = vec![
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        -0.0,
        1e-40,
    ];
    let image = NdImage::from_vec(&[1, 7], odd).unwrap();
    // The same values over many lines, so that the chunk gets smaller.
    let image = NdImage::stack(&vec![image.reshape(&[7]).unwrap(); 16]).unwrap();
    let back = read(written(&[image], "pxr24").unwrap());
    let back = back.as_slice::<f32>().unwrap();
    assert!(back[0].is_nan() && back[1] == f32::INFINITY && back[2] == f32::NEG_INFINITY);
    assert!(back[3].is_finite() && back[4].is_finite());
}

#[test]
fn b44_keeps_halves_to_about_a_sixteenth_of_each_square() {
    for compression in ["b44", "b44a"] {
        for shape in shapes() {
            let image = ramp(&shape, |at| f16::from_f32(1.0 + (at % 50) as f32 / 100.0));
            let back = read(written(std::slice::from_ref(&image), compression).unwrap());
            assert_eq!((back.shape(), back.dtype()), (image.shape(), DType::F16));
            let pairs = image.as_slice::<f16>().unwrap().iter();
            for (value, back) in pairs.zip(back.as_slice::<f16>().unwrap()) {
                assert!((value.to_f32() - back.to_f32()).abs() <= 0.03);
            }
            let full = ramp(&shape, |at| at as f32 * 0.1);
            let back = read(written(std::slice::from_ref(&full), compression).unwrap());
            assert_eq!(back, full, "full floats stand as they are");
        }
        let flat = ramp(&[32, 32], |_| f16::from_f32(0.1));
        let bytes = written(std::slice::from_ref(&flat), compression).unwrap();
        assert_eq!(read(bytes), flat);
    }
    let flat = ramp(&[32, 32], |_| f16::ONE);
    let sizes =
        ["b44", "b44a"].map(|name| written(std::slice::from_ref(&flat), name).unwrap().len());
    assert!(sizes[1] < sizes[0]);
}

/// Enough pixels for several threads, with runs and long codes.
#[test]
fn threads_agree_with_one_another() {
    let image = ramp(&[500, 401, 3], |at| half(at / 7 * (at % 11)));
    for compression in LOSSLESS {
        let bytes = written(std::slice::from_ref(&image), compression).unwrap();
        assert_eq!(
            bytes,
            written(std::slice::from_ref(&image), compression).unwrap()
        );
        assert_eq!(read(bytes), image, "{compression}");
    }
}

#[test]
fn several_images_are_parts() {
    let frames = [
        ramp(&[5, 4, 3], half),
        ramp(&[3, 9], |at| at as f32),
        ramp(&[20, 2, 4], |at| at as u32),
    ];
    for compression in LOSSLESS {
        let bytes = written(&frames, compression).unwrap();
        let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
        assert_eq!(decoder.frame_count().unwrap(), 3);
        for (position, frame) in frames.iter().enumerate() {
            assert_eq!(&decoder.decode(position).unwrap().pixels, frame);
        }
        let second = decoder.metadata(Some(1)).unwrap();
        assert_eq!(second.get("name").unwrap().to_string(), "image 1");
    }
}

#[test]
fn what_it_does_not_hold_is_refused() {
    for image in [
        ramp(&[3, 3], |at| at as u8),
        ramp(&[3, 3], |at| at as f64),
        ramp(&[3, 3, 5], |at| at as f32),
        ramp(&[3, 0], |at| at as f32),
        ramp(&[3], |at| at as f32),
    ] {
        let error = written(std::slice::from_ref(&image), "zip").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{image:?}");
    }
    let image = ramp(&[3, 3], |at| at as f32);
    for name in ["dwaa", "lzw", ""] {
        let error = written(std::slice::from_ref(&image), name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOption);
        assert!(
            error.message().ends_with("piz, pxr24, b44, b44a"),
            "{error}"
        );
    }
    assert!(written(&[], "zip").is_err());
}

/// What an option asks for, and what a file said, comes back by name and value.
#[test]
fn attributes_are_written_again() {
    for name in ["attributes.exr", "windows.exr", "rgb_float16_zip.exr"] {
        let mut decoder = opened(name);
        let (image, before) = (
            decoder.decode(0).unwrap().pixels,
            decoder.metadata(None).unwrap(),
        );
        let settings = Settings {
            attributes: kept(&before).unwrap(),
            ..Settings::default()
        };
        let mut out = Cursor::new(Vec::new());
        encode(
            std::slice::from_ref(&image),
            &settings,
            &mut out,
            &Limits::new(),
        )
        .unwrap();
        let mut decoder = open_bytes(out.into_inner(), &Limits::new()).unwrap();
        assert_eq!(decoder.decode(0).unwrap().pixels, image);
        let after = decoder.metadata(None).unwrap();
        // An attribute of an unknown type has no type to be written with.
        for (key, value) in before.iter().filter(|(key, _)| *key != "own") {
            assert_eq!(after.get(key), Some(value), "{name}: {key}");
        }
    }
}

#[test]
fn an_attribute_without_a_type_is_refused() {
    let image = ramp(&[3, 3], |at| at as f32);
    let settings = Settings {
        attributes: [("flag", Value::Bool(true))].into_iter().collect(),
        ..Settings::default()
    };
    let mut out = Cursor::new(Vec::new());
    let error = encode(&[image], &settings, &mut out, &Limits::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.message().contains("`flag`"), "{error}");
}
