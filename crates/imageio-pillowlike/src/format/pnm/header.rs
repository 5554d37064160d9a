//! The headers: `P1` to `P6`, `P7` (PAM), `Pf` and `PF` (PFM).

use std::io::{Seek, SeekFrom};

use imageio_core::{DType, Error, Result};

use super::pam;
use super::scan::{byte, is_blank, number, word};
use crate::format::{FrameInfo, Input, Mode};

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Coding {
    /// Text.
    Plain,
    /// Bits, 1 for black, rows padded to bytes.
    Bits,
    /// A byte a pixel, 1 for white.
    Flags,
    /// Bytes, or words with the high byte first.
    Samples,
    /// 32-bit floats, rows from the bottom.
    Floats { big_endian: bool, scale: f64 },
}

/// What the header of one picture says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) mode: Mode,
    pub(super) coding: Coding,
    /// The sample that stands for full intensity; 1 for bits, 0 for floats.
    pub(super) maxval: u32,
    /// Where the pixels start.
    pub(super) start: u64,
}

impl Header {
    pub(super) fn info(&self) -> FrameInfo {
        FrameInfo {
            height: self.height,
            width: self.width,
            mode: self.mode,
            dtype: match self.coding {
                _ if self.mode == Mode::Bilevel => DType::Bool,
                Coding::Floats { .. } => DType::F32,
                _ if self.maxval > 255 => DType::U16,
                _ => DType::U8,
            },
            palette_mode: None,
        }
    }

    /// Bytes of one raw row.
    pub(super) fn stride(&self) -> u64 {
        let width = self.width as u64;
        match self.coding {
            Coding::Bits => width.div_ceil(8),
            _ => width.saturating_mul(self.pixel_size() as u64),
        }
    }

    /// Bytes of one raw pixel of whole bytes.
    pub(super) fn pixel_size(&self) -> usize {
        self.mode.channels() * self.info().dtype.size()
    }
}

/// Reads the header that begins where `input` stands.
///
/// # Errors
/// `NotThisFormat` when there is none, `Corrupt` when it is broken.
pub(super) fn read_header(input: &mut Input) -> Result<Header> {
    let [p, kind, after] = [byte(input)?, byte(input)?, byte(input)?];
    let is_magic = p == Some(b'P') && after.is_none_or(|byte| is_blank(byte) || byte == b'#');
    let Some(kind) = kind.filter(|_| is_magic) else {
        return Err(Error::not_this_format(
            "the first bytes are none of `P1` to `P7`, `Pf`, `PF`",
        ));
    };
    if after == Some(b'#') {
        // The comment begins at once; let it be read as one.
        input.seek(SeekFrom::Current(-1))?;
    }
    let (mode, coding) = match kind {
        b'1' => (Mode::Bilevel, Coding::Plain),
        b'2' => (Mode::Gray, Coding::Plain),
        b'3' => (Mode::Rgb, Coding::Plain),
        b'4' => (Mode::Bilevel, Coding::Bits),
        b'5' => (Mode::Gray, Coding::Samples),
        b'6' => (Mode::Rgb, Coding::Samples),
        // A blank after `P7` makes the thumbnail of XV, another format.
        b'7' if after == Some(b'\n') => return pam::read_header(input),
        b'f' => return float_header(input, Mode::Gray),
        b'F' => return float_header(input, Mode::Rgb),
        _ => {
            let kind = kind.escape_ascii();
            return Err(Error::not_this_format(format!(
                "there is no format `P{kind}`"
            )));
        }
    };
    let (width, height) = read_size(input)?;
    let maxval = match mode {
        Mode::Bilevel => 1,
        _ => checked_maxval(number(&word(input, "maxval")?, "maxval")?)?,
    };
    Ok(Header {
        width,
        height,
        mode,
        coding,
        maxval,
        start: input.position(),
    })
}

fn float_header(input: &mut Input, mode: Mode) -> Result<Header> {
    let (width, height) = read_size(input)?;
    let text = word(input, "scale")?;
    let scale: f64 = text.parse().unwrap_or(f64::NAN);
    if scale == 0.0 || !scale.is_finite() {
        return Err(Error::corrupt(format!("the scale is {text:?}")));
    }
    // The sign tells the byte order.
    let coding = Coding::Floats {
        big_endian: scale > 0.0,
        scale: scale.abs(),
    };
    Ok(Header {
        width,
        height,
        mode,
        coding,
        maxval: 0,
        start: input.position(),
    })
}

fn read_size(input: &mut Input) -> Result<(usize, usize)> {
    let width = number(&word(input, "width")?, "width")?;
    let height = number(&word(input, "height")?, "height")?;
    checked_size(width, height)
}

pub(super) fn checked_size(width: u32, height: u32) -> Result<(usize, usize)> {
    if width == 0 || height == 0 {
        return Err(Error::corrupt(format!(
            "a picture of {width} by {height} pixels"
        )));
    }
    Ok((width as usize, height as usize))
}

pub(super) fn checked_maxval(maxval: u32) -> Result<u32> {
    match maxval {
        1..=65535 => Ok(maxval),
        _ => Err(Error::corrupt(format!(
            "a maxval of {maxval}, which goes from 1 to 65535"
        ))),
    }
}
