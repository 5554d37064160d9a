//! Between the depths of gray, and from depths that Pillow has no mode for to those that it has.
//!
//! Pillow cuts what does not fit: 16-bit gray above 255 is white in 8 bits. For what it has no mode for the rules are
//! ours: of 16-bit colour the high byte counts in 8 bits, `I;16`, `I` and `F` take its luma at its own depth,
//! and floats and other integers are cut as `F` and `I` are.

use imageio_core::{DType, Limits, NdImage, Result};

use super::gray::{luma_of, thousandths};
use super::layout_of_target;
use super::pixels::{each, to_gray};
use crate::format::Mode;
use crate::options::PillowMode;

/// The mode of Pillow's that comes nearest to these samples; complex numbers and named channels have none.
pub(super) fn nearest(mode: Mode, dtype: DType) -> Option<PillowMode> {
    Some(match (mode, dtype) {
        (_, DType::C64 | DType::C128) | (Mode::Bands(_), _) => return None,
        (Mode::Bilevel, _) | (Mode::Gray, DType::Bool) => PillowMode::Bilevel,
        (Mode::Gray, DType::U8) => PillowMode::L,
        (Mode::Gray, DType::U16) => PillowMode::I16,
        (Mode::Gray, DType::F16 | DType::F32 | DType::F64) => PillowMode::F,
        (Mode::Gray, _) => PillowMode::I,
        (Mode::GrayAlpha, _) => PillowMode::La,
        (Mode::GrayAlphaPremultiplied, _) => PillowMode::LaPremultiplied,
        (Mode::Palette, _) => PillowMode::P,
        (Mode::PaletteAlpha, _) => PillowMode::Pa,
        (Mode::Rgb, _) => PillowMode::Rgb,
        (Mode::Rgba, _) => PillowMode::Rgba,
        (Mode::RgbaPremultiplied, _) => PillowMode::RgbaPremultiplied,
        (Mode::Rgbx, _) => PillowMode::Rgbx,
        (Mode::Cmyk, _) => PillowMode::Cmyk,
        (Mode::YCbCr, _) => PillowMode::YCbCr,
        (Mode::Lab, _) => PillowMode::Lab,
        (Mode::Hsv, _) => PillowMode::Hsv,
    })
}

/// The mode that [`reduce`] gives on the way to `target`.
pub(super) fn reduced(mode: Mode, dtype: DType, target: PillowMode) -> Option<PillowMode> {
    let has_luma = matches!(mode, Mode::GrayAlpha | Mode::Rgb | Mode::Rgba);
    let near = nearest(mode, dtype)?;
    Some(match layout_of_target(target) {
        _ if !has_luma || dtype == DType::U8 => near,
        (Mode::Gray, DType::I32 | DType::U16) if dtype == DType::U16 => PillowMode::I16,
        (Mode::Gray, DType::I32 | DType::U16 | DType::F32) => PillowMode::F,
        _ => near,
    })
}

/// The image in one of Pillow's modes, with the depth that `target` can hold.
pub(super) fn reduce(
    image: &NdImage,
    mode: Mode,
    target: PillowMode,
    limits: &Limits,
) -> Result<Option<(NdImage, PillowMode)>> {
    let Some(near) = reduced(mode, image.dtype(), target) else {
        return Ok(None);
    };
    let (layout, dtype) = layout_of_target(near);
    limits.check_image(image.shape(), dtype)?;
    let reduced = match (dtype, image.dtype()) {
        (DType::U8, DType::U16) => each(image, limits, |sample: u16| (sample >> 8) as u8)?,
        (held, dtype) if held == dtype && layout.channels() == mode.channels() => image.clone(),
        (DType::U8, _) => floats_to_gray(&image.cast(DType::F32), limits)?,
        (DType::I32, DType::U32 | DType::U64 | DType::I64) => {
            let whole = |value: f64| value as i32;
            each(&image.cast(DType::F64), limits, whole)?
        }
        (dtype, _) if layout.channels() == mode.channels() => image.cast(dtype),
        (dtype, _) => luma(image, mode, dtype, limits)?,
    };
    Ok(Some((reduced, near)))
}

/// Gray of an image with luma, as words or floats.
fn luma(image: &NdImage, mode: Mode, dtype: DType, limits: &Limits) -> Result<NdImage> {
    let of_floats = |r: f32, g: f32, b: f32| 0.299 * r + 0.587 * g + 0.114 * b;
    let of_words = |[r, g, b]: [u16; 3]| luma_of(r.into(), g.into(), b.into()) as u16;
    if dtype == DType::U16 {
        return match mode.channels() {
            2 => to_gray(image, limits, |[level, _]: [u16; 2]| level),
            3 => to_gray(image, limits, of_words),
            _ => to_gray(image, limits, |[r, g, b, _]| of_words([r, g, b])),
        };
    }
    if image.dtype() == DType::U16 {
        let of_words = |r: u16, g: u16, b: u16| {
            (f64::from(thousandths(r.into(), g.into(), b.into())) / 1000.0) as f32
        };
        return match mode.channels() {
            2 => to_gray(image, limits, |[level, _]: [u16; 2]| f32::from(level)),
            3 => to_gray(image, limits, |[r, g, b]| of_words(r, g, b)),
            _ => to_gray(image, limits, |[r, g, b, _]| of_words(r, g, b)),
        };
    }
    let image = image.cast(DType::F32);
    match mode.channels() {
        2 => to_gray(&image, limits, |[level, _]: [f32; 2]| level),
        3 => to_gray(&image, limits, |[r, g, b]| of_floats(r, g, b)),
        _ => to_gray(&image, limits, |[r, g, b, _]| of_floats(r, g, b)),
    }
}

pub(super) fn bilevel_to_gray(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |white: bool| if white { 255u8 } else { 0 })
}

pub(super) fn gray_to_ints(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |level: u8| i32::from(level))
}

pub(super) fn gray_to_words(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |level: u8| u16::from(level))
}

pub(super) fn gray_to_floats(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |level: u8| f32::from(level))
}

pub(super) fn ints_to_gray(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: i32| value.clamp(0, 255) as u8)
}

pub(super) fn ints_to_words(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: i32| value.clamp(0, 65535) as u16)
}

pub(super) fn ints_to_floats(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: i32| value as f32)
}

pub(super) fn words_to_gray(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: u16| value.min(255) as u8)
}

pub(super) fn words_to_ints(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: u16| i32::from(value))
}

pub(super) fn words_to_floats(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: u16| f32::from(value))
}

pub(super) fn floats_to_gray(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: f32| value as u8)
}

/// Cut towards zero; what does not fit becomes the largest or smallest number.
pub(super) fn floats_to_ints(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    each(image, limits, |value: f32| value as i32)
}

pub(super) fn rgb_to_ints(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    to_gray(image, limits, |[r, g, b]: [u8; 3]| {
        luma_of(r.into(), g.into(), b.into()) as i32
    })
}

pub(super) fn rgb_to_words(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    to_gray(image, limits, |[r, g, b]: [u8; 3]| {
        luma_of(r.into(), g.into(), b.into()) as u16
    })
}

pub(super) fn rgb_to_floats(image: &NdImage, limits: &Limits) -> Result<NdImage> {
    to_gray(image, limits, |[r, g, b]: [u8; 3]| {
        thousandths(r.into(), g.into(), b.into()) as f32 / 1000.0
    })
}
