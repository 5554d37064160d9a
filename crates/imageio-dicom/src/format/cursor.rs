//! Bytes at any position, and a cursor that reads them in blocks from front to back.

use imageio_core::Result;

/// Where a file's bytes come from.
pub(crate) trait Source {
    /// Reads at `offset` until `buf` is full or the bytes end; gives their number.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize>;

    /// Fills several buffers of one file, each from its offset.
    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()>;

    /// Number of bytes.
    fn len(&self) -> Result<u64>;
}

/// Bytes of the first block: the headers of most files fit.
const FIRST: usize = 8 << 10;

/// Bytes of the largest block.
const MOST: usize = 256 << 10;

/// Reads from front to back, in blocks that grow.
pub(crate) struct Cursor<'a> {
    source: &'a dyn Source,
    block: Vec<u8>,
    /// Where `block` lies.
    start: u64,
    /// Where the next byte lies.
    position: u64,
    next_block: usize,
    /// What lies behind is not there.
    ended: bool,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(source: &'a dyn Source, position: u64) -> Self {
        Cursor {
            source,
            block: Vec::new(),
            start: position,
            position,
            next_block: FIRST,
            ended: false,
        }
    }

    /// Where the next byte lies.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Goes to `position`; the bytes between are not read.
    pub(crate) fn seek(&mut self, position: u64) {
        self.position = position;
    }

    /// The source itself.
    pub(crate) fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// The next `count` bytes, or as many as there are.
    pub(crate) fn peek(&mut self, count: usize) -> Result<&[u8]> {
        if self.held().len() < count {
            self.fetch(count)?;
        }
        let held = self.held();
        Ok(held.get(..count).unwrap_or(held))
    }

    /// The next bytes, which stay.
    pub(crate) fn peek_array<const N: usize>(&mut self) -> Result<Option<[u8; N]>> {
        Ok(self.peek(N)?.first_chunk::<N>().copied())
    }

    /// Fills `buf` with what comes next; gives the number of bytes that there were.
    pub(crate) fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let held = self.held();
        let first = held.len().min(buf.len());
        let (front, rest) = buf.split_at_mut(first);
        front.copy_from_slice(held.get(..first).unwrap_or_default());
        self.position += first as u64;
        if rest.is_empty() {
            return Ok(first);
        }
        let more = if rest.len() < FIRST {
            let count = rest.len();
            let next = self.peek(count)?;
            let more = next.len();
            rest.get_mut(..more)
                .unwrap_or_default()
                .copy_from_slice(next);
            more
        } else {
            self.source.read_at(self.position, rest)?
        };
        self.position += more as u64;
        Ok(first + more)
    }

    fn held(&self) -> &[u8] {
        let skipped = self.position.checked_sub(self.start).map(usize::try_from);
        match skipped {
            Some(Ok(skipped)) => self.block.get(skipped..).unwrap_or_default(),
            _ => &[],
        }
    }

    fn fetch(&mut self, count: usize) -> Result<()> {
        let known =
            self.position >= self.start && self.position <= self.start + self.block.len() as u64;
        if self.ended && known {
            return Ok(());
        }
        let size = self.next_block.max(count);
        self.next_block = (self.next_block * 2).min(MOST);
        self.block.resize(size, 0);
        let filled = self.source.read_at(self.position, &mut self.block)?;
        self.ended = filled < size;
        self.block.truncate(filled);
        self.start = self.position;
        Ok(())
    }
}

impl Source for &[u8] {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(count)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        for (offset, buf) in parts {
            read_exact_at(self, *offset, buf)?;
        }
        Ok(())
    }

    fn len(&self) -> Result<u64> {
        Ok((**self).len() as u64)
    }
}

/// Fills `buf` from `offset`, or says how much there is.
pub(crate) fn read_exact_at(source: &dyn Source, offset: u64, buf: &mut [u8]) -> Result<()> {
    let filled = source.read_at(offset, buf)?;
    if filled == buf.len() {
        return Ok(());
    }
    let len = buf.len();
    Err(imageio_core::Error::corrupt(format!(
        "the data ends too early: {filled} bytes at offset {offset}, expected {len}"
    )))
}
