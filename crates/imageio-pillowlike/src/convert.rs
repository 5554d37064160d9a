//! Palettes, modes and gamma, numerically as Pillow has them.
//!
//! What Pillow has no mode for follows rules of its own, all in `depth`. Where Pillow goes through another mode,
//! so do the routes here; what it refuses is refused.

use imageio_core::{DType, Error, Limits, NdImage, Result};

use crate::format::{Frame, FrameInfo, Mode, shape_of};
use crate::options::PillowMode;

mod alpha;
mod color;
mod depth;
mod dither;
mod gamma;
mod gray;
mod ink;
mod key;
mod lab;
mod median;
mod octree;
mod palette;
mod pixels;
mod route;
#[cfg(test)]
mod tests;

pub(crate) use gamma::{Rounding, apply_gamma};
pub(crate) use key::Key;

/// Pillow's name of the stored mode.
pub(crate) fn stored_name(info: &FrameInfo) -> &'static str {
    match info.mode {
        // No mode of Pillow's; the metadata name the channels.
        Mode::Bands(_) => "bands",
        mode => depth::nearest(mode, info.dtype).map_or("F", name_of),
    }
}

/// Pillow's name of a target.
pub(crate) fn name_of(target: PillowMode) -> &'static str {
    match target {
        PillowMode::Bilevel => "1",
        PillowMode::L => "L",
        PillowMode::La => "LA",
        PillowMode::LaPremultiplied => "La",
        PillowMode::P => "P",
        PillowMode::Pa => "PA",
        PillowMode::Rgb => "RGB",
        PillowMode::Rgba => "RGBA",
        PillowMode::RgbaPremultiplied => "RGBa",
        PillowMode::Rgbx => "RGBX",
        PillowMode::Cmyk => "CMYK",
        PillowMode::YCbCr => "YCbCr",
        PillowMode::Lab => "LAB",
        PillowMode::Hsv => "HSV",
        PillowMode::I => "I",
        PillowMode::I16 => "I;16",
        PillowMode::I16L => "I;16L",
        PillowMode::I16B => "I;16B",
        PillowMode::I16N => "I;16N",
        PillowMode::F => "F",
    }
}

/// Samples of one pixel of `mode`.
pub(crate) fn channels_of(mode: PillowMode) -> usize {
    layout_of_target(mode).0.channels()
}

/// Mode and element type after the palette and the conversion to `target`, or to no mode in particular.
pub(crate) fn layout_of(info: &FrameInfo, target: Option<PillowMode>) -> Result<(Mode, DType)> {
    let colors = info.palette_mode;
    match target {
        None => Ok(match colors {
            Some(Mode::Bilevel) => (Mode::Bilevel, DType::Bool),
            Some(mode) => (mode, DType::U8),
            None => (info.mode, info.dtype),
        }),
        Some(target) if is_possible(info.mode, info.dtype, colors, target) => {
            Ok(layout_of_target(target))
        }
        Some(target) => Err(impossible(info.mode, info.dtype, target)),
    }
}

/// An image after palette and mode.
pub(crate) struct Converted {
    pub(crate) pixels: NdImage,
    /// Whether indices were replaced by colours.
    pub(crate) palette: bool,
    /// Whether the mode is another one than stored.
    pub(crate) mode: bool,
}

/// The frame with its palette applied, in mode `target` where one is asked for.
///
/// `key` is the level or colour that the file says is transparent; modes with alpha get it from there.
pub(crate) fn convert(
    frame: Frame,
    target: Option<PillowMode>,
    key: Option<Key>,
    limits: &Limits,
) -> Result<Converted> {
    let (stored, dtype) = (frame.mode, frame.pixels.dtype());
    let palette = frame.palette;
    let colors = palette.as_ref().map(|palette| palette.mode);
    let Some(target) = target else {
        let pixels = match &palette {
            Some(palette) => palette::apply(&frame.pixels, palette, limits)?,
            None => frame.pixels,
        };
        return Ok(Converted {
            pixels,
            palette: palette.is_some(),
            mode: false,
        });
    };
    if !is_possible(stored, dtype, colors, target) {
        return Err(impossible(stored, dtype, target));
    }
    if layout_of_target(target) == (stored, dtype) {
        return Ok(Converted {
            pixels: frame.pixels,
            palette: false,
            mode: false,
        });
    }
    let mut pixels = match &palette {
        Some(palette) => palette::convert(&frame.pixels, stored, palette, target, limits)?,
        None => to_mode(&frame.pixels, stored, target, limits)?,
    };
    if let Some(key) = key {
        key.clear(&frame.pixels, stored, &mut pixels, target)?;
    }
    Ok(Converted {
        pixels,
        palette: palette.is_some() && !matches!(target, PillowMode::P | PillowMode::Pa),
        mode: true,
    })
}

/// An image without a palette as `target`.
pub(crate) fn to_mode(
    image: &NdImage,
    stored: Mode,
    target: PillowMode,
    limits: &Limits,
) -> Result<NdImage> {
    let refused = || impossible(stored, image.dtype(), target);
    let near = depth::reduce(image, stored, target, limits)?;
    let (image, mode) = near.ok_or_else(refused)?;
    let route = route::route(mode, target).ok_or_else(refused)?;
    pixels::follow(&image, mode, &route, limits)
}

/// Samples of mode `from`, as a caller says, in mode `to`.
pub(crate) fn from_pillow(
    image: &NdImage,
    from: PillowMode,
    to: PillowMode,
    limits: &Limits,
) -> Result<NdImage> {
    let (mode, dtype) = layout_of_target(from);
    if image.dtype() == dtype {
        return to_mode(image, mode, to, limits);
    }
    let (name, found) = (name_of(from), image.dtype());
    Err(Error::bad_option(format!(
        "option `mode`: an image of type {found} is no `{name}`"
    )))
}

/// An image or a stack of them that is in mode `from`, as `to`.
pub(crate) fn between(
    image: &NdImage,
    from: PillowMode,
    to: PillowMode,
    limits: &Limits,
) -> Result<NdImage> {
    let (stored, _) = layout_of_target(from);
    let axes = if stored.channels() == 1 { 2 } else { 3 };
    if image.ndim() == axes {
        return to_mode(&image.to_contiguous(), stored, to, limits);
    }
    let frames = (0..image.shape().first().copied().unwrap_or(0))
        .map(|position| between(&image.frame(position)?, from, to, limits))
        .collect::<Result<Vec<_>>>()?;
    NdImage::stack_within(&frames, limits)
}

fn is_possible(stored: Mode, dtype: DType, colors: Option<Mode>, target: PillowMode) -> bool {
    match colors {
        Some(colors) => palette::is_possible(stored, colors, target),
        None => depth::reduced(stored, dtype, target)
            .is_some_and(|mode| route::route(mode, target).is_some()),
    }
}

pub(crate) fn layout_of_target(target: PillowMode) -> (Mode, DType) {
    match target {
        PillowMode::Bilevel => (Mode::Bilevel, DType::Bool),
        PillowMode::L => (Mode::Gray, DType::U8),
        PillowMode::La => (Mode::GrayAlpha, DType::U8),
        PillowMode::LaPremultiplied => (Mode::GrayAlphaPremultiplied, DType::U8),
        PillowMode::P => (Mode::Palette, DType::U8),
        PillowMode::Pa => (Mode::PaletteAlpha, DType::U8),
        PillowMode::Rgb => (Mode::Rgb, DType::U8),
        PillowMode::Rgba => (Mode::Rgba, DType::U8),
        PillowMode::RgbaPremultiplied => (Mode::RgbaPremultiplied, DType::U8),
        PillowMode::Rgbx => (Mode::Rgbx, DType::U8),
        PillowMode::Cmyk => (Mode::Cmyk, DType::U8),
        PillowMode::YCbCr => (Mode::YCbCr, DType::U8),
        PillowMode::Lab => (Mode::Lab, DType::U8),
        PillowMode::Hsv => (Mode::Hsv, DType::U8),
        PillowMode::I => (Mode::Gray, DType::I32),
        PillowMode::I16 | PillowMode::I16L | PillowMode::I16B | PillowMode::I16N => {
            (Mode::Gray, DType::U16)
        }
        PillowMode::F => (Mode::Gray, DType::F32),
    }
}

/// Shape of an image of the size of `image` in `mode`.
fn shape_in(image: &NdImage, mode: Mode) -> Vec<usize> {
    let axis = |axis: usize| image.shape().get(axis).copied().unwrap_or(0);
    shape_of(axis(0), axis(1), mode)
}

fn impossible(stored: Mode, dtype: DType, target: PillowMode) -> Error {
    Error::unsupported(format!(
        "an image of mode {stored:?} and type {dtype} cannot become `{}`",
        name_of(target)
    ))
}
