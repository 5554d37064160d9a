//! The frames to write, as pixels.

use std::borrow::Cow;

use imageio_core::{DType, Error, NdImage, Result};

use super::quantize::Rgba;
use super::scan::Region;

/// A pixel of a frame to write. GIF knows no half transparency: alpha below 128 is clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pixel {
    Opaque([u8; 3]),
    /// Transparent, with the colour beneath.
    Clear([u8; 3]),
}

/// One frame's samples, row by row.
pub(super) struct Source<'a> {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
    samples: Cow<'a, [u8]>,
    /// What a sample is multiplied with: 255 for bool.
    scale: u8,
    /// The gray level that is transparent.
    clear_level: Option<u8>,
}

impl<'a> Source<'a> {
    /// The frame as GIF can hold it.
    ///
    /// # Errors
    /// `Unsupported` for another shape or type than bool `(H, W)`, u8 `(H, W)` and u8 `(H, W, 2 | 3 | 4)`.
    pub(super) fn new(image: &'a NdImage, clear_level: Option<u8>) -> Result<Self> {
        let (height, width, channels) = match (image.shape(), image.dtype()) {
            (&[height, width], DType::U8 | DType::Bool) => (height, width, 1),
            (&[height, width, channels @ 2..=4], DType::U8) => (height, width, channels),
            (shape, dtype) => {
                return Err(Error::unsupported(format!(
                    "a frame of shape {shape:?} and type {dtype}: GIF holds uint8 or bool (H, W) and \
                     uint8 (H, W, 2), (H, W, 3) or (H, W, 4)"
                )));
            }
        };
        let side = 1..=usize::from(u16::MAX);
        if !side.contains(&height) || !side.contains(&width) {
            return Err(Error::unsupported(format!(
                "a frame of {height} rows and {width} columns: GIF holds 1 to 65535 of each"
            )));
        }
        Ok(Source {
            height,
            width,
            channels,
            samples: image.as_bytes(),
            scale: if image.dtype() == DType::Bool { 255 } else { 1 },
            clear_level,
        })
    }

    /// Whether pixels can be transparent.
    pub(super) fn has_alpha(&self) -> bool {
        matches!(self.channels, 2 | 4) || self.clear_level.is_some()
    }

    /// Whether the samples can be taken as indices.
    pub(super) fn is_gray(&self) -> bool {
        self.channels == 1
    }

    pub(super) fn pixels(&self) -> impl Iterator<Item = Pixel> + '_ {
        let (scale, clear_level) = (self.scale, self.clear_level);
        self.samples
            .chunks_exact(self.channels)
            .map(move |samples| pixel(samples, scale, clear_level))
    }

    /// Puts the pixels inside `region`, which lies in the frame, at the end of `to`.
    pub(super) fn unpack(&self, region: Region, to: &mut Vec<Rgba>) {
        let start = region.left * self.channels;
        let end = start + region.width * self.channels;
        for row in self.rows().skip(region.top).take(region.height) {
            let row = row.get(start..end).unwrap_or_default();
            if self.channels == 3 {
                to.extend(row.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2], 255]));
                continue;
            }
            to.extend(
                row.chunks_exact(self.channels)
                    .map(|samples| match self.pixel(samples) {
                        Pixel::Opaque([r, g, b]) => [r, g, b, 255],
                        Pixel::Clear([r, g, b]) => [r, g, b, 0],
                    }),
            );
        }
    }

    /// The whole frame.
    pub(super) fn region(&self) -> Region {
        Region {
            width: self.width,
            height: self.height,
            ..Region::default()
        }
    }

    /// The smallest region outside of which nothing differs from `before`, a frame of the same shape.
    /// Equal frames give one pixel.
    pub(super) fn changed(&self, before: &Source<'_>) -> Region {
        let rows = self.rows().zip(before.rows()).map(|(row, before)| {
            let differs = |(a, b): (&u8, &u8)| a != b;
            let first = row.iter().zip(before).position(differs)?;
            let last = row.iter().zip(before).rposition(differs)?;
            Some((first / self.channels, last / self.channels))
        });
        bounds(rows)
    }

    /// The smallest region with all opaque pixels, or one pixel where there are none.
    pub(super) fn opaque(&self) -> Region {
        bounds(self.rows().map(|row| {
            let opaque = |samples: &[u8]| matches!(self.pixel(samples), Pixel::Opaque(_));
            let first = row.chunks_exact(self.channels).position(opaque)?;
            let last = row.chunks_exact(self.channels).rposition(opaque)?;
            Some((first, last))
        }))
    }

    /// The samples inside `region`, which lies in the frame.
    pub(super) fn samples(&self, region: Region) -> Vec<u8> {
        let start = region.left * self.channels;
        let end = start + region.width * self.channels;
        let rows = self.rows().skip(region.top).take(region.height);
        let rows = rows.filter_map(|row| row.get(start..end));
        rows.flatten().copied().collect()
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.samples.chunks_exact(self.width * self.channels)
    }

    fn pixel(&self, samples: &[u8]) -> Pixel {
        pixel(samples, self.scale, self.clear_level)
    }
}

#[inline]
fn pixel(samples: &[u8], scale: u8, clear_level: Option<u8>) -> Pixel {
    match *samples {
        [r, g, b] => Pixel::Opaque([r, g, b]),
        [r, g, b, 128..=255] => Pixel::Opaque([r, g, b]),
        [r, g, b, _] => Pixel::Clear([r, g, b]),
        [v] if clear_level == Some(v) => Pixel::Clear([v.wrapping_mul(scale); 3]),
        [v] => Pixel::Opaque([v.wrapping_mul(scale); 3]),
        [v, 128..=255] => Pixel::Opaque([v; 3]),
        [v, _] => Pixel::Clear([v; 3]),
        _ => Pixel::Opaque([0; 3]),
    }
}

/// The region around the first and last columns of each row, or one pixel where no row has any.
fn bounds(rows: impl Iterator<Item = Option<(usize, usize)>>) -> Region {
    let touched = rows
        .enumerate()
        .filter_map(|(y, columns)| columns.map(|(first, last)| (y, first, last)));
    let corners = touched.fold(None, |corners: Option<[usize; 4]>, (y, first, last)| {
        let [left, top, right, _] = corners.unwrap_or([first, y, last, y]);
        Some([left.min(first), top, right.max(last), y])
    });
    let [left, top, right, bottom] = corners.unwrap_or([0; 4]);
    Region {
        left,
        top,
        width: right - left + 1,
        height: bottom - top + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_changed_and_what_is_opaque() {
        let before = NdImage::from_vec(&[3, 4], vec![0u8; 12]).unwrap();
        let mut data = vec![0u8; 12];
        (data[5], data[10]) = (1, 1);
        let after = NdImage::from_vec(&[3, 4], data).unwrap();
        let (before, after) = (Source::new(&before, None), Source::new(&after, None));
        let (before, after) = (before.unwrap(), after.unwrap());
        let region = |left, top, width, height| Region {
            left,
            top,
            width,
            height,
        };
        assert_eq!(after.changed(&before), region(1, 1, 2, 2));
        assert_eq!(after.changed(&after), region(0, 0, 1, 1));
        assert_eq!(after.samples(region(1, 1, 2, 2)), [1, 0, 0, 1]);
        let alpha = NdImage::from_vec(&[1, 3, 2], vec![9u8, 0, 9, 128, 9, 127]).unwrap();
        assert_eq!(
            Source::new(&alpha, None).unwrap().opaque(),
            region(1, 0, 1, 1)
        );
    }
}
