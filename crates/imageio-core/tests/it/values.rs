//! Metadata and values.

use std::time::Duration;

use imageio_core::{DateTime, Metadata, NdImage, Rational, Value};

// checklist: G-008
#[test]
fn metadata_keeps_mixed_values_in_their_order() {
    let palette = NdImage::from_vec(&[1, 3], vec![1u8, 2, 3]).expect("three");
    let mut metadata = Metadata::new();
    metadata.insert("none", Value::Null);
    metadata.insert("flag", true);
    metadata.insert("count", 3u64);
    metadata.insert("ratio", Rational::new(1, 3));
    metadata.insert("name", "x");
    metadata.insert("raw", b"\x00a".to_vec());
    metadata.insert("sizes", [1.5, 2.0]);
    metadata.insert("palette", palette.clone());
    metadata.insert("maybe", None::<u8>);
    metadata.extend([("last", Metadata::from_iter([("inner", 1)]))]);
    let types: Vec<_> = metadata
        .iter()
        .map(|(_, value)| value.type_name())
        .collect();
    assert_eq!(
        types,
        [
            "null", "bool", "int", "rational", "str", "bytes", "list", "array", "null", "map"
        ]
    );
    let text = metadata.to_string();
    assert!(
        text.starts_with(
            "{none: none, flag: true, count: 3, ratio: 1/3, name: x, raw: b\"\\x00a\","
        )
    );
    assert_eq!(
        metadata.lookup("last.inner").and_then(Value::as_i64),
        Some(1)
    );
    let number = |key: &str| metadata.get(key).and_then(Value::as_f64);
    assert_eq!(
        (number("count"), number("ratio"), number("name")),
        (Some(3.0), Some(1.0 / 3.0), None)
    );
    assert_eq!(metadata.get("palette"), Some(&Value::from(palette)));
    assert_eq!(metadata.remove("flag"), Some(Value::Bool(true)));
    assert_eq!(
        metadata.keys().nth(1),
        Some("count"),
        "the rest keeps its order"
    );
    assert!(!metadata.contains_key("flag") && metadata.len() == 9 && !metadata.is_empty());
    let back: Metadata = metadata.clone().into_iter().collect();
    assert_eq!(back, metadata);
}

// checklist: G-033, G-034
#[test]
fn nested_metadata_becomes_json_without_loss() {
    let inner: Metadata = [("when", DateTime::new(2024, 2, 29, 1, 2, 3))]
        .into_iter()
        .collect();
    let mut metadata = Metadata::new();
    metadata.insert("exif", inner);
    metadata.insert("big", u64::MAX);
    metadata.insert(
        "list",
        vec![Value::from(1), Value::from("two"), Value::Null],
    );
    metadata.insert("delay", Duration::from_micros(1500));
    metadata.insert("1.0", 1.0);
    assert_eq!(
        metadata.to_json(),
        r#"{"exif": {"when": "2024-02-29T01:02:03"}, "big": 18446744073709551615, "list": [1, "two", null], "delay": 1.5, "1.0": 1.0}"#
    );
}

// checklist: G-033
#[test]
fn dates_compare_and_know_their_zone() {
    let date = |second| DateTime::new(2020, 1, 2, 3, 4, second).expect("a date");
    assert!(date(5) < date(6));
    let mut zoned = date(5);
    zoned.utc_offset = Some(0);
    zoned.nanosecond = 1_000;
    assert_eq!(zoned.to_string(), "2020-01-02T03:04:05.000001Z");
    assert!(DateTime::new(2023, 2, 29, 0, 0, 0).is_none());
}
