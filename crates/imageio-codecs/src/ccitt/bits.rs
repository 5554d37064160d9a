//! Bits from bytes, the highest first.

/// A place in data; behind their end stand zeros.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The next byte to be held.
    next: usize,
    buffer: u64,
    held: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Bits {
            data,
            next: 0,
            buffer: 0,
            held: 0,
        }
    }

    #[inline]
    fn refill(&mut self) {
        if let Some(word) = self
            .data
            .get(self.next..)
            .and_then(<[u8]>::first_chunk::<8>)
        {
            let taken = (63 - self.held) / 8;
            self.buffer |= u64::from_be_bytes(*word) >> self.held;
            self.next += taken as usize;
            self.held += taken * 8;
            return;
        }
        while self.held <= 56
            && let Some(&byte) = self.data.get(self.next)
        {
            self.buffer |= u64::from(byte) << (56 - self.held);
            self.next += 1;
            self.held += 8;
        }
    }

    /// The next bits, up to 32 of them.
    #[inline]
    pub(super) fn peek(&mut self, count: u32) -> usize {
        if self.held < count {
            self.refill();
        }
        (self.buffer >> (64 - count)) as usize
    }

    /// Goes on; says whether there were so many.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) -> bool {
        if self.held < count {
            self.refill();
        }
        let enough = count <= self.held;
        let count = count.min(self.held);
        self.buffer <<= count;
        // Bits that were put in ahead of their count are of the next bytes, and are put in again.
        self.held -= count;
        enough
    }

    pub(super) fn take(&mut self, count: u32) -> usize {
        let bits = self.peek(count);
        self.skip(count);
        bits
    }

    /// Whether nothing is left.
    pub(super) fn ended(&mut self) -> bool {
        self.held == 0 && self.next >= self.data.len()
    }

    /// Goes on to the next whole group of 8 or 16 bits.
    pub(super) fn align(&mut self, group: u32) {
        let place = self.next as u64 * 8 - u64::from(self.held);
        let group = u64::from(group);
        self.skip((place.next_multiple_of(group) - place) as u32);
    }

    /// Goes behind an end of line, eleven zeros or more and a one, if it stands here.
    pub(super) fn skip_end_of_line(&mut self) -> bool {
        if self.peek(11) != 0 {
            return false;
        }
        loop {
            match self.peek(8) {
                0 if self.skip(8) => {}
                0 => return false,
                byte => {
                    let zeros = (byte as u8).leading_zeros();
                    return self.skip(zeros + 1);
                }
            }
        }
    }

    /// Goes to the next end of line, or to the end.
    pub(super) fn find_end_of_line(&mut self) {
        while self.peek(11) != 0 && self.skip(1) {}
    }
}
