#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{SwfOpenOptions, SwfReadOptions, SwfWriteOptions};
pub use plugin::SwfPlugin;
pub use reader::SwfReader;
pub use writer::SwfWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `SWF` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("SWF", plugin::open)
    .description("Shockwave flash")
    .extensions(&[".swf"])
    .magic(&[b"FWS", b"CWS", b"ZWS"])
    .modes(Modes::READ_WRITE)
    .image_modes("I")
    .read_options::<SwfReadOptions>()
    .write_options::<SwfWriteOptions>()
    .open_options::<SwfOpenOptions>();

register_plugin!(PLUGIN);
