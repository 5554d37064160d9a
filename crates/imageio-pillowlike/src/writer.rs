//! From images to a file: frames are collected and encoded when the write ends.

use std::borrow::Cow;

use imageio_core::{Claim, Error, ImageMode, Images, Limits, NdImage, Request, Result, Value};

use crate::convert;
use crate::options::{PillowMode, PillowWriteOptions};

mod settings;
mod targets;

use targets::{Job, Target, target_of};

/// A raster file opened for writing.
pub struct PillowWriter {
    request: Request,
    frames: Vec<NdImage>,
    /// Milliseconds of each frame, where they were given.
    durations: Vec<Option<f64>>,
    /// The account of the frames, apart from what encoding takes.
    waiting: Limits,
    held: Vec<Claim>,
    options: Option<PillowWriteOptions>,
    target: Option<&'static Target>,
}

impl PillowWriter {
    /// Opens `request` by its extension.
    ///
    /// # Errors
    /// `NotThisFormat` for an extension that it does not write. Without an extension the `format` option decides.
    pub fn open(request: Request) -> Result<Self> {
        let extension = request.extension().map(Cow::into_owned);
        match extension {
            Some(extension) => Self::open_as(request, &extension),
            None => Ok(Self::new(request, None)),
        }
    }

    /// Opens `request` for the format called `name`, or with the extension `name`.
    pub(crate) fn open_as(request: Request, name: &str) -> Result<Self> {
        let unknown = || Error::not_this_format(format!("does not write `{name}` files"));
        let target = target_of(name).ok_or_else(unknown)?;
        Ok(Self::new(request, Some(target)))
    }

    fn new(request: Request, target: Option<&'static Target>) -> Self {
        PillowWriter {
            waiting: request.limits().for_stack().apart(),
            request,
            frames: Vec::new(),
            durations: Vec::new(),
            held: Vec::new(),
            options: None,
            target,
        }
    }

    /// Takes images in; they are encoded by `close`. Options of the first call count, durations of each.
    pub fn write(&mut self, images: &Images<'_>, options: PillowWriteOptions) -> Result<()> {
        let target = self.target_for(&options)?;
        let asked = self.request.io_mode().image_mode();
        let frames = images.frames(|image| match asked {
            ImageMode::SingleImage | ImageMode::SingleVolume => false,
            ImageMode::MultiImage | ImageMode::MultiVolume => true,
            ImageMode::Any => is_batch(image, options.mode),
        })?;
        if self.frames.len() + frames.len() > 1 && !target.holds_several {
            let count = self.frames.len() + frames.len();
            return Err(Error::unsupported(format!(
                "{} holds one image, not {count}",
                target.format
            )));
        }
        for frame in &frames {
            check_shape(frame)?;
            check_mode(frame, options.mode)?;
        }
        let mut options = options;
        if let Some(metadata) = images.metadata_of(0) {
            settings::adopt(&mut options, metadata);
        }
        if target.format == "PNG" {
            settings::adopt_frames(&mut options, images, frames.len());
        }
        let durations = durations_of(&options, images, frames.len())?;
        let limits = self.request.limits();
        let held = |frame| as_held(frame, options.mode, target, &limits);
        let frames = frames.iter().map(held).collect::<Result<Vec<_>>>()?;
        let bytes = frames.iter().map(|frame| frame.nbytes() as u64).sum();
        self.held.push(
            self.waiting
                .claim(bytes, "frames that wait to be written")?,
        );
        self.durations.extend(durations);
        self.frames.extend(frames);
        self.target = Some(target);
        self.options.get_or_insert(options);
        Ok(())
    }

    /// Encodes what was taken in.
    pub fn close(self) -> Result<()> {
        let (Some(target), Some(options)) = (self.target, self.options) else {
            return Ok(());
        };
        let mut out = self.request.writer()?;
        let limits = self.request.limits();
        let said = self.durations.iter().any(Option::is_some);
        let durations: Vec<f64> = self
            .durations
            .iter()
            .filter(|_| said)
            .map(|duration| duration.unwrap_or(0.0))
            .collect();
        let job = Job {
            frames: &self.frames,
            options: &options,
            durations,
            limits: &limits,
        };
        (target.encode)(job, &mut out)
    }

    fn target_for(&self, options: &PillowWriteOptions) -> Result<&'static Target> {
        let named = match &options.format {
            Some(name) => Some(target_of(name).ok_or_else(|| {
                let known: Vec<_> = targets::names().collect();
                Error::bad_option(format!(
                    "option `format`: {name:?} is none of {}",
                    known.join(", ")
                ))
            })?),
            None => None,
        };
        let settled = self.target.filter(|_| self.options.is_some());
        match (settled, named.or(self.target)) {
            (Some(settled), Some(target)) if !std::ptr::eq(settled, target) => Err(
                Error::bad_option("option `format`: it cannot change between calls"),
            ),
            (_, Some(target)) => Ok(target),
            (_, None) => Err(Error::bad_option(
                "the format is not known: give an extension or the option `format`",
            )),
        }
    }
}

/// Pillow's rule: with a mode, what has an axis more than the mode; else all but `(H, W)` and `(H, W, 2 to 4)`.
fn is_batch(image: &NdImage, mode: Option<PillowMode>) -> bool {
    match (mode, image.shape()) {
        (Some(mode), shape) if convert::channels_of(mode) > 1 => shape.len() > 3,
        (Some(_), shape) => shape.len() > 2,
        (None, [_, _] | [_, _, 1..=4]) => false,
        (None, shape) => shape.len() > 2,
    }
}

fn check_shape(frame: &NdImage) -> Result<()> {
    match frame.shape() {
        [0, ..] | [_, 0, ..] => Err(Error::unsupported(format!(
            "an image of shape {:?} has no pixels",
            frame.shape()
        ))),
        [_, _] | [_, _, 2..=4] => Ok(()),
        [_, _, 1] => Err(Error::unsupported(format!(
            "an image of shape {:?} has one colour channel as an axis; drop it, or say is_batch",
            frame.shape()
        ))),
        shape => Err(Error::unsupported(format!(
            "an image of shape {shape:?} is neither (H, W) nor (H, W, 2 to 4)"
        ))),
    }
}

/// Refuses a mode that the samples cannot have.
fn check_mode(frame: &NdImage, mode: Option<PillowMode>) -> Result<()> {
    let Some(mode) = mode else { return Ok(()) };
    let channels = frame.shape().get(2).copied().unwrap_or(1);
    if channels == convert::channels_of(mode) {
        return Ok(());
    }
    let (name, shape) = (convert::name_of(mode), frame.shape());
    Err(Error::bad_option(format!(
        "option `mode`: an image of shape {shape:?} is no `{name}`"
    )))
}

/// The samples as the format holds them: what Pillow converts as it saves becomes RGB or RGBA, all else stays.
fn as_held(
    frame: &NdImage,
    mode: Option<PillowMode>,
    target: &Target,
    limits: &Limits,
) -> Result<NdImage> {
    use PillowMode as M;
    let Some(mode) = mode else {
        return Ok(frame.to_contiguous());
    };
    let held = match (mode, target.format) {
        (M::Bilevel | M::L | M::La | M::P | M::Rgb | M::Rgba, _) => mode,
        (M::I | M::I16 | M::I16L | M::I16B | M::I16N | M::F, _) => mode,
        (M::Cmyk, "JPEG" | "MPO") => mode,
        (M::YCbCr | M::Rgbx, "JPEG" | "MPO") => M::Rgb,
        (M::YCbCr | M::Rgbx | M::Hsv | M::Lab | M::Cmyk, "WebP" | "AVIF") => M::Rgb,
        (M::RgbaPremultiplied, "WebP" | "AVIF") => M::Rgba,
        _ => {
            let (format, name) = (target.format, convert::name_of(mode));
            return Err(Error::unsupported(format!("{format} holds no {name}")));
        }
    };
    if held == mode {
        return Ok(frame.to_contiguous());
    }
    convert::from_pillow(frame, mode, held, limits)
}

/// Milliseconds of each of `count` frames, by the options or else by the frame's metadata, where either says them.
fn durations_of(
    options: &PillowWriteOptions,
    images: &Images<'_>,
    count: usize,
) -> Result<Vec<Option<f64>>> {
    let all = match (options.fps, options.duration.as_slice()) {
        (Some(_), [_, ..]) => {
            return Err(Error::bad_option(
                "options `fps` and `duration` exclude each other",
            ));
        }
        (Some(fps), _) if fps > 0.0 && fps.is_finite() => vec![1000.0 / fps],
        (Some(fps), _) => {
            return Err(Error::bad_option(format!(
                "option `fps`: {fps} is not above 0"
            )));
        }
        (None, durations) => durations.to_vec(),
    };
    if let Some(bad) = all
        .iter()
        .find(|duration| !duration.is_finite() || **duration < 0.0)
    {
        return Err(Error::bad_option(format!(
            "option `duration`: {bad} is no length of time"
        )));
    }
    // Durations begin with the first frame of the animation, which the default image is not.
    let apart = usize::from(options.default_image);
    let stored = |position| {
        images
            .metadata_of(position + apart)?
            .get("duration")?
            .as_f64()
    };
    let of_frame = |position| {
        all.get(position)
            .or(all.last())
            .copied()
            .or_else(|| stored(position))
    };
    Ok((0..count).map(of_frame).collect())
}

/// Bytes of an option that may be text.
pub(crate) fn bytes_of(value: &Value) -> Result<Option<Vec<u8>>> {
    match value {
        Value::Null => Ok(None),
        Value::Str(text) => Ok(Some(text.clone().into_bytes())),
        Value::Bytes(bytes) => Ok(Some(bytes.clone())),
        other => Err(Error::bad_option(format!(
            "option `comment`: expected text or bytes, got {}",
            other.type_name()
        ))),
    }
}
