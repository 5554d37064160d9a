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
    Ok(metadata)
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

fn time(data: &[u8]) -> Option<DateTime> {
    let &[y0, y1, month, day, hour, minute, second] = data else {
        return None;
    };
    let year = u16::from_be_bytes([y0, y1]);
    DateTime::new(year.into(), month, day, hour, minute, second)
}
