//! What reading and writing video take.

use imageio_core::{option_enum, plugin_options};

mod values;

pub use values::{FrameSize, Params, Rate};

plugin_options! {
    /// What reading a video or a camera takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct FfmpegReadOptions {
        /// Frames per second to read at, `30000/1001` too: frames are left out or repeated. Default: `None`, each
        /// frame once.
        fps: Option<Rate> = None,
        /// Begin again after the last frame instead of an error. The frames are counted for it. Default: `false`.
        r#loop: bool = false,
        /// Width and height to scale to, `(640, 480)` or `640x480`; for a camera those of the capture.
        /// Default: `None`, those of the video.
        size: Option<FrameSize> = None,
        /// Type of the samples. Default: `uint8`.
        dtype: SampleType = SampleType::U8,
        /// Pixel format that a camera is asked for, as `yuyv422`; frames are RGB all the same. Default: `None`.
        pixelformat: Option<String> = None,
        /// Log what ffmpeg says about the video. Default: `false`.
        print_info: bool = false,
        /// Older name of `input_params`; goes behind them. Default: none.
        ffmpeg_params: Params = Params::default(),
        /// Arguments for ffmpeg before its input. Default: none.
        input_params: Params = Params::default(),
        /// Arguments for ffmpeg before its output. Default: none.
        output_params: Params = Params::default(),
        /// Seconds that ffmpeg may be silent before it counts as stuck and is ended. Default: `60`.
        timeout: f64 = 60.0,
    }
}

plugin_options! {
    /// What writing a video takes. Those of the first call hold for the whole file.
    pub struct FfmpegWriteOptions {
        /// Frames per second, `30000/1001` too. Default: `10`.
        fps: Rate = Rate::whole(10),
        /// Encoder, by ffmpeg's name. Default: `None`, which is `msmpeg4` for `.wmv`, VP9 or VP8 for `.webm`, else
        /// `libx264` or the best H.264 encoder that works.
        codec: Option<String> = None,
        /// Bits per second, which disables `quality`. Default: `None`.
        bitrate: Option<u64> = None,
        /// Pixel format of the file, by ffmpeg's name. Default: `yuv420p`.
        pixelformat: Option<String> = Some("yuv420p".to_owned()),
        /// Older name of `output_params`; goes behind them. Default: none.
        ffmpeg_params: Params = Params::default(),
        /// Arguments for ffmpeg before its input, which are the frames. Default: none.
        input_params: Params = Params::default(),
        /// Arguments for ffmpeg before its output; they overrule all others. Default: none.
        output_params: Params = Params::default(),
        /// What ffmpeg tells; from `info` on, its command is logged too. Default: `warning`.
        ffmpeg_log_level: LogLevel = LogLevel::Warning,
        /// From 0, worst, to 10, best; `None` leaves it to the encoder or to `output_params`. Default: `5`.
        quality: Option<f64> = Some(5.0),
        /// Width and height are scaled up to the next multiple of this; `None` or 1 leaves them. Default: `16`.
        macro_block_size: Option<u32> = Some(16),
        /// A file whose sound goes with the frames. Default: `None`, no sound.
        audio_path: Option<String> = None,
        /// Encoder of the sound, `copy` keeps it as it is. Default: `None`, the container's usual one.
        audio_codec: Option<String> = None,
        /// Seconds that ffmpeg may be silent before it counts as stuck and is ended. Default: `60`.
        timeout: f64 = 60.0,
    }
}

option_enum! {
    /// Type of the samples that are read.
    pub enum SampleType {
        /// Eight bits.
        U8 = "uint8",
        /// Sixteen bits.
        U16 = "uint16",
    }
}

option_enum! {
    /// How much ffmpeg tells.
    pub enum LogLevel {
        /// Nothing.
        Quiet = "quiet",
        /// Only what makes it crash.
        Panic = "panic",
        /// Only what makes it stop.
        Fatal = "fatal",
        /// All errors.
        Error = "error",
        /// Errors and warnings.
        Warning = "warning",
        /// What it does, too.
        Info = "info",
        /// More of that.
        Verbose = "verbose",
        /// Everything.
        Debug = "debug",
        /// More than everything.
        Trace = "trace",
    }
}

impl LogLevel {
    /// The word that ffmpeg takes.
    pub(crate) fn word(self) -> &'static str {
        match self {
            LogLevel::Quiet => "quiet",
            LogLevel::Panic => "panic",
            LogLevel::Fatal => "fatal",
            LogLevel::Error => "error",
            LogLevel::Warning => "warning",
            LogLevel::Info => "info",
            LogLevel::Verbose => "verbose",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }

    /// Whether the command is logged.
    pub(crate) fn tells_command(self) -> bool {
        matches!(
            self,
            LogLevel::Info | LogLevel::Verbose | LogLevel::Debug | LogLevel::Trace
        )
    }
}

impl FfmpegReadOptions {
    /// Arguments before the input, those of the older name last.
    pub(crate) fn before_input(&self) -> Vec<String> {
        [self.input_params.as_slice(), self.ffmpeg_params.as_slice()].concat()
    }
}

impl FfmpegWriteOptions {
    /// Arguments before the output, those of the older name last.
    pub(crate) fn before_output(&self) -> Vec<String> {
        [self.output_params.as_slice(), self.ffmpeg_params.as_slice()].concat()
    }
}
