//! Files that are written: what comes back, and how large they are beside Pillow's.

use std::io::Cursor;

use imageio_core::{DType, ErrorKind, Limits, NdImage, Result, Value};

use super::{Settings, encode, fixture, open_bytes, read_all, webp};

pub(super) fn write(frames: &[NdImage], settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(frames, settings, &mut out, &Limits::new())?;
    Ok(out.into_inner())
}

fn lossless() -> Settings {
    Settings {
        picture: webp::Settings {
            lossless: true,
            exact: true,
            ..webp::Settings::default()
        },
        ..Settings::default()
    }
}

fn image(shape: &[usize], sample: impl Fn(usize) -> u8) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(sample).collect()).unwrap()
}

fn metadata_bytes(file: &[u8], key: &str) -> Option<Vec<u8>> {
    let mut decoder = open_bytes(file.to_vec(), &Limits::new()).unwrap();
    let metadata = decoder.metadata(None).unwrap();
    metadata
        .get(key)
        .and_then(Value::as_bytes)
        .map(<[u8]>::to_vec)
}

/// At most a fiftieth longer or shorter.
fn is_about(len: usize, known: usize) -> bool {
    len.abs_diff(known) * 50 <= known
}

// checklist: E-043, E-045
#[test]
fn lossless_files_give_back_what_went_in() {
    for (height, width) in [(1, 1), (1, 9), (7, 1), (3, 5), (40, 33)] {
        for channels in [3, 4] {
            let shape = [height, width, channels];
            for frame in [
                image(&shape, |at| (at * 37 % 256) as u8),
                image(&shape, |at| (at * at / 7) as u8),
                image(&shape, |_| 200),
                image(&shape, |_| 0),
            ] {
                // Without one pixel that is not opaque, there is nothing to keep an alpha for.
                let written = write(std::slice::from_ref(&frame), &lossless()).unwrap();
                let back = read_all(written);
                let opaque = back[0].shape()[2] == 3 && channels == 4;
                let kept = frame
                    .crop(&[0..height, 0..width, 0..back[0].shape()[2]])
                    .unwrap();
                assert_eq!(back[0], kept.to_contiguous(), "{shape:?}");
                let all_opaque = frame.as_bytes().chunks(4).all(|pixel| pixel[3..] == [255]);
                assert!(!opaque || all_opaque);
            }
        }
    }
}

#[test]
fn gray_becomes_colour() {
    let gray = image(&[5, 4], |at| (at * 12) as u8);
    let back = read_all(write(&[gray], &lossless()).unwrap()).remove(0);
    assert_eq!(back, image(&[5, 4, 3], |at| (at / 3 * 12) as u8));
    let sheer = image(&[5, 4, 2], |at| (at * 6) as u8);
    let back = read_all(write(&[sheer], &lossless()).unwrap()).remove(0);
    let of = |at: usize| (at / 4 * 12 + usize::from(at % 4 == 3) * 6) as u8;
    assert_eq!(back, image(&[5, 4, 4], of));
}

#[test]
fn what_webp_cannot_hold_is_refused() {
    for frame in [
        NdImage::zeros(DType::U16, &[4, 4], &Limits::new()).unwrap(),
        NdImage::zeros(DType::Bool, &[4, 4], &Limits::new()).unwrap(),
        NdImage::zeros(DType::U8, &[4, 4, 5], &Limits::new()).unwrap(),
        NdImage::zeros(DType::U8, &[1, 16384, 3], &Limits::new()).unwrap(),
    ] {
        let error = write(&[frame], &Settings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    let unequal = [image(&[4, 4, 3], |_| 0), image(&[4, 5, 3], |_| 0)];
    let error = write(&unequal, &Settings::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let long = Settings {
        durations_ms: vec![1.7e7],
        ..Settings::default()
    };
    let two = [image(&[4, 4, 3], |_| 0), image(&[4, 4, 3], |_| 9)];
    assert_eq!(write(&two, &long).unwrap_err().kind(), ErrorKind::BadOption);
}

/// The same picture, written by Pillow with the same settings, is as large and looks the same.
#[test]
fn lossy_files_are_as_pillow_writes_them() {
    let scene = read_all(fixture("exif_orientation1"));
    let known = fixture("all_metadata");
    let settings = Settings {
        icc_profile: metadata_bytes(&known, "icc_profile"),
        exif: metadata_bytes(&known, "exif"),
        xmp: metadata_bytes(&known, "xmp"),
        ..Settings::default()
    };
    assert!(settings.icc_profile.is_some() && settings.exif.is_some() && settings.xmp.is_some());
    let written = write(&scene, &settings).unwrap();
    assert!(
        is_about(written.len(), known.len()),
        "{} {}",
        written.len(),
        known.len()
    );
    for key in ["icc_profile", "exif", "xmp"] {
        assert_eq!(
            metadata_bytes(&written, key),
            metadata_bytes(&known, key),
            "{key}"
        );
    }
    let (ours, theirs) = (read_all(written), read_all(known));
    let differences = ours[0]
        .as_bytes()
        .iter()
        .zip(theirs[0].as_bytes().iter())
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(differences <= Some(2), "{differences:?}");
}

// checklist: E-048
#[test]
fn animations_are_as_pillow_writes_them() {
    let frames = read_all(fixture("written_lossless"));
    let base = Settings {
        durations_ms: vec![100.0, 50.0, 50.0, 33.0, 20.0, 20.0, 10.0, 400.0],
        loop_count: 2,
        ..Settings::default()
    };
    for name in ["lossless", "lossy", "mixed"] {
        let mut settings = base.clone();
        settings.picture.lossless = name == "lossless";
        settings.allow_mixed = name == "mixed";
        let written = write(&frames, &settings).unwrap();
        let known = fixture(&format!("written_{name}"));
        assert!(
            is_about(written.len(), known.len()),
            "{name}: {} {}",
            written.len(),
            known.len()
        );
        let mut ours = open_bytes(written.clone(), &Limits::new()).unwrap();
        let mut theirs = open_bytes(known, &Limits::new()).unwrap();
        assert_eq!(ours.frame_count().unwrap(), theirs.frame_count().unwrap());
        for position in 0..frames.len() {
            let told = ours.metadata(Some(position)).unwrap();
            assert_eq!(
                told,
                theirs.metadata(Some(position)).unwrap(),
                "{name} {position}"
            );
        }
        if name == "lossless" {
            assert_eq!(read_all(written), frames);
        }
    }
}

#[test]
fn settings_change_the_file() {
    let frame = image(&[48, 64, 4], |at| (at * at / 11 % 251) as u8);
    let frames = std::slice::from_ref(&frame);
    let len = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        write(frames, &settings).unwrap().len()
    };
    assert!(len(|it| it.picture.quality = 10.0) < len(|it| it.picture.quality = 95.0));
    assert!(len(|it| it.picture.alpha_quality = 10) < len(|_| ()));
    assert_ne!(len(|it| it.method = Some(0)), len(|it| it.method = Some(6)));
    assert!(len(|it| it.picture.lossless = true) > len(|_| ()));
    let exif = Settings {
        exif: Some(b"Exif\0\0II*\0\x08\0\0\0\0\0".to_vec()),
        ..Settings::default()
    };
    let written = write(frames, &exif).unwrap();
    let stored = metadata_bytes(&written, "exif");
    assert_eq!(stored.as_deref(), Some(&b"II*\0\x08\0\0\0\0\0"[..]));
}

#[test]
fn the_background_is_kept() {
    let frames = [image(&[4, 4, 3], |_| 0), image(&[4, 4, 3], |_| 9)];
    let settings = Settings {
        background: [1, 2, 3, 4],
        ..Settings::default()
    };
    let mut decoder = open_bytes(write(&frames, &settings).unwrap(), &Limits::new()).unwrap();
    let metadata = decoder.metadata(None).unwrap();
    let background = metadata.get("background").and_then(Value::as_list).unwrap();
    let parts: Vec<_> = background.iter().filter_map(Value::as_i64).collect();
    assert_eq!(parts, [1, 2, 3, 4]);
}
