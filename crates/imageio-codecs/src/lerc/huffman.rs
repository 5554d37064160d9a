//! Bytes by codes of variable length.

use imageio_core::{DType, Result};

use super::bits::{Reader, Words};
use super::{Picture, Value, broken};

/// Bits that the table of short codes looks at.
const SHORT: u32 = 12;

/// Values that have a code, at most; the encoder has 256.
const MOST_VALUES: usize = 1 << 15;

/// Decodes bytes, or their differences from a neighbour.
pub(super) fn decode<T: Value>(
    picture: &mut Picture<'_>,
    differences: bool,
    out: &mut [T],
) -> Result<()> {
    let header = picture.header;
    let codes = Codes::read(&mut picture.reader, header.version)?;
    let mut words = Words::new(picture.reader.rest());
    let offset = if header.dtype == DType::I8 { 128 } else { 0 };
    let mut next = || {
        codes
            .next(&mut words)
            .map(|value| value.wrapping_sub(offset))
    };
    let (width, depth) = (header.width, header.depth);
    if !differences {
        for (pixel, samples) in out.chunks_exact_mut(depth).enumerate() {
            if picture.is_valid(pixel) {
                for sample in samples {
                    *sample = T::of_bits(next()?.into());
                }
            }
        }
        return Ok(());
    }
    for sample in 0..depth {
        let mut last = 0u8;
        for pixel in 0..width * header.height {
            if !picture.is_valid(pixel) {
                continue;
            }
            let has_left = pixel % width > 0 && picture.is_valid(pixel - 1);
            let has_above = pixel >= width && picture.is_valid(pixel - width);
            let neighbour = match out.get((pixel.wrapping_sub(width)).wrapping_mul(depth) + sample)
            {
                Some(above) if !has_left && has_above => above.to_f64() as i64 as u8,
                _ => last,
            };
            last = (next()? as u8).wrapping_add(neighbour);
            if let Some(target) = out.get_mut(pixel * depth + sample) {
                *target = T::of_bits(last.into());
            }
        }
    }
    Ok(())
}

/// Codes and the values that they stand for.
pub(super) struct Codes {
    /// For each beginning of a code: its length, 0 for none, and its value.
    short: Vec<(u8, u16)>,
    /// Codes longer than that, at the upper end of 32 bits, their lengths and values.
    long: Vec<(u32, u8, u16)>,
}

impl Codes {
    /// Reads lengths, then codes.
    pub(super) fn read(reader: &mut Reader<'_>, version: u32) -> Result<Self> {
        let table = reader.u32()?;
        let mut number = || reader.u32().map(|number| number as usize);
        let (size, first, end) = (number()?, number()?, number()?);
        let fits = table >= 2 && size <= MOST_VALUES && first < end && end - first <= size.max(1);
        if !fits || first >= size || end > size.saturating_mul(2) {
            return Err(broken("a table of codes that cannot be"));
        }
        let mut lengths = Vec::new();
        reader.stuffed(end - first, version, &mut lengths)?;
        if lengths.len() != end - first || lengths.iter().any(|&len| len > 32) {
            return Err(broken("a table of codes that cannot be"));
        }
        let mut words = Words::new(reader.rest());
        let mut codes = Codes {
            short: vec![(0, 0); 1 << SHORT],
            long: Vec::new(),
        };
        for (place, &len) in (first..end).zip(&lengths).filter(|(_, len)| **len > 0) {
            let value = (if place < size { place } else { place - size }) as u16;
            let code = words.peek() & (u32::MAX << (32 - len));
            words.skip(len)?;
            codes.add(code, len, value);
        }
        let used = words.used();
        reader.take(used)?;
        Ok(codes)
    }

    fn add(&mut self, code: u32, len: u32, value: u16) {
        if len > SHORT {
            self.long.push((code, len as u8, value));
            return;
        }
        let start = (code >> (32 - SHORT)) as usize;
        if let Some(entries) = self.short.get_mut(start..start + (1 << (SHORT - len))) {
            entries.fill((len as u8, value));
        }
    }

    /// The value of the next code.
    #[inline]
    pub(super) fn next(&self, words: &mut Words<'_>) -> Result<u16> {
        let bits = words.peek();
        let (len, value) = self.short[(bits >> (32 - SHORT)) as usize & ((1 << SHORT) - 1)];
        if len > 0 {
            words.skip(len.into())?;
            return Ok(value);
        }
        let is_next =
            |&&(code, len, _): &&(u32, u8, u16)| bits & (u32::MAX << (32 - u32::from(len))) == code;
        let found = self.long.iter().find(is_next);
        let &(_, len, value) = found.ok_or_else(|| broken("a code that does not exist"))?;
        words.skip(len.into())?;
        Ok(value)
    }
}
