//! Colours multiplied with their alpha, and back.

/// `a * b / 255`, rounded.
#[inline]
fn share(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    (((product >> 8) + product) >> 8) as u8
}

/// `2^24 / alpha`, rounded up: with it, `255 * c / alpha` is a product. Fully clear and opaque pixels stay.
static INVERSE: [u32; 256] = {
    let mut table = [0; 256];
    let mut alpha = 1;
    while alpha < 256 {
        table[alpha] = (1u32 << 24).div_ceil(alpha as u32);
        alpha += 1;
    }
    table
};

/// `255 * product / alpha`, cut to a byte.
#[inline]
fn whole(product: u8, inverse: u32) -> u8 {
    let value = (u64::from(product) * 255 * u64::from(inverse)) >> 24;
    value.min(255) as u8
}

#[inline]
fn divided<const N: usize>(products: [u8; N], alpha: u8) -> [u8; N] {
    match alpha {
        0 | 255 => products,
        _ => products.map(|product| whole(product, INVERSE[usize::from(alpha)])),
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
    for (to, &[r, g, b, a]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let [r, g, b] = divided([r, g, b], a);
        *to = [r, g, b, a];
    }
}

pub(super) fn divide_to_rgb(from: &[u8], to: &mut [u8]) {
    for (to, &[r, g, b, a]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = divided([r, g, b], a);
    }
}

pub(super) fn divide_gray(from: &[u8], to: &mut [u8]) {
    for (to, &[level, a]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        let [level] = divided([level], a);
        *to = [level, a];
    }
}
