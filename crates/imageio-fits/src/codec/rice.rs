//! `RICE_1` (FITS 4.0, section 10.4.1): differences of neighbours, split into a unary and a plain part.

use imageio_core::{Error, Result};

use super::bits::{BitReader, BitWriter};

/// How pixels of one width are coded.
#[derive(Clone, Copy)]
struct Width {
    /// Bits of a pixel.
    bits: u32,
    /// Bits that say how a block is split.
    split_bits: u32,
    /// The split that stands for differences as they are.
    plain: u32,
}

impl Width {
    fn of(bytes: usize) -> Result<Self> {
        let (bits, split_bits, plain) = match bytes {
            1 => (8, 3, 6),
            2 => (16, 4, 14),
            4 => (32, 5, 25),
            _ => {
                let message = format!("RICE_1 pixels of {bytes} bytes; there are 1, 2 and 4");
                return Err(Error::unsupported(message));
            }
        };
        Ok(Width {
            bits,
            split_bits,
            plain,
        })
    }

    /// `value` as a pixel: bytes are unsigned, the others signed.
    #[inline]
    fn signed(self, value: u32) -> i32 {
        match self.bits {
            8 => i32::from(value as u8),
            16 => i32::from(value as i16),
            _ => value as i32,
        }
    }
}

/// Fills `out` with pixels of `bytes` bytes, coded in blocks of `block`.
///
/// # Errors
/// `Corrupt` where the data end too early.
pub(crate) fn decode(data: &[u8], bytes: usize, block: usize, out: &mut [i32]) -> Result<()> {
    let width = Width::of(bytes)?;
    if block == 0 {
        return Err(Error::corrupt("RICE_1 in blocks of 0 pixels"));
    }
    let mut bits = BitReader::new(data);
    let mut last = bits.bits(width.bits);
    for pixels in out.chunks_mut(block) {
        let split = bits.bits(width.split_bits);
        if split == 0 {
            pixels.fill(width.signed(last));
        } else if split > width.plain {
            for pixel in pixels {
                last = step(last, bits.bits(width.bits));
                *pixel = width.signed(last);
            }
        } else {
            for pixel in pixels {
                let high = bits.zeros().checked_shl(split - 1).unwrap_or(0);
                last = step(last, high | bits.bits(split - 1));
                *pixel = width.signed(last);
            }
        }
        if bits.overrun() {
            let message = format!("RICE_1: the data end after {} bytes", data.len());
            return Err(Error::corrupt(message));
        }
    }
    Ok(())
}

/// The pixel behind `last`; odd numbers stand for negative differences.
#[inline]
fn step(last: u32, difference: u32) -> u32 {
    let difference = (difference >> 1) ^ (difference & 1).wrapping_neg();
    last.wrapping_add(difference)
}

/// Codes pixels of `bytes` bytes in blocks of `block`.
pub(crate) fn encode(pixels: &[i32], bytes: usize, block: usize) -> Result<Vec<u8>> {
    let width = Width::of(bytes)?;
    let mut bits = BitWriter::default();
    let mut last = pixels.first().copied().unwrap_or_default();
    bits.put(last as u32, width.bits);
    let mut differences = Vec::with_capacity(block);
    for pixels in pixels.chunks(block.max(1)) {
        differences.clear();
        for &pixel in pixels {
            differences.push(difference(last, pixel, width));
            last = pixel;
        }
        put_block(&mut bits, &differences, width);
    }
    Ok(bits.finish())
}

fn difference(last: i32, pixel: i32, width: Width) -> u32 {
    let unused = 32 - width.bits;
    // In the width of the pixel, where it may wrap.
    let signed = (pixel.wrapping_sub(last) << unused) >> unused;
    ((signed << 1) ^ (signed >> 31)) as u32 & (u32::MAX >> unused)
}

fn put_block(bits: &mut BitWriter, differences: &[u32], width: Width) {
    let sum: u64 = differences.iter().map(|&d| u64::from(d)).sum();
    let count = differences.len() as u64;
    let mean = sum.saturating_sub(count / 2 + 1) / count.max(1);
    let split = 64 - (mean >> 1).leading_zeros();
    if split >= width.plain {
        bits.put(width.plain + 1, width.split_bits);
        for &difference in differences {
            bits.put(difference, width.bits);
        }
    } else if sum == 0 {
        bits.put(0, width.split_bits);
    } else {
        bits.put(split + 1, width.split_bits);
        for &difference in differences {
            bits.put_zeros(difference >> split);
            bits.put(difference, split);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_of_every_width_come_back() {
        for bytes in [1usize, 2, 4] {
            for spread in [0u32, 1, 5, 9, 13, 20, 31] {
                let mut state = 1u32;
                let pixels: Vec<i32> = (0..1000)
                    .map(|_| {
                        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                        let value = state.wrapping_shr(32 - spread.max(1));
                        Width::of(bytes).map_or(0, |width| width.signed(value))
                    })
                    .collect();
                for block in [16, 32, 7] {
                    let coded = encode(&pixels, bytes, block).expect("a known width");
                    let mut back = vec![0; pixels.len()];
                    decode(&coded, bytes, block, &mut back).expect("whole data");
                    assert_eq!(
                        back, pixels,
                        "{bytes} bytes, {spread} bits, blocks of {block}"
                    );
                    let short = decode(&coded[..coded.len() / 2], bytes, block, &mut back);
                    assert!(short.is_err() || spread == 0);
                }
            }
        }
    }
}
