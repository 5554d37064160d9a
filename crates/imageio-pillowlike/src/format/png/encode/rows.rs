//! Arrays as the packed rows that PNG stores.

use std::ops::Range;

use imageio_core::{DType, Element, NdImage, Result};

use crate::format::png::passes::Pass;
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

/// The samples of an image, contiguous.
enum Samples<'a> {
    Bool(&'a [bool]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    Indexed(&'a [u8], &'a Quantizer),
}

/// The part of an image that is written, as the rows of a file.
pub(super) struct Picture<'a> {
    samples: Samples<'a>,
    /// Pixels of a row of the whole image.
    width: usize,
    /// Samples of a pixel.
    channels: usize,
    depth: u8,
    region: Region,
}

impl<'a> Picture<'a> {
    /// `region` of a contiguous image; with a palette its pixels are looked up there.
    pub(super) fn new(
        image: &'a NdImage,
        region: Region,
        depth: u8,
        palette: Option<&'a Quantizer>,
    ) -> Result<Self> {
        let samples = match (image.dtype(), palette) {
            (_, Some(palette)) => Samples::Indexed(image.as_slice()?, palette),
            (DType::Bool, _) => Samples::Bool(image.as_slice()?),
            (DType::U8, _) => Samples::U8(image.as_slice()?),
            _ => Samples::U16(image.as_slice()?),
        };
        Ok(Picture {
            samples,
            width: image.shape().get(1).copied().unwrap_or(0),
            channels: image.shape().get(2).copied().unwrap_or(1),
            depth,
            region,
        })
    }

    /// Bytes from one pixel to the next, as filters count them.
    pub(super) fn pixel_bytes(&self) -> usize {
        match self.samples {
            Samples::U8(_) => self.channels,
            Samples::U16(_) => self.channels * 2,
            Samples::Bool(_) | Samples::Indexed(..) => 1,
        }
    }

    /// Fills `out` with row `index` of a pass.
    pub(super) fn row(&self, pass: &Pass, index: usize, out: &mut [u8]) {
        let y = self.region.rows.start + pass.rows.place(index);
        match self.samples {
            Samples::Bool(samples) => {
                let bits = self.pixels(samples, y, 1, pass).map(|bit| u8::from(bit[0]));
                pack_bits(bits, self.depth, out);
            }
            Samples::U8(samples) => {
                let row = self.cut(samples, y, self.channels);
                if row.len() == out.len() {
                    out.copy_from_slice(row);
                    return;
                }
                let pixels = self.pixels(samples, y, self.channels, pass);
                for (place, pixel) in out.chunks_exact_mut(self.channels).zip(pixels) {
                    place.copy_from_slice(pixel);
                }
            }
            Samples::U16(samples) => {
                let row = self.cut(samples, y, self.channels);
                if row.len() * 2 == out.len() {
                    store(row, out);
                    return;
                }
                let pixels = self.pixels(samples, y, self.channels, pass);
                for (place, pixel) in out.chunks_exact_mut(self.channels * 2).zip(pixels) {
                    store(pixel, place);
                }
            }
            Samples::Indexed(samples, palette) => {
                let pixels = self.pixels(samples, y, self.channels, pass);
                let indices = pixels.map(|pixel| palette.index(rgba(pixel)));
                pack_bits(indices, self.depth, out);
            }
        }
    }

    /// The samples of the region in row `y` of the image.
    fn cut<'s, T>(&self, samples: &'s [T], y: usize, channels: usize) -> &'s [T] {
        let columns = &self.region.columns;
        let start = (y * self.width + columns.start) * channels;
        samples
            .get(start..start + columns.len() * channels)
            .unwrap_or_default()
    }

    /// The pixels of a pass in row `y` of the image.
    fn pixels<'s, T>(
        &self,
        samples: &'s [T],
        y: usize,
        channels: usize,
        pass: &Pass,
    ) -> impl Iterator<Item = &'s [T]> {
        self.cut(samples, y, channels)
            .chunks_exact(channels)
            .skip(pass.columns.start)
            .step_by(pass.columns.step)
    }
}

/// PNG 7.1: the most significant byte comes first.
fn store(samples: &[u16], out: &mut [u8]) {
    let (pairs, _) = out.as_chunks_mut::<2>();
    for (pair, sample) in pairs.iter_mut().zip(samples) {
        *pair = sample.to_be_bytes();
    }
}

/// PNG 7.2: the leftmost pixel lies in the high bits of a byte.
fn pack_bits(levels: impl Iterator<Item = u8>, depth: u8, out: &mut [u8]) {
    out.fill(0);
    let depth = usize::from(depth);
    for (at, level) in levels.enumerate() {
        if let Some(byte) = out.get_mut(at * depth / 8) {
            *byte |= level << (8 - depth - at * depth % 8);
        }
    }
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
