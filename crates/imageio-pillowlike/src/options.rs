//! What reading and writing take, under Pillow's names.

use imageio_core::{Error, Result, Value, option_enum, plugin_options};

option_enum! {
    /// How samples make a pixel, by Pillow's names.
    pub enum PillowMode {
        /// Two levels, bool.
        Bilevel = "1",
        /// 8-bit gray.
        L = "L",
        /// 8-bit gray with alpha.
        La = "LA",
        /// 8-bit gray multiplied with its alpha, and the alpha.
        LaPremultiplied = "La",
        /// Palette indices as stored, or those of the nearest colours in a palette of 216.
        P = "P",
        /// Palette indices with alpha.
        Pa = "PA",
        /// 8-bit colour.
        Rgb = "RGB",
        /// 8-bit colour with alpha.
        Rgba = "RGBA",
        /// 8-bit colour multiplied with its alpha, and the alpha.
        RgbaPremultiplied = "RGBa",
        /// 8-bit colour and a sample without meaning.
        Rgbx = "RGBX",
        /// 8-bit ink, 255 for full.
        Cmyk = "CMYK",
        /// 8-bit luma and colour differences, as JPEG has them.
        YCbCr = "YCbCr",
        /// 8-bit L*a*b* of the white D50; a* and b* are signed bytes.
        Lab = "LAB",
        /// 8-bit hue, saturation and value.
        Hsv = "HSV",
        /// 32-bit signed gray.
        I = "I",
        /// 16-bit gray.
        I16 = "I;16",
        /// 16-bit gray, little-endian in Pillow; here as `I;16`.
        I16L = "I;16L",
        /// 16-bit gray, big-endian in Pillow; here as `I;16`.
        I16B = "I;16B",
        /// 16-bit gray in the machine's byte order.
        I16N = "I;16N",
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
        /// A chain of colours that learns from samples (NeuQuant).
        NeuQuant = "neuquant",
        /// The same as `neuquant`.
        Nq = "nq",
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
    /// How an entry of an icon is coded.
    pub enum IconFormat {
        /// As a PNG.
        Png = "png",
        /// As a bitmap with a mask.
        Bmp = "bmp",
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
        /// Older name of `mode`. Default: `None`.
        pilmode: Option<PillowMode> = None,
        /// Older name of `rotate`. Default: `None`.
        exifrotate: Option<bool> = None,
        /// No longer taken: `mode` does what it did. Default: `None`.
        as_gray: Option<bool> = None,
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
        /// PNG, JPEG: spend time on a smaller file; GIF: with `subrectangles`, what stays is transparent.
        /// Default: `false`.
        optimize: bool = false,
        /// JPEG, WebP: quality, 0 to 100; lossless WebP: effort. Default: `None`, JPEG 75, WebP 80.
        quality: Option<u8> = None,
        /// JPEG: write the image in passes from coarse to fine. Default: `false`.
        progressive: bool = false,
        /// JPEG: size of the colour planes. Default: `4:2:0`.
        subsampling: Subsampling = Subsampling::S420,
        /// PNG, JPEG, BMP: dots per inch, one value or two (x, y). Default: none.
        dpi: Vec<f64> = Vec::new(),
        /// PNG, JPEG, WebP: ICC profile. Default: none.
        icc_profile: Vec<u8> = Vec::new(),
        /// PNG, JPEG, WebP: EXIF block, as bytes or as a map of tags by name. Default: `None`.
        exif: Value = Value::Null,
        /// JPEG, GIF, HDR: comment, text or bytes; GIF: also a list of them. Default: none.
        comment: Value = Value::Null,
        /// GIF, APNG, WebP: milliseconds of each frame, one value for all or a list whose last repeats. Default: none.
        duration: Vec<f64> = Vec::new(),
        /// GIF, APNG, WebP: frames per second, instead of `duration`. Default: `None`.
        fps: Option<f64> = None,
        /// GIF, APNG, WebP: how often to play, 0 for ever. Default: `None`, GIF once, the others for ever.
        r#loop: Option<u16> = None,
        /// GIF: number of colours, 2 to 256. Default: `256`.
        palettesize: u16 = 256,
        /// GIF: how colours are chosen; PNG with `bits` always splits at the median. Default: `mediancut`.
        quantizer: Quantizer = Quantizer::MedianCut,
        /// GIF: spread the error of the palette over neighbours. Default: `false`.
        dither: bool = false,
        /// GIF: write only what changed between frames. Default: `false`.
        subrectangles: bool = false,
        /// What happens to a frame before the next: GIF 0 to 3, one for all or a list whose last repeats; APNG one each,
        /// 0 to 2. Default: none.
        disposal: Vec<u8> = Vec::new(),
        /// APNG: 0 replaces, 1 lays over, for each frame. Default: none, replaces.
        blend: Vec<u8> = Vec::new(),
        /// APNG: the first image is for readers without animation only. Default: `false`.
        default_image: bool = false,
        /// PNG: gray level, colour or alpha of each palette entry that is transparent; GIF: gray level or index.
        /// Default: `None`.
        transparency: Value = Value::Null,
        /// PNG: texts by keyword; and `chromaticity`, `srgb`, `cicp`, `time`, `aspect`, `background` and
        /// `significant_bits` with values as metadata has them. Default: none.
        pnginfo: Value = Value::Null,
        /// PNG: gamma of the file. Default: `None`.
        gamma: Option<f64> = None,
        /// JPEG, WebP: XMP packet. Default: none.
        xmp: Vec<u8> = Vec::new(),
        /// JPEG: one or two quantisation tables of 64 values each, instead of `quality`. Default: none.
        qtables: Vec<Vec<u16>> = Vec::new(),
        /// JPEG: restart marker after so many blocks, 0 for none. Default: `0`.
        restart_marker_blocks: u16 = 0,
        /// JPEG: restart marker after so many rows of blocks, 0 for none. Default: `0`.
        restart_marker_rows: u16 = 0,
        /// JPEG: store red, green and blue as they are, at full size by default. Default: `false`.
        keep_rgb: bool = false,
        /// GIF: red, green and blue of each colour to use. Default: none, chosen.
        palette: Vec<u8> = Vec::new(),
        /// Background: GIF an index, WebP red, green, blue and alpha. Default: none, all `0`.
        background: Vec<u8> = Vec::new(),
        /// PNG, GIF: from coarse to fine. Default: `false`.
        interlace: bool = false,
        /// OpenEXR: how chunks are compressed. Default: `zip`.
        compression: ExrCompression = ExrCompression::Zip,
        /// OpenEXR: header attributes by name. Default: `None`.
        attributes: Value = Value::Null,
        /// PNM: write numbers as text. Default: `false`.
        ascii: bool = false,
        /// WebP: keep every pixel as it is. Default: `false`.
        lossless: bool = false,
        /// WebP: quality of the alpha of a lossy picture, 0 to 100. Default: `100`, exact.
        alpha_quality: u8 = 100,
        /// WebP: from fast to small, 0 to 6. Default: `None`, 4 for one picture, 0 for an animation.
        method: Option<u8> = None,
        /// WebP: keep the colours of transparent pixels. Default: `false`.
        exact: bool = false,
        /// WebP: spend time on a smaller animation. Default: `false`.
        minimize_size: bool = false,
        /// WebP: frames of an animation lossy or lossless, whichever is smaller. Default: `false`.
        allow_mixed: bool = false,
        /// WebP: least distance of key frames. Default: `None`, 9 for lossless animations, else 3.
        kmin: Option<u16> = None,
        /// WebP: largest distance of key frames. Default: `None`, 17 for lossless animations, else 5.
        kmax: Option<u16> = None,
        /// QOI: what the samples are said to be, `sRGB` or `linear`. Default: `None`, linear as in Pillow.
        colorspace: Option<String> = None,
        /// TGA: write runs of equal pixels once. Default: `None`, as the metadata say, else not.
        rle: Option<bool> = None,
        /// TGA: 1 for the top row first, -1 for the bottom one. Default: `None`, as the metadata say, else -1.
        orientation: Option<i8> = None,
        /// TGA: up to 255 bytes behind the header, text or bytes. Default: `None`.
        id_section: Value = Value::Null,
        /// TGA: fields of the extension area by name, as the metadata give them. Default: `None`.
        extension_area: Value = Value::Null,
        /// ICO, CUR: width and height of each entry, made from the images. Default: none, the images as they are.
        sizes: Vec<Vec<u16>> = Vec::new(),
        /// ICO, CUR: how entries are coded. Default: `None`, PNG; colour cursors as bitmaps.
        bitmap_format: Option<IconFormat> = None,
        /// CUR: where each cursor points, from the left and the top; the last counts on. Default: none, the corner.
        hotspots: Vec<Vec<u16>> = Vec::new(),
    }
}

impl PillowReadOptions {
    /// The options under their present names.
    ///
    /// # Errors
    /// `BadOption` with advice for an option that is gone.
    pub(crate) fn renewed(&self) -> Result<Self> {
        if self.as_gray.is_some() {
            return Err(Error::bad_option(
                "option `as_gray` is no longer taken: say `mode=\"F\"` for the same floats, or `mode=\"L\"` for bytes",
            ));
        }
        Ok(PillowReadOptions {
            mode: self.pilmode.or(self.mode),
            rotate: self.exifrotate.unwrap_or(self.rotate),
            pilmode: None,
            exifrotate: None,
            ..self.clone()
        })
    }
}
