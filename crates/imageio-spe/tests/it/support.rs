//! Files made on the spot, fixtures, and the shapes that tests ask for again and again.

use std::path::{Path, PathBuf};

use imageio_core::{Index, Metadata, Request, Result};
use imageio_spe::{SpeReadOptions, SpeReader};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// Where pixels begin.
pub(crate) const DATA_START: usize = 4100;

/// A file in the making: a header of version 2.5 with frames of uint16 that count up.
#[derive(Clone)]
pub(crate) struct Spe {
    header: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) footer: Vec<u8>,
}

impl Spe {
    /// `count` frames of `height` rows and `width` columns.
    pub(crate) fn new(count: u16, height: u16, width: u16) -> Self {
        let pixels = count * height * width;
        let spe = Spe {
            header: vec![0; DATA_START],
            body: (0..pixels).flat_map(u16::to_le_bytes).collect(),
            footer: Vec::new(),
        };
        spe.put(108, 3i16.to_le_bytes())
            .put(42, width.to_le_bytes())
            .put(656, height.to_le_bytes())
            .put(1446, i32::from(count).to_le_bytes())
            .put(1992, 2.5f32.to_le_bytes())
    }

    /// Overwrites the header at `offset`.
    pub(crate) fn put(mut self, offset: usize, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.header[offset..offset + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// The number by which WinView knows its files.
    pub(crate) fn signed(self) -> Self {
        self.put(2996, 0x0123_4567u32.to_le_bytes())
    }

    /// Puts comment `number`, which has 80 characters at most.
    pub(crate) fn comment(self, number: usize, text: impl AsRef<[u8]>) -> Self {
        self.put(200 + 80 * number, text)
    }

    /// Makes it version 3 with this footer.
    pub(crate) fn with_footer(mut self, footer: impl Into<Vec<u8>>) -> Self {
        self.footer = footer.into();
        let start = (DATA_START + self.body.len()) as u64;
        self.put(1992, 3f32.to_le_bytes())
            .put(678, start.to_le_bytes())
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.header.as_slice(), &self.body, &self.footer].concat()
    }

    /// A request for it, named `.spe`.
    pub(crate) fn request(&self) -> Request {
        named(self.bytes())
    }

    /// A reader for it.
    pub(crate) fn open(&self) -> Result<SpeReader> {
        SpeReader::open(self.request())
    }

    /// Its metadata with these options, and the warnings.
    pub(crate) fn metadata(&self, options: &SpeReadOptions) -> (Metadata, Vec<String>) {
        let request = self.request();
        let mut reader = SpeReader::open(&request).expect("a valid file");
        let metadata = reader.metadata(Index::All, options).expect("metadata");
        (metadata, request.warnings())
    }
}

/// A request for bytes whose name ends in `.spe`.
pub(crate) fn named(bytes: impl Into<Vec<u8>>) -> Request {
    Request::from(bytes.into())
        .extension_hint(Some(".spe"))
        .expect("a good extension")
}

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Every SPE file in a folder; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("spe"))
        {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no SPE file in {}", folder.display());
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

pub(crate) fn json(metadata: &Metadata) -> Json {
    serde_json::from_str(&metadata.to_json()).expect("valid JSON")
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes)
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// `uint16` pixels of an image.
pub(crate) fn pixels(image: &imageio_core::NdImage) -> Vec<u16> {
    image.clone().into_vec().expect("uint16 pixels")
}
