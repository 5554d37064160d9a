//! Bits, most significant first.

/// Takes bits from the front of some bytes; behind their end there are zeros, which [`overrun`](BitReader::overrun) tells.
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    /// Bytes taken into `word`.
    taken: usize,
    /// Bits at hand, from the top.
    word: u64,
    count: u32,
    /// Zeros that were given beyond the data.
    borrowed: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        BitReader {
            data,
            taken: 0,
            word: 0,
            count: 0,
            borrowed: 0,
        }
    }

    /// Makes at least 56 bits available.
    #[inline]
    fn refill(&mut self) {
        if let Some(chunk) = self.data.get(self.taken..).and_then(|d| d.first_chunk()) {
            self.word |= u64::from_be_bytes(*chunk) >> self.count;
            self.taken += ((63 - self.count) >> 3) as usize;
            self.count |= 0x38;
            return;
        }
        while self.count <= 56 {
            match self.data.get(self.taken) {
                Some(&byte) => {
                    self.word |= u64::from(byte) << (56 - self.count);
                    self.taken += 1;
                }
                None => self.borrowed += 8,
            }
            self.count += 8;
        }
    }

    #[inline]
    fn drop_bits(&mut self, count: u32) {
        self.word <<= count;
        self.count -= count;
    }

    /// The next `count` bits, up to 32.
    #[inline]
    pub(crate) fn bits(&mut self, count: u32) -> u32 {
        if self.count < count {
            self.refill();
        }
        // In two steps, since a shift by 64 is no shift.
        let bits = (self.word >> 1 >> (63 - count)) as u32;
        self.drop_bits(count);
        bits
    }

    /// The next `COUNT` bits, which stay; behind the end there are zeros.
    #[inline]
    pub(crate) fn peek<const COUNT: u32>(&mut self) -> u32 {
        if self.count < COUNT {
            self.refill();
        }
        (self.word >> (64 - COUNT)) as u32
    }

    /// Takes `count` bits of those that were looked at.
    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        self.drop_bits(count.min(self.count));
    }

    /// The number of zeros before the next one, which is taken too.
    #[inline]
    pub(crate) fn zeros(&mut self) -> u32 {
        let mut zeros = 0u32;
        loop {
            if self.count < 32 {
                self.refill();
            }
            let here = self.word.leading_zeros();
            if here < self.count {
                // The word holds zeros below what is at hand, so a one lies inside it.
                self.word <<= here;
                self.drop_whole(here);
                return zeros + here;
            }
            zeros = zeros.wrapping_add(self.count);
            self.word = 0;
            self.count = 0;
            if self.overrun() {
                return 0;
            }
        }
    }

    /// Takes the one behind `zeros` zeros that were shifted out.
    #[inline]
    fn drop_whole(&mut self, zeros: u32) {
        self.word <<= 1;
        self.count -= zeros + 1;
    }

    /// Goes on at the next whole byte.
    pub(crate) fn align(&mut self) {
        let odd = self.count % 8;
        self.drop_bits(odd);
    }

    /// Whether more bits were taken than there are.
    pub(crate) fn overrun(&self) -> bool {
        self.borrowed > self.count as usize
    }
}

/// Puts bits behind each other.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    word: u64,
    count: u32,
}

impl BitWriter {
    /// Goes on behind `bytes`.
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        BitWriter {
            bytes,
            word: 0,
            count: 0,
        }
    }

    /// Appends the lowest `count` bits of `bits`, up to 32.
    #[inline]
    pub(crate) fn put(&mut self, bits: u32, count: u32) {
        let mask = (1u64 << count) - 1;
        self.word = (self.word << count) | (u64::from(bits) & mask);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.word >> self.count) as u8);
        }
    }

    /// Appends `zeros` zeros and a one.
    pub(crate) fn put_zeros(&mut self, mut zeros: u32) {
        while zeros >= 32 {
            self.put(0, 32);
            zeros -= 32;
        }
        self.put(1, zeros + 1);
    }

    /// Fills the last byte with zeros.
    pub(crate) fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    /// All bytes, the last filled with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_back() {
        let mut writer = BitWriter::default();
        for n in 0..2000u32 {
            writer.put(n.wrapping_mul(2654435761), n % 33);
            writer.put_zeros(n % 97);
        }
        let bytes = writer.finish();
        let mut reader = BitReader::new(&bytes);
        for n in 0..2000u32 {
            let mask = (1u64 << (n % 33)) - 1;
            let expected = (u64::from(n.wrapping_mul(2654435761)) & mask) as u32;
            assert_eq!(reader.bits(n % 33), expected, "{n}");
            assert_eq!(reader.zeros(), n % 97, "{n}");
        }
        assert!(!reader.overrun());
        reader.bits(16);
        assert!(reader.overrun());
    }

    #[test]
    fn zeros_without_end_stop() {
        let mut reader = BitReader::new(&[0; 20]);
        assert_eq!(reader.zeros(), 0);
        assert!(reader.overrun());
    }
}
