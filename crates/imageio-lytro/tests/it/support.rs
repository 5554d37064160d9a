//! Files made on the spot, fixtures, and the shapes that tests ask for again and again.

use std::path::{Path, PathBuf};

use imageio_core::{
    ErrorKind, ImageResource, Index, NdImage, OpenArgs, Options, Registry, Request, imopen_in,
};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader, PLUGINS};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// What every container begins with.
pub(crate) const FILE: &[u8] = b"\x89LFP\r\n\x1a\n\0\0\0\x01\0\0\0\0";

/// A name as a chunk has it.
pub(crate) fn reference(number: u8) -> String {
    format!("sha1-{number:040x}")
}

/// One chunk, filled up to a multiple of 16.
pub(crate) fn chunk(kind: u8, name: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = [b"\x89LF".as_slice(), &[kind], b"\r\n\x1a\n\0\0\0\0"].concat();
    bytes.extend((data.len() as i32).to_be_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend([0; 35]);
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(16), 0);
    bytes
}

/// An index of a Lytro Illum whose chunks are called 1 (metadata), 2 (image) and 3 (private).
pub(crate) fn illum_index() -> String {
    let [metadata, image, private] = [1, 2, 3].map(reference);
    format!(
        "{{\"frames\": [{{\"frame\": {{\"metadataRef\": {metadata:?}, \"imageRef\": {image:?}, \
         \"privateMetadataRef\": {private:?}}}}}], \"thumbnails\": []}}"
    )
}

/// An index of the first camera, likewise.
pub(crate) fn f01_index() -> String {
    let [metadata, image, private] = [1, 2, 3].map(reference);
    format!(
        "{{\"picture\": {{\"frameArray\": [{{\"frame\": {{\"metadataRef\": {metadata:?}, \"imageRef\": {image:?}, \
         \"privateMetadataRef\": {private:?}}}}}]}}}}"
    )
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    fixtures().join("lytro").join(name)
}

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Every container in a folder; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path
            .extension()
            .is_some_and(|ending| ending == "lfr" || ending == "lfp")
        {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no container in {}", folder.display());
    files.sort();
    files
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn format_of(path: &Path) -> LytroFormat {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("lfp") => LytroFormat::Lfp,
        _ => LytroFormat::Lfr,
    }
}

pub(crate) fn open(path: &Path) -> imageio_core::Result<LytroReader> {
    LytroReader::open(path, format_of(path))
}

/// A search among the four plugins.
pub(crate) fn search(
    request: impl Into<Request>,
    args: OpenArgs,
) -> imageio_core::Result<ImageResource> {
    let mut registry = Registry::new();
    for card in PLUGINS {
        registry.add_plugin(card).expect("a free name");
    }
    imopen_in(&registry, request.into(), args)
}

/// Which plugin opens it.
pub(crate) fn found(request: impl Into<Request>) -> Result<&'static str, ErrorKind> {
    let opened = search(request, OpenArgs::new());
    opened
        .map(|it| it.plugin().name())
        .map_err(|error| error.kind())
}

pub(crate) fn read(reader: &LytroReader) -> NdImage {
    reader
        .read(Index::Default, &LytroReadOptions::new())
        .expect("an image")
}

pub(crate) fn none() -> Options {
    Options::new()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes)
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

pub(crate) fn json(metadata: &imageio_core::Metadata) -> Json {
    serde_json::from_str(&metadata.to_json()).expect("valid JSON")
}
