//! Truevision TGA, as in the TGA File Format Specification, version 2.0 (1991).

use std::ops::Range;

use imageio_core::{DType, Element, Limits, Metadata, NdImage, Result, Value};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, Palette, shape_of};

mod colors;
mod encode;
mod extension;
mod header;
mod layout;
mod rows;
mod runs;
#[cfg(test)]
mod tests;

pub(crate) use encode::{Settings, encode};

use extension::Extension;
use header::Header;
use layout::Layout;
use rows::Part;

/// TGA, which has no signature: the name tells, or a header in which everything fits.
pub(crate) const CODEC: Codec = Codec { recognises, open };

/// Extensions of the format, in lower case.
const EXTENSIONS: [&str; 5] = [".tga", ".icb", ".vda", ".vst", ".targa"];

fn recognises(head: &[u8], extension: Option<&str>) -> bool {
    if extension.is_some_and(|name| EXTENSIONS.contains(&name)) {
        header::is_plausible(head)
    } else {
        header::is_certain(head)
    }
}

/// Reads the header and the colour map.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let header = header::read(&mut input)?;
    let id_section = header::read_id(&mut input, &header)?;
    let (layout, mode, palette) = colors::read(&mut input, &header, limits)?;
    Ok(Box::new(TgaDecoder {
        input,
        limits: limits.clone(),
        header,
        id_section,
        layout,
        mode,
        palette,
        behind: Behind::Unread,
    }))
}

/// What stands behind the pixels.
enum Behind {
    Unread,
    Read(Option<Extension>),
}

struct TgaDecoder {
    input: Input,
    limits: Limits,
    header: Header,
    id_section: Vec<u8>,
    layout: Layout,
    mode: Mode,
    palette: Option<Palette>,
    behind: Behind,
}

impl TgaDecoder {
    fn extension(&mut self) -> Result<Option<&Extension>> {
        if let Behind::Unread = self.behind {
            self.behind = Behind::Read(extension::read(&mut self.input)?);
        }
        match &self.behind {
            Behind::Read(extension) => Ok(extension.as_ref()),
            Behind::Unread => Ok(None),
        }
    }

    /// Samples of the part, by `unpack` from the stored bytes.
    fn samples<T: Element>(
        &mut self,
        part: &Part,
        unpack: impl Fn(&Layout, &[u8], usize, &mut [T]),
    ) -> Result<NdImage> {
        let shape = shape_of(part.rows.len(), part.columns.len(), self.mode);
        let len = self.limits.check_image(&shape, T::DTYPE)?;
        let mut out: Vec<T> = self.limits.try_vec(len, "image")?;
        let turned = self.header.right_to_left;
        let channels = self.mode.channels();
        let take = |bytes: &[u8], skip: usize, line: &mut [T]| {
            unpack(&self.layout, bytes, skip, line);
        };
        if self.header.runs {
            runs::read(
                &mut self.input,
                &self.header,
                part,
                &self.limits,
                &mut out,
                take,
            )?;
        } else {
            rows::read(&mut self.input, &self.header, part, &mut out, take)?;
        }
        if turned && !out.is_empty() {
            let line = part.columns.len() * channels;
            for row in out.chunks_exact_mut(line) {
                mirror(row, channels);
            }
        }
        NdImage::from_vec(&shape, out)
    }
}

/// Turns the order of the pixels of a row around.
fn mirror<T>(row: &mut [T], channels: usize) {
    row.reverse();
    for pixel in row.chunks_exact_mut(channels) {
        pixel.reverse();
    }
}

impl Decoder for TgaDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_info(&mut self, _position: usize) -> Result<FrameInfo> {
        Ok(FrameInfo {
            height: self.header.height,
            width: self.header.width,
            mode: self.mode,
            dtype: match self.mode {
                Mode::Bilevel => DType::Bool,
                _ => DType::U8,
            },
            palette_mode: self.palette.as_ref().map(|palette| palette.mode),
        })
    }

    fn decode_window(
        &mut self,
        _position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let part = Part { rows, columns };
        let mut pixels = match self.layout {
            Layout::Bits => self.samples(&part, |_, bytes, skip, out| {
                Layout::unpack_bits(bytes, skip, out);
            })?,
            _ => self.samples(&part, |layout, bytes, _, out| layout.unpack(bytes, out))?,
        };
        // Type 0 says that there is no alpha, whatever the pixels hold. Pillow asks this of RGBA only.
        if self.mode == Mode::Rgba && self.extension()?.is_some_and(Extension::denies_alpha) {
            let shape = pixels.shape().to_vec();
            let mut samples = pixels.into_vec::<u8>()?;
            samples
                .iter_mut()
                .skip(3)
                .step_by(4)
                .for_each(|alpha| *alpha = 255);
            pixels = NdImage::from_vec(&shape, samples)?;
        }
        Ok(Frame {
            pixels,
            mode: self.mode,
            palette: self.palette.clone(),
        })
    }

    fn metadata(&mut self, _position: Option<usize>) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        let orientation = if self.header.top_down { 1 } else { -1 };
        metadata.insert("orientation", orientation);
        if self.header.runs {
            metadata.insert("compression", "tga_rle");
        }
        if !self.id_section.is_empty() {
            metadata.insert("id_section", self.id_section.as_slice());
        }
        if let Some(extension) = self.extension()? {
            metadata.insert("extension_area", extension.to_metadata());
        }
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
