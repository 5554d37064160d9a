//! Palettes, modes and gamma, numerically as Pillow has them.

use imageio_core::{DType, Error, Limits, NdImage, Result};

use crate::format::{FrameInfo, Mode, Palette, shape_of};
use crate::options::PillowMode;

/// Pillow's name of the stored mode.
pub(crate) fn stored_name(info: &FrameInfo) -> &'static str {
    match (info.mode, info.dtype) {
        (Mode::Bilevel, _) => "1",
        (Mode::Gray, DType::U16) => "I;16",
        (Mode::Gray, DType::I32) => "I",
        (Mode::Gray, DType::F32) => "F",
        (Mode::Gray, _) => "L",
        (Mode::GrayAlpha, _) => "LA",
        (Mode::Palette, _) => "P",
        (Mode::Rgb, _) => "RGB",
        (Mode::Rgba, _) => "RGBA",
        (Mode::Cmyk, _) => "CMYK",
        (Mode::Bands(_), _) => "bands",
    }
}

/// Pillow's name of a target.
pub(crate) fn name_of(target: PillowMode) -> &'static str {
    match target {
        PillowMode::Bilevel => "1",
        PillowMode::L => "L",
        PillowMode::La => "LA",
        PillowMode::P => "P",
        PillowMode::Rgb => "RGB",
        PillowMode::Rgba => "RGBA",
        PillowMode::Cmyk => "CMYK",
        PillowMode::I => "I",
        PillowMode::I16 => "I;16",
        PillowMode::F => "F",
    }
}

/// Samples of one pixel of `mode`.
pub(crate) fn channels_of(mode: PillowMode) -> usize {
    layout_of_target(mode).0.channels()
}

/// Mode and element type after conversion.
pub(crate) fn layout_of(
    stored: Mode,
    dtype: DType,
    target: Option<PillowMode>,
) -> Result<(Mode, DType)> {
    let Some(target) = target else {
        return Ok((stored, dtype));
    };
    let layout = layout_of_target(target);
    let possible = layout == (stored, dtype) || steps(stored, dtype, target).is_some();
    if possible {
        Ok(layout)
    } else {
        Err(impossible(stored, dtype, target))
    }
}

fn layout_of_target(target: PillowMode) -> (Mode, DType) {
    match target {
        PillowMode::Bilevel => (Mode::Bilevel, DType::Bool),
        PillowMode::L => (Mode::Gray, DType::U8),
        PillowMode::La => (Mode::GrayAlpha, DType::U8),
        PillowMode::P => (Mode::Palette, DType::U8),
        PillowMode::Rgb => (Mode::Rgb, DType::U8),
        PillowMode::Rgba => (Mode::Rgba, DType::U8),
        PillowMode::Cmyk => (Mode::Cmyk, DType::U8),
        PillowMode::I => (Mode::Gray, DType::I32),
        PillowMode::I16 => (Mode::Gray, DType::U16),
        PillowMode::F => (Mode::Gray, DType::F32),
    }
}

/// The image as `target`, and whether anything changed.
pub(crate) fn to_mode(
    image: &NdImage,
    stored: Mode,
    target: PillowMode,
    limits: &Limits,
) -> Result<(NdImage, bool)> {
    if layout_of_target(target) == (stored, image.dtype()) {
        return Ok((image.clone(), false));
    }
    let plan = steps(stored, image.dtype(), target)
        .ok_or_else(|| impossible(stored, image.dtype(), target))?;
    let bytes = to_u8(image);
    let (mode, dtype) = layout_of_target(target);
    let shape = shape_of(image.shape()[0], image.shape()[1], mode);
    let len = limits.check_image(&shape, dtype)?;
    let pixels = match plan {
        Plan::Widen => return Ok((image.cast(dtype), true)),
        Plan::Pixels(convert) => bytes.as_slice::<u8>().map(|from| {
            let mut to = limits.try_vec::<u8>(len, "converted pixels")?;
            let pixels = from
                .chunks_exact(stored.channels())
                .zip(to.chunks_exact_mut(mode.channels()));
            pixels.for_each(|(from, to)| convert(from, to));
            NdImage::from_vec(&shape, to)
        })??,
        Plan::GrayThenWiden => {
            let gray = to_mode(&bytes, stored, PillowMode::L, limits)?.0;
            gray.cast(dtype)
        }
    };
    Ok((pixels, true))
}

type Pixel = fn(&[u8], &mut [u8]);

/// How a conversion is done.
enum Plan {
    /// A change of the element type alone.
    Widen,
    /// Pixel by pixel, over bytes.
    Pixels(Pixel),
    /// To 8-bit gray, then to a wider type.
    GrayThenWiden,
}

fn steps(stored: Mode, dtype: DType, target: PillowMode) -> Option<Plan> {
    use PillowMode as To;
    let bytes = matches!(dtype, DType::U8 | DType::U16 | DType::Bool);
    Some(match (stored, target) {
        (Mode::Gray, To::I) if matches!(dtype, DType::U8 | DType::U16) => Plan::Widen,
        (Mode::Gray, To::F) if dtype != DType::F32 => Plan::Widen,
        (Mode::Gray, To::I16) if dtype == DType::U8 => Plan::Widen,
        _ if !bytes => return None,
        (_, To::I | To::F) if stored != Mode::Palette => Plan::GrayThenWiden,
        (Mode::Gray | Mode::Bilevel, To::L) => Plan::Pixels(|from, to| to.copy_from_slice(from)),
        (Mode::GrayAlpha, To::L) => Plan::Pixels(|from, to| to[0] = from[0]),
        (Mode::Rgb | Mode::Rgba, To::L) => Plan::Pixels(|from, to| to[0] = luma(from)),
        (Mode::Gray | Mode::Bilevel, To::La) => {
            Plan::Pixels(|from, to| to.copy_from_slice(&[from[0], 255]))
        }
        (Mode::Rgb, To::La) => Plan::Pixels(|from, to| to.copy_from_slice(&[luma(from), 255])),
        (Mode::Rgba, To::La) => Plan::Pixels(|from, to| to.copy_from_slice(&[luma(from), from[3]])),
        (Mode::GrayAlpha, To::La) => Plan::Pixels(|from, to| to.copy_from_slice(from)),
        (Mode::Gray | Mode::Bilevel | Mode::GrayAlpha, To::Rgb) => {
            Plan::Pixels(|from, to| to.fill(from[0]))
        }
        (Mode::Rgb | Mode::Rgba, To::Rgb) => {
            Plan::Pixels(|from, to| to.copy_from_slice(&from[..3]))
        }
        (Mode::Gray | Mode::Bilevel, To::Rgba) => Plan::Pixels(|from, to| {
            to.copy_from_slice(&[from[0], from[0], from[0], 255]);
        }),
        (Mode::GrayAlpha, To::Rgba) => Plan::Pixels(|from, to| {
            to.copy_from_slice(&[from[0], from[0], from[0], from[1]]);
        }),
        (Mode::Rgb, To::Rgba) => {
            Plan::Pixels(|from, to| to.copy_from_slice(&[from[0], from[1], from[2], 255]))
        }
        (Mode::Rgba, To::Rgba) => Plan::Pixels(|from, to| to.copy_from_slice(from)),
        (Mode::Cmyk, To::Rgb) => Plan::Pixels(ink_to_rgb),
        _ => return None,
    })
}

/// ITU-R 601-2 luma in 16-bit fixed point, rounded.
fn luma(rgb: &[u8]) -> u8 {
    let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
    ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16) as u8
}

fn ink_to_rgb(ink: &[u8], rgb: &mut [u8]) {
    let paper = 255 - u32::from(ink[3]);
    for (to, &from) in rgb.iter_mut().zip(ink) {
        // Pillow takes ink * paper / 255, rounded in 8-bit fixed point, off the paper.
        let product = u32::from(from) * paper + 128;
        let absorbed = ((product >> 8) + product) >> 8;
        *to = paper.saturating_sub(absorbed) as u8;
    }
}

/// Samples as bytes: the high one of 16 bits, 0 or 255 for bool.
fn to_u8(image: &NdImage) -> NdImage {
    match image.dtype() {
        DType::U16 => image.as_array::<u16>().map_or_else(
            |_| image.clone(),
            |samples| NdImage::from(samples.mapv(|sample| (sample >> 8) as u8)),
        ),
        DType::Bool => image.as_array::<bool>().map_or_else(
            |_| image.clone(),
            |samples| NdImage::from(samples.mapv(|sample| if sample { 255u8 } else { 0 })),
        ),
        _ => image.to_contiguous(),
    }
}

/// The colours of palette indices; an index past the palette is black.
pub(crate) fn apply_palette(
    indices: &NdImage,
    palette: &Palette,
    limits: &Limits,
) -> Result<NdImage> {
    let channels = palette.mode.channels();
    let shape = shape_of(indices.shape()[0], indices.shape()[1], palette.mode);
    let len = limits.check_image(&shape, DType::U8)?;
    let mut table = vec![0u8; 256 * channels];
    let known = palette.colors.len().min(table.len());
    table[..known].copy_from_slice(&palette.colors[..known]);
    let mut colors = limits.try_vec::<u8>(len, "colours of a palette image")?;
    for (index, color) in indices
        .as_slice::<u8>()?
        .iter()
        .zip(colors.chunks_exact_mut(channels))
    {
        let start = usize::from(*index) * channels;
        color.copy_from_slice(&table[start..start + channels]);
    }
    if palette.mode == Mode::Bilevel {
        return NdImage::from_vec(&shape, colors.into_iter().map(|level| level != 0).collect());
    }
    NdImage::from_vec(&shape, colors)
}

/// Raises the values, as shares of the type's largest, to `gamma`. Bool and signed images stay as they are.
pub(crate) fn apply_gamma(image: &NdImage, gamma: f64) -> Result<NdImage> {
    let raise = |value: f64, most: f64| (value / most).powf(gamma) * most;
    match image.dtype() {
        DType::U8 => {
            let table: Vec<u8> = (0..=255)
                .map(|value| raise(f64::from(value), 255.0).round() as u8)
                .collect();
            Ok(image
                .as_array::<u8>()?
                .mapv(|value| table[usize::from(value)])
                .into())
        }
        DType::U16 => Ok(image
            .as_array::<u16>()?
            .mapv(|value| raise(f64::from(value), 65535.0).round() as u16)
            .into()),
        DType::F32 => Ok(image
            .as_array::<f32>()?
            .mapv(|value| raise(f64::from(value), 1.0) as f32)
            .into()),
        _ => Ok(image.clone()),
    }
}

fn impossible(stored: Mode, dtype: DType, target: PillowMode) -> Error {
    Error::unsupported(format!(
        "an image of mode {stored:?} and type {dtype} cannot become `{}`",
        name_of(target)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(shape: &[usize], pixels: &[u8], from: Mode, to: PillowMode) -> NdImage {
        let image = NdImage::from_vec(shape, pixels.to_vec()).expect("pixels fill the shape");
        to_mode(&image, from, to, &Limits::new())
            .expect("a known conversion")
            .0
    }

    // checklist: E-008
    #[test]
    fn colour_becomes_gray_by_itu_601() {
        let rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30];
        let gray = convert(&[1, 4, 3], &rgb, Mode::Rgb, PillowMode::L);
        // What Pillow 13 gives for the same pixels.
        assert_eq!(gray.as_slice::<u8>().ok(), Some(&[76, 150, 29, 18][..]));
        let wide = convert(&[1, 4, 3], &rgb, Mode::Rgb, PillowMode::F);
        assert_eq!(
            (wide.dtype(), wide.as_slice::<f32>().ok()),
            (DType::F32, Some(&[76.0, 150.0, 29.0, 18.0][..]))
        );
    }

    // checklist: E-022, E-023
    #[test]
    fn gamma_keeps_the_depth() {
        let image = NdImage::from_vec(&[1, 3], vec![0u16, 32768, 65535]).expect("three pixels");
        let bright = apply_gamma(&image, 0.5).expect("gamma");
        assert_eq!(bright.as_slice::<u16>().ok(), Some(&[0, 46341, 65535][..]));
        let bytes = NdImage::from_vec(&[1, 3], vec![0u8, 128, 255]).expect("three pixels");
        let dark = apply_gamma(&bytes, 2.0).expect("gamma");
        assert_eq!(dark.as_slice::<u8>().ok(), Some(&[0, 64, 255][..]));
    }
}
