//! Conversions by hand, and every pair of modes against Pillow's answers in `fixtures/expected/modes.json`.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::format::Palette;

const MODES: [PillowMode; 20] = [
    PillowMode::Bilevel,
    PillowMode::L,
    PillowMode::La,
    PillowMode::LaPremultiplied,
    PillowMode::P,
    PillowMode::Pa,
    PillowMode::Rgb,
    PillowMode::Rgba,
    PillowMode::RgbaPremultiplied,
    PillowMode::Rgbx,
    PillowMode::Cmyk,
    PillowMode::YCbCr,
    PillowMode::Lab,
    PillowMode::Hsv,
    PillowMode::I,
    PillowMode::I16,
    PillowMode::I16L,
    PillowMode::I16B,
    PillowMode::I16N,
    PillowMode::F,
];

fn answers() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/expected/modes.json");
    let text = std::fs::read_to_string(&path).expect("what Pillow answers");
    serde_json::from_str(&text).expect("JSON")
}

fn from_base64(text: &Value) -> Vec<u8> {
    let digit = |symbol: u8| match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let text = text.as_str().expect("base64").trim_end_matches('=');
    let mut bytes = Vec::new();
    for four in text.as_bytes().chunks(4) {
        let word = (0..4).fold(0u32, |word, at| {
            word << 6 | four.get(at).map_or(0, |&symbol| u32::from(digit(symbol)))
        });
        bytes.extend(&word.to_be_bytes()[1..four.len()]);
    }
    bytes
}

fn shape(answer: &Value) -> Vec<usize> {
    let axes = answer["shape"].as_array().expect("a shape");
    axes.iter()
        .map(|axis| axis.as_u64().expect("an axis") as usize)
        .collect()
}

fn words<T: imageio_core::Element, const N: usize>(
    shape: &[usize],
    bytes: &[u8],
    of: fn([u8; N]) -> T,
) -> NdImage {
    let words = bytes.as_chunks().0.iter().map(|&word| of(word)).collect();
    NdImage::from_vec(shape, words).expect("a whole image")
}

fn image(answer: &Value) -> NdImage {
    let (shape, bytes) = (shape(answer), from_base64(&answer["pixels"]));
    match answer["dtype"].as_str() {
        Some("bool") => words(&shape, &bytes, |[bit]: [u8; 1]| bit != 0),
        Some("uint8") => words(&shape, &bytes, |[byte]: [u8; 1]| byte),
        Some("uint16") => words(&shape, &bytes, u16::from_le_bytes),
        Some("int32") => words(&shape, &bytes, i32::from_le_bytes),
        Some("float32") => words(&shape, &bytes, f32::from_le_bytes),
        other => panic!("type {other:?}"),
    }
}

fn mode_of(name: &Value) -> PillowMode {
    let known = MODES
        .into_iter()
        .find(|&mode| Some(name_of(mode)) == name.as_str());
    known.unwrap_or_else(|| panic!("mode {name}"))
}

fn frame(source: &Value) -> (Frame, Option<Key>) {
    let palette = source.get("palette").map(|palette| Palette {
        mode: layout_of_target(mode_of(&palette["mode"])).0,
        colors: from_base64(&palette["colors"]),
    });
    let level = |value: &Value| value.as_u64().expect("a level") as u16;
    let key = source.get("key").map(|key| match key.as_array() {
        Some(color) => Key::Color([level(&color[0]), level(&color[1]), level(&color[2])]),
        None => Key::Level(level(key)),
    });
    let frame = Frame {
        pixels: image(&source["source"]),
        mode: layout_of_target(mode_of(&source["mode"])).0,
        palette,
    };
    (frame, key)
}

fn info(frame: &Frame) -> FrameInfo {
    FrameInfo {
        height: frame.pixels.shape()[0],
        width: frame.pixels.shape()[1],
        mode: frame.mode,
        dtype: frame.pixels.dtype(),
        palette_mode: frame.palette.as_ref().map(|palette| palette.mode),
    }
}

/// What is wrong with the conversion of one source to one mode.
fn fault(frame: &Frame, key: Option<Key>, target: PillowMode, answer: &Value) -> Option<String> {
    let layout = layout_of(&info(frame), Some(target));
    let converted = convert(frame.clone(), Some(target), key, &Limits::new());
    let (layout, converted) = match (layout, converted) {
        (Err(_), Err(_)) if answer.is_null() => return None,
        (Ok(layout), Ok(converted)) if !answer.is_null() => (layout, converted.pixels),
        (layout, _) => return Some(format!("{:?}, but Pillow {answer}", layout.err())),
    };
    let promised = (
        shape_of(frame.pixels.shape()[0], frame.pixels.shape()[1], layout.0),
        layout.1,
    );
    if (converted.shape(), converted.dtype()) != (promised.0.as_slice(), promised.1) {
        return Some(format!(
            "{promised:?} was promised, {:?} came",
            converted.shape()
        ));
    }
    if converted.shape() != shape(answer)
        || Some(converted.dtype().name()) != answer["dtype"].as_str()
    {
        return Some(format!("shape {:?}", converted.shape()));
    }
    if answer.get("pixels").is_some() {
        return apart_in_lab(&image(answer), &converted, target);
    }
    let hex = format!("{:x}", Sha256::digest(converted.as_bytes()));
    (Some(hex.as_str()) != answer["sha256"].as_str()).then(|| "other values".to_owned())
}

/// Pillow's tables for L*a*b* are coarse: to it one step, from it a few on the edges of what RGB can show.
fn apart_in_lab(theirs: &NdImage, ours: &NdImage, target: PillowMode) -> Option<String> {
    let (theirs, ours) = (theirs.as_bytes(), ours.as_bytes());
    let apart = theirs
        .iter()
        .zip(ours.iter())
        .enumerate()
        .map(|(at, (&a, &b))| {
            let signed = target == PillowMode::Lab && at % 3 > 0;
            let way = if signed { 0x80 } else { 0 };
            (a ^ way).abs_diff(b ^ way)
        });
    let apart: Vec<u8> = apart.collect();
    let most = apart.iter().copied().max()?;
    let mean = apart.iter().copied().map(f64::from).sum::<f64>() / apart.len() as f64;
    let allowed = if target == PillowMode::Lab {
        (1, 0.1)
    } else {
        (40, 2.0)
    };
    let is_near = most <= allowed.0 && mean <= allowed.1;
    (!is_near).then(|| format!("values differ by up to {most}, {mean} in the mean"))
}

/// Where our numbers are others than Pillow's, and why.
fn is_ours(name: &str, target: PillowMode) -> bool {
    match target {
        // Pillow cuts to 8 bits to change the byte order.
        PillowMode::I16L | PillowMode::I16B | PillowMode::I16N => name == "I;16",
        // Pillow gives clear pixels the red of the key for their luma.
        PillowMode::La => name == "RGB with a key",
        _ => false,
    }
}

// checklist: E-007, E-008
#[test]
fn every_pair_of_modes_is_as_in_pillow() {
    let answers = answers();
    let (mut pairs, mut faults) = (0, Vec::new());
    for (name, source) in answers.as_object().expect("sources") {
        if name == "versions" {
            continue;
        }
        let (frame, key) = frame(source);
        for target in MODES {
            let Some(answer) = source.get(format!("to {}", name_of(target))) else {
                continue;
            };
            pairs += 1;
            if is_ours(name, target) {
                continue;
            }
            if let Some(fault) = fault(&frame, key, target, answer) {
                faults.push(format!("{name} to {}: {fault}", name_of(target)));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {pairs}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(pairs > 380, "{pairs} pairs");
}

fn converted(shape: &[usize], pixels: &[u8], from: Mode, to: PillowMode) -> NdImage {
    let image = NdImage::from_vec(shape, pixels.to_vec()).expect("pixels fill the shape");
    to_mode(&image, from, to, &Limits::new()).expect("a known conversion")
}

// checklist: E-008
#[test]
fn colour_becomes_gray_by_itu_601() {
    let rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30];
    let gray = converted(&[1, 4, 3], &rgb, Mode::Rgb, PillowMode::L);
    // What Pillow 13 gives for the same pixels; only floats are not rounded.
    assert_eq!(gray.as_slice::<u8>().ok(), Some(&[76, 150, 29, 18][..]));
    let ints = converted(&[1, 4, 3], &rgb, Mode::Rgb, PillowMode::I);
    assert_eq!(ints.as_slice::<i32>().ok(), Some(&[76, 150, 29, 18][..]));
    let floats = converted(&[1, 4, 3], &rgb, Mode::Rgb, PillowMode::F);
    assert_eq!(
        floats.as_slice::<f32>().ok(),
        Some(&[76.245, 149.685, 29.07, 18.15][..])
    );
}

// checklist: E-022, E-023
#[test]
fn gamma_keeps_the_depth() {
    // What ImageIO 2.38 gives for these bytes; for words by its rule, with the largest of them for scale.
    let bytes = NdImage::from_vec(&[1, 9], vec![0u8, 1, 2, 50, 100, 128, 200, 254, 255]);
    let words = NdImage::from_vec(&[1, 6], vec![0u16, 1, 300, 32768, 65534, 65535]);
    let (bytes, words) = (bytes.expect("bytes"), words.expect("words"));
    for (gamma, of_bytes, of_words) in [
        (
            0.45455,
            [0, 21, 29, 122, 167, 187, 229, 255, 255],
            [0, 424, 5664, 47824, 65535, 65535],
        ),
        (
            2.0,
            [0, 1, 1, 10, 40, 65, 157, 254, 255],
            [0, 0, 2, 16385, 65533, 65535],
        ),
        (
            1.0,
            [0, 1, 2, 50, 100, 128, 200, 254, 255],
            [0, 1, 300, 32768, 65534, 65535],
        ),
    ] {
        let raised = apply_gamma(&bytes, gamma, Rounding::Up).expect("bytes");
        assert_eq!(raised.as_slice::<u8>().ok(), Some(&of_bytes[..]), "{gamma}");
        let raised = apply_gamma(&words, gamma, Rounding::Up).expect("words");
        assert_eq!(
            raised.as_slice::<u16>().ok(),
            Some(&of_words[..]),
            "{gamma}"
        );
    }
}

#[test]
fn sizes_that_do_not_fill_a_loops_step_are_converted_whole() {
    for width in 0..40usize {
        let rgb: Vec<u8> = (0..width * 3).map(|at| (at * 37) as u8).collect();
        let luma: Vec<u8> = rgb
            .chunks(3)
            .map(|c| gray::luma_of(c[0].into(), c[1].into(), c[2].into()) as u8)
            .collect();
        let opaque: Vec<u8> = rgb
            .chunks(3)
            .flat_map(|c| [c[0], c[1], c[2], 255])
            .collect();
        let bytes = |image: NdImage| image.into_vec::<u8>().expect("bytes");
        let from_rgb = |to| bytes(converted(&[1, width, 3], &rgb, Mode::Rgb, to));
        assert_eq!(from_rgb(PillowMode::L), luma, "{width}");
        assert_eq!(from_rgb(PillowMode::Rgba), opaque, "{width}");
        let from_rgba = |to| bytes(converted(&[1, width, 4], &opaque, Mode::Rgba, to));
        assert_eq!(from_rgba(PillowMode::L), luma, "{width}");
        assert_eq!(from_rgba(PillowMode::Rgb), rgb, "{width}");
        let gray = bytes(converted(&[1, width], &luma, Mode::Gray, PillowMode::Rgb));
        assert_eq!(
            gray,
            luma.iter().flat_map(|&l| [l; 3]).collect::<Vec<_>>(),
            "{width}"
        );
    }
}
