//! Writing by the older rules: everything becomes 8 bits, gray PNG 16 where it must.

use imageio_core::{
    DType, Error, ImageMode, Images, Metadata, NdImage, Request, Result, Value, image_as_uint,
};

use super::Kind;
use crate::options::PillowWriteOptions;
use crate::writer::PillowWriter;

/// What the options of an older name ask for.
pub(crate) struct WritePlan {
    pub(super) options: PillowWriteOptions,
    pub(super) depth: Depth,
    /// Four channels are an error.
    pub(super) refuses_alpha: bool,
    /// The fourth channel is left out.
    pub(super) drops_alpha: bool,
    pub(super) warnings: Vec<&'static str>,
}

/// Bits of what is written.
#[derive(Clone, Copy)]
pub(super) enum Depth {
    Eight,
    /// Gray may have 16; values that fit 8 bits get 8 where that is preferred.
    Gray {
        prefer_uint8: bool,
    },
}

impl WritePlan {
    pub(super) fn new(options: PillowWriteOptions, depth: Depth) -> Self {
        WritePlan {
            options,
            depth,
            refuses_alpha: false,
            drops_alpha: false,
            warnings: Vec::new(),
        }
    }
}

/// A file opened for writing by an older name.
pub(super) struct LegacyWriter {
    kind: &'static Kind,
    request: Request,
    inner: PillowWriter,
    written: usize,
    /// Of the first image; all frames have it.
    shape: Option<Vec<usize>>,
}

impl LegacyWriter {
    pub(super) fn open(kind: &'static Kind, request: Request) -> Result<Self> {
        let extension = request.extension();
        let is_known = |extension: &str| kind.extensions.contains(&extension);
        if extension
            .as_deref()
            .is_some_and(|extension| !is_known(extension))
        {
            let what = format!("`{}` can not write to `{}`", kind.name, request.name());
            return Err(Error::not_this_format(what));
        }
        let name = match extension.as_deref() {
            // The kind of PNM is in the extension.
            Some(extension) if kind.target == "pnm" => extension,
            _ => kind.target,
        };
        Ok(LegacyWriter {
            inner: PillowWriter::open_as(request.clone(), name)?,
            kind,
            request,
            written: 0,
            shape: None,
        })
    }

    pub(super) fn write(&mut self, images: &Images<'_>, plan: &WritePlan) -> Result<()> {
        let mode = self.request.io_mode().image_mode();
        let frames = images.frames(|image| match mode {
            ImageMode::SingleImage | ImageMode::SingleVolume => false,
            ImageMode::MultiImage | ImageMode::MultiVolume => true,
            ImageMode::Any => !matches!(image.shape(), [] | [_] | [_, _] | [_, _, 1..=4]),
        })?;
        for warning in &plan.warnings {
            self.request.warn(*warning);
        }
        for (position, frame) in frames.iter().enumerate() {
            if self.written > 0 && !self.kind.is_animation {
                return Err(Error::unsupported(format!(
                    "format {} only supports single images",
                    self.kind.name
                )));
            }
            let frame = self.converted(frame, plan)?;
            let metadata = images.metadata_of(position);
            let mut options = plan.options.clone();
            options.bits = options.bits.or_else(|| metadata.and_then(bits_in));
            let single = Images::single(&frame).metadata(metadata.cloned());
            self.inner.write(&single, self.timed(options))?;
            self.written += 1;
        }
        Ok(())
    }

    pub(super) fn close(self) -> Result<()> {
        self.inner.close()
    }

    /// A list of durations, the last of which repeats, narrowed to the one of the next frame.
    fn timed(&self, mut options: PillowWriteOptions) -> PillowWriteOptions {
        let one = options
            .duration
            .get(self.written)
            .or(options.duration.last());
        options.duration = one.copied().into_iter().collect();
        options
    }

    fn converted(&mut self, image: &NdImage, plan: &WritePlan) -> Result<NdImage> {
        let image = match image.shape() {
            [height, width, 1] => image.reshape(&[*height, *width])?,
            _ => image.clone(),
        };
        match image.shape() {
            [_, _, 4] if plan.refuses_alpha => {
                let format = self.kind.name.trim_end_matches("-PIL");
                return Err(Error::unsupported(format!(
                    "{format} does not support alpha channel"
                )));
            }
            [_, _] | [_, _, 2..=4] => {}
            shape => {
                return Err(Error::unsupported(format!(
                    "image must be 2D (grayscale, RGB, or RGBA), not of shape {shape:?}"
                )));
            }
        }
        let image = match image.shape() {
            [height, width, 4] if plan.drops_alpha => image.crop(&[0..*height, 0..*width, 0..3])?,
            _ => image,
        };
        if self.kind.is_animation {
            let first = self.shape.get_or_insert_with(|| image.shape().to_vec());
            if first != image.shape() {
                return Err(Error::unsupported(format!(
                    "frame {} has shape {:?}, the first {first:?}",
                    self.written,
                    image.shape()
                )));
            }
        }
        to_depth(&image, plan.depth)
    }
}

/// The image in the depth that the format gets.
fn to_depth(image: &NdImage, depth: Depth) -> Result<NdImage> {
    let Depth::Gray { prefer_uint8 } = depth else {
        return image_as_uint(image, 8);
    };
    if image.ndim() != 2 || image.dtype() != DType::U16 {
        return image_as_uint(image, 8);
    }
    let fits = image.as_array::<u16>()?.iter().all(|value| *value < 256);
    Ok(if prefer_uint8 && fits {
        image.cast(DType::U8)
    } else {
        image.clone()
    })
}

/// `bits` of the image's own metadata.
fn bits_in(metadata: &Metadata) -> Option<u8> {
    metadata
        .get("bits")
        .and_then(Value::as_i64)
        .and_then(|bits| u8::try_from(bits).ok())
}
