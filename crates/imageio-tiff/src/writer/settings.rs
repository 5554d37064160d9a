//! What the options mean for the samples: compression with its level, and predictor.

use imageio_core::{DType, Error, OptionValue as _, Result, Value};

use super::layout::Stored;
use crate::options::{Compression, Photometric, TiffWriteOptions};

/// Differences that are written in place of samples (TIFF 6.0 section 14 and Technical Note 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predictor {
    /// None.
    None,
    /// From sample to sample.
    Horizontal,
    /// From byte to byte, the bytes of floats sorted by weight.
    Float,
}

impl Predictor {
    /// The number in a file.
    pub(super) fn code(self) -> u16 {
        match self {
            Predictor::None => 1,
            Predictor::Horizontal => 2,
            Predictor::Float => 3,
        }
    }
}

/// How samples become bytes of a strip or tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Coding {
    pub(super) compression: Compression,
    pub(super) predictor: Predictor,
    /// How hard to try, or how good a picture is, in the numbers of the compression.
    pub(super) level: Option<i32>,
    /// JPEG: pixels across and down for one pair of colour differences.
    pub(super) subsampling: (u16, u16),
    /// JPEG: whether colours are stored as brightness and differences.
    pub(super) ycbcr: bool,
}

impl Coding {
    /// What `options` ask for an image that lies as `stored`.
    ///
    /// # Errors
    /// `BadOption` for what does not go together, `Unsupported` for samples that the compression does not hold.
    pub(super) fn of(options: &TiffWriteOptions, stored: &Stored) -> Result<Self> {
        let (compression, level) = compression(options)?;
        let predictor = predictor(&options.predictor, stored.dtype)?;
        let image = matches!(compression, Compression::Jpeg | Compression::WebP);
        if predictor != Predictor::None && (compression == Compression::None || image) {
            return Err(Error::bad_option(format!(
                "predictor: it takes a compression other than {}",
                compression.to_value()
            )));
        }
        let ycbcr = compression == Compression::Jpeg
            && stored.contig == 3
            && matches!(stored.photometric, Photometric::Rgb | Photometric::YCbCr);
        let coding = Coding {
            compression,
            predictor,
            level,
            subsampling: subsampling(options, ycbcr)?,
            ycbcr,
        };
        coding.check(stored)?;
        Ok(coding)
    }

    fn check(&self, stored: &Stored) -> Result<()> {
        let (dtype, contig) = (stored.dtype, stored.contig);
        let built = match self.compression {
            Compression::Lzma => cfg!(feature = "lzma"),
            Compression::Zstd => cfg!(feature = "zstd"),
            Compression::WebP => cfg!(feature = "webp"),
            _ => true,
        };
        if !built {
            return Err(not_built(self.compression));
        }
        let fits = match self.compression {
            Compression::Jpeg => dtype == DType::U8 && matches!(contig, 1 | 3 | 4),
            Compression::WebP => dtype == DType::U8 && matches!(contig, 3 | 4),
            _ => true,
        };
        let range = match self.compression {
            Compression::Deflate => 0..=9,
            Compression::Lzma => 0..=9,
            Compression::Zstd => -7..=22,
            Compression::Jpeg => 1..=100,
            Compression::WebP => 0..=100,
            _ => i32::MIN..=i32::MAX,
        };
        if let Some(level) = self.level.filter(|level| !range.contains(level)) {
            return Err(Error::bad_option(format!(
                "level: {level} is not from {} to {}",
                range.start(),
                range.end()
            )));
        }
        if fits {
            return Ok(());
        }
        let name = self.compression.to_value();
        Err(Error::unsupported(format!(
            "compression {name} of {contig} samples of {dtype}"
        )))
    }

    /// The level that was asked for, else the usual one of the compression.
    pub(super) fn level(&self) -> i32 {
        self.level.unwrap_or(match self.compression {
            Compression::Zstd => 3,
            Compression::Jpeg => 90,
            _ => 6,
        })
    }

    /// Rows of which a strip or tile has a multiple.
    pub(super) fn row_unit(&self) -> usize {
        match self.compression {
            Compression::Jpeg if self.ycbcr => 8 * usize::from(self.subsampling.1),
            Compression::Jpeg => 8,
            _ => 1,
        }
    }
}

/// The error for a compression that a feature turns on.
pub(super) fn not_built(compression: Compression) -> Error {
    let name = compression.to_value();
    Error::unsupported(format!("compression {name} is not built in"))
        .with_help(format!("feature `{name}` of `imageio-tiff`"))
}

fn compression(options: &TiffWriteOptions) -> Result<(Compression, Option<i32>)> {
    let level = level(&options.compressionargs)?;
    match (options.compression, options.compress) {
        (None | Some(Compression::None), Some(0)) | (None, None) => Ok((Compression::None, None)),
        (Some(compression), compress) => Ok((compression, level.or(compress.map(i32::from)))),
        (None, Some(compress)) if compress <= 9 => {
            Ok((Compression::Deflate, Some(compress.into())))
        }
        (None, Some(compress)) => Err(Error::bad_option(format!(
            "compress: {compress} is not from 0 to 9"
        ))),
    }
}

fn level(args: &Value) -> Result<Option<i32>> {
    let map = match args {
        Value::Null => return Ok(None),
        Value::Map(map) => map,
        other => {
            return Err(Error::bad_option(format!(
                "compressionargs: a map by name is taken, not a {}",
                other.type_name()
            )));
        }
    };
    if let Some(unknown) = map.keys().find(|key| *key != "level") {
        return Err(Error::bad_option(format!(
            "compressionargs: unknown `{unknown}`, there is `level`"
        )));
    }
    map.get("level")
        .map_or(Ok(None), Option::<i32>::from_value)
        .map_err(|error| Error::bad_option(format!("compressionargs: {}", error.message())))
}

fn predictor(value: &Value, dtype: DType) -> Result<Predictor> {
    let text = match value {
        Value::Str(text) => text.trim().to_ascii_lowercase(),
        other => other.to_string(),
    };
    let refuse = |what: &str| Err(Error::bad_option(format!("predictor: {what}")));
    let wanted = match text.as_str() {
        "none" | "false" | "1" | "null" | "0" => return Ok(Predictor::None),
        "true" | "2" | "3" | "horizontal" | "floatingpoint" | "float" => text.as_str(),
        _ => {
            return refuse(&format!(
                "{value} is none of true, horizontal, floatingpoint"
            ));
        }
    };
    let fitting = match dtype {
        DType::F16 | DType::F32 | DType::F64 => Predictor::Float,
        _ if dtype.is_integer() => Predictor::Horizontal,
        _ => return refuse(&format!("there is none for {dtype}")),
    };
    match (wanted, fitting) {
        // A number that was read elsewhere says that there are differences; which ones, the type says.
        ("true" | "2" | "3", fitting) => Ok(fitting),
        ("horizontal", Predictor::Horizontal) => Ok(Predictor::Horizontal),
        ("floatingpoint" | "float", Predictor::Float) => Ok(Predictor::Float),
        (name, _) => refuse(&format!("{name} does not go with {dtype}")),
    }
}

fn subsampling(options: &TiffWriteOptions, ycbcr: bool) -> Result<(u16, u16)> {
    match options.subsampling.as_deref() {
        None if ycbcr => Ok((2, 2)),
        None => Ok((1, 1)),
        Some([across @ (1 | 2), down @ (1 | 2)]) if across >= down => Ok((*across, *down)),
        Some(other) => Err(Error::bad_option(format!(
            "subsampling {other:?}: there are (1, 1), (2, 1) and (2, 2)"
        ))),
    }
}
