#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{TiffReadOptions, TiffWriteOptions};
pub use plugin::TiffPlugin;
pub use reader::TiffReader;
pub use writer::TiffWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `tiff` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("tiff", plugin::open)
    .description("Tiff files")
    .extensions(&[".tiff"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<TiffReadOptions>()
    .write_options::<TiffWriteOptions>();

register_plugin!(PLUGIN);
