use imageio_core::Rational;

use super::*;

fn rational(numerator: i64, denominator: i64) -> Value {
    Rational::new(numerator, denominator).into()
}

#[test]
fn reads_named_tags_with_their_types() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/jpeg/exif_rich.jpg"
    );
    let file = std::fs::read(path).unwrap();
    let at = file.windows(6).position(|part| part == PREFIX).unwrap();
    let len = usize::from(u16::from_be_bytes([file[at - 2], file[at - 1]])) - 2;
    let tags = parse(&file[at..at + len]).unwrap();
    assert_eq!(tags.get("Make"), Some(&"Fixture Works".into()));
    assert_eq!(tags.get("XResolution"), Some(&rational(144, 1)));
    assert_eq!(tags.get("ExifOffset"), Some(&228.into()));
    assert_eq!(tags.lookup("Exif.ISOSpeedRatings"), Some(&200.into()));
    assert_eq!(tags.lookup("Exif.ExifVersion"), Some(&b"0232"[..].into()));
    assert_eq!(tags.lookup("Exif.ShutterSpeedValue"), Some(&(-1.5).into()));
    assert_eq!(tags.lookup("GPSInfo.GPSLatitudeRef"), Some(&"N".into()));
    let latitude = vec![rational(48, 1), rational(12, 1), rational(61, 2)];
    assert_eq!(tags.lookup("GPSInfo.GPSLatitude"), Some(&latitude.into()));
    assert_eq!(orientation(&file[at..at + len]), Some(1));
}

#[test]
fn what_is_built_reads_back() {
    let camera: Metadata = [
        ("FNumber", rational(28, 10)),
        ("ISOSpeedRatings", 100.into()),
    ]
    .into_iter()
    .collect();
    let place: Metadata = [
        ("GPSVersionID", Value::Bytes(vec![2, 3, 0, 0])),
        ("GPSLatitude", vec![rational(1, 2), rational(3, 1)].into()),
    ]
    .into_iter()
    .collect();
    let mut tags = Metadata::new();
    tags.insert("Make", "A maker");
    tags.insert("Orientation", 8);
    tags.insert("XResolution", rational(300, 1));
    tags.insert("ImageWidth", 70_000);
    tags.insert("DateTime", "2024:02:29 12:34:56");
    tags.insert("BitsPerSample", [8, 8, 8]);
    tags.insert("Exif", camera);
    tags.insert("GPSInfo", place);
    tags.insert("no such tag", 1);
    tags.insert("Software", Value::Bool(true));
    let mut read = parse(&build(&tags)).unwrap();
    assert!(read.remove("ExifOffset").is_some());
    tags.remove("no such tag");
    tags.remove("Software");
    for (key, value) in tags.iter() {
        assert_eq!(read.get(key), Some(value), "{key}");
    }
    assert_eq!(read.len(), tags.len());
}

#[test]
fn floats_become_near_fractions() {
    let tags: Metadata = [
        ("XResolution", 72.0),
        ("YResolution", 1.0 / 3.0),
        ("ExposureTime", 0.004),
    ]
    .into_iter()
    .collect();
    let read = parse(&build(&tags)).unwrap();
    assert_eq!(read.get("XResolution"), Some(&rational(72, 1)));
    assert_eq!(read.get("YResolution"), Some(&rational(1, 3)));
    assert_eq!(read.get("ExposureTime"), Some(&rational(1, 250)));
}

#[test]
fn values_outside_the_standard_are_no_orientation() {
    for value in [0, 9, 70_000] {
        let tags = [("Orientation", value)].into_iter().collect();
        assert_eq!(orientation(&build(&tags)), None);
    }
}

#[test]
fn broken_blocks_are_corrupt_or_lose_a_tag() {
    for block in [
        &b""[..],
        b"Exif\0\0",
        b"II*\0",
        b"II*\0\xff\xff\xff\x7f",
        b"MM\0*\0\0\0\x08",
    ] {
        assert!(parse(block).is_err(), "{block:?}");
    }
    let tags: Metadata = [("Make", "A maker of cameras"), ("Model", "x")]
        .into_iter()
        .collect();
    let block = build(&tags);
    let cut = parse(&block[..block.len() - 4]).unwrap();
    assert_eq!(cut.keys().collect::<Vec<_>>(), ["Model"]);
    for len in 0..block.len() {
        let _ = parse(&block[..len]);
    }
}

#[test]
fn tags_that_share_their_bytes_stay_within_the_budget() {
    // Five thousand tags of numbers, each claiming the whole block.
    let count = 5_000u16;
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend(count.to_le_bytes());
    for _ in 0..count {
        block.extend(0x0102u16.to_le_bytes());
        block.extend(3u16.to_le_bytes());
        block.extend(30_000u32.to_le_bytes());
        block.extend(0u32.to_le_bytes());
    }
    block.extend([0; 8]);
    let tags = parse(&block).unwrap();
    assert_eq!(
        tags.get("BitsPerSample")
            .and_then(Value::as_list)
            .map(<[_]>::len),
        Some(30_000)
    );
}

#[test]
fn xmp_gives_an_orientation_as_attribute_or_element() {
    use super::orientation_in_xmp;
    assert_eq!(orientation_in_xmp(b"<x tiff:Orientation=\"6\" />"), Some(6));
    assert_eq!(
        orientation_in_xmp(b"<tiff:Orientation>3</tiff:Orientation>"),
        Some(3)
    );
    assert_eq!(orientation_in_xmp(b"<tiff:Orientation"), None);
    assert_eq!(orientation_in_xmp(b"nothing"), None);
}
