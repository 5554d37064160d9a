#![doc = include_str!("../README.md")]

mod document;
mod fei;
mod format;
mod metadata;
mod options;
mod plugin;
mod reader;
mod series;
mod writer;

pub use fei::{FEI_PLUGIN, FeiOpenOptions, FeiPlugin, FeiReadOptions, FeiReader};
pub use options::{
    ByteOrderMark, Compression, Key, Photometric, PlanarConfig, ResolutionUnit, TiffOpenOptions,
    TiffReadOptions, TiffWriteOptions,
};
pub use plugin::TiffPlugin;
pub use reader::{TiffPages, TiffReader};
pub use writer::TiffWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `TIFF` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("TIFF", TiffPlugin::open)
    .aliases(&["tifffile", "TIFF-PIL"])
    .description("TIFF format")
    .extensions(&[
        ".tif", ".tiff", ".stk", ".lsm", ".bif", ".btf", ".gel", ".ndpi", ".pcoraw", ".ptif",
        ".ptiff", ".qpi", ".qptiff", ".rec", ".scn", ".svs", ".tf8", ".zif",
    ])
    .write_extensions(&[".tif", ".tiff", ".stk", ".lsm", ".btf", ".tf8"])
    .magic(&[b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"])
    .modes(Modes::READ_WRITE)
    .image_modes("iIvV")
    .read_options::<TiffReadOptions>()
    .write_options::<TiffWriteOptions>()
    .open_options::<TiffOpenOptions>();

register_plugin!(PLUGIN);
