//! OpenEXR against the fixtures, and against itself.

use std::io::Cursor;

use imageio_core::half::f16;
use imageio_core::{DType, Element, ErrorKind, Limits, NdImage, Request, Value};

use super::open;
use crate::format::bmp::tests::checks::{
    Opened, check_fixtures, check_hostile, check_mutations, check_refusals, check_windows, fixtures,
};
use crate::format::{Decoder, Mode, Selection};

mod written;

fn open_bytes(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from(bytes).reader()?, limits)
}

/// The same from a resource that does not lie in memory, and so comes in blocks.
fn open_blocks(bytes: Vec<u8>, limits: &Limits) -> Opened {
    open(Request::from_seekable(Cursor::new(bytes)).reader()?, limits)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("exr").join(name)).unwrap()
}

fn opened(name: &str) -> Box<dyn Decoder> {
    open_bytes(fixture(name), &Limits::new()).unwrap()
}

fn layer(name: &str) -> Selection {
    Selection {
        layer: Some(name.to_owned()),
        ..Selection::default()
    }
}

fn channels(names: &[&str]) -> Selection {
    Selection {
        channels: names.iter().map(|&name| name.to_owned()).collect(),
        ..Selection::default()
    }
}

#[test]
fn reads_the_fixtures() {
    check_fixtures("exr", open_bytes);
}

#[test]
fn windows_are_parts_of_the_whole() {
    check_windows("exr", open_bytes);
    check_windows("exr", open_blocks);
}

#[test]
fn refuses_broken_files() {
    check_refusals("exr", open_bytes);
}

#[test]
fn survives_mutations() {
    check_mutations("exr", open_bytes);
}

#[test]
fn survives_hostile_files() {
    check_hostile(&["exr"], open_bytes);
}

#[test]
fn attributes_come_by_their_types() {
    let metadata = opened("attributes.exr").metadata(None).unwrap();
    let text = |key: &str| metadata.get(key).map(ToString::to_string);
    for (key, value) in [
        ("owner", "a recipe"),
        ("compression", "zip"),
        ("lineOrder", "increasing y"),
        ("dataWindow", "[0, 0, 36, 34]"),
        ("displayWindow", "[0, 0, 36, 34]"),
        ("expTime", "0.125"),
        ("framesPerSecond", "24000/1001"),
        ("timeCode", "{timeAndFlags: 16909060, userData: 7}"),
        ("multiView", "[left, right]"),
        ("preview", "uint8 array [1, 2, 4]"),
        ("envmap", "latlong"),
        ("count", "-5"),
        ("own", "b\"\\x01\\x02\\x03\""),
    ] {
        assert_eq!(text(key).as_deref(), Some(value), "{key}");
    }
    let listed = metadata.get("channels").and_then(Value::as_list).unwrap();
    assert_eq!(
        listed[0].to_string(),
        "{name: B, type: float16, pLinear: false, xSampling: 1, ySampling: 1}"
    );
    let matrix = metadata.lookup("worldToCamera").and_then(Value::as_list);
    assert_eq!(matrix.map(<[Value]>::len), Some(16));
    assert_eq!(
        metadata.lookup("keyCode.perfsPerCount"),
        Some(&Value::Int(64))
    );
    // What does not fit its type stays as bytes.
    let short = opened("attribute_short.exr").metadata(None).unwrap();
    assert_eq!(
        short.get("short").and_then(Value::as_bytes),
        Some(&[1, 2, 3][..])
    );
}

#[test]
fn both_windows_are_told() {
    let mut decoder = opened("windows.exr");
    let metadata = decoder.metadata(None).unwrap();
    let told = ["dataWindow", "displayWindow"].map(|key| metadata.get(key).unwrap().to_string());
    assert_eq!(told, ["[-7, 11, 29, 45]", "[0, 0, 99, 79]"]);
    let info = decoder.frame_info(0).unwrap();
    assert_eq!((info.height, info.width), (35, 37));
}

#[test]
fn layers_come_by_name() {
    let mut decoder = opened("layers.exr");
    let layers = decoder.metadata(None).unwrap();
    assert_eq!(
        layers.get("layers").unwrap().to_string(),
        "[depth, light, light.key]"
    );
    let plain = decoder.decode(0).unwrap().pixels;
    decoder.select(&layer("light")).unwrap();
    let light = decoder.decode(0).unwrap();
    assert_eq!((light.mode, light.pixels.dtype()), (Mode::Rgb, DType::F16));
    assert_eq!(light.pixels, plain.flip(0).unwrap());
    for name in ["depth", "light.key"] {
        decoder.select(&layer(name)).unwrap();
        let gray = decoder.decode(0).unwrap();
        assert_eq!(
            (gray.mode, gray.pixels.shape()),
            (Mode::Gray, &[35, 37][..])
        );
    }
    let error = decoder.select(&layer("shadow")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.message().contains("light.key"), "{error}");
    decoder.select(&Selection::default()).unwrap();
    assert_eq!(decoder.decode(0).unwrap().pixels, plain);
}

#[test]
fn channels_come_in_the_order_asked_for() {
    let mut decoder = opened("layers.exr");
    let rgb = decoder.decode(0).unwrap().pixels;
    decoder.select(&channels(&["G", "light.R", "R"])).unwrap();
    let info = decoder.frame_info(0).unwrap();
    assert_eq!((info.mode, info.dtype), (Mode::Bands(3), DType::F16));
    let bands = decoder.decode(0).unwrap().pixels;
    let band = |image: &NdImage, at| image.crop(&[0..35, 0..37, at..at + 1]).unwrap();
    assert_eq!(band(&bands, 0), band(&rgb, 1));
    assert_eq!(band(&bands, 1), band(&rgb.flip(0).unwrap(), 0));
    assert_eq!(band(&bands, 2), band(&rgb, 0));
    // A half beside a full float becomes full.
    decoder.select(&channels(&["R", "depth.Z"])).unwrap();
    assert_eq!(decoder.decode(0).unwrap().pixels.dtype(), DType::F32);
    let both = Selection {
        channels: vec!["B".to_owned()],
        ..layer("light")
    };
    decoder.select(&both).unwrap();
    assert_eq!(decoder.decode(0).unwrap().pixels.shape(), [35, 37]);
    decoder.select(&channels(&["Q"])).unwrap();
    let error = decoder.decode(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

#[test]
fn a_part_is_a_layer_too() {
    let mut decoder = opened("three_parts.exr");
    assert_eq!(decoder.frame_count().unwrap(), 3);
    decoder.select(&layer("depth")).unwrap();
    assert_eq!(decoder.frame_count().unwrap(), 1);
    assert_eq!(decoder.frame_info(0).unwrap().dtype, DType::F32);
    let name = decoder.metadata(None).unwrap();
    assert_eq!(name.get("name").and_then(Value::as_str), Some("depth"));
}

#[test]
fn a_window_reads_its_chunks_alone() {
    for (name, rows, columns, others) in [
        ("rgb_float16_zip.exr", 0..16, 0..37, 32..35),
        ("tiles_zip.exr", 0..8, 0..16, 30..35),
    ] {
        let mut bytes = fixture(name);
        // The last chunk's data becomes nonsense.
        let end = bytes.len();
        bytes[end - 40..].fill(0x55);
        let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
        assert!(decoder.decode(0).is_err(), "{name}");
        assert!(decoder.decode_window(0, others, 32..37).is_err(), "{name}");
        let window = decoder.decode_window(0, rows, columns).unwrap().pixels;
        let whole = opened(name).decode(0).unwrap().pixels;
        let (height, width) = (window.shape()[0], window.shape()[1]);
        assert_eq!(
            window,
            whole.crop(&[0..height, 0..width]).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn sizes_are_checked_before_memory_is_taken() {
    let limits = Limits::new().bytes(4000);
    let mut decoder = open_bytes(fixture("rgb_float32_piz.exr"), &limits).unwrap();
    let error = decoder.decode(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert!(decoder.decode_window(0, 0..0, 0..0).is_ok());
}

#[test]
fn errors_name_the_chunk() {
    let folder = fixtures().join("bad/exr");
    for (name, message) in [
        ("place_zero.exr", "its place is 0 in a file of"),
        ("line_wrong.exr", "it is of line 5, expected line 0"),
        ("short_none.exr", "6 bytes, expected 54"),
        ("part_wrong.exr", "it is of part 2, expected 0"),
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let error = open_bytes(bytes, &Limits::new())
            .unwrap()
            .decode(0)
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("chunk 0") && text.contains(message),
            "{name}: {text}"
        );
    }
}

fn ramp<T: Element>(shape: &[usize], value: impl Fn(usize) -> T) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(value).collect()).unwrap()
}

/// Halves of every exponent; none that is not a number, as these differ from themselves.
fn half(at: usize) -> f16 {
    let bits = (at * 619 % 65536) as u16;
    f16::from_bits(if bits & 0x7c00 == 0x7c00 {
        bits & 0x83ff
    } else {
        bits
    })
}
