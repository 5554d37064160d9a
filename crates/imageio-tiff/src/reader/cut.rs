//! Parts of what lies in memory, or in a file, as it is.

use std::ops::Range;

use imageio_core::Result;

use crate::format::page::Page;
use crate::format::pixels::Region;
use crate::format::raw;
use crate::format::source::Source;

/// The numbers of the pages inside ranges of the axes that count them.
pub(super) struct Positions {
    lens: Vec<usize>,
    ranges: Vec<Range<usize>>,
    next: Option<Vec<usize>>,
}

impl Positions {
    pub(super) fn new(lens: &[usize], ranges: &[Range<usize>]) -> Self {
        let is_empty = ranges.iter().any(Range::is_empty);
        Positions {
            lens: lens.to_vec(),
            ranges: ranges.to_vec(),
            next: (!is_empty).then(|| ranges.iter().map(|range| range.start).collect()),
        }
    }
}

impl Iterator for Positions {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let mut at = self.next.take()?;
        let position = at
            .iter()
            .zip(&self.lens)
            .fold(0, |n, (&i, &len)| n * len + i);
        for axis in (0..at.len()).rev() {
            at[axis] += 1;
            if at[axis] < self.ranges[axis].end {
                self.next = Some(at);
                break;
            }
            at[axis] = self.ranges[axis].start;
        }
        Some(position)
    }
}

/// Reads `region` of pixels that stand one after the other from `at` on.
pub(super) fn read(
    source: &Source,
    page: &Page,
    at: u64,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    let dtype = page.dtype()?;
    let [_, depth, length, width, inner] = page.shaped();
    let pixel = dtype.size() * inner;
    let is_planar = page.has_samples() && page.planar;
    let (planes, samples) = if is_planar {
        (region.samples.clone(), 0..1)
    } else {
        (
            0..1,
            region.samples.start.min(inner)..region.samples.end.min(inner),
        )
    };
    if samples.len() < inner && !is_planar {
        return strided(source, page, at, region, out);
    }
    let row = region.columns.len() * pixel;
    let mut runs: Vec<(u64, usize)> = Vec::new();
    for plane in planes {
        for z in region.depth.clone() {
            for y in region.rows.clone() {
                let first = ((plane * depth + z) * length + y) * width + region.columns.start;
                let offset = at + (first * pixel) as u64;
                match runs.last_mut() {
                    Some((start, len)) if *start + *len as u64 == offset => *len += row,
                    _ => runs.push((offset, row)),
                }
            }
        }
    }
    raw::read_runs(source, &runs, dtype, out)
}

/// The same where only some samples of each pixel are wanted.
fn strided(source: &Source, page: &Page, at: u64, region: &Region, out: &mut [u8]) -> Result<()> {
    let dtype = page.dtype()?;
    let full = Region {
        samples: 0..page.samples,
        ..region.clone()
    };
    let size = dtype.size();
    let (all, wanted) = (page.samples * size, region.samples.len() * size);
    let pixels = out.len() / wanted.max(1);
    let limits = source.limits();
    let mut whole = limits.scratch::<u8>(pixels.saturating_mul(all), "the pixels of a window")?;
    read(source, page, at, &full, &mut whole)?;
    let start = region.samples.start * size;
    for (pixel, out) in whole
        .chunks_exact(all)
        .zip(out.chunks_exact_mut(wanted.max(1)))
    {
        if let Some(part) = pixel.get(start..start + wanted) {
            out.copy_from_slice(part);
        }
    }
    Ok(())
}

/// Copies the part inside `ranges` of an array of `shape` into `out`.
pub(super) fn copy(
    all: &[u8],
    shape: &[usize],
    size: usize,
    ranges: &[Range<usize>],
    out: &mut [u8],
) {
    let Some((last, outer)) = ranges.split_last() else {
        return;
    };
    let row = last.len() * size;
    let width = shape.last().copied().unwrap_or(1);
    for (n, position) in
        Positions::new(shape.get(..outer.len()).unwrap_or_default(), outer).enumerate()
    {
        let start = (position * width + last.start) * size;
        if let (Some(from), Some(to)) = (
            all.get(start..start + row),
            out.get_mut(n * row..(n + 1) * row),
        ) {
            to.copy_from_slice(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_run_through_the_window() {
        let of = |lens: &[usize], ranges: &[Range<usize>]| {
            Positions::new(lens, ranges).collect::<Vec<_>>()
        };
        assert_eq!(of(&[3, 4], &[1..3, 0..2]), [4, 5, 8, 9]);
        assert_eq!(of(&[], &[]), [0]);
        assert_eq!(of(&[3], &[1..1]), [0usize; 0]);
    }

    #[test]
    fn windows_are_cut_out() {
        let all: Vec<u8> = (0..24).collect();
        let mut out = [0; 4];
        copy(&all, &[2, 3, 4], 1, &[1..2, 0..2, 2..4], &mut out);
        assert_eq!(out, [14, 15, 18, 19]);
    }
}
