#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{FitsReadOptions, FitsWriteOptions};
pub use plugin::FitsPlugin;
pub use reader::FitsReader;
pub use writer::FitsWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `fits` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("fits", plugin::open)
    .description("Fits files")
    .extensions(&[".fits"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<FitsReadOptions>()
    .write_options::<FitsWriteOptions>();

register_plugin!(PLUGIN);
