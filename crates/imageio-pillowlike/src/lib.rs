#![doc = include_str!("../README.md")]

mod convert;
mod format;
mod legacy;
mod metadata;
mod options;
mod orientation;
mod plugin;
mod reader;
mod writer;

pub use legacy::PLUGINS as LEGACY_PLUGINS;
pub use options::{
    ExrCompression, IconFormat, PillowMode, PillowReadOptions, PillowWriteOptions, Quantizer,
    Scale, Subsampling,
};
pub use plugin::PillowPlugin;
pub use reader::PillowReader;
pub use writer::PillowWriter;

use imageio_core::{Modes, PluginInfo, register_plugin};

/// The card of the `pillow` plugin.
pub const PLUGIN: PluginInfo = PluginInfo::new("pillow", plugin::open)
    .description(
        "Common raster formats: PNG, JPEG, GIF, BMP, WebP, PNM, TGA, ICO, QOI, HDR, OpenEXR",
    )
    .extensions(&[
        ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo", ".gif", ".bmp", ".dib",
        ".pbm", ".pgm", ".ppm", ".pnm", ".pam", ".pfm", ".webp", ".qoi", ".tga", ".icb", ".vda",
        ".vst", ".targa", ".ico", ".cur", ".exr", ".hdr", ".rgbe",
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
        b"RIFF",
        b"qoif",
        b"\0\0\x01\0",
        b"\0\0\x02\0",
        b"\x76\x2f\x31\x01",
        b"#?RADIANCE",
        b"#?RGBE",
    ])
    .modes(Modes::READ_WRITE)
    .image_modes("iI")
    .read_options::<PillowReadOptions>()
    .write_options::<PillowWriteOptions>();

register_plugin!(PLUGIN);
