#![doc = include_str!("../README.md")]

mod args;
mod builtin;
#[cfg(feature = "v2")]
pub mod v2;
pub mod v3;

pub use args::{ReadArgs, WriteArgs};
pub use builtin::{
    add_plugin, download_binaries, formats, package_dir, plugins, registry, remove_binaries,
};
pub use imageio_core::{
    Applied, Binary, DType, DateTime, Element, Error, ErrorKind, FileExtension, Finished, Frames,
    ImageMode, ImageProperties, ImageResource, Images, Index, KnownPlugin, Limits, Metadata, Mode,
    Modes, NdImage, OpenArgs, OptionSpec, Options, PluginChoice, PluginInfo, PluginOptions,
    PluginV3, Rational, Registry, Request, Resource, ResourceKind, Result, Setting, Spacing, Tier,
    Trust, Value, Window, add_format, known_formats, known_plugin, known_plugins, ndarray,
    plugin_options, set_priority,
};

#[cfg(feature = "bsdf")]
pub use imageio_bsdf as bsdf;
#[cfg(feature = "dicom")]
pub use imageio_dicom as dicom;
#[cfg(feature = "ffmpeg")]
pub use imageio_ffmpeg as ffmpeg;
#[cfg(feature = "fits")]
pub use imageio_fits as fits;
#[cfg(feature = "lytro")]
pub use imageio_lytro as lytro;
#[cfg(feature = "net")]
pub use imageio_net as net;
#[cfg(feature = "npz")]
pub use imageio_npz as npz;
#[cfg(feature = "pillow")]
pub use imageio_pillowlike as pillow;
#[cfg(feature = "spe")]
pub use imageio_spe as spe;
#[cfg(feature = "swf")]
pub use imageio_swf as swf;
#[cfg(feature = "tiff")]
pub use imageio_tiff as tiff;
