use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use imageio_core::{ErrorKind, Request, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::*;

fn fixtures() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures")).to_owned()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    files
}

fn open_bytes(bytes: Vec<u8>) -> Result<Box<dyn Decoder>> {
    open(Request::from_owner(bytes).reader()?, &Limits::new())
}

fn fixture(name: &str) -> Box<dyn Decoder> {
    open_bytes(fs::read(fixtures().join("jpeg").join(name)).unwrap()).unwrap()
}

fn expected(name: &str) -> Json {
    let path = fixtures()
        .join("expected/jpeg")
        .join(format!("{name}.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn digest(image: &NdImage) -> String {
    format!("{:x}", Sha256::digest(image.as_bytes()))
}

fn written(image: &NdImage, settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(
        std::slice::from_ref(image),
        settings,
        &mut out,
        &Limits::new(),
    )?;
    Ok(out.into_inner())
}

/// A picture with edges and ramps.
fn picture(height: usize, width: usize, channels: usize) -> NdImage {
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                samples.push(if (x / 5 + y / 7 + c) % 3 == 0 {
                    240
                } else {
                    (x * 7 + y * 3 + c * 50) as u8
                });
            }
        }
    }
    let shape = if channels == 1 {
        vec![height, width]
    } else {
        vec![height, width, channels]
    };
    NdImage::from_vec(&shape, samples).unwrap()
}

// checklist: E-015
#[test]
fn reads_every_fixture_as_pillow_does() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = expected(name);
        let frames = expected["frames"].as_array().unwrap();
        let mut decoder = fixture(name);
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            let pixels = decoder.decode(position).unwrap().pixels;
            let shape: Json = info.shape().into();
            assert_eq!(shape, frame["shape"], "{name}");
            assert_eq!(pixels.shape(), info.shape(), "{name}");
            assert_eq!(
                pixels.dtype().to_string(),
                frame["dtype"].as_str().unwrap(),
                "{name}"
            );
            assert_eq!(digest(&pixels), frame["sha256"].as_str().unwrap(), "{name}");
        }
    }
}

/// Whether two JSON values are equal, numbers by their value and fractions as their quotient.
fn same(ours: &Json, theirs: &Json) -> bool {
    let number = |json: &Json| match &json["$rational"] {
        Json::Null => json.as_f64(),
        parts => Some(parts[0].as_f64()? / parts[1].as_f64()?),
    };
    match (ours, theirs) {
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => match (number(ours), number(theirs)) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            _ => ours == theirs,
        },
    }
}

#[test]
fn gives_the_keys_and_values_of_pillow() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let theirs = expected(name);
        let theirs = theirs["info"].as_object().unwrap();
        let ours: Json =
            serde_json::from_str(&fixture(name).metadata(None).unwrap().to_json()).unwrap();
        let ours = ours.as_object().unwrap();
        // Pillow drops the offset of the index once it has found several pictures.
        for (key, value) in theirs.iter().filter(|(key, _)| *key != "mpoffset") {
            assert!(
                same(&ours[key], value),
                "{name}: {key} is {}, not {value}",
                ours[key]
            );
        }
        assert!(
            ours.keys().all(|key| theirs.contains_key(key)),
            "{name}: {ours:?}"
        );
    }
}

#[test]
fn refuses_every_broken_fixture_with_its_kind() {
    let manifest = fs::read_to_string(fixtures().join("manifest.toml")).unwrap();
    for path in files_in(&fixtures().join("bad/jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let row = manifest
            .split("[[file]]")
            .find(|row| row.contains(&format!("\"bad/jpeg/{name}\"")))
            .unwrap();
        let lines = row
            .lines()
            .filter(|line| line.starts_with("error") || line.starts_with("or_error"));
        let kinds: String = lines.collect();
        let error = open_bytes(fs::read(&path).unwrap())
            .and_then(|mut decoder| decoder.decode(0))
            .map(|frame| frame.pixels)
            .unwrap_err();
        assert!(
            kinds.contains(&format!("\"{:?}\"", error.kind())),
            "{name}: {error:?}, expected {kinds}"
        );
    }
}

#[test]
fn windows_equal_the_crop_of_the_whole() {
    for path in files_in(&fixtures().join("jpeg")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut decoder = fixture(name);
        let whole = decoder.decode(0).unwrap().pixels;
        let (height, width) = (whole.shape()[0], whole.shape()[1]);
        for (top, bottom) in [
            (0, height),
            (height / 3, height),
            (height / 2, height / 2 + 1),
            (0, height.div_ceil(3)),
        ] {
            for (left, right) in [
                (0, width),
                (width / 3, width),
                (width / 2, width / 2 + 1),
                (0, width.div_ceil(3)),
            ] {
                let window = [top..bottom, left..right];
                let part = decoder
                    .decode_window(0, top..bottom, left..right)
                    .unwrap()
                    .pixels;
                assert_eq!(
                    part,
                    whole.crop(&window).unwrap().to_contiguous(),
                    "{name} {window:?}"
                );
            }
        }
    }
}

#[test]
fn windows_of_larger_pictures_are_exact() {
    for subsampling in [Subsampling::S444, Subsampling::S422, Subsampling::S420] {
        for progressive in [false, true] {
            for channels in [1, 3] {
                let settings = Settings {
                    subsampling,
                    progressive,
                    ..Settings::default()
                };
                let bytes = written(&picture(150, 170, channels), &settings).unwrap();
                let mut decoder = open_bytes(bytes).unwrap();
                let whole = decoder.decode(0).unwrap().pixels;
                for at in [0, 1, 15, 16, 31, 33, 64, 100, 140] {
                    for len in [1, 7, 10] {
                        let window = [at..at + len, at + 3..at + 20];
                        let part = decoder
                            .decode_window(0, window[0].clone(), window[1].clone())
                            .unwrap()
                            .pixels;
                        assert_eq!(
                            part,
                            whole.crop(&window).unwrap().to_contiguous(),
                            "{subsampling:?} {progressive} {channels} {window:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn truncated_and_flipped_fixtures_end_in_an_error_or_a_picture() {
    for path in files_in(&fixtures().join("jpeg")) {
        let bytes = fs::read(&path).unwrap();
        for len in (0..bytes.len()).step_by(7) {
            exercise(bytes[..len].to_vec());
        }
        for at in (0..bytes.len()).step_by(3) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            exercise(flipped);
        }
    }
}

fn exercise(bytes: Vec<u8>) {
    let Ok(mut decoder) = open(
        Request::from_owner(bytes).reader().unwrap(),
        &Limits::new().bytes(64 << 20),
    ) else {
        return;
    };
    for position in 0..decoder.frame_count().unwrap() {
        let _ = decoder.metadata(Some(position)).map(|info| {
            info.get("exif")
                .and_then(Value::as_bytes)
                .map(crate::format::exif::parse)
        });
        let _ = decoder.decode(position);
        let _ = decoder.decode_window(position, 0..1, 0..1);
    }
}

#[test]
fn a_scan_that_ends_early_is_corrupt() {
    for name in [
        "rgb_420_33x25.jpg",
        "progressive_444.jpg",
        "gray.jpg",
        "cmyk.jpg",
    ] {
        let bytes = fs::read(fixtures().join("jpeg").join(name)).unwrap();
        let kind = |bytes: &[u8]| {
            open_bytes(bytes.to_vec())
                .and_then(|mut d| d.decode(0))
                .map(|_| ())
                .map_err(|e| e.kind())
        };
        assert_eq!(
            kind(&bytes[..bytes.len() - 40]),
            Err(ErrorKind::Corrupt),
            "{name}"
        );
        let mut closed = bytes[..bytes.len() - 40].to_vec();
        closed.extend([0xff, 0xd9]);
        assert_eq!(
            kind(&closed),
            Err(ErrorKind::Corrupt),
            "{name}, with an end marker"
        );
    }
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let bytes = fs::read(fixtures().join("jpeg/rgb_420_33x25.jpg")).unwrap();
    let limits = Limits::new().pixels(100);
    let mut decoder = open(Request::from_owner(bytes).reader().unwrap(), &limits).unwrap();
    assert_eq!(
        decoder.decode(0).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
    assert_eq!(decoder.frame_info(0).unwrap().shape(), [25, 33, 3]);
}

#[test]
fn written_pictures_read_back() {
    for channels in [1, 3] {
        let image = picture(20, 31, channels);
        let settings = Settings {
            quality: 100,
            subsampling: Subsampling::S444,
            ..Settings::default()
        };
        let read = open_bytes(written(&image, &settings).unwrap())
            .unwrap()
            .decode(0)
            .unwrap()
            .pixels;
        let pairs = image
            .as_slice::<u8>()
            .unwrap()
            .iter()
            .zip(read.as_slice::<u8>().unwrap());
        assert!(pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap() < 8);
    }
    let inks = picture(20, 31, 4);
    let settings = Settings {
        quality: 100,
        cmyk: true,
        ..Settings::default()
    };
    let read = open_bytes(written(&inks, &settings).unwrap())
        .unwrap()
        .decode(0)
        .unwrap();
    assert_eq!(read.mode, Mode::Cmyk);
    let pairs = inks
        .as_slice::<u8>()
        .unwrap()
        .iter()
        .zip(read.pixels.as_slice::<u8>().unwrap());
    assert!(pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap() < 8);
}

#[test]
fn writes_metadata_that_reads_back() {
    let exif = crate::format::exif::build(&[("Orientation", 6)].into_iter().collect());
    let profile = vec![7; 70_000];
    let settings = Settings {
        dpi: Some((300.4, 299.6)),
        exif: Some(exif.clone()),
        icc_profile: Some(profile.clone()),
        comment: Some(b"hello".to_vec()),
        xmp: Some(b"<x/>".to_vec()),
        ..Settings::default()
    };
    let bytes = written(&picture(9, 9, 3), &settings).unwrap();
    let info = open_bytes(bytes).unwrap().metadata(None).unwrap();
    assert_eq!(info.get("dpi"), Some(&[300.0, 300.0].into()));
    assert_eq!(
        info.get("exif"),
        Some(&[b"Exif\0\0", &exif[..]].concat().into())
    );
    assert_eq!(info.get("icc_profile"), Some(&profile.into()));
    assert_eq!(info.get("comment"), Some(&b"hello"[..].into()));
    assert_eq!(info.get("xmp"), Some(&b"<x/>"[..].into()));
}

#[test]
fn refuses_to_write_what_jpeg_does_not_hold() {
    let kind = |image: &NdImage, settings: &Settings| {
        written(image, settings).map(|_| ()).map_err(|e| e.kind())
    };
    let plain = Settings::default();
    assert_eq!(kind(&picture(4, 4, 4), &plain), Err(ErrorKind::Unsupported));
    assert_eq!(kind(&picture(4, 4, 2), &plain), Err(ErrorKind::Unsupported));
    assert_eq!(
        kind(&picture(4, 4, 3).cast(DType::U16), &plain),
        Err(ErrorKind::Unsupported)
    );
    assert_eq!(
        kind(
            &picture(4, 4, 3),
            &Settings {
                quality: 101,
                ..plain.clone()
            }
        ),
        Err(ErrorKind::BadOption)
    );
    assert_eq!(
        kind(
            &picture(4, 4, 3),
            &Settings {
                exif: Some(vec![0; 65_600]),
                ..plain.clone()
            }
        ),
        Err(ErrorKind::BadOption)
    );
    let mut out = Cursor::new(Vec::new());
    let two = [picture(4, 4, 3), picture(4, 4, 3)];
    let error = encode(&two, &plain, &mut out, &Limits::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(out.into_inner().is_empty());
}

// checklist: E-048
#[test]
fn several_pictures_make_a_multi_picture_file() {
    let settings = Settings {
        several: true,
        quality: 100,
        exif: Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec()),
        comment: Some(b"each".to_vec()),
        ..Settings::default()
    };
    let pictures = [
        picture(9, 20, 3),
        picture(5, 3, 1),
        picture(17, 8, 3),
        picture(1, 1, 1),
    ];
    for count in 1..=pictures.len() {
        let mut out = Cursor::new(Vec::new());
        encode(&pictures[..count], &settings, &mut out, &Limits::new()).unwrap();
        let bytes = out.into_inner();
        let mut decoder = open_bytes(bytes).unwrap();
        assert_eq!(decoder.frame_count().unwrap(), count);
        for (position, picture) in pictures[..count].iter().enumerate() {
            let alone = Settings {
                several: false,
                ..settings.clone()
            };
            let mut single = open_bytes(written(picture, &alone).unwrap()).unwrap();
            let (ours, theirs) = (decoder.decode(position).unwrap(), single.decode(0).unwrap());
            assert_eq!(ours.pixels, theirs.pixels, "{count} pictures, {position}");
            let metadata = decoder.metadata(Some(position)).unwrap();
            assert_eq!(
                metadata.get("comment").and_then(Value::as_bytes),
                Some(&b"each"[..])
            );
            assert!(metadata.contains_key("exif"));
        }
    }
}

// checklist: E-046
#[test]
fn several_pictures_are_refused_elsewhere() {
    let pictures = [picture(4, 4, 3), picture(4, 4, 3)];
    let mut out = Cursor::new(Vec::new());
    let error = encode(&pictures, &Settings::default(), &mut out, &Limits::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.message(), "2 pictures: JPEG holds one");
    assert!(out.into_inner().is_empty());
}

#[test]
fn colours_may_be_stored_as_they_are() {
    let settings = Settings {
        keep_rgb: true,
        quality: 100,
        ..Settings::default()
    };
    let red = NdImage::from_vec(&[8, 8, 3], [250u8, 0, 3].repeat(64)).unwrap();
    let bytes = written(&red, &settings).unwrap();
    // Nothing is lost of a single colour but the rounding of its mean.
    assert_eq!(
        open_bytes(bytes.clone()).unwrap().decode(0).unwrap().pixels,
        red
    );
    assert!(
        bytes.windows(4).any(|at| at == b"R\x11\0G"),
        "components by their names"
    );
    let halved = Settings {
        subsampling: Subsampling::S422,
        ..settings
    };
    assert_eq!(
        written(&red, &halved).unwrap_err().kind(),
        ErrorKind::BadOption
    );
}

// checklist: E-015
#[test]
fn inks_stay_four_channels() {
    let settings = Settings {
        cmyk: true,
        quality: 100,
        ..Settings::default()
    };
    let inks = NdImage::from_vec(&[8, 16, 4], [10u8, 200, 30, 90].repeat(128)).unwrap();
    let mut decoder = open_bytes(written(&inks, &settings).unwrap()).unwrap();
    let info = decoder.frame_info(0).unwrap();
    assert_eq!(
        (info.shape(), info.dtype, info.mode),
        (vec![8, 16, 4], DType::U8, Mode::Cmyk)
    );
    assert_eq!(decoder.decode(0).unwrap().pixels, inks);
    let gray = open_bytes(written(&picture(8, 8, 1), &Settings::default()).unwrap());
    assert_eq!(gray.unwrap().decode(0).unwrap().pixels.shape(), [8, 8]);
}

#[test]
fn reduced_pictures_have_the_size_that_is_told() {
    let part = |reduce| Selection {
        reduce,
        ..Selection::default()
    };
    for (height, width, channels) in [(17, 33, 3), (8, 1, 3), (100, 7, 1), (1, 9, 3)] {
        for progressive in [false, true] {
            let settings = Settings {
                progressive,
                ..Settings::default()
            };
            let bytes = written(&picture(height, width, channels), &settings).unwrap();
            let mut decoder = open_bytes(bytes).unwrap();
            for reduce in [2u8, 4, 8] {
                decoder.select(&part(Some(reduce))).unwrap();
                let shape = decoder.frame_info(0).unwrap().shape();
                let sides = [height, width].map(|side| side.div_ceil(reduce.into()));
                assert_eq!(shape[..2], sides);
                let whole = decoder.decode(0).unwrap().pixels;
                assert_eq!(whole.shape(), shape);
                let (rows, columns) = (sides[0] / 2..sides[0], 0..sides[1].div_ceil(2));
                let window = decoder
                    .decode_window(0, rows.clone(), columns.clone())
                    .unwrap();
                assert_eq!(
                    window.pixels,
                    whole.crop(&[rows, columns]).unwrap().compact()
                );
            }
            decoder.select(&part(None)).unwrap();
            assert_eq!(
                decoder.decode(0).unwrap().pixels.shape()[..2],
                [height, width]
            );
        }
    }
    let mut decoder =
        open_bytes(written(&picture(8, 8, 1), &Settings::default()).unwrap()).unwrap();
    let layer = Selection {
        layer: Some("a".to_owned()),
        ..part(Some(2))
    };
    assert_eq!(
        decoder.select(&layer).unwrap_err().kind(),
        ErrorKind::BadOption
    );
}

/// A ramp in each of `channels`, coded with the backend's encoder and the sampling factors given.
fn sampled(factors: &[(u8, u8)], format: libjpeg_turbo_rs::PixelFormat) -> Vec<u8> {
    let channels = factors.len();
    let samples: Vec<u8> = (0..37 * 29 * channels)
        .map(|at| (at / channels % 37 * 6 + at / channels / 37 * (1 + at % channels)) as u8)
        .collect();
    libjpeg_turbo_rs::Encoder::new(&samples, 37, 29, format)
        .quality(90)
        .sampling_factors(factors.to_vec())
        .encode()
        .unwrap()
}

#[test]
fn uncommon_samplings_are_put_together_as_pillow_does() {
    use libjpeg_turbo_rs::PixelFormat::{Cmyk, Rgb};
    // The digests are of what Pillow 13.0 decodes.
    let cases: [(&[(u8, u8)], _, &str); 6] = [
        (
            &[(1, 1), (2, 1), (1, 2)],
            Rgb,
            "d51cf36ec9e021dbaa63b596a992005fd50d0cc1f16be973f791a78513b677d5",
        ),
        (
            &[(2, 2), (2, 1), (1, 2)],
            Rgb,
            "a1692d20343258cae7c4adcdde7d269e418f817e61faaa5c3c0e54aab9ad5fbd",
        ),
        (
            &[(1, 2), (2, 2), (1, 1)],
            Rgb,
            "e22122bd8927aae054bf7f0bf77487b80e4b73ba9df808eff0d63520b59bbe96",
        ),
        (
            &[(2, 2), (1, 1), (1, 1), (1, 1)],
            Cmyk,
            "f4a3fdef98c97f2b8abfebd9a65bb7dc46e2462b7bd815986c868d0cb3873885",
        ),
        (
            &[(2, 1), (1, 1), (2, 1), (1, 2)],
            Cmyk,
            "b8fd5afab26db5cb593901efc70909e6279f2556b8016d80359ebc4f3d7fa8de",
        ),
        (
            &[(1, 1), (3, 1), (1, 1), (3, 1)],
            Cmyk,
            "501dcc6b6638b41ed61e2bb0683eea57460a28b66b4a963e9fafecbaf2bed92d",
        ),
    ];
    for (factors, format, sha256) in cases {
        let mut decoder = open_bytes(sampled(factors, format)).unwrap();
        assert_eq!(
            digest(&decoder.decode(0).unwrap().pixels),
            sha256,
            "{factors:?}"
        );
    }
}

#[test]
fn reads_samples_of_other_depths() {
    use libjpeg_turbo_rs::precision::{compress_12bit, compress_lossless_arbitrary};
    for bits in [2u8, 5, 9, 12, 16] {
        let samples: Vec<u16> = (0..20 * 30u32)
            .map(|at| (at * 109 % (1 << bits)) as u16)
            .collect();
        let bytes = compress_lossless_arbitrary(&samples, 30, 20, 1, bits, 1, 0).unwrap();
        let image = open_bytes(bytes).unwrap().decode(0).unwrap().pixels;
        let expected = NdImage::from_vec(&[20, 30], samples).unwrap();
        let dtype = if bits <= 8 { DType::U8 } else { DType::U16 };
        assert_eq!(image, expected.cast(dtype), "{bits} bits");
    }
    let samples: Vec<i16> = (0..16 * 16).map(|at| at * 15).collect();
    let bytes = compress_12bit(
        &samples,
        16,
        16,
        1,
        100,
        libjpeg_turbo_rs::Subsampling::S444,
    )
    .unwrap();
    let image = open_bytes(bytes).unwrap().decode(0).unwrap().pixels;
    assert_eq!((image.dtype(), image.shape()), (DType::U16, &[16, 16][..]));
    let pairs = image.as_slice::<u16>().unwrap().iter().zip(&samples);
    assert!(pairs.map(|(a, b)| a.abs_diff(*b as u16)).max().unwrap() < 8);
}

#[test]
fn deep_samples_in_several_scans_are_refused() {
    let bytes = libjpeg_turbo_rs::precision::compress_12bit(
        &[0; 64],
        8,
        8,
        1,
        90,
        libjpeg_turbo_rs::Subsampling::S444,
    )
    .unwrap();
    let mut progressive = bytes;
    let at = progressive
        .windows(2)
        .position(|pair| pair == [0xff, 0xc1])
        .unwrap();
    progressive[at + 1] = 0xc2;
    let error = open_bytes(progressive)
        .and_then(|mut decoder| decoder.decode(0))
        .map(|frame| frame.pixels)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
