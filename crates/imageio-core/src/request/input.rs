//! Sources of bytes that can be read at any position.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use super::lock;

mod parallel;
use crate::error::{Error, Result};
use crate::limits::{Claim, Limits};

/// Bytes that can be read at any position, by several readers at once.
///
/// New kinds of resources implement this and register a [`ResourceKind`](super::ResourceKind).
pub trait Resource: Send + Sync {
    /// Length in bytes; may have to read to the end to know.
    fn len(&self) -> Result<u64>;

    /// Whether there are no bytes.
    fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Length where it is known at no cost; a stream gives what it has kept so far.
    fn known_len(&self) -> Option<u64> {
        self.len().ok()
    }

    /// Reads at `offset` until `buf` is full or the bytes end; gives the number read.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize>;

    /// Fills several buffers, each from its offset.
    ///
    /// # For implementors
    /// Override where fetching neighbours together is cheaper.
    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        for (offset, buf) in parts {
            let filled = self.read_at(*offset, buf)?;
            if filled < buf.len() {
                let len = buf.len();
                let message = format!(
                    "the data ends too early: {filled} bytes at offset {offset}, expected {len}"
                );
                return Err(Error::corrupt(message));
            }
        }
        Ok(())
    }

    /// The bytes where they lie in memory already.
    fn as_slice(&self) -> Option<&[u8]> {
        None
    }
}

/// How private temporary files are called.
pub(super) fn temporary<'a>() -> tempfile::Builder<'a, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("imageio_");
    builder
}

/// A temporary file with all bytes of `resource`, removed when the handle is dropped.
pub(super) fn spool_to_disk(
    resource: &dyn Resource,
    extension: &str,
) -> Result<tempfile::TempPath> {
    let mut file = temporary().suffix(extension).tempfile()?;
    let mut buf = vec![0; 1 << 16];
    let mut offset = 0;
    loop {
        let filled = resource.read_at(offset, &mut buf)?;
        if filled == 0 {
            break;
        }
        file.write_all(&buf[..filled])?;
        offset += filled as u64;
    }
    file.flush()?;
    Ok(file.into_temp_path())
}

/// A regular file.
pub(super) struct FileInput {
    file: File,
    len: u64,
    #[cfg(not(any(unix, windows)))]
    cursor: Mutex<()>,
}

impl FileInput {
    pub(super) fn new(file: File, len: u64) -> Self {
        FileInput {
            file,
            len,
            #[cfg(not(any(unix, windows)))]
            cursor: Mutex::new(()),
        }
    }

    #[cfg(unix)]
    fn read_some(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buf, offset)
    }

    #[cfg(windows)]
    fn read_some(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buf, offset)
    }

    #[cfg(not(any(unix, windows)))]
    fn read_some(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        let _alone = lock(&self.cursor);
        (&self.file).seek(SeekFrom::Start(offset))?;
        (&self.file).read(buf)
    }
}

impl Resource for FileInput {
    fn len(&self) -> Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        // Offsets that come from a broken file may be larger than the system takes; and what is asked for past the
        // end costs no call of the system.
        let rest = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = buf.len().min(rest);
        let buf = &mut buf[..len];
        if buf.is_empty() {
            return Ok(0);
        }
        parallel::read(buf, |done, rest| {
            fill(rest, |more, rest| {
                self.read_some(offset + done + more, rest)
            })
        })
    }
}

/// Bytes in memory.
pub(super) struct BytesInput {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
}

impl BytesInput {
    pub(super) fn new(bytes: Arc<dyn AsRef<[u8]> + Send + Sync>) -> Self {
        BytesInput { bytes }
    }

    fn slice(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }
}

impl Resource for BytesInput {
    fn len(&self) -> Result<u64> {
        Ok(self.slice().len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        Ok(copy_from(self.slice(), offset, buf))
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(self.slice())
    }
}

/// A stream that can be read once; what was read is kept and replayed.
pub(super) struct StreamInput {
    state: Mutex<StreamState>,
}

struct StreamState {
    reader: Option<Box<dyn Read + Send>>,
    kept: Vec<u8>,
    claim: Option<Claim>,
    limits: Limits,
}

impl StreamInput {
    pub(super) fn new(reader: Box<dyn Read + Send>, limits: &Limits) -> Self {
        let state = StreamState {
            reader: Some(reader),
            kept: Vec::new(),
            claim: None,
            // The part that is kept is weighed alone: a file of the same bytes would not count either.
            limits: limits.for_stack().apart(),
        };
        StreamInput {
            state: Mutex::new(state),
        }
    }
}

impl StreamState {
    /// Reads on until `wanted` bytes are kept or the stream ends.
    fn keep(&mut self, wanted: u64) -> Result<()> {
        let mut chunk = Vec::new();
        while (self.kept.len() as u64) < wanted {
            let Some(reader) = &mut self.reader else {
                break;
            };
            chunk.resize(1 << 16, 0);
            let count = match reader.read(&mut chunk) {
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if count == 0 {
                self.reader = None;
                break;
            }
            self.kept.extend_from_slice(&chunk[..count]);
            let what = "the part of a stream that is kept";
            let claim = self.limits.claim(count as u64, what)?;
            match &mut self.claim {
                Some(all) => all.join(claim),
                None => self.claim = Some(claim),
            }
        }
        Ok(())
    }
}

impl Resource for StreamInput {
    fn len(&self) -> Result<u64> {
        let mut state = lock(&self.state);
        state.keep(u64::MAX)?;
        Ok(state.kept.len() as u64)
    }

    fn known_len(&self) -> Option<u64> {
        Some(lock(&self.state).kept.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let mut state = lock(&self.state);
        state.keep(offset.saturating_add(buf.len() as u64))?;
        Ok(copy_from(&state.kept, offset, buf))
    }
}

/// A reader that can seek, from where it stood when it was handed over.
pub(super) struct SeekInput {
    reader: Mutex<Box<dyn ReadSeek>>,
    start: u64,
    len: u64,
}

/// A reader that can seek.
pub(super) trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl SeekInput {
    pub(super) fn new(mut reader: Box<dyn ReadSeek>) -> Result<Self> {
        let start = reader.stream_position()?;
        let len = reader.seek(SeekFrom::End(0))?.saturating_sub(start);
        Ok(SeekInput {
            reader: Mutex::new(reader),
            start,
            len,
        })
    }
}

impl Resource for SeekInput {
    fn len(&self) -> Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let mut reader = lock(&self.reader);
        reader.seek(SeekFrom::Start(self.start.saturating_add(offset)))?;
        fill(buf, |_, rest| reader.read(rest))
    }
}

/// Calls `read` with what is left of `buf` until it is full or nothing more comes.
fn fill(
    buf: &mut [u8],
    mut read: impl FnMut(u64, &mut [u8]) -> std::io::Result<usize>,
) -> Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match read(done as u64, &mut buf[done..]) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done)
}

fn copy_from(bytes: &[u8], offset: u64, buf: &mut [u8]) -> usize {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|start| bytes.get(start..))
        .unwrap_or_default();
    let count = rest.len().min(buf.len());
    buf[..count].copy_from_slice(&rest[..count]);
    count
}
