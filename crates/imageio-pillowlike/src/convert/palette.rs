//! Images of indices: their colours are converted, not their pixels.

use imageio_core::{DType, Element, Limits, NdImage, Result};

use super::gray::thousandths;
use super::{channels_of, layout_of_target, shape_in, to_mode};
use crate::format::{Mode, Palette, shape_of};
use crate::options::PillowMode;

/// Indices that a byte can hold.
const ENTRIES: usize = 256;

/// The colours of palette indices; an index past the palette is opaque black.
pub(super) fn apply(indices: &NdImage, palette: &Palette, limits: &Limits) -> Result<NdImage> {
    let table = table_of(palette)?;
    let bilevel = palette.mode == Mode::Bilevel;
    let table = if bilevel { as_bools(&table)? } else { table };
    look_up(indices, 1, &table, palette.mode, limits)
}

/// Whether indices into a palette whose colours are of mode `colors` can become `target`.
pub(super) fn is_possible(stored: Mode, colors: Mode, target: PillowMode) -> bool {
    let has_no_way = target_is_words(target)
        || matches!(
            target,
            PillowMode::RgbaPremultiplied | PillowMode::LaPremultiplied
        );
    match stored {
        // Indices with an alpha of their own go through RGB.
        Mode::PaletteAlpha => true,
        _ if is_gray(colors) => !has_no_way || target_is_words(target),
        _ => !has_no_way,
    }
}

/// An image whose palette holds grays only is a gray one to Pillow.
fn is_gray(colors: Mode) -> bool {
    matches!(colors, Mode::Gray | Mode::Bilevel)
}

fn target_is_words(target: PillowMode) -> bool {
    layout_of_target(target) == (Mode::Gray, DType::U16)
}

/// Indices, in `stored` one a pixel or one and an alpha, as `target`.
pub(super) fn convert(
    image: &NdImage,
    stored: Mode,
    palette: &Palette,
    target: PillowMode,
    limits: &Limits,
) -> Result<NdImage> {
    let table = table_of(palette)?;
    let stride = stored.channels();
    if target == PillowMode::P {
        let same: Vec<u8> = (0..=255).collect();
        let same = NdImage::from_vec(&[1, ENTRIES], same)?;
        return look_up(image, stride, &same, Mode::Palette, limits);
    }
    if is_gray(palette.mode) && stored == Mode::Palette {
        let grays = apply(image, palette, limits)?;
        return to_mode(&grays, palette.mode, target, limits);
    }
    if target == PillowMode::Pa {
        let alphas = to_mode(&table, palette.mode, PillowMode::La, limits)?;
        let indices = (0..=255u8).zip(alphas.as_slice::<u8>()?.as_chunks().0);
        let pairs = indices.flat_map(|(index, &[_, alpha])| [index, alpha]);
        let pairs = NdImage::from_vec(&[1, ENTRIES, 2], pairs.collect())?;
        return look_up(image, stride, &pairs, Mode::PaletteAlpha, limits);
    }
    let table = match (target, palette.mode) {
        (PillowMode::Bilevel, _) => bilevel(&table, palette.mode, limits)?,
        (_, Mode::Rgba) if stored == Mode::PaletteAlpha => {
            let opaque = to_mode(&table, Mode::Rgba, PillowMode::Rgb, limits)?;
            to_mode(&opaque, Mode::Rgb, target, limits)?
        }
        (_, mode) => to_mode(&table, mode, target, limits)?,
    };
    let mut colors = look_up(image, stride, &table, layout_of_target(target).0, limits)?;
    let keeps_alpha = matches!(target, PillowMode::La | PillowMode::Rgba | PillowMode::Rgbx);
    if stored == Mode::PaletteAlpha && keeps_alpha {
        let channels = channels_of(target);
        let mut pixels = colors.into_vec::<u8>()?;
        let image = image.to_contiguous();
        let alphas = image.as_slice::<u8>()?.as_chunks().0;
        for (pixel, &[_, alpha]) in pixels.chunks_exact_mut(channels).zip(alphas) {
            pixel[channels - 1] = alpha;
        }
        colors = NdImage::from_vec(&shape_in(&image, layout_of_target(target).0), pixels)?;
    }
    Ok(colors)
}

/// All 256 colours as an image of one row; those that the palette lacks are black.
fn table_of(palette: &Palette) -> Result<NdImage> {
    let channels = palette.mode.channels();
    let mut table = vec![0u8; ENTRIES * channels];
    let known = palette.colors.len().min(table.len());
    table[..known].copy_from_slice(&palette.colors[..known]);
    if palette.mode == Mode::Rgba {
        for color in table[known..].chunks_exact_mut(channels) {
            color[channels - 1] = 255;
        }
    }
    NdImage::from_vec(&shape_of(1, ENTRIES, palette.mode), table)
}

fn as_bools(levels: &NdImage) -> Result<NdImage> {
    Ok(levels.as_array::<u8>()?.mapv(|level| level != 0).into())
}

/// Colours of at least half the light of white: Pillow does not diffuse the error of a palette.
fn bilevel(table: &NdImage, mode: Mode, limits: &Limits) -> Result<NdImage> {
    let colors = to_mode(table, mode, PillowMode::Rgb, limits)?;
    super::pixels::to_gray(&colors, limits, |[r, g, b]: [u8; 3]| {
        thousandths(r.into(), g.into(), b.into()) >= 128_000
    })
}

/// The entry of `table` for each index; of `stride` samples a pixel the first is the index.
fn look_up(
    image: &NdImage,
    stride: usize,
    table: &NdImage,
    mode: Mode,
    limits: &Limits,
) -> Result<NdImage> {
    let image = image.to_contiguous();
    let shape = shape_in(&image, mode);
    let len = limits.check_image(&shape, table.dtype())?;
    let indices = image.as_slice::<u8>()?;
    match (table.dtype(), mode.channels()) {
        (DType::Bool, _) => fill::<bool, 1>(indices, stride, table, &shape, len, limits),
        (DType::U16, _) => fill::<u16, 1>(indices, stride, table, &shape, len, limits),
        (DType::I32, _) => fill::<i32, 1>(indices, stride, table, &shape, len, limits),
        (DType::F32, _) => fill::<f32, 1>(indices, stride, table, &shape, len, limits),
        (_, 1) => fill::<u8, 1>(indices, stride, table, &shape, len, limits),
        (_, 2) => fill::<u8, 2>(indices, stride, table, &shape, len, limits),
        (_, 3) => fill::<u8, 3>(indices, stride, table, &shape, len, limits),
        _ => fill::<u8, 4>(indices, stride, table, &shape, len, limits),
    }
}

fn fill<T: Element + Default, const N: usize>(
    indices: &[u8],
    stride: usize,
    table: &NdImage,
    shape: &[usize],
    len: usize,
    limits: &Limits,
) -> Result<NdImage> {
    let entries = table.as_slice::<T>()?.as_chunks::<N>().0;
    // An array of this length needs no check for an index of a byte.
    let entries: [[T; N]; ENTRIES] =
        std::array::from_fn(|index| entries.get(index).copied().unwrap_or([T::default(); N]));
    let mut colors = limits.try_vec::<T>(len, "colours of a palette image")?;
    let pixels = colors.as_chunks_mut::<N>().0.iter_mut();
    match stride {
        1 => pixels
            .zip(indices)
            .for_each(|(to, &index)| *to = entries[usize::from(index)]),
        _ => pixels
            .zip(indices.as_chunks::<2>().0)
            .for_each(|(to, &[index, _])| *to = entries[usize::from(index)]),
    }
    NdImage::from_vec(shape, colors)
}
