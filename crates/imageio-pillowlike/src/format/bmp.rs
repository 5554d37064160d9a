//! Windows and OS/2 bitmaps, with and without their file header.

use std::ops::Range;

use imageio_core::{DType, Element, Error, Limits, Metadata, NdImage, Result, Value};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, Palette, shape_of};

pub(crate) mod bits;
mod embedded;
mod encode;
mod header;
mod huffman;
mod icon;
mod layout;
mod palette;
mod raw;
mod rle;
pub(crate) mod stored;
pub(crate) mod swizzle;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use encode::{Settings, encode};
pub(crate) use icon::Icon;

use header::{Coding, Header, RunOf};
use layout::Layout;
use raw::Raw;
use rle::Canvas;

/// Pillow's value, which it divides by where it reads and multiplies by where it writes.
const INCHES_PER_METRE: f64 = 39.3701;

/// Bitmaps with their file header.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| header::is_plausible(head),
    open,
};

/// Bitmaps without their file header, which have no signature; a name tells.
pub(crate) const DIB: Codec = Codec {
    recognises: |_, extension| extension == Some(".dib"),
    open: open_dib,
};

/// Opens a bitmap that begins with its file header.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let header = header::read_with_file_header(&mut input)?;
    open_header(input, limits, header)
}

/// Opens a bitmap without file header, whose pixels follow its palette.
pub(crate) fn open_dib(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let header = header::read_bare(&mut input)?;
    open_header(input, limits, header)
}

fn open_header(input: Input, limits: &Limits, header: Header) -> Result<Box<dyn Decoder>> {
    match header.coding {
        Coding::Embedded(kind) => embedded::open(input, limits, &header, kind),
        _ => Ok(Box::new(BmpDecoder::new(input, limits, header)?)),
    }
}

struct BmpDecoder {
    input: Input,
    limits: Limits,
    header: Header,
    layout: Layout,
    mode: Mode,
    palette: Option<Palette>,
    start: u64,
}

impl BmpDecoder {
    fn new(mut input: Input, limits: &Limits, header: Header) -> Result<Self> {
        let (layout, direct) = Layout::of(&header);
        let (indexed, palette, start) = palette::read_palette(&mut input, &header)?;
        let mode = if header.bits > 8 { direct } else { indexed };
        Ok(BmpDecoder {
            input,
            limits: limits.clone(),
            header,
            layout,
            mode,
            palette,
            start,
        })
    }

    fn info(&self) -> FrameInfo {
        FrameInfo {
            height: self.header.height,
            width: self.header.width,
            mode: self.mode,
            dtype: match self.mode {
                Mode::Bilevel => DType::Bool,
                _ if self.header.bits == 64 => DType::F32,
                _ => DType::U8,
            },
            palette_mode: self.palette.as_ref().map(|palette| palette.mode),
        }
    }

    fn frame(&self, pixels: NdImage) -> Frame {
        Frame {
            pixels,
            mode: self.mode,
            palette: self.palette.clone(),
        }
    }

    /// Zeros for a picture of that size, inside the budget.
    fn blank<T: Element>(&self, height: usize, width: usize) -> Result<(Vec<usize>, Vec<T>)> {
        let shape = shape_of(height, width, self.mode);
        let len = self.limits.check_image(&shape, T::DTYPE)?;
        Ok((shape, self.limits.try_vec(len, "image")?))
    }

    /// The part of uncompressed pixels inside the ranges.
    fn decode_raw(&mut self, rows: &Range<usize>, columns: &Range<usize>) -> Result<NdImage> {
        if self.mode == Mode::Bilevel {
            let (shape, mut out) = self.blank::<bool>(rows.len(), columns.len())?;
            self.raw()
                .read(rows, columns, &mut out, Layout::unpack_white)?;
            return NdImage::from_vec(&shape, out);
        }
        if self.header.bits == 64 {
            let (shape, mut out) = self.blank::<f32>(rows.len(), columns.len())?;
            self.raw()
                .read(rows, columns, &mut out, |_, bytes, _, out| {
                    Layout::unpack_fixed(bytes, out);
                })?;
            return NdImage::from_vec(&shape, out);
        }
        let (shape, mut out) = self.blank::<u8>(rows.len(), columns.len())?;
        match self.layout {
            Layout::Indices(8) | Layout::Rgba => self.raw().read_plain(rows, columns, &mut out)?,
            _ => self.raw().read(rows, columns, &mut out, Layout::unpack)?,
        }
        NdImage::from_vec(&shape, out)
    }

    fn raw(&mut self) -> Raw<'_> {
        Raw::new(&mut self.input, &self.header, &self.layout, self.start)
    }

    /// All of the pixels that a run-length stream paints; what it skips is entry 0, or black.
    fn decode_runs(&mut self, runs: RunOf) -> Result<NdImage> {
        let (height, width) = (self.header.height, self.header.width);
        let index = |stored: &[u8]| stored.first().copied().unwrap_or(0);
        match (runs, self.mode) {
            (RunOf::Triples, _) => {
                let (shape, mut out) = self.blank::<u8>(height, width)?;
                let pixels: &mut [[u8; 3]] = bytemuck::cast_slice_mut(&mut out);
                self.paint(runs, pixels, |stored| match stored {
                    &[b, g, r] => [r, g, b],
                    _ => [0; 3],
                })?;
                NdImage::from_vec(&shape, out)
            }
            (_, Mode::Bilevel) => {
                let (shape, mut out) = self.blank::<bool>(height, width)?;
                self.paint(runs, &mut out, |stored| index(stored) == 1)?;
                NdImage::from_vec(&shape, out)
            }
            _ => {
                let (shape, mut out) = self.blank::<u8>(height, width)?;
                self.paint(runs, &mut out, index)?;
                NdImage::from_vec(&shape, out)
            }
        }
    }

    /// All of the pixels that Huffman codes stand for.
    fn decode_huffman(&mut self) -> Result<NdImage> {
        let Header {
            width,
            height,
            top_down,
            ..
        } = self.header;
        let mut row = self.limits.scratch::<u8>(width, "row")?;
        let place = |at: usize| if top_down { at } else { height - 1 - at };
        if self.mode == Mode::Bilevel {
            let (shape, mut out) = self.blank::<bool>(height, width)?;
            huffman::read(&mut self.input, self.start, height, &mut row, |at, row| {
                for (to, index) in out.iter_mut().skip(place(at) * width).zip(row) {
                    *to = *index == 1;
                }
            })?;
            return NdImage::from_vec(&shape, out);
        }
        let (shape, mut out) = self.blank::<u8>(height, width)?;
        huffman::read(&mut self.input, self.start, height, &mut row, |at, row| {
            for (to, index) in out.iter_mut().skip(place(at) * width).zip(row) {
                *to = *index;
            }
        })?;
        NdImage::from_vec(&shape, out)
    }

    fn paint<T: Copy>(
        &mut self,
        runs: RunOf,
        pixels: &mut [T],
        pixel: impl Fn(&[u8]) -> T,
    ) -> Result<()> {
        let Header {
            width,
            height,
            top_down,
            ..
        } = self.header;
        let mut canvas = Canvas::new(pixels, width, height, top_down);
        rle::paint(&mut self.input, self.start, runs, &mut canvas, pixel)
    }
}

impl Decoder for BmpDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_info(&mut self, _position: usize) -> Result<FrameInfo> {
        Ok(self.info())
    }

    fn decode_window(
        &mut self,
        _position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let pixels = match self.header.coding {
            Coding::Raw | Coding::Masks(_) => self.decode_raw(&rows, &columns)?,
            Coding::Runs(runs) => {
                let whole = self.decode_runs(runs)?;
                whole.crop(&[rows, columns])?.to_contiguous()
            }
            Coding::Huffman => {
                let whole = self.decode_huffman()?;
                whole.crop(&[rows, columns])?.to_contiguous()
            }
            // Those have a decoder of their own.
            Coding::Embedded(kind) => {
                return Err(Error::unsupported(format!(
                    "a {kind:?} inside of an icon's bitmap"
                )));
            }
        };
        Ok(self.frame(pixels))
    }

    fn metadata(&mut self, _position: Option<usize>) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        if let Some(per_metre) = self
            .header
            .pixels_per_metre
            .filter(|per_metre| *per_metre != [0, 0])
        {
            metadata.insert("dpi", per_metre.map(|n| f64::from(n) / INCHES_PER_METRE));
        }
        metadata.insert("compression", self.header.compression);
        if let Some(palette) = &self.palette {
            let parts = [
                ("channels", Value::from(palette.mode.channels())),
                ("colors", Value::from(palette.colors.as_slice())),
            ];
            metadata.insert("palette", parts.into_iter().collect::<Metadata>());
        }
        Ok(metadata)
    }
}
