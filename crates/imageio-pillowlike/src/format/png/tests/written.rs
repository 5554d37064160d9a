//! What is written is read back the same.

use std::io::Cursor;

use imageio_core::Value;

use super::*;

fn written(frames: &[NdImage], settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(frames, settings, &mut out, &Limits::new())?;
    Ok(out.into_inner())
}

fn read_back(frames: &[NdImage], settings: &Settings) -> Box<dyn Decoder> {
    open_bytes(written(frames, settings).unwrap(), &Limits::new()).unwrap()
}

fn ramp8(shape: &[usize], step: usize) -> NdImage {
    let len: usize = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(|at| (at * step) as u8).collect()).unwrap()
}

fn ramp16(shape: &[usize]) -> NdImage {
    let len: usize = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(|at| (at * 2503) as u16).collect()).unwrap()
}

fn bits(height: usize, width: usize) -> NdImage {
    let values = (0..height * width)
        .map(|at| at % 3 == 0)
        .collect::<Vec<bool>>();
    NdImage::from_vec(&[height, width], values).unwrap()
}

fn levels(level: Option<u8>) -> Settings {
    Settings {
        compress_level: level,
        ..Settings::default()
    }
}

#[test]
fn every_layout_comes_back_with_its_depth() {
    let shapes: [&[usize]; 5] = [&[5, 7], &[1, 1], &[5, 7, 2], &[5, 7, 3], &[5, 7, 4]];
    for level in [None, Some(0), Some(1), Some(5), Some(9)] {
        for shape in shapes {
            for image in [ramp8(shape, 31), ramp16(shape)] {
                let found = read_back(std::slice::from_ref(&image), &levels(level))
                    .decode(0)
                    .unwrap();
                assert_eq!(found.pixels, image, "{level:?}");
            }
        }
        let image = bits(5, 11);
        let found = read_back(std::slice::from_ref(&image), &levels(level))
            .decode(0)
            .unwrap();
        assert_eq!((found.pixels, found.mode), (image, Mode::Bilevel));
    }
}

#[test]
fn strided_arrays_are_written_as_they_look() {
    let image = ramp16(&[6, 9, 3])
        .crop(&[1..5, 2..8])
        .unwrap()
        .flip(1)
        .unwrap();
    let found = read_back(std::slice::from_ref(&image), &Settings::default())
        .decode(0)
        .unwrap();
    assert_eq!(found.pixels, image);
    let image = ramp8(&[6, 9], 7).permute(&[1, 0]).unwrap();
    let found = read_back(std::slice::from_ref(&image), &Settings::default())
        .decode(0)
        .unwrap();
    assert_eq!(found.pixels, image);
}

#[test]
fn what_png_does_not_hold_is_refused() {
    let refused = [
        NdImage::from_vec(&[2, 2], vec![1i32, 2, 3, 4]).unwrap(),
        NdImage::from_vec(&[2, 2], vec![1f32, 2.0, 3.0, 4.0]).unwrap(),
        NdImage::from_vec(&[1, 1, 3], vec![true; 3]).unwrap(),
        ramp8(&[2, 2, 1], 1),
        ramp8(&[2, 2, 5], 1),
        ramp8(&[0, 2], 1),
        ramp8(&[4], 1),
    ];
    for image in refused {
        let error = written(std::slice::from_ref(&image), &Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{image:?}");
        assert!(error.message().contains(image.dtype().name()), "{error}");
        assert!(
            error.message().contains(&format!("{:?}", image.shape())),
            "{error}"
        );
    }
    assert!(written(&[], &Settings::default()).is_err());
    let unequal = [ramp8(&[2, 2], 1), ramp8(&[2, 3], 1)];
    assert_eq!(
        written(&unequal, &Settings::default()).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    for settings in [
        levels(Some(10)),
        Settings {
            bits: Some(0),
            ..Settings::default()
        },
    ] {
        let error = written(&[ramp8(&[2, 2], 1)], &settings).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadOption);
    }
}

#[test]
fn animations_keep_every_frame() {
    for channels in [&[][..], &[2], &[3], &[4]] {
        let shape = [&[6, 8], channels].concat();
        let mut frames = vec![ramp8(&shape, 3), ramp8(&shape, 3), ramp8(&shape, 5)];
        let mut patched = ramp8(&shape, 5).into_vec::<u8>().unwrap();
        let middle = patched.len() / 2;
        patched[middle] ^= 0x80;
        frames.push(NdImage::from_vec(&shape, patched).unwrap());
        let settings = Settings {
            durations_ms: vec![40.0, 100.0, 1000.0 / 60.0],
            loop_count: 3,
            ..Settings::default()
        };
        let mut decoder = read_back(&frames, &settings);
        assert_eq!(decoder.frame_count().unwrap(), 4);
        for (position, frame) in frames.iter().enumerate() {
            assert_eq!(
                decoder.decode(position).unwrap().pixels,
                *frame,
                "{position}"
            );
        }
        let of = |decoder: &mut Box<dyn Decoder>, at, key| {
            decoder.metadata(Some(at)).unwrap().get(key).cloned()
        };
        assert_eq!(of(&mut decoder, 0, "duration"), Some(Value::Float(40.0)));
        assert_eq!(
            of(&mut decoder, 3, "duration"),
            Some(Value::Float(1.0 / 60.0 * 1000.0))
        );
        assert_eq!(of(&mut decoder, 0, "loop"), Some(Value::Int(3)));
        // Only the pixel that changed is stored.
        assert_eq!(
            of(&mut decoder, 3, "bbox")
                .unwrap()
                .as_list()
                .unwrap()
                .len(),
            4
        );
    }
}

#[test]
fn disposal_blend_and_the_default_image_are_written() {
    let frames: Vec<_> = (1..=3).map(|step| ramp8(&[4, 4, 4], step)).collect();
    let settings = Settings {
        disposal: vec![1],
        blend: vec![0, 0],
        default_image: true,
        ..Settings::default()
    };
    let mut decoder = read_back(&frames, &settings);
    assert_eq!(decoder.frame_count().unwrap(), 3);
    for (position, frame) in frames.iter().enumerate() {
        assert_eq!(
            decoder.decode(position).unwrap().pixels,
            *frame,
            "{position}"
        );
    }
    let metadata = decoder.metadata(Some(1)).unwrap();
    assert_eq!(metadata.get("disposal"), Some(&Value::Int(1)));
    assert_eq!(metadata.get("default_image"), Some(&Value::Bool(true)));
    assert_eq!(decoder.metadata(Some(0)).unwrap().get("bbox"), None);
}

#[test]
fn few_colours_make_an_exact_palette() {
    for (bits, colors) in [(1, 2), (2, 4), (3, 8), (4, 16), (8, 256)] {
        let step = if colors == 256 { 1 } else { 256 / colors };
        let gray: Vec<u8> = (0..300usize)
            .map(|at| ((at % colors) * step) as u8)
            .collect();
        let image = NdImage::from_vec(&[15, 20], gray.clone()).unwrap();
        let settings = Settings {
            bits: Some(bits),
            ..Settings::default()
        };
        let frame = read_back(&[image], &settings).decode(0).unwrap();
        let rgb: Vec<u8> = gray.iter().flat_map(|&level| [level; 3]).collect();
        assert_eq!(self::colors(&frame).into_vec::<u8>().unwrap(), rgb);
    }
    let rgba =
        NdImage::from_vec(&[1, 3, 4], vec![1u8, 2, 3, 255, 9, 9, 9, 0, 5, 6, 7, 128]).unwrap();
    let settings = Settings {
        bits: Some(2),
        ..Settings::default()
    };
    let frame = read_back(std::slice::from_ref(&rgba), &settings)
        .decode(0)
        .unwrap();
    assert_eq!(colors(&frame), rgba);
}

#[test]
fn fewer_bits_make_smaller_files() {
    let photo = ramp8(&[64, 64, 3], 37);
    let size = |bits| {
        written(
            std::slice::from_ref(&photo),
            &Settings {
                bits,
                ..Settings::default()
            },
        )
        .unwrap()
        .len()
    };
    assert!(size(Some(2)) < size(Some(8)));
    let size = |level| {
        written(std::slice::from_ref(&photo), &levels(level))
            .unwrap()
            .len()
    };
    assert!(size(Some(9)) < size(Some(0)));
}

#[test]
fn metadata_is_written() {
    let settings = Settings {
        density: Some(Density::Dpi(300.0, 72.0)),
        icc_profile: Some(vec![7; 200]),
        exif: Some(b"Exif\0\0II*\0".to_vec()),
        text: vec![
            ("Title".into(), "J\u{f6}rg".into()),
            ("Comment".into(), "\u{3b1}\u{3b2}".into()),
        ],
        gamma: Some(0.45455),
        transparency: Some(Transparency::Color([1, 2, 3])),
        ..Settings::default()
    };
    let metadata = read_back(&[ramp8(&[2, 2, 3], 1)], &settings)
        .metadata(None)
        .unwrap();
    let dpi = [11811.0 * 0.0254, 2835.0 * 0.0254];
    assert_eq!(metadata.get("dpi"), Some(&dpi.into()));
    assert_eq!(metadata.get("icc_profile"), Some(&vec![7u8; 200].into()));
    assert_eq!(metadata.get("exif"), Some(&b"Exif\0\0II*\0"[..].into()));
    assert_eq!(metadata.get("Title"), Some(&"J\u{f6}rg".into()));
    assert_eq!(metadata.get("Comment"), Some(&"\u{3b1}\u{3b2}".into()));
    assert_eq!(metadata.get("gamma"), Some(&0.45455.into()));
    assert_eq!(metadata.get("transparency"), Some(&[1, 2, 3].into()));
    let wrong = Settings {
        transparency: Some(Transparency::Level(1)),
        ..Settings::default()
    };
    assert_eq!(
        written(&[ramp8(&[2, 2, 4], 1)], &wrong).unwrap_err().kind(),
        ErrorKind::BadOption
    );
    let keyword = Settings {
        text: vec![(String::new(), String::new())],
        ..Settings::default()
    };
    assert_eq!(
        written(&[ramp8(&[2, 2], 1)], &keyword).unwrap_err().kind(),
        ErrorKind::BadOption
    );
}
