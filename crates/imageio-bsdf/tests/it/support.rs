//! Fixtures, and archives made on the spot.

use std::path::{Path, PathBuf};

use imageio_bsdf::{BsdfReader, PLUGIN};
use imageio_core::{DType, NdImage, OpenArgs, Options, Request, Result, imopen_in};
use imageio_core::{ImageResource, Images, Mode, Registry};
use sha2::{Digest, Sha256};

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Every BSDF file below `folder`; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path.extension().is_some_and(|ending| ending == "bsdf") {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no file in {}", folder.display());
    files.sort();
    files
}

/// Every fixture that must be read.
pub(crate) fn good() -> Vec<PathBuf> {
    files_in(&fixtures().join("bsdf"))
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes)
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// An image that counts up, cast to `dtype`.
pub(crate) fn counted(dtype: DType, shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>();
    let values: Vec<f64> = (0..len).map(|n| (n * 7 % 251) as f64).collect();
    NdImage::from_vec(shape, values)
        .expect("as many")
        .cast(dtype)
}

/// Opened with the card alone.
pub(crate) fn open(
    request: impl Into<Request>,
    mode: Mode,
    extension: &str,
) -> Result<ImageResource> {
    let args = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    imopen_in(&Registry::new(), request.into().mode(mode), args)
}

/// What writing gives, in this mode.
pub(crate) fn written(images: Images<'_>, options: &Options, mode: &str) -> Result<Vec<u8>> {
    let mut target = open(Request::to_bytes(), mode.parse()?, ".bsdf")?;
    target.write(images, options)?;
    Ok(target.close()?.into_bytes().unwrap_or_default())
}

/// Options that leave blobs as they are.
pub(crate) fn plain() -> Options {
    Options::new().set("compression", 0)
}

/// A reader of `bytes`.
pub(crate) fn reader(bytes: impl Into<Request>) -> BsdfReader {
    BsdfReader::open(bytes).expect("a BSDF file")
}

/// The bytes that `digits` spell.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect()
}
