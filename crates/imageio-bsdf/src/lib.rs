#![doc = include_str!("../README.md")]

mod format;
mod metadata;
mod options;
mod plugin;
mod reader;
mod writer;

pub use format::packing::Compression;
pub use options::{BsdfOpenOptions, BsdfReadOptions, BsdfWriteOptions};
pub use plugin::BsdfPlugin;
pub use reader::BsdfReader;
pub use writer::BsdfWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("BSDF", BsdfPlugin::open)
    .description("Format based on the Binary Structured Data Format")
    .extensions(&[".bsdf"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("iIvV")
    .read_options::<BsdfReadOptions>()
    .write_options::<BsdfWriteOptions>()
    .open_options::<BsdfOpenOptions>();

register_plugin!(PLUGIN);
