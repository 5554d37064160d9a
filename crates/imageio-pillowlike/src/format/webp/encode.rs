//! The encoder: one picture, or an animation.

use std::borrow::Cow;

use imageio_codecs::webp::{self, Animation, Animator, Extras, Layout, Picture};
use imageio_core::{DType, Error, Limits, NdImage, Result};

use crate::format::Sink;

/// Milliseconds that one frame may be shown.
const LONGEST_MS: f64 = 16_777_215.0;

/// How a WebP is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// How each picture is encoded; `method` counts where [`method`](Settings::method) says nothing.
    pub(crate) picture: webp::Settings,
    /// 0 to 6: from fast to small. Default: `None`, 4 for one picture and 0 for an animation.
    pub(crate) method: Option<u8>,
    /// Milliseconds that each frame is shown; the last holds for the frames that follow. Default: none, 0.
    pub(crate) durations_ms: Vec<f64>,
    /// How often to play, 0 for ever. Default: 0.
    pub(crate) loop_count: u16,
    /// Red, green, blue and alpha behind the canvas. Default: all 0.
    pub(crate) background: [u8; 4],
    /// Whether time is spent on a smaller animation. Default: `false`.
    pub(crate) minimize_size: bool,
    /// Whether each frame of an animation is lossy or lossless, whichever is smaller. Default: `false`.
    pub(crate) allow_mixed: bool,
    /// Least distance of key frames. Default: `None`, 9 for lossless animations and 3 for others.
    pub(crate) kmin: Option<u16>,
    /// Largest distance of key frames. Default: `None`, 17 for lossless animations and 5 for others.
    pub(crate) kmax: Option<u16>,
    pub(crate) icc_profile: Option<Vec<u8>>,
    /// With or without the prefix that it has in a JPEG.
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
}

/// Writes `frames`, u8 with one to four samples a pixel; gray becomes colour, as WebP holds nothing else.
///
/// # Errors
/// `Unsupported` for frames that WebP cannot hold or of unequal size, `BadOption` for settings out of range.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let file = match frames {
        [] => return Err(Error::unsupported("a WebP of no image")),
        [one] => still(one, settings, limits)?,
        more => animation(more, settings, limits)?,
    };
    let exif = settings.exif.as_deref();
    let extras = Extras {
        icc_profile: settings.icc_profile.as_deref(),
        exif: exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)),
        xmp: settings.xmp.as_deref(),
    };
    out.write_all(&webp::with_extras(file, &extras)?)?;
    Ok(())
}

fn still(image: &NdImage, settings: &Settings, limits: &Limits) -> Result<Vec<u8>> {
    let source = Source::of(image, limits)?;
    let how = webp::Settings {
        method: settings.method.unwrap_or(settings.picture.method),
        ..settings.picture.clone()
    };
    webp::encode(&source.picture(), &how, limits)
}

fn animation(frames: &[NdImage], settings: &Settings, limits: &Limits) -> Result<Vec<u8>> {
    let lossless = settings.picture.lossless && !settings.allow_mixed;
    let (kmin, kmax) = if lossless { (9, 17) } else { (3, 5) };
    let whole = Animation {
        background: settings.background,
        loop_count: settings.loop_count,
        minimize_size: settings.minimize_size,
        allow_mixed: settings.allow_mixed,
        kmin: settings.kmin.unwrap_or(kmin).into(),
        kmax: settings.kmax.unwrap_or(kmax).into(),
    };
    let how = webp::Settings {
        lossless,
        method: settings.method.unwrap_or(0),
        ..settings.picture.clone()
    };
    let &[height, width, ..] = frames.first().map_or(&[][..], NdImage::shape) else {
        return Err(Error::unsupported("a frame of less than two axes"));
    };
    let mut animator = Animator::new(width, height, &whole, limits)?;
    let mut time = 0.0;
    for (position, image) in frames.iter().enumerate() {
        let source = Source::of(image, limits)?;
        let start = rounded(time)?;
        animator
            .add(&source.picture(), start, &how)
            .map_err(|error| error.at(format!("frame {position}")))?;
        time += duration_of(settings, position)?;
    }
    animator.finish(rounded(time)?)
}

fn duration_of(settings: &Settings, position: usize) -> Result<f64> {
    let durations = &settings.durations_ms;
    let ms = durations.get(position).or(durations.last());
    let ms = ms.copied().unwrap_or(0.0);
    if !(0.0..=LONGEST_MS).contains(&ms) {
        return Err(Error::bad_option(format!(
            "a duration of {ms} ms: WebP holds 0 to {LONGEST_MS} ms"
        )));
    }
    Ok(ms)
}

/// A point in time as a whole number, halves to the even one as in Python.
fn rounded(ms: f64) -> Result<i32> {
    let whole = ms.round_ties_even();
    if whole > f64::from(i32::MAX) {
        return Err(Error::bad_option(format!(
            "an animation of {whole} ms: the encoder takes up to {} ms",
            i32::MAX
        )));
    }
    Ok(whole as i32)
}

/// One frame's samples as WebP takes them.
struct Source<'a> {
    samples: Cow<'a, [u8]>,
    height: usize,
    width: usize,
    layout: Layout,
}

impl<'a> Source<'a> {
    fn of(image: &'a NdImage, limits: &Limits) -> Result<Self> {
        let (height, width, channels) = match *image.shape() {
            [height, width] => (height, width, 1),
            [height, width, channels @ 2..=4] => (height, width, channels),
            _ => return Err(refused(image)),
        };
        if image.dtype() != DType::U8 {
            return Err(refused(image));
        }
        let layout = match channels {
            1 | 3 => Layout::Rgb,
            _ => Layout::Rgba,
        };
        let samples = if channels == layout.channels() {
            Cow::Borrowed(image.as_slice::<u8>()?)
        } else {
            Cow::Owned(coloured(image, channels, limits)?)
        };
        Ok(Source {
            samples,
            height,
            width,
            layout,
        })
    }

    fn picture(&self) -> Picture<'_> {
        Picture {
            samples: &self.samples,
            width: self.width,
            height: self.height,
            layout: self.layout,
        }
    }
}

/// Gray as RGB, gray with alpha as RGBA.
fn coloured(image: &NdImage, channels: usize, limits: &Limits) -> Result<Vec<u8>> {
    let stored = image.as_slice::<u8>()?;
    let len = stored.len() / channels * (channels + 2);
    let mut samples = limits.try_capacity(len, "gray as colour")?;
    for pixel in stored.chunks_exact(channels) {
        match *pixel {
            [gray] => samples.extend([gray; 3]),
            [gray, alpha] => samples.extend([gray, gray, gray, alpha]),
            _ => {}
        }
    }
    Ok(samples)
}

fn refused(image: &NdImage) -> Error {
    Error::unsupported(format!(
        "{} of shape {:?}: WebP holds uint8 of (H, W) or (H, W, 2 to 4)",
        image.dtype(),
        image.shape()
    ))
}
