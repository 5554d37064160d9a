//! From a file to images: which decoder, which frames, and what is applied to them.

use std::ops::Range;

use imageio_core::{
    Applied, DType, Error, ImageProperties, Index, Limits, Metadata, NdImage, Request, Result,
    Value, Window, no_such_level,
};

use crate::convert::{self, Key, Rounding};
use crate::format::{self, Codec, Decoder, Frame, FrameInfo, Selection, exif};
use crate::metadata;
use crate::options::{PillowMode, PillowReadOptions, Scale};
use crate::orientation;

/// A raster file opened for reading.
pub struct PillowReader {
    decoder: Box<dyn Decoder>,
    /// What applying gamma does with fractions.
    rounding: Rounding,
    applied: Applied,
}

/// A frame's layout after everything that the options ask for.
struct Layout {
    shape: Vec<usize>,
    dtype: DType,
}

impl PillowReader {
    /// Opens `request` by its first bytes.
    ///
    /// # Errors
    /// `NotThisFormat` when it is none of the plugin's formats, `Corrupt` when its header is broken.
    pub fn open(request: &Request) -> Result<Self> {
        let head = request.first_bytes(format::HEAD)?;
        let Some(codec) = format::codec_of(&head, request.extension().as_deref()) else {
            let what = if head.is_empty() {
                "the resource is empty"
            } else {
                "the first bytes are of none of its formats"
            };
            return Err(Error::not_this_format(what));
        };
        Self::open_with(request, codec, Rounding::Up)
    }

    /// Opens `request` where it is in the format of `codec`, for the plugin `name`.
    pub(crate) fn open_as(request: &Request, codec: &Codec, name: &str) -> Result<Self> {
        let head = request.first_bytes(format::HEAD)?;
        if !(codec.recognises)(&head, request.extension().as_deref()) {
            let what = format!("`{name}` can not read `{}`", request.name());
            return Err(Error::not_this_format(what));
        }
        Self::open_with(request, codec, Rounding::Nearest)
    }

    fn open_with(request: &Request, codec: &Codec, rounding: Rounding) -> Result<Self> {
        Ok(PillowReader {
            decoder: (codec.open)(request.reader()?, &request.limits())?,
            rounding,
            applied: Applied::default(),
        })
    }

    /// Decodes one frame, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &PillowReadOptions) -> Result<NdImage> {
        let options = &self.settle(options)?;
        match self.resolve(index)? {
            Some(position) => self.read_frame(position, options),
            None => self.read_all(options),
        }
    }

    /// Decodes frame `position`; nothing after the last.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &PillowReadOptions,
    ) -> Result<Option<NdImage>> {
        let options = &self.settle(options)?;
        if position < self.decoder.frame_count()? {
            return self.read_frame(position, options).map(Some);
        }
        Ok(None)
    }

    /// Decodes the part of a frame inside `window`, as its decoder can; with changes asked for, all of it first.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &PillowReadOptions,
    ) -> Result<NdImage> {
        let options = &self.settle(options)?;
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let position = self.resolve(index)?;
        let (Some(position), false) = (position, options.rotate) else {
            let image = self.read(index, options)?;
            return Ok(image.crop(&window.resolve(image.shape())?)?.compact());
        };
        let ranges = window.resolve(&self.layout(position, options)?.shape)?;
        let (rows, columns) = (range_of(&ranges, 0), range_of(&ranges, 1));
        let frame = self.decoder.decode_window(position, rows, columns)?;
        let image = self.process(position, frame, options)?;
        match ranges.get(2) {
            Some(channels) => {
                let whole = [0..image.shape()[0], 0..image.shape()[1], channels.clone()];
                Ok(image.crop(&whole)?.compact())
            }
            None => Ok(image),
        }
    }

    /// Shape and type of what `read` gives, from the headers.
    pub fn properties(
        &mut self,
        index: Index,
        options: &PillowReadOptions,
    ) -> Result<ImageProperties> {
        let options = &self.settle(options)?;
        let resolved = self.resolve(index)?;
        let layout = self.layout(resolved.unwrap_or(0), options)?;
        let axes = if layout.shape.len() == 2 { "YX" } else { "YXS" };
        let properties = ImageProperties::new(layout.shape, layout.dtype).axes(axes);
        match resolved {
            Some(_) => Ok(properties),
            None => Ok(properties.batch_of(self.decoder.frame_count()?)),
        }
    }

    /// Takes what the options ask of one format only, as every read does.
    pub(crate) fn select(&mut self, options: &PillowReadOptions) -> Result<()> {
        self.decoder.select(&selection_of(options))
    }

    /// Pillow's info keys, EXIF tags by name, `mode` and `shape`.
    pub fn metadata(&mut self, index: Index, exclude_applied: bool) -> Result<Metadata> {
        let position = self.resolve(index)?;
        let info = self.decoder.frame_info(position.unwrap_or(0))?;
        let stored = self.decoder.metadata(position)?;
        Ok(metadata::complete(stored, &info, exclude_applied))
    }

    /// What the last read changed.
    pub fn applied(&self) -> Applied {
        self.applied.clone()
    }

    pub(crate) fn limits(&self) -> Limits {
        self.decoder.limits().clone()
    }

    pub(crate) fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        self.decoder.frame_info(position)
    }

    /// Whether a frame has a palette of grays alone.
    pub(crate) fn has_gray_palette(&mut self, position: usize) -> Result<bool> {
        self.decoder.has_gray_palette(position)
    }

    /// Tells the decoder what is asked of its format; gives the options under their present names.
    fn settle(&mut self, options: &PillowReadOptions) -> Result<PillowReadOptions> {
        let options = options.renewed()?;
        self.decoder.select(&selection_of(&options))?;
        Ok(options)
    }

    /// The frame that is meant, or nothing for all of them.
    fn resolve(&mut self, index: Index) -> Result<Option<usize>> {
        let count = self.decoder.frame_count()?;
        match index {
            Index::At(position) if position >= count => Err(Error::out_of_range(position, count)),
            Index::At(position) => Ok(Some(position)),
            Index::Default if !self.decoder.is_animation() => Ok(Some(0)),
            Index::Default | Index::All => Ok(None),
        }
    }

    fn read_frame(&mut self, position: usize, options: &PillowReadOptions) -> Result<NdImage> {
        let frame = self.decoder.decode(position)?;
        self.process(position, frame, options)
    }

    fn read_all(&mut self, options: &PillowReadOptions) -> Result<NdImage> {
        let count = self.decoder.frame_count()?;
        let limits = self.decoder.limits().clone();
        limits.check_frames(count)?;
        if let Some(stack) = self.read_plain(count, options)? {
            return Ok(stack);
        }
        let first = self.read_frame(0, options)?;
        let shape: Vec<usize> = std::iter::once(count)
            .chain(first.shape().iter().copied())
            .collect();
        if count == 1 {
            return first.reshape(&shape);
        }
        let mut stack = NdImage::zeros(first.dtype(), &shape, &limits.for_stack())?;
        stack.set_frame(0, &first)?;
        drop(first);
        for position in 1..count {
            let image = self.read_frame(position, options)?;
            stack.set_frame(position, &image)?;
        }
        Ok(stack)
    }

    /// All frames decoded into one stack, where they are bytes of one shape that nothing is applied to.
    fn read_plain(&mut self, count: usize, options: &PillowReadOptions) -> Result<Option<NdImage>> {
        if options.mode.is_some() || options.rotate || options.apply_gamma {
            return Ok(None);
        }
        let first = self.decoder.frame_info(0)?;
        for position in 0..count {
            let info = self.decoder.frame_info(position)?;
            if info != first || info.dtype != DType::U8 || info.palette_mode.is_some() {
                return Ok(None);
            }
        }
        let limits = self.decoder.limits().for_stack();
        let shape: Vec<usize> = std::iter::once(count).chain(first.shape()).collect();
        let mut stack = NdImage::zeros(first.dtype, &shape, &limits)?;
        let mut samples = stack.as_array_mut::<u8>()?;
        let frame_len = first.shape().iter().product::<usize>().max(1);
        let frames = samples.as_slice_mut().unwrap_or_default();
        for (position, frame) in frames.chunks_exact_mut(frame_len).enumerate() {
            self.decoder.decode_into(position, frame)?;
        }
        self.applied = Applied::default();
        Ok(Some(stack))
    }

    /// Applies what the options ask for, in Pillow's order: palette, mode, orientation, gamma.
    fn process(
        &mut self,
        position: usize,
        frame: Frame,
        options: &PillowReadOptions,
    ) -> Result<NdImage> {
        self.applied = Applied::default();
        let limits = self.decoder.limits().clone();
        let key = match options.mode {
            Some(target) if Key::matters(frame.mode, target) => {
                Key::of(&self.decoder.metadata(Some(position))?)
            }
            _ => None,
        };
        let converted = convert::convert(frame, options.mode, key, &limits)?;
        self.applied.palette = converted.palette;
        let target = options.mode.filter(|_| converted.mode);
        self.applied.mode = target.map(|target| convert::name_of(target).to_owned());
        let mut image = converted.pixels;
        if options.rotate
            && let Some(orientation) = self.orientation(position)?
        {
            image = orientation::undo(&image, orientation)?;
            self.applied.orientation = Some(orientation);
        }
        if options.apply_gamma {
            let stored = self.decoder.metadata(Some(position))?;
            if let Some(gamma) = stored.get("gamma").and_then(imageio_core::Value::as_f64) {
                limits.check_image(image.shape(), image.dtype())?;
                image = convert::apply_gamma(&image, gamma, self.rounding)?;
                self.applied.gamma = Some(gamma);
            }
        }
        Ok(image)
    }

    /// The orientation that EXIF, or else XMP, gives, where there is one to undo.
    fn orientation(&mut self, position: usize) -> Result<Option<u16>> {
        let stored = self.decoder.metadata(Some(position))?;
        let bytes = |key| stored.get(key).and_then(Value::as_bytes);
        let in_exif = bytes("exif").and_then(exif::orientation);
        let orientation = in_exif.or_else(|| bytes("xmp").and_then(exif::orientation_in_xmp));
        Ok(orientation.filter(|orientation| (1..=8).contains(orientation)))
    }

    fn layout(&mut self, position: usize, options: &PillowReadOptions) -> Result<Layout> {
        let info = self.decoder.frame_info(position)?;
        let (mode, dtype) = convert::layout_of(&info, options.mode)?;
        let mut shape = format::shape_of(info.height, info.width, mode);
        let turned = options.rotate
            && self
                .orientation(position)?
                .is_some_and(orientation::swaps_axes);
        if turned {
            shape.swap(0, 1);
        }
        Ok(Layout { shape, dtype })
    }
}

fn selection_of(options: &PillowReadOptions) -> Selection {
    Selection {
        reduce: options
            .scale
            .map(Scale::divisor)
            .filter(|divisor| *divisor > 1),
        layer: options.layer.clone(),
        channels: options.channels.clone(),
        indices: options.mode == Some(PillowMode::P),
    }
}

fn range_of(ranges: &[Range<usize>], axis: usize) -> Range<usize> {
    ranges.get(axis).cloned().unwrap_or(0..0)
}
