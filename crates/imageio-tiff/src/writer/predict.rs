//! Differences in place of samples, which compress better.

use imageio_core::DType;

use super::segments::number_size;

/// Replaces the integers of each row by their differences, sample for sample (TIFF 6.0 section 14).
pub(super) fn horizontal(bytes: &mut [u8], dtype: DType, row_len: usize, samples: usize) {
    macro_rules! differences {
        ($type:ty, $size:literal) => {
            for row in bytes.chunks_exact_mut(row_len * $size) {
                let row = row.as_chunks_mut::<$size>().0;
                for at in (samples..row.len()).rev() {
                    let (before, now) = (row[at - samples], row[at]);
                    let step =
                        <$type>::from_ne_bytes(now).wrapping_sub(<$type>::from_ne_bytes(before));
                    row[at] = step.to_ne_bytes();
                }
            }
        };
    }
    if row_len == 0 {
        return;
    }
    match number_size(dtype) {
        1 => differences!(u8, 1),
        2 => differences!(u16, 2),
        4 => differences!(u32, 4),
        _ => differences!(u64, 8),
    }
}

/// Sorts the bytes of the floats of each row by weight, the highest first, and replaces them by their differences
/// (Adobe Photoshop TIFF Technical Note 3).
pub(super) fn float(bytes: &mut [u8], dtype: DType, row_len: usize, samples: usize) {
    let size = dtype.size();
    let mut sorted = vec![0; row_len * size];
    for row in bytes.chunks_exact_mut((row_len * size).max(1)) {
        for (at, number) in row.chunks_exact(size).enumerate() {
            for (weight, byte) in number.iter().enumerate() {
                let place = if cfg!(target_endian = "little") {
                    size - 1 - weight
                } else {
                    weight
                };
                sorted[place * row_len + at] = *byte;
            }
        }
        let (head, tail) = row.split_at_mut(samples.min(sorted.len()));
        head.copy_from_slice(&sorted[..head.len()]);
        for ((to, now), before) in tail.iter_mut().zip(&sorted[head.len()..]).zip(&sorted) {
            *to = now.wrapping_sub(*before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_differences() {
        let mut bytes = [1, 10, 4, 30, 2, 25, 9, 9, 9, 9, 9, 9];
        horizontal(&mut bytes, DType::U8, 6, 2);
        assert_eq!(bytes, [1, 10, 3, 20, 254, 251, 9, 9, 0, 0, 0, 0]);
    }

    #[test]
    fn floats_are_sorted_by_weight() {
        let mut bytes = [0x3f80_0000u32, 0x4000_0001].map(u32::to_ne_bytes).concat();
        float(&mut bytes, DType::F32, 2, 1);
        assert_eq!(bytes, [0x3f, 1, 0x40, 0x80, 0, 0, 0, 1]);
    }
}
