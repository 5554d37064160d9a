//! B44 and B44A: squares of 4 by 4 half floats in 14 bytes, flat ones in 3; other samples as they stand.

use std::sync::LazyLock;

use imageio_core::half::f16;
use imageio_core::{Error, Result};

use super::{Layout, Plane};
use crate::format::exr::channel::Stored;

/// A square, line after line.
type Square = [u16; 16];

/// The order of the differences: down the first column, then along the lines.
const STEPS: [(usize, usize); 15] = [
    (0, 4),
    (4, 8),
    (8, 12),
    (0, 1),
    (4, 5),
    (8, 9),
    (12, 13),
    (1, 2),
    (5, 6),
    (9, 10),
    (13, 14),
    (2, 3),
    (6, 7),
    (10, 11),
    (14, 15),
];

/// Shifts from this one on mark a flat square.
const FLAT: u8 = 13;

/// What is added to a difference before it is shifted.
const BIAS: i32 = 0x20;

/// Fills `words`, channel after channel.
pub(super) fn unpack(packed: &[u8], layout: &Layout, words: &mut [u16]) -> Result<()> {
    let (mut packed, mut words) = (packed, words);
    for plane in &layout.planes {
        let (part, after) = std::mem::take(&mut words)
            .split_at_mut_checked(plane.words())
            .ok_or_else(short)?;
        words = after;
        if plane.stored != Stored::F16 {
            let (bytes, rest) = packed.split_at_checked(part.len() * 2).ok_or_else(short)?;
            for (word, bytes) in part.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *word = u16::from_le_bytes(*bytes);
            }
            packed = rest;
        } else if !part.is_empty() {
            packed = unpack_plane(packed, plane, part)?;
        }
    }
    Ok(())
}

fn short() -> Error {
    Error::corrupt("a B44 chunk that ends too early")
}

fn unpack_plane<'a>(packed: &'a [u8], plane: &Plane, words: &mut [u16]) -> Result<&'a [u8]> {
    let mut packed = packed;
    for lines in words.chunks_mut(plane.width * 4) {
        for left in (0..plane.width).step_by(4) {
            let (mut square, rest) = unpack_square(packed)?;
            packed = rest;
            if plane.linear {
                square = square.map(|word| TO_LINEAR[usize::from(word)]);
            }
            for (line, four) in lines.chunks_mut(plane.width).zip(square.as_chunks::<4>().0) {
                let place = line.iter_mut().skip(left).zip(four);
                place.for_each(|(to, from)| *to = *from);
            }
        }
    }
    Ok(packed)
}

fn unpack_square(packed: &[u8]) -> Result<(Square, &[u8])> {
    let ([a, b, c], rest) = packed.split_first_chunk::<3>().ok_or_else(short)?;
    let first = u16::from_be_bytes([*a, *b]);
    if c >> 2 >= FLAT {
        return Ok(([unordered(first); 16], rest));
    }
    let (bytes, rest) = packed.split_first_chunk::<14>().ok_or_else(short)?;
    let bits = bytes
        .iter()
        .fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let shift = u32::from(c >> 2);
    let mut square = [first; 16];
    for (step, (from, to)) in (0..).zip(STEPS) {
        let difference = (bits >> (6 * (14 - step)) & 0x3f) as i32 - BIAS;
        square[to] = square[from].wrapping_add((difference << shift) as u16);
    }
    Ok((square.map(unordered), rest))
}

/// Half floats as numbers in their order, and back.
const fn unordered(number: u16) -> u16 {
    if number & 0x8000 == 0 {
        !number
    } else {
        number & 0x7fff
    }
}

const fn ordered(half: u16) -> u16 {
    match half {
        // What is not finite has no place.
        _ if half & 0x7c00 == 0x7c00 => 0x8000,
        _ if half & 0x8000 == 0 => half | 0x8000,
        _ => !half,
    }
}

/// Adds the squares of `words`, channel after channel.
pub(super) fn pack(layout: &Layout, words: &[u16], flat: bool, out: &mut Vec<u8>) {
    let mut rest = words;
    for plane in &layout.planes {
        let (part, after) = rest.split_at(plane.words().min(rest.len()));
        rest = after;
        if plane.stored != Stored::F16 {
            out.extend(part.iter().flat_map(|word| word.to_le_bytes()));
            continue;
        }
        for lines in part.chunks(plane.width.max(1) * 4) {
            for left in (0..plane.width).step_by(4) {
                pack_square(&square_of(lines, plane.width, left), flat, out);
            }
        }
    }
}

/// The square at `left`; past the edges their last values go on.
fn square_of(lines: &[u16], width: usize, left: usize) -> Square {
    let last = lines.len() / width - 1;
    let mut square = [0; 16];
    for (at, word) in square.iter_mut().enumerate() {
        let (line, column) = ((at / 4).min(last), (left + at % 4).min(width - 1));
        *word = lines.get(line * width + column).copied().unwrap_or(0);
    }
    square
}

fn pack_square(square: &Square, flat: bool, out: &mut Vec<u8>) {
    let numbers = square.map(ordered).map(i32::from);
    let highest = numbers.iter().copied().fold(0, i32::max);
    // The smallest shift whose differences all fit in six bits.
    let mut shift = 0;
    let (steps, differences) = loop {
        let steps = numbers.map(|number| rounded(highest - number, shift));
        let differences = STEPS.map(|(from, to)| steps[from] - steps[to] + BIAS);
        if differences
            .iter()
            .all(|difference| (0..64).contains(difference))
        {
            break (steps, differences);
        }
        shift += 1;
    };
    if flat && differences == [BIAS; 15] {
        let [a, b] = (numbers[0] as u16).to_be_bytes();
        out.extend([a, b, 0xfc]);
        return;
    }
    // The highest value of the square is kept exactly.
    let first = (highest - (steps[0] << shift)) as u16;
    let bits = differences.iter().fold(
        u128::from(first) << 6 | shift as u128,
        |bits, difference| bits << 6 | *difference as u128,
    );
    out.extend(bits.to_be_bytes().iter().skip(2));
}

/// `value` over 2^`shift`, rounded, halves to even.
const fn rounded(value: i32, shift: u32) -> i32 {
    let doubled = value << 1;
    let below_half = (1 << shift) - 1;
    let odd = doubled >> (shift + 1) & 1;
    (doubled + below_half + odd) >> (shift + 1)
}

/// What a channel that is stored as the eye sees it means: 8 times the logarithm.
static TO_LINEAR: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let value = |bits: u16| match f16::from_bits(bits).to_f32() {
        value if !value.is_finite() || value < 0.0 => 0,
        value => f16::from_f32(8.0 * value.ln()).to_bits(),
    };
    (0..=u16::MAX).map(value).collect()
});
