//! Bits from the low end of bytes to the high one (RFC 1951 3.1.1).

/// Most bytes of a stored block.
const STORED: usize = 0xffff;

/// Room that is asked for at a time.
const ROOM: usize = 1 << 16;

/// Bytes with bits that are not a whole byte yet.
#[derive(Default)]
pub(super) struct BitWriter {
    /// Longer than what is written, so that eight bytes can be put down at once.
    bytes: Vec<u8>,
    len: usize,
    held: u64,
    /// Bits held, below 8 after each `flush`.
    count: u32,
}

impl BitWriter {
    /// Adds the low `count` bits of `value`, whose other bits are zero; no more than 56 between flushes.
    #[inline]
    pub(super) fn put(&mut self, value: u64, count: u32) {
        self.held |= value << self.count;
        self.count += count;
    }

    /// Moves the whole bytes out.
    #[inline]
    pub(super) fn flush(&mut self) {
        if self.bytes.len() < self.len + 8 {
            self.bytes.resize(self.len + ROOM, 0);
        }
        if let Some(place) = self.bytes.get_mut(self.len..self.len + 8) {
            place.copy_from_slice(&self.held.to_le_bytes());
        }
        self.len += (self.count / 8) as usize;
        self.held >>= self.count & !7;
        self.count &= 7;
    }

    /// Bits of `data` in stored blocks, at most.
    pub(super) fn stored_bits(len: usize) -> u64 {
        len as u64 * 8 + len.div_ceil(STORED).max(1) as u64 * (5 * 8)
    }

    /// Adds `data` as it is, in one empty block for no data.
    pub(super) fn stored(&mut self, data: &[u8], last: bool) {
        let blocks = data.len().div_ceil(STORED).max(1);
        for (at, part) in (1..=blocks).zip(data.chunks(STORED).chain([&[][..]])) {
            self.put(u64::from(last && at == blocks), 3);
            self.count = self.count.next_multiple_of(8);
            self.flush();
            let len = part.len() as u64;
            self.put(len | (!len & 0xffff) << 16, 32);
            self.flush();
            self.bytes.truncate(self.len);
            self.bytes.extend_from_slice(part);
            self.len += part.len();
        }
    }

    /// What was written, with zeros up to a whole byte.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.count = self.count.next_multiple_of(8);
        self.flush();
        self.bytes.truncate(self.len);
        self.bytes
    }
}
