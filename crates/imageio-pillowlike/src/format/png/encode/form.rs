//! What an array is written as: colour type, depth, palette and `tRNS`.

use imageio_core::{DType, Error, Limits, NdImage, Result};

use super::rows;
use crate::format::png::header::{Color, Header, MAX_INT};
use crate::format::png::quantize::Quantizer;
use crate::format::png::settings::{Settings, Transparency};

/// What an array is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    height: usize,
    width: usize,
    channels: usize,
    dtype: DType,
}

impl Kind {
    pub(super) fn of_all(frames: &[NdImage]) -> Result<Self> {
        let first = frames
            .first()
            .ok_or_else(|| Error::unsupported("a PNG holds one image at least"))?;
        for (position, frame) in frames.iter().enumerate() {
            if frame.shape() != first.shape() || frame.dtype() != first.dtype() {
                return Err(Error::unsupported(format!(
                    "image {position} is {} of shape {:?}, but the first is {} of shape {:?}, \
                     and the frames of a PNG are alike",
                    frame.dtype(),
                    frame.shape(),
                    first.dtype(),
                    first.shape()
                )));
            }
        }
        Kind::of(first)
    }

    fn of(image: &NdImage) -> Result<Self> {
        let dtype = image.dtype();
        let (height, width, channels) = match *image.shape() {
            [height, width] => (height, width, 1),
            [height, width, channels @ 2..=4] if dtype != DType::Bool => (height, width, channels),
            _ => return Err(unsupported(image)),
        };
        let sized = [height, width]
            .iter()
            .all(|axis| (1..=MAX_INT as usize).contains(axis));
        if !sized || !matches!(dtype, DType::Bool | DType::U8 | DType::U16) {
            return Err(unsupported(image));
        }
        Ok(Kind {
            height,
            width,
            channels,
            dtype,
        })
    }

    fn header(self, settings: &Settings) -> Header {
        Header {
            width: self.width,
            height: self.height,
            depth: match self.dtype {
                DType::Bool => 1,
                DType::U16 => 16,
                _ => 8,
            },
            color: match self.channels {
                1 => Color::Gray,
                2 => Color::GrayAlpha,
                3 => Color::Rgb,
                _ => Color::Rgba,
            },
            interlaced: settings.interlace,
        }
    }
}

fn unsupported(image: &NdImage) -> Error {
    Error::unsupported(format!(
        "an array of {} and shape {:?}: PNG holds bool of shape (H, W), and uint8 or uint16 of \
         shape (H, W) or (H, W, 2 to 4), without empty axes",
        image.dtype(),
        image.shape()
    ))
}

/// The header, and how samples become the bytes of rows.
pub(super) struct Form {
    pub(super) header: Header,
    pub(super) palette: Option<Quantizer>,
    /// Data of `tRNS`.
    pub(super) transparency: Option<Vec<u8>>,
}

impl Form {
    pub(super) fn new(frames: &[NdImage], settings: &Settings, limits: &Limits) -> Result<Self> {
        let kind = Kind::of_all(frames)?;
        if let Some(bits) = settings.bits {
            return Form::indexed(frames, kind, bits, settings, limits);
        }
        Ok(Form {
            header: kind.header(settings),
            palette: None,
            transparency: match &settings.transparency {
                None => former_level(kind, settings.former_transparency.as_ref()),
                chosen => transparent_level(kind, chosen.as_ref())?,
            },
        })
    }

    /// One palette for all frames.
    fn indexed(
        frames: &[NdImage],
        kind: Kind,
        bits: u8,
        settings: &Settings,
        limits: &Limits,
    ) -> Result<Self> {
        if kind.dtype != DType::U8 {
            let message = format!("a palette for {}: its colours are uint8", kind.dtype);
            return Err(Error::unsupported(message));
        }
        let depth = match bits {
            1 => 1,
            2 => 2,
            3 | 4 => 4,
            5..=8 => 8,
            _ => {
                let message = format!("bits is {bits}, expected 1 to 8");
                return Err(Error::bad_option(message));
            }
        };
        let frames: Vec<NdImage> = frames.iter().map(NdImage::to_contiguous).collect();
        let slices = frames.iter().map(NdImage::as_slice::<u8>);
        let slices = slices.collect::<Result<Vec<_>>>()?;
        let pixels = || {
            let all = slices.iter();
            all.flat_map(|samples| samples.chunks_exact(kind.channels).map(rows::rgba))
        };
        let palette = Quantizer::new(pixels, 1 << bits, limits)?;
        Ok(Form {
            header: Header {
                depth,
                color: Color::Indexed,
                ..kind.header(settings)
            },
            transparency: palette_alphas(&palette, settings.transparency.as_ref())?,
            palette: Some(palette),
        })
    }
}

/// `tRNS` of a file without a palette.
fn transparent_level(kind: Kind, transparency: Option<&Transparency>) -> Result<Option<Vec<u8>>> {
    let levels: &[u16] = match (transparency, kind.channels) {
        (None, _) => return Ok(None),
        (Some(Transparency::Level(level)), 1) => &[*level],
        (Some(Transparency::Color(color)), 3) => color,
        (Some(other), channels) => {
            let message = format!("transparency {other:?} for an image of {channels} channels");
            return Err(Error::bad_option(message));
        }
    };
    // A bool image has the levels 0 and 1, which Pillow calls 0 and 255.
    let stored = levels.iter().map(|&level| match kind.dtype {
        DType::Bool => u16::from(level != 0),
        _ => level,
    });
    Ok(Some(stored.flat_map(u16::to_be_bytes).collect()))
}

/// `tRNS` of a file without a palette, where it suits the image.
fn former_level(kind: Kind, transparency: Option<&Transparency>) -> Option<Vec<u8>> {
    let fits = |level: &u16| kind.dtype != DType::U8 || *level < 256;
    let suits = match transparency? {
        Transparency::Level(level) => fits(level),
        Transparency::Color(color) => color.iter().all(fits),
        Transparency::Alphas(_) => false,
    };
    transparent_level(kind, transparency.filter(|_| suits)).ok()?
}

/// `tRNS` of a file with a palette.
fn palette_alphas(
    quantizer: &Quantizer,
    transparency: Option<&Transparency>,
) -> Result<Option<Vec<u8>>> {
    let mut alphas: Vec<u8> = quantizer.colors.iter().map(|color| color[3]).collect();
    match transparency {
        None => {}
        Some(Transparency::Level(index)) => {
            let alpha = alphas.get_mut(usize::from(*index)).ok_or_else(|| {
                let message = format!(
                    "transparency {index} for a palette of {}",
                    quantizer.colors.len()
                );
                Error::bad_option(message)
            })?;
            *alpha = 0;
        }
        Some(Transparency::Alphas(own)) => {
            for (alpha, own) in alphas.iter_mut().zip(own) {
                *alpha = *own;
            }
        }
        Some(Transparency::Color(_)) => {
            return Err(Error::bad_option(
                "a transparent colour for a palette: it takes an index or alphas",
            ));
        }
    }
    while alphas.last() == Some(&255) {
        alphas.pop();
    }
    Ok((!alphas.is_empty()).then_some(alphas))
}
