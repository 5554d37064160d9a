//! From samples to a file with one picture.

use imageio_core::{Error, ErrorKind, Limits, Result};

use super::sys::{self, Failure};
use super::{LONGEST, Layout};

/// Samples of one picture, row by row without gaps.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The samples; `height * width * layout.channels()` of them.
    pub samples: &'a [u8],
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// Samples of a pixel.
    pub layout: Layout,
}

/// How a picture is encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Whether every pixel is kept as it is. Default: `false`.
    pub lossless: bool,
    /// 0 to 100: how good a lossy picture is, or how much time a lossless one takes. Default: 80.
    pub quality: f32,
    /// 0 to 100: how good the alpha of a lossy picture is. Default: 100, exact.
    pub alpha_quality: u8,
    /// 0 to 6: from fast to small. Default: 4.
    pub method: u8,
    /// Whether the colours of wholly transparent pixels are kept. Default: `false`.
    pub exact: bool,
    /// 0 to 100: how near to the original a lossless picture stays. Default: 100, exact.
    pub near_lossless: u8,
    /// Whether a second thread may help; the result is the same. Default: `true`.
    pub threads: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            lossless: false,
            quality: 80.0,
            alpha_quality: 100,
            method: 4,
            exact: false,
            near_lossless: 100,
            threads: true,
        }
    }
}

impl Picture<'_> {
    /// Bytes that libwebp holds while it encodes: its copy of the picture, then planes or a few more copies.
    pub(super) fn working_bytes(&self, settings: &Settings) -> u64 {
        let pixels = self.width as u64 * self.height as u64;
        pixels * if settings.lossless { 24 } else { 10 } + (1 << 20)
    }

    pub(super) fn check(&self) -> Result<()> {
        let Picture { width, height, .. } = *self;
        if !(1..=LONGEST).contains(&width) || !(1..=LONGEST).contains(&height) {
            return Err(Error::unsupported(format!(
                "a picture of {width} x {height}: WebP holds 1 to {LONGEST} rows and columns"
            )));
        }
        let expected = width * height * self.layout.channels();
        if self.samples.len() != expected {
            return Err(Error::bad_option(format!(
                "{} samples, expected {expected}",
                self.samples.len()
            )));
        }
        Ok(())
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<()> {
        let bad = |name: &str, value: f32, most: u8| {
            Err(Error::bad_option(format!(
                "{name}: {value} is not from 0 to {most}"
            )))
        };
        if !(0.0..=100.0).contains(&self.quality) {
            return bad("quality", self.quality, 100);
        }
        if self.alpha_quality > 100 {
            return bad("alpha_quality", self.alpha_quality.into(), 100);
        }
        if self.near_lossless > 100 {
            return bad("near_lossless", self.near_lossless.into(), 100);
        }
        if self.method > 6 {
            return bad("method", self.method.into(), 6);
        }
        Ok(())
    }
}

/// Encodes `picture` as a whole file without metadata.
///
/// # Errors
/// `Unsupported` for a size that WebP cannot hold, `BadOption` for a setting out of its range, `LimitExceeded`
/// where encoding takes more than the budget.
pub fn encode(picture: &Picture<'_>, settings: &Settings, limits: &Limits) -> Result<Vec<u8>> {
    picture.check()?;
    settings.check()?;
    let _working = limits.claim(picture.working_bytes(settings), "encoding a WebP")?;
    let mut out = Vec::new();
    sys::encode(picture, settings, &mut out).map_err(translated)?;
    Ok(out)
}

pub(super) fn translated(failure: Failure) -> Error {
    match failure {
        Failure::Memory => Error::new(
            ErrorKind::LimitExceeded,
            "the WebP encoder got no memory from the machine",
        ),
        Failure::Said(said) => Error::new(
            ErrorKind::External,
            format!("the WebP encoder gave up: {said}"),
        ),
    }
}
