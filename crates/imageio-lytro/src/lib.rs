#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;

use imageio_core::{PluginInfo, register_plugin};

pub use options::{LytroRawReadOptions, LytroReadOptions};
pub use plugin::LytroPlugin;
pub use reader::{LytroFormat, LytroReader};

use format::container::MAGIC;

/// The cards of the plugins, one for each kind of file.
pub const PLUGINS: &[&PluginInfo] = &[&LFR, &ILLUM_RAW, &LFP, &F01_RAW];

/// The card of `LYTRO-LFR`.
pub const LFR: PluginInfo = PluginInfo::new("LYTRO-LFR", plugin::open_lfr)
    .description("Lytro Illum lfr image file")
    .extensions(&[".lfr"])
    .magic(&[MAGIC])
    .image_modes("i")
    .read_options::<LytroReadOptions>()
    .open_options::<LytroReadOptions>();

/// The card of `LYTRO-ILLUM-RAW`.
pub const ILLUM_RAW: PluginInfo = PluginInfo::new("LYTRO-ILLUM-RAW", plugin::open_illum_raw)
    .description("Lytro Illum raw image file")
    .extensions(&[".raw"])
    .image_modes("i")
    .read_options::<LytroRawReadOptions>()
    .open_options::<LytroRawReadOptions>();

/// The card of `LYTRO-LFP`.
pub const LFP: PluginInfo = PluginInfo::new("LYTRO-LFP", plugin::open_lfp)
    .description("Lytro F01 lfp image file")
    .extensions(&[".lfp"])
    .magic(&[MAGIC])
    .image_modes("i")
    .read_options::<LytroReadOptions>()
    .open_options::<LytroReadOptions>();

/// The card of `LYTRO-F01-RAW`.
pub const F01_RAW: PluginInfo = PluginInfo::new("LYTRO-F01-RAW", plugin::open_f01_raw)
    .description("Lytro F01 raw image file")
    .extensions(&[".raw"])
    .image_modes("i")
    .read_options::<LytroRawReadOptions>()
    .open_options::<LytroRawReadOptions>();

register_plugin!(LFR);
register_plugin!(ILLUM_RAW);
register_plugin!(LFP);
register_plugin!(F01_RAW);
