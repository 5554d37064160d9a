//! Differences of neighbours become values again: TIFF 6.0 §14, and Adobe's technical note 3 for numbers with a point.

macro_rules! add {
    ($type:ty, $a:ident, $b:ident) => {
        <$type>::from_ne_bytes($a)
            .wrapping_add(<$type>::from_ne_bytes($b))
            .to_ne_bytes()
    };
}

/// Turns the differences of samples, in this machine's byte order, into samples; `step` samples back is the neighbour.
pub(super) fn undo_differences(line: &mut [u8], size: usize, step: usize) {
    match (size, step) {
        (1, 1) => sum_u8::<1>(line),
        (1, 3) => sum_u8::<3>(line),
        (1, 4) => sum_u8::<4>(line),
        (1, _) => sum::<1>(line, step, |a, b| [a[0].wrapping_add(b[0])]),
        (2, 1) => sum_one::<2>(line, |a, b| add!(u16, a, b)),
        (2, _) => sum::<2>(line, step, |a, b| add!(u16, a, b)),
        (4, 1) => sum_one::<4>(line, |a, b| add!(u32, a, b)),
        (4, _) => sum::<4>(line, step, |a, b| add!(u32, a, b)),
        (8, 1) => sum_one::<8>(line, |a, b| add!(u64, a, b)),
        (8, _) => sum::<8>(line, step, |a, b| add!(u64, a, b)),
        _ => {}
    }
}

/// Bytes of pixels with `N` samples.
fn sum_u8<const N: usize>(line: &mut [u8]) {
    let mut last = [0u8; N];
    for pixel in line.chunks_exact_mut(N) {
        for (sample, last) in pixel.iter_mut().zip(&mut last) {
            *last = last.wrapping_add(*sample);
            *sample = *last;
        }
    }
}

fn sum_one<const N: usize>(line: &mut [u8], add: impl Fn([u8; N], [u8; N]) -> [u8; N]) {
    let mut last = [0; N];
    for sample in line.as_chunks_mut::<N>().0 {
        last = add(last, *sample);
        *sample = last;
    }
}

fn sum<const N: usize>(line: &mut [u8], step: usize, add: impl Fn([u8; N], [u8; N]) -> [u8; N]) {
    let samples = line.as_chunks_mut::<N>().0;
    for place in step..samples.len() {
        samples[place] = add(samples[place - step], samples[place]);
    }
}

/// Turns the differences of bytes, all highest ones of a row first, into numbers of `size` bytes in `out`.
///
/// `step` bytes back is the neighbour. `line` is left as the bytes that were summed.
pub(super) fn undo_float(line: &mut [u8], size: usize, step: usize, out: &mut [u8]) {
    undo_differences(line, 1, step);
    let count = line.len() / size;
    let planes: Vec<&[u8]> = line.chunks_exact(count.max(1)).collect();
    for (plane, bytes) in planes.iter().take(size).enumerate() {
        let place = if cfg!(target_endian = "big") {
            plane
        } else {
            size - 1 - plane
        };
        for (sample, byte) in out.chunks_exact_mut(size).zip(*bytes) {
            sample[place] = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{undo_differences, undo_float};

    #[test]
    fn sums_run_along_a_row() {
        let mut line = [1, 2, 3, 1, 1, 1, 255, 0, 1];
        undo_differences(&mut line, 1, 3);
        assert_eq!(line, [1, 2, 3, 2, 3, 4, 1, 3, 5]);
        let mut line = [1, 2, 3, 250, 5];
        undo_differences(&mut line, 1, 2);
        assert_eq!(line, [1, 2, 4, 252, 9]);
        for step in [1, 2] {
            let values: Vec<u64> = vec![5, 7, u64::MAX, 300, 1];
            let mut line: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
            undo_differences(&mut line, 8, step);
            let mut expected = values.clone();
            for i in step..expected.len() {
                expected[i] = expected[i].wrapping_add(expected[i - step]);
            }
            let expected: Vec<u8> = expected.iter().flat_map(|v| v.to_ne_bytes()).collect();
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn bytes_of_numbers_come_together() {
        // 1.0 and 2.0: 3F 80 00 00, 40 00 00 00; their bytes by height, then differences.
        let mut line = [0x3f, 1, 0x40, 0x80, 0, 0, 0, 0];
        let mut out = [0; 8];
        undo_float(&mut line, 4, 1, &mut out);
        let values = out.as_chunks::<4>().0.map_to();
        assert_eq!(values, [1.0, 2.0]);
    }

    trait MapTo {
        fn map_to(&self) -> Vec<f32>;
    }

    impl MapTo for [[u8; 4]] {
        fn map_to(&self) -> Vec<f32> {
            self.iter()
                .map(|bytes| f32::from_ne_bytes(*bytes))
                .collect()
        }
    }
}
