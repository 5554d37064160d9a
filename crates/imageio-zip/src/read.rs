//! Members as resources: stored ones are read where they lie, the others are unpacked as far as they are read.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imageio_core::{Error, ErrorKind, Limits, Members, RequestReader, Resource, Result, Spool};
use zip::CompressionMethod;
use zip::read::ZipArchive;
use zip::result::ZipError;

/// Bytes of a packed member that are fetched at once.
const BLOCK: usize = 1 << 16;

/// The number by which the format means Deflate64, which Windows uses for large files.
const DEFLATE64: u16 = 9;

/// The table at the end of an archive; nothing else is read before a member is asked for.
pub(crate) struct Directory {
    archive: Arc<dyn Resource>,
    table: Mutex<ZipArchive<RequestReader>>,
    /// Where members are in the table; of two of one name the last one counts.
    places: HashMap<String, usize>,
}

impl Directory {
    pub(crate) fn read(archive: Arc<dyn Resource>) -> Result<Self> {
        let reader = RequestReader::over(Arc::clone(&archive));
        let table = ZipArchive::new(reader).map_err(|error| explain(&error))?;
        let places = names(&table).into_iter().zip(0..).collect();
        Ok(Directory {
            archive,
            table: Mutex::new(table),
            places,
        })
    }

    /// The table is whole between two statements, so a panic elsewhere is no harm.
    fn table(&self) -> MutexGuard<'_, ZipArchive<RequestReader>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Members for Directory {
    fn names(&self) -> Vec<String> {
        names(&self.table())
    }

    fn open(&self, name: &str, limits: &Limits) -> Result<Option<Arc<dyn Resource>>> {
        let is_file = !name.is_empty() && !name.ends_with('/');
        let Some(&at) = self.places.get(name).filter(|_| is_file) else {
            return Ok(None);
        };
        let member = Member::find(&mut self.table(), at, name)?;
        member.open(&self.archive, limits).map(Some)
    }
}

/// The names of all members, as text. A folder in a name may be told by `\`, against the rules.
pub(crate) fn names<R: Read + std::io::Seek>(table: &ZipArchive<R>) -> Vec<String> {
    let name = |at| match table.name_for_index(at) {
        Some(Ok(name)) => name.replace('\\', "/"),
        _ => String::new(),
    };
    (0..table.len()).map(name).collect()
}

/// What the archive says about a member.
struct Member {
    name: String,
    method: CompressionMethod,
    start: u64,
    packed: u64,
    len: u64,
    checksum: u32,
}

impl Member {
    fn find(table: &mut ZipArchive<RequestReader>, at: usize, name: &str) -> Result<Self> {
        let file = table.by_index_raw(at).map_err(|error| explain(&error))?;
        if file.encrypted() {
            let message = format!("`{name}` is encrypted, which is not supported");
            return Err(Error::unsupported(message));
        }
        let missing = || Error::corrupt(format!("`{name}` has no data"));
        Ok(Member {
            name: name.to_owned(),
            method: file.compression(),
            start: file.data_start().ok_or_else(missing)?,
            packed: file.compressed_size(),
            len: file.size(),
            checksum: file.crc32(),
        })
    }

    fn open(self, archive: &Arc<dyn Resource>, limits: &Limits) -> Result<Arc<dyn Resource>> {
        self.check_place(archive)?;
        let part = Part {
            archive: Arc::clone(archive),
            start: self.start,
            len: self.packed,
        };
        match self.method {
            CompressionMethod::Stored if self.packed == self.len => Ok(Arc::new(part)),
            CompressionMethod::Stored => Err(Error::corrupt(format!(
                "`{}` is stored as {} bytes, but should be {}",
                self.name, self.packed, self.len
            ))),
            method => {
                self.check_size(limits)?;
                let reader = BufReader::with_capacity(BLOCK, PartReader { part, at: 0 });
                let unpacked = unpacked(method, reader, &self.name)?;
                let len = self.len;
                let checked = Checked {
                    reader: unpacked,
                    member: self,
                    done: 0,
                    sum: crc32fast::Hasher::new(),
                };
                Ok(Arc::new(Spool::new(Box::new(checked), Some(len), limits)))
            }
        }
    }

    /// Refuses data outside of the archive, as in one that was cut and patched.
    fn check_place(&self, archive: &Arc<dyn Resource>) -> Result<()> {
        let end = self.start.saturating_add(self.packed);
        let len = archive.len()?;
        if end <= len {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "`{}` reaches to byte {end} of an archive of {len}",
            self.name
        )))
    }

    /// Refuses a member that is out of all proportion to what it is unpacked from.
    fn check_size(&self, limits: &Limits) -> Result<()> {
        let allowed = limits.for_input(self.packed).image_budget();
        if self.len <= allowed {
            return Ok(());
        }
        let error = Error::new(
            ErrorKind::LimitExceeded,
            format!(
                "`{}` unpacks to {} bytes from {}, {} times as many, over the budget of {allowed} bytes",
                self.name,
                self.len,
                self.packed,
                self.len / self.packed.max(1),
            ),
        );
        Err(error.with_help("a higher `Limits::bytes`"))
    }
}

fn unpacked(
    method: CompressionMethod,
    packed: impl BufRead + Send + 'static,
    name: &str,
) -> Result<Box<dyn Read + Send>> {
    #[expect(
        deprecated,
        reason = "the crate has no other name for methods that it does not unpack itself"
    )]
    let number = method.to_u16();
    match number {
        8 => Ok(Box::new(flate2::bufread::DeflateDecoder::new(packed))),
        DEFLATE64 => Ok(Box::new(deflate64::Deflate64Decoder::with_buffer(packed))),
        _ => {
            let called = match number {
                12 => "bzip2",
                14 => "LZMA",
                93 => "Zstandard",
                95 => "xz",
                98 => "PPMd",
                _ => "an unusual method",
            };
            let message = format!("`{name}` is packed with {called} ({number}), not with Deflate");
            Err(Error::unsupported(message))
        }
    }
}

/// Some bytes of an archive.
struct Part {
    archive: Arc<dyn Resource>,
    start: u64,
    len: u64,
}

impl Part {
    /// As much of `buf` as there are bytes for from `offset` on.
    fn clamp<'a>(&self, offset: u64, buf: &'a mut [u8]) -> &'a mut [u8] {
        let rest = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = buf.len().min(rest);
        &mut buf[..len]
    }
}

impl Resource for Part {
    fn len(&self) -> Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let buf = self.clamp(offset, buf);
        if buf.is_empty() {
            return Ok(0);
        }
        self.archive.read_at(self.start + offset, buf)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        let outside = parts
            .iter()
            .find(|(offset, buf)| offset.saturating_add(buf.len() as u64) > self.len);
        if let Some((offset, buf)) = outside {
            let (filled, len) = (self.len.saturating_sub(*offset), buf.len());
            let message = format!(
                "the data ends too early: {filled} bytes at offset {offset}, expected {len}"
            );
            return Err(Error::corrupt(message));
        }
        let mut moved: Vec<(u64, &mut [u8])> = parts
            .iter_mut()
            .map(|(offset, buf)| (self.start + *offset, &mut **buf))
            .collect();
        self.archive.read_ranges(&mut moved)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        let start = usize::try_from(self.start).ok()?;
        let len = usize::try_from(self.len).ok()?;
        self.archive.as_slice()?.get(start..)?.get(..len)
    }
}

/// Reads a part from its first byte to its last.
struct PartReader {
    part: Part,
    at: u64,
}

impl Read for PartReader {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.part.read_at(self.at, buf)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// What comes out must be as long as announced, and have the checksum.
struct Checked {
    reader: Box<dyn Read + Send>,
    member: Member,
    done: u64,
    sum: crc32fast::Hasher,
}

impl Checked {
    fn corrupt(&self, what: &str) -> std::io::Error {
        Error::corrupt(format!("`{}` {what}", self.member.name)).into()
    }

    /// Looks at the whole once all of it has come.
    fn finish(&mut self) -> std::io::Result<()> {
        let len = self.member.len;
        if self.reader.read(&mut [0]).is_ok_and(|count| count > 0) {
            return Err(self.corrupt(&format!("unpacks to more than the {len} bytes announced")));
        }
        let (sum, expected) = (self.sum.clone().finalize(), self.member.checksum);
        if sum != expected {
            let what = format!("has the checksum {sum:08x}, expected {expected:08x}");
            return Err(self.corrupt(&what));
        }
        Ok(())
    }
}

impl Read for Checked {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let rest = usize::try_from(self.member.len - self.done).unwrap_or(usize::MAX);
        let len = buf.len().min(rest);
        if len == 0 {
            return Ok(0);
        }
        let count = match self.reader.read(&mut buf[..len]) {
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                let (done, len) = (self.done, self.member.len);
                let what = format!("cannot be unpacked after {done} of {len} bytes: {error}");
                return Err(self.corrupt(&what));
            }
        };
        if count == 0 {
            let (done, len) = (self.done, self.member.len);
            return Err(self.corrupt(&format!("unpacks to {done} bytes, {len} were announced")));
        }
        self.sum.update(&buf[..count]);
        self.done += count as u64;
        if self.done == self.member.len {
            self.finish()?;
        }
        Ok(count)
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
