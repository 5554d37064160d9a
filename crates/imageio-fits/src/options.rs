//! What reading and writing take.

use imageio_core::{Error, OptionValue, Result, Value, option_enum, plugin_options};

plugin_options! {
    /// What reading a FITS file takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct FitsReadOptions {
        /// Keep a local copy of a file that is fetched from the web. Fetching is not the plugin's work, so it
        /// changes nothing here. Default: `true`.
        cache: bool = true,
        /// Give integers whose `BZERO` is half their range, with a `BSCALE` of 1, as unsigned integers (bytes as
        /// signed ones). Default: `true`.
        uint: bool = true,
        /// The older name of `uint`; counts where it is set. Default: `None`.
        uint16: Option<bool> = None,
        /// Read files whose last header has no `END`. Default: `false`.
        ignore_missing_end: bool = false,
        /// Compare `DATASUM` and `CHECKSUM` of all units with the file, and warn where they differ; `remove` leaves
        /// them out of the metadata. Default: `false`.
        checksum: Checksum = Checksum::Off,
        /// Take compressed images for the tables that they are, which are no images. Default: `false`.
        disable_image_compression: bool = false,
        /// Give numbers as they are stored, without `BSCALE`, `BZERO` and `BLANK`. Default: `false`.
        do_not_scale_image_data: bool = false,
        /// Give the number of `BLANK` like any other, not as NaN. Default: `false`.
        ignore_blank: bool = false,
        /// Keep `BSCALE`, `BZERO` and `BLANK` in the metadata, so that a writer with the same option stores the
        /// numbers as they were. Default: `None`, only where they are asked for.
        scale_back: Option<bool> = None,
    }

    /// What writing a FITS file takes.
    pub struct FitsWriteOptions {
        /// How images are compressed, tile by tile. Default: `None`; for `.fz` `RICE_1`, and `GZIP_2` for what that
        /// does not hold.
        compression_type: Option<Compression> = None,
        /// Lengths of a tile, in the order of the shape. Default: none, a row each; sixteen rows for `HCOMPRESS_1`.
        tile_shape: Vec<usize> = Vec::new(),
        /// Quantize floats to this share of their noise, or to steps of its negative. Loses what is smaller.
        /// Default: `None`, floats stay as they are.
        quantize_level: Option<f64> = None,
        /// How the steps of quantized floats are dithered. Default: `NO_DITHER`.
        quantize_method: Quantization = Quantization::NoDither,
        /// Where in the random sequence dithering begins, 1 to 10000. Default: `1`.
        dither_seed: u32 = 1,
        /// The scale by which `HCOMPRESS_1` divides; above 1 it loses what is smaller. Default: `0`.
        hcomp_scale: u32 = 0,
        /// Smooth what a lossy `HCOMPRESS_1` gives. Default: `false`.
        hcomp_smooth: bool = false,
        /// Write `DATASUM` and `CHECKSUM`. Default: `false`.
        checksum: bool = false,
        /// Store numbers by the `BITPIX`, `BSCALE`, `BZERO` and `BLANK` of the metadata, rounding to integers.
        /// Default: `false`.
        scale_back: bool = false,
    }
}

/// What happens to checksums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checksum {
    /// Nothing.
    #[default]
    Off,
    /// They are compared with the file.
    Verify,
    /// They are left out of the metadata.
    Remove,
}

impl OptionValue for Checksum {
    fn type_name() -> String {
        "bool or remove".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        if let Some(text) = value.as_str()
            && text.trim().eq_ignore_ascii_case("remove")
        {
            return Ok(Checksum::Remove);
        }
        match bool::from_value(value) {
            Ok(true) => Ok(Checksum::Verify),
            Ok(false) => Ok(Checksum::Off),
            Err(_) => Err(Error::bad_option(format!(
                "expected bool or \"remove\", got {value}"
            ))),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Checksum::Off => false.into(),
            Checksum::Verify => true.into(),
            Checksum::Remove => "remove".into(),
        }
    }
}

option_enum! {
    /// How the tiles of an image are compressed.
    pub enum Compression {
        /// Differences of neighbours, for integers of up to 32 bits. Fast.
        Rice1 = "RICE_1",
        /// gzip.
        Gzip1 = "GZIP_1",
        /// gzip, with the bytes sorted by their weight.
        Gzip2 = "GZIP_2",
        /// Runs, for masks: integers from 0 to 2^24 - 1.
        Plio1 = "PLIO_1",
        /// A transform of two dimensions, for integers of up to 32 bits.
        Hcompress1 = "HCOMPRESS_1",
    }
}

option_enum! {
    /// How the steps of quantized floats are dithered.
    pub enum Quantization {
        /// Not at all.
        NoDither = "NO_DITHER",
        /// By random numbers that reading takes away again.
        SubtractiveDither1 = "SUBTRACTIVE_DITHER_1",
        /// The same, but for 0.0, which stays.
        SubtractiveDither2 = "SUBTRACTIVE_DITHER_2",
    }
}
