//! Writing of bitmaps, uncompressed.

use imageio_core::{DType, Error, Limits, NdImage, Result};

use super::INCHES_PER_METRE;
use super::bits::pack;
use super::swizzle::{swap_3, swap_4};
use crate::format::Sink;
use crate::format::only_image;

/// How a bitmap is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    /// Dots per inch, x and y. Default: 96, as Pillow.
    pub(crate) dpi: (f64, f64),
    /// Whether the file header goes before the bitmap header; a DIB has none. Default: `true`.
    pub(crate) file_header: bool,
    /// Whether it is an entry of an icon: the oldest header, twice the height, and a mask. Default: `false`.
    pub(crate) icon: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            dpi: (96.0, 96.0),
            file_header: true,
            icon: false,
        }
    }
}

/// What a bitmap can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bilevel,
    Gray,
    Rgb,
    Rgba,
}

/// Bytes of packed rows that are written at once.
const BAND: usize = 1 << 18;
const FILE_HEADER: u64 = 14;
/// Red, green, blue and alpha of a word, as most programs have them.
const MASKS: [u32; 4] = [0xff_0000, 0xff00, 0xff, 0xff00_0000];

/// Writes the one frame: bool in 1 bit, gray in 8, RGB in 24, and RGBA in 32 bit with a header that names alpha.
///
/// # Errors
/// `Unsupported` for several frames, for other shapes and types, and for more than 4 GiB.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let frame = only_image(frames, "a BMP")?;
    let kind = Kind::of(frame)?;
    out.write_all(&kind.headers(frame, settings)?)?;
    write_rows(frame, kind, out, limits)?;
    if settings.icon {
        write_mask(frame, kind, out)?;
    }
    Ok(())
}

impl Kind {
    fn of(frame: &NdImage) -> Result<Self> {
        match (frame.dtype(), frame.shape()) {
            (_, [0, ..] | [_, 0, ..]) => {}
            (DType::Bool, [_, _]) => return Ok(Kind::Bilevel),
            (DType::U8, [_, _]) => return Ok(Kind::Gray),
            (DType::U8, [_, _, 3]) => return Ok(Kind::Rgb),
            (DType::U8, [_, _, 4]) => return Ok(Kind::Rgba),
            _ => {}
        }
        Err(Error::unsupported(format!(
            "a BMP holds bool (H, W) or uint8 (H, W), (H, W, 3) or (H, W, 4), not {} of shape {:?}",
            frame.dtype(),
            frame.shape()
        )))
    }

    const fn bits(self) -> u16 {
        match self {
            Kind::Bilevel => 1,
            Kind::Gray => 8,
            Kind::Rgb => 24,
            Kind::Rgba => 32,
        }
    }

    /// Gray levels of the palette.
    fn palette(self) -> &'static [u8] {
        const RAMP: [u8; 256] = {
            let mut ramp = [0; 256];
            let mut level = 0;
            while level < 256 {
                ramp[level] = level as u8;
                level += 1;
            }
            ramp
        };
        match self {
            Kind::Bilevel => &[0, 255],
            Kind::Gray => &RAMP,
            Kind::Rgb | Kind::Rgba => &[],
        }
    }

    /// Bytes of a row with its padding.
    fn stride(self, width: usize) -> u64 {
        (width as u64)
            .saturating_mul(self.bits().into())
            .div_ceil(32)
            .saturating_mul(4)
    }

    /// Everything before the pixels.
    fn headers(self, frame: &NdImage, settings: &Settings) -> Result<Vec<u8>> {
        let (height, width) = size_of_frame(frame);
        let colors = self.palette().len() as u32;
        // Version 4 is the first header that is sure to be asked for a mask of alpha.
        let names_alpha = self == Kind::Rgba && !settings.icon;
        let header: u32 = if names_alpha { 108 } else { 40 };
        let before = FILE_HEADER + u64::from(header + colors * 4);
        let pixels = self.stride(width).saturating_mul(height as u64);
        let fits = i32::try_from(width).is_ok() && i32::try_from(height).is_ok();
        let file_size = u32::try_from(before.saturating_add(pixels))
            .ok()
            .filter(|_| fits);
        let file_size = file_size.ok_or_else(|| {
            Error::unsupported(format!(
                "a BMP holds at most 4 GiB, not {height} by {width} pixels"
            ))
        })?;
        let mut bytes = Vec::new();
        if settings.file_header {
            bytes.extend(b"BM");
            bytes.extend(
                [file_size, 0, before as u32]
                    .map(u32::to_le_bytes)
                    .as_flattened(),
            );
        }
        let [x, y] = [settings.dpi.0, settings.dpi.1].map(per_metre);
        let compression = if names_alpha { 3 } else { 0 };
        let planes_and_bits = 1 | u32::from(self.bits()) << 16;
        let fields = [
            header,
            width as u32,
            height as u32 * if settings.icon { 2 } else { 1 },
            planes_and_bits,
            compression,
        ];
        bytes.extend(fields.map(u32::to_le_bytes).as_flattened());
        let fields = [pixels as u32, x?, y?, colors, colors];
        bytes.extend(fields.map(u32::to_le_bytes).as_flattened());
        if names_alpha {
            bytes.extend(MASKS.map(u32::to_le_bytes).as_flattened());
            bytes.extend(b"BGRs");
            // End points and gamma of a calibrated space, which sRGB is not.
            bytes.extend([0; 48]);
        }
        bytes.extend(
            self.palette()
                .iter()
                .flat_map(|&level| [level, level, level, 0]),
        );
        Ok(bytes)
    }

    /// One row of samples as stored, without padding.
    fn store(self, samples: &[u8], row: &mut [u8]) {
        match self {
            Kind::Bilevel => pack(samples, 0, row),
            Kind::Gray => {
                for (to, from) in row.iter_mut().zip(samples) {
                    *to = *from;
                }
            }
            Kind::Rgb => swap_3(samples, row),
            Kind::Rgba => swap_4(samples, row),
        }
    }
}

fn size_of_frame(frame: &NdImage) -> (usize, usize) {
    match *frame.shape() {
        [height, width, ..] => (height, width),
        _ => (0, 0),
    }
}

fn per_metre(dpi: f64) -> Result<u32> {
    let per_metre = (dpi * INCHES_PER_METRE + 0.5).floor();
    if (0.0..=f64::from(i32::MAX)).contains(&per_metre) {
        return Ok(per_metre as u32);
    }
    Err(Error::bad_option(format!(
        "a BMP holds no resolution of {dpi} dots per inch"
    )))
}

/// Writes the mask of an icon from the bottom: a bit is set where nothing is seen.
fn write_mask(frame: &NdImage, kind: Kind, out: &mut dyn Sink) -> Result<()> {
    let (height, width) = size_of_frame(frame);
    let mut row = vec![0; width.div_ceil(32) * 4];
    for y in (0..height).rev() {
        if kind == Kind::Rgba {
            let line = frame.crop(std::slice::from_ref(&(y..y + 1)))?;
            let clear = line.as_bytes();
            let clear = clear.iter().skip(3).step_by(4);
            let clear: Vec<u8> = clear.map(|&alpha| u8::from(alpha == 0)).collect();
            pack(
                &clear,
                0,
                row.get_mut(..width.div_ceil(8)).unwrap_or_default(),
            );
        }
        out.write_all(&row)?;
    }
    Ok(())
}

/// Writes the rows from the bottom, packed in bands.
fn write_rows(frame: &NdImage, kind: Kind, out: &mut dyn Sink, limits: &Limits) -> Result<()> {
    let (height, width) = size_of_frame(frame);
    let stride = kind.stride(width) as usize;
    let used = (width * usize::from(kind.bits())).div_ceil(8);
    let in_band = (BAND / stride).clamp(1, height);
    let mut band = limits.scratch::<u8>(in_band * stride, "rows to write")?;
    let mut end = height;
    while end > 0 {
        let start = end.saturating_sub(in_band);
        // Only a band that lies in pieces is copied.
        let rows = frame.crop(std::slice::from_ref(&(start..end)))?;
        let samples = rows.as_bytes();
        let lines = samples.chunks_exact(samples.len() / (end - start));
        for (row, line) in band.chunks_exact_mut(stride).zip(lines.rev()) {
            kind.store(line, row.get_mut(..used).unwrap_or_default());
        }
        out.write_all(band.get(..(end - start) * stride).unwrap_or_default())?;
        end = start;
    }
    Ok(())
}
