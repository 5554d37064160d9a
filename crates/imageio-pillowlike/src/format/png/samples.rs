//! Samples in the three element types that PNG has.

use imageio_core::{DType, Element, Limits, NdImage, Result};

/// The samples of an image, row by row.
pub(super) enum Samples {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    U16(Vec<u16>),
}

/// Runs `$body` with `$samples` bound to the typed vector.
macro_rules! with_samples {
    ($value:expr, $samples:ident => $body:expr) => {
        match $value {
            Samples::Bool($samples) => $body,
            Samples::U8($samples) => $body,
            Samples::U16($samples) => $body,
        }
    };
}
pub(super) use with_samples;

impl Samples {
    /// `len` zeros inside the budget; `dtype` is bool, u8 or u16.
    pub(super) fn zeros(dtype: DType, len: usize, limits: &Limits) -> Result<Self> {
        Ok(match dtype {
            DType::Bool => Samples::Bool(limits.try_vec(len, "image")?),
            DType::U16 => Samples::U16(limits.try_vec(len, "image")?),
            _ => Samples::U8(limits.try_vec(len, "image")?),
        })
    }

    /// A copy inside the budget.
    pub(super) fn try_clone(&self, limits: &Limits) -> Result<Self> {
        fn copy<T: Element>(from: &[T], limits: &Limits) -> Result<Vec<T>> {
            let mut to = limits.try_vec(from.len(), "image")?;
            to.copy_from_slice(from);
            Ok(to)
        }
        Ok(match self {
            Samples::Bool(from) => Samples::Bool(copy(from, limits)?),
            Samples::U8(from) => Samples::U8(copy(from, limits)?),
            Samples::U16(from) => Samples::U16(copy(from, limits)?),
        })
    }

    /// The image of these samples, without a copy.
    pub(super) fn into_image(self, shape: &[usize]) -> Result<NdImage> {
        with_samples!(self, samples => NdImage::from_vec(shape, samples))
    }
}

/// A sample in the form that the caller gets.
pub(super) trait Sample: Element {
    /// Takes a packed row of `depth` bits apart, multiplying each sample with `scale`.
    fn unpack(raw: &[u8], depth: u8, scale: u8, row: &mut [Self]);
}

impl Sample for u8 {
    fn unpack(raw: &[u8], depth: u8, scale: u8, row: &mut [Self]) {
        match depth {
            1 => unpack_bits::<1, _>(raw, row, |level| level * scale),
            2 => unpack_bits::<2, _>(raw, row, |level| level * scale),
            4 => unpack_bits::<4, _>(raw, row, |level| level * scale),
            _ => row.copy_from_slice(raw),
        }
    }
}

impl Sample for bool {
    fn unpack(raw: &[u8], _depth: u8, _scale: u8, row: &mut [Self]) {
        unpack_bits::<1, _>(raw, row, |level| level != 0);
    }
}

impl Sample for u16 {
    /// PNG 7.1: samples are stored with the most significant byte first.
    fn unpack(raw: &[u8], _depth: u8, _scale: u8, row: &mut [Self]) {
        let (pairs, _) = raw.as_chunks::<2>();
        for (value, pair) in row.iter_mut().zip(pairs) {
            *value = u16::from_be_bytes(*pair);
        }
    }
}

/// PNG 7.2: the leftmost sample lies in the high bits of a byte.
fn unpack_bits<const DEPTH: usize, T>(raw: &[u8], row: &mut [T], level: impl Fn(u8) -> T) {
    let mask = ((1u16 << DEPTH) - 1) as u8;
    for (byte, samples) in raw.iter().zip(row.chunks_mut(8 / DEPTH)) {
        for (position, sample) in samples.iter_mut().enumerate() {
            *sample = level((byte >> (8 - DEPTH * (position + 1))) & mask);
        }
    }
}
