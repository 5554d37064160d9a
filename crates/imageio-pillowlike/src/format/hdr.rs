//! Radiance pictures: floats that share an exponent a pixel, run-length coded.
//!
//! Pixels come as `(H, W, 3)` float32, upright whatever the resolution line says, and as stored: exposure and colour
//! correction are told, not applied. A file of format `32-bit_rle_xyze` holds CIE XYZ, and so gives bands, not RGB.

use std::io::{Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{DType, Limits, Metadata, NdImage, Result};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode};

mod encode;
mod header;
mod lines;
#[cfg(test)]
mod tests;

pub(crate) use encode::{Settings, encode, kept};

use header::{Header, Space};
use lines::Lines;

/// `.hdr`, by either signature.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| header::SIGNATURES.iter().any(|it| head.starts_with(it)),
    open,
};

/// Opens a picture; reads its header.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let header = header::read_header(&mut input)?;
    Ok(Box::new(HdrDecoder {
        input,
        limits: limits.clone(),
        header,
    }))
}

struct HdrDecoder {
    input: Input,
    limits: Limits,
    header: Header,
}

impl HdrDecoder {
    fn info(&self) -> FrameInfo {
        FrameInfo {
            height: self.header.height,
            width: self.header.width,
            mode: match self.header.space {
                Space::Rgb => Mode::Rgb,
                Space::Xyz => Mode::Bands(3),
            },
            dtype: DType::F32,
            palette_mode: None,
        }
    }
}

/// Where scan lines go: the part of each that is kept, and its place in the picture.
struct Placing {
    /// Scan lines to convert, in the file's order.
    lines: Range<usize>,
    /// Pixels of each to keep, in the file's order.
    part: Range<usize>,
    /// Index of the first pixel of the first line, and what a line and a pixel add to it.
    first: isize,
    line_step: isize,
    pixel_step: isize,
}

impl Placing {
    fn new(header: &Header, rows: &Range<usize>, columns: &Range<usize>) -> Self {
        let stored = |range: &Range<usize>, len: usize, backwards: bool| {
            if backwards {
                len - range.end..len - range.start
            } else {
                range.clone()
            }
        };
        let row_step = columns.len() as isize;
        // An axis that is stored backwards starts at its far end.
        let axis = |count: usize, step: isize, backwards: bool| {
            if backwards {
                ((count.max(1) - 1) as isize * step, -step)
            } else {
                (0, step)
            }
        };
        let (row_first, row_step) = axis(rows.len(), row_step, header.rows_backwards);
        let (column_first, column_step) = axis(columns.len(), 1, header.columns_backwards);
        let rows = stored(rows, header.height, header.rows_backwards);
        let columns = stored(columns, header.width, header.columns_backwards);
        let (lines, part, line_step, pixel_step) = if header.lines_are_columns {
            (columns, rows, column_step, row_step)
        } else {
            (rows, columns, row_step, column_step)
        };
        Placing {
            lines,
            part,
            first: row_first + column_first,
            line_step,
            pixel_step,
        }
    }
}

impl Decoder for HdrDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_info(&mut self, _position: usize) -> Result<FrameInfo> {
        Ok(self.info())
    }

    /// Lines before the window are skipped over, which their coding needs; lines after it are not looked at.
    fn decode_window(
        &mut self,
        _position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let shape = [rows.len(), columns.len(), 3];
        let len = self.limits.check_image(&shape, DType::F32)?;
        let mut out = self.limits.try_vec::<f32>(len, "image")?;
        let placing = Placing::new(&self.header, &rows, &columns);
        let pixels: &mut [[f32; 3]] = bytemuck::cast_slice_mut(&mut out);
        self.input.seek(SeekFrom::Start(self.header.start))?;
        let mut lines = Lines::new(
            &mut self.input,
            self.header.line_len(),
            self.header.line_count(),
            &self.limits,
        )?;
        let mut first = placing.first;
        for line in 0..placing.lines.end {
            if line < placing.lines.start {
                lines.skip()?;
                continue;
            }
            lines.read(placing.part.clone(), pixels, first, placing.pixel_step)?;
            first += placing.line_step;
        }
        Ok(Frame {
            pixels: NdImage::from_vec(&shape, out)?,
            mode: self.info().mode,
            palette: None,
        })
    }

    fn metadata(&mut self, _position: Option<usize>) -> Result<Metadata> {
        Ok(self.header.variables.clone())
    }
}
