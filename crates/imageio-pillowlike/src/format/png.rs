//! Portable Network Graphics, still and animated (PNG third edition, <https://www.w3.org/TR/png-3/>).
//!
//! The chunks are walked here; crate `png` turns the image data of one frame into rows.

use std::ops::Range;

use imageio_core::{Error, Limits, Metadata, Result, Value};

use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode};

mod animation;
mod chunks;
mod compose;
mod deflate;
mod encode;
mod header;
mod inflate;
mod info;
mod passes;
mod pixels;
mod quantize;
mod samples;
mod settings;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod unfilter;
mod walk;

use animation::Animation;
use pixels::Part;
use samples::Samples;
use stream::FrameStream;
use walk::Outline;

pub(crate) use encode::encode;
pub(crate) use settings::{Density, Settings, Transparency};

/// PNG and APNG.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(b"\x89PNG\r\n\x1a\n"),
    open,
};

/// Reads the chunks up to the image data, and of an animation all of them; no pixels.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let outline = walk::read_outline(&mut input, limits)?;
    let animation = Animation::of(&outline);
    Ok(Box::new(PngDecoder {
        input,
        limits: limits.clone(),
        outline,
        animation,
        info: None,
    }))
}

struct PngDecoder {
    input: Input,
    limits: Limits,
    outline: Outline,
    animation: Option<Animation>,
    /// What the ancillary chunks say, from the first time that it is asked for.
    info: Option<Metadata>,
}

impl Decoder for PngDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.animation.as_ref().map_or(1, Animation::len))
    }

    fn is_animation(&self) -> bool {
        self.animation.as_ref().is_some_and(|all| all.len() > 1)
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        self.check(position)?;
        let header = &self.outline.header;
        let mode = self.mode();
        Ok(FrameInfo {
            height: header.height,
            width: header.width,
            mode,
            dtype: header.dtype_in(mode),
            palette_mode: (mode == Mode::Palette).then(|| self.outline.palette_mode()),
        })
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        let shape = self.frame_info(position)?.shape();
        let dtype = self.outline.header.dtype_in(self.mode());
        self.limits.check_image(&shape, dtype)?;
        let header = &self.outline.header;
        let samples = if let Some(animation) = &mut self.animation {
            animation.decode(position, &mut self.input, &self.outline, &self.limits)?
        } else {
            let stream = FrameStream::still(&mut self.input, self.outline.data)?;
            pixels::decode(stream, header, &Part::whole(header), &self.limits)?
        };
        self.frame(samples, &shape)
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        // A frame of an animation builds on others.
        if self.animation.is_some() {
            let frame = self.decode(position)?;
            let pixels = frame.pixels.crop(&[rows, columns])?.to_contiguous();
            return Ok(Frame { pixels, ..frame });
        }
        self.check(position)?;
        let header = &self.outline.header;
        let shape = super::shape_of(rows.len(), columns.len(), header.mode());
        self.limits.check_image(&shape, header.dtype())?;
        let stream = FrameStream::still(&mut self.input, self.outline.data)?;
        let samples = pixels::decode(stream, header, &Part { rows, columns }, &self.limits)?;
        self.frame(samples, &shape)
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        self.check(position.unwrap_or(0))?;
        if self.info.is_none() {
            let extras = self.outline.all_extras(&mut self.input);
            let read = info::read(&mut self.input, &self.outline.header, &extras, &self.limits)?;
            self.info = Some(read);
        }
        let mut metadata = self.info.clone().unwrap_or_default();
        if let Some(animation) = &self.animation {
            animation.describe(position.unwrap_or(0), &mut metadata);
        }
        if let Some(palette) = self.outline.stored_colors() {
            let channels = Value::from(palette.mode.channels());
            let parts = [("channels", channels), ("colors", palette.colors.into())];
            metadata.insert("palette", Metadata::from_iter(parts));
        }
        Ok(metadata)
    }
}

impl PngDecoder {
    /// One mode for all frames.
    fn mode(&self) -> Mode {
        match &self.animation {
            Some(animation) => animation.mode(),
            None => self.outline.header.mode(),
        }
    }

    fn check(&self, position: usize) -> Result<()> {
        let count = self.animation.as_ref().map_or(1, Animation::len);
        if position < count {
            Ok(())
        } else {
            Err(Error::out_of_range(position, count))
        }
    }

    fn frame(&self, samples: Samples, shape: &[usize]) -> Result<Frame> {
        let mode = self.mode();
        Ok(Frame {
            pixels: samples.into_image(shape)?,
            mode,
            palette: (mode == Mode::Palette).then(|| self.outline.colors()),
        })
    }
}
