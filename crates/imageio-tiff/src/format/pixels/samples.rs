//! How samples are stored in bytes, and the same in this machine's memory.

use imageio_core::DType;

use crate::format::page::Page;
use crate::format::source::ByteOrder;

/// How the samples of a row are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Store {
    /// As in memory, but for the order of bytes, which is turned in groups of `unit`.
    Plain { size: usize, unit: usize },
    /// So many bits each, the highest first; a row begins with a byte.
    Bits(u32),
    /// Numbers with a point of 24 bits.
    Float24,
    /// Complex numbers of two integers of so many bytes.
    ComplexInt(usize),
    /// Three samples in 16 bits.
    Rgb565,
}

impl Store {
    /// How `page` stores samples that become `dtype`.
    pub(super) fn of(page: &Page, dtype: DType) -> Self {
        let size = dtype.size();
        match (page.bits_per_sample(), page.sample_format) {
            (None, _) => Store::Rgb565,
            (Some(bits), 5) => Store::ComplexInt(usize::from(bits) / 16),
            (Some(24), 3) => Store::Float24,
            (Some(bits), _) if usize::from(bits) == size * 8 => Store::Plain {
                size,
                unit: if dtype.is_complex() { size / 2 } else { size },
            },
            (Some(bits), _) => Store::Bits(bits.into()),
        }
    }

    /// Bytes of a row of so many samples.
    pub(super) fn row_len(self, samples: usize) -> Option<usize> {
        match self {
            Store::Plain { size, .. } => samples.checked_mul(size),
            Store::Bits(bits) => Some(samples.checked_mul(bits as usize)?.div_ceil(8)),
            Store::Float24 => samples.checked_mul(3),
            Store::ComplexInt(part) => samples.checked_mul(part * 2),
            Store::Rgb565 => Some(samples / 3 * 2),
        }
    }

    /// Turns a row as it is stored into samples of `size` bytes; as many as `out` holds.
    pub(super) fn unpack(self, row: &[u8], size: usize, order: ByteOrder, out: &mut [u8]) {
        match self {
            Store::Plain { unit, .. } => {
                let len = row.len().min(out.len());
                out[..len].copy_from_slice(&row[..len]);
                to_native(&mut out[..len], unit, order);
            }
            Store::Bits(1) => unpack_bilevel(row, out),
            Store::Bits(bits) => match size {
                1 => unpack_bits(row, bits, out, |value| [value as u8]),
                2 => unpack_bits(row, bits, out, |value| (value as u16).to_ne_bytes()),
                _ => unpack_bits(row, bits, out, |value| (value as u32).to_ne_bytes()),
            },
            Store::Float24 => {
                let samples = row.as_chunks::<3>().0.iter();
                for (to, from) in out.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
                    *to = float24(order.uint(from) as u32).to_ne_bytes();
                }
            }
            Store::ComplexInt(part) => unpack_complex(row, part, order, out),
            Store::Rgb565 => {
                let pixels = row.as_chunks::<2>().0.iter();
                for (to, from) in out.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    // The same in files of either order, as tifffile has it.
                    let pixel = u32::from(u16::from_le_bytes(*from));
                    // Five bits twice over, or six, make eight.
                    let five = |value: u32| (((value & 31) * 33) >> 2) as u8;
                    *to = [
                        five(pixel >> 11),
                        (((pixel >> 5 & 63) * 65) >> 4) as u8,
                        five(pixel),
                    ];
                }
            }
        }
    }
}

/// Turns numbers of `unit` bytes into this machine's order.
pub(super) fn to_native(bytes: &mut [u8], unit: usize, order: ByteOrder) {
    if order.is_native() {
        return;
    }
    match unit {
        2 => bytes
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        4 => bytes
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        8 => bytes
            .as_chunks_mut::<8>()
            .0
            .iter_mut()
            .for_each(|b| b.reverse()),
        _ => {}
    }
}

/// Turns the bits of each byte around: fill order 2 has the lowest first.
pub(super) fn turn_bits(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = byte.reverse_bits();
    }
}

fn unpack_bilevel(row: &[u8], out: &mut [u8]) {
    let (eights, rest) = out.as_chunks_mut::<8>();
    let whole = eights.len();
    for (eight, byte) in eights.iter_mut().zip(row) {
        // Each of eight copies of the byte keeps one bit, which moves to the bottom of its copy.
        let bits = (u64::from(*byte) * 0x0101_0101_0101_0101) & 0x0102_0408_1020_4080;
        let ones = (bits + 0x7f7e_7c78_7060_4000) >> 7 & 0x0101_0101_0101_0101;
        *eight = ones.to_le_bytes();
    }
    if let Some(byte) = row.get(whole) {
        for (place, pixel) in rest.iter_mut().enumerate() {
            *pixel = byte >> (7 - place) & 1;
        }
    }
}

fn unpack_bits<const N: usize>(
    row: &[u8],
    bits: u32,
    out: &mut [u8],
    store: impl Fn(u64) -> [u8; N],
) {
    let mask = (1u64 << bits) - 1;
    let mut bytes = row.iter();
    let (mut held, mut buffer) = (0, 0u64);
    for sample in out.as_chunks_mut::<N>().0 {
        while held < bits {
            buffer = buffer << 8 | bytes.next().map_or(0, |byte| u64::from(*byte));
            held += 8;
        }
        held -= bits;
        *sample = store(buffer >> held & mask);
    }
}

/// One sign, seven bits of exponent, sixteen of fraction (Adobe, technical note 3).
fn float24(bits: u32) -> f32 {
    let sign = bits >> 23 << 31;
    let exponent = bits >> 16 & 0x7f;
    let fraction = bits & 0xffff;
    let magnitude = match exponent {
        // The fraction counts in steps of 2^-62 / 2^16.
        0 => (fraction as f32 * f32::from_bits((127 - 78) << 23)).to_bits(),
        0x7f if fraction == 0 => 0xff << 23,
        0x7f => 0x1ff << 22,
        _ => (exponent + 127 - 63) << 23 | fraction << 7,
    };
    f32::from_bits(sign | magnitude)
}

fn unpack_complex(row: &[u8], part: usize, order: ByteOrder, out: &mut [u8]) {
    match part {
        1 => {
            for (to, from) in out.as_chunks_mut::<4>().0.iter_mut().zip(row) {
                *to = f32::from(*from as i8).to_ne_bytes();
            }
        }
        2 => {
            let parts = row.as_chunks::<2>().0.iter();
            for (to, from) in out.as_chunks_mut::<4>().0.iter_mut().zip(parts) {
                *to = f32::from(order.u16(*from) as i16).to_ne_bytes();
            }
        }
        _ => {
            let parts = row.as_chunks::<4>().0.iter();
            for (to, from) in out.as_chunks_mut::<8>().0.iter_mut().zip(parts) {
                *to = f64::from(order.u32(*from) as i32).to_ne_bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Store, float24, turn_bits};
    use crate::format::source::ByteOrder;

    fn unpacked(store: Store, row: &[u8], size: usize, out: usize) -> Vec<u8> {
        let mut samples = vec![9; out];
        store.unpack(row, size, ByteOrder::Big, &mut samples);
        samples
    }

    #[test]
    fn bits_become_truth_values() {
        let all = unpacked(Store::Bits(1), &[0b1010_0001, 0b1100_0000], 1, 11);
        assert_eq!(all, [1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0]);
        assert_eq!(unpacked(Store::Bits(1), &[255], 1, 8), [1; 8]);
    }

    #[test]
    fn odd_depths_become_the_next_type() {
        assert_eq!(unpacked(Store::Bits(4), &[0x12, 0x34], 1, 3), [1, 2, 3]);
        let twelve = unpacked(Store::Bits(12), &[0x12, 0x34, 0x56], 2, 4);
        assert_eq!(
            twelve,
            [0x123u16.to_ne_bytes(), 0x456u16.to_ne_bytes()].concat()
        );
        let wide = unpacked(Store::Bits(31), &[0x80, 0, 0, 2], 4, 4);
        assert_eq!(wide, 0x4000_0001u32.to_ne_bytes());
        assert_eq!(Store::Bits(12).row_len(3), Some(5));
    }

    #[test]
    fn colours_of_16_bits_become_bytes() {
        let pixels = unpacked(Store::Rgb565, &[0xff, 0xff, 0x21, 0x08], 1, 6);
        assert_eq!(pixels, [255, 255, 255, 8, 4, 8]);
    }

    #[test]
    fn floats_of_24_bits() {
        for (bits, value) in [
            (0x3f_0000, 1.0),
            (0xc0_8000, -3.0),
            (0x7f_0000, f32::INFINITY),
            (0x80_0000, -0.0),
            (0x00_0001, 2f32.powi(-78)),
        ] {
            assert_eq!(float24(bits).to_bits(), value.to_bits());
        }
        assert!(float24(0x7f_0001).is_nan());
    }

    #[test]
    fn bits_are_turned_around() {
        let mut bytes = [1, 0x80, 0xf0];
        turn_bits(&mut bytes);
        assert_eq!(bytes, [0x80, 1, 0x0f]);
    }
}
