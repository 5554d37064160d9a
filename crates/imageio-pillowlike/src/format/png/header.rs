//! The image header and what follows from it.

use imageio_core::{DType, Error, Result};

use crate::format::Mode;

/// The largest length, width and height that the format allows.
pub(super) const MAX_INT: u32 = 0x7fff_ffff;

/// Colour types of PNG 11.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Gray,
    Rgb,
    Indexed,
    GrayAlpha,
    Rgba,
}

impl Color {
    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Color::Gray,
            2 => Color::Rgb,
            3 => Color::Indexed,
            4 => Color::GrayAlpha,
            6 => Color::Rgba,
            _ => return None,
        })
    }

    fn code(self) -> u8 {
        match self {
            Color::Gray => 0,
            Color::Rgb => 2,
            Color::Indexed => 3,
            Color::GrayAlpha => 4,
            Color::Rgba => 6,
        }
    }

    fn allows(self, depth: u8) -> bool {
        match self {
            Color::Gray => matches!(depth, 1 | 2 | 4 | 8 | 16),
            Color::Indexed => matches!(depth, 1 | 2 | 4 | 8),
            Color::Rgb | Color::GrayAlpha | Color::Rgba => matches!(depth, 8 | 16),
        }
    }

    pub(super) fn has_alpha(self) -> bool {
        matches!(self, Color::GrayAlpha | Color::Rgba)
    }

    pub(super) fn channels(self) -> usize {
        match self {
            Color::Gray | Color::Indexed => 1,
            Color::GrayAlpha => 2,
            Color::Rgb => 3,
            Color::Rgba => 4,
        }
    }
}

/// `IHDR`. For a frame of an animation the same with the frame's own size.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) depth: u8,
    pub(super) color: Color,
    pub(super) interlaced: bool,
}

impl Header {
    pub(super) fn parse(data: &[u8]) -> Result<Self> {
        let &[
            w0,
            w1,
            w2,
            w3,
            h0,
            h1,
            h2,
            h3,
            depth,
            color,
            compression,
            filter,
            interlace,
        ] = data
        else {
            let message = format!("IHDR has {} bytes, expected 13", data.len());
            return Err(Error::corrupt(message));
        };
        let axis = |bytes, name| match u32::from_be_bytes(bytes) {
            size @ 1..=MAX_INT => Ok(size as usize),
            size => Err(Error::corrupt(format!(
                "IHDR gives {name} {size}, outside 1..={MAX_INT}"
            ))),
        };
        let width = axis([w0, w1, w2, w3], "width")?;
        let height = axis([h0, h1, h2, h3], "height")?;
        let color = Color::from_code(color)
            .ok_or_else(|| Error::corrupt(format!("IHDR gives colour type {color}")))?;
        if !color.allows(depth) {
            let message = format!("IHDR gives depth {depth} for colour type {}", color.code());
            return Err(Error::corrupt(message));
        }
        check_methods(compression, filter, interlace)?;
        Ok(Header {
            width,
            height,
            depth,
            color,
            interlaced: interlace == 1,
        })
    }

    /// The 13 bytes of the chunk.
    pub(super) fn to_bytes(&self) -> [u8; 13] {
        let mut bytes = [0; 13];
        bytes[..4].copy_from_slice(&(self.width as u32).to_be_bytes());
        bytes[4..8].copy_from_slice(&(self.height as u32).to_be_bytes());
        bytes[8] = self.depth;
        bytes[9] = self.color.code();
        bytes[12] = self.interlaced.into();
        bytes
    }

    /// The mode in which a still image is given.
    pub(super) fn mode(&self) -> Mode {
        match self.color {
            Color::Gray if self.depth == 1 => Mode::Bilevel,
            Color::Gray => Mode::Gray,
            Color::Rgb => Mode::Rgb,
            Color::Indexed => Mode::Palette,
            Color::GrayAlpha => Mode::GrayAlpha,
            Color::Rgba => Mode::Rgba,
        }
    }

    /// Element type of [`mode`](Header::mode).
    pub(super) fn dtype(&self) -> DType {
        self.dtype_in(self.mode())
    }

    /// Element type when the samples are given in `mode`.
    pub(super) fn dtype_in(&self, mode: Mode) -> DType {
        match self.depth {
            16 => DType::U16,
            _ if mode == Mode::Bilevel => DType::Bool,
            _ => DType::U8,
        }
    }

    /// Bytes of a row of `width` pixels without its filter byte.
    pub(super) fn row_bytes(&self, width: usize) -> Option<usize> {
        let bits = width.checked_mul(self.color.channels() * usize::from(self.depth))?;
        Some(bits.div_ceil(8))
    }

    /// What a stored sample is multiplied with: gray levels fill the byte, indices stay as they are.
    pub(super) fn scale(&self) -> u8 {
        match (self.color, self.depth) {
            (Color::Gray, 1) => 255,
            (Color::Gray, 2) => 85,
            (Color::Gray, 4) => 17,
            _ => 1,
        }
    }
}

/// The methods that exist: one of compression and filter, two of interlacing.
fn check_methods(compression: u8, filter: u8, interlace: u8) -> Result<()> {
    let methods = [
        ("compression", compression, 0),
        ("filter", filter, 0),
        ("interlace", interlace, 1),
    ];
    if let Some((name, code, _)) = methods.iter().find(|(_, code, most)| code > most) {
        return Err(Error::corrupt(format!("IHDR gives {name} method {code}")));
    }
    Ok(())
}
