//! Numbers that lie behind each other.

use std::ops::Range;

use imageio_core::{Request, Result};

use super::{Chosen, FitsReader, threads};
use crate::format::scaling::Conversion;

/// What is read and converted while it is in the cache.
const BLOCK: usize = 256 << 10;

/// Parts below this are not worth a thread.
const PART: usize = 4 << 20;

/// Rows that are asked for together.
const BATCH: usize = 256;

impl FitsReader {
    /// Fills `out` with the elements inside `ranges` of an array.
    pub(super) fn fill_plain(
        &self,
        chosen: &Chosen,
        (start, skip): (u64, u64),
        ranges: &[Range<usize>],
        out: &mut [u8],
    ) -> Result<()> {
        let conversion = chosen.conversion;
        let runs = Runs::new(
            &chosen.picture.shape,
            ranges,
            (start, skip),
            conversion.stored.width() as u64,
        );
        let ratio = conversion.dtype.size() / conversion.stored.width();
        let part = Part {
            source: &self.source,
            conversion,
        };
        let Some(run) = runs.len(ratio) else {
            return Ok(());
        };
        if run >= 2 * BLOCK {
            let is_here = self.source.path().is_some() || self.source.as_slice().is_some();
            for (offset, out) in runs.zip(out.chunks_mut(run)) {
                if is_here {
                    part.by_threads(offset, out, &self.limits())?;
                } else {
                    part.at_once(offset, out, &self.limits())?;
                }
            }
            return Ok(());
        }
        part.by_rows(runs, run, out, &self.limits())
    }
}

/// How bytes of a file become elements.
#[derive(Clone, Copy)]
struct Part<'a> {
    source: &'a Request,
    conversion: Conversion,
}

impl Part<'_> {
    /// Bytes in the file for `len` bytes of elements.
    fn stored(self, len: usize) -> usize {
        len / self.conversion.dtype.size() * self.conversion.stored.width()
    }

    /// One long run, block by block, so that each is converted while it is near.
    fn by_threads(self, offset: u64, out: &mut [u8], limits: &imageio_core::Limits) -> Result<()> {
        let count = (out.len() / PART).clamp(1, threads::count());
        // Whole huge pages, so that no two threads touch one first.
        let size = out.len().div_ceil(count).next_multiple_of(2 << 20);
        let parts = out.chunks_mut(size).enumerate().collect();
        threads::each(parts, |(number, out): (usize, &mut [u8])| {
            let offset = offset + self.stored(number * size) as u64;
            self.by_blocks(offset, out, limits)
        })
    }

    fn by_blocks(self, offset: u64, out: &mut [u8], limits: &imageio_core::Limits) -> Result<()> {
        let in_place = self.conversion.is_in_place();
        let room = if in_place { 0 } else { BLOCK.min(out.len()) };
        let mut raw = limits.scratch::<u8>(room, "a block of the image")?;
        let mut offset = offset;
        for block in out.chunks_mut(BLOCK) {
            let len = self.stored(block.len());
            if in_place {
                self.source.read_exact_at(offset, block)?;
                self.conversion.in_place(block);
            } else {
                self.source.read_exact_at(offset, &mut raw[..len])?;
                self.conversion.widen(&raw[..len], block);
            }
            offset += len as u64;
        }
        Ok(())
    }

    /// One long run of a resource for which every read is a request.
    fn at_once(self, offset: u64, out: &mut [u8], limits: &imageio_core::Limits) -> Result<()> {
        if self.conversion.is_in_place() {
            self.source.read_exact_at(offset, out)?;
            self.conversion.in_place(out);
            return Ok(());
        }
        let mut raw =
            limits.scratch::<u8>(PART.min(self.stored(out.len())), "a part of the image")?;
        let size = PART / self.conversion.stored.width() * self.conversion.dtype.size();
        let mut offset = offset;
        for part in out.chunks_mut(size) {
            let raw = &mut raw[..self.stored(part.len())];
            self.source.read_exact_at(offset, raw)?;
            self.conversion.widen(raw, part);
            offset += raw.len() as u64;
        }
        Ok(())
    }

    /// Many short runs of `run` bytes of elements.
    fn by_rows(
        self,
        runs: Runs<'_>,
        run: usize,
        out: &mut [u8],
        limits: &imageio_core::Limits,
    ) -> Result<()> {
        let in_place = self.conversion.is_in_place();
        let len = self.stored(run);
        let room = if in_place {
            0
        } else {
            len * BATCH.min(out.len() / run.max(1))
        };
        let mut raw = limits.scratch::<u8>(room, "rows of the image")?;
        let mut offsets = runs;
        for rows in out.chunks_mut(run * BATCH) {
            let count = rows.len() / run;
            let offsets = offsets.by_ref().take(count);
            if in_place {
                let mut parts: Vec<_> = offsets.zip(rows.chunks_mut(run)).collect();
                self.source.read_ranges(&mut parts)?;
                self.conversion.in_place(rows);
            } else {
                let raw = &mut raw[..len * count];
                let mut parts: Vec<_> = offsets.zip(raw.chunks_mut(len)).collect();
                self.source.read_ranges(&mut parts)?;
                self.conversion.widen(raw, rows);
            }
        }
        Ok(())
    }
}

/// Where the runs of a part of an array begin, in order.
struct Runs<'a> {
    ranges: &'a [Range<usize>],
    /// Bytes from one element to the next along each axis.
    strides: Vec<u64>,
    /// Axes that a run does not cover.
    outer: usize,
    /// The run's elements.
    elements: usize,
    width: u64,
    start: u64,
    /// The place of the next run; nothing behind the last.
    at: Option<Vec<usize>>,
}

impl<'a> Runs<'a> {
    fn new(
        shape: &[usize],
        ranges: &'a [Range<usize>],
        (start, skip): (u64, u64),
        width: u64,
    ) -> Self {
        let mut strides = vec![width; shape.len()];
        for axis in (0..shape.len().saturating_sub(1)).rev() {
            strides[axis] = strides[axis + 1].saturating_mul(shape[axis + 1] as u64);
        }
        if let Some(first) = strides.first_mut() {
            *first = first.saturating_add(skip);
        }
        // The last axes that are taken whole, and the one before them, make a run.
        let mut outer = shape.len();
        let mut elements = 1;
        while outer > 0 {
            // Between the elements of the first axis there may be a gap.
            if outer == 1 && skip > 0 {
                break;
            }
            outer -= 1;
            elements *= ranges[outer].len();
            if ranges[outer] != (0..shape[outer]) {
                break;
            }
        }
        let at = ranges[..outer].iter().map(|range| range.start).collect();
        Runs {
            ranges,
            strides,
            outer,
            elements,
            width,
            start,
            at: Some(at),
        }
    }

    /// Bytes of elements that a run gives, `ratio` times those in the file; nothing for none.
    fn len(&self, ratio: usize) -> Option<usize> {
        let len = self.elements * self.width as usize * ratio;
        (len > 0).then_some(len)
    }
}

impl Iterator for Runs<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let at = self.at.as_mut()?;
        let inner = self.ranges[self.outer..].iter().map(|range| range.start);
        let places = at.iter().copied().chain(inner);
        let offset = places
            .zip(&self.strides)
            .fold(self.start, |offset, (place, stride)| {
                offset.saturating_add(place as u64 * stride)
            });
        for axis in (0..self.outer).rev() {
            at[axis] += 1;
            if at[axis] < self.ranges[axis].end {
                return Some(offset);
            }
            at[axis] = self.ranges[axis].start;
        }
        self.at = None;
        Some(offset)
    }
}
