//! QOI, as [its specification](https://qoiformat.org/qoi-specification.pdf) has it.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result};

use super::span::with_span;
use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, shape_of};

mod decode;
mod encode;

#[cfg(test)]
mod tests;

pub(crate) use self::encode::{Settings, encode};

use self::decode::Unpacker;

const MAGIC: &[u8] = b"qoif";
const HEADER: u64 = 14;

/// What bytes of the stream say, apart from the two that stand for themselves: by their upper two bits.
mod op {
    pub(super) const INDEX: u8 = 0x00;
    pub(super) const DIFF: u8 = 0x40;
    pub(super) const LUMA: u8 = 0x80;
    pub(super) const RUN: u8 = 0xc0;
    pub(super) const RGB: u8 = 0xfe;
    pub(super) const RGBA: u8 = 0xff;
}

/// Where a colour stands in the table of colours seen before.
fn place([r, g, b, a]: [u8; 4]) -> usize {
    let sum = r.wrapping_mul(3);
    let sum = sum.wrapping_add(g.wrapping_mul(5));
    let sum = sum.wrapping_add(b.wrapping_mul(7));
    usize::from(sum.wrapping_add(a.wrapping_mul(11)) % 64)
}

/// QOI.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(MAGIC),
    open,
};

/// Opens a QOI; reads its header.
///
/// # Errors
/// `NotThisFormat` without the signature, `Corrupt` for a header that breaks off or a picture without pixels.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let mut magic = [0; 4];
    input.seek(SeekFrom::Start(0))?;
    if input.read_exact(&mut magic).is_err() || magic != *MAGIC {
        return Err(Error::not_this_format("no `qoif` at the start"));
    }
    let mut header = [0; 10];
    input.read_exact(&mut header)?;
    let [a, b, c, d, e, f, g, h, channels, colorspace] = header;
    let info = FrameInfo {
        height: u32::from_be_bytes([e, f, g, h]) as usize,
        width: u32::from_be_bytes([a, b, c, d]) as usize,
        // As Pillow takes it: whatever is not 3 has alpha.
        mode: if channels == 3 { Mode::Rgb } else { Mode::Rgba },
        dtype: DType::U8,
        palette_mode: None,
    };
    if info.height == 0 || info.width == 0 {
        return Err(Error::corrupt(format!(
            "{} rows and {} columns",
            info.height, info.width
        )));
    }
    limits.check_image(&info.shape(), DType::U8)?;
    Ok(Box::new(QoiDecoder {
        input,
        limits: limits.clone(),
        info,
        colorspace,
    }))
}

struct QoiDecoder {
    input: Input,
    limits: Limits,
    info: FrameInfo,
    colorspace: u8,
}

impl QoiDecoder {
    /// Calls `with` with all that follows the header.
    fn with_stream<T>(&mut self, with: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
        let end = self.input.seek(SeekFrom::End(0))?;
        let limits = self.limits.clone();
        with_span(&mut self.input, HEADER..end, &limits, "a QOI stream", with)
    }
}

impl Decoder for QoiDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_info(&mut self, _position: usize) -> Result<FrameInfo> {
        Ok(self.info)
    }

    /// The stream has no places to begin at: what lies above is unpacked too, what lies below is not.
    fn decode_window(
        &mut self,
        _position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let FrameInfo { width, mode, .. } = self.info;
        let shape = shape_of(rows.len(), columns.len(), mode);
        let len = self.limits.check_image(&shape, DType::U8)?;
        let mut out: Vec<u8> = self.limits.try_vec(len, "image")?;
        let channels = mode.channels();
        let limits = self.limits.clone();
        self.with_stream(|stream| {
            let mut unpacker = Unpacker::new(stream);
            if columns.len() == width && rows.start == 0 {
                return unpacker.fill(&mut out, channels);
            }
            if out.is_empty() {
                return Ok(());
            }
            let mut line = limits.scratch::<u8>(width * channels, "a row")?;
            for _ in 0..rows.start {
                unpacker.fill(&mut line, channels)?;
            }
            for target in out.chunks_exact_mut(columns.len() * channels) {
                unpacker.fill(&mut line, channels)?;
                let part = line.get(columns.start * channels..columns.end * channels);
                target.copy_from_slice(part.unwrap_or(&[0; 0]));
            }
            Ok(())
        })?;
        Ok(Frame {
            pixels: NdImage::from_vec(&shape, out)?,
            mode,
            palette: None,
        })
    }

    /// `colorspace`: `sRGB`, or `linear` where all samples are.
    fn metadata(&mut self, _position: Option<usize>) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        match self.colorspace {
            0 => metadata.insert("colorspace", "sRGB"),
            1 => metadata.insert("colorspace", "linear"),
            other => metadata.insert("colorspace", other),
        };
        Ok(metadata)
    }
}
