//! Reordering of the bytes of a pixel, eight bytes at a time.

/// Exchanges the first and third byte of pixels of three.
pub(crate) fn swap_3(from: &[u8], to: &mut [u8]) {
    let (mut whole, mut filled) = (from.chunks_exact(24), to.chunks_exact_mut(24));
    for (eight, out) in whole.by_ref().zip(filled.by_ref()) {
        let [a, b, c] = [0, 8, 16].map(|at| word(eight, at));
        let words = [
            (a & 0xff00_00ff_0000_ff00)
                | ((a >> 16) & 0x0000_0000_ff00_00ff)
                | ((a << 16) & 0x0000_ff00_00ff_0000)
                | (b << 56 >> 8),
            (b & 0x0000_ff00_00ff_0000)
                | ((b >> 16) & 0x0000_00ff_0000_ff00)
                | ((b << 16) & 0x00ff_0000_ff00_0000)
                | ((a >> 48) & 0xff)
                | (c >> 8 << 56),
            (c & 0x00ff_0000_ff00_00ff)
                | ((c >> 16) & 0x0000_ff00_00ff_0000)
                | ((c << 16) & 0xff00_00ff_0000_0000)
                | (b >> 56 << 8),
        ];
        for (place, word) in out.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
    }
    let rest = filled.into_remainder().chunks_exact_mut(3);
    for (out, pixel) in rest.zip(whole.remainder().chunks_exact(3)) {
        out.copy_from_slice(pixel);
        out.reverse();
    }
}

/// Exchanges the first and third byte of pixels of four.
pub(crate) fn swap_4(from: &[u8], to: &mut [u8]) {
    each_4(from, to, |pixel| {
        (pixel & 0xff00_ff00) | (pixel & 0xff) << 16 | (pixel >> 16) & 0xff
    });
}

/// Reverses the bytes of pixels of four.
pub(super) fn reverse_4(from: &[u8], to: &mut [u8]) {
    each_4(from, to, u32::swap_bytes);
}

fn each_4(from: &[u8], to: &mut [u8], change: impl Fn(u32) -> u32) {
    for (out, pixel) in to.chunks_exact_mut(4).zip(from.chunks_exact(4)) {
        let pixel = pixel.try_into().map_or(0, u32::from_le_bytes);
        out.copy_from_slice(&change(pixel).to_le_bytes());
    }
}

/// The first three of four bytes, last one first.
pub(super) fn reverse_3_of_4(from: &[u8], to: &mut [u8]) {
    let (mut whole, mut filled) = (from.chunks_exact(16), to.chunks_exact_mut(12));
    for (four, out) in whole.by_ref().zip(filled.by_ref()) {
        // Two pixels in each word: blue, green, red, unused, blue, green, red, unused.
        let [a, b] = [0, 8].map(|at| {
            let turned = word(four, at).swap_bytes();
            (turned >> 40) | (turned >> 8 & 0xff_ffff) << 24
        });
        let bytes = (u128::from(a) | u128::from(b) << 48).to_le_bytes();
        out.copy_from_slice(bytes.get(..12).unwrap_or_default());
    }
    let rest = filled.into_remainder().chunks_exact_mut(3);
    for (out, pixel) in rest.zip(whole.remainder().chunks_exact(4)) {
        out.copy_from_slice(pixel.get(..3).unwrap_or_default());
        out.reverse();
    }
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 8)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_finds_its_place() {
        for pixels in 0..40usize {
            let three: Vec<u8> = (0..pixels * 3).map(|n| n as u8).collect();
            let four: Vec<u8> = (0..pixels * 4).map(|n| n as u8).collect();
            let mut out = vec![0; pixels * 3];
            swap_3(&three, &mut out);
            let slow: Vec<u8> = three.chunks(3).flat_map(|p| [p[2], p[1], p[0]]).collect();
            assert_eq!(out, slow);
            reverse_3_of_4(&four, &mut out);
            let slow: Vec<u8> = four.chunks(4).flat_map(|p| [p[2], p[1], p[0]]).collect();
            assert_eq!(out, slow);
            let mut out = vec![0; pixels * 4];
            swap_4(&four, &mut out);
            let slow: Vec<u8> = four
                .chunks(4)
                .flat_map(|p| [p[2], p[1], p[0], p[3]])
                .collect();
            assert_eq!(out, slow);
            reverse_4(&four, &mut out);
            let slow: Vec<u8> = four
                .chunks(4)
                .flat_map(|p| [p[3], p[2], p[1], p[0]])
                .collect();
            assert_eq!(out, slow);
        }
    }
}
