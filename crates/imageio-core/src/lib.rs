#![doc = include_str!("../README.md")]

mod binary;
mod cores;
mod dtype;
mod error;
mod formats;
mod image;
mod images;
mod index;
mod info;
mod library;
mod limits;
mod metadata;
mod open;
mod options;
mod plugin;
mod properties;
mod raw;
mod registry;
mod request;
mod resource;
mod runs;
mod scale;
mod settings;
mod sys;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use binary::Binary;
pub use cores::cores;
pub use dtype::{DType, Element};
pub use error::{Error, ErrorKind, Result};
pub use formats::{FileExtension, KnownPlugin, known_formats, known_plugin, known_plugins};
pub use image::NdImage;
pub use images::Images;
pub use index::{Index, Window};
pub use info::{Modes, OpenFn, OpenWith, PluginInfo, Tier, Trust};
pub use library::{LibraryPlaces, find_library};
pub use limits::{Claim, Limits, Scratch};
pub use metadata::Metadata;
pub use open::{OpenArgs, PluginChoice, imopen, imopen_in};
pub use options::{IntoOption, NoOptions, OptionSpec, OptionValue, Options, PluginOptions};
pub use plugin::{Applied, PluginV3, check_target, no_such_level};
pub use properties::{ImageProperties, Spacing};
pub use raw::RawElement;
pub use registry::{Conflict, Registry, add_format, add_plugin, set_priority};
pub use request::{
    Archive, Finished, ImageMode, Members, Mode, Output, Request, RequestReader, Resource,
    ResourceKind, Serve, Spool, WriteAny,
};
pub use resource::{Frames, ImageResource};
pub use runs::Runs;
pub use scale::image_as_uint;
pub use settings::Setting;
pub use value::{DateTime, Rational, Value};

#[doc(hidden)]
pub use info::Registered;
#[doc(hidden)]
pub use request::Submitted;

/// Re-exported for the macros, so that a plugin need not depend on it.
#[doc(hidden)]
pub use inventory;
pub use {half, ndarray, num_complex};
