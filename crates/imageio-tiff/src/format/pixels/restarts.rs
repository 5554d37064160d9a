//! One JPEG of any size, put together again from just the parts between restart markers that a region needs.
//!
//! Colours that are stored coarser are smoothed over the borders of parts, so the parts around are taken along: a
//! window has the samples that the whole picture has.

use std::ops::Range;

use imageio_core::{Error, Result};

use super::plan::{Cut, Job, Target};
use super::segment::Segments;
use super::{Region, old_jpeg, picture};
use crate::format::page::{Grid, Page, Restarts, Span};
use crate::format::source::Source;

/// Rows that are decoded at once, so that memory stays bounded.
const ROWS: usize = 1024;

/// Most columns of a JPEG.
const MOST_COLUMNS: usize = 65_535;

/// Decodes `region`, which is inside of the page and not empty, into `out`.
pub(super) fn read(
    (source, page): (&Source, &Page),
    restarts: &Restarts,
    segments: &Segments<'_>,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    let header = old_jpeg::Header::of_stream(&restarts.header(source)?);
    let header = header.ok_or_else(|| Error::corrupt("a JPEG without a frame or a scan"))?;
    let stream = Stream {
        source,
        page,
        segments,
        header,
        grid: page.grid(),
    };
    let pixel = region.samples.len() * segments.dtype.size();
    let line = pixel * region.columns.len();
    let mut rest = out;
    let [_, length, width] = stream.grid.segment;
    for rows in bands(&region.rows, ROWS.next_multiple_of(length)) {
        let (band, after) = rest.split_at_mut(rows.len() * line);
        rest = after;
        let mut lines: Vec<&mut [u8]> = band.chunks_exact_mut(line).collect();
        for columns in bands(&region.columns, stream.columns_at_once() * width) {
            let mut target = Vec::with_capacity(rows.len());
            for line in &mut lines {
                let (part, after) = std::mem::take(line).split_at_mut(columns.len() * pixel);
                target.push(part);
                *line = after;
            }
            let samples = region.samples.clone();
            stream.decode(samples, rows.clone(), columns, Target::Apart(target))?;
        }
    }
    Ok(())
}

/// The parts of `range` that begin at multiples of `step`.
fn bands(range: &Range<usize>, step: usize) -> impl Iterator<Item = Range<usize>> + use<> {
    let range = range.clone();
    (range.start / step * step..range.end)
        .step_by(step)
        .map(move |start| start.max(range.start)..range.end.min(start + step))
}

struct Stream<'a, 'p> {
    source: &'a Source,
    page: &'a Page,
    segments: &'a Segments<'p>,
    header: old_jpeg::Header,
    grid: Grid,
}

impl Stream<'_, '_> {
    /// Parts side by side of which one JPEG can be made, those around them included.
    fn columns_at_once(&self) -> usize {
        let most = self.most_columns();
        if most >= self.grid.counts[2] {
            return most;
        }
        most.saturating_sub(2).max(1)
    }

    fn most_columns(&self) -> usize {
        (MOST_COLUMNS / self.grid.segment[2]).max(1)
    }

    fn decode(
        &self,
        samples: Range<usize>,
        rows: Range<usize>,
        columns: Range<usize>,
        target: Target<'_>,
    ) -> Result<()> {
        let [_, length, width] = self.grid.segment;
        let [_, down, across] = self.grid.counts;
        let mut x = around(&columns, width, across);
        if x.len() > self.most_columns() {
            x = columns.start / width..columns.end.div_ceil(width);
        }
        let y = around(&rows, length, down);
        let size = (
            self.page.length.min(y.end * length) - y.start * length,
            self.page.width.min(x.end * width) - x.start * width,
        );
        let data = self.assemble(&x, &y, size)?;
        let index = self.grid.index(0, [0, y.start, x.start]);
        let within = |range: Range<usize>, start: usize| range.start - start..range.end - start;
        let mut job = Job {
            index,
            span: Span::default(),
            is_cut: false,
            length: size.0,
            cut: Cut {
                samples,
                depth: 0..1,
                rows: within(rows, y.start * length),
                columns: within(columns, x.start * width),
            },
            target,
        };
        let colours = picture::colours_of(self.page, &data);
        picture::decode_frame(self.segments, self.source, &mut job, (&data, None), colours)
            .map_err(|error| error.at(super::name_of(self.page, index)))
    }

    /// A JPEG of the parts in these columns and rows.
    fn assemble(
        &self,
        x: &Range<usize>,
        y: &Range<usize>,
        size: (usize, usize),
    ) -> Result<Vec<u8>> {
        let limits = self.source.limits();
        let mut spans = Vec::new();
        for row in y.clone() {
            let index = |column| self.grid.index(0, [0, row, column]);
            spans.extend(self.page.spans(self.source, index(x.start)..index(x.end))?);
        }
        // No part is much longer than its samples; a wrong list should not read all of a large file for each.
        let most = self.grid.segment.iter().product::<usize>() * self.grid.samples * 4 + 4096;
        let lens = spans.iter().map(|span| span.len.min(most as u64) as usize);
        let lens: Vec<usize> = lens.collect();
        let what = "the parts of a JPEG";
        let mut stored = limits.scratch::<u8>(lens.iter().sum(), what)?;
        let mut parts = Vec::with_capacity(spans.len());
        let mut rest = &mut stored[..];
        for (span, &len) in spans.iter().zip(&lens) {
            let (part, after) = rest.split_at_mut(len);
            parts.push((span.offset, part));
            rest = after;
        }
        self.source.read_ranges(&mut parts)?;
        let mut data = self
            .header
            .start(size, stored.len() + 2 * spans.len(), limits)?;
        let mut rest = &stored[..];
        for (number, &len) in (0u8..=7).cycle().zip(&lens) {
            let (part, after) = rest.split_at(len);
            data.extend_from_slice(without_markers(part));
            data.extend([0xff, 0xd0 | number]);
            rest = after;
        }
        // The last part has the end behind it.
        data.pop();
        data.push(0xd9);
        Ok(data)
    }
}

/// The parts of `size` that `range` touches, and one more on each side.
fn around(range: &Range<usize>, size: usize, count: usize) -> Range<usize> {
    (range.start / size).saturating_sub(1)..count.min(range.end.div_ceil(size) + 1)
}

/// A part without the restart marker, or the end, behind it.
fn without_markers(part: &[u8]) -> &[u8] {
    match part {
        [rest @ .., 0xff, 0xd0..=0xd7 | 0xd9] => rest,
        _ => part,
    }
}
