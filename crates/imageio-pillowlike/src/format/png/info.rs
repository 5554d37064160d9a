//! Metadata from the ancillary chunks, under the keys of Pillow's `info`.

use imageio_core::{DateTime, Limits, Metadata, Result, Value};

use super::chunks::Chunk;
use super::header::{Color, Header};
use super::text::{self, Budget};
use crate::format::Input;

/// What Pillow puts before the data of `eXIf`.
pub(super) const EXIF_PREFIX: &[u8] = b"Exif\0\0";

/// Reads `extras` in their order; a chunk with a wrong checksum or length says nothing.
///
/// # Errors
/// `LimitExceeded` for text that expands past its cap.
pub(super) fn read(
    input: &mut Input,
    header: &Header,
    extras: &[Chunk],
    limits: &Limits,
) -> Result<Metadata> {
    let mut metadata = Metadata::new();
    if header.interlaced {
        metadata.insert("interlace", 1);
    }
    let mut budget = Budget::new(limits);
    for chunk in extras {
        let data = match chunk.read(input, limits) {
            Ok(Some(data)) => data,
            Ok(None) => continue,
            // Only the last chunk can be cut off, and the image is whole without it.
            Err(error) if error.kind() == imageio_core::ErrorKind::Corrupt => break,
            Err(error) => return Err(error),
        };
        match &chunk.name {
            b"tEXt" => text::plain(&data, &mut metadata, &mut budget)?,
            b"zTXt" => text::compressed(&data, &mut metadata, &mut budget)?,
            b"iTXt" => text::international(&data, &mut metadata, &mut budget)?,
            b"iCCP" => {
                if let Some(profile) = text::icc_profile(&data, &mut budget)? {
                    metadata.insert("icc_profile", profile);
                }
            }
            b"eXIf" => {
                metadata.insert("exif", [EXIF_PREFIX, &data].concat());
            }
            _ => {
                if let Some((key, value)) = fixed(chunk.name, &data, header) {
                    metadata.insert(key, value);
                }
            }
        }
    }
    if !metadata.contains_key("exif")
        && let Some(block) = LEGACY_EXIF
            .iter()
            .find_map(|key| legacy_exif(metadata.get(key)?))
    {
        metadata.insert("exif", block);
    }
    Ok(metadata)
}

/// Texts that held EXIF before PNG had a chunk for it.
const LEGACY_EXIF: [&str; 2] = ["Raw profile type exif", "Raw profile type APP1"];

/// The EXIF block in a text of ImageMagick's form: a name, a length, and hexadecimal digits in lines.
fn legacy_exif(text: &Value) -> Option<Vec<u8>> {
    let digits = text.as_str()?.splitn(4, '\n').nth(3)?;
    let digits: Vec<u8> = digits
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| letter.to_digit(16).map(|digit| digit as u8))
        .collect::<Option<_>>()?;
    let (pairs, _) = digits.as_chunks::<2>();
    let block: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    // `APP1` may be XMP as well.
    match block.get(..2)? {
        b"Ex" => block.starts_with(EXIF_PREFIX).then_some(block),
        b"II" | b"MM" => Some([EXIF_PREFIX, &block].concat()),
        _ => None,
    }
}

/// Chunks of a fixed form.
fn fixed(name: [u8; 4], data: &[u8], header: &Header) -> Option<(&'static str, Value)> {
    let words: Vec<u32> = data
        .chunks_exact(4)
        .filter_map(|word| word.first_chunk().map(|word| u32::from_be_bytes(*word)))
        .collect();
    let scaled = |word: u32| f64::from(word) / 100000.0;
    Some(match &name {
        b"gAMA" => ("gamma", scaled(*words.first()?).into()),
        b"cHRM" => {
            let values = words.get(..8)?.iter().map(|&word| scaled(word).into());
            ("chromaticity", Value::List(values.collect()))
        }
        b"sRGB" => ("srgb", (*data.first()?).into()),
        b"acTL" => ("loop", (*words.get(1)?).into()),
        b"pHYs" => return density(&words, *data.get(8)?),
        b"tRNS" => ("transparency", transparency(data, header)?),
        b"tIME" => ("time", time(data)?.into()),
        b"cICP" => ("cicp", <[u8; 4]>::try_from(data).ok()?.into()),
        b"bKGD" => ("background", background(data, header)?),
        b"sBIT" => ("significant_bits", significant_bits(data, header)?),
        _ => return None,
    })
}

fn density(words: &[u32], unit: u8) -> Option<(&'static str, Value)> {
    let &[x, y] = words else {
        return None;
    };
    match unit {
        0 => Some(("aspect", [x, y].into())),
        // Pixels a metre.
        1 => Some(("dpi", [x, y].map(|dots| f64::from(dots) * 0.0254).into())),
        _ => None,
    }
}

/// The stored level or levels, or for a palette the index of the one clear entry or all alphas.
fn transparency(data: &[u8], header: &Header) -> Option<Value> {
    let level = |at: usize| {
        let pair = data.get(at..)?.first_chunk::<2>()?;
        Some(u16::from_be_bytes(*pair))
    };
    match header.color {
        Color::Gray if header.depth == 1 => Some(if level(0)? == 0 { 0 } else { 255 }.into()),
        Color::Gray => Some(level(0)?.into()),
        Color::Rgb => Some([level(0)?, level(2)?, level(4)?].into()),
        Color::Indexed => {
            let mut clear = data.iter().enumerate().filter(|&(_, &alpha)| alpha != 255);
            match (clear.next(), clear.next()) {
                (Some((index, 0)), None) => Some(index.into()),
                _ => Some(data.into()),
            }
        }
        Color::GrayAlpha | Color::Rgba => None,
    }
}

/// The colour to show behind the image: a level, three, or an index.
fn background(data: &[u8], header: &Header) -> Option<Value> {
    let (pairs, _) = data.as_chunks::<2>();
    let level = |at: usize| pairs.get(at).map(|pair| u16::from_be_bytes(*pair));
    Some(match header.color {
        Color::Indexed => (*data.first()?).into(),
        Color::Gray | Color::GrayAlpha => level(0)?.into(),
        Color::Rgb | Color::Rgba => [level(0)?, level(1)?, level(2)?].into(),
    })
}

/// How many bits of each channel carry the picture.
fn significant_bits(data: &[u8], header: &Header) -> Option<Value> {
    let channels = match header.color {
        Color::Indexed => 3,
        other => other.channels(),
    };
    let bits = data.get(..channels)?.iter().map(|&bits| bits.into());
    Some(Value::List(bits.collect()))
}

fn time(data: &[u8]) -> Option<DateTime> {
    let &[y0, y1, month, day, hour, minute, second] = data else {
        return None;
    };
    let year = u16::from_be_bytes([y0, y1]);
    DateTime::new(year.into(), month, day, hour, minute, second)
}
