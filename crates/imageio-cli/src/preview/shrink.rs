//! Any image as a small colour picture: area averages, scaled to what a screen shows.

use imageio::{DType, Error, NdImage, Result};

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// A picture small enough for a terminal.
pub(super) struct Picture {
    pub(super) height: usize,
    pub(super) width: usize,
    cells: Vec<Cell>,
}

/// One pixel: colours from 0 to 1, and how much of it there is.
#[derive(Clone, Copy, Default)]
struct Cell {
    colour: [f64; 3],
    alpha: f64,
}

/// Sums of the samples that fall into one pixel, colours weighted with their alpha.
#[derive(Clone, Copy, Default)]
struct Sum {
    colour: [f64; 3],
    alpha: f64,
    count: f64,
}

impl Picture {
    /// `image` in at most `columns` by `rows` pixels, in its proportions and never enlarged.
    pub(super) fn shrink(image: &NdImage, columns: usize, rows: usize) -> Result<Self> {
        let image = flat(image)?;
        let (full_height, full_width) = match *image.shape() {
            [height, width, ..] if height > 0 && width > 0 => (height, width),
            _ => {
                let shape = image.shape();
                return Err(Error::unsupported(format!(
                    "an image of shape {shape:?} has no pixels to show"
                )));
            }
        };
        let scale = (columns as f64 / full_width as f64)
            .min(rows as f64 / full_height as f64)
            .min(1.0);
        let fit = |full: usize| ((full as f64 * scale).round() as usize).clamp(1, full);
        let (height, width) = (fit(full_height), fit(full_width).min(columns.max(1)));
        let mut sums = vec![Sum::default(); height * width];
        for y in 0..full_height {
            let row = image.crop(std::slice::from_ref(&(y..y + 1)))?;
            let row = row.cast(DType::F64).into_vec::<f64>()?;
            let channels = row.len() / full_width;
            let first = y * height / full_height * width;
            let line = sums.get_mut(first..first + width).unwrap_or_default();
            for (x, pixel) in row.chunks_exact(channels.max(1)).enumerate() {
                if let Some(sum) = line.get_mut(x * width / full_width) {
                    sum.add(pixel, image.dtype());
                }
            }
        }
        let (low, high) = range(&sums, image.dtype());
        let cells = sums.iter().map(|sum| sum.cell(low, high)).collect();
        Ok(Picture {
            height,
            width,
            cells,
        })
    }

    /// The colour of a pixel, in front of a chequered ground where it is transparent.
    pub(super) fn colour(&self, row: usize, column: usize) -> Rgb {
        let cell = self.cell(row, column);
        let ground = if (row / 4 + column / 4).is_multiple_of(2) {
            0.4
        } else {
            0.6
        };
        let [r, g, b] = cell.colour.map(|sample| {
            let mixed = sample * cell.alpha + ground * (1.0 - cell.alpha);
            (mixed * 255.0).round() as u8
        });
        Rgb(r, g, b)
    }

    /// How light a pixel is, from 0 to 1, in front of black.
    pub(super) fn light(&self, row: usize, column: usize) -> f64 {
        let Cell { colour, alpha } = self.cell(row, column);
        let [r, g, b] = colour;
        // ITU-R BT.601 weights, as Pillow's `L`.
        alpha * (0.299 * r + 0.587 * g + 0.114 * b)
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let at = row * self.width + column;
        self.cells.get(at).copied().unwrap_or_default()
    }
}

impl Sum {
    fn add(&mut self, pixel: &[f64], dtype: DType) {
        let (colour, alpha) = match *pixel {
            [gray] => ([gray; 3], 1.0),
            [gray, alpha] => ([gray; 3], alpha / opaque(dtype)),
            [r, g, b] => ([r, g, b], 1.0),
            [r, g, b, alpha] => ([r, g, b], alpha / opaque(dtype)),
            _ => return,
        };
        let alpha = alpha.clamp(0.0, 1.0);
        self.count += 1.0;
        // A place without a value is shown as a hole.
        if !colour.iter().all(|sample| sample.is_finite()) || alpha.is_nan() {
            return;
        }
        self.alpha += alpha;
        for (sum, sample) in self.colour.iter_mut().zip(colour) {
            *sum += sample * alpha;
        }
    }

    /// The mean colour; nothing where all is transparent.
    fn mean(&self) -> Option<[f64; 3]> {
        (self.alpha > 0.0).then(|| self.colour.map(|sum| sum / self.alpha))
    }

    fn cell(&self, low: f64, high: f64) -> Cell {
        let Some(mean) = self.mean() else {
            return Cell::default();
        };
        let scaled = |sample: f64| {
            if high > low {
                ((sample - low) / (high - low)).clamp(0.0, 1.0)
            } else {
                // One value everywhere says nothing about dark and light.
                0.5
            }
        };
        Cell {
            colour: mean.map(scaled),
            alpha: self.alpha / self.count,
        }
    }
}

/// The first image of a stack, as `(H, W)` or `(H, W, 1 to 4)`.
fn flat(image: &NdImage) -> Result<NdImage> {
    let mut image = image.clone();
    loop {
        let next = match *image.shape() {
            [] => image.reshape(&[1, 1])?,
            [len] => image.reshape(&[1, len])?,
            [_, _] | [_, _, 1..=4] => return Ok(image),
            [0, ..] => {
                return Err(Error::unsupported("an empty stack has no pixels to show"));
            }
            _ => image.frame(0)?,
        };
        image = next;
    }
}

/// The value of alpha that hides what is behind.
fn opaque(dtype: DType) -> f64 {
    match dtype {
        DType::U8 => f64::from(u8::MAX),
        DType::U16 => f64::from(u16::MAX),
        DType::U32 => f64::from(u32::MAX),
        _ => 1.0,
    }
}

/// The values shown as black and as white: those of the type for 8 bits, else those that occur.
fn range(sums: &[Sum], dtype: DType) -> (f64, f64) {
    match dtype {
        DType::Bool => (0.0, 1.0),
        DType::U8 => (0.0, 255.0),
        _ => sums
            .iter()
            .filter_map(Sum::mean)
            .flatten()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), sample| {
                (low.min(sample), high.max(sample))
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(image: &NdImage, columns: usize) -> Vec<Rgb> {
        let picture = Picture::shrink(image, columns, usize::MAX).expect("a picture");
        let places = (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (y, x)));
        places.map(|(y, x)| picture.colour(y, x)).collect()
    }

    fn gray(level: u8) -> Rgb {
        Rgb(level, level, level)
    }

    #[test]
    fn areas_are_averaged() {
        let image = NdImage::from_vec(&[2, 4], vec![0u8, 100, 10, 20, 0, 100, 30, 40]);
        assert_eq!(colours(&image.expect("eight"), 2), [gray(50), gray(25)]);
    }

    #[test]
    fn deep_and_odd_types_are_stretched() {
        let deep = NdImage::from_vec(&[1, 3], vec![1000u16, 1500, 2000]).expect("three");
        assert_eq!(colours(&deep, 9), [gray(0), gray(128), gray(255)]);
        let flat = NdImage::from_vec(&[2], vec![7.5f32, 7.5]).expect("two");
        assert_eq!(colours(&flat, 9), [gray(128), gray(128)]);
        let hole = NdImage::from_vec(&[1, 3], vec![f64::NAN, -1.0, 1.0]).expect("three");
        assert_eq!(colours(&hole, 9), [gray(102), gray(0), gray(255)]);
        let bits = NdImage::from_vec(&[1, 2], vec![false, true]).expect("two");
        assert_eq!(colours(&bits, 9), [gray(0), gray(255)]);
    }

    #[test]
    fn alpha_shows_the_ground_and_weighs_colours() {
        let clear = vec![255u8, 0, 0, 0, 0, 0, 255, 255];
        let image = NdImage::from_vec(&[1, 2, 4], clear).expect("two pixels");
        assert_eq!(colours(&image, 9), [gray(102), Rgb(0, 0, 255)]);
        assert_eq!(colours(&image, 1), [Rgb(51, 51, 179)]);
    }

    #[test]
    fn stacks_show_their_first_image_and_nothing_is_an_error() {
        let stack = NdImage::from_vec(&[2, 1, 2, 3], vec![9u8; 12]).expect("two images");
        assert_eq!(colours(&stack, 9), [gray(9), gray(9)]);
        for shape in [&[0, 3][..], &[3, 0], &[0, 0, 5, 5]] {
            let empty = NdImage::from_vec(shape, Vec::<u8>::new()).expect("no elements");
            assert!(Picture::shrink(&empty, 9, 9).is_err(), "{shape:?}");
        }
    }
}
