//! The netpbm family: PBM, PGM, PPM, plain and raw, PAM, and PFM.

use std::io::{Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{DType, Element, Error, ErrorKind, Limits, Metadata, NdImage, Result};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode};

mod encode;
mod header;
mod levels;
mod pam;
mod raw;
mod scan;
#[cfg(test)]
mod tests;

pub(crate) use encode::{Kind, Settings, encode};

use header::{Coding, Header, read_header};
use levels::Levels;
use raw::{Raw, filled};
use scan::{Plain, byte, is_blank};

/// PBM, PGM, PPM, PAM and PFM.
pub(crate) const CODEC: Codec = Codec { recognises, open };

fn recognises(head: &[u8], extension: Option<&str>) -> bool {
    let is_named = extension.is_some_and(|name| name.starts_with(".p") && name.ends_with('m'));
    match head {
        [b'P', b'1'..=b'6' | b'f' | b'F', rest @ ..] => begins_header(rest, is_named),
        [b'P', b'7', b'\n', ..] => true,
        _ => false,
    }
}

/// Whether white space or a comment follows. Text that happens to begin so goes on with a letter, where no extension
/// speaks for it.
fn begins_header(rest: &[u8], is_named: bool) -> bool {
    let separated = rest
        .first()
        .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'#');
    let word = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    separated && (is_named || word.is_none_or(|byte| !byte.is_ascii_alphabetic()))
}

/// Opens a file of one or more pictures.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let first = read_header(&mut input)?;
    Ok(Box::new(PnmDecoder {
        input,
        limits: limits.clone(),
        first,
        here: (0, first),
        count: None,
    }))
}

struct PnmDecoder {
    input: Input,
    limits: Limits,
    first: Header,
    /// The picture that was asked for last; only two headers are kept, however many there are.
    here: (usize, Header),
    count: Option<usize>,
}

impl PnmDecoder {
    fn header(&mut self, position: usize) -> Result<Header> {
        if position < self.here.0 {
            self.here = (0, self.first);
        }
        while self.here.0 < position {
            let (at, header) = self.here;
            let next = self.next_header(&header)?;
            self.here = (
                at + 1,
                next.ok_or_else(|| Error::out_of_range(position, at + 1))?,
            );
        }
        Ok(self.here.1)
    }

    /// The header after the pixels of `header`. What is no header there is no picture either, as for Pillow.
    fn next_header(&mut self, header: &Header) -> Result<Option<Header>> {
        if header.coding == Coding::Plain {
            self.input.seek(SeekFrom::Start(header.start))?;
            if unless_io(samples_of(header).scan(&mut self.input, |_| ()))?.is_none() {
                return Ok(None);
            }
        } else {
            let len = header.stride().saturating_mul(header.height as u64);
            self.input
                .seek(SeekFrom::Start(header.start.saturating_add(len)))?;
        }
        while let Some(next) = byte(&mut self.input)? {
            if !is_blank(next) {
                self.input.seek(SeekFrom::Current(-1))?;
                break;
            }
        }
        unless_io(read_header(&mut self.input))
    }
}

/// Nothing for broken bytes; what the system refuses stays an error.
fn unless_io<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Err(error) if error.kind() == ErrorKind::Io => Err(error),
        read => Ok(read.ok()),
    }
}

/// The samples of a plain picture.
fn samples_of(header: &Header) -> Plain {
    let size = header.width.saturating_mul(header.height);
    Plain {
        count: size.saturating_mul(header.mode.channels()),
        maxval: if header.mode == Mode::Bilevel {
            0
        } else {
            header.maxval
        },
    }
}

/// Decodes a picture that is written as text.
fn read_plain(input: &mut Input, header: &Header, limits: &Limits) -> Result<NdImage> {
    let FrameInfo { dtype, .. } = header.info();
    let shape = header.info().shape();
    let plain = samples_of(header);
    input.seek(SeekFrom::Start(header.start))?;
    match dtype {
        DType::Bool => scanned(&shape, limits, &plain, input, |sample| sample == 0),
        DType::U8 => {
            let levels = Levels::<u8>::new(header.maxval);
            scanned(&shape, limits, &plain, input, |sample| levels.of(sample))
        }
        _ => {
            let levels = Levels::<u16>::new(header.maxval);
            scanned(&shape, limits, &plain, input, |sample| levels.of(sample))
        }
    }
}

fn scanned<T: Element>(
    shape: &[usize],
    limits: &Limits,
    plain: &Plain,
    input: &mut Input,
    level: impl Fn(u32) -> T,
) -> Result<NdImage> {
    filled(shape, limits, |out| {
        let mut places = out.iter_mut();
        plain.scan(input, |sample| {
            if let Some(place) = places.next() {
                *place = level(sample);
            }
        })
    })
}

impl Decoder for PnmDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_count(&mut self) -> Result<usize> {
        if let Some(count) = self.count {
            return Ok(count);
        }
        let (mut count, mut header) = (self.here.0 + 1, self.here.1);
        while let Some(next) = self.next_header(&header)? {
            count += 1;
            header = next;
        }
        self.count = Some(count);
        Ok(count)
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        Ok(self.header(position)?.info())
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let header = self.header(position)?;
        let pixels = if header.coding == Coding::Plain {
            let whole = read_plain(&mut self.input, &header, &self.limits)?;
            whole.crop(&[rows, columns])?.to_contiguous()
        } else {
            let raw = Raw {
                input: &mut self.input,
                header: &header,
                rows,
                columns,
            };
            raw.read(&self.limits)?
        };
        Ok(Frame {
            pixels,
            mode: header.mode,
            palette: None,
        })
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        if let Coding::Floats { scale, .. } = self.header(position.unwrap_or(0))?.coding {
            metadata.insert("scale", scale);
        }
        Ok(metadata)
    }
}
