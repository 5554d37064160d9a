//! What a plugin writes to, and what the caller gets back.

use std::any::Any;
use std::io::{BufWriter, Cursor, Read, Result as IoResult, Seek, SeekFrom, Write};
use std::sync::Arc;

use tempfile::{NamedTempFile, TempPath};

use super::source::Source;
use super::target::Access;
use super::{Request, Shared, lock};
use crate::error::Result;

/// A writer whose type can be asked for.
pub trait WriteAny: Write + Send {
    /// The writer as a value of any type.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<W: Write + Send + 'static> WriteAny for W {
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Bytes of one write from which on their room on the disk is asked for in one go, as NumPy does; ext4 then copies them
/// in four fifths of the time.
const RESERVE_FROM: usize = 4 << 20;

/// Where the bytes are until commit.
pub(super) enum Store {
    File(BufWriter<NamedTempFile>),
    Memory(Cursor<Vec<u8>>),
    Through(BufWriter<Box<dyn WriteAny>>),
    Path(TempPath),
}

/// What a plugin writes to.
///
/// Nothing reaches the target before core commits; dropping it is no commit. It is buffered.
pub struct Output {
    store: Option<Store>,
    slot: usize,
    shared: Arc<Shared>,
}

impl Request {
    /// A writer that can seek and read back what it wrote. Each call begins the file anew.
    ///
    /// A pipe, a device or a caller's writer gets the bytes at commit.
    pub fn writer(&self) -> Result<Output> {
        self.begin_output(&self.source, None, Access::Seek)
    }

    /// A writer that only goes forward. A pipe, a device or a caller's writer gets the bytes at once.
    pub fn stream_writer(&self) -> Result<Output> {
        self.begin_output(&self.source, None, Access::Stream)
    }

    /// A writer for the file called `name` beside this one, committed together with it.
    pub fn sibling_writer(&self, name: &str) -> Result<Output> {
        let sibling = self.sibling(name)?;
        self.begin_output(&sibling.source, Some(name), Access::Seek)
    }

    fn begin_output(
        &self,
        source: &Source,
        sibling: Option<&str>,
        access: Access<'_>,
    ) -> Result<Output> {
        let (slot, store) = lock(&self.shared.write).begin(source, sibling, access)?;
        Ok(Output {
            store: Some(store),
            slot,
            shared: Arc::clone(&self.shared),
        })
    }

    /// Puts what was written in its place.
    pub(crate) fn commit(&self) -> Result<Finished> {
        let finished = lock(&self.shared.write).commit()?;
        // A writer that no plugin took goes back as it came.
        let unused = match &*self.source {
            Source::Writer(writer) => lock(writer).take(),
            _ => None,
        };
        Ok(unused.map_or(finished, Finished::of_writer))
    }

    /// Forgets what was written; the target stays as it is.
    pub(crate) fn abandon(&self) {
        lock(&self.shared.write).abandon(&self.source);
    }
}

impl Output {
    fn gone() -> std::io::Error {
        std::io::Error::other("the output is closed")
    }
}

impl Write for Output {
    fn write(&mut self, buf: &[u8]) -> IoResult<usize> {
        match &mut self.store {
            Some(Store::File(file)) => {
                if buf.len() >= RESERVE_FROM {
                    reserve(file, buf.len())?;
                }
                file.write(buf)
            }
            Some(Store::Memory(bytes)) => bytes.write(buf),
            Some(Store::Through(writer)) => writer.write(buf),
            Some(Store::Path(_)) | None => Err(Output::gone()),
        }
    }

    fn flush(&mut self) -> IoResult<()> {
        match &mut self.store {
            Some(Store::File(file)) => file.flush(),
            Some(Store::Memory(_)) => Ok(()),
            Some(Store::Through(writer)) => writer.flush(),
            Some(Store::Path(_)) | None => Err(Output::gone()),
        }
    }
}

/// Asks for the room of the next `len` bytes. Where the system refuses, the write itself tells what is wrong.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn reserve(file: &mut BufWriter<NamedTempFile>, len: usize) -> IoResult<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    let at = file.stream_position()?;
    let _ = fallocate(
        file.get_ref().as_file(),
        FallocateFlags::KEEP_SIZE,
        at,
        len as u64,
    );
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[expect(clippy::unnecessary_wraps, reason = "as it is on Linux")]
fn reserve(_: &mut BufWriter<NamedTempFile>, _: usize) -> IoResult<()> {
    Ok(())
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        match &mut self.store {
            Some(Store::File(file)) => file.seek(to),
            Some(Store::Memory(bytes)) => bytes.seek(to),
            Some(Store::Through(_)) => Err(std::io::ErrorKind::NotSeekable.into()),
            Some(Store::Path(_)) | None => Err(Output::gone()),
        }
    }
}

impl Read for Output {
    fn read(&mut self, buf: &mut [u8]) -> IoResult<usize> {
        match &mut self.store {
            Some(Store::File(file)) => {
                file.flush()?;
                file.get_mut().read(buf)
            }
            Some(Store::Memory(bytes)) => bytes.read(buf),
            Some(Store::Through(_)) => Err(std::io::ErrorKind::Unsupported.into()),
            Some(Store::Path(_)) | None => Err(Output::gone()),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // An error of the last flush is kept for the commit, which a plugin that panicked never reaches.
        let flushed = self.flush();
        if let Some(store) = self.store.take() {
            lock(&self.shared.write).park(self.slot, store, flushed);
        }
    }
}

/// What a committed write leaves for the caller.
#[derive(Default)]
pub struct Finished {
    bytes: Option<Vec<u8>>,
    writer: Option<Box<dyn WriteAny>>,
}

impl Finished {
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Finished {
            bytes: Some(bytes),
            writer: None,
        }
    }

    pub(super) fn of_writer(writer: Box<dyn WriteAny>) -> Self {
        Finished {
            bytes: None,
            writer: Some(writer),
        }
    }

    /// The encoded bytes, for the target `<bytes>`.
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        self.bytes
    }

    /// The caller's writer, for a request made of one.
    pub fn into_writer<W: Write + Send + 'static>(self) -> Option<W> {
        self.writer?
            .into_any()
            .downcast()
            .ok()
            .map(|writer| *writer)
    }
}

impl std::fmt::Debug for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.bytes {
            Some(bytes) => write!(f, "Finished({} bytes)", bytes.len()),
            None => f.write_str("Finished"),
        }
    }
}
