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

pub(super) fn luma<const N: usize>(from: &[u8], to: &mut [u8]) {
    for (to, pixel) in to.iter_mut().zip(from.as_chunks::<N>().0) {
        *to = luma_of(pixel[0].into(), pixel[1].into(), pixel[2].into()) as u8;
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
