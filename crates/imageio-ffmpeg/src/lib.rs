#![doc = include_str!("../README.md")]

mod camera;
mod child;
mod command;
mod container;
mod encoder;
mod frames;
mod index;
mod metadata;
mod newest;
mod options;
mod pixel_format;
mod plugin;
mod probe;
mod program;
mod reader;
mod writer;

use imageio_core::{Modes, PluginInfo, Trust, register_plugin};

pub use camera::{Camera, CameraReader, cameras};
pub use num_rational::Rational64;
pub use options::{
    FfmpegReadOptions, FfmpegWriteOptions, FrameSize, LogLevel, Params, Rate, SampleType,
};
pub use pixel_format::PixelFormat;
pub use plugin::FfmpegPlugin;
pub use probe::{AudioInfo, VideoInfo};
pub use program::{CAMERA, NO_PREVENT_SIGINT, Program, Version};
pub use reader::FfmpegReader;
pub use writer::FfmpegWriter;

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("FFMPEG", plugin::open)
    .aliases(&["ffmpeg"])
    .description("Video through the ffmpeg program, and cameras")
    .extensions(container::EXTENSIONS)
    .accepts(container::looks_like_video)
    .modes(Modes::READ_WRITE)
    .image_modes("I")
    .trust(Trust::Program)
    .install_hint(program::INSTALL)
    .read_options::<FfmpegReadOptions>()
    .write_options::<FfmpegWriteOptions>()
    .open_options::<FfmpegReadOptions>();

register_plugin!(PLUGIN);
