//! Which segments a region needs, and which part of the output each fills.

use std::collections::VecDeque;
use std::ops::Range;

use imageio_core::{Error, Result};

use super::Region;
use crate::format::page::{Grid, Page, Span};
use crate::format::source::Source;

/// Entries of the index that are read at once, so that neither a strip costs a read nor an index of millions memory.
const INDEX: u64 = 8192;

/// The part of a segment that a region needs, from the segment's own first sample on.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) samples: Range<usize>,
    pub(super) depth: Range<usize>,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

/// The part of the output that a segment fills, row after row.
pub(super) enum Target<'o> {
    /// One row stands behind the other.
    Joined(&'o mut [u8]),
    /// Other segments' rows are between them.
    Apart(Vec<&'o mut [u8]>),
}

impl Target<'_> {
    /// Row `number` of those that are `len` bytes long.
    pub(super) fn line(&mut self, number: usize, len: usize) -> &mut [u8] {
        match self {
            Target::Joined(all) => all
                .get_mut(number * len..(number + 1) * len)
                .unwrap_or_default(),
            Target::Apart(lines) => lines.get_mut(number).map_or(&mut [], |line| &mut **line),
        }
    }

    /// Calls `fill` for all bytes, in pieces.
    pub(super) fn each(&mut self, mut fill: impl FnMut(&mut [u8])) {
        match self {
            Target::Joined(all) => fill(all),
            Target::Apart(lines) => lines.iter_mut().for_each(|line| fill(line)),
        }
    }
}

/// One segment's work.
pub(super) struct Job<'o> {
    pub(super) index: u64,
    pub(super) span: Span,
    /// Whether the file ends before the segment does.
    pub(super) is_cut: bool,
    /// Rows that the segment has: fewer in the last strip of a plane.
    pub(super) length: usize,
    pub(super) cut: Cut,
    pub(super) target: Target<'o>,
}

/// Gives one job after the other, in the order of the output.
pub(super) struct Plan<'a, 'o> {
    source: &'a Source,
    page: &'a Page,
    region: &'a Region,
    grid: Grid,
    /// Bytes of a row of the region.
    line: usize,
    /// Bytes of a pixel of the region.
    pixel: usize,
    /// The part of the output that no job has yet.
    rest: &'o mut [u8],
    /// Where the next band begins: plane, depth and row of the page; nothing after the last.
    next: Option<[usize; 3]>,
    ready: VecDeque<Job<'o>>,
    spans: Vec<Span>,
    first_span: u64,
}

impl<'a, 'o> Plan<'a, 'o> {
    /// The plan for a region that is inside of the page and not empty, whose samples take `size` bytes.
    pub(super) fn new(
        source: &'a Source,
        page: &'a Page,
        region: &'a Region,
        size: usize,
        out: &'o mut [u8],
    ) -> Self {
        let grid = page.grid();
        let pixel = if grid.planes > 1 {
            size
        } else {
            size * region.samples.len()
        };
        let plane = if grid.planes > 1 {
            region.samples.start
        } else {
            0
        };
        Plan {
            source,
            page,
            region,
            grid,
            line: pixel * region.columns.len(),
            pixel,
            rest: out,
            next: Some([plane, region.depth.start, region.rows.start]),
            ready: VecDeque::new(),
            spans: Vec::new(),
            first_span: 0,
        }
    }

    /// Jobs with about `bytes` stored bytes, at least one where there is one.
    pub(super) fn take(&mut self, bytes: u64, most: usize) -> Result<Vec<Job<'o>>> {
        let mut jobs = Vec::new();
        let mut taken = 0;
        while taken < bytes && jobs.len() < most {
            if self.ready.is_empty() && !self.refill()? {
                break;
            }
            if let Some(job) = self.ready.pop_front() {
                taken += job.span.len;
                jobs.push(job);
            }
        }
        Ok(jobs)
    }

    /// Whether no job is left.
    pub(super) fn is_done(&self) -> bool {
        self.ready.is_empty() && self.next.is_none()
    }

    /// Jobs for the next band: the segments that lie beside each other, or, where segments have depth, all of a slab.
    fn refill(&mut self) -> Result<bool> {
        let Some([plane, z, y]) = self.next else {
            return Ok(false);
        };
        let [depth, length, _] = self.grid.segment;
        let band =
            |at: usize, size: usize, end: usize| at..end.min((at / size + 1).saturating_mul(size));
        let slices = band(z, depth, self.region.depth.end);
        let rows = if depth == 1 {
            band(y, length, self.region.rows.end)
        } else {
            self.region.rows.clone()
        };
        let bytes = slices.len() * rows.len() * self.line;
        let all = std::mem::take(&mut self.rest);
        let (band, rest) = all
            .split_at_mut_checked(bytes)
            .ok_or_else(|| Error::bad_option("the output is smaller than the region"))?;
        self.rest = rest;
        self.next = self.after(plane, &slices, &rows);
        self.add_jobs(plane, &slices, &rows, band)?;
        Ok(true)
    }

    fn after(
        &self,
        plane: usize,
        slices: &Range<usize>,
        rows: &Range<usize>,
    ) -> Option<[usize; 3]> {
        let (first_slice, first_row) = (self.region.depth.start, self.region.rows.start);
        if rows.end < self.region.rows.end {
            return Some([plane, slices.start, rows.end]);
        }
        if slices.end < self.region.depth.end {
            return Some([plane, slices.end, first_row]);
        }
        let more = self.grid.planes > 1 && plane + 1 < self.region.samples.end;
        more.then_some([plane + 1, first_slice, first_row])
    }

    fn add_jobs(
        &mut self,
        plane: usize,
        slices: &Range<usize>,
        rows: &Range<usize>,
        band: &'o mut [u8],
    ) -> Result<()> {
        let [depth, length, width] = self.grid.segment;
        let columns = &self.region.columns;
        let across = columns.start / width..(columns.end - 1) / width + 1;
        let down = rows.start / length..(rows.end - 1) / length + 1;
        let mut targets = self.targets(slices, rows, &across, &down, band).into_iter();
        for y in down {
            for x in across.clone() {
                let index = self.grid.index(plane, [slices.start / depth, y, x]);
                let within = |range: &Range<usize>, start: usize, size: usize| {
                    range.start.max(start) - start
                        ..range.end.min(start.saturating_add(size)) - start
                };
                let samples = if self.grid.planes > 1 {
                    0..1
                } else {
                    self.region.samples.clone()
                };
                let cut = Cut {
                    samples,
                    depth: within(slices, slices.start / depth * depth, depth),
                    rows: within(rows, y * length, length),
                    columns: within(columns, x * width, width),
                };
                let length = if self.page.tile.is_some() {
                    length
                } else {
                    length.min(self.page.length - y * length)
                };
                let span = self.span(index, plane)?;
                let Some(target) = targets.next() else {
                    return Ok(());
                };
                self.ready.push_back(Job {
                    index,
                    span,
                    is_cut: false,
                    length,
                    cut,
                    target,
                });
            }
        }
        Ok(())
    }

    /// The band's bytes for each of its segments.
    fn targets(
        &self,
        slices: &Range<usize>,
        rows: &Range<usize>,
        across: &Range<usize>,
        down: &Range<usize>,
        band: &'o mut [u8],
    ) -> Vec<Target<'o>> {
        if across.len() == 1 && down.len() == 1 {
            return vec![Target::Joined(band)];
        }
        let [_, length, width] = self.grid.segment;
        let columns = &self.region.columns;
        let mut parts: Vec<Vec<&'o mut [u8]>> = Vec::new();
        parts.resize_with(across.len() * down.len(), || {
            Vec::with_capacity(slices.len() * rows.len().min(length))
        });
        let mut lines = band.chunks_exact_mut(self.line);
        for _ in slices.clone() {
            for (row, line) in rows.clone().zip(lines.by_ref()) {
                let mut rest = line;
                let first = (row / length - down.start) * across.len();
                for (x, part) in across.clone().zip(parts.iter_mut().skip(first)) {
                    let start = columns.start.max(x * width);
                    let end = columns.end.min((x + 1).saturating_mul(width));
                    let (piece, after) = rest.split_at_mut((end - start) * self.pixel);
                    part.push(piece);
                    rest = after;
                }
            }
        }
        parts.into_iter().map(Target::Apart).collect()
    }

    /// Where segment `index` is. More of the index is read along where the region needs it.
    fn span(&mut self, index: u64, plane: usize) -> Result<Span> {
        let known = |plan: &Self| {
            let place = usize::try_from(index.checked_sub(plan.first_span)?).ok()?;
            plan.spans.get(place).copied()
        };
        if let Some(span) = known(self) {
            return Ok(span);
        }
        let [depth, length, width] = self.grid.segment;
        let last = [
            (self.region.depth.end - 1) / depth,
            (self.region.rows.end - 1) / length,
            (self.region.columns.end - 1) / width,
        ];
        let end = (self.grid.index(plane, last) + 1).min(index.saturating_add(INDEX));
        self.spans = self.page.spans(self.source, index..end.max(index + 1))?;
        self.first_span = index;
        Ok(known(self).unwrap_or_default())
    }
}
