#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{FfmpegReadOptions, FfmpegWriteOptions};
pub use plugin::FfmpegPlugin;
pub use reader::FfmpegReader;
pub use writer::FfmpegWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `ffmpeg` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("ffmpeg", plugin::open)
    .description("Ffmpeg files")
    .extensions(&[".ffmpeg"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<FfmpegReadOptions>()
    .write_options::<FfmpegWriteOptions>();

register_plugin!(PLUGIN);
