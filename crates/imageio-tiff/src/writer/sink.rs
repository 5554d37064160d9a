//! Bytes on their way to the output, with a tail that is still held so that small changes cost no seek.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use imageio_core::{Output, Result};

/// Bytes that are held at most before they go to the output.
const HELD: usize = 1 << 20;

/// An output that is written from first to last and patched behind.
pub(super) struct Sink {
    out: Output,
    /// Bytes that have gone to the output.
    gone: u64,
    /// The bytes after those.
    held: Vec<u8>,
}

impl Sink {
    /// A sink over a fresh output.
    pub(super) fn new(out: Output) -> Self {
        Sink {
            out,
            gone: 0,
            held: Vec::new(),
        }
    }

    /// Bytes written so far, and so the position of the next one.
    pub(super) fn position(&self) -> u64 {
        self.gone + self.held.len() as u64
    }

    /// Adds bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.held.len() + bytes.len() > HELD {
            self.give()?;
        }
        if bytes.len() >= HELD {
            self.out.write_all(bytes)?;
            self.gone += bytes.len() as u64;
        } else {
            self.held.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// Adds zeros up to a multiple of `align`.
    pub(super) fn align(&mut self, align: u64) -> Result<()> {
        let missing = self.position().next_multiple_of(align.max(1)) - self.position();
        self.zeros(missing as usize)
    }

    /// Adds zeros.
    pub(super) fn zeros(&mut self, mut count: usize) -> Result<()> {
        const ZEROS: [u8; 4096] = [0; 4096];
        while count > 0 {
            let some = count.min(ZEROS.len());
            self.write(&ZEROS[..some])?;
            count -= some;
        }
        Ok(())
    }

    /// Replaces bytes that were written before.
    pub(super) fn patch(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let inside = at.checked_sub(self.gone).map(|start| start as usize);
        if let Some(held) = inside.and_then(|start| self.held.get_mut(start..start + bytes.len())) {
            held.copy_from_slice(bytes);
            return Ok(());
        }
        self.give()?;
        self.out.seek(SeekFrom::Start(at))?;
        self.out.write_all(bytes)?;
        self.out.seek(SeekFrom::Start(self.gone))?;
        Ok(())
    }

    /// Reads back bytes that were written before.
    pub(super) fn read_back(&mut self, at: u64, bytes: &mut [u8]) -> Result<()> {
        self.give()?;
        self.out.seek(SeekFrom::Start(at))?;
        self.out.read_exact(bytes)?;
        self.out.seek(SeekFrom::Start(self.gone))?;
        Ok(())
    }

    /// Brings everything to the output.
    pub(super) fn finish(mut self) -> Result<()> {
        self.give()?;
        self.out.flush()?;
        Ok(())
    }

    fn give(&mut self) -> Result<()> {
        if !self.held.is_empty() {
            self.out.write_all(&self.held)?;
            self.gone += self.held.len() as u64;
            self.held.clear();
        }
        Ok(())
    }
}
