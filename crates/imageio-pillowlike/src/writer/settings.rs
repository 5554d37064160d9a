//! From the plugin's options to what each codec takes.

use imageio_core::{Error, Metadata, OptionValue, Result, Value};

use crate::format::{bmp, exif, exr, gif, hdr, jpeg, png};
use crate::options::{PillowMode, PillowWriteOptions, Quantizer, Subsampling};

use super::bytes_of;

pub(super) fn png(options: &PillowWriteOptions, durations_ms: Vec<f64>) -> Result<png::Settings> {
    Ok(png::Settings {
        compress_level: options.compress_level,
        optimize: options.optimize,
        bits: options.bits,
        dpi: dpi_of(&options.dpi)?,
        icc_profile: filled(&options.icc_profile),
        exif: exif_of(&options.exif)?,
        text: texts_of(&options.pnginfo)?,
        gamma: options.gamma,
        transparency: png_transparency(&options.transparency)?,
        durations_ms,
        loop_count: options.r#loop.unwrap_or(0).into(),
        disposal: options.disposal.clone(),
        blend: options.blend.clone(),
        default_image: options.default_image,
    })
}

pub(super) fn jpeg(options: &PillowWriteOptions) -> Result<jpeg::Settings> {
    let tables = options.qtables.iter().map(|table| {
        let len = table.len();
        table
            .as_slice()
            .try_into()
            .map_err(|_| Error::bad_option(format!("option `qtables`: a table of {len} values")))
    });
    let tables = tables.collect::<Result<Vec<[u16; 64]>>>()?;
    Ok(jpeg::Settings {
        quality: options.quality,
        subsampling: match options.subsampling {
            Subsampling::S444 => jpeg::Subsampling::S444,
            Subsampling::S422 => jpeg::Subsampling::S422,
            Subsampling::S420 => jpeg::Subsampling::S420,
        },
        progressive: options.progressive,
        optimize: options.optimize,
        qtables: Some(tables).filter(|tables| !tables.is_empty()),
        dpi: dpi_of(&options.dpi)?,
        exif: exif_of(&options.exif)?,
        icc_profile: filled(&options.icc_profile),
        comment: bytes_of(&options.comment)?,
        xmp: filled(&options.xmp),
        restart_blocks: options.restart_marker_blocks,
        restart_rows: options.restart_marker_rows,
        cmyk: options.mode == Some(PillowMode::Cmyk),
    })
}

pub(super) fn gif(options: &PillowWriteOptions, durations_ms: Vec<f64>) -> Result<gif::Settings> {
    let palette_size = match options.bits {
        Some(bits @ 1..=8) => 1 << bits,
        Some(bits) => {
            return Err(Error::bad_option(format!(
                "option `bits`: {bits} is not from 1 to 8"
            )));
        }
        None => usize::from(options.palettesize),
    };
    if !options.palette.len().is_multiple_of(3) {
        let len = options.palette.len();
        return Err(Error::bad_option(format!(
            "option `palette`: {len} values are no triples"
        )));
    }
    let palette: Vec<[u8; 3]> = options
        .palette
        .chunks_exact(3)
        .map(|rgb| [rgb[0], rgb[1], rgb[2]])
        .collect();
    Ok(gif::Settings {
        durations_ms,
        loop_count: options.r#loop,
        palette_size,
        quantizer: match options.quantizer {
            Quantizer::MedianCut => gif::Quantizer::MedianCut,
            Quantizer::MaxCoverage => gif::Quantizer::MaxCoverage,
            Quantizer::FastOctree => gif::Quantizer::FastOctree,
        },
        dither: options.dither,
        subrectangles: options.subrectangles,
        transparency: gif_transparency(&options.transparency)?,
        disposal: gif_disposal(&options.disposal)?,
        comment: bytes_of(&options.comment)?,
        background: options.background,
        interlace: options.interlace,
        palette: Some(palette).filter(|palette| !palette.is_empty()),
    })
}

pub(super) fn bmp(options: &PillowWriteOptions, file_header: bool) -> Result<bmp::Settings> {
    let plain = bmp::Settings::default();
    Ok(bmp::Settings {
        dpi: dpi_of(&options.dpi)?.unwrap_or(plain.dpi),
        file_header,
    })
}

pub(super) fn exr(options: &PillowWriteOptions) -> Result<exr::Settings> {
    Ok(exr::Settings {
        compression: options.compression.to_value().as_str().map(str::to_owned),
        attributes: match &options.attributes {
            Value::Null => Metadata::new(),
            Value::Map(attributes) => attributes.clone(),
            other => {
                return Err(Error::bad_option(format!(
                    "option `attributes`: expected a map, got {}",
                    other.type_name()
                )));
            }
        },
    })
}

pub(super) fn hdr(options: &PillowWriteOptions) -> Result<hdr::Settings> {
    let comment = bytes_of(&options.comment)?;
    Ok(hdr::Settings {
        comment: comment.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    })
}

/// Fills in what the metadata of the first frame says and no option did.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    let bytes = |key| {
        metadata
            .get(key)
            .and_then(Value::as_bytes)
            .map(<[u8]>::to_vec)
    };
    if options.exif == Value::Null {
        options.exif = bytes("exif").map_or(Value::Null, Value::from);
    }
    if options.icc_profile.is_empty() {
        options.icc_profile = bytes("icc_profile").unwrap_or_default();
    }
    if options.comment == Value::Null {
        options.comment = metadata.get("comment").cloned().unwrap_or_default();
    }
    if options.dpi.is_empty() {
        let values = metadata
            .get("dpi")
            .and_then(Value::as_list)
            .unwrap_or_default();
        options.dpi = values.iter().filter_map(Value::as_f64).collect();
    }
    if options.attributes == Value::Null {
        options.attributes = exr::kept(metadata).map_or(Value::Null, Value::from);
    }
    let plays = || {
        metadata
            .get("loop")?
            .as_i64()
            .and_then(|plays| u16::try_from(plays).ok())
    };
    options.r#loop = options.r#loop.or_else(plays);
}

fn gif_disposal(values: &[u8]) -> Result<Option<u8>> {
    match values {
        [] => Ok(None),
        [one @ 0..=3] => Ok(Some(*one)),
        [one] => Err(Error::bad_option(format!(
            "option `disposal`: {one} is not from 0 to 3"
        ))),
        more => Err(Error::bad_option(format!(
            "option `disposal`: a GIF takes one for all frames, not {}",
            more.len()
        ))),
    }
}

fn filled(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty())
}

/// An EXIF block as it stands, or one made of tags by name.
fn exif_of(value: &Value) -> Result<Option<Vec<u8>>> {
    match value {
        Value::Map(tags) => Ok(Some(exif::build(tags))),
        Value::Null => Ok(None),
        Value::Bytes(block) => Ok(Some(block.clone())),
        other => Err(Error::bad_option(format!(
            "option `exif`: expected bytes or a map, got {}",
            other.type_name()
        ))),
    }
}

fn dpi_of(values: &[f64]) -> Result<Option<(f64, f64)>> {
    match values {
        [] => Ok(None),
        [both] => Ok(Some((*both, *both))),
        [x, y] => Ok(Some((*x, *y))),
        more => Err(Error::bad_option(format!(
            "option `dpi`: {} values, expected one or two",
            more.len()
        ))),
    }
}

fn texts_of(value: &Value) -> Result<Vec<(String, String)>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Map(map) => map
            .iter()
            .map(|(keyword, text)| match text.as_str() {
                Some(text) => Ok((keyword.to_owned(), text.to_owned())),
                None => Err(Error::bad_option(format!(
                    "option `pnginfo`: `{keyword}` is {}, not text",
                    text.type_name()
                ))),
            })
            .collect(),
        other => Err(Error::bad_option(format!(
            "option `pnginfo`: expected a map, got {}",
            other.type_name()
        ))),
    }
}

fn png_transparency(value: &Value) -> Result<Option<png::Transparency>> {
    let level = |value: &Value| value.as_i64().and_then(|level| u16::try_from(level).ok());
    let transparency = match value {
        Value::Null => return Ok(None),
        Value::Int(_) => level(value).map(png::Transparency::Level),
        Value::Bytes(alphas) => Some(png::Transparency::Alphas(alphas.clone())),
        Value::List(levels) => match levels
            .iter()
            .map(level)
            .collect::<Option<Vec<_>>>()
            .as_deref()
        {
            Some([r, g, b]) => Some(png::Transparency::Color([*r, *g, *b])),
            _ => None,
        },
        _ => None,
    };
    let bad = || {
        Error::bad_option(format!(
            "option `transparency`: {value} is no level, colour or alpha bytes"
        ))
    };
    transparency.ok_or_else(bad).map(Some)
}

fn gif_transparency(value: &Value) -> Result<Option<u8>> {
    match value {
        Value::Null => Ok(None),
        value => match value.as_i64().and_then(|level| u8::try_from(level).ok()) {
            Some(level) => Ok(Some(level)),
            None => Err(Error::bad_option(format!(
                "option `transparency`: {value} is no level from 0 to 255"
            ))),
        },
    }
}
