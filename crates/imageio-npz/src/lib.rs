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

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("NPZ", NpzPlugin::open)
    .description("Numpy's compressed array format")
    .extensions(&[".npz", ".npy"])
    .accepts(NpzReader::recognises)
    .modes(Modes::READ_WRITE)
    .image_modes("iIvV")
    .read_options::<NpzReadOptions>()
    .write_options::<NpzWriteOptions>()
    .open_options::<NpzWriteOptions>();

register_plugin!(PLUGIN);
