//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a Ffmpeg file takes.
    pub struct FfmpegReadOptions {
        /// Gives white for black and black for white. Default: `false`.
        invert: bool = false,
    }
}

plugin_options! {
    /// What writing a Ffmpeg file takes: nothing.
    pub struct FfmpegWriteOptions {}
}
