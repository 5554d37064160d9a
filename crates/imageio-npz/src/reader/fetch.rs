//! Elements: from where they lie straight into an array.

use std::ops::Range;
use std::sync::Arc;

use imageio_core::ndarray::{ArrayViewMutD, Axis, Slice};
use imageio_core::{Element, Limits, NdImage, Request, Result, Runs};

use super::Array;
use super::member::MemberReader;
use crate::format::header::Header;

/// Bytes that are turned into elements, or into another order of axes, at once.
const BLOCK: usize = 1 << 20;

/// All of `array`. In Fortran order the elements stay as they lie, under a shape that says so.
pub(super) fn read<T: Element>(
    request: &Request,
    array: &Array,
    limits: &Limits,
) -> Result<NdImage> {
    let header = &array.header;
    let shape = stored_shape(header);
    let len = limits.check_image(&header.shape, header.dtype)?;
    let mut samples: Vec<T> = limits.try_vec(len, "the array")?;
    let mut reader = MemberReader::new(request, &array.place);
    reader.sum_header(header.len)?;
    fill_slice(&mut reader, header, header.len as u64, &mut samples)?;
    reader.finish()?;
    oriented(NdImage::from_vec(&shape, samples)?, header)
}

/// All of `arrays`, which have one shape, along a new first axis.
pub(super) fn read_stack<T: Element>(
    request: &Request,
    arrays: &[Arc<Array>],
    shape: &[usize],
    limits: &Limits,
) -> Result<NdImage> {
    let len = shape
        .iter()
        .fold(1usize, |len, &axis| len.saturating_mul(axis));
    let samples: Vec<T> = limits.try_vec(len, "the stack")?;
    let mut stack = NdImage::from_vec(shape, samples)?;
    fill_stack(request, arrays, stack.as_array_mut::<T>()?, limits)?;
    Ok(stack)
}

/// The part inside `ranges`, one for each axis.
pub(super) fn read_part<T: Element>(
    request: &Request,
    array: &Array,
    ranges: &[Range<usize>],
    limits: &Limits,
) -> Result<NdImage> {
    let header = &array.header;
    let mut ranges = ranges.to_vec();
    if header.is_fortran {
        ranges.reverse();
    }
    let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
    let len = limits.check_image(&shape, header.dtype)?;
    let mut samples: Vec<T> = limits.try_vec(len, "the window")?;
    let runs = Runs::new(&stored_shape(header), &ranges);
    let size = header.dtype.size();
    let run_len = usize::try_from(runs.run_len()).unwrap_or(usize::MAX);
    let mut reader = MemberReader::new(request, &array.place);
    let offsets = runs.map(|first| header.len as u64 + first * size as u64);
    if let Some(bytes) = T::raw(&mut samples) {
        reader.read_runs(offsets, run_len.saturating_mul(size), bytes)?;
        if header.is_swapped {
            T::swap(&mut samples);
        }
    } else {
        for (offset, part) in offsets.zip(samples.chunks_exact_mut(run_len.max(1))) {
            fill_slice(&mut reader, header, offset, part)?;
        }
    }
    oriented(NdImage::from_vec(&shape, samples)?, header)
}

/// Fills `out`, which has the shape of `array`.
pub(super) fn fill<T: Element>(
    request: &Request,
    array: &Array,
    out: ArrayViewMutD<'_, T>,
    limits: &Limits,
) -> Result<()> {
    let header = &array.header;
    let out = if header.is_fortran {
        out.reversed_axes()
    } else {
        out
    };
    let mut reader = MemberReader::new(request, &array.place);
    reader.sum_header(header.len)?;
    let mut offset = header.len as u64;
    fill_view(&mut reader, header, &mut offset, out, limits)?;
    reader.finish()
}

/// Fills `out`, whose first axis counts `arrays`.
pub(super) fn fill_stack<T: Element>(
    request: &Request,
    arrays: &[Arc<Array>],
    mut out: ArrayViewMutD<'_, T>,
    limits: &Limits,
) -> Result<()> {
    for (array, out) in arrays.iter().zip(out.outer_iter_mut()) {
        fill(request, array, out, limits)?;
    }
    Ok(())
}

/// Fills `out`, whose axes are in the order of the file, and moves `offset` behind what was read.
fn fill_view<T: Element>(
    reader: &mut MemberReader<'_>,
    header: &Header,
    offset: &mut u64,
    mut out: ArrayViewMutD<'_, T>,
    limits: &Limits,
) -> Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    if let Some(slice) = out.as_slice_mut() {
        fill_slice(reader, header, *offset, slice)?;
        *offset += size_of_val(slice) as u64;
        return Ok(());
    }
    let rows = out.shape().first().copied().unwrap_or(1);
    let row_len = out.len() / rows.max(1);
    let at_once = BLOCK / (row_len * size_of::<T>()).max(1);
    if at_once == 0 {
        for row in out.outer_iter_mut() {
            fill_view(reader, header, offset, row, limits)?;
        }
        return Ok(());
    }
    let mut block = limits.scratch::<T>(at_once.min(rows) * row_len, "a block of the array")?;
    for start in (0..rows).step_by(at_once) {
        let end = rows.min(start + at_once);
        let mut part = out.slice_axis_mut(Axis(0), Slice::from(start..end));
        let block = block.get_mut(..part.len()).unwrap_or_default();
        fill_slice(reader, header, *offset, block)?;
        *offset += size_of_val(block) as u64;
        for (to, from) in part.iter_mut().zip(block.iter()) {
            *to = *from;
        }
    }
    Ok(())
}

/// Fills `out` from byte `offset` of the array file.
fn fill_slice<T: Element>(
    reader: &mut MemberReader<'_>,
    header: &Header,
    offset: u64,
    out: &mut [T],
) -> Result<()> {
    if let Some(bytes) = T::raw(out) {
        reader.read(offset, bytes)?;
        if header.is_swapped {
            T::swap(out);
        }
        return Ok(());
    }
    let mut bytes = vec![0; BLOCK.min(out.len())];
    for (at, part) in (0..).step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let bytes = bytes.get_mut(..part.len()).unwrap_or_default();
        reader.read(offset + at, bytes)?;
        T::convert(bytes, part);
    }
    Ok(())
}

/// The shape in which the elements are row-major.
fn stored_shape(header: &Header) -> Vec<usize> {
    let mut shape = header.shape.clone();
    if header.is_fortran {
        shape.reverse();
    }
    shape
}

/// The image with its axes in the array's order.
fn oriented(image: NdImage, header: &Header) -> Result<NdImage> {
    if !header.is_fortran {
        return Ok(image);
    }
    let axes: Vec<usize> = (0..image.ndim()).rev().collect();
    image.permute(&axes)
}
