//! The sum that `DATASUM` and `CHECKSUM` hold (appendix J): 32-bit words, the carry added again.

/// Adds up bytes; whole words but for the last call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum(u64);

impl Sum {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        // Parts whose sum of 32-bit words cannot overflow 64 bits.
        for part in bytes.chunks(1 << 20) {
            let (words, rest) = part.as_chunks::<4>();
            let whole: u64 = words
                .iter()
                .map(|word| u64::from(u32::from_be_bytes(*word)))
                .sum();
            let mut last = [0; 4];
            last[..rest.len()].copy_from_slice(rest);
            self.0 = u64::from(folded(self.0 + whole + u64::from(u32::from_be_bytes(last))));
        }
    }

    pub(crate) fn value(self) -> u32 {
        folded(self.0)
    }

    /// The sum of both.
    pub(crate) fn with(self, other: u32) -> u32 {
        folded(self.0 + u64::from(other))
    }
}

fn folded(mut sum: u64) -> u32 {
    while sum > u64::from(u32::MAX) {
        sum = (sum & u64::from(u32::MAX)) + (sum >> 32);
    }
    sum as u32
}

/// The complement of `sum` in sixteen letters and digits, which make a header's sum come out as -0.
pub(crate) fn encode(sum: u32) -> String {
    let mut letters = [0u8; 16];
    for (place, byte) in (!sum).to_be_bytes().into_iter().enumerate() {
        let quarter = byte / 4 + b'0';
        let mut parts = [quarter + byte % 4, quarter, quarter, quarter];
        // Marks between digits and letters are avoided in pairs, which keeps their sum.
        while parts.iter().any(|part| !part.is_ascii_alphanumeric()) {
            for pair in parts.chunks_exact_mut(2) {
                if pair.iter().any(|part| !part.is_ascii_alphanumeric()) {
                    pair[0] += 1;
                    pair[1] -= 1;
                }
            }
        }
        for (row, part) in parts.into_iter().enumerate() {
            letters[(4 * row + place + 1) % 16] = part;
        }
    }
    letters.iter().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_carry_around() {
        let mut sum = Sum::default();
        sum.add(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2]);
        assert_eq!(sum.value(), 2);
        sum.add(&[0, 0, 1]);
        assert_eq!(sum.value(), 0x102);
    }

    #[test]
    fn the_letters_add_up_to_the_complement() {
        // The example of the standard, appendix J.
        assert_eq!(encode(868229149), "hcHjjc9ghcEghc9g");
        for value in [0, 1, 0xffff_ffff, 0x1234_5678, 0x3a3b_3c3d, 868229149] {
            let mut sum = Sum::default();
            let text = encode(value);
            assert!(
                text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{text}"
            );
            // In a header the text begins at the fourth byte of a word.
            let rotated: Vec<u8> = text.bytes().skip(1).chain(text.bytes().take(1)).collect();
            sum.add(&rotated);
            let zeros = 0xc0c0_c0c0_u32;
            let plain = u64::from(sum.value()) + u64::from(u32::MAX) - u64::from(zeros);
            assert_eq!(folded(plain + u64::from(value)), u32::MAX, "{value:x}");
        }
    }
}
