//! From coefficients to the samples of the picture, one row of units after the other.
//!
//! Planes hold one row of units and the last row of the one above, so that they stay in the cache.

use std::ops::Range;

use imageio_core::{Limits, Result, Scratch};
use libjpeg_turbo_rs::simd::{SimdRoutines, detect};

use super::scan::Band;
use super::stream::{Colour, Component, Stream};
use super::upsample::{double, double_rows};

/// Makes rows of the picture from bands.
pub(super) struct Painter<'a> {
    stream: &'a Stream<'a>,
    kernels: SimdRoutines,
    rows: Range<usize>,
    columns: Range<usize>,
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
    /// Real rows of the whole component.
    height: usize,
    /// Real samples of a row of the whole component.
    width: usize,
}

impl Plane {
    /// Rows of a band.
    fn rows(&self) -> usize {
        8 * self.component.down
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
    /// A painter of the rows and columns in the ranges, which are not empty.
    pub(super) fn new(
        stream: &'a Stream<'a>,
        rows: Range<usize>,
        columns: Range<usize>,
        limits: &Limits,
    ) -> Result<Painter<'a>> {
        let unit = 8 * stream.across();
        // Colour is interpolated between neighbours, so one more unit on each side keeps the edges exact.
        let units = (columns.start / unit).saturating_sub(1)
            ..(columns.end.div_ceil(unit) + 1).min(stream.units_across());
        let mut planes = Vec::with_capacity(3);
        for component in &stream.components {
            let stride = units.len() * 8 * component.across;
            let rows = 1 + 8 * component.down;
            planes.push(Plane {
                component: *component,
                samples: limits.scratch(stride * rows, "rows of a JPEG")?,
                stride,
                height: (stream.height * component.down).div_ceil(stream.down()),
                width: (stream.width * component.across).div_ceil(stream.across()),
            });
        }
        let words = units.len() * 8 + 16;
        let words = || limits.scratch(words, "rows of a JPEG");
        Ok(Painter {
            stream,
            kernels: detect(),
            rows,
            columns,
            units,
            planes,
            wide: [words()?, words()?],
            sums: words()?,
        })
    }

    /// The bands that the rows need.
    pub(super) fn bands(&self) -> Range<usize> {
        let unit = 8 * self.stream.down();
        let (first, last) = (self.rows.start / unit, self.rows.end.div_ceil(unit));
        if self.stream.down() == 1 {
            return first..last;
        }
        let below = usize::from(self.rows.end.is_multiple_of(unit));
        first.saturating_sub(1)..(last + below).min(self.stream.bands())
    }

    /// Transforms a band and writes the rows that it completes to `out`, which begins with the first row.
    pub(super) fn paint(&mut self, number: usize, band: &Band, out: &mut [u8]) {
        self.transform(band);
        let down = self.stream.down();
        let unit = 8 * down;
        let last = number + 1 == self.stream.bands();
        // Where rows are halved, the last one waits for its neighbour below.
        let waiting = down - 1;
        let start = (number * unit).saturating_sub(waiting);
        let end = if last {
            self.stream.height
        } else {
            (number + 1) * unit - waiting
        };
        let line = self.columns.len() * self.stream.components.len();
        for y in start.max(self.rows.start)..end.min(self.rows.end) {
            let lines = out.chunks_exact_mut(line);
            if let Some(line) = lines.skip(y - self.rows.start).next() {
                self.row(number, y, line);
            }
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
                    let start = (1 + 8 * y) * plane.stride + 8 * x;
                    let place = plane.samples.get_mut(start..).unwrap_or_default();
                    if *behind == 1
                        && let Some(level) = flat(block[0], steps[0])
                    {
                        fill(place, plane.stride, level);
                        continue;
                    }
                    let mut samples = [0; 64];
                    (self.kernels.idct_islow)(block, steps, &mut samples);
                    put(place, plane.stride, &samples);
                }
            }
            first = own.end;
        }
    }

    /// Writes row `y` of the picture.
    fn row(&mut self, band: usize, y: usize, out: &mut [u8]) {
        let left = self.columns.start - self.units.start * 8 * self.stream.across();
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
                let begin = self.units.start * 8;
                let factors = (self.stream.across(), self.stream.down());
                let [wide_blue, wide_red] = &mut self.wide;
                let blue = enlarged(blue, band, y, begin, factors, &mut self.sums, wide_blue);
                let red = enlarged(red, band, y, begin, factors, &mut self.sums, wide_red);
                let blue = blue.get(left..).unwrap_or_default();
                let red = red.get(left..).unwrap_or_default();
                self.kernels.ycbcr_to_rgb_row(row, blue, red, out, width);
            }
            _ => {}
        }
    }
}

/// Row `y` of the picture from a component that may be halved, from sample `begin` of it. Enlarged as libjpeg
/// does it in its accurate mode: by a triangle filter, but by repetition where it has two columns at most.
fn enlarged<'a>(
    plane: &'a Plane,
    band: usize,
    y: usize,
    begin: usize,
    factors: (usize, usize),
    sums: &mut [u16],
    wide: &'a mut [u16],
) -> &'a [u8] {
    let (across, down) = factors;
    if (across, down) == (1, 1) {
        return plane.row(band, y);
    }
    let real = plane.width - begin;
    let real = real.min(plane.stride);
    let near = plane.row(band, y / down).get(..real).unwrap_or_default();
    let other = if y.is_multiple_of(2) {
        (y / 2).saturating_sub(1)
    } else {
        (y / 2 + 1).min(plane.height - 1)
    };
    let narrow = plane.width <= 2;
    let sums = sums.get_mut(..real + 2).unwrap_or_default();
    let wide = wide.get_mut(..real).unwrap_or_default();
    match (across, down) {
        (1, _) => {
            let far = plane.row(band, other);
            let bias = if y.is_multiple_of(2) { 1 } else { 2 };
            let bytes: &mut [u8] = bytemuck::cast_slice_mut(wide);
            double_rows(near, far, bias, bytes);
        }
        _ if narrow => {
            for (pair, sample) in wide.iter_mut().zip(near) {
                *pair = u16::from_ne_bytes([*sample; 2]);
            }
        }
        (_, 1) => double(near, near, sums, wide, (0, 1, 2, 2)),
        _ => double(near, plane.row(band, other), sums, wide, (1, 8, 7, 4)),
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

#[inline]
fn put(place: &mut [u8], stride: usize, samples: &[u8; 64]) {
    let (lines, _) = samples.as_chunks::<8>();
    for (line, samples) in place.chunks_mut(stride).zip(lines) {
        if let Some(line) = line.first_chunk_mut::<8>() {
            *line = *samples;
        }
    }
}
