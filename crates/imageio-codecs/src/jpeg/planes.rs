//! Pictures from component planes, for the samplings that the backend itself does not put together.
//!
//! Planes are enlarged as libjpeg does it in its accurate mode: halved ones by a triangle filter, others by
//! repetition; then colours are turned by the formulas of JFIF 1.02.

use imageio_core::{Error, Limits, Result};

use super::frame::FrameHeader;

/// How the samples of a pixel become the ones of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    /// They are the picture's.
    Plain,
    /// Brightness and two colour differences, with or without black behind them.
    Differences,
}

/// One component as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane<'a> {
    samples: &'a [u8],
    /// Samples from one row to the next, padding included.
    stride: usize,
    /// Real samples of a row.
    width: usize,
    /// Real rows.
    height: usize,
    /// How many columns and rows of the picture one sample stands for.
    factors: (usize, usize),
}

impl<'a> Plane<'a> {
    /// The plane of component `position` in rows of `stride` samples.
    pub(super) fn new(
        frame: &FrameHeader,
        position: usize,
        samples: &'a [u8],
        stride: usize,
    ) -> Result<Self> {
        let (most_across, most_down) = frame.sampling();
        let component = frame.components.get(position);
        let (across, down) = component.map_or((1, 1), |c| (c.across.into(), c.down.into()));
        if most_across % across != 0 || most_down % down != 0 {
            return Err(Error::unsupported(format!(
                "a component sampled {across} by {down} beside one of {most_across} by {most_down}"
            )));
        }
        let plane = Plane {
            samples,
            stride,
            width: (usize::from(frame.width) * across).div_ceil(most_across),
            height: (usize::from(frame.height) * down).div_ceil(most_down),
            factors: (most_across / across, most_down / down),
        };
        if plane.width > stride || stride.saturating_mul(plane.height) > samples.len() {
            return Err(Error::corrupt(format!(
                "component {position} holds too few samples"
            )));
        }
        Ok(plane)
    }

    fn row(&self, row: usize) -> &'a [u8] {
        let start = row.min(self.height.saturating_sub(1)) * self.stride;
        self.samples
            .get(start..start + self.width)
            .unwrap_or_default()
    }

    /// Fills `out` with row `y` of the picture.
    fn enlarge(&self, y: usize, out: &mut [u8]) {
        let (across, down) = self.factors;
        let near = self.row(y / down);
        // The row on the other side of this one; the first and the last have themselves there.
        let upper = y.is_multiple_of(2);
        let far = || {
            self.row(if upper {
                (y / 2).saturating_sub(1)
            } else {
                y / 2 + 1
            })
        };
        match (across, down) {
            (1, 1) => out.iter_mut().zip(near).for_each(|(to, from)| *to = *from),
            (1, 2) => {
                let bias = if upper { 1 } else { 2 };
                for ((to, near), far) in out.iter_mut().zip(near).zip(far()) {
                    *to = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
                }
            }
            (2, 1) if self.width > 2 => {
                let line = near.iter().map(|sample| u16::from(*sample));
                double(line, [1, 2], 2, out);
            }
            (2, 2) if self.width > 2 => {
                let pairs = near.iter().zip(far());
                let line = pairs.map(|(near, far)| 3 * u16::from(*near) + u16::from(*far));
                double(line, [8, 7], 4, out);
            }
            _ => {
                for (to, from) in out.chunks_mut(across).zip(near) {
                    to.fill(*from);
                }
            }
        }
    }
}

/// Two samples for each of `line`: three quarters of it and a quarter of its left or right neighbour.
/// `biases` round down on the left and up on the right; the sums are cut by `shift` bits.
fn double(line: impl Iterator<Item = u16> + Clone, biases: [u16; 2], shift: u32, out: &mut [u8]) {
    let mut before = line.clone().next().unwrap_or(0);
    let mut after = line.clone().skip(1);
    for (this, pair) in line.zip(out.chunks_mut(2)) {
        let sides = [before, after.next().unwrap_or(this)];
        for ((to, side), bias) in pair.iter_mut().zip(sides).zip(biases) {
            *to = ((3 * this + side + bias) >> shift) as u8;
        }
        before = this;
    }
}

/// Fills `out` with the picture of as many samples a pixel as there are planes.
pub(super) fn assemble(
    planes: &[Plane<'_>],
    width: usize,
    colour: Colour,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    let channels = planes.len();
    let mut rows = limits.scratch::<u8>(width * channels, "rows of a JPEG")?;
    for (y, line) in out.chunks_exact_mut(width * channels).enumerate() {
        for (plane, row) in planes.iter().zip(rows.chunks_exact_mut(width)) {
            plane.enlarge(y, row);
        }
        for (channel, row) in rows.chunks_exact(width).enumerate() {
            let pixels = line.chunks_exact_mut(channels);
            for (to, from) in pixels.filter_map(|pixel| pixel.get_mut(channel)).zip(row) {
                *to = *from;
            }
        }
        if colour == Colour::Differences {
            line.chunks_exact_mut(channels).for_each(turn);
        }
    }
    Ok(())
}

/// Red, green and blue from brightness and colour differences; with black behind them, their complements.
fn turn(pixel: &mut [u8]) {
    let inks = pixel.len() == 4;
    let [y, cb, cr, ..] = pixel else { return };
    let (blue, red) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
    // libjpeg's tables: 16 bits behind the point, green's half added once.
    let half = 1 << 15;
    let differences = [
        (91_881 * red + half) >> 16,
        (-22_554 * blue - 46_802 * red + half) >> 16,
        (116_130 * blue + half) >> 16,
    ];
    let brightness = i32::from(*y);
    for (to, difference) in [y, cb, cr].into_iter().zip(differences) {
        let sample = (brightness + difference).clamp(0, 255) as u8;
        *to = if inks { !sample } else { sample };
    }
}
