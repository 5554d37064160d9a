//! Real files, in the folder that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::{DType, Index};
use imageio_spe::{SpeReadOptions, SpeReader};
use serde_json::json;

use crate::support::{self, files_in, name_of, pixels};

/// The real file called `name`; nothing, with a word about it, where the corpus is not there.
fn real(name: &str) -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: {name} is not tried");
        return None;
    };
    let files = files_in(&PathBuf::from(corpus).join("spe"));
    let found = files.into_iter().find(|path| name_of(path) == name);
    Some(found.unwrap_or_else(|| panic!("{name} is not in the corpus")))
}

// checklist: E-302
#[test]
fn a_real_file_of_sdt_control_5_00() {
    let Some(path) = real("test_000_.SPE") else {
        return;
    };
    let mut reader = SpeReader::open(path).expect("a real file");
    let options = SpeReadOptions::new();
    let stack = reader.read(Index::Default, &options).expect("two frames");
    assert_eq!(
        (stack.shape(), stack.dtype()),
        (&[2, 32, 32][..], DType::U16)
    );
    assert_eq!(pixels(&stack), [[0u16; 1024], [1; 1024]].concat());
    let found = support::json(&reader.metadata(Index::All, &options).expect("metadata"));
    let expected = json!({
        "ROIs": [{"top_left": [238, 187], "bottom_right": [269, 218], "bin": [1, 1]}],
        "sdt_major_version": 2, "sdt_minor_version": 18, "exposure_time": 0.002, "delay_shutter": 0.001,
        "delay_macro": 0.048, "em_gain": 300, "pixel_size": 16.0, "datetime": "2018-07-02T09:46:15",
        "comment": "OD 1.0 in r, g", "sequence_type": "standard", "modulation_script": "",
    });
    for (key, value) in expected.as_object().expect("a map") {
        assert_eq!(found[key], *value, "{key}");
    }
    let plain = reader
        .metadata(Index::All, &options.sdt_meta(false))
        .expect("metadata");
    assert!(plain.contains_key("comments") && !plain.contains_key("comment"));
}

// checklist: E-303
#[test]
fn a_real_file_of_sdt_control_5_01() {
    let Some(path) = real("test_v0501_000_.SPE") else {
        return;
    };
    let mut reader = SpeReader::open(path).expect("a real file");
    let options = SpeReadOptions::new();
    let known = reader
        .properties(Index::Default, &options)
        .expect("properties");
    assert_eq!((known.shape, known.dtype), (vec![2, 20, 30], DType::U16));
    let found = support::json(&reader.metadata(Index::All, &options).expect("metadata"));
    assert_eq!(found["datetime"], json!("2023-05-03T15:13:16"));
    assert_eq!(found["bleach_piezo_active"], json!(false));
    let script = found["modulation_script"].as_str().expect("text");
    assert!(script.starts_with(";Diff \n\nCHANNEL 1\n") && script.ends_with("DEFAULT 0,05"));
}

#[test]
fn a_real_file_with_five_frames() {
    let Some(path) = real("spestack_test.spe") else {
        return;
    };
    let mut reader = SpeReader::open(path).expect("a real file");
    let options = SpeReadOptions::new();
    let stack = reader.read(Index::All, &options).expect("five frames");
    assert_eq!(
        (stack.shape(), stack.dtype()),
        (&[5, 128, 128][..], DType::U16)
    );
    for position in 0..5 {
        let frame = reader
            .read_next(position, &options)
            .expect("a frame")
            .expect("a frame");
        assert_eq!(frame, stack.frame(position).expect("a frame"));
    }
    assert_eq!(reader.read_next(5, &options).expect("the end"), None);
}
