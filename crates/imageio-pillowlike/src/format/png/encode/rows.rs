//! Arrays as the packed rows that PNG stores.

use std::borrow::Cow;
use std::ops::Range;

use imageio_core::{DType, Element, Error, Limits, NdImage, Result};
use png::BitDepth;

use crate::format::png::quantize::Quantizer;

/// The rows and columns of an image that are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Region {
    pub(super) fn whole(image: &NdImage) -> Self {
        Region {
            rows: 0..image.shape().first().copied().unwrap_or(0),
            columns: 0..image.shape().get(1).copied().unwrap_or(0),
        }
    }
}

/// The bytes of the samples in `region`: one bit for bool, most significant byte first for u16.
pub(super) fn pack<'a>(
    image: &'a NdImage,
    region: &Region,
    limits: &Limits,
) -> Result<Cow<'a, [u8]>> {
    match image.dtype() {
        DType::Bool => {
            let part = part(image, region)?;
            let bits = part.as_slice::<bool>()?;
            pack_bits(bits.iter().map(|&bit| u8::from(bit)), region, 1, limits).map(Cow::Owned)
        }
        DType::U8 => match image.as_slice::<u8>() {
            Ok(samples) if *region == Region::whole(image) => Ok(Cow::Borrowed(samples)),
            _ => Ok(Cow::Owned(part(image, region)?.into_vec()?)),
        },
        _ => {
            let part = part(image, region)?;
            let samples = part.as_slice::<u16>()?;
            let mut bytes: Vec<u8> = limits.try_vec(samples.len() * 2, "rows to encode")?;
            for (pair, sample) in bytes.chunks_exact_mut(2).zip(samples) {
                pair.copy_from_slice(&sample.to_be_bytes());
            }
            Ok(Cow::Owned(bytes))
        }
    }
}

/// The palette indices of the pixels in `region`, packed to `depth`.
pub(super) fn pack_palette<'a>(
    image: &'a NdImage,
    region: &Region,
    palette: &Quantizer,
    depth: BitDepth,
    limits: &Limits,
) -> Result<Cow<'a, [u8]>> {
    let channels = image.shape().get(2).copied().unwrap_or(1);
    let part = part(image, region)?;
    let pixels = part.as_slice::<u8>()?.chunks_exact(channels);
    let indices = pixels.map(|pixel| palette.index(rgba(pixel)));
    pack_bits(indices, region, depth as usize, limits).map(Cow::Owned)
}

/// A pixel of one to four channels as RGBA.
pub(super) fn rgba(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [gray] => [gray, gray, gray, 255],
        [gray, alpha] => [gray, gray, gray, alpha],
        [red, green, blue] => [red, green, blue, 255],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    }
}

/// The smallest region outside of which the images are equal; one pixel where they are altogether.
pub(super) fn difference(before: &NdImage, after: &NdImage) -> Result<Region> {
    let (before, after) = (before.to_contiguous(), after.to_contiguous());
    let region = match after.dtype() {
        DType::Bool => changed::<bool>(&before, &after)?,
        DType::U8 => changed::<u8>(&before, &after)?,
        _ => changed::<u16>(&before, &after)?,
    };
    Ok(region.unwrap_or(Region {
        rows: 0..1,
        columns: 0..1,
    }))
}

fn changed<T: Element>(before: &NdImage, after: &NdImage) -> Result<Option<Region>> {
    let width = after.shape().get(1).copied().unwrap_or(0);
    let channels = after.shape().get(2).copied().unwrap_or(1);
    let (before, after) = (before.as_slice::<T>()?, after.as_slice::<T>()?);
    let mut region: Option<Region> = None;
    let rows = before
        .chunks_exact(width * channels)
        .zip(after.chunks_exact(width * channels));
    for (y, (before, after)) in rows.enumerate() {
        if before == after {
            continue;
        }
        let unequal = |(a, b): (&T, &T)| a != b;
        let first = before.iter().zip(after).position(unequal).unwrap_or(0) / channels;
        let last = before.iter().zip(after).rposition(unequal).unwrap_or(0) / channels;
        let (rows, columns) = match region {
            Some(Region { rows, columns }) => (rows.start, columns),
            None => (y, first..first),
        };
        region = Some(Region {
            rows: rows..y + 1,
            columns: columns.start.min(first)..columns.end.max(last + 1),
        });
    }
    Ok(region)
}

fn part(image: &NdImage, region: &Region) -> Result<NdImage> {
    Ok(image
        .crop(&[region.rows.clone(), region.columns.clone()])?
        .to_contiguous())
}

/// PNG 7.2: rows begin at a byte, the leftmost pixel in its high bits.
fn pack_bits(
    levels: impl Iterator<Item = u8>,
    region: &Region,
    depth: usize,
    limits: &Limits,
) -> Result<Vec<u8>> {
    let mut levels = levels;
    let width = region.columns.len();
    let row_bytes = (width * depth).div_ceil(8);
    let len = row_bytes
        .checked_mul(region.rows.len())
        .ok_or_else(|| Error::unsupported("an image larger than memory"))?;
    let mut bytes = limits.try_vec(len, "rows to encode")?;
    for row in bytes.chunks_exact_mut(row_bytes) {
        for (at, level) in levels.by_ref().take(width).enumerate() {
            row[at * depth / 8] |= level << (8 - depth - at * depth % 8);
        }
    }
    Ok(bytes)
}
