//! GIF, as [its specification](https://www.w3.org/Graphics/GIF/spec-gif89a.txt) has it and as Pillow takes it.
//!
//! Opening walks over the blocks and notes where the frames are; pixels are decoded frame by frame, forward.

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, Value};

use self::compose::Composer;
use self::scan::{FrameRecord, Region, Scan};
use super::{Codec, Decoder, Frame, FrameInfo, Input, Mode, Palette, Selection, all_gray};

mod ahead;
mod blocks;
mod colors;
mod compose;
mod dither;
mod encode;
mod in_order;
mod lzw;
mod pixels;
mod plan;
mod quantize;
mod scan;
mod source;

#[cfg(test)]
mod tests;

pub(crate) use self::encode::{Settings, encode};
pub(crate) use self::quantize::Quantizer;

/// GIF.
pub(crate) const CODEC: Codec = Codec {
    recognises: |head, _| head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
    open,
};

/// Opens a GIF: walks over its blocks, decodes no pixels.
///
/// # Errors
/// `NotThisFormat` without the signature, `Corrupt` without a whole header and a frame, `LimitExceeded` for a
/// canvas over the budget.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let scan = scan::scan(&mut input, limits)?;
    let info = info_of(&scan);
    if info.height == 0 || info.width == 0 {
        return Err(Error::corrupt(format!(
            "the canvas has {} rows and {} columns",
            info.height, info.width
        )));
    }
    limits.check_image(&info.shape(), DType::U8)?;
    let composer = Composer::new(info, limits.clone());
    Ok(Box::new(GifDecoder {
        input,
        scan,
        info,
        composer,
        indices: false,
    }))
}

/// One shape and mode for all frames, so that they can be stacked.
///
/// The canvas is transparent only where the first frame leaves it so; a later frame's transparent entry shows what
/// is below. A frame over the edge enlarges the canvas for all.
fn info_of(scan: &Scan) -> FrameInfo {
    let (height, width) = scan.canvas();
    let transparent = scan
        .frames
        .first()
        .is_some_and(|first| first.transparent.is_some());
    FrameInfo {
        height,
        width,
        mode: if transparent { Mode::Rgba } else { Mode::Rgb },
        dtype: DType::U8,
        palette_mode: None,
    }
}

struct GifDecoder {
    input: Input,
    scan: Scan,
    info: FrameInfo,
    composer: Composer,
    /// Whether indices are asked for where a frame has them.
    indices: bool,
}

impl GifDecoder {
    /// Whether frame `position` is shown as it is stored, in colours of one table: the first, and those that cover
    /// the canvas and let nothing through.
    fn is_stored_as_shown(&self, position: usize) -> bool {
        let canvas = (self.info.height, self.info.width);
        let covers = |frame: &FrameRecord| {
            let Region {
                left,
                top,
                width,
                height,
            } = frame.region;
            (left, top) == (0, 0) && (height, width) == canvas && frame.transparent.is_none()
        };
        position == 0 || self.scan.frames.get(position).is_some_and(covers)
    }

    /// The pixels of frame `position` as indices, without drawing them.
    fn stored(&mut self, position: usize) -> Result<Frame> {
        let limits = self.composer.limits();
        let Some(frame) = self.scan.frames.get(position).filter(|frame| !frame.cut) else {
            return Err(Error::corrupt("the file ends in the image descriptor"));
        };
        let table = pixels::table_of(&mut self.input, &self.scan, frame)?;
        let packed = pixels::Packed::read(&mut self.input, frame, limits)?;
        let indices = packed.unpack(frame, limits)?;
        let Region {
            left,
            top,
            width,
            height,
        } = frame.region;
        let mut canvas = limits.try_vec(self.info.height * self.info.width, "image")?;
        canvas.fill(frame.transparent.unwrap_or(0));
        let rows = canvas
            .chunks_exact_mut(self.info.width)
            .skip(top)
            .take(height);
        for (row, indices) in rows.zip(pixels::rows(&indices, frame)) {
            if let Some(part) = row.get_mut(left..left + width) {
                part.copy_from_slice(indices);
            }
        }
        Ok(Frame {
            pixels: NdImage::from_vec(&[self.info.height, self.info.width], canvas)?,
            mode: Mode::Palette,
            palette: Some(Palette {
                mode: self.info.mode,
                colors: table.bytes(self.info.mode.channels()),
            }),
        })
    }
}

impl Decoder for GifDecoder {
    fn limits(&self) -> &Limits {
        self.composer.limits()
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.scan.frames.len())
    }

    /// True for a single frame too: reading a GIF without an index gives a stack.
    fn is_animation(&self) -> bool {
        true
    }

    /// Takes the wish for indices; every frame that is shown as it is stored has some.
    fn select(&mut self, selection: &Selection) -> Result<()> {
        selection.refuse_others()?;
        self.indices = selection.indices;
        Ok(())
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        if self.indices && self.is_stored_as_shown(position) {
            return Ok(FrameInfo {
                mode: Mode::Palette,
                palette_mode: Some(self.info.mode),
                ..self.info
            });
        }
        Ok(self.info)
    }

    /// True where all frames have one, so that they can be stacked.
    fn has_gray_palette(&mut self, _position: usize) -> Result<bool> {
        for frame in &self.scan.frames {
            let colors = pixels::palette_of(&mut self.input, &self.scan, frame)?;
            let is_gray = colors.is_none_or(|colors| all_gray(&colors));
            if frame.transparent.is_some() || !is_gray {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn decode_into(&mut self, position: usize, out: &mut [u8]) -> Result<()> {
        self.composer
            .frame_into(&mut self.input, &self.scan, position, out)
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        if self.indices && self.is_stored_as_shown(position) {
            let frame = self.stored(position);
            return frame.map_err(|error| error.at(format_args!("frame {position}")));
        }
        let pixels = self.composer.frame(&mut self.input, &self.scan, position)?;
        Ok(Frame {
            pixels: NdImage::from_vec(&self.info.shape(), pixels)?,
            mode: self.info.mode,
            palette: None,
        })
    }

    /// What Pillow has in `info` at that frame; the file's own are those of the first.
    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let position = position.unwrap_or(0);
        let Some(frame) = self.scan.frames.get(position) else {
            return Err(Error::out_of_range(position, self.scan.frames.len()));
        };
        let mut info = Metadata::new();
        info.insert("version", Value::Bytes(self.scan.version.to_vec()));
        if let Some(index) = self.scan.background {
            info.insert("background", Value::Int(index.into()));
        }
        if let Some(count) = self.scan.loop_count {
            info.insert("loop", Value::Int(count.into()));
        }
        if let Some(index) = frame.transparent.filter(|_| position == 0) {
            info.insert("transparency", Value::Int(index.into()));
        }
        // A comment holds until the next one.
        let commented = self.scan.frames.iter().take(position + 1).rev();
        if let Some(frame) = commented.clone().find(|frame| !frame.comments.is_empty()) {
            let comment = scan::comment(&mut self.input, &frame.comments, self.composer.limits())?;
            info.insert("comment", Value::Bytes(comment));
        }
        if let Some(hundredths) = frame.delay {
            info.insert("duration", Value::Int(i128::from(hundredths) * 10));
        }
        if let Some((name, offset)) = self.scan.extension.as_ref().filter(|_| position == 0) {
            let parts = vec![Value::Bytes(name.clone()), Value::Int((*offset).into())];
            info.insert("extension", Value::List(parts));
        }
        // Only the first frame has one in Pillow, which draws the others on a canvas in full colour.
        if position == 0
            && let Some(colors) = pixels::palette_of(&mut self.input, &self.scan, frame)?
        {
            let parts = [("channels", Value::Int(3)), ("colors", colors.into())];
            info.insert("palette", Metadata::from_iter(parts));
        }
        Ok(info)
    }
}
