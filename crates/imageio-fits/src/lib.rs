#![doc = include_str!("../README.md")]

mod codec;
mod format;
mod metadata;
mod options;
mod plugin;
mod reader;
mod summary;
mod writer;

use imageio_core::{Modes, PluginInfo, register_plugin};

pub use options::{Checksum, Compression, FitsReadOptions, FitsWriteOptions, Quantization};
pub use plugin::FitsPlugin;
pub use reader::FitsReader;
pub use writer::FitsWriter;

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("FITS", FitsPlugin::open)
    .aliases(&["FITS-PIL"])
    .description("Flexible Image Transport System, plain and tile-compressed images")
    .extensions(&[
        ".fits", ".fit", ".fts", ".fz", ".fits.gz", ".fit.gz", ".fts.gz",
    ])
    .write_extensions(&[".fits", ".fit", ".fts", ".fz"])
    .magic(&[b"SIMPLE  ="])
    .accepts(FitsReader::recognises)
    .modes(Modes::READ_WRITE)
    .image_modes("iIvV")
    .read_options::<FitsReadOptions>()
    .write_options::<FitsWriteOptions>()
    .open_options::<FitsReadOptions>();

register_plugin!(PLUGIN);
