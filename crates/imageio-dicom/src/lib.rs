#![doc = include_str!("../README.md")]

mod format;
mod options;
mod plugin;
mod reader;
mod writer;

pub use options::{DicomReadOptions, DicomWriteOptions};
pub use plugin::DicomPlugin;
pub use reader::DicomReader;
pub use writer::DicomWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `dicom` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("dicom", plugin::open)
    .description("Dicom files")
    .extensions(&[".dicom"])
    .magic(&[format::MAGIC])
    .modes(Modes::READ_WRITE)
    .image_modes("i")
    .read_options::<DicomReadOptions>()
    .write_options::<DicomWriteOptions>();

register_plugin!(PLUGIN);
