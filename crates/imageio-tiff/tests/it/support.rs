//! Fixtures, and the shapes that tests ask for again and again.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{DType, Index, Metadata, NdImage, Result, Value};
use imageio_tiff::{TiffReadOptions, TiffReader};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The fixture called `name`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    fixtures().join("tiff").join(name)
}

/// The bytes of the fixture called `name`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A reader of the fixture called `name`.
pub(crate) fn open(name: &str) -> TiffReader {
    TiffReader::open(fixture(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Image `index` of the fixture called `name`.
pub(crate) fn read(name: &str, index: impl Into<Index>) -> Result<NdImage> {
    open(name).read(index.into(), &TiffReadOptions::new())
}

/// A field of 16-bit numbers.
pub(crate) const SHORT: u16 = 3;
/// A field of 32-bit numbers.
pub(crate) const LONG: u16 = 4;

/// A little-endian file of `data`, which begins at 8, and one page with these tags.
pub(crate) fn file(data: &[u8], tags: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    let mut out = b"II*\0".to_vec();
    out.extend((8 + data.len() as u32).to_le_bytes());
    out.extend(data);
    out.extend((tags.len() as u16).to_le_bytes());
    for (code, kind, count, value) in tags {
        out.extend(code.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    out
}

/// Bytes that are counted as they are read.
pub(crate) struct Counted(pub(crate) Cursor<Vec<u8>>, pub(crate) Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buf)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// Every file in a folder and below it; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path.extension().is_none_or(|ending| ending != "tsv") {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no file in {}", folder.display());
    files.sort();
    files
}

/// The file name alone.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Shape, type and checksum of an image, as the reference's answers have them.
pub(crate) fn described(image: &NdImage) -> Json {
    let digest = Sha256::digest(image.as_bytes());
    let digits = digest.into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect();
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": hex})
}

/// Metadata as the reference's answers spell it: fractions as pairs, arrays as nested lists.
pub(crate) fn as_json(value: &Value) -> Json {
    match value {
        Value::Rational(fraction) => json!([fraction.numerator, fraction.denominator]),
        Value::List(values) => Json::Array(values.iter().map(as_json).collect()),
        Value::Map(map) => map_as_json(map),
        Value::Array(array) => nested(&array.cast(DType::F64)),
        Value::DateTime(date) => json!(date.to_string()),
        other => {
            let mut map = Metadata::new();
            map.insert("value", other.clone());
            let json: Json = serde_json::from_str(&map.to_json()).expect("valid JSON");
            json["value"].clone()
        }
    }
}

/// The same for a map.
pub(crate) fn map_as_json(map: &Metadata) -> Json {
    Json::Object(
        map.iter()
            .map(|(key, value)| (key.to_owned(), as_json(value)))
            .collect(),
    )
}

fn nested(array: &NdImage) -> Json {
    if array.ndim() > 1 {
        let rows = (0..array.shape()[0]).map(|row| nested(&array.frame(row).expect("a row")));
        return Json::Array(rows.collect());
    }
    let numbers = array.as_array::<f64>().expect("numbers");
    Json::Array(numbers.iter().map(|&number| json!(number)).collect())
}

/// Whether two values are equal, where 1 and 1.0 are.
pub(crate) fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            // The reference gives several fractions as one flat list.
            let flat = |all: &[Json]| -> Vec<Json> {
                all.iter()
                    .flat_map(|one| one.as_array().cloned().unwrap_or(vec![one.clone()]))
                    .collect()
            };
            let (a, b) = if a.len() == b.len() {
                (a.clone(), b.clone())
            } else {
                (flat(a), flat(b))
            };
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}
