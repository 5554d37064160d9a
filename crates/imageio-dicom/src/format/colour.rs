//! Red, green and blue from brightness and colour differences, PS3.3 C.7.6.3.1.2.

/// Turns the pixels of `samples`, three each.
pub(crate) fn turn(samples: &mut [u8]) {
    for pixel in samples.chunks_exact_mut(3) {
        let [y, cb, cr] = pixel else { continue };
        let (light, blue, red) = (
            f64::from(*y),
            f64::from(*cb) - 128.0,
            f64::from(*cr) - 128.0,
        );
        let round = |value: f64| (value + 0.5).floor().clamp(0.0, 255.0) as u8;
        *y = round(light + 1.402 * red);
        *cb = round(light - 0.114 * 1.772 / 0.587 * blue - 0.299 * 1.402 / 0.587 * red);
        *cr = round(light + 1.772 * blue);
    }
}

/// Spreads pairs of pixels, `Y Y Cb Cr`, into pixels of three samples.
pub(crate) fn spread(pairs: &[u8], out: &mut [u8]) {
    for (to, from) in out.chunks_mut(6).zip(pairs.chunks_exact(4)) {
        let &[first, second, cb, cr] = from else {
            continue;
        };
        for (to, from) in to.iter_mut().zip([first, cb, cr, second, cb, cr]) {
            *to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_stays_gray_and_pairs_share_their_colour() {
        let mut pixels = [7, 128, 128, 76, 85, 255];
        turn(&mut pixels);
        assert_eq!(pixels, [7, 7, 7, 254, 0, 0]);
        let mut out = [0; 6];
        spread(&[1, 2, 3, 4], &mut out);
        assert_eq!(out, [1, 3, 4, 2, 3, 4]);
    }
}
