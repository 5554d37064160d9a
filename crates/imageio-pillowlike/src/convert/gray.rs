//! From gray to colour, and from colour to gray by ITU-R 601-2.

/// 16-bit fixed point: 0.299, 0.587 and 0.114, and the half that rounds.
const RED: u32 = 19595;
const GREEN: u32 = 38470;
const BLUE: u32 = 7471;
const HALF: u32 = 0x8000;

/// Luma of samples of up to 16 bits, rounded.
#[inline]
pub(super) fn luma_of(r: u32, g: u32, b: u32) -> u32 {
    (r * RED + g * GREEN + b * BLUE + HALF) >> 16
}

/// Luma in thousandths, for floats and thresholds.
#[inline]
pub(super) fn thousandths(r: u32, g: u32, b: u32) -> u32 {
    r * 299 + g * 587 + b * 114
}

/// Luma of two pixels whose samples lie `BITS` apart in a word, in bytes 2 and `BITS / 8 + 2`.
#[inline]
fn two_lumas<const BITS: u32>(word: u64) -> [u8; 2] {
    let lanes = 0xff | 0xff << BITS;
    let sample = |shift: u32, factor: u32| ((word >> shift) & lanes) * u64::from(factor);
    // White and the half are still below 2^24: nothing runs over into the next pixel.
    let half = u64::from(HALF) | u64::from(HALF) << BITS;
    let sums = sample(0, RED) + sample(8, GREEN) + sample(16, BLUE) + half;
    [(sums >> 16) as u8, (sums >> (BITS + 16)) as u8]
}

pub(super) fn rgb_to_luma(from: &[u8], to: &mut [u8]) {
    let (eights, rest) = from.as_chunks::<24>();
    let (whole, last) = to.split_at_mut(eights.len() * 8);
    for (to, eight) in whole.as_chunks_mut::<8>().0.iter_mut().zip(eights) {
        let word = |at: usize| {
            let bytes = &eight[at..at + 8];
            u64::from_le_bytes(std::array::from_fn(|byte| bytes[byte]))
        };
        to[..2].copy_from_slice(&two_lumas::<24>(word(0)));
        to[2..4].copy_from_slice(&two_lumas::<24>(word(6)));
        to[4..6].copy_from_slice(&two_lumas::<24>(word(12)));
        to[6..].copy_from_slice(&two_lumas::<24>(word(16) >> 16));
    }
    for (to, &[r, g, b]) in last.iter_mut().zip(rest.as_chunks().0) {
        *to = luma_of(r.into(), g.into(), b.into()) as u8;
    }
}

pub(super) fn rgba_to_luma(from: &[u8], to: &mut [u8]) {
    let (twos, rest) = from.as_chunks::<8>();
    let (whole, last) = to.split_at_mut(twos.len() * 2);
    for (to, two) in whole.as_chunks_mut::<2>().0.iter_mut().zip(twos) {
        *to = two_lumas::<32>(u64::from_le_bytes(*two));
    }
    for (to, &[r, g, b, _]) in last.iter_mut().zip(rest.as_chunks().0) {
        *to = luma_of(r.into(), g.into(), b.into()) as u8;
    }
}

/// Luma with the alpha of four samples, or with 255.
pub(super) fn luma_alpha<const N: usize>(from: &[u8], to: &mut [u8]) {
    for (to, pixel) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks::<N>().0) {
        let luma = luma_of(pixel[0].into(), pixel[1].into(), pixel[2].into()) as u8;
        *to = [luma, pixel.get(3).copied().unwrap_or(255)];
    }
}

pub(super) fn as_it_is(from: &[u8], to: &mut [u8]) {
    to.copy_from_slice(from);
}

pub(super) fn to_gray_alpha(from: &[u8], to: &mut [u8]) {
    for (to, &level) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = [level, 255];
    }
}

pub(super) fn to_rgb(from: &[u8], to: &mut [u8]) {
    // Four pixels are three words; bytes one by one take three times as long.
    let (levels, rest) = from.as_chunks::<4>();
    let (words, last) = to.split_at_mut(levels.len() * 12);
    for (to, levels) in words.as_chunks_mut::<12>().0.iter_mut().zip(levels) {
        let [a, b, c, d] = levels.map(|level| u32::from(level) * 0x01_0101);
        to[..4].copy_from_slice(&(a | b << 24).to_le_bytes());
        to[4..8].copy_from_slice(&(b >> 8 | c << 16).to_le_bytes());
        to[8..].copy_from_slice(&(c >> 16 | d << 8).to_le_bytes());
    }
    for (to, &level) in last.as_chunks_mut().0.iter_mut().zip(rest) {
        *to = [level; 3];
    }
}

pub(super) fn to_rgba(from: &[u8], to: &mut [u8]) {
    for (to, &level) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = [level, level, level, 255];
    }
}

pub(super) fn to_ycbcr(from: &[u8], to: &mut [u8]) {
    for (to, &level) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = [level, 128, 128];
    }
}

pub(super) fn to_hsv(from: &[u8], to: &mut [u8]) {
    for (to, &level) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = [0, 0, level];
    }
}

pub(super) fn first_of_two(from: &[u8], to: &mut [u8]) {
    for (to, &[level, _]) in to.iter_mut().zip(from.as_chunks().0) {
        *to = level;
    }
}

pub(super) fn alpha_to_rgb(from: &[u8], to: &mut [u8]) {
    for (to, &[level, _]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [level; 3];
    }
}

pub(super) fn alpha_to_rgba(from: &[u8], to: &mut [u8]) {
    for (to, &[level, alpha]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [level, level, level, alpha];
    }
}
