//! From the plugin's options to what each codec takes, and from metadata into the options.

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::exr::kept as exr_kept;
use crate::format::{bmp, exif, png, qoi};
use crate::options::PillowWriteOptions;

mod float;
mod gif;
mod ico;
mod jpeg;
mod png_info;
mod tga;
mod webp;

pub(super) use float::{exr, hdr};
pub(super) use gif::settings as gif;
pub(super) use ico::settings as ico;
pub(super) use jpeg::settings as jpeg;
pub(super) use png_info::adopt_frames;
pub(super) use tga::settings as tga;
pub(super) use webp::settings as webp;

pub(super) fn png(options: &PillowWriteOptions, durations_ms: Vec<f64>) -> Result<png::Settings> {
    png_info::settings(
        options,
        dpi_of(&options.dpi)?,
        exif_of(&options.exif)?,
        durations_ms,
    )
}

pub(super) fn bmp(options: &PillowWriteOptions, file_header: bool) -> Result<bmp::Settings> {
    let plain = bmp::Settings::default();
    Ok(bmp::Settings {
        dpi: dpi_of(&options.dpi)?.unwrap_or(plain.dpi),
        file_header,
        ..plain
    })
}

pub(super) fn qoi(options: &PillowWriteOptions) -> qoi::Settings {
    qoi::Settings {
        srgb: options.colorspace.as_deref() == Some("sRGB"),
    }
}

/// Fills in what the metadata of the first frame says and no option did, as far as `format` holds it.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata, format: &str) {
    match format {
        "PNG" => png_info::adopt(options, metadata),
        "JPEG" | "MPO" => jpeg::adopt(options, metadata),
        "GIF" => gif::adopt(options, metadata),
        "WebP" => webp::adopt(options, metadata),
        "TGA" => tga::adopt(options, metadata),
        "ICO" | "CUR" => ico::adopt(options, metadata),
        "EXR" => float::adopt_exr(options, metadata),
        "HDR" => float::adopt_hdr(options, metadata),
        _ => {}
    }
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
    if options.xmp.is_empty() {
        options.xmp = bytes("xmp").unwrap_or_default();
    }
    if options.colorspace.is_none() {
        let stored = metadata.get("colorspace").and_then(Value::as_str);
        options.colorspace = stored.map(str::to_owned);
    }
    let plays = || {
        metadata
            .get("loop")?
            .as_i64()
            .and_then(|plays| u16::try_from(plays).ok())
    };
    options.r#loop = options.r#loop.or_else(plays);
}

/// What of a frame's metadata `format` holds and no option can say, or only for all frames at once.
pub(super) fn kept(options: &PillowWriteOptions, metadata: &Metadata, format: &str) -> Metadata {
    let only = |key| {
        let value = metadata.get(key).cloned();
        Metadata::from_iter(value.map(|value| (key, value)))
    };
    match format {
        "GIF" if options.comment == Value::Null => only("comment"),
        "EXR" if options.attributes == Value::Null => exr_kept(metadata).unwrap_or_default(),
        "PFM" => only("scale"),
        "JPEG" | "MPO" => match metadata.get("photoshop") {
            Some(Value::Map(resources)) => resources.clone(),
            _ => Metadata::new(),
        },
        _ => Metadata::new(),
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
