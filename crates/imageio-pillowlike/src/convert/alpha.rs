//! Colours multiplied with their alpha, and back.

use std::sync::LazyLock;

/// `a * b / 255`, rounded.
#[inline]
fn share(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    (((product >> 8) + product) >> 8) as u8
}

/// `255 * product / alpha` for each alpha and product, cut to a byte; clear pixels stay as they are.
static QUOTIENTS: LazyLock<Vec<[u8; 256]>> = LazyLock::new(|| {
    let quotient = |product: usize, alpha: usize| match alpha {
        0 => product as u8,
        alpha => (255 * product / alpha).min(255) as u8,
    };
    let row = |alpha| std::array::from_fn(|product| quotient(product, alpha));
    (0..256).map(row).collect()
});

/// Fills each pixel by `put` from one of products and the quotients for its alpha, which is its last sample.
#[inline]
fn divided<const N: usize, const M: usize>(
    from: &[u8],
    to: &mut [u8],
    put: impl Fn([u8; N], &[u8; 256]) -> [u8; M],
) {
    let quotients = &**QUOTIENTS;
    let pixels = to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0);
    for (to, &pixel) in pixels {
        if let Some(of_alpha) = quotients.get(usize::from(pixel[N - 1])) {
            *to = put(pixel, of_alpha);
        }
    }
}

pub(super) fn multiply(from: &[u8], to: &mut [u8]) {
    for (to, &[r, g, b, a]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [share(r, a), share(g, a), share(b, a), a];
    }
}

pub(super) fn multiply_gray(from: &[u8], to: &mut [u8]) {
    for (to, &[level, a]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [share(level, a), a];
    }
}

pub(super) fn divide(from: &[u8], to: &mut [u8]) {
    divided(from, to, |[r, g, b, a], of_alpha| {
        let [r, g, b] = [r, g, b].map(|product| of_alpha[usize::from(product)]);
        [r, g, b, a]
    });
}

pub(super) fn divide_to_rgb(from: &[u8], to: &mut [u8]) {
    divided(from, to, |[r, g, b, _], of_alpha| {
        [r, g, b].map(|product| of_alpha[usize::from(product)])
    });
}

pub(super) fn divide_gray(from: &[u8], to: &mut [u8]) {
    divided(from, to, |[level, a], of_alpha| {
        [of_alpha[usize::from(level)], a]
    });
}
