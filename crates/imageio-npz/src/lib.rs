#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{NpzReadOptions, NpzWriteOptions};
pub use plugin::NpzPlugin;
pub use reader::NpzReader;
pub use writer::NpzWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `npz` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("npz", plugin::open)
    .description("Npz files")
    .extensions(&[".npz"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<NpzReadOptions>()
    .write_options::<NpzWriteOptions>();

register_plugin!(PLUGIN);
