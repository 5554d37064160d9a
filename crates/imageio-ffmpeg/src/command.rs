//! Argument lists for ffmpeg. No shell sees them, and no name of a file can be taken for an option.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use num_rational::Rational64;

use crate::camera::Camera;
use crate::container::{DEMUXERS, SOUND_DEMUXERS};
use crate::options::{FfmpegReadOptions, FfmpegWriteOptions, SampleType};
use crate::program::Program;

/// Where the decoding of a file begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    /// At the first frame.
    First,
    /// At that frame, decoding all before it.
    Frame(usize),
    /// At the frame with this time, decoding from the keyframe at or before `key`; both in `time_base`.
    Time {
        key: i64,
        frame: i64,
        time_base: Rational64,
    },
}

/// A file as an argument: never an option, never another protocol.
pub(crate) fn file_argument(path: &Path) -> OsString {
    let mut argument = OsString::from("file:");
    argument.push(path);
    argument
}

/// What keeps a file from making ffmpeg open another one, unless the caller's own arguments allow that.
fn fences(own: &[String]) -> Vec<&'static str> {
    let sets = |name: &str| own.iter().any(|word| word == name);
    let mut fences = Vec::new();
    if !sets("-protocol_whitelist") {
        fences.extend(["-protocol_whitelist", "file"]);
    }
    // Who names the format, or widens the protocols, has decided what is opened.
    let decides = ["-f", "-format_whitelist", "-protocol_whitelist"];
    if !decides.into_iter().any(sets) {
        fences.extend(["-format_whitelist", DEMUXERS]);
    }
    fences
}

/// The command that asks `ffprobe` what is in a file.
pub(crate) fn probe(ffprobe: &Path, file: &Path) -> Command {
    let mut command = Command::new(ffprobe);
    command
        .args(["-v", "error"])
        .args(fences(&[]))
        .args([
            "-of",
            "json",
            "-show_format",
            "-show_streams",
            "-show_error",
        ])
        .arg("-i")
        .arg(file_argument(file));
    command
}

/// What `ffprobe` lists for an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// Packets, as they are stored.
    Packets,
    /// Decoded frames, as they are shown.
    Frames,
    /// The first decoded frames.
    FirstFrames,
}

/// The command that lists times of the stream `stream`, one a line.
pub(crate) fn list(ffprobe: &Path, file: &Path, stream: usize, listing: Listing) -> Command {
    let mut command = Command::new(ffprobe);
    command.args(["-v", "error"]).args(fences(&[]));
    command.args(["-select_streams", &stream.to_string(), "-of", "csv=p=0"]);
    match listing {
        Listing::Packets => command.args(["-show_entries", "packet=pts,flags"]),
        Listing::Frames => command.args(["-show_entries", "frame=key_frame,best_effort_timestamp"]),
        Listing::FirstFrames => command.args([
            "-read_intervals",
            "%+#24",
            "-show_entries",
            "frame=key_frame,best_effort_timestamp",
        ]),
    };
    command.arg("-i").arg(file_argument(file));
    command
}

/// The command that only describes a file.
pub(crate) fn describe(program: &Program, input: &Input<'_>, own: &[String]) -> Command {
    let mut command = Command::new(&program.path);
    command.args(["-nostdin", "-hide_banner"]);
    input.append(&mut command, own, &[]);
    command
}

/// What is decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input<'a> {
    /// A file on this machine.
    File(&'a Path),
    /// A device, or what stands for one.
    Camera(&'a Camera),
}

impl Input<'_> {
    fn append(&self, command: &mut Command, own: &[String], asked: &[String]) {
        match self {
            Input::File(path) => {
                command
                    .args(fences(own))
                    .args(own)
                    .arg("-i")
                    .arg(file_argument(path));
            }
            Input::Camera(camera) => {
                command.args(own);
                if camera.is_virtual() {
                    // It would give frames as fast as they can be made.
                    command.arg("-re");
                }
                command.args(["-f", camera.format()]).args(asked);
                command.arg("-i").arg(camera.device());
            }
        }
    }
}

/// Which frames of what a decoding gives, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoding<'a> {
    pub(crate) input: Input<'a>,
    /// The stream, where it is known and the caller maps none.
    pub(crate) stream: Option<usize>,
    pub(crate) options: &'a FfmpegReadOptions,
}

impl Decoding<'_> {
    /// The command that writes raw frames to standard output.
    pub(crate) fn frames(&self, program: &Program, start: &Start) -> Command {
        let mut command = self.begin(program, start);
        let format = match self.options.dtype {
            SampleType::U8 => "rgb24",
            SampleType::U16 => "rgb48le",
        };
        command.args(["-pix_fmt", format, "-vcodec", "rawvideo", "-f", "rawvideo"]);
        self.end(&mut command, program, start);
        command.arg("pipe:1");
        command
    }

    /// The command that decodes all frames for nothing but their number.
    pub(crate) fn counting(&self, program: &Program) -> Command {
        let mut command = self.begin(program, &Start::First);
        command.args(["-f", "null"]);
        self.end(&mut command, program, &Start::First);
        command.arg("-");
        command
    }

    fn begin(&self, program: &Program, start: &Start) -> Command {
        let mut command = Command::new(&program.path);
        command.args(["-nostdin", "-hide_banner"]);
        let mut own = self.options.before_input();
        let asked = match self.input {
            Input::Camera(camera) => camera.arguments(self.options),
            Input::File(_) => Vec::new(),
        };
        if let Start::Time { key, time_base, .. } = start {
            // Times are left as they are stored, so that the frame can be told by its own.
            let at = *key as f64 * *time_base.numer() as f64 / *time_base.denom() as f64;
            own.extend(
                ["-copyts", "-seek_timestamp", "1", "-noaccurate_seek", "-ss"].map(str::to_owned),
            );
            own.push(format!("{at:.6}"));
        }
        self.input.append(&mut command, &own, &asked);
        let maps = [
            "-map",
            "-filter_complex",
            "-lavfi",
            "-filter_complex_script",
        ];
        let is_mapped = self
            .options
            .output_params
            .iter()
            .any(|word| maps.contains(&word.as_str()));
        if let (Some(stream), false) = (self.stream, is_mapped) {
            command.arg("-map").arg(format!("0:{stream}"));
        }
        // Without the file's own text, what ffmpeg prints about its output is ffmpeg's alone.
        command.args(["-an", "-sn", "-dn", "-map_metadata", "-1"]);
        command
    }

    /// What decides on the frames, the caller's own arguments last.
    fn end(&self, command: &mut Command, program: &Program, start: &Start) {
        match self.options.fps {
            Some(fps) => {
                command
                    .args(program.constant_rate())
                    .arg("-r")
                    .arg(fps.to_string());
            }
            None => {
                command.args(program.each_frame_once());
            }
        }
        match start {
            Start::First => {}
            Start::Frame(first) => {
                command.arg("-vf").arg(format!("select=gte(n\\,{first})"));
            }
            // From that frame on; where it does not come, nothing does.
            Start::Time { frame, .. } => {
                command
                    .arg("-vf")
                    .arg(format!("select=eq(pts\\,{frame})+gt(selected_n\\,0)"));
            }
        }
        if let (Some(size), false) = (self.options.size, self.is_camera()) {
            command.arg("-s").arg(size.to_string());
        }
        command.args(self.options.output_params.iter());
    }

    fn is_camera(&self) -> bool {
        matches!(self.input, Input::Camera(_))
    }
}

/// The frames that an encoder is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixel_format: &'static str,
}

/// What an encoder does with them.
#[derive(Clone, Debug)]
pub(crate) struct Encoding<'a> {
    pub(crate) raw: Raw,
    pub(crate) codec: &'a str,
    /// What sets the quality.
    pub(crate) rate: Vec<String>,
    /// The size to scale to, where it is another.
    pub(crate) scaled: Option<(usize, usize)>,
    pub(crate) audio: Option<&'a Path>,
    pub(crate) options: &'a FfmpegWriteOptions,
}

impl Encoding<'_> {
    /// The command that encodes raw frames from its standard input into `target`.
    pub(crate) fn command(&self, program: &Program, target: &Path) -> Command {
        let Raw {
            width,
            height,
            pixel_format,
        } = self.raw;
        let options = self.options;
        let mut command = Command::new(&program.path);
        // Progress is its sign of life, at every level of logging.
        command.args(["-nostdin", "-hide_banner", "-y", "-progress", "pipe:1"]);
        command.args(["-f", "rawvideo", "-vcodec", "rawvideo", "-s"]);
        command.arg(format!("{width}x{height}"));
        command.args(["-pix_fmt", pixel_format, "-r", &options.fps.to_string()]);
        command
            .args(options.input_params.iter())
            .args(["-i", "pipe:0"]);
        match self.audio {
            Some(path) => {
                let demuxers = format!("{DEMUXERS},{SOUND_DEMUXERS}");
                command
                    .args([
                        "-protocol_whitelist",
                        "file",
                        "-format_whitelist",
                        &demuxers,
                    ])
                    .arg("-i")
                    .arg(file_argument(path))
            }
            None => command.arg("-an"),
        };
        command.args(["-vcodec", self.codec]);
        if let Some(format) = &options.pixelformat {
            command.args(["-pix_fmt", format]);
        }
        command.args(&self.rate);
        if let Some((width, height)) = self.scaled {
            command.arg("-vf").arg(format!("scale={width}:{height}"));
        }
        command.args(["-v", options.ffmpeg_log_level.word()]);
        if self.audio.is_some() {
            if let Some(codec) = &options.audio_codec {
                command.args(["-acodec", codec]);
            }
            command.args(["-map", "0:v:0", "-map", "1:a:0"]);
        }
        command
            .args(options.before_output())
            .arg(file_argument(target));
        command
    }
}

/// A command for people, without the long list of formats.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(OsStr::to_string_lossy);
    let words: Vec<_> = words
        .map(|word| {
            if word.starts_with(DEMUXERS) {
                "…".into()
            } else {
                word
            }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests;
