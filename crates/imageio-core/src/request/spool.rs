//! A stream that comes once: what was read is kept, in memory and then on disk.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::input::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Claim, Limits};

/// Bytes that are kept in memory before they move to a temporary file.
const IN_MEMORY: usize = 8 << 20;

const CHUNK: usize = 16 << 10;

/// A resource over a stream that cannot be asked for a range, such as a download or a member of an archive.
///
/// What was read is kept: in memory, and from 8 MiB on in a temporary file.
pub struct Spool {
    state: Mutex<State>,
    /// The length, where it is told beforehand.
    announced: Option<u64>,
}

struct State {
    reader: Option<Box<dyn Read + Send>>,
    kept: Kept,
    len: u64,
    limits: Limits,
    claim: Option<Claim>,
    /// Why the stream broke off; what lies behind never comes.
    failed: Option<(ErrorKind, String)>,
}

enum Kept {
    Memory(Vec<u8>),
    Disk(File),
}

impl Spool {
    /// Keeps what `reader` gives, inside the budget for stacks. `announced` is its length, where that is told; fewer
    /// bytes are an error then, and no more are asked for.
    pub fn new(reader: Box<dyn Read + Send>, announced: Option<u64>, limits: &Limits) -> Self {
        let state = State {
            reader: Some(reader),
            kept: Kept::Memory(Vec::new()),
            len: 0,
            limits: limits.for_stack().apart(),
            claim: None,
            failed: None,
        };
        Spool {
            state: Mutex::new(state),
            announced,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on until `wanted` bytes are kept or the stream ends.
    fn keep(&self, state: &mut State, wanted: u64) -> Result<()> {
        while state.len < wanted {
            if let Some((kind, message)) = &state.failed {
                return Err(Error::new(*kind, message.clone()));
            }
            if state.reader.is_none() {
                break;
            }
            if let Err(error) = state.take_chunk(self.announced) {
                state.reader = None;
                state.failed = Some((error.kind(), error.message().to_owned()));
                return Err(error);
            }
        }
        Ok(())
    }
}

impl State {
    fn take_chunk(&mut self, announced: Option<u64>) -> Result<()> {
        let Some(reader) = &mut self.reader else {
            return Ok(());
        };
        let mut chunk = [0; CHUNK];
        let count = match reader.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == IoKind::Interrupted => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if count == 0 {
            if let Some(len) = announced.filter(|&len| self.len < len) {
                let message = format!("the stream ends after {} of {len} bytes", self.len);
                return Err(Error::corrupt(message));
            }
            self.reader = None;
            return Ok(());
        }
        // The account is settled anew each time, since a claim does not grow.
        self.claim = None;
        let kept = self.len + count as u64;
        let what = "the part of a stream that is kept";
        self.claim = Some(self.limits.claim(kept, what)?);
        self.append(&chunk[..count])?;
        self.len = kept;
        Ok(())
    }

    fn append(&mut self, chunk: &[u8]) -> Result<()> {
        match &mut self.kept {
            Kept::Memory(bytes) if bytes.len() + chunk.len() <= IN_MEMORY => {
                bytes.extend_from_slice(chunk);
            }
            Kept::Memory(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.write_all(chunk)?;
                self.kept = Kept::Disk(file);
            }
            Kept::Disk(file) => {
                file.seek(SeekFrom::Start(self.len))?;
                file.write_all(chunk)?;
            }
        }
        Ok(())
    }

    fn copy(&mut self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let rest = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = rest.min(buf.len());
        if count == 0 {
            return Ok(0);
        }
        let buf = &mut buf[..count];
        match &mut self.kept {
            Kept::Memory(bytes) => {
                let start = offset as usize;
                buf.copy_from_slice(&bytes[start..start + count]);
            }
            Kept::Disk(file) => {
                file.seek(SeekFrom::Start(offset))?;
                file.read_exact(buf)?;
            }
        }
        Ok(count)
    }
}

impl Resource for Spool {
    fn len(&self) -> Result<u64> {
        if let Some(len) = self.announced {
            return Ok(len);
        }
        let mut state = self.state();
        self.keep(&mut state, u64::MAX)?;
        Ok(state.len)
    }

    fn known_len(&self) -> Option<u64> {
        self.announced.or_else(|| Some(self.state().len))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let end = offset.saturating_add(buf.len() as u64);
        let end = self.announced.map_or(end, |len| end.min(len));
        let mut state = self.state();
        self.keep(&mut state, end)?;
        state.copy(offset, buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_can_be_read_again_from_memory_and_disk() -> Result<()> {
        for len in [100usize, IN_MEMORY + 3 * CHUNK + 7] {
            let bytes: Vec<u8> = (0..len).map(|at| (at / 7) as u8).collect();
            let reader = Box::new(std::io::Cursor::new(bytes.clone()));
            let spool = Spool::new(reader, None, &Limits::new());
            let mut tail = [0; 10];
            assert_eq!(spool.read_at(len as u64 - 10, &mut tail)?, 10);
            assert_eq!(tail, bytes[len - 10..]);
            let mut head = [0; 20];
            assert_eq!(spool.read_at(0, &mut head)?, 20);
            assert_eq!(head, bytes[..20]);
            assert_eq!(spool.len()?, len as u64);
            assert_eq!(spool.read_at(len as u64 - 4, &mut tail)?, 4);
        }
        Ok(())
    }

    #[test]
    fn the_budget_ends_an_endless_stream() {
        let limits = Limits::new().bytes(1 << 20);
        let spool = Spool::new(Box::new(std::io::repeat(1)), None, &limits);
        let error = spool.len().expect_err("endless");
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
        let mut buf = [0; 1];
        assert!(spool.read_at(1 << 20, &mut buf).is_err(), "no false end");
        assert!(spool.read_at(10, &mut buf).is_ok(), "what came stays");
    }

    #[test]
    fn fewer_bytes_than_announced_are_an_error() {
        let reader = Box::new(std::io::Cursor::new(vec![1; 50]));
        let spool = Spool::new(reader, Some(80), &Limits::new());
        assert_eq!(spool.known_len(), Some(80));
        let mut buf = [0; 60];
        let error = spool.read_at(0, &mut buf).expect_err("short");
        assert!(error.to_string().contains("50 of 80"), "{error}");
    }
}
