//! Metadata against Pillow's info.

use imageio_core::{DateTime, Value};

use super::*;

/// `value` in the form that the expectations have.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => i64::try_from(*value).unwrap().into(),
        Value::Str(value) => value.as_str().into(),
        other => panic!("{other:?} is not expected here"),
    }
}

/// Whether `found` is what the expectations say.
fn same(found: &Value, wanted: &Json) -> bool {
    match (found, wanted) {
        (Value::Bytes(bytes), _) => wanted["$bytes"]
            .as_str()
            .is_some_and(|text| *bytes == from_base64(text)),
        (Value::List(found), Json::Array(wanted)) => {
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| same(found, wanted))
        }
        // The parser of the expectations may miss the last bit.
        (Value::Float(found), _) => wanted
            .as_f64()
            .is_some_and(|wanted| (found - wanted).abs() <= 1e-12 * wanted),
        _ => json_of(found) == *wanted,
    }
}

#[test]
fn fixtures_have_the_expected_info() {
    for (name, expected) in expectations() {
        let mut decoder = open_fixture(&name);
        let Some(wanted) = expected["info"].as_object() else {
            continue;
        };
        let mut found = decoder.metadata(None).unwrap();
        // What the reference's info does not have.
        found.remove("palette");
        for key in ["time", "cicp", "background", "significant_bits"] {
            found.remove(key);
        }
        let keys: Vec<_> = found.keys().collect();
        let mut unordered = keys.clone();
        unordered.sort_unstable();
        let mut wanted_keys: Vec<_> = wanted.keys().map(String::as_str).collect();
        wanted_keys.sort_unstable();
        assert_eq!(unordered, wanted_keys, "{name}");
        for (key, value) in found.iter() {
            assert!(
                same(value, &wanted[key]),
                "{name} {key}: {value:?}, expected {}",
                wanted[key]
            );
        }
        assert_eq!(
            decoder.metadata(Some(0)).unwrap(),
            decoder.metadata(None).unwrap()
        );
        for (position, frame) in expected["frames"].as_array().unwrap().iter().enumerate() {
            let metadata = decoder.metadata(Some(position)).unwrap();
            let duration = metadata.get("duration");
            let equal = duration.map_or(frame["duration"].is_null(), |duration| {
                same(duration, &frame["duration"])
            });
            assert!(equal, "{name} {position}: {duration:?}");
        }
    }
}

#[test]
fn durations_are_known_where_the_reference_fails() {
    let mut decoder = open_fixture("png/apng_rgb8_interlaced.png");
    for position in 0..3 {
        let metadata = decoder.metadata(Some(position)).unwrap();
        assert_eq!(metadata.get("duration"), Some(&Value::Float(100.0)));
    }
}

#[test]
fn the_time_is_a_date() {
    let metadata = open_fixture("png/rgb8_time.png").metadata(None).unwrap();
    let time = DateTime::new(2024, 2, 29, 23, 59, 60).unwrap();
    assert_eq!(metadata.get("time"), Some(&Value::DateTime(time)));
}

/// A one-pixel file with `chunks` before the image data.
fn with_chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = fixture("png/gray8_1x1.png");
    let place = 8 + 25;
    let mut made = Vec::new();
    for (name, data) in chunks {
        let mut crc = flate2::Crc::new();
        crc.update(*name);
        crc.update(data);
        made.extend_from_slice(&(data.len() as u32).to_be_bytes());
        made.extend_from_slice(*name);
        made.extend_from_slice(data);
        made.extend_from_slice(&crc.sum().to_be_bytes());
    }
    bytes.splice(place..place, made);
    bytes
}

fn deflated(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn text_that_expands_too_far_is_refused() {
    let bomb = [&b"Comment\0\0"[..], &deflated(&vec![b'a'; (1 << 20) + 1])].concat();
    let mut decoder = open_bytes(with_chunks(&[(b"zTXt", &bomb)]), &Limits::new()).unwrap();
    assert_eq!(
        decoder.metadata(None).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
    assert!(decoder.decode(0).is_ok());
    let most = [&b"Comment\0\0"[..], &deflated(&vec![b'a'; 1 << 20])].concat();
    let many = vec![(b"zTXt", &most[..]); 65];
    let mut decoder = open_bytes(with_chunks(&many[..64]), &Limits::new()).unwrap();
    assert_eq!(decoder.metadata(None).unwrap().len(), 1);
    let mut decoder = open_bytes(with_chunks(&many), &Limits::new()).unwrap();
    assert_eq!(
        decoder.metadata(None).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
    let mut decoder = open_bytes(with_chunks(&many[..1]), &Limits::new().bytes(100_000)).unwrap();
    assert_eq!(
        decoder.metadata(None).unwrap_err().kind(),
        ErrorKind::LimitExceeded
    );
}

#[test]
fn broken_ancillary_chunks_say_nothing() {
    let chunks: [(&[u8; 4], &[u8]); 8] = [
        (b"gAMA", b"\0\0"),
        (b"cHRM", &[0; 31]),
        (b"pHYs", &[0; 8]),
        (b"tIME", &[0; 7]),
        (b"sRGB", b""),
        (b"iCCP", b"name\0\0no zlib stream"),
        (b"iTXt", b"Title\0\x01\0\0\0no zlib stream"),
        (b"tRNS", b"\x01"),
    ];
    let mut decoder = open_bytes(with_chunks(&chunks), &Limits::new()).unwrap();
    assert_eq!(decoder.metadata(None).unwrap(), Metadata::new());
    assert!(decoder.decode(0).is_ok());
    let mut bytes = with_chunks(&[(b"gAMA", &[0, 0, 1, 0])]);
    bytes[8 + 25 + 8] ^= 1;
    let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
    assert_eq!(decoder.metadata(None).unwrap(), Metadata::new());
}

#[test]
fn exif_in_a_text_of_old_is_found() {
    let digits = b"\nexif\n      10\n457869660000\n49492a00\n";
    let text = |keyword: &[u8]| [keyword, &b"\0"[..], digits].concat();
    for keyword in [&b"Raw profile type exif"[..], b"Raw profile type APP1"] {
        let bytes = with_chunks(&[(b"tEXt", &text(keyword))]);
        let metadata = open_bytes(bytes, &Limits::new())
            .unwrap()
            .metadata(None)
            .unwrap();
        assert_eq!(metadata.get("exif"), Some(&b"Exif\0\0II*\0"[..].into()));
    }
    let own = [
        (b"eXIf", &b"MM\0*"[..]),
        (b"tEXt", &text(b"Raw profile type exif")),
    ];
    let bytes = with_chunks(&own);
    let metadata = open_bytes(bytes, &Limits::new())
        .unwrap()
        .metadata(None)
        .unwrap();
    assert_eq!(metadata.get("exif"), Some(&b"Exif\0\0MM\0*"[..].into()));
    for broken in [
        &b"\nexif\n 4\n4x"[..],
        b"\nexif\n",
        b"",
        b"\nexif\n 1\n68747470",
    ] {
        let chunk = [&b"Raw profile type exif\0"[..], broken].concat();
        let bytes = with_chunks(&[(b"tEXt", &chunk)]);
        let metadata = open_bytes(bytes, &Limits::new())
            .unwrap()
            .metadata(None)
            .unwrap();
        assert_eq!(metadata.get("exif"), None);
    }
}
