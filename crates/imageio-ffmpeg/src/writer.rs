//! The write path: frames into ffmpeg, and its file to the target once it says that all is well.

use std::io::Write as _;
use std::process::ChildStdin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use imageio_core::{DType, Error, ErrorKind, Images, NdImage, Request, Result, image_as_uint};

use crate::child::{self, Child, Pipes};
use crate::command::{self, Encoding, Raw};
use crate::container;
use crate::encoder;
use crate::options::FfmpegWriteOptions;
use crate::probe::last_words;
use crate::program::Program;

mod feed;

use feed::Feed;

/// Writes frames into a video, one after the other.
///
/// The file takes its place when [`close`](FfmpegWriter::close) has seen ffmpeg end well and the resource is closed.
#[derive(Debug)]
pub struct FfmpegWriter {
    request: Request,
    program: Arc<Program>,
    extension: String,
    running: Option<Running>,
    failed: bool,
}

/// An encoder at work.
#[derive(Debug)]
struct Running {
    feed: Feed,
    shape: Vec<usize>,
    deep: bool,
    /// Keeps the file with the sound.
    _audio: Option<Request>,
}

impl FfmpegWriter {
    /// Opens `request`; ffmpeg starts with the first frame.
    ///
    /// # Errors
    /// `NotThisFormat` where the name is not that of a video, `NotInstalled` without ffmpeg.
    pub fn open(request: Request) -> Result<Self> {
        let extension = request.extension().map(std::borrow::Cow::into_owned);
        let Some(extension) = extension.filter(|_| container::is_named_video(&request)) else {
            return Err(Error::not_this_format("the name is not that of a video"));
        };
        Ok(FfmpegWriter {
            program: Program::find()?,
            request,
            extension,
            running: None,
            failed: false,
        })
    }

    /// Adds frames: `(H, W)`, `(H, W, C)` with 1 to 4 channels, or several of them along the first axis.
    ///
    /// Samples of 16 bits are handed to ffmpeg as they are, others than 8 and 16 as [`image_as_uint`] makes them. The
    /// options of the first call hold for all.
    ///
    /// # Errors
    /// `Unsupported` for other channels, and for frames unlike the first; `External` with what ffmpeg says.
    pub fn write(&mut self, images: &Images<'_>, options: &FfmpegWriteOptions) -> Result<()> {
        if self.failed {
            return Err(Error::new(
                ErrorKind::External,
                "an earlier frame could not be written",
            ));
        }
        let frames = images.frames(is_batch)?;
        let mut first = self
            .running
            .as_ref()
            .map(|running| (running.shape.clone(), running.deep));
        let mut ready = Vec::with_capacity(frames.len());
        // Nothing of a call is written where a part of it cannot be.
        for frame in &frames {
            let expected = first.get_or_insert_with(|| (frame.shape().to_vec(), is_deep(frame)));
            check_like(frame, expected)?;
            ready.push(image_as_uint(frame, if expected.1 { 16 } else { 8 })?);
        }
        let done = ready.iter().try_for_each(|frame| self.put(frame, options));
        self.failed = done.is_err();
        done
    }

    /// Ends the stream and waits until ffmpeg has written it all.
    ///
    /// # Errors
    /// `External` with what ffmpeg says where it fails; then the target stays as it was.
    pub fn close(mut self) -> Result<()> {
        match self.running.take() {
            Some(_) if self.failed => Err(Error::new(
                ErrorKind::External,
                "a frame could not be written",
            )),
            Some(running) => running.feed.finish(),
            None => {
                self.request
                    .warn("no frames have been written, so there is no file");
                Ok(())
            }
        }
    }

    fn put(&mut self, frame: &NdImage, options: &FfmpegWriteOptions) -> Result<()> {
        if self.running.is_none() {
            self.running = Some(self.start(frame, options)?);
        }
        match &mut self.running {
            Some(running) => running.feed.put(frame),
            None => Ok(()),
        }
    }

    fn start(&self, frame: &NdImage, options: &FfmpegWriteOptions) -> Result<Running> {
        let raw = raw_of(frame)?;
        let scaled = encoder::scaled(raw.width, raw.height, options.macro_block_size);
        if let Some((width, height)) = scaled {
            self.request.warn(format!(
                "{}x{} is not divisible by macro_block_size={}, so the frames are scaled to {width}x{height}",
                raw.width,
                raw.height,
                options.macro_block_size.unwrap_or(1)
            ));
        }
        let chosen = match &options.codec {
            Some(codec) => codec.clone(),
            None => encoder::choose(&self.program, &self.extension)?,
        };
        let audio = options.audio_path.as_deref().map(Request::new);
        let audio_file = audio.as_ref().map(Request::local_path).transpose()?;
        let encoding = Encoding {
            raw,
            codec: &chosen,
            rate: encoder::rate_arguments(&chosen, options.bitrate, options.quality)?,
            scaled,
            audio: audio_file.as_deref(),
            options,
        };
        let command = encoding.command(&self.program, &self.request.local_path()?);
        let shown = command::shown(&command);
        if options.ffmpeg_log_level.tells_command() {
            log::info!("running {shown}");
        }
        Ok(Running {
            feed: Feed::start(command, child::seconds(options.timeout))?,
            shape: frame.shape().to_vec(),
            deep: frame.dtype() == DType::U16,
            _audio: audio,
        })
    }
}

/// Whether an array of which nobody said what it is holds several frames.
fn is_batch(image: &NdImage) -> bool {
    match image.shape() {
        [_, _, channels] => *channels > 4,
        shape => shape.len() > 3,
    }
}

fn is_deep(frame: &NdImage) -> bool {
    frame.dtype() == DType::U16
}

fn check_like(frame: &NdImage, (shape, deep): &(Vec<usize>, bool)) -> Result<()> {
    let size = |shape: &[usize]| shape.iter().take(2).copied().collect::<Vec<_>>();
    raw_format(frame.shape(), *deep)?;
    if size(frame.shape()) != size(shape) {
        return Err(Error::unsupported(format!(
            "all images in a movie should have same size: {:?} after {shape:?}",
            frame.shape()
        )));
    }
    let channels = |shape: &[usize]| shape.get(2).copied().unwrap_or(1);
    if channels(frame.shape()) != channels(shape) {
        return Err(Error::unsupported(format!(
            "all images in a movie should have same number of channels: {:?} after {shape:?}",
            frame.shape()
        )));
    }
    Ok(())
}

/// ffmpeg's name for samples as they lie in an array.
fn raw_format(shape: &[usize], deep: bool) -> Result<&'static str> {
    let little = cfg!(target_endian = "little");
    let of = |low: &'static str, le: &'static str, be: &'static str| match (deep, little) {
        (false, _) => low,
        (true, true) => le,
        (true, false) => be,
    };
    match *shape {
        [0, ..] | [_, 0, ..] => Err(Error::unsupported(format!(
            "a frame without pixels, of shape {shape:?}"
        ))),
        [_, _] | [_, _, 1] => Ok(of("gray", "gray16le", "gray16be")),
        [_, _, 2] => Ok(of("ya8", "ya16le", "ya16be")),
        [_, _, 3] => Ok(of("rgb24", "rgb48le", "rgb48be")),
        [_, _, 4] => Ok(of("rgba", "rgba64le", "rgba64be")),
        _ => Err(Error::unsupported(format!(
            "image must have 1, 2, 3 or 4 channels, this one is of shape {shape:?}"
        ))),
    }
}

fn raw_of(frame: &NdImage) -> Result<Raw> {
    let pixel_format = raw_format(frame.shape(), is_deep(frame))?;
    let side = |axis: usize| frame.shape().get(axis).copied().unwrap_or_default();
    Ok(Raw {
        width: side(1),
        height: side(0),
        pixel_format,
    })
}
