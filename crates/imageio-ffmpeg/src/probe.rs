//! What ffmpeg knows about a file before it decodes it.

use std::path::Path;
use std::time::Duration;

use imageio_core::{Error, Metadata, Result};
use num_rational::Rational64;

use crate::child;
use crate::command::{self, Input};
use crate::pixel_format::PixelFormat;
use crate::program::Program;

mod header;
mod json;

pub(crate) use header::output_size;

/// Bytes that `ffprobe` may print.
const MOST: usize = 16 << 20;

/// What is known about the video stream that is read, and about its file.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct VideoInfo {
    /// Number of the stream in the file.
    pub stream: usize,
    /// The container, by ffmpeg's name of its demuxer.
    pub container: String,
    /// The codec, by ffmpeg's name.
    pub codec: String,
    /// The codec for people.
    pub codec_long: Option<String>,
    /// Profile of the codec.
    pub profile: Option<String>,
    /// The pixel format as ffmpeg calls it.
    pub pixel_format: String,
    /// Columns as stored.
    pub width: usize,
    /// Rows as stored.
    pub height: usize,
    /// Degrees that the picture is turned clockwise to be shown, from 0 to 359.
    pub rotation: u32,
    /// Frames per second; nothing where the file does not say.
    pub frame_rate: Option<Rational64>,
    /// The lowest rate at which every time of the file is that of a frame.
    pub base_rate: Option<Rational64>,
    /// Seconds of one unit of the stream's times.
    pub time_base: Option<Rational64>,
    /// Seconds before the first frame.
    pub start: Option<f64>,
    /// Seconds from the first frame to the end of the last.
    pub duration: Option<f64>,
    /// Frames that the container claims.
    pub claimed_frames: Option<u64>,
    /// Bits of one sample.
    pub bits_per_sample: Option<u32>,
    /// Bits per second.
    pub bit_rate: Option<u64>,
    /// Width of a pixel over its height.
    pub pixel_aspect: Option<Rational64>,
    /// Range, space, primaries and transfer of the colours, as far as the file says.
    pub colour: Vec<(&'static str, String)>,
    /// The first sound of the file.
    pub audio: Option<AudioInfo>,
    /// What the file says about itself.
    pub tags: Metadata,
}

/// What is known about a sound stream.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct AudioInfo {
    /// The codec, by ffmpeg's name.
    pub codec: String,
    /// Samples per second.
    pub sample_rate: Option<u32>,
    /// Channels.
    pub channels: Option<u32>,
    /// Bits of one sample.
    pub bits_per_sample: Option<u32>,
}

impl VideoInfo {
    /// What `ffprobe` says of `file`, or without one ffmpeg itself; `own` are the caller's arguments before the input.
    ///
    /// # Errors
    /// `Corrupt` with what ffmpeg says for what it cannot read, and for files without video.
    pub(crate) fn of_file(
        program: &Program,
        file: &Path,
        own: &[String],
        stall: Duration,
    ) -> Result<VideoInfo> {
        if let Some(ffprobe) = &program.ffprobe {
            let told = child::output(command::probe(ffprobe, file), stall, MOST)?;
            match json::parse(&told.stdout, &told.log.tail()) {
                // The caller's arguments may be what makes it readable.
                Err(_) if !own.is_empty() => {}
                info => return info,
            }
        }
        VideoInfo::of_header(program, &Input::File(file), own, stall)
    }

    /// What ffmpeg prints about an input.
    pub(crate) fn of_header(
        program: &Program,
        input: &Input<'_>,
        own: &[String],
        stall: Duration,
    ) -> Result<VideoInfo> {
        let told = child::output(command::describe(program, input, own), stall, MOST)?;
        header::parse(&told.log.head()).ok_or_else(|| unreadable(&told.log.tail()))
    }

    /// What lines that ffmpeg printed about an input say.
    pub(crate) fn of_lines(lines: &[String]) -> Option<VideoInfo> {
        header::parse(lines)
    }

    /// The pixel format, where this release knows it.
    pub fn known_pixel_format(&self) -> Option<PixelFormat> {
        PixelFormat::from_name(&self.pixel_format)
    }

    /// Columns and rows as shown; nothing where only ffmpeg knows.
    pub(crate) fn shown_size(&self) -> Option<(usize, usize)> {
        match self.rotation {
            0 | 180 => Some((self.width, self.height)),
            90 | 270 => Some((self.height, self.width)),
            _ => None,
        }
    }
}

/// The error for what ffmpeg cannot make sense of.
pub(crate) fn unreadable(said: &str) -> Error {
    let said = last_words(said);
    Error::corrupt(if said.is_empty() {
        "ffmpeg could not load meta information".to_owned()
    } else {
        format!("ffmpeg could not load meta information: {said}")
    })
}

/// The last lines of a log as one line.
pub(crate) fn last_words<'a>(said: &'a str) -> String {
    let shown = |line: &'a str| match line.split_once("Format not on whitelist") {
        Some((before, _)) => format!("{before}not one of the formats of video that may be opened"),
        None => line.to_owned(),
    };
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(shown).collect();
    let from = lines.len().saturating_sub(6);
    lines.get(from..).unwrap_or_default().join("; ")
}
