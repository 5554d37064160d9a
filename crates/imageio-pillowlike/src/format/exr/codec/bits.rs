//! Bits, high ones first.

/// Takes bits from bytes; past their end come zeros, which are counted.
pub(super) struct BitReader<'a> {
    rest: &'a [u8],
    /// The next bits, from the top.
    held: u64,
    count: u32,
    /// Bits that were made up.
    missing: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        BitReader {
            rest: bytes,
            held: 0,
            count: 0,
            missing: 0,
        }
    }

    /// Makes at least 56 bits ready.
    #[inline]
    pub(super) fn fill(&mut self) {
        if let Some(eight) = self.rest.first_chunk::<8>() {
            self.held |= u64::from_be_bytes(*eight) >> self.count;
            let taken = (63 - self.count) / 8;
            self.rest = self.rest.get(taken as usize..).unwrap_or_default();
            self.count += taken * 8;
        } else {
            self.fill_at_end();
        }
    }

    #[cold]
    fn fill_at_end(&mut self) {
        while self.count <= 56 {
            let (byte, rest) = self.rest.split_first().unwrap_or((&0, &[]));
            self.missing += if self.rest.is_empty() { 8 } else { 0 };
            self.rest = rest;
            self.held |= u64::from(*byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The bits that are ready, from the top.
    #[inline]
    pub(super) fn peek(&self) -> u64 {
        self.held
    }

    /// Passes over bits that are ready.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count = self.count.saturating_sub(count);
    }

    /// The next bits, up to 32.
    pub(super) fn take(&mut self, count: u32) -> u64 {
        self.fill();
        let bits = self.held >> (64 - count);
        self.skip(count);
        bits
    }

    /// Whether bits were taken that are not there.
    pub(super) fn is_past_end(&self) -> bool {
        self.missing > self.count as usize
    }

    /// The bytes after the one that the last bit was taken from.
    pub(super) fn rest(&self, bytes: &'a [u8]) -> &'a [u8] {
        let whole = (self.count as usize).saturating_sub(self.missing) / 8;
        let left = self.rest.len() + whole;
        bytes
            .get(bytes.len().saturating_sub(left)..)
            .unwrap_or_default()
    }
}

/// Collects bits.
pub(super) struct BitWriter {
    pub(super) bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        BitWriter {
            bytes,
            held: 0,
            count: 0,
        }
    }

    /// Adds the lowest `count` bits, up to 58.
    #[inline]
    pub(super) fn put(&mut self, bits: u64, count: u32) {
        if count > 32 {
            self.put(bits >> 32, count - 32);
            self.put(bits & 0xffff_ffff, 32);
            return;
        }
        self.held = self.held << count | bits;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
    }

    /// Fills the last byte with zeros; gives the bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        self.bytes
    }
}
