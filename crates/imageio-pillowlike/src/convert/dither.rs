//! Error diffusion (R. Floyd and L. Steinberg, 1976) to black and white, and to the palette of old browsers.

use imageio_core::{Limits, NdImage, Result};

use super::gray::thousandths;
use super::shape_in;
use crate::format::Mode;

/// Errors on their way to the right and down, in sixteenths.
struct Diffusion<const N: usize> {
    /// What the row above left for each column, and one column more.
    below: Vec<[i32; N]>,
    right: [i32; N],
    /// The errors of the two pixels before.
    before: [[i32; N]; 2],
}

impl<const N: usize> Diffusion<N> {
    fn new(width: usize, limits: &Limits) -> Result<Self> {
        let mut below = limits.try_capacity(width + 1, "errors of a row")?;
        below.resize(width + 1, [0; N]);
        Ok(Diffusion {
            below,
            right: [0; N],
            before: [[0; N]; 2],
        })
    }

    /// The value to approximate at `column`, with the errors that arrived there.
    #[inline]
    fn wanted(&self, column: usize, value: [i32; N]) -> [i32; N] {
        let above = &self.below[column + 1];
        std::array::from_fn(|c| (value[c] + (self.right[c] + above[c]) / 16).clamp(0, 255))
    }

    #[inline]
    fn spread(&mut self, column: usize, error: [i32; N]) {
        let [last, one_more] = self.before;
        self.below[column] = std::array::from_fn(|c| 3 * error[c] + 5 * last[c] + one_more[c]);
        self.right = error.map(|error| 7 * error);
        self.before = [error, last];
    }

    /// Ends a row; `below_last` says what arrives below its last pixel by the errors of the last and the one before.
    fn end_row(&mut self, below_last: fn([i32; N], [i32; N]) -> [i32; N]) {
        let [last, one_more] = self.before;
        if let Some(end) = self.below.last_mut() {
            *end = below_last(last, one_more);
        }
        self.right = [0; N];
        self.before = [[0; N]; 2];
    }
}

pub(super) fn gray_to_bilevel(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    to_bilevel(image, limits, |&[level]: &[u8; 1]| level.into())
}

pub(super) fn rgb_to_bilevel(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    to_bilevel(image, limits, |&[r, g, b]: &[u8; 3]| {
        thousandths(r.into(), g.into(), b.into()) as i32 / 1000
    })
}

fn to_bilevel<const N: usize>(
    image: &NdImage,
    limits: &Limits,
    level_of: impl Fn(&[u8; N]) -> i32,
) -> Result<NdImage> {
    let shape = shape_in(image, Mode::Bilevel);
    let (pixels, _) = image.as_slice::<u8>()?.as_chunks::<N>();
    let mut white = limits.try_vec::<bool>(pixels.len(), "converted pixels")?;
    let width = shape[1].max(1);
    let mut diffusion = Diffusion::new(width, limits)?;
    for (to, from) in white
        .chunks_exact_mut(width)
        .zip(pixels.chunks_exact(width))
    {
        for (column, (to, pixel)) in to.iter_mut().zip(from).enumerate() {
            let [level] = diffusion.wanted(column, [level_of(pixel)]);
            *to = level > 128;
            diffusion.spread(column, [level - if *to { 255 } else { 0 }]);
        }
        diffusion.end_row(|[last], [one_more]| [5 * last + one_more]);
    }
    NdImage::from_vec(&shape, white)
}

/// Levels of each channel in the cube of colours, which are 51 apart.
const STEP: i32 = 51;

/// Position of the cube in the palette; the entries before it are black.
const CUBE: u8 = 10;

/// The nearest level of the cube, sought for every fourth value as Pillow does.
#[inline]
fn level_of(value: i32) -> i32 {
    ((value & !3) + STEP / 2) / STEP
}

pub(super) fn to_web<const N: usize>(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    web(image, Mode::Palette, limits, |_: &[u8; N], to, index| {
        to[0] = index;
    })
}

pub(super) fn to_web_alpha<const N: usize>(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    web(
        image,
        Mode::PaletteAlpha,
        limits,
        |_: &[u8; N], to, index| {
            to.copy_from_slice(&[index, 255]);
        },
    )
}

fn web<const N: usize>(
    image: &NdImage,
    mode: Mode,
    limits: &Limits,
    put: impl Fn(&[u8; N], &mut [u8], u8),
) -> Result<NdImage> {
    let shape = shape_in(image, mode);
    let (pixels, _) = image.as_slice::<u8>()?.as_chunks::<N>();
    let mut indices = limits.try_vec::<u8>(pixels.len() * mode.channels(), "converted pixels")?;
    let width = shape[1].max(1);
    let mut diffusion = Diffusion::new(width, limits)?;
    let rows = indices.chunks_exact_mut(width * mode.channels());
    for (to, from) in rows.zip(pixels.chunks_exact(width)) {
        let to = to.chunks_exact_mut(mode.channels());
        for (column, (to, pixel)) in to.zip(from).enumerate() {
            let rgb = [pixel[0], pixel[1], pixel[2]].map(i32::from);
            let wanted = diffusion.wanted(column, rgb);
            let levels = wanted.map(level_of);
            put(pixel, to, index_of(levels));
            diffusion.spread(
                column,
                std::array::from_fn(|c| wanted[c] - levels[c] * STEP),
            );
        }
        // Pillow has the errors of blue alone here, and those of other pixels for green and blue itself.
        diffusion.end_row(|[_, _, last], [_, _, one_more]| [5 * last + one_more, last, last]);
    }
    NdImage::from_vec(&shape, indices)
}

/// Black is the first entry of the palette, not the first of the cube.
#[inline]
fn index_of([r, g, b]: [i32; 3]) -> u8 {
    match r + 6 * g + 36 * b {
        0 => 0,
        place => CUBE + place as u8,
    }
}
