//! The chunks that say how to show the image and what is written about it.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use imageio_core::{Error, Result};

use super::chunks::Chunks;
use super::form::Form;
use crate::format::png::header::{Color, MAX_INT};
use crate::format::png::info::EXIF_PREFIX;
use crate::format::png::settings::{Density, Settings};
use crate::format::png::text::XMP_KEYWORD;

/// Texts of this length are compressed.
const LONG_TEXT: usize = 1024;

/// Writes what stands before the palette.
pub(super) fn before_palette(
    chunks: &mut Chunks<'_>,
    form: &Form,
    settings: &Settings,
) -> Result<()> {
    if let Some(corners) = &settings.chromaticity {
        let mut data = Vec::new();
        for &value in corners {
            data.extend_from_slice(&scaled("chromaticity", value, 0)?.to_be_bytes());
        }
        chunks.write(*b"cHRM", &[&data])?;
    }
    if let Some(gamma) = settings.gamma {
        chunks.write(*b"gAMA", &[&scaled("gamma", gamma, 1)?.to_be_bytes()])?;
    }
    if let Some(cicp) = settings.cicp {
        chunks.write(*b"cICP", &[&cicp])?;
    }
    if let Some(profile) = &settings.icc_profile {
        chunks.write(*b"iCCP", &[b"ICC Profile\0\0", &compressed(profile)?])?;
    } else if let Some(intent) = settings.srgb {
        // PNG 11.3.2.5: a file has one of the two.
        chunks.write(*b"sRGB", &[&[intent]])?;
    }
    if suits_bits(&settings.significant_bits, form) {
        chunks.write(*b"sBIT", &[&settings.significant_bits])?;
    }
    Ok(())
}

fn suits_bits(bits: &[u8], form: &Form) -> bool {
    let (channels, depth) = match form.header.color {
        Color::Indexed => (3, 8),
        other => (other.channels(), form.header.depth),
    };
    bits.len() == channels && bits.iter().all(|bits| (1..=depth).contains(bits))
}

/// Data of `bKGD`, where the levels suit the image.
fn background(levels: &[u16], form: &Form) -> Option<Vec<u8>> {
    let count = match form.header.color {
        Color::Indexed => return None,
        Color::Gray | Color::GrayAlpha => 1,
        Color::Rgb | Color::Rgba => 3,
    };
    let most = u32::MAX >> (32 - form.header.depth);
    let suits = levels.len() == count && levels.iter().all(|&level| u32::from(level) <= most);
    suits.then(|| {
        levels
            .iter()
            .flat_map(|level| level.to_be_bytes())
            .collect()
    })
}

/// Writes the palette and what stands between it and the image.
pub(super) fn after_palette(
    chunks: &mut Chunks<'_>,
    form: &Form,
    settings: &Settings,
) -> Result<()> {
    if let Some(palette) = &form.palette {
        let colors = palette.colors.iter();
        let data: Vec<u8> = colors.flat_map(|&[r, g, b, _]| [r, g, b]).collect();
        chunks.write(*b"PLTE", &[&data])?;
    }
    if let Some(transparency) = &form.transparency {
        chunks.write(*b"tRNS", &[transparency])?;
    }
    if let Some(background) = background(&settings.background, form) {
        chunks.write(*b"bKGD", &[&background])?;
    }
    if let Some(density) = settings.density {
        let (x, y, unit) = dots(density)?;
        chunks.write(*b"pHYs", &[&x.to_be_bytes(), &y.to_be_bytes(), &[unit]])?;
    }
    if let Some(exif) = &settings.exif {
        let bare = exif.strip_prefix(EXIF_PREFIX).unwrap_or(exif);
        chunks.write(*b"eXIf", &[bare])?;
    }
    if let Some(time) = settings.time {
        chunks.write(*b"tIME", &[&time])?;
    }
    for (keyword, text) in &settings.text {
        write_text(chunks, keyword, text)?;
    }
    Ok(())
}

/// A value in hundred thousandths.
fn scaled(name: &str, value: f64, least: u32) -> Result<u32> {
    let scaled = (value * 100000.0).round();
    if (f64::from(least)..=f64::from(MAX_INT)).contains(&scaled) {
        return Ok(scaled as u32);
    }
    Err(Error::bad_option(format!("{name} is {value}")))
}

/// Data of `pHYs`: dots a metre, or their ratio.
fn dots(density: Density) -> Result<(u32, u32, u8)> {
    let per_metre = |dpi: f64| match dpi / 0.0254 {
        dots if (0.0..=f64::from(MAX_INT)).contains(&dots) => Ok((dots + 0.5) as u32),
        _ => Err(Error::bad_option(format!("dpi is {dpi}"))),
    };
    match density {
        Density::Dpi(x, y) => Ok((per_metre(x)?, per_metre(y)?, 1)),
        Density::Aspect(x, y) => Ok((x, y, 0)),
    }
}

fn write_text(chunks: &mut Chunks<'_>, keyword: &str, text: &str) -> Result<()> {
    let stored =
        latin1(keyword).filter(|name| (1..=79).contains(&name.len()) && !name.contains(&0));
    let name = stored.ok_or_else(|| {
        let message = format!("text keyword `{keyword}`: it takes 1 to 79 characters of Latin-1");
        Error::bad_option(message)
    })?;
    let plain = latin1(text).filter(|text| !text.contains(&0));
    let is_xmp = name == XMP_KEYWORD;
    if let Some(plain) = plain.filter(|_| !is_xmp) {
        if plain.len() < LONG_TEXT {
            return chunks.write(*b"tEXt", &[&name, b"\0", &plain]);
        }
        return chunks.write(*b"zTXt", &[&name, b"\0\0", &compressed(&plain)?]);
    }
    // Readers of XMP search for it as it is.
    if is_xmp || text.len() < LONG_TEXT {
        return chunks.write(*b"iTXt", &[&name, b"\0\0\0\0\0", text.as_bytes()]);
    }
    let packed = compressed(text.as_bytes())?;
    chunks.write(*b"iTXt", &[&name, b"\0\x01\0\0\0", &packed])
}

fn latin1(text: &str) -> Option<Vec<u8>> {
    let bytes = text.chars().map(|letter| u8::try_from(letter).ok());
    bytes.collect()
}

fn compressed(data: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data)?;
    Ok(encoder.finish()?)
}
