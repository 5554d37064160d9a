//! Pixels: from where they lie straight into an image.

use std::ops::Range;
use std::sync::Arc;

use imageio_core::{DType, Error, Limits, NdImage, Result, half::f16, num_complex::Complex};

use super::scale;
use super::target::{Part, Target};
use crate::document::Document;
use crate::format::page::Page;
use crate::format::pixels::{self, Region};
use crate::format::{raw, source::Source};
use crate::series::{Frame, axes};

/// Strips or tiles up to which a look at all of them, whether they follow each other, costs less than it saves.
const FEW_SEGMENTS: u64 = 4096;

/// Runs `$body` with `$T` naming the Rust type of a [`DType`] other than `bool`.
macro_rules! with_sample {
    ($dtype:expr, $T:ident => $body:expr, bool => $bool:expr) => {
        match $dtype {
            DType::Bool => $bool,
            DType::U8 => {
                type $T = u8;
                $body
            }
            DType::U16 => {
                type $T = u16;
                $body
            }
            DType::U32 => {
                type $T = u32;
                $body
            }
            DType::U64 => {
                type $T = u64;
                $body
            }
            DType::I8 => {
                type $T = i8;
                $body
            }
            DType::I16 => {
                type $T = i16;
                $body
            }
            DType::I32 => {
                type $T = i32;
                $body
            }
            DType::I64 => {
                type $T = i64;
                $body
            }
            DType::F16 => {
                type $T = f16;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            DType::C64 => {
                type $T = Complex<f32>;
                $body
            }
            DType::C128 => {
                type $T = Complex<f64>;
                $body
            }
            other => Err(Error::unsupported(format!("type {other}"))),
        }
    };
}

/// What of a target is wanted: one range for each of its axes.
pub(super) type Ranges = Vec<Range<usize>>;

/// All of `shape`.
pub(super) fn whole(shape: &[usize]) -> Ranges {
    shape.iter().map(|&len| 0..len).collect()
}

/// Decodes the part of `target` inside `ranges`.
pub(super) fn image(
    document: &Document,
    target: &Target,
    ranges: &[Range<usize>],
) -> Result<NdImage> {
    if let Some((stored, scaling)) = scale::stored(target)? {
        let image = image(document, &stored, ranges)?;
        return scale::apply(&image, scaling, document.source().limits());
    }
    let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
    let limits = budget(document, target, &shape)?;
    let len = axes::product(&shape).unwrap_or(usize::MAX);
    with_sample!(target.first()?.dtype, T => {
        let mut samples: Vec<T> = limits.try_vec(len, "the image")?;
        fill(document, target, ranges, bytemuck::must_cast_slice_mut(&mut samples))?;
        NdImage::from_vec(&shape, samples)
    }, bool => {
        let mut bytes: Vec<u8> = limits.try_vec(len, "the image")?;
        fill(document, target, ranges, &mut bytes)?;
        // Collected in place: both take one byte.
        NdImage::from_vec(&shape, bytes.into_iter().map(|byte| byte != 0).collect())
    })
}

/// Decodes `target` into `out`, which has its shape and type.
pub(super) fn into(document: &Document, target: &Target, out: &mut NdImage) -> Result<()> {
    let ranges = whole(&target.shape()?);
    if scale::stored(target)?.is_some() {
        *out = image(document, target, &ranges)?;
        return Ok(());
    }
    with_sample!(out.dtype(), T => {
        let mut array = out.as_array_mut::<T>()?;
        if let Some(samples) = array.as_slice_mut() {
            let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
            budget(document, target, &shape)?;
            return fill(document, target, &ranges, bytemuck::must_cast_slice_mut(samples));
        }
        array.assign(&image(document, target, &ranges)?.as_array::<T>()?);
        Ok(())
    }, bool => {
        let image = image(document, target, &ranges)?;
        out.as_array_mut::<bool>()?.assign(&image.as_array::<bool>()?);
        Ok(())
    })
}

/// The budget for decoding `shape` of `target`, when it allows for that.
fn budget(document: &Document, target: &Target, shape: &[usize]) -> Result<Limits> {
    let limits = document.source().limits();
    let part = target.first()?;
    let page = &part.keyframe;
    let count = target.parts.iter().map(|part| part.frames.len()).sum();
    limits.check_frames(count)?;
    let total: usize = axes::product(shape).unwrap_or(usize::MAX);
    if total < page.size().unwrap_or(usize::MAX) {
        limits.check_image(shape, part.dtype)?;
    } else {
        // Rows and columns first, which is how pixels are counted.
        let mut image = vec![page.length, page.width];
        image.extend(
            [page.depth, page.samples]
                .into_iter()
                .filter(|&len| len != 1),
        );
        limits.check_image(&image, part.dtype)?;
    }
    Ok(if count > 1 {
        limits.for_stack()
    } else {
        limits.clone()
    })
}

/// Fills `out` with the samples of `target` inside `ranges`, in this machine's byte order.
fn fill(
    document: &Document,
    target: &Target,
    ranges: &[Range<usize>],
    out: &mut [u8],
) -> Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    let (parts, ranges) = match (target.is_batch, ranges.split_first()) {
        (true, Some((images, rest))) => {
            (target.parts.get(images.clone()).unwrap_or_default(), rest)
        }
        _ => (&target.parts[..], ranges),
    };
    let size = out.len() / parts.len().max(1);
    for (part, out) in parts.iter().zip(out.chunks_exact_mut(size.max(1))) {
        Filler::new(document, part)?.fill(ranges, out)?;
    }
    Ok(())
}

/// Fills memory with the pages of a part.
struct Filler<'a> {
    document: &'a Document,
    part: &'a Part,
    /// Number of axes that count pages; nothing where a page ends inside an axis.
    outer: Option<usize>,
    /// A run of bytes that is still to be read: file, offset, and where it goes.
    pending: Option<(usize, u64, Range<usize>)>,
}

impl<'a> Filler<'a> {
    fn new(document: &'a Document, part: &'a Part) -> Result<Self> {
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

    fn fill(&mut self, ranges: &[Range<usize>], out: &mut [u8]) -> Result<()> {
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
                return raw_region(
                    source,
                    keyframe,
                    *at,
                    region,
                    out.get_mut(place).unwrap_or_default(),
                );
            }
            Frame::Page { file, page } => (*file, Arc::clone(page)),
            Frame::Ifd { file, offset } => (*file, self.page(*file, *offset)?),
        };
        let source = self.document.file_source(file);
        if is_whole && page.grid().count() <= FEW_SEGMENTS {
            if let Some(at) = page.contiguous(source)? {
                return self.run(file, at, place, out);
            }
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
        copy_window(&all, &self.part.shape, size, ranges, out);
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

/// The numbers of the pages inside ranges of the axes that count them.
struct Positions {
    lens: Vec<usize>,
    ranges: Ranges,
    next: Option<Vec<usize>>,
}

impl Positions {
    fn new(lens: &[usize], ranges: &[Range<usize>]) -> Self {
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
fn raw_region(
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
    raw_region(source, page, at, &full, &mut whole)?;
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
fn copy_window(all: &[u8], shape: &[usize], size: usize, ranges: &[Range<usize>], out: &mut [u8]) {
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
        copy_window(&all, &[2, 3, 4], 1, &[1..2, 0..2, 2..4], &mut out);
        assert_eq!(out, [14, 15, 18, 19]);
    }
}
