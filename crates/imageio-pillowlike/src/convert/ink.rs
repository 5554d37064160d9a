//! Ink and light, without undercolour removal or profiles.

/// The low bytes of four 16-bit lanes.
const LANES: u64 = 0x00ff_00ff_00ff_00ff;

/// One in each lane.
const ONES: u64 = 0x0001_0001_0001_0001;

pub(super) fn from_gray(from: &[u8], to: &mut [u8]) {
    for (to, &level) in to.as_chunks_mut().0.iter_mut().zip(from) {
        *to = [0, 0, 0, !level];
    }
}

pub(super) fn from_rgb(from: &[u8], to: &mut [u8]) {
    for (to, &[r, g, b]) in to.as_chunks_mut().0.iter_mut().zip(from.as_chunks().0) {
        *to = [!r, !g, !b, 0];
    }
}

/// What black leaves of the paper, less the share of it that each colour absorbs.
pub(super) fn to_rgb(from: &[u8], to: &mut [u8]) {
    for (to, ink) in to
        .as_chunks_mut::<3>()
        .0
        .iter_mut()
        .zip(from.as_chunks::<4>().0)
    {
        let [c, m, y, k] = ink.map(u64::from);
        let paper = 255 - k;
        // All colours at once, each in 16 bits: the largest product and its half are below 2^16.
        let product = (c | m << 16 | y << 32) * paper + ONES * 128;
        let absorbed = (((product >> 8) & LANES) + product) >> 8 & LANES;
        let [r, _, g, _, b, ..] = (paper * ONES - absorbed).to_le_bytes();
        *to = [r, g, b];
    }
}
