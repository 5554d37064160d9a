//! Bits, the highest of each byte first.

/// Reads bits from some place on.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The next byte that is not held.
    next: usize,
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// From bit `at` on.
    pub(super) fn at(data: &'a [u8], at: usize) -> Option<Self> {
        let mut bits = Bits {
            data,
            next: at / 8,
            held: 0,
            count: 0,
        };
        bits.take((at % 8) as u32)?;
        Some(bits)
    }

    /// The bit that comes next.
    pub(super) fn position(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    /// The next `count` bits, 32 at most.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        let value = self.peek(count);
        self.skip(count)?;
        Some(value)
    }

    /// The next `count` bits, more than 32.
    pub(super) fn long(&mut self, count: u32) -> Option<u64> {
        let high = self.take(count - 16)?;
        Some(u64::from(high) << 16 | u64::from(self.take(16)?))
    }

    /// The next bits without taking them, zeros behind the end; 32 at most.
    #[inline]
    pub(super) fn peek(&mut self, count: u32) -> u32 {
        if self.count < count {
            self.refill();
        }
        // One shift by 64 is none.
        (self.held >> 1 >> (63 - count)) as u32
    }

    /// Takes bits that were looked at.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.held <<= count;
        Some(())
    }

    #[inline]
    fn refill(&mut self) {
        match self
            .data
            .get(self.next..)
            .and_then(|rest| rest.first_chunk())
        {
            Some(eight) => {
                // As many whole bytes as there is room for; what is beyond them is cut off again.
                let bytes = (64 - self.count) / 8;
                let fresh = u64::from_be_bytes(*eight);
                let fresh = fresh >> (64 - bytes * 8) << (64 - bytes * 8);
                self.held |= fresh >> self.count;
                self.count += bytes * 8;
                self.next += bytes as usize;
            }
            None => {
                while let Some(byte) = self.data.get(self.next).filter(|_| self.count <= 56) {
                    self.held |= u64::from(*byte) << (56 - self.count);
                    self.count += 8;
                    self.next += 1;
                }
            }
        }
    }
}

/// Where the 48 bits of `mark` stand.
pub(super) fn find(data: &[u8], mark: u64) -> Vec<usize> {
    // What the byte behind the first one is, when the mark begins in the first one at that bit.
    let mut shifts = [0u8; 256];
    for shift in 0..8 {
        let second = (mark >> (32 + shift)) as u8;
        if let Some(shifts) = shifts.get_mut(usize::from(second)) {
            *shifts |= 1 << shift;
        }
    }
    let mut found = Vec::new();
    for (at, second) in data.iter().enumerate().skip(1) {
        let may = shifts.get(usize::from(*second)).copied().unwrap_or(0);
        for shift in (0..8).filter(|shift| may >> shift & 1 == 1) {
            let start = (at - 1) * 8 + shift;
            if is_at(data, start, mark) {
                found.push(start);
            }
        }
    }
    found.sort_unstable();
    found
}

fn is_at(data: &[u8], start: usize, mark: u64) -> bool {
    Bits::at(data, start).and_then(|mut bits| bits.long(48)) == Some(mark)
}
