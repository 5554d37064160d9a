//! What the SDT-control software hides in the comments.

use imageio_core::Value;
use imageio_spe::{CharEncoding, SpeReadOptions};
use serde_json::{Value as Json, json};

use crate::support::{self, Spe};

/// Texts at their columns in a line of blanks.
fn line(parts: &[(usize, &str)]) -> String {
    let mut line = vec![b' '; 80];
    for (at, text) in parts {
        line[*at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    String::from_utf8(line).expect("ASCII")
}

/// A file with the mark of `version` and `parts` in the second and the fifth comment.
fn marked(version: &str, second: &[(usize, &str)], fifth: &[(usize, &str)]) -> Spe {
    let mark = format!("COMVER{version}");
    let fifth: Vec<_> = fifth.iter().copied().chain([(70, mark.as_str())]).collect();
    Spe::new(1, 2, 3)
        .comment(1, line(second))
        .comment(4, line(&fifth))
}

fn found(spe: &Spe) -> Json {
    support::json(&spe.metadata(&SpeReadOptions::new()).0)
}

// checklist: E-294, E-295, E-303, H-023
#[test]
fn each_field_stands_in_its_columns() {
    let micro = |number: f64| Value::Float(number * 1e-6);
    let fields: [(usize, usize, &str, &str, Value); 25] = [
        (4, 66, "17", "sdt_major_version", 17.into()),
        (4, 68, "29", "sdt_minor_version", 29.into()),
        (4, 0, "ACCI2x", "sdt_controller_name", "ACCI2x".into()),
        (1, 64, "123456789", "exposure_time", micro(123456789.0)),
        (4, 10, "1-2-", "color_code", "1-2-".into()),
        (4, 15, "3", "detection_channels", 3.into()),
        (4, 14, "B", "background_subtraction", true.into()),
        (4, 32, "E", "em_active", true.into()),
        (4, 28, "1234", "em_gain", 1234.into()),
        (4, 33, "A", "modulation_active", true.into()),
        (4, 25, "165", "pixel_size", (165.0 * 0.1).into()),
        (4, 6, "SETO", "sequence_type", "TOCCSL".into()),
        (4, 16, "987654321", "grid", micro(987654321.0)),
        (1, 0, "1234", "n_macro", 1234.into()),
        (1, 4, "567", "n_mini", 567.into()),
        (1, 7, "891", "n_micro", 891.into()),
        (1, 7, "891", "n_subpics", 891.into()),
        (1, 10, "234567.25", "delay_macro", (234567.25 * 1e-3).into()),
        (1, 19, "112233445", "delay_mini", micro(112233445.0)),
        (1, 28, "223344556", "delay_micro", micro(223344556.0)),
        (1, 37, "334455667", "delay_prebleach", micro(334455667.0)),
        (1, 46, "445566778", "bleach_time", micro(445566778.0)),
        (1, 55, "556677889", "recovery_time", micro(556677889.0)),
        (1, 73, "667788", "delay_shutter", micro(667788.0)),
        (4, 34, "z", "bleach_piezo_active", true.into()),
    ];
    let blank = marked("0501", &[], &[]).metadata(&SpeReadOptions::new()).0;
    for (comment, at, text, key, value) in fields {
        let part = [(at, text)];
        let (second, fifth): (&[_], &[_]) = if comment == 1 {
            (&part, &[])
        } else {
            (&[], &part)
        };
        let metadata = marked("0501", second, fifth)
            .metadata(&SpeReadOptions::new())
            .0;
        assert_eq!(metadata.get(key), Some(&value), "{key}");
        // Elsewhere there are blanks, so a field that was read from other columns too would not be empty here.
        let absent = blank.get(key).expect(key);
        let is_empty = match absent {
            Value::Null | Value::Bool(false) => true,
            absent => absent.as_str().is_some_and(|text| text.trim().is_empty()),
        };
        assert!(is_empty, "{key}: {absent}");
    }
}

// checklist: E-296
#[test]
fn sequences_have_names() {
    for (letters, name) in [
        ("SEQU", "standard"),
        ("SETO", "TOCCSL"),
        ("KINE", "kinetics"),
        ("SEAR", "arbitrary"),
    ] {
        assert_eq!(
            found(&marked("0500", &[], &[(6, letters)]))["sequence_type"],
            json!(name)
        );
    }
    let (metadata, warnings) = marked("0500", &[], &[(6, "????")]).metadata(&SpeReadOptions::new());
    assert_eq!(metadata.get("sequence_type"), Some(&Value::Null));
    assert!(
        warnings
            .iter()
            .any(|text| text.contains("`sequence_type` cannot be read from \"????\"")),
        "{warnings:?}"
    );
}

// checklist: E-298
#[test]
fn a_field_that_is_no_number_is_null_and_warned_about() {
    let spe = marked("0500", &[(0, "12x4"), (4, "567")], &[]);
    let (metadata, warnings) = spe.metadata(&SpeReadOptions::new());
    assert_eq!(metadata.get("n_macro"), Some(&Value::Null));
    assert_eq!(metadata.get("n_mini"), Some(&Value::Int(567)));
    assert!(
        warnings.contains(&"SDT-control field `n_macro` cannot be read from \"12x4\"".to_owned())
    );
}

// checklist: E-303
#[test]
fn the_mark_decides_which_fields_are_there() {
    let keys = |version: &str| {
        let spe = marked(version, &[(0, "0012")], &[]);
        let (metadata, warnings) = spe.metadata(&SpeReadOptions::new());
        let warned = warnings
            .iter()
            .any(|text| text.contains("SDT-control metadata of version"));
        let has = |key| metadata.contains_key(key);
        (
            has("n_macro"),
            has("bleach_piezo_active"),
            has("comment"),
            has("comments"),
            warned,
        )
    };
    assert_eq!(keys("0500"), (true, false, true, false, false));
    assert_eq!(keys("0501"), (true, true, true, false, false));
    assert_eq!(keys("0502"), (true, true, true, false, true));
    assert_eq!(keys("0600"), (false, false, true, false, true));
    assert_eq!(keys("ab.c"), (false, false, false, true, false));
}

// checklist: E-297
#[test]
fn the_comment_is_in_two_parts() {
    let spe = marked("0500", &[], &[])
        .comment(0, "  one, ")
        .comment(2, "two  ");
    let found = found(&spe);
    assert_eq!(
        (&found["comment"], found.get("comments")),
        (&json!("one, two"), None)
    );
}

// checklist: E-299
#[test]
fn date_and_time_are_joined_where_they_make_a_date() {
    let dated =
        |date: &[u8], time: &str| found(&marked("0500", &[], &[]).put(20, date).put(172, time));
    for (date, iso) in [
        (&b"02Jul2018"[..], "2018-07-02T09:46:15"),
        (b"31Mai2018", "2018-05-31T09:46:15"),
        (b"02M\xe4r2018", "2018-03-02T09:46:15"),
        (b"29Feb2024", "2024-02-29T09:46:15"),
        (b"24Dez1999", "1999-12-24T09:46:15"),
    ] {
        let found = dated(date, "094615");
        assert_eq!(found["datetime"], json!(iso));
        assert_eq!((found.get("date"), found.get("time_local")), (None, None));
    }
    for (date, time) in [
        ("30Feb2018", "094615"),
        ("02Xyz2018", "094615"),
        ("02Jul2018", "250000"),
    ] {
        let found = dated(date.as_bytes(), time);
        assert_eq!(
            (&found["date"], &found["time_local"]),
            (&json!(date), &json!(time))
        );
        assert_eq!(found.get("datetime"), None);
    }
}

// checklist: E-300, E-301
#[test]
fn the_script_replaces_the_spare_bytes() {
    let spe = marked("0500", &[], &[])
        .put(742, "on 5 ms")
        .put(179, "074615")
        .put(10, 0.5f32.to_le_bytes());
    let found = found(&spe);
    assert_eq!(found["modulation_script"], json!("on 5 ms"));
    for gone in ["spare_4", "time_utc", "exposure_sec", "exp_sec"] {
        assert_eq!(found.get(gone), None, "{gone}");
    }
    let binary = spe.put(742, b"\xe4\xf6");
    let options = SpeReadOptions::new().char_encoding(CharEncoding::Utf8);
    let (metadata, warnings) = binary.metadata(&options);
    assert_eq!(metadata.get("modulation_script"), None);
    let spare = metadata
        .get("spare_4")
        .and_then(Value::as_bytes)
        .expect("bytes");
    assert!(spare.starts_with(b"\xe4\xf6"));
    assert!(
        warnings
            .iter()
            .any(|text| text.contains("modulation script")),
        "{warnings:?}"
    );
}
