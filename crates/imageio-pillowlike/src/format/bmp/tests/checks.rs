//! What fixtures and broken files ask of any codec.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{DType, Limits, NdImage, Request, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::format::{Decoder, Frame, Input};

pub(crate) type Opened = imageio_core::Result<Box<dyn Decoder>>;

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The files in `folder`, sorted; more than none.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_in(&path)),
            path => files.push(path),
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    files
}

/// The frame as the user sees it: with its palette applied.
fn shown(frame: &Frame) -> NdImage {
    let Some(palette) = &frame.palette else {
        return frame.pixels.clone();
    };
    let channels = palette.mode.channels();
    let indices = frame.pixels.as_slice::<u8>().unwrap();
    let color = |&index: &u8| {
        let at = usize::from(index) * channels;
        palette
            .colors
            .get(at..at + channels)
            .unwrap_or(&[0; 3])
            .to_vec()
    };
    let colors: Vec<u8> = indices.iter().flat_map(color).collect();
    let shape = [frame.pixels.shape(), &[channels]].concat();
    NdImage::from_vec(&shape, colors).unwrap()
}

/// The bytes that the digests are of.
fn little_endian(image: &NdImage) -> Vec<u8> {
    let mut bytes = image.as_bytes().into_owned();
    if cfg!(target_endian = "big") {
        bytes
            .chunks_exact_mut(image.dtype().size())
            .for_each(<[u8]>::reverse);
    }
    bytes
}

/// SHA-256 in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for digit in text
        .bytes()
        .filter_map(|c| DIGITS.iter().position(|&digit| digit == c))
    {
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

/// Whether `image` is what `frame` of an expected file describes.
fn check_frame(name: &str, image: &NdImage, frame: &Json, allowed: Option<u64>) {
    let shape: Vec<u64> = image.shape().iter().map(|&n| n as u64).collect();
    assert_eq!(Json::from(shape), frame["shape"], "{name}");
    assert_eq!(image.dtype().name(), frame["dtype"], "{name}");
    let Some(allowed) = allowed else {
        let bytes = little_endian(image);
        // The bools of Pillow's arrays are bytes of 0 and 255.
        let of_pillow: Vec<u8> = bytes.iter().map(|&byte| byte.wrapping_neg()).collect();
        let is_equal = digest(&bytes) == frame["sha256"]
            || image.dtype() == DType::Bool && digest(&of_pillow) == frame["sha256"];
        assert!(is_equal, "{name}: other pixels");
        return;
    };
    let expected = from_base64(frame["pixels"].as_str().unwrap());
    let differences = image
        .as_bytes()
        .iter()
        .zip(&expected)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .max();
    assert!(
        differences <= Some(allowed) && image.nbytes() == expected.len(),
        "{name}: {differences:?}"
    );
}

/// Compares every fixture of `format` with what is expected: frames, headers, info.
pub(crate) fn check_fixtures(format: &str, open: fn(Vec<u8>, &Limits) -> Opened) {
    for path in files_in(&fixtures().join("expected").join(format)) {
        let expected: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = expected["file"].as_str().unwrap();
        let bytes = std::fs::read(fixtures().join(name)).unwrap();
        let mut decoder = open(bytes, &Limits::new()).unwrap();
        let frames = expected["frames"].as_array().unwrap();
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            let decoded = decoder.decode(position).unwrap();
            assert_eq!(decoded.pixels.shape(), info.shape(), "{name}");
            assert_eq!(decoded.pixels.dtype(), info.dtype, "{name}");
            check_frame(
                name,
                &shown(&decoded),
                frame,
                expected["max_difference"].as_u64(),
            );
        }
        let metadata = decoder.metadata(None).unwrap();
        let keys: Vec<&str> = metadata.keys().filter(|key| *key != "palette").collect();
        let known: Vec<&String> = expected["info"]
            .as_object()
            .map(|info| info.keys().collect())
            .unwrap_or_default();
        assert!(
            keys == known || expected["info"].is_null(),
            "{name}: {keys:?}, expected {known:?}"
        );
        for (key, value) in expected["info"].as_object().into_iter().flatten() {
            check_value(name, key, metadata.get(key).unwrap(), value);
        }
    }
}

/// Whether `stored` is what the reference says, bytes being told apart as `$bytes`.
fn check_value(name: &str, key: &str, stored: &Value, known: &Json) {
    let place = format!("{name}: {key} {stored}, expected {known}");
    match known {
        Json::String(text) => assert_eq!(stored.as_str(), Some(text.as_str()), "{place}"),
        Json::Array(list) => {
            let values = stored.as_list().unwrap_or_else(|| panic!("{place}"));
            assert_eq!(values.len(), list.len(), "{place}");
            for (value, known) in values.iter().zip(list) {
                check_value(name, key, value, known);
            }
        }
        Json::Object(map) => {
            if let Some(bytes) = map.get("$bytes").and_then(Json::as_str) {
                assert_eq!(
                    stored.as_bytes(),
                    Some(from_base64(bytes).as_slice()),
                    "{place}"
                );
                return;
            }
            let fields = stored.as_map().unwrap_or_else(|| panic!("{place}"));
            assert_eq!(fields.len(), map.len(), "{place}");
            for (key, known) in map {
                let field = fields.get(key).unwrap_or_else(|| panic!("{place}"));
                check_value(name, key, field, known);
            }
        }
        _ => {
            // Reading the JSON may cost the last bit.
            let apart = stored.as_f64().unwrap() - known.as_f64().unwrap();
            assert!(apart.abs() < 1e-9, "{place}");
        }
    }
}

/// Bytes that are fetched for a window of three rows in the middle, from a resource that does not lie in memory.
pub(crate) fn fetched_for_three_rows(
    bytes: Vec<u8>,
    open: fn(Input, &Limits) -> imageio_core::Result<Box<dyn Decoder>>,
) -> u64 {
    let fetched = Arc::new(AtomicU64::new(0));
    let source = Counted {
        inner: Cursor::new(bytes),
        fetched: Arc::clone(&fetched),
    };
    let input = Request::from_seekable(source).reader().unwrap();
    let mut decoder = open(input, &Limits::new()).unwrap();
    let height = decoder.frame_info(0).unwrap().height;
    decoder
        .decode_window(0, height / 2..height / 2 + 3, 0..5)
        .unwrap();
    fetched.load(Ordering::Relaxed)
}

/// Counts what is read.
struct Counted {
    inner: Cursor<Vec<u8>>,
    fetched: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.fetched.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

pub(crate) fn numbers(value: &Value) -> Vec<Option<f64>> {
    value.as_list().unwrap().iter().map(Value::as_f64).collect()
}

/// Compares windows of every fixture with parts of the whole.
pub(crate) fn check_windows(format: &str, open: fn(Vec<u8>, &Limits) -> Opened) {
    for path in files_in(&fixtures().join(format)) {
        let mut decoder = open(std::fs::read(&path).unwrap(), &Limits::new()).unwrap();
        for position in 0..decoder.frame_count().unwrap() {
            let whole = decoder.decode(position).unwrap().pixels;
            let (height, width) = (whole.shape()[0], whole.shape()[1]);
            for rows in [
                0..height,
                height / 3..height - height / 4,
                height - 1..height,
                0..0,
            ] {
                for columns in [
                    0..width,
                    width / 2..width,
                    0..width / 2,
                    width / 3..width - width / 4,
                ] {
                    let part = decoder
                        .decode_window(position, rows.clone(), columns.clone())
                        .unwrap();
                    let crop = whole.crop(&[rows.clone(), columns.clone()]).unwrap();
                    assert_eq!(part.pixels.shape(), crop.shape());
                    // Bytes, as a NaN differs from itself.
                    let equal = part.pixels.as_bytes() == crop.as_bytes();
                    assert!(equal, "{} {rows:?} {columns:?}", path.display());
                }
            }
        }
    }
}

/// Opens and decodes everything.
pub(crate) fn decode_all(
    bytes: Vec<u8>,
    limits: &Limits,
    open: fn(Vec<u8>, &Limits) -> Opened,
) -> imageio_core::Result<usize> {
    let mut decoder = open(bytes, limits)?;
    let count = decoder.frame_count()?;
    decoder.metadata(None)?;
    for position in 0..count.min(50) {
        decoder.decode(position)?;
    }
    Ok(count)
}

/// Each bad fixture ends in the kind of error that the manifest names.
pub(crate) fn check_refusals(format: &str, open: fn(Vec<u8>, &Limits) -> Opened) {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).unwrap();
    let folder = format!("\"bad/{format}/");
    let rows: Vec<&str> = manifest
        .split("[[file]]")
        .filter(|row| row.contains(&folder))
        .collect();
    assert!(!rows.is_empty());
    for row in rows {
        let path = row
            .lines()
            .find_map(|line| line.strip_prefix("path = "))
            .unwrap()
            .trim_matches('"');
        let bytes = std::fs::read(fixtures().join(path)).unwrap();
        let error = decode_all(bytes, &Limits::new(), open).unwrap_err();
        let kind = format!("\"{:?}\"", error.kind());
        let kinds = row
            .lines()
            .filter(|line| line.starts_with("error") || line.starts_with("or_error"));
        assert!(
            kinds.collect::<String>().contains(&kind),
            "{path}: {error:?}"
        );
    }
}

/// No fixture, cut short anywhere or with bytes changed, does worse than an error.
pub(crate) fn check_mutations(format: &str, open: fn(Vec<u8>, &Limits) -> Opened) {
    let limits = Limits::new().bytes(1 << 24);
    let (mut errors, mut successes) = (0, 0);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for path in files_in(&fixtures().join(format)) {
        let bytes = std::fs::read(&path).unwrap();
        let cuts = (0..bytes.len())
            .step_by(1 + bytes.len() / 200)
            .map(|len| bytes[..len].to_vec());
        let mut mutants: Vec<Vec<u8>> = cuts.collect();
        for _ in 0..200 {
            let mut mutant = bytes.clone();
            for _ in 0..=random(4) {
                // Headers deserve more of them than pixels.
                let reach = if random(2) == 0 { 150 } else { usize::MAX };
                let at = random(mutant.len().min(reach));
                mutant[at] = random(256) as u8;
            }
            mutants.push(mutant);
        }
        for mutant in mutants {
            match decode_all(mutant, &limits, open) {
                Ok(_) => successes += 1,
                Err(_) => errors += 1,
            }
        }
    }
    assert!(errors > 0 && successes > 0);
    println!("{format}: {errors} errors, {successes} successes");
}

/// The corpus of hostile files, where there is one.
pub(crate) fn check_hostile(formats: &[&str], open: fn(Vec<u8>, &Limits) -> Opened) {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        println!("IMAGEIO_CORPUS is not set: hostile files are not tried");
        return;
    };
    let limits = Limits::new().bytes(1 << 28);
    for format in formats {
        let files = files_in(&Path::new(&corpus).join("../hostile").join(format));
        let read = files
            .iter()
            .filter(|path| decode_all(std::fs::read(path).unwrap(), &limits, open).is_ok());
        println!(
            "{format}: {} of {} hostile files read",
            read.count(),
            files.len()
        );
    }
}
