//! Files made on the spot, folders of them, and fixtures.

use std::path::{Path, PathBuf};

use imageio_core::{ImageMode, Mode, NdImage, Request};
use imageio_dicom::{DicomReadOptions, DicomReader};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub(crate) const IMPLICIT: &str = "1.2.840.10008.1.2";

/// The letters of a type.
pub(crate) type Vr = &'static [u8; 2];

/// A file in the making, in explicit little-endian form: a slice of 2 by 3 samples of 16 bits that count up.
#[derive(Clone)]
pub(crate) struct Dcm {
    elements: Vec<(u32, [u8; 2], Vec<u8>)>,
    pub(crate) syntax: &'static str,
}

impl Dcm {
    pub(crate) fn new() -> Self {
        let pixels: Vec<u8> = (0..6u16).flat_map(u16::to_le_bytes).collect();
        Dcm {
            elements: Vec::new(),
            syntax: EXPLICIT,
        }
        .text(0x0020_000e, b"UI", "1.2.3")
        .text(0x0020_0013, b"IS", "1")
        .short(0x0028_0002, 1)
        .short(0x0028_0010, 2)
        .short(0x0028_0011, 3)
        .short(0x0028_0100, 16)
        .short(0x0028_0101, 16)
        .short(0x0028_0103, 0)
        .put(0x7fe0_0010, b"OW", pixels)
    }

    /// A slice of a series: its number, and where it lies along z.
    pub(crate) fn slice(series: &str, number: u16, z: f64) -> Self {
        let pixels = (0..6u16)
            .map(|at| 100 * number + at)
            .flat_map(u16::to_le_bytes);
        Dcm::new()
            .text(0x0020_000e, b"UI", series)
            .text(0x0020_0013, b"IS", &number.to_string())
            .text(0x0020_0032, b"DS", &format!("0\\0\\{z}"))
            .put(0x7fe0_0010, b"OW", pixels.collect::<Vec<u8>>())
    }

    /// Sets an element; they are written in the order of their tags.
    pub(crate) fn put(mut self, tag: u32, vr: Vr, value: impl Into<Vec<u8>>) -> Self {
        self.elements.retain(|element| element.0 != tag);
        self.elements.push((tag, *vr, value.into()));
        self.elements.sort_by_key(|element| element.0);
        self
    }

    pub(crate) fn text(self, tag: u32, vr: Vr, value: &str) -> Self {
        let padding = if value.len().is_multiple_of(2) {
            ""
        } else {
            " "
        };
        self.put(tag, vr, format!("{value}{padding}"))
    }

    pub(crate) fn short(self, tag: u32, value: u16) -> Self {
        self.put(tag, b"US", value.to_le_bytes())
    }

    pub(crate) fn without(mut self, tag: u32) -> Self {
        self.elements.retain(|element| element.0 != tag);
        self
    }

    /// The same as another transfer syntax names it; of those, only the implicit one is written otherwise.
    pub(crate) fn syntax(mut self, syntax: &'static str) -> Self {
        self.syntax = syntax;
        self
    }

    /// Preamble and file meta group.
    pub(crate) fn meta(&self) -> Vec<u8> {
        let mut out = vec![0; 128];
        out.extend(b"DICM");
        let mut uid = self.syntax.as_bytes().to_vec();
        uid.resize(uid.len().next_multiple_of(2), 0);
        let mut group = Vec::new();
        element(&mut group, (0x0002_0010, *b"UI", &uid), true);
        element(
            &mut out,
            (0x0002_0000, *b"UL", &(group.len() as u32).to_le_bytes()),
            true,
        );
        out.extend(group);
        out
    }

    /// The data set alone.
    pub(crate) fn data_set(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, vr, value) in &self.elements {
            element(&mut out, (*tag, *vr, value), self.syntax != IMPLICIT);
        }
        out
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.meta(), self.data_set()].concat()
    }

    pub(crate) fn open(&self) -> DicomReader {
        DicomReader::open(self.bytes()).expect("a valid file")
    }

    pub(crate) fn read(&self) -> NdImage {
        let image = self
            .open()
            .read(imageio_core::Index::Default, &DicomReadOptions::new());
        image.expect("an image")
    }
}

/// Writes one element.
pub(crate) fn element(out: &mut Vec<u8>, (tag, vr, value): (u32, [u8; 2], &[u8]), explicit: bool) {
    out.extend(((tag >> 16) as u16).to_le_bytes());
    out.extend((tag as u16).to_le_bytes());
    let is_long = [
        b"OB", b"OW", b"SQ", b"UN", b"UT", b"OD", b"OF", b"OL", b"OV", b"SV", b"UV", b"UC", b"UR",
    ]
    .contains(&&vr);
    if !explicit {
        out.extend((value.len() as u32).to_le_bytes());
    } else if is_long {
        out.extend(vr);
        out.extend([0, 0]);
        out.extend((value.len() as u32).to_le_bytes());
    } else {
        out.extend(vr);
        out.extend((value.len() as u16).to_le_bytes());
    }
    out.extend(value);
}

/// A folder with these files, which goes when it is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, Vec<u8>)]) -> Self {
        let path =
            std::env::temp_dir().join(format!("imageio-dicom-{}-{name}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        for (file, bytes) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, bytes).expect("a file");
        }
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub(crate) fn reader(&self, mode: ImageMode) -> DicomReader {
        DicomReader::open(in_mode(&self.0, mode)).expect("a folder of DICOM files")
    }

    pub(crate) fn file(&self, name: &str, mode: ImageMode) -> DicomReader {
        DicomReader::open(in_mode(&self.0.join(name), mode)).expect("a DICOM file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A request for a path in a mode of v2.
pub(crate) fn in_mode(path: &Path, mode: ImageMode) -> Request {
    Request::from(path).mode(Mode::READ.images(mode))
}

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    fixtures().join("dicom").join(name)
}

/// Every file in a folder and those inside it; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no file in {}", folder.display());
    files.sort();
    files
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn json(metadata: &imageio_core::Metadata) -> Json {
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

pub(crate) fn shorts(image: &NdImage) -> Vec<u16> {
    image.clone().into_vec().expect("uint16 pixels")
}
