//! The plugin `FEI`.

use imageio_core::testing::{Cases, check};
use imageio_core::{
    Error, ErrorKind, ImageMode, Index, Mode, Request, Result, Tier, Value, Window,
};
use imageio_tiff::{FEI_PLUGIN, FeiOpenOptions, FeiReadOptions, FeiReader, PLUGIN};
use serde_json::{Value as Json, json};

use crate::support::{bytes, described, fixture, fixtures, map_as_json, same};

const TAGGED: &str = "fei_tagged.tif";

fn open(name: &str) -> FeiReader {
    FeiReader::open(fixture(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn expected(name: &str) -> Json {
    let file = fixtures().join(format!("expected/tiff/{name}.json"));
    let text = std::fs::read_to_string(&file).expect(name);
    let all: Json = serde_json::from_str(&text).expect("valid JSON");
    all["fei"].clone()
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error: Error| error.kind())
}

// checklist: E-399, E-400, E-401, E-403, F-057, F-137
#[test]
fn the_text_becomes_metadata_as_in_the_reference() {
    for name in [TAGGED, "fei_untagged.tif", "fei_databar.tif"] {
        let mut reader = open(name);
        let metadata = reader.metadata().expect(name);
        let (ours, theirs) = (map_as_json(&metadata), &expected(name)["metadata"]);
        assert!(same(&ours, theirs), "{name}: {ours} is not {theirs}");
        assert_eq!(reader.metadata().expect(name), metadata, "{name}");
    }
    let metadata = open(TAGGED).metadata().expect(TAGGED);
    let get = |section: &str, key: &str| metadata.get(section)?.as_map()?.get(key).cloned();
    assert_eq!(get("EScan", "PixelHeight"), Some(Value::Float(7.70833e-9)));
    assert_eq!(get("Image", "ResolutionX"), Some(Value::Int(24)));
    assert_eq!(get("root", "User"), Some(Value::from("supervisor")));
}

// checklist: E-397, F-057, F-137
#[test]
fn the_caption_goes_unless_it_is_wanted() {
    for name in [TAGGED, "fei_untagged.tif"] {
        let expected = expected(name);
        let mut reader = open(name);
        let image = reader.read(Index::At(0), &FeiReadOptions::new());
        assert_eq!(
            described(&image.expect(name)),
            expected["cropped"],
            "{name}"
        );
        let whole = FeiReadOptions::new().discard_watermark(false);
        let image = reader.read(Index::At(0), &whole).expect(name);
        assert_eq!(described(&image), expected["whole"], "{name}");
        let known = reader
            .properties(Index::At(0), &FeiReadOptions::new())
            .expect(name);
        assert_eq!(json!(known.shape), expected["cropped"]["shape"], "{name}");
    }
}

// checklist: E-397, E-398
#[test]
fn the_height_of_the_caption_can_be_given() {
    let mut reader = open(TAGGED);
    let mut shape = |height: usize| {
        let options = FeiReadOptions::new().watermark_height(height);
        let known = reader.properties(Index::At(0), &options)?;
        let image = reader.read(Index::At(0), &options)?;
        assert_eq!(known.shape, image.shape());
        Ok(known.shape)
    };
    assert_eq!(shape(30).expect("a caption of 30 rows"), [60, 24]);
    assert_eq!(shape(0).expect("no caption"), [90, 24]);
    assert_eq!(kind(shape(90)), Some(ErrorKind::BadOption));
}

#[test]
fn the_text_tells_the_height_of_the_picture_or_of_the_caption() {
    let shape = |name: &str| {
        let known = open(name).properties(Index::Default, &FeiReadOptions::new());
        known.expect(name).shape
    };
    assert_eq!(shape(TAGGED), [20, 24]);
    assert_eq!(shape("fei_databar.tif"), [78, 24]);
    // Without any text a low picture has no caption.
    assert_eq!(shape("container_le.tif"), [5, 7]);
}

// checklist: E-402, F-057, F-138
#[test]
fn another_tiff_file_has_no_such_metadata() {
    let mut reader = open("container_le.tif");
    let error = reader.metadata().expect_err("no text");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    let message = error.message();
    assert!(
        message.contains("container_le.tif contains no FEI metadata"),
        "{message}"
    );
    assert!(reader.read(Index::At(0), &FeiReadOptions::new()).is_ok());
}

// checklist: E-396
#[test]
fn it_is_a_tiff_reader_that_must_be_named() {
    assert_eq!(FEI_PLUGIN.readable(), [".tif", ".tiff"]);
    assert_eq!(FEI_PLUGIN.v2_modes(), "iv");
    assert!(FEI_PLUGIN.can_read() && !FEI_PLUGIN.can_write());
    assert_eq!(FEI_PLUGIN.place(), Tier::Named);
    assert_eq!(PLUGIN.place(), Tier::Standard);
    for mode in [ImageMode::SingleImage, ImageMode::SingleVolume] {
        let request = Request::from(fixture(TAGGED)).mode(Mode::READ.images(mode));
        let mut reader = FeiReader::open(request).expect(TAGGED);
        let options = FeiReadOptions::new();
        assert_eq!(
            reader.read(Index::At(0), &options).expect(TAGGED).shape(),
            [20, 24]
        );
        assert_eq!(
            kind(reader.read(Index::At(1), &options)),
            Some(ErrorKind::OutOfRange)
        );
    }
}

#[test]
fn windows_are_those_of_the_picture() {
    let mut reader = open(TAGGED);
    let options = FeiReadOptions::new();
    let image = reader.read(Index::Default, &options).expect(TAGGED);
    let window = Window::new([15..20, 2..4]);
    let part = reader
        .read_window(Index::Default, &window, &options)
        .expect(TAGGED);
    assert_eq!(part, image.crop(&[15..20, 2..4]).expect("a part").compact());
    let beyond = reader.read_window(Index::Default, &Window::new([15..21]), &options);
    assert_eq!(kind(beyond), Some(ErrorKind::OutOfRange));
}

#[test]
fn a_file_inside_another_is_opened_by_its_offset() {
    let inner = bytes(TAGGED);
    let all = [b"before".as_slice(), &inner, b"behind"].concat();
    let options = FeiOpenOptions::new().offset(6u64).size(inner.len() as u64);
    let mut reader = FeiReader::open_with(Request::from(all), &options).expect("a file in a file");
    let metadata = reader.metadata().expect("its text");
    assert!(same(&map_as_json(&metadata), &expected(TAGGED)["metadata"]));
}

#[test]
fn keeps_every_promise_of_its_card() {
    let mut cases = Cases::new();
    for name in [TAGGED, "fei_untagged.tif", "fei_databar.tif"] {
        cases = cases.sample(".tif", bytes(name));
    }
    let report = check(&FEI_PLUGIN, &cases);
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
