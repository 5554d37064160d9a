//! Pixels that lie in the file as they are, PS3.5 section 8.1 and annex D.

use std::ops::Range;

use imageio_core::{Error, Limits, Result};

use super::colour;
use super::cursor::{Source, read_exact_at};
use super::frames::Part;
use super::pixels::{Photometric, Pixels};
use super::sample::Sample;
use super::walker::PixelPlace;

/// Reads that are asked for together.
const BATCH: usize = 256;

/// Where plain pixels lie, and how they are to be read.
pub(crate) struct Native<'a> {
    pub(crate) source: &'a dyn Source,
    pub(crate) pixels: &'a Pixels,
    pub(crate) place: PixelPlace,
    /// Bytes of the value that are there.
    pub(crate) len: u64,
    pub(crate) limits: &'a Limits,
}

impl Native<'_> {
    /// Refuses a value that is too short for what it is said to hold.
    pub(crate) fn check(&self) -> Result<()> {
        let pixels = self.pixels;
        let bits = (pixels.frame_len() as u64).saturating_mul(pixels.allocated as u64);
        let mut expected = bits.saturating_mul(pixels.frames as u64).div_ceil(8);
        if self.halved() {
            expected = expected / 3 * 2;
        }
        if self.len >= expected {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "pixels of {} bytes, expected {expected}",
            self.len
        )))
    }

    /// Whether two pixels share their colour: said so, and too short for anything else.
    fn halved(&self) -> bool {
        let pixels = self.pixels;
        let whole = (pixels.frame_len() as u64).saturating_mul(pixels.frames as u64);
        pixels.photometric == Photometric::Ybr422
            && pixels.allocated == 8
            && pixels.columns.is_multiple_of(2)
            && self.len < whole
    }

    /// Reads the samples of `part` into `out`.
    pub(crate) fn read<T: Sample>(&self, part: &Part, out: &mut [T]) -> Result<()> {
        let pixels = self.pixels;
        match pixels.allocated {
            1 => self.bits(part, out)?,
            _ if self.halved() => self.pairs(part, bytemuck::cast_slice_mut(out))?,
            _ if pixels.planar => self.planes(part, out)?,
            _ => {
                let size = size_of::<T>();
                let start = part.frame as u64 * (pixels.frame_len() * size) as u64;
                self.lines(part, start, pixels.samples, out)?;
            }
        }
        let turned =
            pixels.photometric != Photometric::Plain && pixels.photometric != Photometric::Coded;
        if turned && pixels.allocated == 8 {
            colour::turn(bytemuck::cast_slice_mut(out));
        }
        Ok(())
    }

    /// Reads the rows of `part` of a plane with `samples` samples a pixel, which begins at `start` of the value.
    fn lines<T: Sample>(
        &self,
        part: &Part,
        start: u64,
        samples: usize,
        out: &mut [T],
    ) -> Result<()> {
        let pixels = self.pixels;
        let size = size_of::<T>();
        let stride = (pixels.columns * samples * size) as u64;
        let first = start + stride * part.rows.start as u64;
        let whole = part.columns == (0..pixels.columns);
        if self.is_swapped() {
            return self.swapped_lines(part, first, stride, bytemuck::cast_slice_mut(out));
        }
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(out);
        if whole {
            read_exact_at(self.source, self.place.offset + first, bytes)?;
        } else {
            let left = (part.columns.start * samples * size) as u64;
            let width = part.columns.len() * samples * size;
            let mut parts = Vec::new();
            for (row, line) in bytes.chunks_exact_mut(width.max(1)).enumerate() {
                parts.push((self.place.offset + first + stride * row as u64 + left, line));
                if parts.len() == BATCH {
                    self.source.read_ranges(&mut parts)?;
                    parts.clear();
                }
            }
            self.source.read_ranges(&mut parts)?;
        }
        if size > 1 && self.place.big_endian != cfg!(target_endian = "big") {
            for sample in out {
                *sample = sample.turned();
            }
        }
        Ok(())
    }

    /// Whether bytes lie in words of 16 bits whose bytes are turned around.
    fn is_swapped(&self) -> bool {
        self.place.big_endian && self.pixels.allocated <= 8 && self.place.vr == Some(*b"OW")
    }

    /// Reads rows of bytes in turned words.
    fn swapped_lines(&self, part: &Part, first: u64, stride: u64, out: &mut [u8]) -> Result<()> {
        let width = out.len() / part.rows.len().max(1);
        let samples = width / part.columns.len().max(1);
        for (row, line) in out.chunks_exact_mut(width.max(1)).enumerate() {
            let start = first + stride * row as u64 + (part.columns.start * samples) as u64;
            self.bytes(start, line)?;
        }
        Ok(())
    }

    /// Reads bytes of the value from `start`, out of turned words where they are.
    fn bytes(&self, start: u64, out: &mut [u8]) -> Result<()> {
        if !self.is_swapped() {
            return read_exact_at(self.source, self.place.offset + start, out);
        }
        // Words that hold the first and the last byte are read whole.
        let lead = (start % 2) as usize;
        let mut words = self
            .limits
            .scratch::<u8>((lead + out.len()).next_multiple_of(2), "words of pixels")?;
        let filled = self
            .source
            .read_at(self.place.offset + start - lead as u64, &mut words)?;
        if filled + 1 < lead + out.len() {
            return Err(Error::corrupt(format!(
                "pixels end in row data at byte {start}"
            )));
        }
        for pair in words.chunks_exact_mut(2) {
            pair.reverse();
        }
        out.copy_from_slice(words.get(lead..lead + out.len()).unwrap_or_default());
        Ok(())
    }

    /// Reads bits, the first of which is the least significant of a byte. Frames need not begin with a byte.
    fn bits<T: Sample>(&self, part: &Part, out: &mut [T]) -> Result<()> {
        let pixels = self.pixels;
        let width = part.columns.len() * pixels.samples;
        let mut bytes = self.limits.scratch::<u8>(width / 8 + 2, "a row of bits")?;
        for (row, line) in part.rows.clone().zip(out.chunks_exact_mut(width.max(1))) {
            let first = part.frame as u64 * pixels.frame_len() as u64
                + (row * pixels.columns * pixels.samples) as u64
                + (part.columns.start * pixels.samples) as u64;
            let (start, shift) = (first / 8, (first % 8) as usize);
            let count = (shift + width).div_ceil(8);
            self.bytes(start, bytes.get_mut(..count).unwrap_or_default())?;
            for (at, to) in line.iter_mut().enumerate() {
                let bit = shift + at;
                let byte = bytes.get(bit / 8).copied().unwrap_or(0);
                *to = T::wrapped(i64::from(byte >> (bit % 8) & 1));
            }
        }
        Ok(())
    }

    /// Reads pairs of pixels that share their colour.
    fn pairs(&self, part: &Part, out: &mut [u8]) -> Result<()> {
        let pixels = self.pixels;
        let columns = part.columns.start / 2 * 2..part.columns.end.next_multiple_of(2);
        let lead = part.columns.start - columns.start;
        let mut pairs = self
            .limits
            .scratch::<u8>(columns.len() * 2, "a row of colour pairs")?;
        let mut line = self
            .limits
            .scratch::<u8>(columns.len() * 3, "a row of pixels")?;
        let frame = part.frame as u64 * (pixels.rows * pixels.columns * 2) as u64;
        let width = part.columns.len() * 3;
        for (row, to) in part.rows.clone().zip(out.chunks_exact_mut(width.max(1))) {
            let start = frame + ((row * pixels.columns + columns.start) * 2) as u64;
            self.bytes(start, &mut pairs)?;
            colour::spread(&pairs, &mut line);
            to.copy_from_slice(line.get(lead * 3..lead * 3 + width).unwrap_or_default());
        }
        Ok(())
    }

    /// Reads planes, one for each sample of a pixel, some rows at a time.
    fn planes<T: Sample>(&self, part: &Part, out: &mut [T]) -> Result<()> {
        let pixels = self.pixels;
        let (samples, size) = (pixels.samples, size_of::<T>());
        let plane_len = (pixels.rows * pixels.columns * size) as u64;
        let width = part.columns.len();
        let at_once = ((1 << 16) / (width * size).max(1)).clamp(1, part.rows.len().max(1));
        let mut band = self
            .limits
            .scratch::<T>(at_once * width, "rows of a plane")?;
        for sample in 0..samples {
            let start = (part.frame * samples + sample) as u64 * plane_len;
            let mut rest = &mut *out;
            for rows in bands(&part.rows, at_once) {
                let count = rows.len() * width;
                let inside = Part {
                    rows,
                    ..part.clone()
                };
                let samples_of_band = band.get_mut(..count).unwrap_or_default();
                self.lines(&inside, start, 1, samples_of_band)?;
                let (to, after) = rest.split_at_mut(count * samples);
                for (to, from) in to
                    .iter_mut()
                    .skip(sample)
                    .step_by(samples)
                    .zip(samples_of_band)
                {
                    *to = *from;
                }
                rest = after;
            }
        }
        Ok(())
    }
}

/// `rows` in bands of at most `count`.
pub(crate) fn bands(rows: &Range<usize>, count: usize) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.clone()
        .step_by(count.max(1))
        .map(move |start| start..(start + count).min(end))
}
