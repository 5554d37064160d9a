//! The files of `fixtures/` and what the reference answers for them.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use imageio::NdImage;

/// The folder of fixtures.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// A fixture by its path inside the folder.
pub(crate) fn path(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(path.is_file(), "there is no fixture {name}");
    path
}

/// What the reference answers, one entry a file.
pub(crate) fn expected(format: &str) -> Vec<Value> {
    let folder = folder().join("expected").join(format);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("expected answers")
        .flatten()
        .map(|e| e.path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no answers in {}", folder.display());
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("an answer");
    files
        .iter()
        .map(|path| serde_json::from_str(&read(path)).expect("JSON"))
        .collect()
}

/// A row of the manifest.
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) kinds: Vec<String>,
}

/// The bad files, with the kinds of error that are right for each.
pub(crate) fn bad_rows() -> Vec<Row> {
    let text = std::fs::read_to_string(folder().join("manifest.toml")).expect("the manifest");
    let manifest: toml::Table = text.parse().expect("TOML");
    let rows = manifest["file"].as_array().expect("rows");
    let bad = rows.iter().filter(|row| row.get("error").is_some());
    let text = |value: &toml::Value| value.as_str().expect("text").to_owned();
    bad.map(|row| {
        let others = row
            .get("or_error")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .map(text);
        Row {
            path: text(&row["path"]),
            kinds: std::iter::once(text(&row["error"])).chain(others).collect(),
        }
    })
    .collect()
}

/// Whether `image` is what `frame` of an answer says, and if not, why.
pub(crate) fn compare(image: &NdImage, frame: &Value, tolerance: i64) -> Result<(), String> {
    let shape: Vec<u64> = image.shape().iter().map(|&axis| axis as u64).collect();
    if frame["shape"] != serde_json::json!(shape) || frame["dtype"] != image.dtype().name() {
        return Err(format!(
            "{image:?}, expected {} {}",
            frame["dtype"], frame["shape"]
        ));
    }
    let bytes = image.as_bytes();
    let digest = hex(&Sha256::digest(&bytes));
    if frame["sha256"] == digest {
        return Ok(());
    }
    let pixels = frame["pixels"].as_str().map(base64).unwrap_or_default();
    if pixels.len() != bytes.len() {
        return Err("other pixels".to_owned());
    }
    let off = bytes
        .iter()
        .zip(&pixels)
        .map(|(a, b)| (i64::from(*a) - i64::from(*b)).abs())
        .max();
    match off {
        Some(off) if off <= tolerance => Ok(()),
        off => Err(format!("values off by up to {off:?}, allowed {tolerance}")),
    }
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|c| ALPHABET.find(c))
        .map(|digit| digit as u32)
        .collect();
    let groups = digits.chunks(4).flat_map(|group| {
        let bits = group
            .iter()
            .enumerate()
            .fold(0, |bits, (i, digit)| bits | digit << (18 - 6 * i));
        bits.to_be_bytes()[1..group.len()].to_vec()
    });
    groups.collect()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}
