//! Pixels: from where they lie straight into an image.

use std::ops::Range;

use imageio_core::{DType, Limits, NdImage, RawElement, Result, with_element};

use super::filler::Filler;
use super::scale;
use super::target::Target;
use crate::document::Document;
use crate::series::axes;

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
    let dtype = target.first()?.dtype;
    if dtype == DType::Bool {
        let mut bytes: Vec<u8> = limits.try_vec(len, "the image")?;
        fill(document, target, ranges, &mut bytes)?;
        // Collected in place: both take one byte.
        return NdImage::from_vec(&shape, bytes.into_iter().map(|byte| byte != 0).collect());
    }
    with_element!(dtype, T => {
        let mut samples: Vec<T> = limits.try_vec(len, "the image")?;
        fill(document, target, ranges, T::raw(&mut samples).unwrap_or_default())?;
        NdImage::from_vec(&shape, samples)
    })
}

/// Decodes `target` into `out`, which has its shape and type.
pub(super) fn into(document: &Document, target: &Target, out: &mut NdImage) -> Result<()> {
    let ranges = whole(&target.shape()?);
    if scale::stored(target)?.is_some() {
        *out = image(document, target, &ranges)?;
        return Ok(());
    }
    with_element!(out.dtype(), T => {
        let mut array = out.as_array_mut::<T>()?;
        if let Some(bytes) = array.as_slice_mut().and_then(T::raw) {
            let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
            budget(document, target, &shape)?;
            return fill(document, target, &ranges, bytes);
        }
        array.assign(&image(document, target, &ranges)?.as_array::<T>()?);
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
