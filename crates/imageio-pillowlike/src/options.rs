//! What reading and writing take, under Pillow's names.

use imageio_core::{Value, option_enum, plugin_options};

option_enum! {
    /// How samples make a pixel, by Pillow's names.
    pub enum PillowMode {
        /// Two levels, bool.
        Bilevel = "1",
        /// 8-bit gray.
        L = "L",
        /// 8-bit gray with alpha.
        La = "LA",
        /// Palette indices as stored.
        P = "P",
        /// 8-bit colour.
        Rgb = "RGB",
        /// 8-bit colour with alpha.
        Rgba = "RGBA",
        /// 8-bit ink, 255 for full.
        Cmyk = "CMYK",
        /// 32-bit signed gray.
        I = "I",
        /// 16-bit gray.
        I16 = "I;16",
        /// 32-bit float gray.
        F = "F",
    }
}

option_enum! {
    /// How colours are chosen for a palette.
    pub enum Quantizer {
        /// Split the most populous box of colours at its median.
        MedianCut = "mediancut",
        /// Spread over the range of colours.
        MaxCoverage = "maxcoverage",
        /// Octree of the leading bits, the fastest.
        FastOctree = "fastoctree",
    }
}

option_enum! {
    /// How much smaller a JPEG stores its colour planes.
    pub enum Subsampling {
        /// Full size.
        S444 = "4:4:4",
        /// Half width.
        S422 = "4:2:2",
        /// Half width and height.
        S420 = "4:2:0",
    }
}

option_enum! {
    /// How an OpenEXR is compressed.
    pub enum ExrCompression {
        /// As they stand.
        None = "none",
        /// Runs.
        Rle = "rle",
        /// Deflate, line by line.
        Zips = "zips",
        /// Deflate, 16 lines at once.
        Zip = "zip",
        /// Wavelet and Huffman codes, 32 lines at once.
        Piz = "piz",
        /// Deflate, 16 lines at once, floats with 24 bits.
        Pxr24 = "pxr24",
        /// Half floats in 7 bits each, with loss; the rest as it stands.
        B44 = "b44",
        /// The same, squares of one value shorter.
        B44a = "b44a",
    }
}

option_enum! {
    /// How much smaller than stored a picture is decoded.
    pub enum Scale {
        /// As stored.
        Full = "1/1",
        /// Half as wide and high.
        Half = "1/2",
        /// A quarter as wide and high.
        Quarter = "1/4",
        /// An eighth as wide and high.
        Eighth = "1/8",
    }
}

impl Scale {
    /// What each side is divided by.
    pub(crate) const fn divisor(self) -> u8 {
        match self {
            Scale::Full => 1,
            Scale::Half => 2,
            Scale::Quarter => 4,
            Scale::Eighth => 8,
        }
    }
}

plugin_options! {
    /// What reading takes.
    pub struct PillowReadOptions {
        /// Convert the pixels to this mode. Default: `None`, as stored, palettes applied.
        mode: Option<PillowMode> = None,
        /// Undo the EXIF orientation. Default: `false`.
        rotate: bool = false,
        /// Apply the gamma of the metadata to the values. Default: `false`.
        apply_gamma: bool = false,
        /// JPEG: decode at this part of the stored width and height, as `1/2`. Default: `None`, as stored.
        scale: Option<Scale> = None,
        /// OpenEXR: layer by name. Default: `None`, the first.
        layer: Option<String> = None,
        /// OpenEXR: channels by name, in this order. Default: none, those of the layer.
        channels: Vec<String> = Vec::new(),
    }

    /// What writing takes. An option of another format than the one written has no effect, as in Pillow.
    pub struct PillowWriteOptions {
        /// Format by name or extension, as `PNG`. Default: `None`, from the extension.
        format: Option<String> = None,
        /// Meaning of the samples, where shape and type do not say it: `CMYK`. Default: `None`.
        mode: Option<PillowMode> = None,
        /// PNG, GIF: quantise to at most 2^bits colours, 1 to 8. Default: `None`, no quantising.
        bits: Option<u8> = None,
        /// PNG: zlib level, 0 to 9. Default: `None`, a balance of speed and size.
        compress_level: Option<u8> = None,
        /// PNG, JPEG: spend time on a smaller file. Default: `false`.
        optimize: bool = false,
        /// JPEG: quality, 0 to 100. Default: `75`.
        quality: u8 = 75,
        /// JPEG: write the image in passes from coarse to fine. Default: `false`.
        progressive: bool = false,
        /// JPEG: size of the colour planes. Default: `4:2:0`.
        subsampling: Subsampling = Subsampling::S420,
        /// PNG, JPEG, BMP: dots per inch, one value or two (x, y). Default: none.
        dpi: Vec<f64> = Vec::new(),
        /// PNG, JPEG: ICC profile. Default: none.
        icc_profile: Vec<u8> = Vec::new(),
        /// PNG, JPEG: EXIF block, as bytes or as a map of tags by name. Default: `None`.
        exif: Value = Value::Null,
        /// JPEG, GIF, HDR: comment, text or bytes. Default: none.
        comment: Value = Value::Null,
        /// GIF, APNG: milliseconds of each frame, one value for all or a list whose last repeats. Default: none.
        duration: Vec<f64> = Vec::new(),
        /// GIF, APNG: frames per second, instead of `duration`. Default: `None`.
        fps: Option<f64> = None,
        /// GIF, APNG: how often to play, 0 for ever. Default: `None`, GIF once, APNG for ever.
        r#loop: Option<u16> = None,
        /// GIF: number of colours, 2 to 256. Default: `256`.
        palettesize: u16 = 256,
        /// GIF: how colours are chosen; PNG with `bits` always splits at the median. Default: `mediancut`.
        quantizer: Quantizer = Quantizer::MedianCut,
        /// GIF: spread the error of the palette over neighbours. Default: `false`.
        dither: bool = false,
        /// GIF: write only what changed between frames. Default: `false`.
        subrectangles: bool = false,
        /// What happens to a frame before the next: GIF one for all, 0 to 3; APNG one each, 0 to 2. Default: none.
        disposal: Vec<u8> = Vec::new(),
        /// APNG: 0 replaces, 1 lays over, for each frame. Default: none, replaces.
        blend: Vec<u8> = Vec::new(),
        /// APNG: the first image is for readers without animation only. Default: `false`.
        default_image: bool = false,
        /// PNG: gray level, colour or alpha of each palette entry that is transparent; GIF: gray level or index.
        /// Default: `None`.
        transparency: Value = Value::Null,
        /// PNG: texts by keyword. Default: none.
        pnginfo: Value = Value::Null,
        /// PNG: gamma of the file. Default: `None`.
        gamma: Option<f64> = None,
        /// JPEG: XMP packet. Default: none.
        xmp: Vec<u8> = Vec::new(),
        /// JPEG: one or two quantisation tables of 64 values each, instead of `quality`. Default: none.
        qtables: Vec<Vec<u16>> = Vec::new(),
        /// JPEG: restart marker after so many blocks, 0 for none. Default: `0`.
        restart_marker_blocks: u16 = 0,
        /// JPEG: restart marker after so many rows of blocks, 0 for none. Default: `0`.
        restart_marker_rows: u16 = 0,
        /// GIF: red, green and blue of each colour to use. Default: none, chosen.
        palette: Vec<u8> = Vec::new(),
        /// GIF: index of the background colour. Default: `0`.
        background: u8 = 0,
        /// GIF: rows from coarse to fine. Default: `false`.
        interlace: bool = false,
        /// OpenEXR: how chunks are compressed. Default: `zip`.
        compression: ExrCompression = ExrCompression::Zip,
        /// OpenEXR: header attributes by name. Default: `None`.
        attributes: Value = Value::Null,
        /// PNM: write numbers as text. Default: `false`.
        ascii: bool = false,
    }
}
