//! Undoing the filters of rows (PNG 9).

use imageio_core::{Error, Result};

/// Turns a filtered row into its bytes; `above` is the row before, zeros for the first, and as long.
///
/// # Errors
/// `Corrupt` for a filter that does not exist.
pub(super) fn unfilter(filter: u8, pixel: usize, above: &[u8], row: &mut [u8]) -> Result<()> {
    match (filter, pixel) {
        (0, _) => {}
        (2, _) => up(above, row),
        (1 | 3 | 4, 1) => serial::<1>(filter, above, row),
        (1 | 3 | 4, 2) => serial::<2>(filter, above, row),
        (1 | 3 | 4, 3) => serial::<3>(filter, above, row),
        (1 | 3 | 4, 4) => serial::<4>(filter, above, row),
        (1 | 3 | 4, 6) => serial::<6>(filter, above, row),
        (1 | 3 | 4, 8) => serial::<8>(filter, above, row),
        _ => {
            let message = format!("image data: filter {filter} of a row, expected 0 to 4");
            return Err(Error::corrupt(message));
        }
    }
    Ok(())
}

fn up(above: &[u8], row: &mut [u8]) {
    for (byte, above) in row.iter_mut().zip(above) {
        *byte = byte.wrapping_add(*above);
    }
}

/// The filters that look at the pixel to the left.
fn serial<const N: usize>(filter: u8, above: &[u8], row: &mut [u8]) {
    let (pixels, _) = row.as_chunks_mut::<N>();
    let (above, _) = above.as_chunks::<N>();
    match filter {
        1 => sub(pixels),
        3 => average(above, pixels),
        _ => paeth(above, pixels),
    }
}

fn sub<const N: usize>(row: &mut [[u8; N]]) {
    let mut left = [0; N];
    for pixel in row {
        for (byte, left) in pixel.iter_mut().zip(left) {
            *byte = byte.wrapping_add(left);
        }
        left = *pixel;
    }
}

fn average<const N: usize>(above: &[[u8; N]], row: &mut [[u8; N]]) {
    let mut left = [0; N];
    for (pixel, above) in row.iter_mut().zip(above) {
        for i in 0..N {
            pixel[i] = pixel[i].wrapping_add(u8::midpoint(left[i], above[i]));
        }
        left = *pixel;
    }
}

fn paeth<const N: usize>(above: &[[u8; N]], row: &mut [[u8; N]]) {
    let mut left = [0i16; N];
    let mut corner = [0i16; N];
    for (pixel, above) in row.iter_mut().zip(above) {
        let above = above.map(i16::from);
        for i in 0..N {
            let predicted = predict(left[i], above[i], corner[i]);
            pixel[i] = pixel[i].wrapping_add(predicted as u8);
            left[i] = i16::from(pixel[i]);
        }
        corner = above;
    }
}

/// PNG 9.4: of left, above and corner the one that is nearest to left + above - corner.
#[inline]
fn predict(left: i16, above: i16, corner: i16) -> i16 {
    let (to_left, to_above) = (above - corner, left - corner);
    let to_corner = (to_left + to_above).abs();
    let (to_left, to_above) = (to_left.abs(), to_above.abs());
    let other = if to_above <= to_corner { above } else { corner };
    if to_left <= to_above.min(to_corner) {
        left
    } else {
        other
    }
}
