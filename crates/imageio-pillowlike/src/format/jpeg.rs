//! JPEG, and the Multi-Picture files made of several.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use imageio_codecs::jpeg::{self, Area, Coding, FrameHeader};
use imageio_core::{DType, Error, ErrorKind, Limits, Metadata, NdImage, Result};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, Selection, shape_of};

mod encode;
mod header;
mod info;
mod mp;
mod resources;

#[cfg(test)]
mod tests;

pub(crate) use encode::{Settings, Subsampling, encode};

use header::Header;

/// JPEG, and files made of several.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(b"\xff\xd8\xff"),
    open,
};

/// Opens a JPEG; reads up to the first scan.
///
/// # Errors
/// `NotThisFormat` without a JPEG's start, `Corrupt` where the header breaks off or makes no sense.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let first = Header::read(&mut input, 0, limits)?;
    let starts = mp::starts(&first);
    let mut headers: Vec<Option<Header>> = Vec::new();
    headers.resize_with(starts.len(), || None);
    if let Some(slot) = headers.first_mut() {
        *slot = Some(first);
    }
    Ok(Box::new(JpegDecoder {
        input,
        limits: limits.clone(),
        starts,
        headers,
        reduce: 1,
    }))
}

/// The pictures of a file; the header of each is read when it is first asked for.
struct JpegDecoder {
    input: Input,
    limits: Limits,
    starts: Vec<u64>,
    headers: Vec<Option<Header>>,
    /// What each side is divided by.
    reduce: u8,
}

impl Decoder for JpegDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.starts.len())
    }

    fn select(&mut self, selection: &Selection) -> Result<()> {
        let (reduce, rest) = (
            selection.reduce,
            Selection {
                reduce: None,
                ..selection.clone()
            },
        );
        if let Some((option, format)) = rest.first() {
            return Err(Error::bad_option(format!(
                "option `{option}`: only {format} files take it"
            )));
        }
        self.reduce = reduce.unwrap_or(1);
        Ok(())
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        let reduce = self.reduce;
        info_of(&self.header(position)?.frame, reduce)
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        let info = self.frame_info(position)?;
        self.decode_area(position, &info, 0..info.height, 0..info.width)
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let info = self.frame_info(position)?;
        if info.dtype != DType::U8 || rows.is_empty() || columns.is_empty() {
            let whole = self.decode(position)?;
            let pixels = whole.pixels.crop(&[rows, columns])?.to_contiguous();
            return Ok(Frame { pixels, ..whole });
        }
        self.decode_area(position, &info, rows, columns)
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let single = self.starts.len() == 1;
        Ok(info::collect(self.header(position.unwrap_or(0))?, single))
    }
}

impl JpegDecoder {
    /// The pixels of a frame that lie in the ranges: all of them, or part of an 8-bit one.
    fn decode_area(
        &mut self,
        position: usize,
        info: &FrameInfo,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let frame = self.header(position)?.frame.clone();
        let shape = shape_of(rows.len(), columns.len(), info.mode);
        let len = self.limits.check_image(&shape, info.dtype)?;
        let limits = self.limits.clone();
        let area = Area {
            rows,
            columns,
            reduce: self.reduce,
        };
        let pixels = self.with_bytes(position, |data| {
            if frame.precision != 8 {
                let samples = jpeg::decode_deep(data, &frame, &limits)?;
                return deep_pixels(&frame, info, samples);
            }
            let mut samples: Vec<u8> = limits.try_vec(len, "image")?;
            jpeg::decode_u8(data, &frame, &area, &mut samples, &limits)?;
            invert_inks(&mut samples, info.mode);
            NdImage::from_vec(&shape, samples)
        })?;
        Ok(plain(pixels, info.mode))
    }

    fn header(&mut self, position: usize) -> Result<&Header> {
        let count = self.starts.len();
        let (Some(slot), Some(&start)) =
            (self.headers.get_mut(position), self.starts.get(position))
        else {
            return Err(Error::out_of_range(position, count));
        };
        if slot.is_none() {
            let header = Header::read(&mut self.input, start, &self.limits)
                .map_err(|error| further(error, position, start))?;
            *slot = Some(header);
        }
        slot.as_ref()
            .ok_or_else(|| Error::out_of_range(position, count))
    }

    /// Calls `with` with the bytes from the start of picture `position` to the end of the file.
    fn with_bytes<T>(
        &mut self,
        position: usize,
        with: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        let start = self.header(position)?.start;
        let len = self.input.seek(SeekFrom::End(0))?.saturating_sub(start);
        self.input.seek(SeekFrom::Start(start))?;
        let buffered = self.input.fill_buf()?;
        if buffered.len() as u64 >= len {
            return with(buffered);
        }
        let len = usize::try_from(len)
            .map_err(|_| Error::new(ErrorKind::LimitExceeded, format!("a JPEG of {len} bytes")))?;
        let mut bytes = self.limits.scratch::<u8>(len, "the bytes of a JPEG")?;
        self.input.read_exact(&mut bytes)?;
        with(&bytes)
    }
}

/// Shape, mode and element type of a picture whose sides are divided by `reduce`.
fn info_of(frame: &FrameHeader, reduce: u8) -> Result<FrameInfo> {
    if reduce > 1 && (frame.precision != 8 || frame.coding == Coding::Lossless) {
        return Err(Error::unsupported(format!(
            "option `scale` for a lossless JPEG or one of {} bits a sample",
            frame.precision
        )));
    }
    let (height, width) = frame.size(reduce);
    Ok(FrameInfo {
        height,
        width,
        mode: match frame.components.len() {
            1 => Mode::Gray,
            3 => Mode::Rgb,
            _ => Mode::Cmyk,
        },
        dtype: if frame.precision <= 8 {
            DType::U8
        } else {
            DType::U16
        },
        palette_mode: None,
    })
}

/// What a broken header means for a picture that the file's index promised.
fn further(error: Error, position: usize, start: u64) -> Error {
    let error = if error.is_not_this_format() {
        error.with_kind(ErrorKind::Corrupt)
    } else {
        error
    };
    error.at(format!("picture {position} at {start}"))
}

/// Turns stored ink into Pillow's, where 255 is full ink, as Adobe's writers mean it.
fn invert_inks(samples: &mut [u8], mode: Mode) {
    if mode == Mode::Cmyk {
        for sample in samples {
            *sample = !*sample;
        }
    }
}

/// Samples of another depth than 8 bits, as the smallest type that holds them.
fn deep_pixels(frame: &FrameHeader, info: &FrameInfo, mut samples: Vec<u16>) -> Result<NdImage> {
    if info.mode == Mode::Cmyk {
        let largest = u16::MAX >> (16 - frame.precision);
        for sample in &mut samples {
            *sample = largest.saturating_sub(*sample);
        }
    }
    if info.dtype == DType::U8 {
        let samples: Vec<u8> = samples.into_iter().map(|sample| sample as u8).collect();
        return NdImage::from_vec(&info.shape(), samples);
    }
    NdImage::from_vec(&info.shape(), samples)
}

fn plain(pixels: NdImage, mode: Mode) -> Frame {
    Frame {
        pixels,
        mode,
        palette: None,
    }
}
