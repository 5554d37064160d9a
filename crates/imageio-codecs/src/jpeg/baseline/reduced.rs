//! The inverse transform of a block to four columns and rows, for pictures of half the size.
//!
//! The same sums as in libjpeg's jidctred.c, but for all columns at once, so that the compiler can use vectors.
#![expect(
    clippy::inline_always,
    reason = "vectors are made of the loop over columns only so"
)]

/// Bits behind the point of the factors.
const FACTOR: u32 = 13;

/// Bits behind the point between the passes.
const BETWEEN: u32 = 2;

/// The samples of the block at half its size.
#[inline]
pub(super) fn half(block: &[i16; 64], steps: &[u16; 64]) -> [u8; 16] {
    let (block, _) = block.as_chunks::<8>();
    let (steps, _) = steps.as_chunks::<8>();
    let row = |y: usize| -> [i32; 8] {
        std::array::from_fn(|x| i32::from(block[y][x]) * i32::from(steps[y][x]))
    };
    let (c0, c1, c2, c3) = (row(0), row(1), row(2), row(3));
    let (c5, c6, c7) = (row(5), row(6), row(7));
    let mut columns = [[0; 8]; 4];
    for x in 0..8 {
        let sums = four([c0[x], c1[x], c2[x], c3[x], c5[x], c6[x], c7[x]]);
        for (column, sum) in columns.iter_mut().zip(sums) {
            column[x] = descale(sum, FACTOR - BETWEEN + 1);
        }
    }
    let mut out = [0; 16];
    for (to, w) in out.as_chunks_mut::<4>().0.iter_mut().zip(columns) {
        let sums = four([w[0], w[1], w[2], w[3], w[5], w[6], w[7]]);
        for (sample, sum) in to.iter_mut().zip(sums) {
            let level = descale(sum, FACTOR + BETWEEN + 3 + 1) + 128;
            *sample = level.clamp(0, 255) as u8;
        }
    }
    out
}

/// Four values from all coefficients but the fifth, which they do not depend on.
#[inline(always)]
fn four([c0, c1, c2, c3, c5, c6, c7]: [i32; 7]) -> [i32; 4] {
    let times = |value: i32, factor: i32| value.wrapping_mul(factor);
    let mean = c0.wrapping_shl(FACTOR + 1);
    let even = times(c2, 15_137).wrapping_sub(times(c6, 6_270));
    let (outer, inner) = (mean.wrapping_add(even), mean.wrapping_sub(even));
    let near = times(c7, -1_730)
        .wrapping_add(times(c5, 11_893))
        .wrapping_sub(times(c3, 17_799))
        .wrapping_add(times(c1, 8_697));
    let far = times(c7, -4_176)
        .wrapping_sub(times(c5, 4_926))
        .wrapping_add(times(c3, 7_373))
        .wrapping_add(times(c1, 20_995));
    [
        outer.wrapping_add(far),
        inner.wrapping_add(near),
        inner.wrapping_sub(near),
        outer.wrapping_sub(far),
    ]
}

#[inline(always)]
fn descale(value: i32, bits: u32) -> i32 {
    value.wrapping_add(1 << (bits - 1)) >> bits
}
