#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{LytroReadOptions, LytroWriteOptions};
pub use plugin::LytroPlugin;
pub use reader::LytroReader;
pub use writer::LytroWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `lytro` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("lytro", plugin::open)
    .description("Lytro files")
    .extensions(&[".lytro"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<LytroReadOptions>()
    .write_options::<LytroWriteOptions>();

register_plugin!(PLUGIN);
