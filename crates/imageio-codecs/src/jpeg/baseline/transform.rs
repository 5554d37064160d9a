//! From coefficients to the samples of the picture, one row of units after the other.
//!
//! Planes hold one row of units and the last row of the one above, so that they stay in the cache.

use std::ops::Range;

use imageio_core::{Limits, Result, Scratch};
use libjpeg_turbo_rs::decode::idct_scaled::{idct_1x1, idct_2x2};
use libjpeg_turbo_rs::simd::{SimdRoutines, detect};

use super::super::Area;

use super::reduced::half;
use super::scan::Band;
use super::stream::{Colour, Component, Stream};
use super::upsample::{double, double_rows};

/// Makes rows of the picture from bands.
pub(super) struct Painter<'a> {
    stream: &'a Stream<'a>,
    kernels: SimdRoutines,
    rows: Range<usize>,
    columns: Range<usize>,
    /// Columns and rows of the picture that a unit gives.
    unit: (usize, usize),
    /// Rows of the whole picture.
    height: usize,
    /// Rows at the end of a band that wait for their neighbours below.
    waiting: usize,
    /// Units of a row that are transformed.
    units: Range<usize>,
    planes: Vec<Plane>,
    /// Colour differences of one row in full width, two samples a word.
    wide: [Scratch<u16>; 2],
    /// Sums of two rows.
    sums: Scratch<u16>,
}

/// A component's samples in the band, below the last row of the band before.
struct Plane {
    component: Component,
    samples: Scratch<u8>,
    stride: usize,
    /// Samples of a block, across and down.
    size: usize,
    /// Columns and rows of the picture that one sample stands for.
    factors: (usize, usize),
    /// Whether a sample that stands for several is mixed with its neighbours.
    smooth: bool,
    /// Real rows of the whole component.
    height: usize,
    /// Real samples of a row of the whole component.
    width: usize,
}

impl Plane {
    /// Room for `units` units of a row, where the blocks of the finest component have `least` columns and rows.
    fn new(
        stream: &Stream<'_>,
        component: Component,
        least: usize,
        units: usize,
        limits: &Limits,
    ) -> Result<Plane> {
        let (most_across, most_down) = (stream.across() * least, stream.down() * least);
        let Component { across, down, .. } = component;
        // As libjpeg does, a component that is halved both ways is rather transformed to larger blocks.
        let mut size = least;
        while size < 8
            && most_across.is_multiple_of(across * size * 2)
            && most_down.is_multiple_of(down * size * 2)
        {
            size *= 2;
        }
        let stride = units * size * across;
        let rows = 1 + size * down;
        Ok(Plane {
            component,
            samples: limits.scratch(stride * rows, "rows of a JPEG")?,
            stride,
            size,
            factors: (most_across / (across * size), most_down / (down * size)),
            smooth: least > 1,
            height: (stream.height * down * size).div_ceil(stream.down() * 8),
            width: (stream.width * across * size).div_ceil(stream.across() * 8),
        })
    }

    /// Rows of a band.
    fn rows(&self) -> usize {
        self.size * self.component.down
    }

    /// Row `y` of the component, where `band` or the last row before it holds it.
    fn row(&self, band: usize, y: usize) -> &[u8] {
        let start = (y + 1).saturating_sub(band * self.rows()) * self.stride;
        self.samples
            .get(start..start + self.stride)
            .unwrap_or_default()
    }
}

impl<'a> Painter<'a> {
    /// A painter of the part of the picture in `area`.
    pub(super) fn new(stream: &'a Stream<'a>, area: &Area, limits: &Limits) -> Result<Painter<'a>> {
        let Area {
            rows,
            columns,
            reduce,
        } = area.clone();
        let least = 8 / usize::from(reduce).clamp(1, 8);
        let unit = (least * stream.across(), least * stream.down());
        // Colour is interpolated between neighbours, so one more unit on each side keeps the edges exact.
        let units = (columns.start / unit.0).saturating_sub(1)
            ..(columns.end.div_ceil(unit.0) + 1).min(stream.units_across());
        let planes = stream
            .components
            .iter()
            .map(|component| Plane::new(stream, *component, least, units.len(), limits))
            .collect::<Result<Vec<_>>>()?;
        let words = units.len() * unit.0 / 2 + 16;
        let words = || limits.scratch(words, "rows of a JPEG");
        Ok(Painter {
            stream,
            kernels: detect(),
            rows,
            columns,
            unit,
            height: stream.height.div_ceil(reduce.into()),
            waiting: planes.iter().map(|p| p.factors.1 - 1).max().unwrap_or(0),
            units,
            planes,
            wide: [words()?, words()?],
            sums: words()?,
        })
    }

    /// The bands that the rows need.
    pub(super) fn bands(&self) -> Range<usize> {
        let (_, unit) = self.unit;
        let (first, last) = (self.rows.start / unit, self.rows.end.div_ceil(unit));
        if self.waiting == 0 {
            return first..last;
        }
        let below = usize::from(self.rows.end.is_multiple_of(unit));
        first.saturating_sub(1)..(last + below).min(self.stream.bands())
    }

    /// Transforms a band and writes the rows that it completes to `out`, which begins with the first row.
    pub(super) fn paint(&mut self, number: usize, band: &Band, out: &mut [u8]) {
        self.transform(band);
        let (_, unit) = self.unit;
        let last = number + 1 == self.stream.bands();
        let start = (number * unit).saturating_sub(self.waiting);
        let end = if last {
            self.height
        } else {
            (number + 1) * unit - self.waiting
        };
        let line = self.columns.len() * self.stream.components.len();
        let rows = start.max(self.rows.start)..end.min(self.rows.end);
        let lines = out.chunks_exact_mut(line);
        for (y, line) in rows.clone().zip(lines.skip(rows.start - self.rows.start)) {
            self.row(number, y, line);
        }
        for plane in &mut self.planes {
            let len = plane.samples.len();
            plane.samples.copy_within(len - plane.stride.., 0);
        }
    }

    fn transform(&mut self, band: &Band) {
        let in_unit = self.stream.blocks();
        let (blocks, _) = band.coefficients.as_chunks::<64>();
        let mut first = 0;
        for plane in &mut self.planes {
            let Component {
                across,
                down,
                ref steps,
                ..
            } = plane.component;
            let units = blocks
                .chunks_exact(in_unit)
                .zip(band.behind.chunks_exact(in_unit));
            let units = units.skip(self.units.start).take(self.units.len());
            let own = first..first + across * down;
            for (unit, (blocks, behind)) in units.enumerate() {
                let blocks = blocks.get(own.clone()).unwrap_or_default();
                let behind = behind.get(own.clone()).unwrap_or_default();
                for (at, (block, behind)) in blocks.iter().zip(behind).enumerate() {
                    let (x, y) = (unit * across + at % across, at / across);
                    let start = (1 + plane.size * y) * plane.stride + plane.size * x;
                    let place = plane.samples.get_mut(start..).unwrap_or_default();
                    let flat = if *behind == 1 {
                        flat(block[0], steps[0])
                    } else {
                        None
                    };
                    let stride = plane.stride;
                    match (plane.size, flat) {
                        (8, Some(level)) => fill(place, stride, level),
                        (8, None) => {
                            let mut samples = [0; 64];
                            (self.kernels.idct_islow)(block, steps, &mut samples);
                            put::<8>(place, stride, &samples);
                        }
                        (4, _) => {
                            let samples = match flat {
                                Some(level) => [level; 16],
                                None => half(block, steps),
                            };
                            put::<4>(place, stride, &samples);
                        }
                        (2, _) => {
                            let mut samples = [0; 4];
                            idct_2x2(block, steps, &mut samples);
                            put::<2>(place, stride, &samples);
                        }
                        _ => put::<1>(place, stride, &[idct_1x1(block, steps)]),
                    }
                }
            }
            first = own.end;
        }
    }

    /// Writes row `y` of the picture.
    fn row(&mut self, band: usize, y: usize, out: &mut [u8]) {
        let left = self.columns.start - self.units.start * self.unit.0;
        let width = self.columns.len();
        let own = |row: &'_ [u8]| left..(left + width).min(row.len());
        match (self.stream.colour, self.planes.as_slice()) {
            (Colour::Gray, [gray]) => {
                let row = gray.row(band, y);
                out.copy_from_slice(row.get(own(row)).unwrap_or_default());
            }
            (Colour::Rgb, planes) => {
                for (channel, plane) in planes.iter().enumerate() {
                    let row = plane.row(band, y);
                    let row = row.get(own(row)).unwrap_or_default();
                    let (pixels, _) = out.as_chunks_mut::<3>();
                    for (pixel, sample) in pixels.iter_mut().zip(row) {
                        pixel[channel % 3] = *sample;
                    }
                }
            }
            (Colour::Differences, [brightness, blue, red]) => {
                let row = brightness.row(band, y);
                let row = row.get(own(row)).unwrap_or_default();
                let first = self.units.start;
                let [wide_blue, wide_red] = &mut self.wide;
                let blue = enlarged(blue, band, y, first, &mut self.sums, wide_blue);
                let red = enlarged(red, band, y, first, &mut self.sums, wide_red);
                let blue = blue.get(left..).unwrap_or_default();
                let red = red.get(left..).unwrap_or_default();
                // The kernel ends the program where a row is too short.
                let shortest = row.len().min(blue.len()).min(red.len());
                if shortest >= width {
                    self.kernels.ycbcr_to_rgb_row(row, blue, red, out, width);
                }
            }
            _ => {}
        }
    }
}

/// Row `y` of the picture from a component that may be halved, from unit `first` on. Enlarged as libjpeg
/// does it in its accurate mode: by a triangle filter, but by repetition where it has two columns at most.
fn enlarged<'a>(
    plane: &'a Plane,
    band: usize,
    y: usize,
    first: usize,
    sums: &mut [u16],
    wide: &'a mut [u16],
) -> &'a [u8] {
    let (across, down) = plane.factors;
    if (across, down) == (1, 1) {
        return plane.row(band, y);
    }
    let begin = first * plane.size * plane.component.across;
    let real = plane.width.saturating_sub(begin).min(plane.stride);
    let near = plane.row(band, y / down).get(..real).unwrap_or_default();
    let other = if y.is_multiple_of(2) {
        (y / 2).saturating_sub(1)
    } else {
        (y / 2 + 1).min(plane.height - 1)
    };
    if across == 1 {
        if !plane.smooth {
            return near;
        }
        let bias = if y.is_multiple_of(2) { 1 } else { 2 };
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(wide);
        double_rows(near, plane.row(band, other), bias, bytes);
        return bytes;
    }
    let sums = sums.get_mut(..real + 2).unwrap_or_default();
    let wide = wide.get_mut(..real).unwrap_or_default();
    if !plane.smooth || plane.width <= 2 {
        for (pair, sample) in wide.iter_mut().zip(near) {
            *pair = u16::from_ne_bytes([*sample; 2]);
        }
    } else if down == 1 {
        double(near, near, sums, wide, (0, 1, 2, 2));
    } else {
        double(near, plane.row(band, other), sums, wide, (1, 8, 7, 4));
    }
    bytemuck::cast_slice(wide)
}

/// The sample of a block that is its mean throughout, where the transform does not run over.
fn flat(mean: i16, step: u16) -> Option<u8> {
    let mean = i32::from(mean) * i32::from(step);
    (mean.abs() < 8192).then(|| (((mean + 4) >> 3) + 128).clamp(0, 255) as u8)
}

#[inline]
fn fill(place: &mut [u8], stride: usize, level: u8) {
    for line in place.chunks_mut(stride).take(8) {
        if let Some(line) = line.first_chunk_mut::<8>() {
            *line = [level; 8];
        }
    }
}

/// Puts a block of `N` columns in its place.
#[inline]
fn put<const N: usize>(place: &mut [u8], stride: usize, samples: &[u8]) {
    let (lines, _) = samples.as_chunks::<N>();
    for (line, samples) in place.chunks_mut(stride).zip(lines) {
        if let Some(line) = line.first_chunk_mut::<N>() {
            *line = *samples;
        }
    }
}
