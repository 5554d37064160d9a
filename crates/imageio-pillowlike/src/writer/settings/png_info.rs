//! What a PNG says about its image: from the options, and into them from metadata.

use imageio_core::{Error, Images, Metadata, Result, Value};

use super::filled;
use crate::format::{exif, png};
use crate::options::PillowWriteOptions;

/// Keys of `pnginfo` that mean a chunk, under the names that metadata has. All others are keywords of texts.
const CHUNKS: [&str; 8] = [
    "chromaticity",
    "srgb",
    "cicp",
    "time",
    "aspect",
    "background",
    "significant_bits",
    "transparency",
];

/// Settings of the PNG encoder.
pub(super) fn settings(
    options: &PillowWriteOptions,
    dpi: Option<(f64, f64)>,
    exif: Option<Vec<u8>>,
    durations_ms: Vec<f64>,
) -> Result<png::Settings> {
    let empty = Metadata::new();
    let info = match &options.pnginfo {
        Value::Null => &empty,
        Value::Map(map) => map,
        other => {
            return Err(Error::bad_option(format!(
                "option `pnginfo`: expected a map, got {}",
                other.type_name()
            )));
        }
    };
    let density = match dpi {
        Some((x, y)) => Some(png::Density::Dpi(x, y)),
        None => chunk(info, "aspect", numbers::<u32, 2>)?.map(|[x, y]| png::Density::Aspect(x, y)),
    };
    Ok(png::Settings {
        compress_level: options.compress_level,
        optimize: options.optimize,
        bits: options.bits,
        interlace: options.interlace,
        density,
        icc_profile: filled(&options.icc_profile),
        exif,
        text: texts_of(info)?,
        gamma: options.gamma,
        chromaticity: chunk(info, "chromaticity", floats)?,
        srgb: chunk(info, "srgb", number)?,
        cicp: chunk(info, "cicp", numbers)?,
        time: chunk(info, "time", time_of)?,
        background: chunk(info, "background", levels)?.unwrap_or_default(),
        significant_bits: chunk(info, "significant_bits", levels)?.unwrap_or_default(),
        former_transparency: info.get("transparency").and_then(transparency_of),
        transparency: transparency(&options.transparency)?,
        durations_ms,
        loop_count: options.r#loop.unwrap_or(0).into(),
        disposal: options.disposal.clone(),
        blend: options.blend.clone(),
        default_image: options.default_image,
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    options.gamma = options
        .gamma
        .or_else(|| metadata.get("gamma").and_then(Value::as_f64));
    if metadata.get("default_image").and_then(Value::as_bool) == Some(true) {
        options.default_image = true;
    }
    if options.pnginfo != Value::Null {
        return;
    }
    let tags = metadata.get("exif").and_then(Value::as_bytes);
    let tags = tags.and_then(|block| exif::parse(block).ok());
    let is_tag = |key: &str, value: &Value| {
        let tag = tags.as_ref().and_then(|tags| tags.get(key));
        tag == Some(value)
    };
    let kept = metadata.iter().filter(|(key, value)| match value {
        Value::Str(_) => *key != "mode" && !is_tag(key, value),
        _ => CHUNKS.contains(key) && !is_tag(key, value),
    });
    let mut info: Metadata = kept
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    // Of other formats than PNG the packet comes as bytes alone.
    let xmp = metadata.get("xmp").and_then(Value::as_bytes);
    if let Some(text) = xmp.and_then(|xmp| str::from_utf8(xmp).ok())
        && !info.contains_key(XMP)
    {
        info.insert(XMP, text);
    }
    if !info.is_empty() {
        options.pnginfo = Value::Map(info);
    }
}

const XMP: &str = "XML:com.adobe.xmp";

/// Takes the disposal of each frame over, where no option says how frames follow each other.
///
/// Blending is not: frames are read as they look, and so they replace what was before.
pub(in crate::writer) fn adopt_frames(
    options: &mut PillowWriteOptions,
    images: &Images<'_>,
    count: usize,
) {
    if !options.disposal.is_empty() || !options.blend.is_empty() {
        return;
    }
    let first = usize::from(options.default_image);
    let code = |position| {
        let code = images.metadata_of(position)?.get("disposal")?.as_i64()?;
        u8::try_from(code).ok().filter(|code| *code <= 2)
    };
    let codes: Option<Vec<u8>> = (first..count).map(code).collect();
    options.disposal = codes.filter(|_| count > 1).unwrap_or_default();
}

fn chunk<T>(
    info: &Metadata,
    key: &str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>> {
    // A text may have the name of a chunk.
    match info.get(key) {
        None | Some(Value::Str(_)) => Ok(None),
        Some(value) => read(value)
            .map(Some)
            .ok_or_else(|| Error::bad_option(format!("option `pnginfo`: `{key}` is {value}"))),
    }
}

fn number<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_i64()?).ok()
}

fn list<T: TryFrom<i64>>(value: &Value) -> Option<Vec<T>> {
    value.as_list()?.iter().map(number).collect()
}

fn numbers<T: TryFrom<i64>, const N: usize>(value: &Value) -> Option<[T; N]> {
    list(value)?.try_into().ok()
}

/// One number, or several.
fn levels<T: TryFrom<i64>>(value: &Value) -> Option<Vec<T>> {
    number(value).map(|one| vec![one]).or_else(|| list(value))
}

fn floats(value: &Value) -> Option<[f64; 8]> {
    let all: Option<Vec<f64>> = value.as_list()?.iter().map(Value::as_f64).collect();
    all?.try_into().ok()
}

/// Data of `tIME`.
fn time_of(value: &Value) -> Option<[u8; 7]> {
    let Value::DateTime(time) = value else {
        return None;
    };
    let [y0, y1] = u16::try_from(time.year).ok()?.to_be_bytes();
    let [month, day, hour] = [time.month, time.day, time.hour];
    Some([y0, y1, month, day, hour, time.minute, time.second])
}

fn texts_of(info: &Metadata) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for (keyword, value) in info.iter() {
        match value.as_str() {
            Some(text) => texts.push((keyword.to_owned(), text.to_owned())),
            None if CHUNKS.contains(&keyword) => {}
            None => {
                return Err(Error::bad_option(format!(
                    "option `pnginfo`: `{keyword}` is {}, not text",
                    value.type_name()
                )));
            }
        }
    }
    Ok(texts)
}

fn transparency(value: &Value) -> Result<Option<png::Transparency>> {
    let bad = || {
        Error::bad_option(format!(
            "option `transparency`: {value} is no level, colour or alpha bytes"
        ))
    };
    match value {
        Value::Null => Ok(None),
        value => transparency_of(value).ok_or_else(bad).map(Some),
    }
}

fn transparency_of(value: &Value) -> Option<png::Transparency> {
    match value {
        Value::Int(_) => number(value).map(png::Transparency::Level),
        Value::Bytes(alphas) => Some(png::Transparency::Alphas(alphas.clone())),
        Value::List(_) => numbers(value).map(png::Transparency::Color),
        _ => None,
    }
}
