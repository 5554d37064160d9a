//! Finding arrays: one of its own, or the members of a zip archive.

use std::fmt;

use imageio_core::{Error, ErrorKind, Request, RequestReader, Result};
use zip::read::ZipArchive;
use zip::result::ZipError;
use zip::{CompressionMethod, HasZipMetadata as _};

use super::Source;
use super::member::Place;
use crate::format::header::MAGIC;
use crate::format::order;

/// How a zip archive begins, and how one without members does.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// What the names of arrays end in.
const SUFFIX: &str = ".npy";

/// Bytes of a member's own header before its name.
const LOCAL_HEADER: usize = 30;

/// Whether the first bytes are those of an array or of an archive that begins with one.
pub(super) fn recognises(request: &Request) -> Result<bool> {
    let head = request.first_bytes(LOCAL_HEADER + 256)?;
    if head.starts_with(MAGIC) {
        return Ok(true);
    }
    if !is_zip(&head) {
        return Ok(false);
    }
    if request.extension().as_deref() == Some(".npz") {
        return Ok(true);
    }
    // APPNOTE 4.3.7: the length of the name is at byte 26, the name itself at byte 30.
    let len = match head.get(26..28) {
        Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
        _ => 0,
    };
    let name = head.get(LOCAL_HEADER..LOCAL_HEADER + len);
    Ok(name.is_some_and(|name| name.ends_with(SUFFIX.as_bytes())))
}

fn is_zip(head: &[u8]) -> bool {
    ZIP.iter().any(|magic| head.starts_with(magic))
}

/// What lies in `request`.
pub(super) fn open(request: &Request) -> Result<Source> {
    let head = request.first_bytes(MAGIC.len())?;
    if *head == *MAGIC {
        return Ok(Source::Npy);
    }
    if !is_zip(&head) {
        return Err(Error::not_this_format(
            "it begins neither as NPY nor as a zip archive",
        ));
    }
    let is_ours = recognises(request)?;
    match Archive::open(request) {
        Ok(archive) if archive.len() > 0 || is_ours => Ok(Source::Npz(archive)),
        Ok(_) => Err(Error::not_this_format("a zip archive without arrays")),
        Err(error) if is_ours || error.kind() == ErrorKind::Io => Err(error),
        Err(error) => Err(Error::not_this_format(error.message())),
    }
}

/// The arrays of a zip archive, in the order in which they are counted.
pub(super) struct Archive {
    directory: ZipArchive<RequestReader>,
    /// Where each array stands in the directory, and its name.
    arrays: Vec<(usize, String)>,
}

impl Archive {
    fn open(request: &Request) -> Result<Self> {
        let directory = ZipArchive::new(request.reader()?).map_err(|error| explain(&error))?;
        let mut arrays: Vec<(usize, String)> = (0..directory.len())
            .filter_map(|at| {
                let name = directory.name_for_index(at)?.ok()?;
                Some((at, name.strip_suffix(SUFFIX)?.to_owned()))
            })
            .collect();
        arrays.sort_by(|(_, a), (_, b)| order::compare(a, b));
        Ok(Archive { directory, arrays })
    }

    pub(super) fn len(&self) -> usize {
        self.arrays.len()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.iter().map(|(_, name)| name.as_str())
    }

    /// Where the bytes of array `position` lie.
    pub(super) fn place(&mut self, request: &Request, position: usize) -> Result<Place> {
        let (at, name) = self
            .arrays
            .get(position)
            .ok_or_else(|| Error::out_of_range(position, self.arrays.len()))?;
        let file = self
            .directory
            .by_index_raw(*at)
            .map_err(|error| explain(&error))?;
        if file.encrypted() {
            let message = format!("`{name}` is encrypted, which is not supported");
            return Err(Error::unsupported(message));
        }
        let is_packed = match file.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => {
                let message = format!("`{name}` is packed with {other}, not with Deflate");
                return Err(Error::unsupported(message));
            }
        };
        let start = file
            .data_start()
            .ok_or_else(|| Error::corrupt(format!("`{name}` has no data")))?;
        let place = Place {
            name: Some(name.clone()),
            start,
            stored: file.compressed_size(),
            len: file.size(),
            is_packed,
            checksum: Some(file.get_metadata().crc32),
        };
        place.checked(request)
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// The error of the zip crate as one of ours.
pub(crate) fn explain(error: &ZipError) -> Error {
    match error {
        ZipError::Io(io) => {
            let inner = io.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            match inner {
                Some(inner) => Error::new(inner.kind(), inner.message()),
                None if io.kind() == std::io::ErrorKind::UnexpectedEof => {
                    Error::corrupt("the zip archive is cut off")
                }
                None => Error::new(ErrorKind::Io, io.to_string()),
            }
        }
        ZipError::UnsupportedArchive(what) => {
            Error::unsupported(format!("a zip archive of an unusual kind: {what}"))
        }
        other => Error::corrupt(format!("no zip archive, or a broken one: {other}")),
    }
}
