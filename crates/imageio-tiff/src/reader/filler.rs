//! Pages of an image, put where they belong in memory.

use std::ops::Range;
use std::sync::Arc;

use imageio_core::{Error, Result};

use super::cut::{self, Positions};
use super::target::Part;
use crate::document::Document;
use crate::format::page::Page;
use crate::format::pixels::{self, Region};
use crate::format::raw;
use crate::series::{Frame, axes};

/// Fills memory with the pages of a part.
pub(super) struct Filler<'a> {
    document: &'a Document,
    part: &'a Part,
    /// Number of axes that count pages; nothing where a page ends inside an axis.
    outer: Option<usize>,
    /// A run of bytes that is still to be read: file, offset, and where it goes.
    pending: Option<(usize, u64, Range<usize>)>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(document: &'a Document, part: &'a Part) -> Result<Self> {
        let page = part.keyframe.size().unwrap_or(0);
        let total = axes::product(&part.shape);
        if total != page.checked_mul(part.frames.len()) {
            return Err(Error::corrupt(format!(
                "{} pages of {page} samples do not make up shape {:?}",
                part.frames.len(),
                part.shape
            )));
        }
        let outer = (0..=part.shape.len()).find(|&at| {
            let (before, behind) = part.shape.split_at(at);
            axes::product(before) == Some(part.frames.len()) && same_image(behind, &part.keyframe)
        });
        Ok(Filler {
            document,
            part,
            outer,
            pending: None,
        })
    }

    /// Fills `out` with the samples inside `ranges`, one for each axis of the part.
    pub(super) fn fill(&mut self, ranges: &[Range<usize>], out: &mut [u8]) -> Result<()> {
        let Some((pages, inner)) = self.outer.and_then(|at| ranges.split_at_checked(at)) else {
            return self.crop(ranges, out);
        };
        let lens = self.part.shape.get(pages.len()..).unwrap_or_default();
        let region = region(&self.part.keyframe, lens, inner);
        let size =
            self.part.dtype.size() * inner.iter().map(ExactSizeIterator::len).product::<usize>();
        let lens = self.part.shape.get(..pages.len()).unwrap_or_default();
        for (n, index) in Positions::new(lens, pages).enumerate() {
            let frame = self.part.frames.get(index).unwrap_or(&Frame::Missing);
            self.frame(frame, &region, n * size..(n + 1) * size, out)?;
        }
        self.flush(out)
    }

    /// Puts the pixels of `frame` inside `region` to `place` of `out`, now or with the next flush.
    fn frame(
        &mut self,
        frame: &Frame,
        region: &Region,
        place: Range<usize>,
        out: &mut [u8],
    ) -> Result<()> {
        let keyframe = &self.part.keyframe;
        let is_whole = *region == Region::whole(keyframe);
        let (file, page) = match frame {
            // `out` is zeros where it is new; a buffer that is used again has older pixels.
            Frame::Missing => {
                out.get_mut(place).unwrap_or_default().fill(0);
                return Ok(());
            }
            Frame::Raw { file, at } if is_whole => return self.run(*file, *at, place, out),
            Frame::Raw { file, at } => {
                let source = self.document.file_source(*file);
                return cut::read(
                    source,
                    keyframe,
                    *at,
                    region,
                    out.get_mut(place).unwrap_or_default(),
                );
            }
            Frame::Page { file, page } => (*file, Arc::clone(page)),
            Frame::Ifd {
                file,
                data: Some(at),
                ..
            } if is_whole => return self.run(*file, *at, place, out),
            Frame::Ifd { file, offset, .. } => (*file, self.page(*file, *offset)?),
        };
        let source = self.document.file_source(file);
        if is_whole && let Some(at) = page.short_contiguous(source)? {
            return self.run(file, at, place, out);
        }
        self.flush(out)?;
        pixels::read_region(
            source,
            &page,
            region,
            out.get_mut(place).unwrap_or_default(),
        )
    }

    /// The page at `offset`, which must be like the keyframe.
    fn page(&self, file: usize, offset: u64) -> Result<Arc<Page>> {
        let keyframe = &self.part.keyframe;
        if file == 0 && offset == keyframe.ifd.offset {
            return Ok(Arc::clone(keyframe));
        }
        let page = Page::read(self.document.file_source(file), offset)?;
        if page.shaped() == keyframe.shaped() && page.dtype().ok() == keyframe.dtype().ok() {
            return Ok(Arc::new(page));
        }
        Err(Error::corrupt(format!(
            "the page at offset {offset} has shape {:?}, the others of its series {:?}",
            page.shape(),
            keyframe.shape()
        )))
    }

    /// Joins a run of bytes to the one before where they follow each other.
    fn run(&mut self, file: usize, at: u64, place: Range<usize>, out: &mut [u8]) -> Result<()> {
        if let Some((last_file, start, last)) = &mut self.pending {
            let end = *start + last.len() as u64;
            if *last_file == file && end == at && last.end == place.start {
                last.end = place.end;
                return Ok(());
            }
        }
        self.flush(out)?;
        self.pending = Some((file, at, place));
        Ok(())
    }

    fn flush(&mut self, out: &mut [u8]) -> Result<()> {
        let Some((file, at, place)) = self.pending.take() else {
            return Ok(());
        };
        let source = self.document.file_source(file);
        let out = out.get_mut(place).unwrap_or_default();
        raw::read(source, at, self.part.dtype, out)
    }

    /// For axes that pages break: all pages, of which the part is cut out.
    fn crop(&mut self, ranges: &[Range<usize>], out: &mut [u8]) -> Result<()> {
        let size = self.part.dtype.size();
        let page = self.part.keyframe.size().unwrap_or(0).saturating_mul(size);
        let len = page.saturating_mul(self.part.frames.len());
        if len == out.len() {
            return self.all_pages(page, out);
        }
        let limits = self.document.source().limits().for_stack();
        let mut all = limits.scratch::<u8>(len, "the pages")?;
        self.all_pages(page, &mut all)?;
        cut::copy(&all, &self.part.shape, size, ranges, out);
        Ok(())
    }

    fn all_pages(&mut self, page: usize, out: &mut [u8]) -> Result<()> {
        let region = Region::whole(&self.part.keyframe);
        for (n, frame) in self.part.frames.iter().enumerate() {
            self.frame(frame, &region, n * page..(n + 1) * page, out)?;
        }
        self.flush(out)
    }
}

/// Whether `shape` is the shape of the page, but for axes of length 1.
fn same_image(shape: &[usize], page: &Page) -> bool {
    let page = page.shape();
    let long =
        |shape: &[usize]| -> Vec<usize> { shape.iter().copied().filter(|&len| len != 1).collect() };
    long(shape) == long(&page)
}

/// The part of a page that `ranges` of axes of lengths `lens` mean. Axes of length 1, which one of the two may lack,
/// are taken whole: the empty part of one has no pixels at all.
fn region(page: &Page, lens: &[usize], ranges: &[Range<usize>]) -> Region {
    let mut long = ranges
        .iter()
        .zip(lens)
        .filter(|(_, len)| **len != 1)
        .map(|(range, _)| range.clone());
    let mut region = Region::whole(page);
    for (axis, _) in page
        .axes()
        .chars()
        .zip(page.shape())
        .filter(|(_, len)| *len != 1)
    {
        let Some(range) = long.next() else { break };
        match axis {
            'S' => region.samples = range,
            'Z' => region.depth = range,
            'Y' => region.rows = range,
            _ => region.columns = range,
        }
    }
    region
}
