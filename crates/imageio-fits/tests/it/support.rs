//! Fixtures, and the shapes that tests ask for again and again.

use std::path::{Path, PathBuf};

use imageio_core::{Images, Mode, NdImage, OpenArgs, Options, Registry, Request, imopen_in};
use imageio_fits::{FitsReadOptions, FitsReader, FitsWriteOptions, PLUGIN};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("fits").join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

pub(crate) fn open(name: &str) -> FitsReader {
    FitsReader::open(fixtures().join("fits").join(name), &FitsReadOptions::new()).expect(name)
}

/// Every file below a folder; there is at least one.
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

pub(crate) fn described(image: &NdImage) -> Json {
    let digits = Sha256::digest(image.as_bytes());
    let digits: Vec<String> = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.concat();
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": digits})
}

/// The bytes of a file with these images.
pub(crate) fn written<'a>(
    images: impl Into<Images<'a>>,
    extension: &str,
    options: FitsWriteOptions,
) -> imageio_core::Result<Vec<u8>> {
    let request = Request::to_bytes().mode(Mode::WRITE);
    let args = OpenArgs::new().plugin(&PLUGIN).extension(extension);
    let mut resource = imopen_in(&Registry::new(), request, args)?;
    resource.write(images, &Options::from(options))?;
    Ok(resource.close()?.into_bytes().unwrap_or_default())
}

pub(crate) fn reader_of(bytes: Vec<u8>) -> FitsReader {
    FitsReader::open(Request::from(bytes), &FitsReadOptions::new()).expect("a valid file")
}
