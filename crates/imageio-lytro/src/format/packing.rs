//! Pixels of 10 and 12 bits, packed without gaps.

/// How many bits a pixel has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Packing {
    /// Five bytes hold four pixels: their upper eight bits, then the lower two of each, the first lowest.
    Ten,
    /// Three bytes hold two pixels, most significant bits first.
    Twelve,
}

impl Packing {
    pub(crate) fn of_bits(bits: usize) -> Option<Self> {
        match bits {
            10 => Some(Packing::Ten),
            12 => Some(Packing::Twelve),
            _ => None,
        }
    }

    /// Pixels that share bytes.
    pub(crate) const fn pixels(self) -> usize {
        match self {
            Packing::Ten => 4,
            Packing::Twelve => 2,
        }
    }

    /// Bytes that they share.
    const fn bytes(self) -> usize {
        match self {
            Packing::Ten => 5,
            Packing::Twelve => 3,
        }
    }

    /// Bytes of that many pixels, which are whole groups.
    pub(crate) const fn bytes_of(self, pixels: usize) -> usize {
        (pixels / self.pixels()).saturating_mul(self.bytes())
    }

    /// Unpacks whole groups from `packed` to `pixels`, each by way of [`Pixel::of`].
    pub(crate) fn unpack<T: Pixel>(self, packed: &[u8], pixels: &mut [T]) {
        match self {
            Packing::Ten => {
                let groups = packed.as_chunks::<5>().0.iter();
                for (&[t0, t1, t2, t3, low], four) in groups.zip(pixels.as_chunks_mut::<4>().0) {
                    let pixel = |high: u8, shift: u32| {
                        T::of::<1023>(u16::from(high) << 2 | u16::from(low >> shift & 3))
                    };
                    *four = [pixel(t0, 0), pixel(t1, 2), pixel(t2, 4), pixel(t3, 6)];
                }
            }
            Packing::Twelve => {
                let groups = packed.as_chunks::<3>().0.iter();
                for (&[t0, t1, t2], two) in groups.zip(pixels.as_chunks_mut::<2>().0) {
                    let first = u16::from(t0) << 4 | u16::from(t1 >> 4);
                    let second = u16::from(t1 & 15) << 8 | u16::from(t2);
                    *two = [T::of::<4095>(first), T::of::<4095>(second)];
                }
            }
        }
    }
}

/// What a pixel becomes.
pub(crate) trait Pixel: imageio_core::Element {
    /// The pixel of a sensor that counts to `MOST`.
    fn of<const MOST: u16>(count: u16) -> Self;
}

impl Pixel for f64 {
    fn of<const MOST: u16>(count: u16) -> Self {
        f64::from(count) / f64::from(MOST)
    }
}

impl Pixel for u16 {
    fn of<const MOST: u16>(count: u16) -> Self {
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-389, E-390, E-394
    #[test]
    fn groups_unpack_as_the_cameras_pack_them() {
        let mut counts = [0u16; 4];
        Packing::Ten.unpack(&[1, 2, 3, 4, 0xe4], &mut counts);
        assert_eq!(counts, [4, 9, 14, 19]);
        let mut counts = [0u16; 2];
        Packing::Twelve.unpack(&[0x12, 0x34, 0x56], &mut counts);
        assert_eq!(counts, [291, 1110]);
        let mut floats = [0f64; 2];
        Packing::Twelve.unpack(&[0xff, 0xf0, 0x01], &mut floats);
        assert_eq!(
            floats.map(f64::to_bits),
            [1.0, 1.0 / 4095.0].map(f64::to_bits)
        );
        let mut floats = [0f64; 4];
        Packing::Ten.unpack(&[255, 0, 0, 0, 0b0000_0111], &mut floats);
        assert_eq!(
            floats.map(f64::to_bits),
            [1.0, 1.0 / 1023.0, 0.0, 0.0].map(f64::to_bits)
        );
    }
}
