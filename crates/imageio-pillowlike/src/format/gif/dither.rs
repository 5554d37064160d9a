//! Error diffusion after Floyd and Steinberg, "An adaptive algorithm for spatial greyscale", 1976.

use imageio_core::{Limits, Result};

use super::quantize::Rgba;

/// Indices into `table`, where each pixel's error goes to its neighbours on the right and below.
pub(super) fn diffuse(
    pixels: &[Rgba],
    width: usize,
    table: &[[u8; 3]],
    transparent: u8,
    mut find: impl FnMut([u8; 3]) -> u8,
    limits: &Limits,
) -> Result<Vec<u8>> {
    let mut indices = limits.try_capacity(pixels.len(), "pixels of a frame")?;
    // Sixteenths, with one pixel more on both sides.
    let mut here = vec![[0i32; 3]; width + 2];
    let mut below = here.clone();
    for row in pixels.chunks_exact(width.max(1)) {
        for (x, &[r, g, b, opaque]) in row.iter().enumerate() {
            if opaque == 0 {
                indices.push(transparent);
                continue;
            }
            let mut wanted = [r, g, b];
            for (value, error) in wanted.iter_mut().zip(here[x + 1]) {
                *value = (i32::from(*value) + (error + 8) / 16).clamp(0, 255) as u8;
            }
            let index = find(wanted);
            indices.push(index);
            let given = table.get(usize::from(index)).copied().unwrap_or(wanted);
            for channel in 0..3 {
                let error = i32::from(wanted[channel]) - i32::from(given[channel]);
                here[x + 2][channel] += error * 7;
                below[x][channel] += error * 3;
                below[x + 1][channel] += error * 5;
                below[x + 2][channel] += error;
            }
        }
        std::mem::swap(&mut here, &mut below);
        below.fill([0; 3]);
    }
    Ok(indices)
}
