//! What is written reads back.

use super::*;

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
