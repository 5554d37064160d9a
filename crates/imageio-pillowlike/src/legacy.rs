//! The names of ImageIO's older plugins, `PNG-PIL` and so on: the same codecs under their own options and rules.
//!
//! They are asked only where they are named. What they change beside the `pillow` plugin: palettes become RGBA or gray,
//! ink becomes RGB, JPEG is turned upright, and writing scales everything to 8 bits (gray PNG to 16 where it must).

mod options;
mod plugin;
mod reader;
mod writer;

use imageio_core::{Modes, PluginInfo, Tier, register_plugin};

use crate::format::{Codec, bmp, gif, ico, jpeg, png, pnm, tga};
use options::{
    GifPilWriteOptions, JpegPilReadOptions, JpegPilWriteOptions, PilReadOptions, PilWriteOptions,
    Plan as _, PngPilReadOptions, PngPilWriteOptions,
};
use plugin::open;
use reader::ReadPlan;
use writer::WritePlan;

use imageio_core::{Options, Result};

/// What one older name means.
pub(crate) struct Kind {
    name: &'static str,
    codec: &'static Codec,
    /// What it writes, by the name in the table of targets.
    target: &'static str,
    extensions: &'static [&'static str],
    /// Whether reading without an index gives all frames, and writing takes several.
    is_animation: bool,
    read_plan: fn(&Options) -> Result<ReadPlan>,
    write_plan: fn(&Options) -> Result<WritePlan>,
}

macro_rules! kinds {
    ($(
        $CARD:ident = $KIND:ident: $name:literal, $codec:expr, $target:literal, $extensions:expr,
        $image_modes:literal, $read:ty, $write:ty, $description:literal;
    )+) => {$(
        static $KIND: Kind = Kind {
            name: $name,
            codec: $codec,
            target: $target,
            extensions: $extensions,
            is_animation: matches!($image_modes.as_bytes(), b"iI"),
            read_plan: |options| options.parse::<$read>()?.plan(),
            write_plan: |options| options.parse::<$write>()?.plan(),
        };

        const $CARD: PluginInfo = PluginInfo::new($name, |request, options| {
            open(&$KIND, request, options)
        })
        .description($description)
        .extensions($extensions)
        .modes(Modes::READ_WRITE)
        .image_modes($image_modes)
        .tier(Tier::Named)
        .read_options::<$read>()
        .write_options::<$write>();

        register_plugin!($CARD);
    )+

    /// The cards of all older names.
    pub const PLUGINS: &[&PluginInfo] = &[$(&$CARD),+];
    };
}

kinds! {
    PNG_PIL = PNG: "PNG-PIL", &png::CODEC, "png", &[".png"], "i",
        PngPilReadOptions, PngPilWriteOptions, "Portable network graphics, by the older rules";
    JPEG_PIL = JPEG: "JPEG-PIL", &jpeg::CODEC, "jpeg", &[".jfif", ".jpe", ".jpg", ".jpeg"], "i",
        JpegPilReadOptions, JpegPilWriteOptions, "JPEG (ISO 10918), by the older rules";
    GIF_PIL = GIF: "GIF-PIL", &gif::CODEC, "gif", &[".gif"], "iI",
        PilReadOptions, GifPilWriteOptions, "Compuserve GIF, by the older rules";
    BMP_PIL = BMP: "BMP-PIL", &bmp::CODEC, "bmp", &[".bmp"], "i",
        PilReadOptions, PilWriteOptions, "Windows bitmap, by the older rules";
    DIB_PIL = DIB: "DIB-PIL", &bmp::DIB, "dib", &[".dib"], "i",
        PilReadOptions, PilWriteOptions, "Windows bitmap without a file header, by the older rules";
    PPM_PIL = PPM: "PPM-PIL", &pnm::CODEC, "pnm", &[".pbm", ".pgm", ".ppm"], "i",
        PilReadOptions, PilWriteOptions, "Pbmplus image, by the older rules";
    MPO_PIL = MPO: "MPO-PIL", &jpeg::CODEC, "mpo", &[".mpo"], "i",
        PilReadOptions, PilWriteOptions, "MPO (CIPA DC-007), by the older rules";
    TGA_PIL = TGA: "TGA-PIL", &tga::CODEC, "tga", &[".tga"], "i",
        PilReadOptions, PilWriteOptions, "Targa, by the older rules";
    ICO_PIL = ICO: "ICO-PIL", &ico::CODEC, "ico", &[".ico"], "i",
        PilReadOptions, PilWriteOptions, "Windows icon, by the older rules";
    CUR_PIL = CUR: "CUR-PIL", &ico::CODEC, "cur", &[".cur"], "i",
        PilReadOptions, PilWriteOptions, "Windows cursor, by the older rules";
}
