//! PIZ: words numbered without gaps, a wavelet over each channel, Huffman codes.

use imageio_core::{Error, Limits, Result};

use super::wavelet::{self, Grid};
use super::{Layout, huffman};

/// Bytes of a bit for each word.
const BITMAP: usize = 1 << 13;

/// Fills `words`, channel after channel.
pub(super) fn unpack(
    decoder: &mut huffman::Decoder,
    packed: &[u8],
    layout: &Layout,
    words: &mut [u16],
) -> Result<()> {
    let short = || Error::corrupt(format!("{} bytes of a PIZ chunk", packed.len()));
    let [a, b, c, d] = *packed.first_chunk::<4>().ok_or_else(short)?;
    let (first, last) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    let (first, last) = (usize::from(first), usize::from(last));
    if first >= BITMAP || last >= BITMAP {
        return Err(Error::corrupt(format!(
            "a PIZ bitmap from byte {first} to {last}, of {BITMAP}"
        )));
    }
    let len = (last + 1).saturating_sub(first);
    let rest = packed.get(4..).unwrap_or_default();
    let (bitmap, rest) = rest.split_at_checked(len).ok_or_else(short)?;
    let (len, codes) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    let codes = codes
        .get(..u32::from_le_bytes(*len) as usize)
        .ok_or_else(short)?;
    let (numbers, highest) = words_by_number(first, bitmap);
    decoder.decode(codes, words)?;
    each_grid(layout, words, |words, grid| {
        wavelet::decode(words, grid, highest);
    });
    for word in words {
        *word = numbers[usize::from(*word)];
    }
    Ok(())
}

/// The word of each number, and the highest number.
fn words_by_number(first: usize, bitmap: &[u8]) -> (Vec<u16>, u16) {
    let mut numbers = vec![0u16; 1 << 16];
    // Zero always has a number.
    let mut count = 1;
    for (at, byte) in (first..).zip(bitmap) {
        for bit in (0..8).filter(|bit| byte >> bit & 1 == 1) {
            let word = (at * 8 + bit) as u16;
            if let (1.., Some(place)) = (word, numbers.get_mut(count)) {
                *place = word;
                count += 1;
            }
        }
    }
    (numbers, (count - 1) as u16)
}

/// Calls `take` for each channel's plane, twice where a sample has two words.
fn each_grid(layout: &Layout, words: &mut [u16], mut take: impl FnMut(&mut [u16], Grid)) {
    let mut rest = words;
    for plane in &layout.planes {
        let (part, after) = rest.split_at_mut(plane.words().min(rest.len()));
        rest = after;
        let step = plane.stored.words();
        for first in 0..step {
            let grid = Grid {
                width: plane.width,
                height: plane.height,
                x_step: step,
                y_step: plane.line_words(),
            };
            take(part.get_mut(first..).unwrap_or_default(), grid);
        }
    }
}

/// Adds the coded words, which stand channel after channel; they are changed on the way.
pub(super) fn pack(
    layout: &Layout,
    words: &mut [u16],
    limits: &Limits,
    out: Vec<u8>,
) -> Result<Vec<u8>> {
    let mut bitmap = limits.scratch::<u8>(BITMAP, "a PIZ bitmap")?;
    for word in words.iter() {
        if let Some(byte) = bitmap.get_mut(usize::from(word >> 3)) {
            *byte |= 1 << (word & 7);
        }
    }
    // Zero has a number anyway.
    if let Some(byte) = bitmap.first_mut() {
        *byte &= !1;
    }
    let used = |byte: &u8| *byte != 0;
    let first = bitmap.iter().position(used);
    let range = match (first, bitmap.iter().rposition(used)) {
        (Some(first), Some(last)) => first..last + 1,
        // An empty bitmap is told by its end before its start.
        _ => BITMAP - 1..BITMAP - 1,
    };
    let stored = bitmap.get(range.clone()).unwrap_or_default();
    let (by_number, highest) = words_by_number(range.start, stored);
    let mut numbers = vec![0u16; 1 << 16];
    let known = by_number.iter().take(usize::from(highest) + 1);
    for (number, word) in (0..).zip(known) {
        numbers[usize::from(*word)] = number;
    }
    for word in words.iter_mut() {
        *word = numbers[usize::from(*word)];
    }
    each_grid(layout, words, |words, grid| {
        wavelet::encode(words, grid, highest);
    });
    let last = range.end.saturating_sub(1) * usize::from(!range.is_empty());
    let mut out = out;
    out.extend((range.start as u16).to_le_bytes());
    out.extend((last as u16).to_le_bytes());
    out.extend_from_slice(stored);
    let head = out.len();
    out.extend([0; 4]);
    let mut out = huffman::encode(words, limits, out)?;
    let len = (out.len() - head - 4) as u32;
    if let Some(place) = out.get_mut(head..head + 4) {
        place.copy_from_slice(&len.to_le_bytes());
    }
    Ok(out)
}
