//! From the plugin's options to what each codec takes.

use imageio_codecs::webp as codec;
use imageio_core::{Error, Metadata, OptionValue, Result, Value};

use crate::format::{bmp, exif, exr, gif, hdr, ico, jpeg, png, qoi, tga, webp};
use crate::options::{IconFormat, PillowMode, PillowWriteOptions, Quantizer, Subsampling};

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
        quality: options.quality.unwrap_or(75),
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
        keep_rgb: options.keep_rgb,
        several: false,
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
            Quantizer::NeuQuant | Quantizer::Nq => gif::Quantizer::NeuQuant,
        },
        dither: options.dither,
        subrectangles: options.subrectangles,
        optimize: options.optimize,
        transparency: gif_transparency(&options.transparency)?,
        disposal: gif_disposal(&options.disposal)?,
        comments: gif_comments(&options.comment)?,
        // Four values are a WebP's colour.
        background: match options.background.as_slice() {
            [index] => *index,
            _ => 0,
        },
        interlace: options.interlace,
        palette: Some(palette).filter(|palette| !palette.is_empty()),
    })
}

pub(super) fn bmp(options: &PillowWriteOptions, file_header: bool) -> Result<bmp::Settings> {
    let plain = bmp::Settings::default();
    Ok(bmp::Settings {
        dpi: dpi_of(&options.dpi)?.unwrap_or(plain.dpi),
        file_header,
        ..plain
    })
}

pub(super) fn webp(options: &PillowWriteOptions, durations_ms: Vec<f64>) -> Result<webp::Settings> {
    let plain = webp::Settings::default();
    Ok(webp::Settings {
        picture: codec::Settings {
            lossless: options.lossless,
            quality: options.quality.map_or(plain.picture.quality, f32::from),
            alpha_quality: options.alpha_quality,
            exact: options.exact,
            ..plain.picture
        },
        method: options.method,
        durations_ms,
        loop_count: options.r#loop.unwrap_or(0),
        // A single value is a GIF's index.
        background: options
            .background
            .as_slice()
            .try_into()
            .unwrap_or(plain.background),
        minimize_size: options.minimize_size,
        allow_mixed: options.allow_mixed,
        kmin: options.kmin,
        kmax: options.kmax,
        icc_profile: filled(&options.icc_profile),
        exif: exif_of(&options.exif)?,
        xmp: filled(&options.xmp),
    })
}

pub(super) fn qoi(options: &PillowWriteOptions) -> qoi::Settings {
    qoi::Settings {
        srgb: options.colorspace.as_deref() == Some("sRGB"),
    }
}

pub(super) fn tga(options: &PillowWriteOptions) -> Result<tga::Settings> {
    let wrong = |option: &str, value: &Value| {
        Error::bad_option(format!("option `{option}`: {} is none", value.type_name()))
    };
    Ok(tga::Settings {
        rle: options.rle.unwrap_or(false),
        top_down: options.orientation.unwrap_or(-1) > 0,
        id_section: match &options.id_section {
            Value::Null => Vec::new(),
            Value::Str(text) => text.clone().into_bytes(),
            Value::Bytes(bytes) => bytes.clone(),
            other => return Err(wrong("id_section", other)),
        },
        extension_area: match &options.extension_area {
            Value::Null => Metadata::new(),
            Value::Map(fields) => fields.clone(),
            other => return Err(wrong("extension_area", other)),
        },
    })
}

pub(super) fn ico(options: &PillowWriteOptions, cursor: bool) -> Result<ico::Settings> {
    let pairs = |option: &str, lists: &[Vec<u16>]| {
        let pair = |list: &Vec<u16>| match *list.as_slice() {
            [both] => Ok((both, both)),
            [x, y] => Ok((x, y)),
            _ => Err(Error::bad_option(format!(
                "option `{option}`: {list:?} is no pair"
            ))),
        };
        lists.iter().map(pair).collect::<Result<Vec<(u16, u16)>>>()
    };
    let sizes = pairs("sizes", &options.sizes)?;
    Ok(ico::Settings {
        cursor,
        sizes: sizes
            .into_iter()
            .map(|(width, height)| (width.into(), height.into()))
            .collect(),
        bitmap_format: options.bitmap_format.map(|format| match format {
            IconFormat::Png => ico::BitmapFormat::Png,
            IconFormat::Bmp => ico::BitmapFormat::Bmp,
        }),
        hotspots: pairs("hotspots", &options.hotspots)?,
    })
}

/// The same for what only TGA files and cursors say.
fn adopt_tga_and_cur(options: &mut PillowWriteOptions, metadata: &Metadata) {
    let get = |key| metadata.get(key).cloned().unwrap_or_default();
    if options.rle.is_none() && get("compression").as_str() == Some("tga_rle") {
        options.rle = Some(true);
    }
    if options.orientation.is_none() {
        let stored = get("orientation").as_i64();
        options.orientation = stored.and_then(|side| i8::try_from(side).ok());
    }
    if options.id_section == Value::Null {
        options.id_section = get("id_section");
    }
    if options.extension_area == Value::Null {
        options.extension_area = get("extension_area");
    }
    if options.hotspots.is_empty() {
        let number = |value: &Value| value.as_i64().and_then(|n| u16::try_from(n).ok());
        let pair = |value: &Value| value.as_list()?.iter().map(number).collect();
        let stored = get("hotspots");
        let stored = stored.as_list().unwrap_or_default().iter().map(pair);
        options.hotspots = stored.collect::<Option<_>>().unwrap_or_default();
    }
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
    adopt_tga_and_cur(options, metadata);
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
    if options.background.is_empty() {
        let levels = metadata.get("background").and_then(Value::as_list);
        let level = |value: &Value| value.as_i64().and_then(|level| u8::try_from(level).ok());
        options.background = levels
            .and_then(|levels| levels.iter().map(level).collect())
            .unwrap_or_default();
    }
    if options.colorspace.is_none() {
        let stored = metadata.get("colorspace").and_then(Value::as_str);
        options.colorspace = stored.map(str::to_owned);
    }
    png_info::adopt(options, metadata);
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

fn gif_disposal(values: &[u8]) -> Result<Vec<u8>> {
    match values.iter().find(|&&value| value > 3) {
        Some(value) => Err(Error::bad_option(format!(
            "option `disposal`: {value} is not from 0 to 3"
        ))),
        None => Ok(values.to_vec()),
    }
}

/// One comment, or a list of them.
fn gif_comments(value: &Value) -> Result<Vec<Vec<u8>>> {
    let comments = match value {
        Value::List(values) => values.iter().map(bytes_of).collect::<Result<Vec<_>>>()?,
        value => vec![bytes_of(value)?],
    };
    Ok(comments.into_iter().flatten().collect())
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
