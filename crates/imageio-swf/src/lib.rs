#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{SwfReadOptions, SwfWriteOptions};
pub use plugin::SwfPlugin;
pub use reader::SwfReader;
pub use writer::SwfWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `swf` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("swf", plugin::open)
    .description("Swf files")
    .extensions(&[".swf"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<SwfReadOptions>()
    .write_options::<SwfWriteOptions>();

register_plugin!(PLUGIN);
