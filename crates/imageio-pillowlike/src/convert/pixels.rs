//! Runs conversions over images: bytes in pieces that stay in the cache, all else as a whole.

use imageio_core::{DType, Element, Limits, NdImage, Result};

use super::route::{Hop, Step};
use super::{channels_of, layout_of_target, shape_in};
use crate::format::Mode;
use crate::options::PillowMode;

/// Fills the second slice from the pixels of the first.
pub(super) type Bytes = fn(&[u8], &mut [u8]);

/// Pixels of one piece when two conversions follow each other.
const PIECE: usize = 2048;

/// The most samples of a pixel.
const MOST: usize = 4;

/// The image, which is in mode `from`, after every hop of the route.
pub(super) fn follow(
    image: &NdImage,
    from: PillowMode,
    route: &[Hop],
    limits: &Limits,
) -> Result<NdImage> {
    let (mut image, mut mode, mut rest) = (image.to_contiguous(), from, route);
    while let [(step, to), after @ ..] = rest {
        // The image before a hop counts as long as it lives.
        let _before = limits.claim(image.nbytes() as u64, "pixels between two modes")?;
        (image, mode, rest) = match (step, after) {
            (Step::Whole(convert), _) => (convert(&image, limits)?, *to, after),
            (Step::Bytes(first), [(Step::Bytes(second), last), after @ ..]) => {
                let (per_pixel, between) = (channels_of(mode), channels_of(*to));
                let both = |from: &[u8], into: &mut [u8]| {
                    let (from, into) = (
                        from.chunks(PIECE * per_pixel),
                        into.chunks_mut(PIECE * channels_of(*last)),
                    );
                    let mut buffer = [0; PIECE * MOST];
                    for (from, into) in from.zip(into) {
                        let buffer = &mut buffer[..from.len() / per_pixel * between];
                        first(from, buffer);
                        second(buffer, into);
                    }
                };
                (run(&image, *last, both, limits)?, *last, after)
            }
            (Step::Bytes(convert), _) => (run(&image, *to, convert, limits)?, *to, after),
        };
    }
    Ok(image)
}

fn run(
    image: &NdImage,
    to: PillowMode,
    convert: impl Fn(&[u8], &mut [u8]),
    limits: &Limits,
) -> Result<NdImage> {
    let shape = shape_in(image, layout_of_target(to).0);
    let len = limits.check_image(&shape, DType::U8)?;
    let mut converted = limits.try_vec::<u8>(len, "converted pixels")?;
    convert(image.as_slice::<u8>()?, &mut converted);
    NdImage::from_vec(&shape, converted)
}

/// Every sample by itself.
pub(super) fn each<S: Element, D: Element>(
    image: &NdImage,
    limits: &Limits,
    convert: impl Fn(S) -> D,
) -> Result<NdImage> {
    let image = image.to_contiguous();
    let samples = image.as_slice::<S>()?;
    let mut converted = limits.try_vec::<D>(samples.len(), "converted pixels")?;
    for (to, &from) in converted.iter_mut().zip(samples) {
        *to = convert(from);
    }
    NdImage::from_vec(image.shape(), converted)
}

/// Every pixel of `N` samples to one sample.
pub(super) fn to_gray<const N: usize, S: Element, D: Element>(
    image: &NdImage,
    limits: &Limits,
    convert: impl Fn([S; N]) -> D,
) -> Result<NdImage> {
    let image = image.to_contiguous();
    let shape = shape_in(&image, Mode::Gray);
    let (pixels, _) = image.as_slice::<S>()?.as_chunks::<N>();
    let mut converted = limits.try_vec::<D>(pixels.len(), "converted pixels")?;
    for (to, &from) in converted.iter_mut().zip(pixels) {
        *to = convert(from);
    }
    NdImage::from_vec(&shape, converted)
}
