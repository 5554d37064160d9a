//! Every fixture against what the reference answers for it.

use std::path::Path;

use imageio_core::{Index, NdImage};
use imageio_spe::{CharEncoding, SpeReadOptions, SpeReader};
use serde_json::{Value as Json, json};

use crate::support::{self, files_in, fixtures, name_of, sha256};

fn expected(path: &Path) -> Json {
    let file = fixtures()
        .join("expected/spe")
        .join(format!("{}.json", name_of(path)));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

fn described(image: &NdImage) -> Json {
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())})
}

// checklist: E-229, E-230, E-290, E-291, E-292, E-293
#[test]
fn pixels_of_every_fixture_are_the_references() {
    let options = SpeReadOptions::new();
    for path in files_in(&fixtures().join("spe")) {
        let name = name_of(&path);
        let expected = expected(&path);
        let frames = expected["frames"].as_array().expect("frames");
        let mut reader = SpeReader::open(&path).expect(&name);
        for (position, frame) in frames.iter().enumerate() {
            let image = reader.read(Index::At(position), &options).expect(&name);
            assert_eq!(described(&image), *frame, "{name} frame {position}");
            let known = reader
                .properties(Index::At(position), &options)
                .expect(&name);
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
            assert_eq!((known.is_batch, known.n_images), (false, None), "{name}");
        }
        let error = reader
            .read(Index::At(frames.len()), &options)
            .expect_err(&name);
        assert_eq!(
            error.kind(),
            imageio_core::ErrorKind::OutOfRange,
            "{name}: {error}"
        );
        for index in [Index::Default, Index::All] {
            let stack = reader.read(index, &options).expect(&name);
            if let Some(expected) = expected.get("stack") {
                assert_eq!(described(&stack), *expected, "{name}");
            }
            let known = reader.properties(index, &options).expect(&name);
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (stack.shape(), stack.dtype())
            );
            assert_eq!(
                (known.is_batch, known.n_images),
                (true, Some(frames.len())),
                "{name}"
            );
        }
    }
}

/// Keys that we give beyond the reference: the shape as release 2.18 has it, and the manual's names.
const MORE: [&str; 3] = ["frame_shape", "amp_hi_cap_low_noise", "exp_sec"];

fn compare(name: &str, ours: &Json, expected: &Json, skip: &[&str]) {
    let (ours, expected) = (
        ours.as_object().expect("a map"),
        expected.as_object().expect("a map"),
    );
    for (key, value) in expected {
        if !skip.contains(&key.as_str()) {
            assert_eq!(ours.get(key), Some(value), "{name}: {key}");
        }
    }
    // Version 3 has the header and the parsed footer beside the bytes that the reference gives.
    if !expected.contains_key("__xml") {
        let surplus = ours.keys().filter(|key| !expected.contains_key(*key));
        let surplus: Vec<_> = surplus
            .filter(|key| !MORE.contains(&key.as_str()))
            .collect();
        assert!(surplus.is_empty(), "{name}: {surplus:?}");
    }
}

// checklist: E-228, E-282, E-283, E-284, E-285, E-286, E-289, E-294, E-295, E-296, E-297, E-298, E-299, E-300, E-301
#[test]
fn metadata_of_every_fixture_is_the_references() {
    for path in files_in(&fixtures().join("spe")) {
        let name = name_of(&path);
        let expected = expected(&path);
        let request = imageio_core::Request::from(&path);
        let mut reader = SpeReader::open(&request).expect(&name);
        let options = SpeReadOptions::new();
        let variants = [
            ("metadata", options.clone()),
            ("metadata_sdt_off", options.clone().sdt_meta(false)),
            (
                "metadata_utf8",
                options.clone().char_encoding(CharEncoding::Utf8),
            ),
        ];
        for (variant, options) in variants {
            let Some(expected) = expected.get(variant) else {
                continue;
            };
            let ours = reader.metadata(Index::Default, &options).expect(&name);
            // The reference keeps what follows a NUL, and gives bytes it cannot decode as Python source.
            let skip: &[&str] = match (name.as_str(), variant) {
                ("comments_nul.spe", _) | ("every_field.spe", "metadata_utf8") => &["comments"],
                _ => &[],
            };
            compare(
                &format!("{name} {variant}"),
                &support::json(&ours),
                expected,
                skip,
            );
        }
        reader.read(Index::All, &options).expect(&name);
        let warnings = request.warnings();
        let count = expected["warnings"].as_array().map_or(0, Vec::len);
        assert_eq!(warnings.len(), count, "{name}: {warnings:?}");
    }
}

// checklist: E-287, E-288
#[test]
fn older_and_documented_names_are_there_too() {
    let mut reader = SpeReader::open(fixtures().join("spe/every_field.spe")).expect("a fixture");
    let metadata = reader
        .metadata(Index::All, &SpeReadOptions::new())
        .expect("metadata");
    let ours = support::json(&metadata);
    assert_eq!(ours["frame_shape"], json!([5, 7]));
    for (alias, name, value) in [
        ("amp_hi_cap_low_noise", "amp_high_cap_low_noise", json!(1)),
        ("exp_sec", "exposure_sec", json!(0.25)),
    ] {
        assert_eq!((&ours[alias], &ours[name]), (&value, &value));
    }
}
