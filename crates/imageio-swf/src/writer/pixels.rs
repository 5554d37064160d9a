//! Pixels as DefineBitsLossless2 has them: alpha, red, green, blue.

use std::io::Write;

use imageio_core::{NdImage, Result};

/// Stored bytes that are put together at once.
const BLOCK: usize = 1 << 14;

/// Writes the pixels of a uint8 image that is gray, RGB or RGBA.
pub(super) fn write(image: &NdImage, premultiplied: bool, to: &mut impl Write) -> Result<()> {
    let channels = match image.shape() {
        [_, _, channels] => *channels,
        _ => 1,
    };
    let pixels = image.as_bytes();
    let mut block = [0; BLOCK];
    for part in pixels.chunks(BLOCK / 4 * channels) {
        let stored = block.as_chunks_mut::<4>().0;
        for (pixel, to) in part.chunks_exact(channels).zip(stored.iter_mut()) {
            *to = match *pixel {
                [r, g, b, a] if premultiplied => [a, times(r, a), times(g, a), times(b, a)],
                [r, g, b, a] => [a, r, g, b],
                [r, g, b] => [255, r, g, b],
                [gray, ..] => [255, gray, gray, gray],
                [] => [0; 4],
            };
        }
        let len = part.len() / channels * 4;
        to.write_all(block.get(..len).unwrap_or_default())?;
    }
    Ok(())
}

/// A colour multiplied by its alpha.
fn times(colour: u8, alpha: u8) -> u8 {
    ((u32::from(colour) * u32::from(alpha) + 127) / 255) as u8
}
