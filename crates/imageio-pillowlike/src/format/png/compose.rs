//! Laying the frames of an animation over each other.

use imageio_core::{Element, Error, Limits, Result};

use super::header::{Color, Header};
use super::samples::Samples;
use crate::format::{Mode, Palette};

/// Where a frame lies on the canvas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Row length of the canvas in pixels and samples of a pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) width: usize,
    pub(super) channels: usize,
}

impl Grid {
    /// The samples that `area` has in each of its rows.
    fn rows<'a, T>(self, canvas: &'a [T], area: &Area) -> impl Iterator<Item = &'a [T]> {
        let (from, to) = self.columns(area);
        let rows = canvas.chunks_exact(self.width * self.channels);
        rows.skip(area.y)
            .take(area.height)
            .map(move |row| &row[from..to])
    }

    fn rows_mut<'a, T>(
        self,
        canvas: &'a mut [T],
        area: &Area,
    ) -> impl Iterator<Item = &'a mut [T]> {
        let (from, to) = self.columns(area);
        let rows = canvas.chunks_exact_mut(self.width * self.channels);
        rows.skip(area.y)
            .take(area.height)
            .map(move |row| &mut row[from..to])
    }

    fn columns(self, area: &Area) -> (usize, usize) {
        (
            area.x * self.channels,
            (area.x + area.width) * self.channels,
        )
    }
}

/// How a frame's pixels replace those below.
pub(super) enum Blend<'a> {
    /// They do, alpha included.
    Source,
    /// By their alpha, which is the last channel.
    Over,
    /// Those that do not have the transparent colour do.
    Key(&'a [u16]),
}

/// Lays `patch` on `area` of the canvas; both have the same element type.
pub(super) fn draw(
    canvas: &mut Samples,
    patch: &Samples,
    grid: Grid,
    area: &Area,
    blend: &Blend<'_>,
) {
    match (canvas, patch) {
        (Samples::Bool(below), Samples::Bool(above)) => {
            draw_samples(below, above, grid, area, blend, over_nothing);
        }
        (Samples::U8(below), Samples::U8(above)) => {
            draw_samples(below, above, grid, area, blend, over_u8);
        }
        (Samples::U16(below), Samples::U16(above)) => {
            draw_samples(below, above, grid, area, blend, over_u16);
        }
        _ => {}
    }
}

fn draw_samples<T: Level>(
    below: &mut [T],
    above: &[T],
    grid: Grid,
    area: &Area,
    blend: &Blend<'_>,
    over: fn(&mut [T], &[T]),
) {
    let above = above.chunks_exact(area.width * grid.channels);
    for (below, above) in grid.rows_mut(below, area).zip(above) {
        if let Blend::Source = blend {
            below.copy_from_slice(above);
            continue;
        }
        let pixels = below.chunks_exact_mut(grid.channels);
        for (below, above) in pixels.zip(above.chunks_exact(grid.channels)) {
            match blend {
                Blend::Key(key) => {
                    if !above
                        .iter()
                        .map(|&sample| sample.level())
                        .eq(key.iter().copied())
                    {
                        below.copy_from_slice(above);
                    }
                }
                _ => over(below, above),
            }
        }
    }
}

/// Fills `area` with `color`, or with zeros: transparent black.
pub(super) fn clear(canvas: &mut Samples, grid: Grid, area: &Area, color: Option<&[u16]>) {
    fn fill<T: Level>(canvas: &mut [T], grid: Grid, area: &Area, color: Option<&[u16]>) {
        for row in grid.rows_mut(canvas, area) {
            let Some(color) = color else {
                row.fill(T::default());
                continue;
            };
            for (sample, &level) in row.iter_mut().zip(color.iter().cycle()) {
                *sample = T::from_level(level);
            }
        }
    }
    super::samples::with_samples!(canvas, samples => fill(samples, grid, area, color));
}

/// A copy of what lies on `area`.
pub(super) fn cut(canvas: &Samples, grid: Grid, area: &Area, limits: &Limits) -> Result<Samples> {
    fn copy<T: Element>(canvas: &[T], grid: Grid, area: &Area, limits: &Limits) -> Result<Vec<T>> {
        let len = area.width * area.height * grid.channels;
        let mut cut = limits.try_vec(len, "part of a frame")?;
        for (to, from) in cut
            .chunks_exact_mut(area.width * grid.channels)
            .zip(grid.rows(canvas, area))
        {
            to.copy_from_slice(from);
        }
        Ok(cut)
    }
    Ok(match canvas {
        Samples::Bool(from) => Samples::Bool(copy(from, grid, area, limits)?),
        Samples::U8(from) => Samples::U8(copy(from, grid, area, limits)?),
        Samples::U16(from) => Samples::U16(copy(from, grid, area, limits)?),
    })
}

/// Gives an image's samples an alpha channel, applying the palette.
pub(super) fn with_alpha(
    samples: Samples,
    header: &Header,
    palette: &Palette,
    limits: &Limits,
) -> Result<Samples> {
    match samples {
        Samples::Bool(gray) => {
            let mut out = room(limits, gray.len(), 2)?;
            for (pixel, light) in out.chunks_exact_mut(2).zip(gray) {
                pixel.copy_from_slice(&[if light { 255 } else { 0 }, 255]);
            }
            Ok(Samples::U8(out))
        }
        Samples::U8(indices) if header.color == Color::Indexed => {
            let channels = palette.mode.channels();
            let mut out = room(limits, indices.len(), 4)?;
            for (pixel, index) in out.chunks_exact_mut(4).zip(indices) {
                let color = palette.colors.chunks_exact(channels).nth(index.into());
                pixel[3] = 255;
                pixel[..channels].copy_from_slice(color.unwrap_or(&[0, 0, 0, 255][..channels]));
            }
            Ok(Samples::U8(out))
        }
        Samples::U8(opaque) => Ok(Samples::U8(append_alpha(&opaque, header, 255, limits)?)),
        Samples::U16(opaque) => Ok(Samples::U16(append_alpha(
            &opaque,
            header,
            u16::MAX,
            limits,
        )?)),
    }
}

/// The mode of [`with_alpha`].
pub(super) fn alpha_mode(color: Color) -> Mode {
    match color {
        Color::Gray | Color::GrayAlpha => Mode::GrayAlpha,
        Color::Rgb | Color::Indexed | Color::Rgba => Mode::Rgba,
    }
}

fn append_alpha<T: Element>(
    opaque: &[T],
    header: &Header,
    alpha: T,
    limits: &Limits,
) -> Result<Vec<T>> {
    let channels = header.color.channels();
    let mut out = room(limits, opaque.len() / channels, channels + 1)?;
    for (pixel, color) in out
        .chunks_exact_mut(channels + 1)
        .zip(opaque.chunks_exact(channels))
    {
        pixel[..channels].copy_from_slice(color);
        pixel[channels] = alpha;
    }
    Ok(out)
}

fn room<T: Element>(limits: &Limits, pixels: usize, channels: usize) -> Result<Vec<T>> {
    let len = pixels
        .checked_mul(channels)
        .ok_or_else(|| Error::unsupported("a frame larger than memory"))?;
    limits.try_vec(len, "frame with alpha")
}

/// A sample that a transparent colour can be compared with.
trait Level: Element {
    fn level(self) -> u16;
    fn from_level(level: u16) -> Self;
}

impl Level for bool {
    fn level(self) -> u16 {
        self.into()
    }

    fn from_level(level: u16) -> Self {
        level != 0
    }
}

impl Level for u8 {
    fn level(self) -> u16 {
        self.into()
    }

    fn from_level(level: u16) -> Self {
        level as u8
    }
}

impl Level for u16 {
    fn level(self) -> u16 {
        self
    }

    fn from_level(level: u16) -> Self {
        level
    }
}

/// Source over destination with colours not premultiplied (PNG 13.16), rounded to the nearest level.
macro_rules! define_over {
    ($name:ident, $sample:ty, $wide:ty) => {
        fn $name(below: &mut [$sample], above: &[$sample]) {
            const MAX: $wide = <$sample>::MAX as $wide;
            let (Some((below_alpha, below)), Some((&above_alpha, above))) =
                (below.split_last_mut(), above.split_last())
            else {
                return;
            };
            if above_alpha == 0 {
                return;
            }
            // The weights are alphas times `MAX`, so that nothing is lost before the one division.
            let upper = <$wide>::from(above_alpha) * MAX;
            let lower = (MAX - <$wide>::from(above_alpha)) * <$wide>::from(*below_alpha);
            let total = upper + lower;
            for (below, &above) in below.iter_mut().zip(above) {
                let sum = <$wide>::from(above) * upper + <$wide>::from(*below) * lower;
                *below = ((sum + total / 2) / total) as $sample;
            }
            *below_alpha = ((total + MAX / 2) / MAX) as $sample;
        }
    };
}
define_over!(over_u8, u8, u32);
define_over!(over_u16, u16, u64);

/// One-bit samples have no alpha.
fn over_nothing(below: &mut [bool], above: &[bool]) {
    below.copy_from_slice(above);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_the_nearest_level() {
        let mut below = [10u8, 20, 30, 128];
        over_u8(&mut below, &[200, 100, 50, 128]);
        // Weights 32640 and 16256 of 48896.
        assert_eq!(below, [137, 73, 43, 192]);
        let mut below = [1000u16, 40000];
        over_u16(&mut below, &[60000, 1]);
        assert_eq!(below, [1001, 40000]);
    }

    #[test]
    fn opaque_and_transparent_pixels_are_exact() {
        for alpha in [0, 1, 128, 255] {
            let mut below = [7u8, 9, 11, alpha];
            over_u8(&mut below, &[1, 2, 3, 255]);
            assert_eq!(below, [1, 2, 3, 255]);
            let mut below = [7u8, 9, 11, alpha];
            over_u8(&mut below, &[1, 2, 3, 0]);
            assert_eq!(below, [7, 9, 11, alpha]);
        }
        let mut empty = [0u16, 0];
        over_u16(&mut empty, &[12345, 3]);
        assert_eq!(empty, [12345, 3]);
    }
}
