//! The `mode` option, reading and writing.

use imageio_core::{DType, ErrorKind, NdImage, Options};
use imageio_pillowlike::{PillowMode, PillowReadOptions, PillowWriteOptions};

use crate::support::{encode, open, opened};

/// Every mode by Pillow's name, with the type of its samples and how many a pixel has.
const MODES: [(&str, DType, usize); 20] = [
    ("1", DType::Bool, 1),
    ("L", DType::U8, 1),
    ("P", DType::U8, 1),
    ("LA", DType::U8, 2),
    ("La", DType::U8, 2),
    ("PA", DType::U8, 2),
    ("RGB", DType::U8, 3),
    ("YCbCr", DType::U8, 3),
    ("HSV", DType::U8, 3),
    ("LAB", DType::U8, 3),
    ("RGBA", DType::U8, 4),
    ("RGBa", DType::U8, 4),
    ("RGBX", DType::U8, 4),
    ("CMYK", DType::U8, 4),
    ("I", DType::I32, 1),
    ("F", DType::F32, 1),
    ("I;16", DType::U16, 1),
    ("I;16L", DType::U16, 1),
    ("I;16B", DType::U16, 1),
    ("I;16N", DType::U16, 1),
];

fn options(mode: &str) -> Options {
    Options::new().set("mode", mode)
}

fn read(name: &str, mode: &str) -> NdImage {
    let image = opened(name).read(0, &options(mode));
    image.unwrap_or_else(|error| panic!("{name} to {mode}: {error}"))
}

// checklist: E-007
#[test]
fn every_mode_has_its_shape_and_type_and_properties_know_it() {
    for name in [
        "png/gray1.png",
        "png/gray8.png",
        "png/gray16.png",
        "png/graya8.png",
        "png/graya16.png",
        "png/rgb8.png",
        "png/rgb16_trns.png",
        "png/rgba8.png",
        "png/rgba16.png",
        "png/palette4.png",
        "png/palette4_trns.png",
        "jpeg/cmyk.jpg",
        "pnm/gray_big.pfm",
        "pnm/rgb_big.pfm",
    ] {
        let size = opened(name).read(0, &Options::new()).expect(name);
        let size = &size.shape()[..2];
        for (mode, dtype, samples) in MODES {
            let known = opened(name).properties(0, &options(mode));
            let image = opened(name).read(0, &options(mode));
            let (known, image) = match (known, image) {
                (Ok(known), Ok(image)) => (known, image),
                (Err(known), Err(read)) => {
                    assert_eq!(
                        (known.kind(), read.kind()),
                        (ErrorKind::Unsupported, ErrorKind::Unsupported)
                    );
                    assert!(read.to_string().contains(&format!("`{mode}`")), "{read}");
                    let refused = ["La", "RGBa", "I;16", "I;16L", "I;16B", "I;16N"];
                    assert!(refused.contains(&mode), "{name} to {mode}: {read}");
                    continue;
                }
                (known, image) => panic!("{name} to {mode}: {known:?}, but {image:?}"),
            };
            let shape = if samples == 1 {
                size.to_vec()
            } else {
                [size, &[samples]].concat()
            };
            assert_eq!(
                (image.shape(), image.dtype()),
                (&shape[..], dtype),
                "{name} to {mode}"
            );
            assert_eq!(
                (known.shape, known.dtype),
                (shape, dtype),
                "{name} to {mode}"
            );
        }
    }
    for (mode, ..) in MODES {
        assert!(
            opened("png/rgb8.png").read(0, &options(mode)).is_ok(),
            "RGB becomes {mode}"
        );
    }
}

// checklist: E-007
#[test]
fn names_that_differ_in_case_alone_are_two_modes() {
    let (straight, product) = (read("png/rgba8.png", "RGBA"), read("png/rgba8.png", "RGBa"));
    assert_ne!(straight, product);
    let straight = straight.as_slice::<u8>().expect("bytes").as_chunks::<4>().0;
    let product = product.as_slice::<u8>().expect("bytes").as_chunks::<4>().0;
    for (&[r, g, b, a], &product) in straight.iter().zip(product) {
        let times = |level: u8| (f64::from(level) * f64::from(a) / 255.0).round() as u8;
        assert_eq!(product, [times(r), times(g), times(b), a]);
    }
    assert_ne!(read("png/graya8.png", "LA"), read("png/graya8.png", "La"));
    assert_eq!(
        read("png/graya8.png", "rgb"),
        read("png/graya8.png", "RGB"),
        "else case is free"
    );
}

// checklist: E-014
#[test]
fn sixteen_bits_are_kept_where_the_mode_has_them() {
    let high = |samples: &NdImage| -> Vec<u8> {
        samples
            .as_slice::<u16>()
            .expect("words")
            .iter()
            .map(|sample| (sample >> 8) as u8)
            .collect()
    };
    for (name, mode) in [
        ("png/rgb16.png", "RGB"),
        ("png/rgba16.png", "RGBA"),
        ("png/graya16.png", "LA"),
    ] {
        let stored = opened(name).read(0, &Options::new()).expect(name);
        assert_eq!(stored.dtype(), DType::U16);
        assert_eq!(
            read(name, mode).into_vec::<u8>().expect("bytes"),
            high(&stored),
            "{name}"
        );
    }
    let stored = opened("png/rgb16.png")
        .read(0, &Options::new())
        .expect("words");
    let luma: Vec<f64> = stored
        .as_slice::<u16>()
        .expect("words")
        .chunks(3)
        .map(|rgb| {
            0.299 * f64::from(rgb[0]) + 0.587 * f64::from(rgb[1]) + 0.114 * f64::from(rgb[2])
        })
        .collect();
    for mode in ["I;16", "I", "F"] {
        let gray = read("png/rgb16.png", mode).cast(DType::F64);
        let gray = gray.as_slice::<f64>().expect("numbers");
        assert!(
            gray.iter().zip(&luma).all(|(a, b)| (a - b).abs() < 1.0),
            "{mode}"
        );
    }
}

#[test]
fn a_transparent_level_or_colour_becomes_alpha() {
    for (name, mode) in [
        ("png/gray1_trns.png", "LA"),
        ("png/gray8_trns.png", "LA"),
        ("png/gray16_trns.png", "LA"),
        ("png/gray8_trns.png", "RGBA"),
        ("png/rgb8_trns.png", "RGBA"),
        ("png/rgb16_trns.png", "RGBA"),
        ("png/rgb8_trns.png", "RGBa"),
    ] {
        let image = read(name, mode);
        let samples = image.shape()[2];
        let pixels: Vec<&[u8]> = image
            .as_slice::<u8>()
            .expect("bytes")
            .chunks(samples)
            .collect();
        let clear = pixels
            .iter()
            .filter(|pixel| pixel[samples - 1] == 0)
            .count();
        assert!(
            clear > 0 && clear < pixels.len(),
            "{name}: {clear} of {}",
            pixels.len()
        );
        if mode == "RGBa" {
            assert!(
                pixels
                    .iter()
                    .all(|pixel| pixel[3] == 255 || **pixel == [0; 4])
            );
        }
    }
}

fn noise(shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>();
    let samples = (0..len).map(|at| (at * 7919 % 251) as u8).collect();
    NdImage::from_vec(shape, samples).expect("an image")
}

// checklist: E-037
#[test]
fn the_format_option_wins_over_the_extension_and_encoders_get_their_options() {
    let image = noise(&[24, 32, 3]);
    let starts = |bytes: &[u8], magic: &[u8]| bytes.starts_with(magic);
    let png = encode(&image, ".jpg", PillowWriteOptions::new().format("PNG")).expect("a PNG");
    assert!(starts(&png, b"\x89PNG"));
    let jpeg = encode(&image, ".png", PillowWriteOptions::new().format("jpeg")).expect("a JPEG");
    assert!(starts(&jpeg, b"\xff\xd8"));
    let size = |options: Options| encode(&image, ".jpg", options).expect("a JPEG").len();
    let plain = size(Options::new());
    assert!(size(Options::new().set("quality", 20)) < plain);
    // An option of another format has no effect; one of no format is an error, not lost.
    assert_eq!(size(Options::new().set("compress_level", 9)), plain);
    let error =
        encode(&image, ".jpg", Options::new().set("qualty", 20)).expect_err("no such option");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.to_string().contains("qualty"), "{error}");
}

// checklist: E-040
#[test]
fn with_a_mode_an_axis_more_than_it_has_means_several_images() {
    let count = |shape: &[usize], mode: Option<PillowMode>| {
        let gif =
            encode(&noise(shape), ".gif", PillowWriteOptions::new().mode(mode)).expect("a GIF");
        open(gif)
            .properties(.., &Options::new())
            .expect("properties")
            .shape[0]
    };
    assert_eq!(count(&[5, 7, 3], Some(PillowMode::Rgb)), 1);
    assert_eq!(
        count(&[5, 7, 3], Some(PillowMode::L)),
        5,
        "five rows of 7 by 3"
    );
    assert_eq!(count(&[2, 5, 7, 3], Some(PillowMode::Rgb)), 2);
    assert_eq!(count(&[5, 7], Some(PillowMode::L)), 1);
    assert_eq!(count(&[5, 7], None), 1);
    assert_eq!(count(&[5, 7, 3], None), 1);
    assert_eq!(count(&[3, 5, 7], None), 3);
}

#[test]
fn samples_of_other_modes_are_written_where_pillow_writes_them() {
    let rgb = opened("png/facts.png")
        .read(0, &Options::new())
        .expect("a PNG");
    let as_mode = |mode| {
        opened("png/facts.png")
            .read(0, &PillowReadOptions::new().mode(mode).into())
            .expect("converted")
    };
    let write = |extension, mode| {
        encode(
            &as_mode(mode),
            extension,
            PillowWriteOptions::new().mode(mode),
        )
    };
    let plain = encode(&rgb, ".jpg", Options::new()).expect("a JPEG");
    assert_eq!(write(".jpg", PillowMode::Rgbx).expect("a JPEG"), plain);
    let jpeg = write(".jpg", PillowMode::YCbCr).expect("a JPEG");
    let back = |bytes: Vec<u8>| open(bytes).read(0, &Options::new()).expect("a picture");
    let apart = |a: &NdImage, b: &NdImage| {
        let pairs = a
            .as_slice::<u8>()
            .expect("bytes")
            .iter()
            .zip(b.as_slice::<u8>().expect("bytes"));
        pairs.map(|(a, b)| a.abs_diff(*b)).max()
    };
    let (jpeg, plain) = (back(jpeg), back(plain));
    let pairs = jpeg
        .as_slice::<u8>()
        .expect("bytes")
        .iter()
        .zip(plain.as_slice::<u8>().expect("bytes"));
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    // Samples that are taken for RGB would be dozens apart in the mean.
    assert!(f64::from(sum) / (plain.len() as f64) < 3.0, "{sum}");
    let lossless = |mode| {
        let options = PillowWriteOptions::new().mode(mode).lossless(true);
        back(encode(&as_mode(mode), ".webp", options).expect("a WebP"))
    };
    assert!(apart(&lossless(PillowMode::YCbCr), &rgb) <= Some(4));
    assert!(apart(&lossless(PillowMode::Hsv), &rgb) <= Some(6));
    assert_eq!(lossless(PillowMode::Rgbx), rgb);
    for (extension, mode, says) in [
        (".png", PillowMode::YCbCr, "PNG holds no YCbCr"),
        (".png", PillowMode::Cmyk, "PNG holds no CMYK"),
        (".bmp", PillowMode::Rgbx, "BMP holds no RGBX"),
        (".jpg", PillowMode::Hsv, "JPEG holds no HSV"),
        (".webp", PillowMode::LaPremultiplied, "WebP holds no La"),
    ] {
        let error = write(extension, mode).expect_err("Pillow refuses it too");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains(says), "{error}");
    }
    let words = NdImage::from_vec(&[2, 2, 3], vec![0u16; 12]).expect("an image");
    let error = encode(
        &words,
        ".jpg",
        PillowWriteOptions::new().mode(PillowMode::YCbCr),
    );
    assert_eq!(
        error.map_err(|error| error.kind()).err(),
        Some(ErrorKind::BadOption)
    );
}
