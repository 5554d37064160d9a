//! One entry: a PNG as it is, or a bitmap of twice the height whose other half is the mask.

use std::io::{Read, Seek, SeekFrom};

use imageio_core::{Claim, DType, Error, Limits, Metadata, NdImage, Request, Result};

use super::directory::{Directory, Entry, Kind};
use super::filled;
use super::mask::{Mask, with_mask};
use crate::format::{Decoder, Frame, FrameInfo, Input, Mode, bmp, png};

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How the transparency of an entry is told.
#[derive(Clone, Debug)]
enum Alpha {
    /// As the picture itself says.
    Own,
    /// By a mask of one bit a pixel, at this place in the file.
    Mask(Mask),
    /// By the upper half of a gray picture of twice the height, as inverse alpha.
    Half,
    /// Not at all.
    None,
}

/// An entry that is ready to be decoded.
pub(super) struct Opened {
    decoder: Box<dyn Decoder>,
    alpha: Alpha,
    kind: Kind,
    /// The bytes of the entry, which the decoder owns.
    _held: Claim,
}

impl Opened {
    pub(super) fn new(
        input: &mut Input,
        directory: &Directory,
        position: usize,
        limits: &Limits,
    ) -> Result<Self> {
        let Some(entry) = directory.entries.get(position) else {
            return Err(Error::out_of_range(position, directory.entries.len()));
        };
        let (bytes, held) = load(input, directory, entry, limits)?;
        let kind = directory.kind;
        let is_png = bytes.starts_with(PNG_SIGNATURE);
        let len = bytes.len() as u64;
        let reader = Request::from_owner(bytes).reader()?;
        let place = |error: Error| error.at(format_args!("entry at byte {}", entry.offset));
        let (decoder, alpha) = if is_png {
            (png::open(reader, limits).map_err(place)?, Alpha::Own)
        } else {
            open_bitmap(reader, entry, kind, len, limits).map_err(place)?
        };
        Ok(Opened {
            decoder,
            alpha,
            kind,
            _held: held,
        })
    }

    pub(super) fn info(&mut self) -> Result<FrameInfo> {
        let inner = self.decoder.frame_info(0)?;
        let height = match self.alpha {
            Alpha::Half => inner.height / 2,
            _ => inner.height,
        };
        let mode = match (&self.alpha, self.kind) {
            (Alpha::Own | Alpha::None, _) => return Ok(inner),
            (Alpha::Half, _) | (Alpha::Mask(_), Kind::Cursor) => Mode::GrayAlpha,
            (Alpha::Mask(_), Kind::Icon) => Mode::Rgba,
        };
        Ok(FrameInfo {
            height,
            mode,
            dtype: DType::U8,
            palette_mode: None,
            ..inner
        })
    }

    /// The picture; `input` is the file, for the mask.
    pub(super) fn decode(&mut self, input: &mut Input, limits: &Limits) -> Result<Frame> {
        let info = self.info()?;
        limits.check_image(&info.shape(), info.dtype)?;
        let frame = self.decoder.decode(0)?;
        let pixels = match &self.alpha {
            Alpha::Own | Alpha::None => return Ok(frame),
            Alpha::Mask(mask) => with_mask(&frame, info.mode, mask, input, limits)?,
            Alpha::Half => halves(&frame.pixels, &info, limits)?,
        };
        Ok(Frame {
            pixels,
            mode: info.mode,
            palette: None,
        })
    }

    pub(super) fn metadata(&mut self) -> Result<Metadata> {
        self.decoder.metadata(Some(0))
    }
}

/// The bytes from the entry's place to its end or to the next entry, whichever is farther: sizes lie.
fn load(
    input: &mut Input,
    directory: &Directory,
    entry: &Entry,
    limits: &Limits,
) -> Result<(Vec<u8>, Claim)> {
    let end = input.seek(SeekFrom::End(0))?;
    let start = u64::from(entry.offset);
    let offsets = directory
        .entries
        .iter()
        .map(|other| u64::from(other.offset));
    let next = offsets
        .filter(|offset| *offset > start)
        .min()
        .unwrap_or(end);
    let until = next.max(start + u64::from(entry.size)).min(end);
    let len = until.saturating_sub(start);
    if len == 0 {
        return Err(Error::corrupt(format!(
            "an entry at byte {start} of a file of {end} bytes"
        )));
    }
    let held = limits.claim(len, "entry")?;
    let mut bytes =
        limits.try_capacity::<u8>(usize::try_from(len).unwrap_or(usize::MAX), "entry")?;
    input.seek(SeekFrom::Start(start))?;
    input.by_ref().take(len).read_to_end(&mut bytes)?;
    Ok((bytes, held))
}

/// A bitmap of which only the lower half, in the order of the file the first, is the picture.
fn open_bitmap(
    reader: Input,
    entry: &Entry,
    kind: Kind,
    len: u64,
    limits: &Limits,
) -> Result<(Box<dyn Decoder>, Alpha)> {
    let wants_alpha = kind == Kind::Cursor || entry.is_32_bit();
    let icon = bmp::Icon::read(reader, wants_alpha, limits)?;
    let info = icon.info();
    let mask = Mask::new(entry, icon.pixels_end(), info.width, info.height);
    let alpha = match (kind, info.mode) {
        (_, Mode::Rgba) => Alpha::Own,
        (Kind::Icon, _) => Alpha::Mask(mask),
        // Pillow gives cursors their mask where they are gray, and reads it in the depth of the picture.
        (Kind::Cursor, Mode::Bilevel | Mode::Gray) if icon.whole_end() <= len => {
            return Ok((icon.into_whole(), Alpha::Half));
        }
        (Kind::Cursor, Mode::Bilevel | Mode::Gray) => Alpha::Mask(mask),
        (Kind::Cursor, _) => Alpha::None,
    };
    Ok((icon.into_picture(), alpha))
}

/// Gray from the lower half and alpha from the upper one.
fn halves(whole: &NdImage, info: &FrameInfo, limits: &Limits) -> Result<NdImage> {
    let level = |byte: &u8| match whole.dtype() {
        DType::Bool => byte.wrapping_neg(),
        _ => *byte,
    };
    filled(&info.shape(), limits, |out| {
        let bytes = whole.as_bytes();
        let (upper, lower) = bytes.split_at(info.height * info.width);
        let pixels = out.chunks_exact_mut(2).zip(lower.iter().zip(upper));
        for (pixel, (gray, inverse)) in pixels {
            // Pillow pastes the picture onto nothing with the alpha as mask, so what is clear is black.
            let alpha = 255 - u32::from(level(inverse));
            let share = |sample: u32| ((sample * alpha + 127) / 255) as u8;
            pixel.copy_from_slice(&[share(level(gray).into()), share(255)]);
        }
        Ok(())
    })
}
