#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{BsdfReadOptions, BsdfWriteOptions};
pub use plugin::BsdfPlugin;
pub use reader::BsdfReader;
pub use writer::BsdfWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `bsdf` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("bsdf", plugin::open)
    .description("Bsdf files")
    .extensions(&[".bsdf"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<BsdfReadOptions>()
    .write_options::<BsdfWriteOptions>();

register_plugin!(PLUGIN);
