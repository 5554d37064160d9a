#![doc = include_str!("../README.md")]

mod convert;
mod format;
mod metadata;
mod options;
mod orientation;
mod plugin;
mod reader;
mod writer;

pub use options::{
    ExrCompression, PillowMode, PillowReadOptions, PillowWriteOptions, Quantizer, Scale,
    Subsampling,
};
pub use plugin::PillowPlugin;
pub use reader::PillowReader;
pub use writer::PillowWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `pillow` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("pillow", plugin::open)
    .aliases(&[
        "PNG-PIL", "JPEG-PIL", "GIF-PIL", "BMP-PIL", "DIB-PIL", "PPM-PIL",
    ])
    .description("Common raster formats: PNG, JPEG, GIF, BMP, PNM")
    .extensions(&[
        ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo", ".gif", ".bmp", ".dib",
        ".pbm", ".pgm", ".ppm", ".pnm", ".pam", ".pfm", ".exr", ".hdr", ".rgbe",
    ])
    .write_extensions(&[
        ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".gif", ".bmp", ".dib", ".pbm",
        ".pgm", ".ppm", ".pnm", ".pam", ".pfm", ".exr", ".hdr", ".rgbe",
    ])
    .magic(&[
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF87a",
        b"GIF89a",
        b"BM",
        b"P1",
        b"P2",
        b"P3",
        b"P4",
        b"P5",
        b"P6",
        b"P7",
        b"Pf",
        b"PF",
        b"\x76\x2f\x31\x01",
        b"#?RADIANCE",
        b"#?RGBE",
    ])
    .modes(Modes::READ_WRITE)
    .image_modes("iI")
    .read_options::<PillowReadOptions>()
    .write_options::<PillowWriteOptions>();

register_plugin!(PLUGIN);
