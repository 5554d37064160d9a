//! Which conversion leads from one of Pillow's modes to another, and by which modes.

use imageio_core::{Limits, NdImage, Result};

use super::pixels::Bytes;
use super::{alpha, color, depth, dither, gray, ink, lab, median, octree};
use crate::options::PillowMode;

/// One conversion.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Bytes to bytes, any number of pixels at a time.
    Bytes(Bytes),
    /// The image as a whole: other types, or pixels that depend on their neighbours.
    Whole(fn(&NdImage, &Limits) -> Result<NdImage>),
}

/// A conversion and the mode that it leads to.
pub(super) type Hop = (Step, PillowMode);

/// The way from `from` to `to`, of no hop where they are one; nothing where Pillow knows none.
///
/// What has no conversion of its own goes through gray or colour, whichever `from` is made of, as in Pillow.
pub(super) fn route(from: PillowMode, to: PillowMode) -> Option<Vec<Hop>> {
    let target = family(to);
    if from == target {
        return Some(Vec::new());
    }
    if let Some(step) = direct(from, target) {
        return Some(vec![(step, target)]);
    }
    if target == PillowMode::Lab && from != PillowMode::Rgb {
        let mut route = route(from, PillowMode::Rgb)?;
        route.push((direct(PillowMode::Rgb, target)?, target));
        return Some(route);
    }
    let by = base(from)?;
    let hop = |step, mode| Some((step?, mode));
    Some(vec![
        hop(direct(from, by), by)?,
        hop(direct(by, target), target)?,
    ])
}

/// The four spellings of 16-bit gray differ in byte order, which an array in memory does not show.
fn family(mode: PillowMode) -> PillowMode {
    match mode {
        PillowMode::I16L | PillowMode::I16B | PillowMode::I16N => PillowMode::I16,
        mode => mode,
    }
}

/// Gray or colour; L*a*b* becomes RGB and nothing else.
fn base(mode: PillowMode) -> Option<PillowMode> {
    use PillowMode as M;
    Some(match mode {
        M::Lab => return None,
        M::Bilevel | M::L | M::La | M::LaPremultiplied | M::I | M::F => M::L,
        M::I16 | M::I16L | M::I16B | M::I16N => M::L,
        _ => M::Rgb,
    })
}

fn direct(from: PillowMode, to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    match from {
        M::L => from_gray(to),
        M::Rgb => from_rgb(to),
        M::Rgba => from_rgba(to),
        M::Bilevel | M::I | M::I16 | M::F => between_grays(from, to),
        _ => from_others(from, to),
    }
}

fn between_grays(from: PillowMode, to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    Some(Step::Whole(match (from, to) {
        (M::Bilevel, M::L) => depth::bilevel_to_gray,
        (M::I, M::L) => depth::ints_to_gray,
        (M::I, M::F) => depth::ints_to_floats,
        (M::I, M::I16) => depth::ints_to_words,
        (M::I16, M::L) => depth::words_to_gray,
        (M::I16, M::I) => depth::words_to_ints,
        (M::I16, M::F) => depth::words_to_floats,
        (M::F, M::L) => depth::floats_to_gray,
        (M::F, M::I) => depth::floats_to_ints,
        _ => return None,
    }))
}

fn from_gray(to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    Some(match to {
        M::P => Step::Bytes(gray::as_it_is),
        M::La | M::Pa => Step::Bytes(gray::to_gray_alpha),
        M::Rgb => Step::Bytes(gray::to_rgb),
        M::Rgba | M::Rgbx => Step::Bytes(gray::to_rgba),
        M::Cmyk => Step::Bytes(ink::from_gray),
        M::YCbCr => Step::Bytes(gray::to_ycbcr),
        M::Hsv => Step::Bytes(gray::to_hsv),
        M::Bilevel => Step::Whole(dither::gray_to_bilevel),
        M::I => Step::Whole(depth::gray_to_ints),
        M::I16 => Step::Whole(depth::gray_to_words),
        M::F => Step::Whole(depth::gray_to_floats),
        _ => return None,
    })
}

fn from_rgb(to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    Some(match to {
        M::L => Step::Bytes(gray::rgb_to_luma),
        M::La | M::LaPremultiplied => Step::Bytes(gray::luma_alpha::<3>),
        M::Rgba | M::RgbaPremultiplied | M::Rgbx => Step::Bytes(color::add_alpha),
        M::Cmyk => Step::Bytes(ink::from_rgb),
        M::YCbCr => Step::Bytes(color::rgb_to_ycbcr),
        M::Hsv => Step::Bytes(color::rgb_to_hsv),
        M::Lab => Step::Bytes(lab::from_rgb),
        M::Bilevel => Step::Whole(dither::rgb_to_bilevel),
        M::P => Step::Whole(dither::to_web::<3>),
        M::Pa => Step::Whole(dither::to_web_alpha::<3>),
        M::I => Step::Whole(depth::rgb_to_ints),
        M::I16 => Step::Whole(depth::rgb_to_words),
        M::F => Step::Whole(depth::rgb_to_floats),
        _ => return None,
    })
}

fn from_rgba(to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    Some(match to {
        M::L => Step::Bytes(gray::rgba_to_luma),
        M::La => Step::Bytes(gray::luma_alpha::<4>),
        M::Rgb => Step::Bytes(color::drop_alpha),
        M::RgbaPremultiplied => Step::Bytes(alpha::multiply),
        M::P => Step::Whole(octree::quantize),
        M::Pa => Step::Whole(median::quantize),
        _ => return None,
    })
}

fn from_others(from: PillowMode, to: PillowMode) -> Option<Step> {
    use PillowMode as M;
    Some(match (from, to) {
        (M::La, M::L) => Step::Bytes(gray::first_of_two),
        (M::La, M::LaPremultiplied) => Step::Bytes(alpha::multiply_gray),
        (M::La, M::Rgb) => Step::Bytes(gray::alpha_to_rgb),
        (M::La, M::Rgba | M::Rgbx) => Step::Bytes(gray::alpha_to_rgba),
        (M::LaPremultiplied, M::La) => Step::Bytes(alpha::divide_gray),
        (M::RgbaPremultiplied, M::Rgba) => Step::Bytes(alpha::divide),
        (M::RgbaPremultiplied, M::Rgb) => Step::Bytes(alpha::divide_to_rgb),
        // Pillow looks for the nearest colour of the products here.
        (M::RgbaPremultiplied, M::P) => Step::Whole(dither::to_web::<4>),
        (M::RgbaPremultiplied, M::Pa) => Step::Whole(dither::to_web_alpha::<4>),
        (M::Rgbx, M::Rgb) => Step::Bytes(color::drop_alpha),
        (M::Cmyk, M::Rgb) => Step::Bytes(ink::to_rgb),
        (M::YCbCr, M::L) => Step::Bytes(color::first_of_three),
        (M::YCbCr, M::La) => Step::Bytes(color::first_of_three_alpha),
        (M::YCbCr, M::Rgb) => Step::Bytes(color::ycbcr_to_rgb),
        (M::Hsv, M::Rgb) => Step::Bytes(color::hsv_to_rgb),
        (M::Lab, M::Rgb) => Step::Bytes(lab::to_rgb),
        (M::Lab, M::Rgba | M::Rgbx) => Step::Bytes(lab::to_rgba),
        _ => return None,
    })
}
