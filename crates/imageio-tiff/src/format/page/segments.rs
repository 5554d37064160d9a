//! Strips and tiles: how they make up a page, and where they are.

use std::ops::Range;

use imageio_core::Result;

use super::{Page, UNCOMPRESSED};
use crate::format::source::Source;

/// Strips or tiles that are few.
const FEW_SEGMENTS: u64 = 4096;

/// Where a strip or tile is. Nothing is stored of one whose length or offset is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

impl Span {
    /// Whether nothing is stored: its pixels are zeros.
    pub(crate) fn is_empty(&self) -> bool {
        self.offset == 0 || self.len == 0
    }
}

/// How strips or tiles make up a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    /// Separate planes of samples, each with its own segments; 1 where samples stand together.
    pub(crate) planes: usize,
    /// Segments along depth, length and width.
    pub(crate) counts: [usize; 3],
    /// Depth, length and width of a segment; the last ones reach beyond the page where they are tiles.
    pub(crate) segment: [usize; 3],
    /// Samples of a pixel inside a segment.
    pub(crate) samples: usize,
}

impl Grid {
    /// Number of segments.
    pub(crate) fn count(&self) -> u64 {
        let counts = self.counts.iter().map(|&count| count as u64);
        counts.fold(self.planes as u64, u64::saturating_mul)
    }

    /// The number of the segment at this plane, and these places along depth, length and width.
    pub(crate) fn index(&self, plane: usize, [z, y, x]: [usize; 3]) -> u64 {
        let [depth, length, width] = self.counts.map(|count| count as u64);
        let volume = (plane as u64)
            .saturating_mul(depth)
            .saturating_add(z as u64);
        let rows = volume.saturating_mul(length).saturating_add(y as u64);
        rows.saturating_mul(width).saturating_add(x as u64)
    }
}

impl Page {
    /// How strips or tiles make up this page.
    pub(crate) fn grid(&self) -> Grid {
        let [planes, depth, length, width, samples] = self.shaped();
        let segment = match self.tile {
            Some(tile) => [tile.depth, tile.length, tile.width],
            None => [1, self.rows_per_strip.max(1), width.max(1)],
        };
        let counts = [
            depth.div_ceil(segment[0]),
            length.div_ceil(segment[1]),
            width.div_ceil(segment[2]),
        ];
        Grid {
            planes,
            counts,
            segment,
            samples,
        }
    }

    /// Where the segments `range` are; only that part of the index is read. Segments that the index lacks are empty.
    pub(crate) fn spans(&self, source: &Source, range: Range<u64>) -> Result<Vec<Span>> {
        let range = range.start..range.end.min(self.grid().count());
        if let Some(spans) = &self.mended {
            let place = |at: u64| usize::try_from(at).map_or(spans.len(), |at| at.min(spans.len()));
            let known = spans.get(place(range.start)..place(range.end));
            return Ok(known.unwrap_or_default().to_vec());
        }
        if let Some(restarts) = &self.restarts {
            let mut spans = restarts.spans(source, range.clone())?;
            spans.resize(count_of(&range), Span::default());
            return Ok(spans);
        }
        let Some(offsets) = &self.offsets else {
            return Ok(vec![Span::default(); count_of(&range)]);
        };
        let offsets = source.integers(offsets, range.clone())?;
        let counts = match (&self.byte_counts, self.assumed_len) {
            (_, Some(len)) => vec![len],
            (Some(counts), None) => source.integers(counts, range.clone())?,
            (None, None) => self.assumed_counts(source, &offsets, range.start),
        };
        let mut spans = source
            .limits()
            .try_capacity(count_of(&range), "the places of strips or tiles")?;
        let known = offsets.into_iter().zip(counts);
        spans.extend(known.map(|(offset, len)| Span { offset, len }));
        spans.resize(count_of(&range).max(spans.len()), Span::default());
        Ok(spans)
    }

    /// Byte counts for a file without any: what uncompressed segments take, else all that is left of the file.
    fn assumed_counts(&self, source: &Source, offsets: &[u64], first: u64) -> Vec<u64> {
        let of = |(n, &offset): (usize, &u64)| {
            let rest = source.len().saturating_sub(offset);
            match self.stored_len(first + n as u64) {
                Some(len) if self.compression == UNCOMPRESSED => len.min(rest),
                _ => rest,
            }
        };
        offsets.iter().enumerate().map(of).collect()
    }

    /// Bytes of segment `index` without compression; the last strip of a plane has only the rows that are left.
    fn stored_len(&self, index: u64) -> Option<u64> {
        let grid = self.grid();
        let [depth, mut rows, width] = grid.segment;
        if self.tile.is_none() {
            let y = index.checked_rem(grid.counts[1] as u64)? as usize;
            rows = rows.min(self.length.saturating_sub(y.checked_mul(rows)?));
        }
        let bits: u64 = match self.bits_per_sample() {
            Some(bits) => u64::from(bits).checked_mul(grid.samples as u64)?,
            None => self.bits.iter().map(|&bits| u64::from(bits)).sum(),
        };
        let row = bits.checked_mul(width as u64)?.div_ceil(8);
        row.checked_mul(rows as u64)?.checked_mul(depth as u64)
    }

    /// The same for a page of few strips or tiles; a look at very many of them costs more than it saves.
    pub(crate) fn short_contiguous(&self, source: &Source) -> Result<Option<u64>> {
        if self.grid().count() > FEW_SEGMENTS {
            return Ok(None);
        }
        self.contiguous(source)
    }

    /// Where the samples begin, when they are stored one after the other as they are decoded, but for byte order.
    pub(crate) fn contiguous(&self, source: &Source) -> Result<Option<u64>> {
        let (Some(offsets), Some(nbytes)) = (&self.offsets, self.nbytes()) else {
            return Ok(None);
        };
        let is_plain = self.compression == UNCOMPRESSED
            && self.predictor == 1
            && self.fill_order == 1
            && self.sample_format != 5
            && matches!(self.bits[..], [8 | 16 | 32 | 64 | 128])
            && !self.is_subsampled();
        if !is_plain || !self.tiles_are_rows() {
            return Ok(None);
        }
        let nbytes = nbytes as u64;
        let start = match &self.mended {
            Some(spans) => spans.first().map_or(0, |span| span.offset),
            None => source.integer(offsets)?,
        };
        let fits = start >= 8 && source.contains(start, nbytes);
        if !fits {
            return Ok(None);
        }
        let count = self.grid().count();
        if offsets.count == 1 && count == 1 {
            return Ok(Some(start));
        }
        // Each strip takes some bytes, so that a claim of more of them than bytes needs no look.
        if offsets.count < count
            || self.byte_counts.is_none_or(|c| c.count < count)
            || count > nbytes
        {
            return Ok(None);
        }
        let mut end = start;
        for span in self.spans(source, 0..count)? {
            if span.is_empty() || span.offset != end {
                return Ok(None);
            }
            end = end.saturating_add(span.len);
        }
        Ok((end - start == nbytes).then_some(start))
    }

    /// Whether tiles are as wide as the page and make it up without a rest; true for strips.
    fn tiles_are_rows(&self) -> bool {
        self.tile.is_none_or(|tile| {
            let is_flat = self.depth == 1
                || (tile.length == self.length && self.depth.is_multiple_of(tile.depth));
            tile.width == self.width && self.length.is_multiple_of(tile.length) && is_flat
        })
    }
}

fn count_of(range: &Range<u64>) -> usize {
    usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)
}
