#![doc = include_str!("../README.md")]

mod format;
mod metadata;
mod options;
mod plugin;
mod reader;

use imageio_core::{PluginInfo, register_plugin};

pub use format::text::CharEncoding;
pub use options::SpeReadOptions;
pub use plugin::SpePlugin;
pub use reader::SpeReader;

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("SPE", SpePlugin::open)
    .description("Princeton Instruments SPE 2.x and 3.x")
    .extensions(&[".spe"])
    .accepts(SpeReader::recognises)
    .image_modes("iIvV")
    .read_options::<SpeReadOptions>()
    .open_options::<SpeReadOptions>();

register_plugin!(PLUGIN);
