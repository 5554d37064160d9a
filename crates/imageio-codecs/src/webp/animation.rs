//! From frames to an animated file.

use imageio_core::{Error, Limits, Result};

use super::encode::{Picture, Settings, translated};
use super::sys;

/// What holds for an animation as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Animation {
    /// Red, green, blue and alpha that the canvas is to be shown on.
    pub background: [u8; 4],
    /// How often to play, 0 for ever.
    pub loop_count: u16,
    /// Whether time is spent on a smaller file; it then has no key frames.
    pub minimize_size: bool,
    /// Whether each frame may be lossy or lossless, whichever is smaller.
    pub allow_mixed: bool,
    /// Least distance between frames that stand for themselves.
    pub kmin: i32,
    /// Largest distance between frames that stand for themselves.
    pub kmax: i32,
}

/// Encodes frames one after the other, each as what differs from the one before.
pub struct Animator {
    encoder: sys::Animator,
    size: (usize, usize),
    limits: Limits,
}

impl Animator {
    /// Begins an animation on a canvas of that size.
    ///
    /// # Errors
    /// `Unsupported` for a size that WebP cannot hold.
    pub fn new(
        width: usize,
        height: usize,
        animation: &Animation,
        limits: &Limits,
    ) -> Result<Self> {
        let longest = super::LONGEST;
        if !(1..=longest).contains(&width) || !(1..=longest).contains(&height) {
            return Err(Error::unsupported(format!(
                "frames of {width} x {height}: WebP holds 1 to {longest} rows and columns"
            )));
        }
        Ok(Animator {
            encoder: sys::Animator::new(width, height, animation).map_err(translated)?,
            size: (width, height),
            limits: limits.clone(),
        })
    }

    /// Adds a frame that is shown from `start_ms` on.
    ///
    /// # Errors
    /// `Unsupported` for a picture of another size than the canvas, `BadOption` for a setting out of its range.
    pub fn add(&mut self, picture: &Picture<'_>, start_ms: i32, settings: &Settings) -> Result<()> {
        picture.check()?;
        settings.check()?;
        if (picture.width, picture.height) != self.size {
            return Err(Error::unsupported(format!(
                "a frame of {} x {} in an animation of {} x {}",
                picture.width, picture.height, self.size.0, self.size.1
            )));
        }
        // The encoder keeps three canvases, and tries more than one way.
        let bytes = picture.working_bytes(settings).saturating_mul(2);
        let _working = self.limits.claim(bytes, "encoding a WebP")?;
        self.encoder
            .add(picture, start_ms, settings)
            .map_err(translated)
    }

    /// The whole file; the last frame is shown until `end_ms`.
    pub fn finish(self, end_ms: i32) -> Result<Vec<u8>> {
        self.encoder.finish(end_ms).map_err(translated)
    }
}
