//! Smaller versions of an image: each pixel is the mean of two by two of the version before.

use imageio_core::half::f16;
use imageio_core::{DType, Limits, Result};

use super::layout::{Flavour, Stored};
use super::segments::Cut;
use super::series::Series;
use crate::options::{Compression, Photometric, TiffWriteOptions};

/// The smaller versions that a series is to have, with their elements.
pub(super) fn levels(series: &Series, bytes: &[u8]) -> Result<Vec<(Series, Vec<u8>)>> {
    let mut made: Vec<(Series, Vec<u8>)> = Vec::new();
    for _ in 0..series.options.pyramid {
        let (stored, bytes) = match made.last() {
            Some((series, bytes)) => (&series.stored, bytes.as_slice()),
            None => (&series.stored, bytes),
        };
        let smaller = Stored {
            length: stored.length.div_ceil(2),
            width: stored.width.div_ceil(2),
            ..stored.clone()
        };
        let bytes = halve(stored, &smaller, bytes)?;
        let series = below(series, smaller);
        made.push((series, bytes));
    }
    Ok(made)
}

fn below(series: &Series, stored: Stored) -> Series {
    let mut options = TiffWriteOptions {
        description: None,
        pyramid: 0,
        ..series.options.clone()
    };
    // The same ground is covered by half as many pixels, which nobody reads off such a page.
    options.resolution = imageio_core::Value::Null;
    let cut = if options.tile.is_empty() {
        let packed = series.coding.compression != Compression::None;
        Cut::strips(
            &stored,
            options.rowsperstrip,
            packed,
            series.coding.row_unit(),
        )
    } else {
        Cut::tiles(&stored, &options.tile)
    };
    // tifffile wants to know the shape of each version.
    let flavour = match series.flavour {
        Flavour::Shaped => Flavour::Shaped,
        _ => Flavour::Plain,
    };
    let mut shape = series.shape.clone();
    let mut axes = shape.iter_mut().rev().skip(stored.trailing);
    for (axis, size) in axes.by_ref().zip([stored.width, stored.length]) {
        *axis = size;
    }
    Series {
        shape,
        cut,
        coding: series.coding,
        flavour,
        metadata: imageio_core::Metadata::new(),
        limits: series.limits.clone(),
        options,
        stored,
    }
}

/// Elements of which a mean can be taken.
trait Mean: Copy {
    fn mean(values: &[Self]) -> Self;
}

macro_rules! mean_of {
    ($wide:ty: $($type:ty),*) => {$(
        impl Mean for $type {
            fn mean(values: &[Self]) -> Self {
                let sum: $wide = values.iter().map(|&value| value as $wide).sum();
                let count = values.len() as $wide;
                ((sum + count / 2) / count) as $type
            }
        }
    )*};
}
mean_of!(u32: u8, u16);
mean_of!(i128: u32, u64);

macro_rules! signed_mean_of {
    ($($type:ty),*) => {$(
        impl Mean for $type {
            fn mean(values: &[Self]) -> Self {
                let sum: i128 = values.iter().map(|&value| i128::from(value)).sum();
                let count = values.len() as i128;
                (sum + count / 2).div_euclid(count) as $type
            }
        }
    )*};
}
signed_mean_of!(i8, i16, i32, i64);

macro_rules! float_mean_of {
    ($($type:ty),*) => {$(
        impl Mean for $type {
            fn mean(values: &[Self]) -> Self {
                (values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len() as f64) as $type
            }
        }
    )*};
}
float_mean_of!(f32, f64);

impl Mean for f16 {
    fn mean(values: &[Self]) -> Self {
        let sum: f64 = values.iter().map(|value| value.to_f64()).sum();
        f16::from_f64(sum / values.len() as f64)
    }
}

fn halve(from: &Stored, to: &Stored, bytes: &[u8]) -> Result<Vec<u8>> {
    let planes = from.frames * from.separate * from.depth;
    let len = planes * to.length * to.width * to.contig * to.dtype.size();
    let mut out = Limits::unlimited().try_vec(len, "a smaller version")?;
    macro_rules! with {
        ($type:ty, $numbers:expr) => {
            averages::<$type, { size_of::<$type>() }>(
                (from, to, $numbers),
                bytes,
                &mut out,
                |bytes| <$type>::from_ne_bytes(bytes),
                |value| value.to_ne_bytes(),
            )
        };
    }
    // Indices and truth values have no mean.
    if from.photometric == Photometric::Palette || from.dtype == DType::Bool {
        nearest(from, to, bytes, &mut out);
        return Ok(out);
    }
    match from.dtype {
        DType::U8 => with!(u8, 1),
        DType::U16 => with!(u16, 1),
        DType::U32 => with!(u32, 1),
        DType::U64 => with!(u64, 1),
        DType::I8 => with!(i8, 1),
        DType::I16 => with!(i16, 1),
        DType::I32 => with!(i32, 1),
        DType::I64 => with!(i64, 1),
        DType::F16 => with!(f16, 1),
        DType::F32 => with!(f32, 1),
        DType::F64 => with!(f64, 1),
        DType::C64 => with!(f32, 2),
        DType::C128 => with!(f64, 2),
        _ => nearest(from, to, bytes, &mut out),
    }
    Ok(out)
}

/// Means of two by two pixels; at an odd edge of what is there.
fn averages<T: Mean, const SIZE: usize>(
    (from, to, numbers): (&Stored, &Stored, usize),
    bytes: &[u8],
    out: &mut [u8],
    read: impl Fn([u8; SIZE]) -> T,
    write: impl Fn(T) -> [u8; SIZE],
) {
    let pixel = from.contig * numbers;
    let source = bytes.as_chunks::<SIZE>().0;
    let rows = out.as_chunks_mut::<SIZE>().0;
    for (at, row) in rows.chunks_exact_mut(to.width * pixel).enumerate() {
        let (plane, y) = (at / to.length, at % to.length);
        let line = |y: usize| {
            let start = (plane * from.length + y) * from.width * pixel;
            source
                .get(start..start + from.width * pixel)
                .unwrap_or_default()
        };
        let upper = line(2 * y);
        let lower = line((2 * y + 1).min(from.length - 1));
        for (place, value) in row.iter_mut().enumerate() {
            let (x, sample) = (place / pixel, place % pixel);
            let right = (2 * x + 1).min(from.width - 1);
            let four = [
                (upper, 2 * x),
                (upper, right),
                (lower, 2 * x),
                (lower, right),
            ]
            .map(|(line, x)| read(line.get(x * pixel + sample).copied().unwrap_or([0; SIZE])));
            *value = write(T::mean(&four));
        }
    }
}

/// The first of two by two pixels.
fn nearest(from: &Stored, to: &Stored, bytes: &[u8], out: &mut [u8]) {
    let pixel = from.contig * from.dtype.size();
    for (at, row) in out.chunks_exact_mut(to.width * pixel).enumerate() {
        let (plane, y) = (at / to.length, at % to.length);
        let start = (plane * from.length + 2 * y) * from.width * pixel;
        let line = bytes.get(start..).unwrap_or_default();
        for (to, from) in row.chunks_exact_mut(pixel).zip(line.chunks(2 * pixel)) {
            to.copy_from_slice(from.get(..pixel).unwrap_or(&vec![0; pixel]));
        }
    }
}
