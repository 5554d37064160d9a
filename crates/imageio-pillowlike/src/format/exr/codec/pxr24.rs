//! PXR24: differences of neighbours, the high bytes of a line first, deflated. Floats keep 24 bits.

use flate2::Decompress;
use imageio_core::{Error, Result};

use super::zip::inflate;
use super::{Layout, Plane};
use crate::format::exr::channel::Stored;

/// Bytes that a sample is stored in.
const fn stored_bytes(stored: Stored) -> usize {
    match stored {
        Stored::F16 => 2,
        Stored::F32 => 3,
        Stored::U32 => 4,
    }
}

/// The bytes before deflate.
pub(super) fn len_of(layout: &Layout) -> usize {
    let bytes = |plane: &Plane| plane.width * plane.height * stored_bytes(plane.stored);
    layout.planes.iter().map(bytes).sum()
}

/// Fills `words`, line after line; `bytes` has room for them.
pub(super) fn unpack(
    decompress: &mut Decompress,
    packed: &[u8],
    layout: &Layout,
    bytes: &mut [u8],
    words: &mut [u16],
) -> Result<()> {
    let short = || Error::corrupt("a chunk of less than its lines");
    let bytes = bytes.get_mut(..len_of(layout)).ok_or_else(short)?;
    inflate(decompress, packed, bytes)?;
    let (mut bytes, mut words): (&[u8], _) = (bytes, words);
    layout.each_line(|_, plane| {
        let (line, rest) = bytes
            .split_at_checked(plane.width * stored_bytes(plane.stored))
            .ok_or_else(short)?;
        let (out, after) = std::mem::take(&mut words)
            .split_at_mut_checked(plane.line_words())
            .ok_or_else(short)?;
        (bytes, words) = (rest, after);
        if plane.width > 0 {
            unpack_line(plane, line, out);
        }
        Ok(())
    })
}

fn unpack_line(plane: &Plane, line: &[u8], out: &mut [u16]) {
    let mut parts = line.chunks_exact(plane.width);
    let mut next = || {
        parts
            .next()
            .unwrap_or_default()
            .iter()
            .map(|byte| u32::from(*byte))
    };
    let mut sum = 0u32;
    if plane.stored == Stored::F16 {
        for (word, (a, b)) in out.iter_mut().zip(next().zip(next())) {
            sum = sum.wrapping_add(a << 8 | b);
            *word = sum as u16;
        }
        return;
    }
    let (a, b, c) = (next(), next(), next());
    // Floats have no fourth byte.
    let last: &mut dyn Iterator<Item = u32> = match plane.stored {
        Stored::U32 => &mut next(),
        _ => &mut std::iter::repeat(0),
    };
    for (pair, (((a, b), c), d)) in out.chunks_exact_mut(2).zip(a.zip(b).zip(c).zip(last)) {
        sum = sum.wrapping_add(a << 24 | b << 16 | c << 8 | d);
        pair.copy_from_slice(&[sum as u16, (sum >> 16) as u16]);
    }
}

/// The bytes before deflate of words that stand line after line.
pub(super) fn differences(layout: &Layout, words: &[u16], out: &mut [u8]) -> Result<()> {
    let short = || Error::corrupt("a chunk of less than its lines");
    let (mut words, mut out) = (words, out);
    layout.each_line(|_, plane| {
        let (line, rest) = words
            .split_at_checked(plane.line_words())
            .ok_or_else(short)?;
        let (place, after) = std::mem::take(&mut out)
            .split_at_mut_checked(plane.width * stored_bytes(plane.stored))
            .ok_or_else(short)?;
        (words, out) = (rest, after);
        if plane.width > 0 {
            pack_line(plane, line, place);
        }
        Ok(())
    })
}

fn pack_line(plane: &Plane, line: &[u16], out: &mut [u8]) {
    let mut parts = out.chunks_exact_mut(plane.width);
    let mut next = || parts.next().unwrap_or_default().iter_mut();
    let mut before = 0u32;
    let pairs = line.chunks_exact(2).map(|pair| match *pair {
        [low, high] => u32::from(high) << 16 | u32::from(low),
        _ => 0,
    });
    match plane.stored {
        Stored::F16 => {
            for (word, (a, b)) in line.iter().zip(next().zip(next())) {
                let value = u32::from(*word);
                [_, _, *a, *b] = value.wrapping_sub(before).to_be_bytes();
                before = value;
            }
        }
        Stored::F32 => {
            for (bits, ((a, b), c)) in pairs.zip(next().zip(next()).zip(next())) {
                let value = to_24_bits(bits);
                [_, *a, *b, *c] = value.wrapping_sub(before).to_be_bytes();
                before = value;
            }
        }
        Stored::U32 => {
            let places = next().zip(next()).zip(next()).zip(next());
            for (value, (((a, b), c), d)) in pairs.zip(places) {
                [*a, *b, *c, *d] = value.wrapping_sub(before).to_be_bytes();
                before = value;
            }
        }
    }
}

/// The nearest float with 15 bits of mantissa, without its 8 lowest bits. What is not finite stays so.
fn to_24_bits(bits: u32) -> u32 {
    const EXPONENT: u32 = 0x7f80_0000;
    let (sign, rest) = (bits & 0x8000_0000, bits & 0x7fff_ffff);
    let rest = match rest {
        EXPONENT => rest >> 8,
        // A NaN must keep a bit of its mantissa.
        nan if nan > EXPONENT => nan >> 8 | u32::from(nan >> 8 == EXPONENT >> 8),
        finite => {
            let rounded = (finite + (finite & 0x80)) >> 8;
            if rounded >= EXPONENT >> 8 {
                finite >> 8
            } else {
                rounded
            }
        }
    };
    sign >> 8 | rest
}
