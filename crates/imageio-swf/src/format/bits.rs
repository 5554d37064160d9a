//! Numbers that begin and end within bytes, chapter 1.

/// Bits on their way into bytes, most significant first.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    /// Bits of the last byte that are used, 0 where it is full.
    used: u32,
}

impl Bits {
    pub(crate) fn new() -> Self {
        Bits::default()
    }

    /// The lowest `count` bits of `value`.
    pub(crate) fn put(mut self, value: u32, count: u32) -> Self {
        for at in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> at & 1) as u8) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
        self
    }

    /// `value` in two's complement.
    pub(crate) fn put_signed(self, value: i32, count: u32) -> Self {
        self.put(value as u32, count)
    }

    /// How many bits each number has, in five, then the numbers: RECT, and the translation of a MATRIX.
    pub(crate) fn put_twips(self, pixels: &[i32]) -> Self {
        let twips = pixels.iter().map(|value| value * TWIPS);
        let width = twips.clone().map(signed_bits).max().unwrap_or(1);
        twips.fold(self.put(width, 5), |bits, value| {
            bits.put_signed(value, width)
        })
    }

    /// All of it, filled up with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Parts of a pixel that coordinates count in.
pub(crate) const TWIPS: i32 = 20;

/// Bits that `value` needs with its sign.
pub(crate) fn signed_bits(value: i32) -> u32 {
    let magnitude = if value < 0 { !value } else { value };
    33 - magnitude.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: F-289
    #[test]
    fn numbers_take_the_bits_that_they_need() {
        let widths = [
            (0, 1),
            (1, 2),
            (-1, 1),
            (60, 7),
            (-60, 7),
            (-64, 7),
            (64, 8),
            (1_310_700, 22),
        ];
        for (value, bits) in widths {
            assert_eq!(signed_bits(value), bits, "{value}");
        }
        let bits = Bits::new().put(0b101, 3).put_signed(-1, 4).put(3, 3);
        assert_eq!(bits.into_bytes(), [0b1011_1110, 0b1100_0000]);
    }

    // checklist: E-343
    #[test]
    fn a_rectangle_has_the_width_of_its_largest_number() {
        let rect = Bits::new().put_twips(&[0, 3, 0, 2]).into_bytes();
        assert_eq!(rect, [0x38, 0x07, 0x80, 0x14, 0x00]);
    }
}
