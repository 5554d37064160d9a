//! Numbers in compressed tiles.

use std::ops::Range;

use imageio_core::{Error, Limits, Result};

use super::{Chosen, FitsReader, threads};
use crate::format::scaling::Conversion;
use crate::format::tiling::Tiling;

mod decode;
mod heap;

use decode::Decoder;

/// Outputs below this are not worth a thread.
const PART: usize = 256 << 10;

/// A part of an image, and where its elements go.
struct Job<'a> {
    ranges: Vec<Range<usize>>,
    out: &'a mut [u8],
}

impl FitsReader {
    /// Fills `out` with the elements inside `ranges`, decoding only the tiles that these touch.
    pub(super) fn fill_tiles(
        &self,
        chosen: &Chosen,
        tiling: &Tiling,
        ranges: &[Range<usize>],
        out: &mut [u8],
    ) -> Result<()> {
        let field = Field {
            shape: &chosen.picture.shape,
            tiling,
            conversion: chosen.conversion,
        };
        let wanted = (out.len() / PART).clamp(1, threads::count());
        let jobs = field.jobs(ranges, out, wanted);
        let limits = self.limits();
        threads::each(jobs, |mut job: Job<'_>| {
            let mut decoder = Decoder::new(field, limits.clone());
            self.decode_tiles(field, &mut decoder, &mut job)
        })
    }
}

/// The tiles of an image, and what becomes of their numbers.
#[derive(Clone, Copy)]
struct Field<'a> {
    shape: &'a [usize],
    tiling: &'a Tiling,
    conversion: Conversion,
}

impl Field<'_> {
    /// The tiles along each axis that `ranges` touch.
    fn touched(&self, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let tiles = ranges.iter().zip(&self.tiling.tile);
        tiles
            .map(|(range, tile)| range.start / tile..range.end.div_ceil(*tile))
            .collect()
    }

    /// Splits a part along the first axis with several tiles, where its elements lie behind each other.
    fn jobs<'a>(&self, ranges: &[Range<usize>], out: &'a mut [u8], wanted: usize) -> Vec<Job<'a>> {
        let touched = self.touched(ranges);
        let axis = touched.iter().position(|tiles| tiles.len() > 1);
        let splits = axis.filter(|&axis| ranges[..axis].iter().all(|range| range.len() == 1));
        let Some(axis) = splits.filter(|_| wanted > 1) else {
            let ranges = ranges.to_vec();
            return vec![Job { ranges, out }];
        };
        let row = out.len() / ranges[axis].len();
        let tile = self.tiling.tile[axis];
        let step = touched[axis].len().div_ceil(wanted) * tile;
        let mut jobs = Vec::new();
        let (mut rest, mut start) = (out, ranges[axis].start);
        while start < ranges[axis].end {
            // Parts end where tiles do.
            let end = (start / tile * tile + step).min(ranges[axis].end);
            let (out, behind) = rest.split_at_mut((end - start) * row);
            let mut ranges = ranges.to_vec();
            ranges[axis] = start..end;
            jobs.push(Job { ranges, out });
            (rest, start) = (behind, end);
        }
        jobs
    }

    /// What of the image a tile covers.
    fn extent(&self, tile: &[usize]) -> Vec<Range<usize>> {
        let axes = tile.iter().zip(&self.tiling.tile).zip(self.shape);
        axes.map(|((&number, &len), &end)| {
            let start = number.saturating_mul(len).min(end);
            start..start.saturating_add(len).min(end)
        })
        .collect()
    }
}

/// The numbers of tiles inside ranges, one after the other.
struct Numbers {
    touched: Vec<Range<usize>>,
    next: Option<Vec<usize>>,
}

impl Iterator for Numbers {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let tile = self.next.take()?;
        let mut following = tile.clone();
        for axis in (0..following.len()).rev() {
            following[axis] += 1;
            if following[axis] < self.touched[axis].end {
                self.next = Some(following);
                break;
            }
            following[axis] = self.touched[axis].start;
        }
        Some(tile)
    }
}

impl FitsReader {
    fn decode_tiles(
        &self,
        field: Field<'_>,
        decoder: &mut Decoder<'_>,
        job: &mut Job<'_>,
    ) -> Result<()> {
        let touched = field.touched(&job.ranges);
        let first = touched.iter().map(|tiles| tiles.start).collect();
        let mut numbers = Numbers {
            touched,
            next: Some(first),
        };
        let limits: Limits = self.limits();
        let mut table = heap::Table::new(&self.source, field.tiling, limits);
        loop {
            let batch: Vec<Vec<usize>> = numbers.by_ref().take(heap::BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            table.rows(&batch)?;
            let mut done = 0;
            while done < batch.len() {
                let count = table.fetch(done)?;
                for (n, tile) in batch.iter().enumerate().skip(done).take(count) {
                    let place = |error: Error| error.at(format_args!("tile {tile:?}"));
                    let cell = table.cell(n - done, n).map_err(place)?;
                    place_tile(field, decoder, tile, &cell, (&job.ranges, &mut *job.out))
                        .map_err(place)?;
                }
                done += count;
            }
        }
    }
}

/// Decodes a tile to where it belongs: straight there where its elements lie behind each other in the output.
fn place_tile(
    field: Field<'_>,
    decoder: &mut Decoder<'_>,
    tile: &[usize],
    cell: &heap::Cell<'_>,
    (ranges, out): (&[Range<usize>], &mut [u8]),
) -> Result<()> {
    let extent = field.extent(tile);
    let size = field.conversion.dtype.size();
    let mut lengths = extent.iter().map(ExactSizeIterator::len);
    let count = lengths
        .try_fold(1usize, usize::checked_mul)
        .ok_or_else(|| Error::corrupt("more elements than can be counted"))?;
    let inner = extent
        .iter()
        .zip(ranges)
        .all(|(tile, part)| part.start <= tile.start && tile.end <= part.end);
    let thick = extent
        .iter()
        .position(|range| range.len() > 1)
        .map_or(extent.len(), |axis| axis + 1);
    let spans = extent
        .iter()
        .zip(ranges)
        .skip(thick)
        .all(|(tile, part)| tile == part);
    if inner && spans {
        let offset = ranges.iter().zip(&extent).fold(0, |offset, (part, tile)| {
            offset * part.len() + (tile.start - part.start)
        });
        let to = out
            .get_mut(offset * size..(offset + count) * size)
            .unwrap_or_default();
        return decoder.decode(cell, &extent, to);
    }
    let mut room = decoder.take_room(count * size)?;
    let elements = room.get_mut(..count * size).unwrap_or_default();
    let done = decoder.decode(cell, &extent, elements);
    if done.is_ok() {
        copy_part(&extent, elements, ranges, out, size);
    }
    decoder.give_room(room);
    done
}

/// Copies what a tile and a part have in common, row by row.
fn copy_part(
    tile: &[Range<usize>],
    elements: &[u8],
    part: &[Range<usize>],
    out: &mut [u8],
    size: usize,
) {
    let common: Vec<Range<usize>> = tile
        .iter()
        .zip(part)
        .map(|(a, b)| a.start.max(b.start)..a.end.min(b.end))
        .collect();
    let (Some(row), false) = (common.last(), common.iter().any(Range::is_empty)) else {
        return;
    };
    let len = row.len() * size;
    let offset = |within: &[Range<usize>], at: &[usize]| {
        within.iter().zip(at).fold(0, |offset, (range, place)| {
            offset * range.len() + (place - range.start)
        }) * size
    };
    let mut at: Vec<usize> = common.iter().map(|range| range.start).collect();
    loop {
        let (from, to) = (offset(tile, &at), offset(part, &at));
        if let (Some(from), Some(to)) = (elements.get(from..from + len), out.get_mut(to..to + len))
        {
            to.copy_from_slice(from);
        }
        let mut axis = at.len() - 1;
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            at[axis] += 1;
            if at[axis] < common[axis].end {
                break;
            }
            at[axis] = common[axis].start;
        }
    }
}
