//! Smaller versions of a picture, sample for sample as Pillow's Lanczos filter makes them.

use imageio_core::{DType, Error, Limits, NdImage, Result};

/// Bits behind the point of a weight.
const PRECISION: u32 = 32 - 8 - 2;
/// Lobes of the filter on each side.
const LOBES: f64 = 3.0;

/// The picture at most `width` wide and `height` high, with its proportions, as Pillow's `thumbnail`.
///
/// # Errors
/// `Unsupported` for other types than bool and uint8.
pub(super) fn thumbnail(
    image: &NdImage,
    width: usize,
    height: usize,
    limits: &Limits,
) -> Result<NdImage> {
    let (stored_height, stored_width) = (image.shape()[0], image.shape()[1]);
    if width >= stored_width && height >= stored_height {
        return Ok(image.clone());
    }
    let (width, height) = fitted(stored_width, stored_height, width, height);
    match image.dtype() {
        DType::Bool => nearest(image, width, height, limits),
        DType::U8 => lanczos(image, width, height, limits),
        dtype => Err(Error::unsupported(format!(
            "smaller versions of a picture of type {dtype}"
        ))),
    }
}

/// The size inside `width` by `height` whose proportions are closest.
fn fitted(
    stored_width: usize,
    stored_height: usize,
    width: usize,
    height: usize,
) -> (usize, usize) {
    let aspect = stored_width as f64 / stored_height as f64;
    let closest = |exact: f64, apart: &dyn Fn(f64) -> f64| {
        let (below, above) = (exact.floor(), exact.ceil());
        let best = if apart(above) < apart(below) {
            above
        } else {
            below
        };
        best.max(1.0) as usize
    };
    let (w, h) = (width as f64, height as f64);
    if w / h >= aspect {
        (closest(h * aspect, &|n| (aspect - n / h).abs()), height)
    } else {
        let apart = |n: f64| {
            if n == 0.0 {
                0.0
            } else {
                (aspect - w / n).abs()
            }
        };
        (width, closest(w / aspect, &apart))
    }
}

/// Two levels stay two levels.
fn nearest(image: &NdImage, width: usize, height: usize, limits: &Limits) -> Result<NdImage> {
    let (stored_height, stored_width) = (image.shape()[0], image.shape()[1]);
    let source = image.to_contiguous();
    let flags = source.as_slice::<bool>()?;
    let len = limits.check_image(&[height, width], DType::Bool)?;
    let mut out = limits.try_vec::<bool>(len, "smaller picture")?;
    let place = |at: usize, from: usize, to: usize| {
        ((at as f64 + 0.5) * (from as f64 / to as f64)) as usize
    };
    for (at, to) in out.iter_mut().enumerate() {
        let y = place(at / width, stored_height, height);
        let x = place(at % width, stored_width, width);
        *to = flags.get(y * stored_width + x).copied().unwrap_or(false);
    }
    NdImage::from_vec(&[height, width], out)
}

fn lanczos(image: &NdImage, width: usize, height: usize, limits: &Limits) -> Result<NdImage> {
    let (stored_height, stored_width) = (image.shape()[0], image.shape()[1]);
    let channels = image.shape().get(2).copied().unwrap_or(1);
    let has_alpha = matches!(channels, 2 | 4);
    let source = image.to_contiguous();
    let mut samples = limits.scratch::<u8>(source.nbytes(), "picture to shrink")?;
    samples.copy_from_slice(&source.as_bytes());
    if has_alpha {
        samples.chunks_exact_mut(channels).for_each(premultiply);
    }
    let mut shape = image.shape().to_vec();
    (shape[0], shape[1]) = (height, width);
    let len = limits.check_image(&shape, DType::U8)?;
    let mut out = limits.try_vec::<u8>(len, "smaller picture")?;
    let across = Weights::new(stored_width, width);
    let down = Weights::new(stored_height, height);
    // What goes first decides how samples are rounded. Pillow 13 starts with the height where it loses by far more.
    let lost = |from: usize, to: usize| from.saturating_sub(to);
    let rows_first = lost(stored_height, height) > 2 * lost(stored_width, width);
    let between = if rows_first {
        height * stored_width
    } else {
        stored_height * width
    };
    let mut between = limits.scratch::<u8>(between * channels, "half shrunk picture")?;
    if rows_first {
        down.apply_down(&samples, &mut between);
        across.apply_across(&between, stored_width, channels, &mut out);
    } else {
        across.apply_across(&samples, stored_width, channels, &mut between);
        down.apply_down(&between, &mut out);
    }
    if has_alpha {
        out.chunks_exact_mut(channels).for_each(divide);
    }
    NdImage::from_vec(&shape, out)
}

/// For each place of the result, the first that it is made of and their weights.
struct Weights(Vec<(usize, Vec<i32>)>);

impl Weights {
    fn new(from: usize, to: usize) -> Self {
        let scale = from as f64 / to as f64;
        let stretch = scale.max(1.0);
        let reach = LOBES * stretch;
        let of_place = |place: usize| {
            let center = (place as f64 + 0.5) * scale;
            let first = (center - reach + 0.5).max(0.0) as usize;
            let end = ((center + reach + 0.5) as usize).min(from);
            let weight = |at: usize| window((at as f64 - center + 0.5) / stretch);
            let weights: Vec<f64> = (first..end).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            let whole = f64::from(1 << PRECISION);
            let fixed = weights.iter().map(|weight| {
                let share = weight / sum * whole;
                (share + 0.5_f64.copysign(share)) as i32
            });
            (first, fixed.collect())
        };
        Weights((0..to).map(of_place).collect())
    }

    /// Makes rows of as many pixels as there are weights, from those of `width`.
    fn apply_across(&self, from: &[u8], width: usize, channels: usize, to: &mut [u8]) {
        let rows = from.chunks_exact(width * channels);
        for (row, out) in rows.zip(to.chunks_exact_mut(self.0.len() * channels)) {
            self.apply(row, channels, out.chunks_exact_mut(channels));
        }
    }

    /// Makes as many rows as there are weights; a whole row is to the columns what a pixel is to a row.
    fn apply_down(&self, from: &[u8], to: &mut [u8]) {
        let row = to.len() / self.0.len();
        self.apply(from, row, to.chunks_exact_mut(row));
    }

    /// Mixes pixels of `step` samples; each sample is rounded.
    fn apply<'a>(&self, from: &[u8], step: usize, out: impl Iterator<Item = &'a mut [u8]>) {
        for ((first, weights), to) in self.0.iter().zip(out) {
            for (channel, sample) in to.iter_mut().enumerate() {
                let column = from.iter().skip(first * step + channel).step_by(step);
                let half = 1 << (PRECISION - 1);
                let sum = column
                    .zip(weights)
                    .fold(half, |sum: i32, (&sample, weight)| {
                        sum.wrapping_add(i32::from(sample).wrapping_mul(*weight))
                    });
                *sample = (sum >> PRECISION).clamp(0, 255) as u8;
            }
        }
    }
}

/// Lanczos' window.
fn window(x: f64) -> f64 {
    let sinc = |x: f64| {
        if x == 0.0 {
            return 1.0;
        }
        let x = x * std::f64::consts::PI;
        x.sin() / x
    };
    if (-LOBES..LOBES).contains(&x) {
        sinc(x) * sinc(x / LOBES)
    } else {
        0.0
    }
}

/// Colours times alpha, so that what is not seen does not colour its neighbours.
fn premultiply(pixel: &mut [u8]) {
    if let Some((alpha, colors)) = pixel.split_last_mut() {
        for color in colors {
            let product = u32::from(*color) * u32::from(*alpha) + 128;
            *color = (((product >> 8) + product) >> 8) as u8;
        }
    }
}

fn divide(pixel: &mut [u8]) {
    if let Some((&mut alpha @ 1..=254, colors)) = pixel.split_last_mut() {
        for color in colors {
            *color = (255 * u32::from(*color) / u32::from(alpha)).min(255) as u8;
        }
    }
}
