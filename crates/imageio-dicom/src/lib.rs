#![doc = include_str!("../README.md")]

mod format;
mod metadata;
mod options;
mod plugin;
mod progress;
mod reader;
mod summary;

use imageio_core::{PluginInfo, register_plugin};

pub use options::{DicomReadOptions, Tags};
pub use plugin::DicomPlugin;
pub use progress::{Progress, ProgressIndicator};
pub use reader::{DicomReader, DicomSeries};

/// The card of the plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("DICOM", DicomPlugin::open)
    .description("Digital Imaging and Communications in Medicine")
    .extensions(&[".dcm", ".ct", ".mri"])
    .accepts(DicomReader::recognises)
    .image_modes("iIvV")
    .read_options::<DicomReadOptions>()
    .open_options::<DicomReadOptions>();

register_plugin!(PLUGIN);
