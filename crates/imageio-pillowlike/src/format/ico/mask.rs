//! The mask behind a bitmap: a bit is set where nothing is seen.

use std::io::{Read, Seek, SeekFrom};

use imageio_core::{DType, Error, Limits, NdImage, Result};

use super::directory::Entry;
use super::filled;
use crate::format::{Frame, Input, Mode};

/// Where a mask lies in the file.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    start: u64,
    stride: usize,
}

impl Mask {
    /// At the end of the entry, where the directory says that it is; behind the pixels if that would be before.
    pub(super) fn new(entry: &Entry, pixels_end: u64, width: usize, height: usize) -> Self {
        let stride = width.div_ceil(32) * 4;
        let len = (stride as u64).saturating_mul(height as u64);
        let within = u64::from(entry.size).saturating_sub(len).max(pixels_end);
        Mask {
            start: u64::from(entry.offset).saturating_add(within),
            stride,
        }
    }
}

/// The colours of the frame with the mask as alpha: `Rgba`, or `GrayAlpha` for gray ones.
pub(super) fn with_mask(
    frame: &Frame,
    mode: Mode,
    mask: &Mask,
    input: &mut Input,
    limits: &Limits,
) -> Result<NdImage> {
    let (height, width) = match *frame.pixels.shape() {
        [height, width, ..] => (height, width),
        _ => (0, 0),
    };
    let channels = mode.channels();
    let colors = Colors::of(frame);
    filled(&[height, width, channels], limits, |out| {
        let stored = frame.pixels.as_bytes();
        let mut bits = limits.scratch::<u8>(mask.stride, "mask row")?;
        input.seek(SeekFrom::Start(mask.start))?;
        let per_pixel = stored.len() / (width * height).max(1);
        let lines = out.chunks_exact_mut(width * channels);
        // The mask is stored from the bottom, even where the picture is not.
        for (line, from) in lines.zip(stored.chunks_exact(width * per_pixel)).rev() {
            input.read_exact(&mut bits).map_err(|error| {
                if error.kind() == std::io::ErrorKind::UnexpectedEof {
                    return Error::corrupt("the file ends inside the mask").with_source(error);
                }
                error.into()
            })?;
            let pixels = line.chunks_exact_mut(channels);
            for (at, (pixel, stored)) in pixels.zip(from.chunks_exact(per_pixel)).enumerate() {
                let byte = bits.get(at / 8).copied().unwrap_or(0);
                let alpha = if byte << (at % 8) & 0x80 == 0 { 255 } else { 0 };
                let [r, g, b] = colors.of_pixel(stored);
                match pixel {
                    // Pillow pastes a gray picture onto nothing, so that what is clear is black.
                    [gray, to] => (*gray, *to) = (r & alpha, alpha),
                    _ => pixel.copy_from_slice(&[r, g, b, alpha]),
                }
            }
        }
        Ok(())
    })
}

/// How stored samples become colours.
enum Colors<'a> {
    Map(&'a [u8]),
    Bool,
    Gray,
    Rgb,
}

impl<'a> Colors<'a> {
    fn of(frame: &'a Frame) -> Self {
        match (&frame.palette, frame.mode) {
            (Some(palette), _) => Colors::Map(&palette.colors),
            (None, _) if frame.pixels.dtype() == DType::Bool => Colors::Bool,
            (None, Mode::Gray) => Colors::Gray,
            _ => Colors::Rgb,
        }
    }

    fn of_pixel(&self, stored: &[u8]) -> [u8; 3] {
        let first = stored.first().copied().unwrap_or(0);
        let three = |bytes: Option<&[u8]>| bytes.and_then(<[u8]>::first_chunk).copied();
        match self {
            Colors::Map(colors) => three(colors.get(usize::from(first) * 3..)).unwrap_or_default(),
            Colors::Bool => [first.wrapping_neg(); 3],
            Colors::Gray => [first; 3],
            Colors::Rgb => three(Some(stored)).unwrap_or_default(),
        }
    }
}
