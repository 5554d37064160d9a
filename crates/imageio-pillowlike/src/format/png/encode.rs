//! Writing: stills, animations, palettes.

use imageio_core::{Error, Limits, NdImage, Result};

use super::deflate::Effort;
use super::header::{Color, Header};
use super::passes;
use super::settings::Settings;
use crate::format::Sink;

mod chunks;
mod delay;
mod describe;
mod filter;
mod form;
mod rows;
mod stripes;
#[cfg(test)]
mod tests;

use chunks::Chunks;
use form::Form;
use rows::{Picture, Region};
use stripes::Method;

/// Writes one image, or several of one shape and type as an animation that keeps every frame.
///
/// # Errors
/// `Unsupported` for what PNG does not hold, `BadOption` for settings that do not suit.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let form = Form::new(frames, settings, limits)?;
    let method = method(&form.header, settings)?;
    let animated = frames.len() > 1;
    let apart = usize::from(animated && settings.default_image);
    let mut chunks = Chunks::start(out)?;
    chunks.write(*b"IHDR", &[&form.header.to_bytes()])?;
    describe::before_palette(&mut chunks, &form, settings)?;
    if animated {
        let shown = u32::try_from(frames.len() - apart);
        let shown = shown.map_err(|_| Error::unsupported(format!("{} frames", frames.len())))?;
        let plays = settings.loop_count.to_be_bytes();
        chunks.write(*b"acTL", &[&shown.to_be_bytes(), &plays])?;
    }
    describe::after_palette(&mut chunks, &form, settings)?;
    for (position, frame) in frames.iter().enumerate() {
        let region = match position.checked_sub(apart) {
            Some(shown) if animated => {
                write_control(&mut chunks, frames, position, shown, settings)?
            }
            _ => Region::whole(frame),
        };
        write_data(&mut chunks, frame, region, &form, method, position > 0)?;
    }
    chunks.finish()
}

/// Writes the image data of one frame.
fn write_data(
    chunks: &mut Chunks<'_>,
    frame: &NdImage,
    region: Region,
    form: &Form,
    method: Method,
    numbered: bool,
) -> Result<()> {
    let header = Header {
        width: region.columns.len(),
        height: region.rows.len(),
        ..form.header.clone()
    };
    let passes =
        passes::passes(&header).ok_or_else(|| Error::unsupported("an image larger than memory"))?;
    let frame = frame.to_contiguous();
    let picture = Picture::new(&frame, region, header.depth, form.palette.as_ref())?;
    stripes::compress(&picture, &passes, method, |data| {
        if numbered {
            chunks.write_numbered(*b"fdAT", data)
        } else {
            chunks.write(*b"IDAT", &[data])
        }
    })
}

/// The levels of zlib are steps here.
fn method(header: &Header, settings: &Settings) -> Result<Method> {
    let effort = match settings.compress_level {
        _ if settings.optimize => Effort::High,
        None | Some(4..=6) => Effort::Balanced,
        Some(0) => Effort::Store,
        Some(1..=3) => Effort::Fast,
        Some(7..=9) => Effort::High,
        Some(level) => {
            return Err(Error::bad_option(format!(
                "compress_level is {level}, expected 0 to 9"
            )));
        }
    };
    // PNG 12.7: palettes and small depths have no use for filters.
    let smooth = header.color != Color::Indexed && header.depth >= 8;
    Ok(Method {
        effort,
        filter: smooth && effort != Effort::Store,
    })
}

/// Writes what `fcTL` says about frame `shown` of the animation; gives the part that is written.
fn write_control(
    chunks: &mut Chunks<'_>,
    frames: &[NdImage],
    position: usize,
    shown: usize,
    settings: &Settings,
) -> Result<Region> {
    let dispose = operation("disposal", &settings.disposal, shown, 2)?;
    let blend = operation("blend", &settings.blend, shown, 1)?;
    let (numerator, denominator) =
        delay::fraction(Settings::of_frame(&settings.durations_ms, shown))?;
    // Where the canvas is the frame before, the rest of the frame need not be written again.
    let plain = |codes: &[u8]| codes.iter().all(|&code| code == 0);
    let region = if shown > 0 && plain(&settings.disposal) && plain(&settings.blend) {
        rows::difference(&frames[position - 1], &frames[position])?
    } else {
        Region::whole(&frames[position])
    };
    let mut data = Vec::new();
    for value in [
        region.columns.len(),
        region.rows.len(),
        region.columns.start,
        region.rows.start,
    ] {
        data.extend_from_slice(&(value as u32).to_be_bytes());
    }
    data.extend_from_slice(&numerator.to_be_bytes());
    data.extend_from_slice(&denominator.to_be_bytes());
    data.extend_from_slice(&[dispose, blend]);
    chunks.write_numbered(*b"fcTL", &data)?;
    Ok(region)
}

/// The code for frame `shown`, from 0 to `most`.
fn operation(name: &str, codes: &[u8], shown: usize, most: u8) -> Result<u8> {
    match Settings::of_frame(codes, shown) {
        code if code <= most => Ok(code),
        code => Err(Error::bad_option(format!(
            "{name} is {code}, expected 0 to {most}"
        ))),
    }
}
