//! Writing, uncompressed or with run lengths.

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result};

use super::extension::{Extension, SIGNATURE};
use crate::format::Sink;
use crate::format::bmp::bits::pack;
use crate::format::bmp::swizzle::{swap_3, swap_4};
use crate::format::only_image;

/// How a picture is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// Whether equal pixels are written once. Default: `false`.
    pub(crate) rle: bool,
    /// Whether the top row goes first. Default: `false`, the bottom one, as Pillow.
    pub(crate) top_down: bool,
    /// Up to 255 bytes behind the header. Default: none.
    pub(crate) id_section: Vec<u8>,
    /// Fields of the extension area by name. Default: none, and no area.
    pub(crate) extension_area: Metadata,
}

/// What a picture can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bilevel,
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
}

/// Pixels of the longest packet.
const LONGEST: usize = 128;

/// Writes the one frame: bool in 1 bit, gray in 8, gray and alpha in 16, RGB in 24 and RGBA in 32.
///
/// # Errors
/// `Unsupported` for several frames, other shapes and types, sides above 65535 and run lengths of bools.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let frame = only_image(frames, "a TGA")?;
    let kind = Kind::of(frame)?;
    if settings.rle && kind == Kind::Bilevel {
        return Err(Error::unsupported("a TGA has no run lengths for bool"));
    }
    out.write_all(&kind.header(frame, settings)?)?;
    write_rows(frame, kind, settings, out, limits)?;
    let mut area_at = 0;
    if !settings.extension_area.is_empty() {
        let area = Extension::from_metadata(&settings.extension_area, kind.alpha_bits() > 0)?;
        let at = out.stream_position()?;
        area_at =
            u32::try_from(at).map_err(|_| Error::unsupported("an extension area behind 4 GiB"))?;
        out.write_all(area.as_bytes())?;
    }
    out.write_all(&area_at.to_le_bytes())?;
    out.write_all(&[0; 4])?;
    out.write_all(SIGNATURE)?;
    Ok(())
}

impl Kind {
    fn of(frame: &NdImage) -> Result<Self> {
        match (frame.dtype(), frame.shape()) {
            (_, [0, ..] | [_, 0, ..]) => {}
            (DType::Bool, [_, _]) => return Ok(Kind::Bilevel),
            (DType::U8, [_, _]) => return Ok(Kind::Gray),
            (DType::U8, [_, _, 2]) => return Ok(Kind::GrayAlpha),
            (DType::U8, [_, _, 3]) => return Ok(Kind::Rgb),
            (DType::U8, [_, _, 4]) => return Ok(Kind::Rgba),
            _ => {}
        }
        Err(Error::unsupported(format!(
            "a TGA holds bool (H, W) or uint8 (H, W) or (H, W, 2 to 4), not {} of shape {:?}",
            frame.dtype(),
            frame.shape()
        )))
    }

    const fn bits(self) -> u8 {
        match self {
            Kind::Bilevel => 1,
            Kind::Gray => 8,
            Kind::GrayAlpha => 16,
            Kind::Rgb => 24,
            Kind::Rgba => 32,
        }
    }

    const fn alpha_bits(self) -> u8 {
        match self {
            Kind::GrayAlpha | Kind::Rgba => 8,
            _ => 0,
        }
    }

    fn header(self, frame: &NdImage, settings: &Settings) -> Result<Vec<u8>> {
        let (height, width) = size_of_frame(frame);
        let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
            return Err(Error::unsupported(format!(
                "a TGA has sides of at most 65535 pixels, not {height} by {width}"
            )));
        };
        let Ok(id_len) = u8::try_from(settings.id_section.len()) else {
            let len = settings.id_section.len();
            return Err(Error::bad_option(format!(
                "option `id_section`: {len} bytes, at most 255 fit"
            )));
        };
        let color = matches!(self, Kind::Rgb | Kind::Rgba);
        let image_type = if color { 2 } else { 3 } | if settings.rle { 8 } else { 0 };
        let flags = self.alpha_bits() | if settings.top_down { 0x20 } else { 0 };
        let mut bytes = vec![id_len, 0, image_type, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([width, height].map(u16::to_le_bytes).as_flattened());
        bytes.extend([self.bits(), flags]);
        bytes.extend(&settings.id_section);
        Ok(bytes)
    }

    /// One row of samples as stored.
    fn store(self, samples: &[u8], row: &mut [u8]) {
        match self {
            Kind::Bilevel => pack(samples, 0, row),
            Kind::Rgb => swap_3(samples, row),
            Kind::Rgba => swap_4(samples, row),
            Kind::Gray | Kind::GrayAlpha => {
                for (to, from) in row.iter_mut().zip(samples) {
                    *to = *from;
                }
            }
        }
    }
}

fn size_of_frame(frame: &NdImage) -> (usize, usize) {
    match *frame.shape() {
        [height, width, ..] => (height, width),
        _ => (0, 0),
    }
}

fn write_rows(
    frame: &NdImage,
    kind: Kind,
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let (height, width) = size_of_frame(frame);
    let stride = (width * usize::from(kind.bits())).div_ceil(8);
    let mut row = limits.scratch::<u8>(stride, "row to write")?;
    // A packet of stored pixels costs a byte for each 128 of them; no row takes more than that.
    let mut coded = limits.try_capacity::<u8>(stride + width.div_ceil(LONGEST), "coded row")?;
    for at in 0..height {
        let at = if settings.top_down {
            at
        } else {
            height - 1 - at
        };
        // Only a row that lies in pieces is copied.
        let line = frame.crop(std::slice::from_ref(&(at..at + 1)))?;
        kind.store(&line.as_bytes(), &mut row);
        if settings.rle {
            coded.clear();
            pack_runs(&row, usize::from(kind.bits() / 8), &mut coded);
            out.write_all(&coded)?;
        } else {
            out.write_all(&row)?;
        }
    }
    Ok(())
}

/// Appends the packets of a row. Two equal pixels of one byte are no gain inside of stored ones.
fn pack_runs(row: &[u8], size: usize, out: &mut Vec<u8>) {
    let worth = if size == 1 { 3 } else { 2 };
    let (mut rest, mut stored) = (row, 0);
    let run_at = |from: &[u8]| {
        let first = from.get(..size).unwrap_or_default();
        let pixels = from.chunks_exact(size);
        pixels
            .take(LONGEST)
            .take_while(|&pixel| pixel == first)
            .count()
    };
    let flush = |rest: &[u8], stored: usize, out: &mut Vec<u8>| {
        for packet in rest
            .get(..stored * size)
            .unwrap_or_default()
            .chunks(LONGEST * size)
        {
            out.push((packet.len() / size - 1) as u8);
            out.extend(packet);
        }
    };
    loop {
        let ahead = rest.get(stored * size..).unwrap_or_default();
        let run = run_at(ahead);
        if run == 0 {
            return flush(rest, stored, out);
        }
        if run < worth {
            stored += run;
            continue;
        }
        flush(rest, stored, out);
        out.push(0x80 | (run - 1) as u8);
        out.extend(ahead.get(..size).unwrap_or_default());
        rest = ahead.get(run * size..).unwrap_or_default();
        stored = 0;
    }
}
