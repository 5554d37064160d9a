//! Raw pixels, read straight into their place.

use std::ops::Range;

use bytemuck::Pod;
use imageio_core::{DType, Element, Limits, NdImage, Result};

use super::header::{Coding, Header};
use super::levels::Levels;
use crate::format::bmp::bits::{flags, spread};
use crate::format::bmp::stored::Stored;
use crate::format::{FrameInfo, Input, shape_of};

/// 0 is white.
static WHITE: [[bool; 8]; 256] = flags(0);

/// Bytes that are read and then changed in place while they are in the cache.
const CHUNK: usize = 1 << 18;

/// The pixels of one picture.
pub(super) struct Raw<'a> {
    pub(super) input: &'a mut Input,
    pub(super) header: &'a Header,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Raw<'_> {
    fn stored(&self) -> Stored {
        Stored {
            start: self.header.start,
            len: self
                .header
                .stride()
                .saturating_mul(self.header.height as u64),
        }
    }

    /// Where a row of the picture begins, from the start of the pixels.
    fn row_offset(&self, row: usize) -> u64 {
        let row = match self.header.coding {
            Coding::Floats { .. } => self.header.height - 1 - row,
            _ => row,
        };
        self.header.stride().saturating_mul(row as u64)
    }

    /// The picture inside the ranges.
    pub(super) fn read(mut self, limits: &Limits) -> Result<NdImage> {
        let FrameInfo { mode, dtype, .. } = self.header.info();
        let shape = shape_of(self.rows.len(), self.columns.len(), mode);
        let maxval = self.header.maxval;
        match (dtype, self.header.coding) {
            (DType::Bool, _) => filled(&shape, limits, |out| self.read_flags(out)),
            (_, Coding::Floats { big_endian, .. }) => filled(&shape, limits, |out| {
                self.read_samples(out, |part| to_native(part, big_endian))
            }),
            (DType::U8, _) if maxval == 255 => {
                filled::<u8>(&shape, limits, |out| self.read_samples(out, |_| ()))
            }
            (DType::U8, _) => {
                let levels = Levels::<u8>::new(maxval);
                let level = |sample: &mut u8| *sample = levels.of((*sample).into());
                filled(&shape, limits, |out| {
                    self.read_samples(out, |part| part.iter_mut().for_each(level))
                })
            }
            _ if maxval == u32::from(u16::MAX) => {
                let swap = |sample: &mut u16| *sample = u16::from_be(*sample);
                filled(&shape, limits, |out| {
                    self.read_samples(out, |part| part.iter_mut().for_each(swap))
                })
            }
            _ => {
                let levels = Levels::<u16>::new(maxval);
                let level = |sample: &mut u16| *sample = levels.of(u16::from_be(*sample).into());
                filled(&shape, limits, |out| {
                    self.read_samples(out, |part| part.iter_mut().for_each(level))
                })
            }
        }
    }

    /// Fills `out` with what is stored, which `change` turns into what it means.
    fn read_samples<T: Element + Pod>(
        &mut self,
        out: &mut [T],
        change: impl Fn(&mut [T]),
    ) -> Result<()> {
        let stored = self.stored();
        let is_flipped = matches!(self.header.coding, Coding::Floats { .. });
        if self.columns.len() == self.header.width && !is_flipped {
            let mut offset = self.row_offset(self.rows.start);
            for piece in out.chunks_mut(CHUNK / size_of::<T>()) {
                stored.read(self.input, offset, bytemuck::cast_slice_mut(piece))?;
                offset = offset.saturating_add(size_of_val(piece) as u64);
                change(piece);
            }
            return Ok(());
        }
        let before = (self.columns.start * self.header.pixel_size()) as u64;
        let mut lines = out.chunks_exact_mut((out.len() / self.rows.len().max(1)).max(1));
        for at in 0..self.rows.len() {
            // Rows that are stored from the bottom are read from there, so that reading goes forward.
            let (line, row) = if is_flipped {
                (lines.next_back(), self.rows.end - 1 - at)
            } else {
                (lines.next(), self.rows.start + at)
            };
            let Some(line) = line else { break };
            let offset = self.row_offset(row).saturating_add(before);
            stored.read(self.input, offset, bytemuck::cast_slice_mut(line))?;
            change(line);
        }
        Ok(())
    }

    /// Fills `out` with bools from bits or bytes.
    fn read_flags(&mut self, out: &mut [bool]) -> Result<()> {
        let stored = self.stored();
        let in_bits = self.header.coding == Coding::Bits;
        let Range { start, end } = self.columns;
        let (first, end) = if in_bits {
            (start / 8, end.div_ceil(8))
        } else {
            (start, end)
        };
        let lines = out.chunks_exact_mut(self.columns.len().max(1));
        for (row, mut line) in self.rows.clone().zip(lines) {
            let offset = self.row_offset(row).saturating_add(first as u64);
            let mut skip = self.columns.start % 8;
            stored.pieces(self.input, offset, end - first, |bytes| {
                let count = if in_bits {
                    bytes.len() * 8 - skip
                } else {
                    bytes.len()
                };
                let count = count.min(line.len());
                let (now, later) = std::mem::take(&mut line).split_at_mut(count);
                if in_bits {
                    spread(&WHITE, bytes, skip, now);
                } else {
                    for (to, from) in now.iter_mut().zip(bytes) {
                        *to = *from != 0;
                    }
                }
                (line, skip) = (later, 0);
            })?;
        }
        Ok(())
    }
}

/// An image of zeros, inside the budget, that `fill` has filled.
pub(super) fn filled<T: Element>(
    shape: &[usize],
    limits: &Limits,
    fill: impl FnOnce(&mut [T]) -> Result<()>,
) -> Result<NdImage> {
    let len = limits.check_image(shape, T::DTYPE)?;
    let mut out = limits.try_vec(len, "image")?;
    fill(&mut out)?;
    NdImage::from_vec(shape, out)
}

fn to_native(floats: &mut [f32], big_endian: bool) {
    let words: &mut [u32] = bytemuck::cast_slice_mut(floats);
    for word in words {
        *word = if big_endian {
            u32::from_be(*word)
        } else {
            u32::from_le(*word)
        };
    }
}
