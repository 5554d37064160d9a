//! Positional reads over something that serves ranges, with few and large requests.

use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imageio_core::{Error, Resource, Result};

/// What is fetched and kept at once.
pub(crate) const BLOCK: u64 = 64 << 10;

/// Blocks that are kept: 4 MiB.
const KEPT: usize = 64;

/// The most blocks that are fetched ahead of a reader that goes from front to back.
const MOST_AHEAD: u64 = 4;

/// Reads of this many bytes go straight to their place, in one request.
const LARGE: usize = 512 << 10;

/// Bytes that may be fetched in vain to save a request.
const GAP: u64 = BLOCK;

/// Something that gives any range of its bytes, at the price of a round trip.
pub(crate) trait Ranges: Send + Sync {
    /// Fills the buffers, which are in order and do not overlap, in one transfer from the first to the last.
    fn fetch(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()>;
}

/// How far a transfer into several buffers is, so that it can go on after it broke off.
#[derive(Default)]
pub(crate) struct Filled {
    part: usize,
    bytes: usize,
}

impl Filled {
    /// Where the next byte that is wanted lies.
    pub(crate) fn position(&self, parts: &[(u64, &mut [u8])]) -> Option<u64> {
        let (offset, _) = parts.get(self.part)?;
        Some(offset + self.bytes as u64)
    }

    /// Reads on from `reader`, which stands at `at`, until all buffers are full.
    pub(crate) fn read(
        &mut self,
        reader: &mut dyn Read,
        mut at: u64,
        parts: &mut [(u64, &mut [u8])],
    ) -> std::io::Result<()> {
        while let Some((offset, buf)) = parts.get_mut(self.part) {
            let wanted = *offset + self.bytes as u64;
            if wanted > at {
                let gap = wanted - at;
                let skipped = std::io::copy(&mut reader.take(gap), &mut std::io::sink())?;
                if skipped < gap {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
                at = wanted;
            }
            let rest = &mut buf[self.bytes..];
            if rest.is_empty() {
                self.part += 1;
                self.bytes = 0;
                continue;
            }
            match reader.read(rest) {
                Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.bytes += count;
                    at += count as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// A resource of known length over [`Ranges`].
pub(crate) struct Blocks<R> {
    ranges: R,
    len: u64,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    blocks: HashMap<u64, Arc<[u8]>>,
    /// Oldest first.
    order: VecDeque<u64>,
    /// The block that a reader from front to back asks for next.
    next: u64,
    ahead: u64,
}

impl Cache {
    fn keep(&mut self, first: u64, bytes: &[u8]) {
        for (index, block) in (first..).zip(bytes.chunks(BLOCK as usize)) {
            if self.blocks.insert(index, block.into()).is_none() {
                self.order.push_back(index);
            }
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.blocks.remove(&oldest);
            }
        }
    }

    /// Copies what is kept from `offset` on; gives the number of bytes.
    fn copy(&self, offset: u64, buf: &mut [u8]) -> usize {
        let mut done = 0;
        while done < buf.len() {
            let at = offset + done as u64;
            let inside = (at % BLOCK) as usize;
            let kept = self.blocks.get(&(at / BLOCK));
            let Some(bytes) = kept.and_then(|block| block.get(inside..)) else {
                break;
            };
            let count = bytes.len().min(buf.len() - done);
            if count == 0 {
                break;
            }
            buf[done..done + count].copy_from_slice(&bytes[..count]);
            done += count;
        }
        done
    }
}

impl<R: Ranges> Blocks<R> {
    /// The resource of `len` bytes; `head` is what is known of its beginning.
    pub(crate) fn new(ranges: R, len: u64, head: &[u8]) -> Self {
        let mut cache = Cache::default();
        // A block that is not whole would look like the end of the resource.
        let whole = match head.len() as u64 {
            all if all >= len => all,
            some => some / BLOCK * BLOCK,
        };
        cache.keep(0, &head[..whole as usize]);
        cache.next = whole.div_ceil(BLOCK);
        Blocks {
            ranges,
            len,
            cache: Mutex::new(cache),
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many of `wanted` bytes at `offset` there are.
    fn available(&self, offset: u64, wanted: usize) -> usize {
        let rest = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        wanted.min(rest)
    }

    /// Fetches the blocks that hold `offset` and what is not kept up to `end`, and some more for a reader that goes on.
    fn load(&self, cache: &mut Cache, offset: u64, end: u64) -> Result<()> {
        let first = offset / BLOCK;
        let mut last = first + 1;
        while last * BLOCK < end && !cache.blocks.contains_key(&last) {
            last += 1;
        }
        cache.ahead = if first == cache.next {
            (cache.ahead * 2).clamp(1, MOST_AHEAD)
        } else {
            0
        };
        for _ in 0..cache.ahead {
            if last * BLOCK < self.len && !cache.blocks.contains_key(&last) {
                last += 1;
            }
        }
        let start = first * BLOCK;
        let mut bytes = vec![0; ((last * BLOCK).min(self.len) - start) as usize];
        self.ranges.fetch(&mut [(start, &mut bytes)])?;
        cache.keep(first, &bytes);
        cache.next = last;
        Ok(())
    }
}

impl<R: Ranges> Resource for Blocks<R> {
    fn len(&self) -> Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let len = self.available(offset, buf.len());
        let buf = &mut buf[..len];
        let mut cache = self.cache();
        let mut done = cache.copy(offset, buf);
        while done < len {
            let at = offset + done as u64;
            if len - done >= LARGE {
                // Others need not wait for what they would not find in the cache anyway.
                drop(cache);
                self.ranges.fetch(&mut [(at, &mut buf[done..])])?;
                return Ok(len);
            }
            self.load(&mut cache, at, offset + len as u64)?;
            match cache.copy(at, &mut buf[done..]) {
                0 => return Err(Error::corrupt("a block that was fetched is empty")),
                count => done += count,
            }
        }
        Ok(len)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        for (offset, buf) in parts.iter() {
            let (filled, len) = (self.available(*offset, buf.len()), buf.len());
            if filled < len {
                let message = format!(
                    "the data ends too early: {filled} bytes at offset {offset}, expected {len}"
                );
                return Err(Error::corrupt(message));
            }
        }
        let mut wanted: Vec<(u64, &mut [u8])> = Vec::new();
        {
            let cache = self.cache();
            for (offset, buf) in parts.iter_mut() {
                let done = cache.copy(*offset, buf);
                if done < buf.len() {
                    wanted.push((*offset + done as u64, &mut buf[done..]));
                }
            }
        }
        wanted.sort_by_key(|(offset, _)| *offset);
        let near = |one: &(u64, &mut [u8]), next: &(u64, &mut [u8])| {
            let end = one.0 + one.1.len() as u64;
            next.0 >= end && next.0 - end <= GAP
        };
        wanted
            .chunk_by_mut(near)
            .try_for_each(|group| self.ranges.fetch(group))
    }
}

#[cfg(test)]
mod tests;
