//! What writing takes, and the names that its choices have.

use imageio_core::{Error, OptionValue, Result, Value, plugin_options};

plugin_options! {
    /// What writing a TIFF takes. Given at opening, they hold for every call that does not say otherwise; metadata of
    /// an image says what its call leaves open.
    pub struct TiffWriteOptions {
        /// Offsets of 64 bits. Fixed by the first write. Default: `None`, where the file grows beyond 4 GB.
        bigtiff: Option<bool> = None,
        /// Order of the bytes in the file, `<` or `>`. Fixed by the first write. Default: `None`, the machine's.
        byteorder: Option<ByteOrderMark> = None,
        /// Write a hyperstack as ImageJ knows it. Fixed by the first write. Default: `false`.
        imagej: bool = false,
        /// Write an OME-TIFF. Fixed by the first write. Default: `None`, where the name ends in `.ome.tif` or so and no
        /// description is given.
        ome: Option<bool> = None,
        /// Software that made the file, written with its first page; an empty text writes none.
        /// Default: `None`, this library.
        software: Option<String> = None,
        /// Axes of the array, a letter each, as `TZCYX`. Default: `None`, told from the shape.
        axes: Option<String> = None,
        /// More about the images, for the description: JSON, ImageJ's or OME's. Default: `None`.
        metadata: Value = Value::Null,
        /// Meaning of the samples, as `minisblack` or `rgb`. Default: `None`, told from shape and type.
        photometric: Option<Photometric> = None,
        /// Samples of a pixel side by side, `contig`, or each kind in a plane of its own, `separate`.
        /// Default: `None`, told from the shape.
        planarconfig: Option<PlanarConfig> = None,
        /// Meaning of the samples beyond the colours: 0 unknown, 1 alpha multiplied in, 2 alpha.
        /// Default: `None`, 2 for the fourth of RGBA.
        extrasamples: Option<Vec<u16>> = None,
        /// Store a volume in one page. Default: `false`.
        volume: bool = false,
        /// Another name of `volume`. Default: `false`.
        volumetric: bool = false,
        /// Size of tiles, `(length, width)` or `(depth, length, width)`. Default: none, strips.
        tile: Vec<usize> = Vec::new(),
        /// Rows of a strip. Default: `None`, all rows, or about 256 KiB where compressed.
        rowsperstrip: Option<usize> = None,
        /// How pixels are compressed, as `lzw`, `zlib`, `zstd`. Default: `None`, not at all.
        compression: Option<Compression> = None,
        /// More for the compression, by name: `level`. Default: `None`.
        compressionargs: Value = Value::Null,
        /// How hard Deflate tries, 1 to 9; 0 does not compress. Default: `None`.
        compress: Option<u8> = None,
        /// Write differences: `true`, or `horizontal` and `floatingpoint`; 1 is `false`. Default: `None`, no.
        predictor: Value = Value::Null,
        /// How much coarser colours are stored in JPEG, `(across, down)`. Default: `None`, `(2, 2)`.
        subsampling: Option<Vec<u16>> = None,
        /// A colour profile. Default: `None`.
        iccprofile: Value = Value::Null,
        /// Colours of a palette, an array of `(3, 256)` or `(3, 65536)`. Default: `None`.
        colormap: Value = Value::Null,
        /// What the picture shows, written with the first page. Default: `None`.
        description: Option<String> = None,
        /// Date and time, as `2024:02:29 12:30:00`; `true` is now. Default: `None`.
        datetime: Value = Value::Null,
        /// Pixels for each unit across and down, as numbers or fractions. Default: `None`, 1 without a unit.
        resolution: Value = Value::Null,
        /// Unit of the resolution, as `inch` or 2. Default: `None`, inch where a resolution is given.
        resolutionunit: Option<ResolutionUnit> = None,
        /// Kind of page: bit 0 reduced, bit 1 one of several, bit 2 a mask. Default: `None`.
        subfiletype: Option<u32> = None,
        /// How many of the next writes become smaller versions of this one. Default: 0.
        subifds: u16 = 0,
        /// How many smaller versions to make and store, each half the size of the one before. Default: 0.
        pyramid: u16 = 0,
        /// More tags, `(code, dtype, count, value, writeonce)` each. Default: none.
        extratags: Value = Value::Null,
        /// Write the shape of the array into the description, so that it reads back as it was. Default: `true`.
        writeshape: bool = true,
        /// Add to the series before, where shape and type are its own. Default: `false`.
        contiguous: bool = false,
        /// Bytes to which pixels are aligned. Default: 16.
        align: u32 = 16,
        /// Threads that compress. Default: `None`, one for each core.
        maxworkers: Option<usize> = None,
    }
}

/// Keys of an image's metadata that writing heeds.
pub(crate) const METADATA_KEYS: &[&str] = &[
    "photometric",
    "planarconfig",
    "resolution",
    "description",
    "compress",
    "compression",
    "compressionargs",
    "predictor",
    "volume",
    "writeshape",
    "extratags",
    "datetime",
];

/// Defines a choice with the number that a file has for it and the names that Python has.
macro_rules! coded {
    (
        $(#[doc = $doc:literal])*
        pub enum $Name:ident($what:literal) {
            $( $(#[doc = $variant_doc:literal])* $Variant:ident = $code:literal, $text:literal $(| $other:literal)* ;)+
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $Name {
            $( $(#[doc = $variant_doc])* $Variant, )+
        }

        impl $Name {
            /// The number in a file.
            pub const fn code(self) -> u16 {
                match self { $( $Name::$Variant => $code, )+ }
            }

            /// The choice that has this number in a file.
            pub fn of_code(code: i64) -> Option<Self> {
                match code { $( $code => Some($Name::$Variant), )+ _ => None }
            }
        }

        impl OptionValue for $Name {
            fn type_name() -> String {
                [$($text),+].join("|")
            }

            fn from_value(value: &Value) -> Result<Self> {
                let text = match value {
                    Value::Str(text) => text.trim().to_ascii_lowercase(),
                    other => other.to_string(),
                };
                let named = match text.as_str() {
                    $( $text $(| $other)* => Some($Name::$Variant), )+
                    number => number.parse().ok().and_then($Name::of_code),
                };
                let known = concat!($("`", $text, "`, "),+);
                named.ok_or_else(|| {
                    let message = format!(concat!("no ", $what, " {}: there are {}"), value, known.trim_end_matches(", "));
                    Error::bad_option(message)
                })
            }

            fn to_value(&self) -> Value {
                Value::from(match self { $( $Name::$Variant => $text, )+ })
            }
        }
    };
}

coded! {
    /// How the bytes of a number are ordered.
    pub enum ByteOrderMark("byte order") {
        /// The least significant byte first.
        Little = 0, "<" | "little";
        /// The most significant byte first.
        Big = 1, ">" | "big";
    }
}

coded! {
    /// Meaning of the samples.
    pub enum Photometric("photometric interpretation") {
        /// Gray, 0 is white.
        MinIsWhite = 0, "miniswhite";
        /// Gray, 0 is black.
        MinIsBlack = 1, "minisblack";
        /// Red, green and blue.
        Rgb = 2, "rgb";
        /// Indices into a palette.
        Palette = 3, "palette";
        /// A mask of another page.
        Mask = 4, "mask";
        /// Inks: cyan, magenta, yellow and black.
        Separated = 5, "separated" | "cmyk";
        /// Brightness and two colour differences.
        YCbCr = 6, "ycbcr";
        /// CIE L*a*b*.
        CieLab = 8, "cielab";
        /// What a colour filter array sees.
        Cfa = 32803, "cfa";
        /// What a sensor sees.
        LinearRaw = 34892, "linear_raw";
    }
}

coded! {
    /// How the samples of a pixel lie.
    pub enum PlanarConfig("planar configuration") {
        /// Side by side.
        Contig = 1, "contig" | "contiguous";
        /// Each kind in a plane of its own.
        Separate = 2, "separate" | "planar";
    }
}

coded! {
    /// How pixels are compressed.
    pub enum Compression("compression that can be written") {
        /// Not at all.
        None = 1, "none" | "false" | "null";
        /// LZW.
        Lzw = 5, "lzw";
        /// JPEG, which changes pixels.
        Jpeg = 7, "jpeg";
        /// Deflate.
        Deflate = 8, "zlib" | "deflate" | "adobe_deflate" | "true" | "32946";
        /// PackBits.
        PackBits = 32773, "packbits";
        /// LZMA.
        Lzma = 34925, "lzma";
        /// Zstandard.
        Zstd = 50000, "zstd";
        /// WebP.
        WebP = 50001, "webp";
    }
}

coded! {
    /// Unit of the resolution.
    pub enum ResolutionUnit("unit of resolution") {
        /// None.
        None = 1, "none";
        /// Inch.
        Inch = 2, "inch";
        /// Centimetre.
        Centimeter = 3, "centimeter" | "cm";
        /// Millimetre.
        Millimeter = 4, "millimeter" | "mm";
        /// Micrometre.
        Micrometer = 5, "micrometer" | "um";
    }
}

impl TiffWriteOptions {
    /// The options of a call that follow from those of opening.
    pub(crate) fn of_open(open: &super::TiffOpenOptions) -> Self {
        TiffWriteOptions {
            bigtiff: open.bigtiff,
            byteorder: open.byteorder,
            software: open.software.clone(),
            imagej: open.imagej,
            ome: open.ome,
            ..TiffWriteOptions::default()
        }
    }

    /// These options, and for what they leave open those of opening.
    pub(crate) fn over(self, open: &Self) -> Self {
        TiffWriteOptions {
            bigtiff: self.bigtiff.or(open.bigtiff),
            byteorder: self.byteorder.or(open.byteorder),
            software: self.software.or_else(|| open.software.clone()),
            imagej: self.imagej || open.imagej,
            ome: self.ome.or(open.ome),
            ..self
        }
    }

    /// These options, and for what they leave open what the metadata of an image says.
    pub(crate) fn with_metadata(&self, metadata: &imageio_core::Metadata) -> Result<Self> {
        use imageio_core::PluginOptions as _;
        let mut all = self.clone();
        for (key, value) in metadata.iter() {
            if METADATA_KEYS.contains(&key) && !self.says(key) && !matches!(value, Value::Null) {
                let set = all.set_by_name(key, value);
                set.map_err(|error| {
                    Error::bad_option(format!("metadata `{key}`: {}", error.message()))
                })?;
            }
        }
        // The text that a reader finds is about the array that it found, and the new one tells its own.
        let stale = |text: &String| text.starts_with("{\"shape\":") || text.starts_with("shape=(");
        if self.description.is_none() && all.description.as_ref().is_some_and(stale) {
            all.description = None;
        }
        Ok(all)
    }

    fn says(&self, key: &str) -> bool {
        match key {
            "photometric" => self.photometric.is_some(),
            "planarconfig" => self.planarconfig.is_some(),
            "resolution" => self.resolution != Value::Null,
            "description" => self.description.is_some(),
            "compress" | "compression" => self.compression.is_some() || self.compress.is_some(),
            "compressionargs" => self.compressionargs != Value::Null,
            "predictor" => self.predictor != Value::Null,
            "volume" => self.volume || self.volumetric,
            "writeshape" => !self.writeshape,
            "extratags" => self.extratags != Value::Null,
            "datetime" => self.datetime != Value::Null,
            _ => true,
        }
    }
}
