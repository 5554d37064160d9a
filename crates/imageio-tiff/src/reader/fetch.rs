//! Pixels: from where they lie straight into an image.

use std::ops::Range;

use imageio_core::{DType, Error, Limits, NdImage, Result, half::f16, num_complex::Complex};

use super::filler::Filler;
use super::scale;
use super::target::Target;
use crate::document::Document;
use crate::series::axes;

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
