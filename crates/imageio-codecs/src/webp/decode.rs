//! From one picture's bytes to samples in the caller's buffer.

use std::ops::Range;

use imageio_core::{DType, Error, ErrorKind, Limits, Result};

use super::chunks::{self, Chunk};
use super::sys::{self, Refusal};
use super::{Coding, Layout};

/// From this many pixels on, a second thread filters behind the first.
const THREADS_FROM: usize = 1 << 20;

/// Pixels around a window on which the colours inside of it depend.
const MARGIN: usize = 2;

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
}

/// What the header of a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// How the pixels are stored.
    pub coding: Coding,
    /// Whether they may be transparent.
    pub alpha: bool,
}

impl Features {
    /// Bytes that decoding takes beside the input and the output.
    fn working_bytes(&self) -> u64 {
        let pixels = self.width as u64 * self.height as u64;
        // Lossless pictures are held as 32-bit pixels with some rows more; alpha is such a picture, or a plane.
        let picture = match (self.coding, self.alpha) {
            (Coding::Lossless, _) => pixels * 4 + self.width as u64 * 68,
            (Coding::Lossy, true) => pixels * 5,
            (Coding::Lossy, false) => 0,
        };
        picture + self.width as u64 * 128 + (1 << 16)
    }
}

/// Reads the header of the picture that `data` begins with: a `VP8 ` or `VP8L` chunk, an `ALPH` chunk before one,
/// or a whole still file.
///
/// # Errors
/// `Corrupt` where there is no such header.
pub fn features(data: &[u8]) -> Result<Features> {
    let mut rest = data;
    let mut alpha = false;
    if data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP") {
        rest = data.get(12..).unwrap_or_default();
    }
    while let Some(chunk) = rest.get(..8).and_then(Chunk::of) {
        let body = rest.get(8..).unwrap_or_default();
        match &chunk.name {
            b"VP8 " | b"VP8L" => {
                let len = usize::try_from(chunk.len).unwrap_or(usize::MAX);
                let mut features = chunks::features(chunk.name, body.get(..len).unwrap_or(body))?;
                features.alpha |= alpha;
                return Ok(features);
            }
            b"ALPH" => alpha = true,
            b"VP8X" | b"ICCP" => {}
            _ => break,
        }
        let padded = usize::try_from(chunk.padded()).unwrap_or(usize::MAX);
        rest = body.get(padded..).unwrap_or_default();
    }
    Err(Error::corrupt("the bytes hold no WebP picture"))
}

/// Decodes the picture that `data` begins with into `out`, or the part inside `area`.
///
/// Rows begin `stride` bytes apart; what lies between them is left as it is. The header is checked again, so that a
/// container that says otherwise cannot lead outside of `out`.
///
/// # Errors
/// `Corrupt` for bytes that break off or make no sense, `LimitExceeded` where decoding takes more than the budget,
/// `BadOption` where `out` is too small or `area` leaves the picture.
pub fn decode(
    data: &[u8],
    layout: Layout,
    area: Option<Area>,
    out: &mut [u8],
    stride: usize,
    limits: &Limits,
) -> Result<()> {
    let features = features(data)?;
    let whole = Area {
        left: 0,
        top: 0,
        width: features.width,
        height: features.height,
    };
    let area = area.unwrap_or(whole);
    check(&features, area, layout, out.len(), stride)?;
    if area.width == 0 || area.height == 0 {
        return Ok(());
    }
    let threads = area.width * area.height >= THREADS_FROM;
    let _working = limits.claim(features.working_bytes(), "decoding a WebP")?;
    if area == whole {
        return sys::decode(data, layout, None, threads, out, stride).map_err(translated);
    }
    if features.coding == Coding::Lossless {
        return sys::decode(data, layout, Some(area), threads, out, stride).map_err(translated);
    }
    decode_around(data, &features, layout, area, out, stride, limits)
}

/// Decodes some pixels more on each side, because colour is interpolated between neighbours, and leaves them out.
fn decode_around(
    data: &[u8],
    features: &Features,
    layout: Layout,
    area: Area,
    out: &mut [u8],
    stride: usize,
    limits: &Limits,
) -> Result<()> {
    let columns = around(area.left, area.width, features.width);
    let rows = around(area.top, area.height, features.height);
    let wide = Area {
        left: columns.start,
        top: rows.start,
        width: columns.len(),
        height: rows.len(),
    };
    let channels = layout.channels();
    let shape = [wide.height, wide.width, channels];
    let len = limits.check_image(&shape, DType::U8)?;
    let mut samples = limits.scratch::<u8>(len, "a window of a WebP")?;
    let row = wide.width * channels;
    let threads = len >= THREADS_FROM;
    sys::decode(data, layout, Some(wide), threads, &mut samples, row).map_err(translated)?;
    let first = (area.left - wide.left) * channels;
    let lines = samples.chunks_exact(row).skip(area.top - wide.top);
    for (line, target) in lines.zip(out.chunks_mut(stride)).take(area.height) {
        let part = line.get(first..first + area.width * channels);
        if let (Some(part), Some(target)) = (part, target.get_mut(..area.width * channels)) {
            target.copy_from_slice(part);
        }
    }
    Ok(())
}

/// The range with its margin, from an even position on, as the format's colour planes are half as large.
fn around(start: usize, len: usize, size: usize) -> Range<usize> {
    (start.saturating_sub(MARGIN) & !1)..(start + len + MARGIN).min(size)
}

fn check(
    features: &Features,
    area: Area,
    layout: Layout,
    room: usize,
    stride: usize,
) -> Result<()> {
    let Features { width, height, .. } = *features;
    let inside =
        |start: usize, len: usize, size| start.checked_add(len).is_some_and(|end| end <= size);
    if !inside(area.left, area.width, width) || !inside(area.top, area.height, height) {
        return Err(Error::bad_option(format!(
            "{area:?} leaves a picture of {width} x {height}"
        )));
    }
    let row = area.width * layout.channels();
    let needed = area.height.saturating_sub(1).saturating_mul(stride);
    if stride < row || room < needed.saturating_add(row) && area.height > 0 {
        return Err(Error::bad_option(format!(
            "{room} bytes in rows of {stride} do not hold {} rows of {row}",
            area.height
        )));
    }
    Ok(())
}

fn translated(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Memory => Error::new(
            ErrorKind::LimitExceeded,
            "the WebP decoder got no memory from the machine",
        ),
        Refusal::Short => Error::corrupt("the picture's data ends too early"),
        Refusal::Broken => Error::corrupt("the picture's data makes no sense"),
    }
}
