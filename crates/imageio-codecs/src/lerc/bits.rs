//! Numbers from bytes and bits.

use imageio_core::Result;

use super::{Value, broken};

/// A place in the data.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Reader { rest }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| broken("it breaks off"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        self.value()
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.value()
    }

    pub(super) fn value<T: Value>(&mut self) -> Result<T> {
        self.take(T::SIZE).map(T::of_bytes)
    }

    /// Numbers of equal width, at most `most` of them, which may stand for places in a list; gives them in `numbers`.
    pub(super) fn stuffed(
        &mut self,
        most: usize,
        version: u32,
        numbers: &mut Vec<u32>,
    ) -> Result<()> {
        let head = self.byte()?;
        let count = match head >> 6 {
            0 => self.u32()?,
            1 => self.value::<u16>()?.into(),
            2 => self.byte()?.into(),
            _ => return Err(broken("a count of no known width")),
        } as usize;
        if count > most {
            return Err(broken(&format!("{count} values in a block of {most}")));
        }
        let bits = u32::from(head & 31);
        if head & 32 == 0 {
            return self.unstuff(count, bits, version, numbers);
        }
        let len = usize::from(self.byte()?);
        let mut list = Vec::new();
        if len < 2 || bits == 0 {
            return Err(broken("a list of no values"));
        }
        self.unstuff(len - 1, bits, version, &mut list)?;
        let place_bits = usize::BITS - (len - 1).leading_zeros();
        self.unstuff(count, place_bits, version, numbers)?;
        for number in numbers {
            *number = match *number as usize {
                0 => 0,
                place => *list
                    .get(place - 1)
                    .ok_or_else(|| broken("a place outside of its list"))?,
            };
        }
        Ok(())
    }

    fn unstuff(
        &mut self,
        count: usize,
        bits: u32,
        version: u32,
        numbers: &mut Vec<u32>,
    ) -> Result<()> {
        numbers.clear();
        if bits == 0 {
            numbers.resize(count, 0);
            return Ok(());
        }
        let bytes = self.take((count * bits as usize).div_ceil(8))?;
        let mask = (1u64 << bits) - 1;
        let (mut buffer, mut held) = (0u64, 0);
        if version >= 3 {
            let mut bytes = bytes.iter();
            for _ in 0..count {
                while held < bits {
                    buffer |= bytes.next().map_or(0, |byte| u64::from(*byte)) << held;
                    held += 8;
                }
                numbers.push((buffer & mask) as u32);
                buffer >>= bits;
                held -= bits;
            }
            return Ok(());
        }
        let mut words = bytes.chunks(4).map(|word| {
            let value = word
                .iter()
                .rev()
                .fold(0u32, |value, byte| value << 8 | u32::from(*byte));
            // The last word has its bytes at the upper end.
            value << (8 * (4 - word.len()))
        });
        for _ in 0..count {
            if held < bits {
                buffer = buffer << 32 | words.next().map_or(0, u64::from);
                held += 32;
            }
            held -= bits;
            numbers.push((buffer >> held & mask) as u32);
        }
        Ok(())
    }
}

/// Bits of words of 32, the highest first.
pub(super) struct Words<'a> {
    bytes: &'a [u8],
    /// Bits that are taken.
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Words { bytes, at: 0 }
    }

    fn word(&self, number: usize) -> u64 {
        let bytes = self
            .bytes
            .get(number * 4..)
            .and_then(<[u8]>::first_chunk::<4>);
        bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)))
    }

    /// The next 32 bits; zeros behind the end.
    #[inline]
    pub(super) fn peek(&self) -> u32 {
        let number = self.at / 32;
        let pair = self.word(number) << 32 | self.word(number + 1);
        (pair << (self.at % 32) >> 32) as u32
    }

    /// Goes on.
    ///
    /// # Errors
    /// `Corrupt` behind the end.
    #[inline]
    pub(super) fn skip(&mut self, bits: u32) -> Result<()> {
        self.at += bits as usize;
        if self.at > self.bytes.len() * 8 {
            return Err(broken("it breaks off"));
        }
        Ok(())
    }

    /// Bytes of the words that were touched.
    pub(super) fn used(&self) -> usize {
        self.at.div_ceil(32) * 4
    }
}
