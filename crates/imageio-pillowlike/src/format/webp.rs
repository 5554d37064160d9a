//! WebP: stills and animations, whose frames are laid over each other as libwebp does.

use std::ops::Range;

use imageio_codecs::webp::{self, Area, Container, FrameHeader, Layout};
use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, Value};

use self::canvas::{Canvas, Plan};
use super::span::{read_span, with_span};
use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, shape_of};

mod canvas;
mod encode;

#[cfg(test)]
mod tests;

pub(crate) use self::encode::{Settings, encode};

/// WebP.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
    open,
};

/// Opens a WebP: walks over its chunks, decodes no pixels.
///
/// # Errors
/// `NotThisFormat` without the signature, `Corrupt` for chunks that make no sense or break off, `LimitExceeded` for
/// a canvas over the budget.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let container = Container::read(&mut input, limits)?;
    let info = FrameInfo {
        height: container.height,
        width: container.width,
        mode: if container.alpha {
            Mode::Rgba
        } else {
            Mode::Rgb
        },
        dtype: DType::U8,
        palette_mode: None,
    };
    limits.check_image(&info.shape(), DType::U8)?;
    Ok(Box::new(WebpDecoder {
        plan: Plan::of(&container),
        input,
        limits: limits.clone(),
        container,
        info,
        canvas: None,
    }))
}

struct WebpDecoder {
    input: Input,
    limits: Limits,
    container: Container,
    info: FrameInfo,
    plan: Plan,
    canvas: Option<Canvas>,
}

impl WebpDecoder {
    /// The only picture, where it covers the canvas: it needs no laying over.
    fn still(&self) -> Option<FrameHeader> {
        let whole = (self.info.width, self.info.height);
        match self.container.frames.as_slice() {
            [frame] if (frame.width, frame.height) == whole => Some(frame.clone()),
            _ => None,
        }
    }

    fn decode_still(&mut self, frame: &FrameHeader, area: Area, samples: &mut [u8]) -> Result<()> {
        let layout = match self.info.mode {
            Mode::Rgba => Layout::Rgba,
            _ => Layout::Rgb,
        };
        let (limits, row) = (&self.limits, area.width * layout.channels());
        let what = "the bytes of a WebP";
        with_span(&mut self.input, frame.data.clone(), limits, what, |data| {
            webp::decode(data, layout, Some(area), samples, row, limits)
        })
    }

    /// The canvas as it looks when frame `position` is shown.
    fn canvas_at(&mut self, position: usize) -> Result<&Canvas> {
        // Taken out, so that a failed frame leaves no half of it behind.
        let mut canvas = match self.canvas.take() {
            Some(canvas) => canvas,
            None => Canvas::new(&self.container, &self.limits)?,
        };
        canvas.show(
            position,
            &mut self.input,
            &self.container,
            &self.plan,
            &self.limits,
        )?;
        Ok(self.canvas.insert(canvas))
    }
}

impl Decoder for WebpDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.container.frames.len())
    }

    fn frame_info(&mut self, _position: usize) -> Result<FrameInfo> {
        Ok(self.info)
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        let (rows, columns) = (0..self.info.height, 0..self.info.width);
        self.decode_window(position, rows, columns)
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let mode = self.info.mode;
        let shape = shape_of(rows.len(), columns.len(), mode);
        let len = self.limits.check_image(&shape, DType::U8)?;
        let samples = if let Some(frame) = self.still() {
            let area = Area {
                left: columns.start,
                top: rows.start,
                width: columns.len(),
                height: rows.len(),
            };
            let mut samples: Vec<u8> = self.limits.try_vec(len, "image")?;
            self.decode_still(&frame, area, &mut samples)?;
            samples
        } else {
            let limits = self.limits.clone();
            let mut samples = limits.try_capacity(len, "image")?;
            self.canvas_at(position)?
                .copy_to(&rows, &columns, mode, &mut samples);
            samples
        };
        Ok(Frame {
            pixels: NdImage::from_vec(&shape, samples)?,
            mode,
            palette: None,
        })
    }

    /// What Pillow has in `info` when that frame is loaded; the file's own is that of the first.
    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let position = position.unwrap_or(0);
        let Some(frame) = self.container.frames.get(position) else {
            return Err(Error::out_of_range(position, self.container.frames.len()));
        };
        let mut info = Metadata::new();
        info.insert("loop", self.container.loop_count);
        let background = self
            .container
            .background
            .map(|part| Value::Int(part.into()));
        info.insert("background", Value::List(background.to_vec()));
        let parts = [
            ("icc_profile", &self.container.icc_profile),
            ("exif", &self.container.exif),
            ("xmp", &self.container.xmp),
        ];
        for (key, range) in parts {
            // Empty ones count as none, as in Pillow.
            if let Some(range) = range.as_ref().filter(|range| !range.is_empty()) {
                let bytes = read_span(&mut self.input, range, &self.limits, key)?;
                info.insert(key, Value::Bytes(bytes));
            }
        }
        info.insert("timestamp", self.plan.start_ms(position));
        info.insert("duration", frame.duration);
        Ok(info)
    }
}
