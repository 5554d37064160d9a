//! OpenEXR: half and full floats and 32-bit numbers, in layers of named channels.
//!
//! - Parts are images: the frame count is the number of parts. With a `layer` asked for, it is the number of parts
//!   that have it.
//! - The pixels are those of the data window; the header's windows are in the metadata.
//! - A layer with R, G and B gives these, with A where there is one; one with Y gives gray, or with RY and BY colour;
//!   any other gives all its channels in the file's order. Channels by name give those.
//! - Channels of one type keep it. Half beside full floats become full; numbers beside floats become `float64`.
//! - Channels with fewer samples than pixels repeat theirs.
//! - Of stored smaller sizes the full one is read.

use std::ops::Range;

use imageio_core::half::f16;
use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Selection};

mod attributes;
mod channel;
mod choice;
mod chroma;
mod codec;
mod encode;
mod header;
mod part;
mod place;
mod read;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use encode::{Settings, encode};
pub(crate) use values::kept;

use choice::Choice;
use chroma::Weights;
use header::Head;
use part::{Cut, Part};
use place::Sample;
use read::Reading;

/// `.exr`.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(&header::SIGNATURE),
    open,
};

/// Opens a file of one or more parts; reads their headers.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let head = header::read_head(&mut input, limits)?;
    let mut decoder = ExrDecoder {
        input,
        limits: limits.clone(),
        shown: Vec::new(),
        head,
        selection: Selection::default(),
    };
    decoder.shown = (0..decoder.head.parts.len()).collect();
    Ok(Box::new(decoder))
}

struct ExrDecoder {
    input: Input,
    limits: Limits,
    head: Head,
    /// Numbers of the parts that are frames.
    shown: Vec<usize>,
    selection: Selection,
}

impl ExrDecoder {
    fn part(&self, position: usize) -> Result<(usize, &Part)> {
        let number = self.shown.get(position).copied();
        let part = number.and_then(|number| self.head.parts.get(number).map(|part| (number, part)));
        part.ok_or_else(|| Error::out_of_range(position, self.shown.len()))
    }

    /// What a frame is made of, where it can be read at all.
    fn choice(&self, position: usize) -> Result<Choice> {
        let (number, part) = self.part(position)?;
        if part.cut == Cut::Deep {
            return Err(Error::unsupported(format!(
                "part {number} holds OpenEXR deep data, which is no image"
            )));
        }
        choice::choose(part, &self.selection)
    }

    /// Decodes a window whose first row has samples of every channel.
    fn decode_rows<T: Sample>(
        &mut self,
        position: usize,
        choice: &Choice,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<NdImage> {
        let (number, _) = self.part(position)?;
        let Some(part) = self.head.parts.get(number) else {
            return Err(Error::out_of_range(number, self.head.parts.len()));
        };
        part.compression.check()?;
        let channel = |number: &usize| part.channels.get(*number);
        let steps = choice.channels.iter().filter_map(channel);
        let steps: Vec<usize> = steps.map(|it| it.y_sampling as usize).collect();
        // Lines without samples show those of the last line above that has some.
        let is_start = |row: usize| steps.iter().all(|step| row.is_multiple_of(*step));
        let above = (0..=rows.start).find(|above| is_start(rows.start - above));
        let above = above.unwrap_or(0);
        let is_full = steps.iter().all(|step| *step == 1);
        let weights = choice.is_chroma.then(|| Weights::of(part.chromaticities()));
        let reading = Reading {
            part,
            choice,
            rows: rows.start - above..rows.end,
            columns,
            number: self.head.numbered.then_some(number as i32),
            file_len: self.head.file_len,
        };
        let first = reading.rows.start;
        let mut image = reading.run::<T>(&mut self.input, &self.limits)?;
        if !is_full {
            repeat_lines::<T>(&mut image, first, &steps)?;
        }
        if let Some(weights) = weights {
            let mut pixels = image.as_array_mut::<T>()?;
            let pixels = pixels.as_slice_mut().unwrap_or_default();
            weights.to_rgb(pixels, steps.len());
        }
        match above {
            0 => Ok(image),
            above => Ok(image.crop(&[above..above + rows.len()])?.compact()),
        }
    }
}

/// Fills in lines of channels that have samples in some lines only.
fn repeat_lines<T: Sample>(image: &mut NdImage, first: usize, steps: &[usize]) -> Result<()> {
    let mut pixels = image.as_array_mut::<T>()?;
    let depth = steps.len();
    let width = pixels.shape().get(1).copied().unwrap_or(0) * depth;
    let pixels = pixels.as_slice_mut().unwrap_or_default();
    let rows = pixels.len().checked_div(width).unwrap_or(0);
    for row in 1..rows {
        let (before, here) = pixels.split_at_mut(row * width);
        let before = before.get((row - 1) * width..).unwrap_or_default();
        let here = here.get_mut(..width).unwrap_or_default();
        let pairs = here.chunks_exact_mut(depth).zip(before.chunks_exact(depth));
        for (to, from) in pairs {
            for ((to, from), step) in to.iter_mut().zip(from).zip(steps) {
                if !(first + row).is_multiple_of(*step) {
                    *to = *from;
                }
            }
        }
    }
    Ok(())
}

impl Decoder for ExrDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn select(&mut self, selection: &Selection) -> Result<()> {
        if selection.reduce.is_some() {
            return Err(Error::bad_option("option `scale`: only JPEG files take it"));
        }
        let parts = self.head.parts.iter().enumerate();
        let has = |part: &Part| match &selection.layer {
            Some(name) => choice::layer(part, name).is_some(),
            None => true,
        };
        let shown: Vec<usize> = parts
            .filter(|(_, part)| has(part))
            .map(|(number, _)| number)
            .collect();
        if let (Some(name), true) = (&selection.layer, shown.is_empty()) {
            let parts = self.head.parts.iter();
            let layers = parts.flat_map(|part| part.text("name").into_iter().chain(part.layers()));
            let layers: Vec<&str> = layers.take(100).collect();
            return Err(Error::bad_option(format!(
                "option `layer`: {name:?} is none of {layers:?}"
            )));
        }
        self.shown = shown;
        self.selection = selection.clone();
        Ok(())
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.shown.len())
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        let choice = self.choice(position)?;
        let (_, part) = self.part(position)?;
        Ok(FrameInfo {
            height: part.height,
            width: part.width,
            mode: choice.mode,
            dtype: choice.dtype,
            palette_mode: None,
        })
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let choice = self.choice(position)?;
        let pixels = match choice.dtype {
            DType::F16 => self.decode_rows::<f16>(position, &choice, rows, columns),
            DType::F32 => self.decode_rows::<f32>(position, &choice, rows, columns),
            DType::U32 => self.decode_rows::<u32>(position, &choice, rows, columns),
            _ => self.decode_rows::<f64>(position, &choice, rows, columns),
        }?;
        Ok(Frame {
            pixels,
            mode: choice.mode,
            palette: None,
        })
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let (_, part) = self.part(position.unwrap_or(0))?;
        Ok(header::metadata_of(part))
    }
}
