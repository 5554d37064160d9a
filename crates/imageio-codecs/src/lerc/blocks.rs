//! Pictures in blocks of steps above a lowest value.

use imageio_core::{DType, Result};

use super::{Picture, Value, broken};

/// Blocks of the encoder have 8 or 16 rows and columns.
const LARGEST: usize = 32;

/// Decodes all blocks.
pub(super) fn decode<T: Value>(picture: &mut Picture<'_>, out: &mut [T]) -> Result<()> {
    let header = picture.header;
    let size = header.block;
    if size > LARGEST {
        return Err(broken(&format!("blocks of {size} rows")));
    }
    let mut numbers = Vec::with_capacity(size * size);
    for top in (0..header.height).step_by(size) {
        for left in (0..header.width).step_by(size) {
            let block = Block {
                rows: top..(top + size).min(header.height),
                columns: left..(left + size).min(header.width),
            };
            for sample in 0..header.depth {
                block.decode(picture, sample, &mut numbers, out)?;
            }
        }
    }
    Ok(())
}

struct Block {
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
}

impl Block {
    fn decode<T: Value>(
        &self,
        picture: &mut Picture<'_>,
        sample: usize,
        numbers: &mut Vec<u32>,
        out: &mut [T],
    ) -> Result<()> {
        let header = picture.header;
        let head = picture.reader.byte()?;
        let on_last = header.version >= 5 && head & 4 != 0;
        // Some bits repeat where the block is.
        let pattern = if header.version >= 5 { 14 } else { 15 };
        let place = (self.columns.start >> 3) as u8 & pattern;
        if head >> 2 & pattern != place || (on_last && sample == 0) {
            return Err(broken("a block out of its place"));
        }
        let kind = head & 3;
        match kind {
            2 => self.put(picture, sample, out, |last| {
                Ok(if on_last { last } else { T::default() })
            }),
            0 if on_last => Err(broken("plain differences")),
            0 => {
                let mut reader = picture.reader.clone();
                self.put(picture, sample, out, |_| reader.value())?;
                picture.reader = reader;
                Ok(())
            }
            _ => {
                let base = offset(picture, on_last, head >> 6)?;
                let highest = if header.version >= 4 && header.depth > 1 {
                    picture
                        .highest
                        .get(sample)
                        .copied()
                        .unwrap_or(header.highest)
                } else {
                    header.highest
                };
                let above = |last: T| if on_last { last.to_f64() } else { 0.0 };
                if kind == 3 {
                    return self.put(picture, sample, out, |last| {
                        let value = base + above(last);
                        Ok(T::of(if on_last { value.min(highest) } else { value }))
                    });
                }
                let most = self.rows.len() * self.columns.len();
                picture.reader.stuffed(most, header.version, numbers)?;
                let step = 2.0 * header.error;
                let mut numbers = numbers.iter();
                self.put(picture, sample, out, |last| {
                    let number = numbers
                        .next()
                        .ok_or_else(|| broken("a block of too few values"))?;
                    let value = base + f64::from(*number) * step + above(last);
                    Ok(T::of(value.min(highest)))
                })
            }
        }
    }

    /// Gives each valid pixel of the block what `next` makes of its sample before.
    fn put<T: Value>(
        &self,
        picture: &Picture<'_>,
        sample: usize,
        out: &mut [T],
        mut next: impl FnMut(T) -> Result<T>,
    ) -> Result<()> {
        let (width, depth) = (picture.header.width, picture.header.depth);
        for row in self.rows.clone() {
            for column in self.columns.clone() {
                let pixel = row * width + column;
                if !picture.is_valid(pixel) {
                    continue;
                }
                let place = pixel * depth + sample;
                let last = match place.checked_sub(1).and_then(|before| out.get(before)) {
                    Some(last) if sample > 0 => *last,
                    _ => T::default(),
                };
                let value = next(last)?;
                if let Some(target) = out.get_mut(place) {
                    *target = value;
                }
            }
        }
        Ok(())
    }
}

/// The lowest value of a block, which may be stored in a smaller type.
fn offset(picture: &mut Picture<'_>, on_last: bool, smaller: u8) -> Result<f64> {
    let dtype = picture.header.dtype;
    let dtype = if on_last && !dtype.is_float() {
        DType::I32
    } else {
        dtype
    };
    let stored = match (dtype, smaller) {
        (_, 0) | (DType::I8 | DType::U8, _) => dtype,
        (DType::I16, 1) => DType::U8,
        (DType::I16, 2) => DType::I8,
        (DType::I32, 1) => DType::U16,
        (DType::I32, 2) => DType::I16,
        (DType::I32, _) => DType::U8,
        (DType::U16, 1) => DType::U8,
        (DType::U32, 1) => DType::U16,
        (DType::U32, 2) => DType::U8,
        (DType::F32, 1) => DType::I16,
        (DType::F32, _) => DType::U8,
        (DType::F64, 1) => DType::F32,
        (DType::F64, 2) => DType::I32,
        (DType::F64, _) => DType::I16,
        _ => return Err(broken("a lowest value of no known type")),
    };
    let reader = &mut picture.reader;
    Ok(match stored {
        DType::I8 => reader.value::<i8>()?.into(),
        DType::U8 => reader.value::<u8>()?.into(),
        DType::I16 => reader.value::<i16>()?.into(),
        DType::U16 => reader.value::<u16>()?.into(),
        DType::I32 => reader.value::<i32>()?.into(),
        DType::U32 => reader.value::<u32>()?.into(),
        DType::F32 => reader.value::<f32>()?.into(),
        _ => reader.value::<f64>()?,
    })
}
