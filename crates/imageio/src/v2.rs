//! The v2 API: images that carry their metadata, readers and writers, and the list of formats.
//!
//! It opens what v3 opens, with the same plugins. Each function has a `_with` that takes arguments.
//!
//! ```
//! use imageio::v2 as iio;
//! # let image = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
//! # let bytes = imageio::v3::imwrite_bytes(&image, ".png")?;
//! let image = iio::imread(bytes)?;
//! assert_eq!(image.meta.get("mode").and_then(|mode| mode.as_str()), Some("L"));
//! # Ok::<(), imageio::Error>(())
//! ```

mod args;
mod format;
mod image;
mod manager;
mod memtest;
mod open;
mod pictures;
mod platform;
mod progress;
mod read;
mod reader;
mod write;
mod writer;

pub use args::{FormatChoice, ReadArgs, WriteArgs};
pub use format::{Extensions, Format, FormatHooks, FormatReader, FormatWriter, Length};
pub use image::Image;
pub use imageio_core::image_as_uint;
pub use manager::{FormatManager, formats, help, help_text, show_formats};
pub use memtest::MemTest;
pub use pictures::{Picture, Pictures};
pub use platform::{VERSION, get_platform};
pub use progress::{
    BaseProgressIndicator, ProgressState, ProgressStatus, SilentProgressIndicator,
    StdoutProgressIndicator,
};
pub use read::{
    get_reader, get_reader_with, imread, imread_with, mimread, mimread_with, mvolread,
    mvolread_with, volread, volread_with,
};
pub use reader::{IntoImages, IterData, Reader};
pub use write::{
    get_writer, get_writer_with, imwrite, imwrite_with, mimwrite, mimwrite_with, mvolwrite,
    mvolwrite_with, volwrite, volwrite_with,
};
pub use writer::Writer;

pub use get_reader as read;
pub use get_writer as save;
pub use imwrite as imsave;
pub use mimwrite as mimsave;
pub use mvolwrite as mvolsave;
pub use volwrite as volsave;

/// An image with its metadata, by Python's name.
pub use image::Image as Array;

/// The target that makes a write give the encoded bytes.
pub const RETURN_BYTES: &str = "<bytes>";
