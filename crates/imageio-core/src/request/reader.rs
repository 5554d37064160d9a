//! A buffered reader over a resource.

use std::io::{BufRead, Read, Result, Seek, SeekFrom};
use std::sync::Arc;

use super::input::Resource;

/// Bytes fetched at once where the resource does not lie in memory.
const BLOCK: usize = 1 << 15;

/// A buffered reader that can seek. Several can read one resource without disturbing each other.
pub struct RequestReader {
    resource: Arc<dyn Resource>,
    position: u64,
    block: Vec<u8>,
    block_start: u64,
}

impl RequestReader {
    /// A reader that begins with `head`, the first bytes that were fetched already.
    pub(super) fn new(resource: Arc<dyn Resource>, head: Vec<u8>) -> Self {
        RequestReader {
            resource,
            position: 0,
            block: head,
            block_start: 0,
        }
    }

    /// A reader over all of `resource`.
    pub fn over(resource: Arc<dyn Resource>) -> Self {
        RequestReader::new(resource, Vec::new())
    }

    /// Where the next byte comes from.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What is buffered from the position on.
    fn buffered(&self) -> &[u8] {
        let skip = self
            .position
            .checked_sub(self.block_start)
            .and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.block.get(skip..))
            .unwrap_or_default()
    }
}

impl Read for RequestReader {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        // A large read goes straight to its place.
        if self.buffered().is_empty() && buf.len() >= BLOCK {
            let count = self.resource.read_at(self.position, buf)?;
            self.position += count as u64;
            return Ok(count);
        }
        let available = self.fill_buf()?;
        let count = available.len().min(buf.len());
        buf[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for RequestReader {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.resource.as_slice().is_some() {
            let slice = self.resource.as_slice().unwrap_or_default();
            return Ok(usize::try_from(self.position)
                .ok()
                .and_then(|at| slice.get(at..))
                .unwrap_or_default());
        }
        if self.buffered().is_empty() {
            // Taken out, so that a failed read leaves nothing behind that looks like data.
            let mut block = std::mem::take(&mut self.block);
            block.resize(BLOCK, 0);
            let count = self.resource.read_at(self.position, &mut block)?;
            block.truncate(count);
            self.block = block;
            self.block_start = self.position;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        self.position += count as u64;
    }
}

impl Seek for RequestReader {
    /// Seeking past the end is allowed; nothing is read there.
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.resource.len()?.checked_add_signed(by),
        };
        let message = "seek to a position before the first byte";
        self.position =
            target.ok_or_else(|| std::io::Error::new(std::io::ErrorKind::InvalidInput, message))?;
        Ok(self.position)
    }

    fn stream_position(&mut self) -> Result<u64> {
        Ok(self.position)
    }
}
