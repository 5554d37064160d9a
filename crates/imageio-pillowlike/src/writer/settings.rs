//! From the plugin's options to what each codec takes.

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::{bmp, exif, gif, jpeg, png};
use crate::options::{PillowMode, PillowWriteOptions, Quantizer, Subsampling};

use super::bytes_of;

mod png_info;

pub(super) use png_info::adopt_frames;

pub(super) fn png(options: &PillowWriteOptions, durations_ms: Vec<f64>) -> Result<png::Settings> {
    png_info::settings(
        options,
        dpi_of(&options.dpi)?,
        exif_of(&options.exif)?,
        durations_ms,
    )
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
    png_info::adopt(options, metadata);
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
