//! LZW as TIFF 6.0 §13 has it, and as it was written before that.

use imageio_core::{Error, Result};

mod encode;

pub use encode::encode;

const CLEAR: usize = 256;
const END: usize = 257;
const FIRST: usize = 258;

/// Codes have 12 bits at most.
const LAST: usize = 4095;

/// Bytes that are copied at once where there is room; longer strings are rare.
const STRIDE: usize = 16;

/// Decodes `data` into `out` until either ends; gives the bytes that were filled.
///
/// Data that breaks off gives what stands before the break, as libtiff has it. Files from before TIFF 6.0 turn
/// the bits of a code around, which their first two bytes show.
///
/// # Errors
/// `Corrupt` for a code that no string has yet.
pub fn decode(data: &[u8], out: &mut [u8]) -> Result<usize> {
    // The first code clears the table: 1_0000_0000 begins with 0x80, or with 0x00 and a set bit where bits are turned.
    let turned = matches!(data, [0, second, ..] if second & 1 == 1);
    if turned {
        run::<true>(data, out)
    } else {
        run::<false>(data, out)
    }
}

/// Strings by the place where they were first written.
///
/// The string of a code is the one of the code read before it and one byte more, and these stand side by side in the
/// output. So one number per code is enough: where it begins. It ends one byte after the next one begins.
struct Strings {
    starts: [u32; 8192],
    next: usize,
    /// Where in the output the table was last cleared; what a table can hold from there on fits 32 bits.
    base: usize,
}

impl Strings {
    fn clear(&mut self, base: usize) {
        self.next = FIRST;
        self.base = base;
    }

    /// Notes that the next string begins at `at`.
    #[inline]
    fn note(&mut self, at: usize) {
        // A full table stays as it is until it is cleared.
        if self.next <= LAST + 1 {
            self.starts[self.next & 8191] = (at - self.base) as u32;
            self.next += 1;
        }
    }

    /// Beginning and length of the string of `code`, one that is in the table.
    #[inline]
    fn find(&self, code: usize) -> (usize, usize) {
        let start = self.starts[code & 8191];
        let end = self.starts[(code + 1) & 8191];
        (
            self.base + start as usize,
            end.wrapping_sub(start) as usize + 1,
        )
    }

    /// Bits of the next code.
    #[inline]
    fn width<const TURNED: bool>(&self) -> u32 {
        // TIFF 6.0 §13: the width grows one code early; the older coders did so in time.
        let first_wider = if TURNED { self.next - 1 } else { self.next };
        (usize::BITS - first_wider.leading_zeros()).clamp(9, 12)
    }
}

/// Codes from bytes.
struct Codes<'a> {
    rest: &'a [u8],
    buffer: u64,
    held: u32,
}

impl Codes<'_> {
    /// Holds at least 56 bits after this, or all that are left.
    #[inline]
    fn refill<const TURNED: bool>(&mut self) {
        if let Some(word) = self.rest.first_chunk::<8>() {
            let taken = (63 - self.held) / 8;
            if TURNED {
                self.buffer |= u64::from_le_bytes(*word) << self.held;
            } else {
                self.buffer |= u64::from_be_bytes(*word) >> self.held;
            }
            self.rest = self.rest.get(taken as usize..).unwrap_or_default();
            self.held += taken * 8;
            return;
        }
        while self.held <= 56
            && let Some((&byte, rest)) = self.rest.split_first()
        {
            let shift = if TURNED { self.held } else { 56 - self.held };
            self.buffer |= u64::from(byte) << shift;
            self.rest = rest;
            self.held += 8;
        }
    }

    #[inline]
    fn take<const TURNED: bool>(&mut self, width: u32) -> usize {
        let code = if TURNED {
            let code = self.buffer & ((1 << width) - 1);
            self.buffer >>= width;
            code
        } else {
            let code = self.buffer >> (64 - width);
            self.buffer <<= width;
            code
        };
        self.held -= width;
        code as usize
    }
}

#[expect(
    clippy::large_stack_arrays,
    reason = "32 KiB of a size that is known need no check of bounds"
)]
fn run<const TURNED: bool>(data: &[u8], out: &mut [u8]) -> Result<usize> {
    let mut strings = Strings {
        starts: [0; 8192],
        next: FIRST,
        base: 0,
    };
    let mut codes = Codes {
        rest: data,
        buffer: 0,
        held: 0,
    };
    let mut at = 0;
    while at < out.len() {
        codes.refill::<TURNED>();
        let width = strings.width::<TURNED>();
        if codes.held < width {
            break;
        }
        // Four codes fit into what was refilled, whatever their widths.
        for _ in 0..4 {
            let width = strings.width::<TURNED>();
            if codes.held < width || at >= out.len() {
                break;
            }
            match codes.take::<TURNED>(width) {
                literal @ 0..CLEAR => {
                    strings.note(at);
                    out[at] = literal as u8;
                    at += 1;
                }
                CLEAR => strings.clear(at),
                END => return Ok(at),
                code if code < strings.next => {
                    strings.note(at);
                    let (start, len) = strings.find(code);
                    at = copy(out, start, at, len);
                }
                code => {
                    let known = strings.next;
                    return Err(Error::corrupt(format!(
                        "LZW code {code} after {at} bytes, where {known} are known"
                    )));
                }
            }
        }
    }
    Ok(at)
}

/// Repeats at `at` the `len` bytes from `start`, as far as there is room; gives the place after them.
#[inline]
fn copy(out: &mut [u8], start: usize, at: usize, len: usize) -> usize {
    // What is written too much is written over by the next string.
    if len < STRIDE && at + STRIDE <= out.len() {
        out.copy_within(start..start + STRIDE, at);
        // The string of the code just noted reaches one byte into itself.
        out[at + len - 1] = out[start + len - 1];
        return at + len;
    }
    copy_long(out, start, at, len)
}

fn copy_long(out: &mut [u8], start: usize, at: usize, len: usize) -> usize {
    let len = len.min(out.len() - at);
    let whole = len.min(at - start);
    out.copy_within(start..start + whole, at);
    for byte in whole..len {
        out[at + byte] = out[start + byte];
    }
    at + len
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    fn round_trip(data: &[u8]) -> Vec<u8> {
        let coded = encode(data);
        let mut out = vec![0xaa; data.len()];
        assert_eq!(decode(&coded, &mut out).ok(), Some(data.len()));
        assert!(out == data);
        coded
    }

    fn noise(len: usize, mask: u32) -> Vec<u8> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            ((state >> 24) & mask) as u8
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for len in [0, 1, 2, 3, 100, 4000, 70_000] {
            round_trip(&vec![7; len]);
            for mask in [1, 7, 255] {
                round_trip(&noise(len, mask));
            }
        }
        let period: Vec<u8> = (0..300_000u32).map(|i| (i % 251) as u8).collect();
        assert!(round_trip(&period).len() < 100_000);
    }

    #[test]
    fn the_example_of_the_specification() {
        // TIFF 6.0 §13: 7 7 7 8 8 7 7 6 6 become codes 256 7 258 8 8 258 6 6 257, each of nine bits.
        let codes = [256u32, 7, 258, 8, 8, 258, 6, 6, 257];
        let bits = codes.map(|code| format!("{code:09b}")).concat();
        let data = bytes_of(&bits);
        let mut out = [0; 16];
        assert_eq!(decode(&data, &mut out).ok(), Some(9));
        assert_eq!(out[..9], [7, 7, 7, 8, 8, 7, 7, 6, 6]);
        assert_eq!(encode(&out[..9]), data);
    }

    #[test]
    fn bits_that_are_turned_around() {
        let codes = [256u32, 7, 258, 8, 8, 258, 6, 6, 257];
        let bits: String = codes
            .iter()
            .flat_map(|code| (0..9).map(move |bit| if code >> bit & 1 == 1 { '1' } else { '0' }))
            .collect();
        let data: Vec<u8> = bytes_of(&bits).iter().map(|b| b.reverse_bits()).collect();
        let mut out = [0; 9];
        assert_eq!(decode(&data, &mut out).ok(), Some(9));
        assert_eq!(out, [7, 7, 7, 8, 8, 7, 7, 6, 6]);
    }

    #[test]
    fn data_that_breaks_off_gives_what_it_has() {
        let data = noise(9000, 15);
        let coded = encode(&data);
        for len in 0..coded.len() {
            let mut out = vec![0; 9000];
            let filled = decode(&coded[..len], &mut out).unwrap();
            assert_eq!(out[..filled], data[..filled]);
        }
    }

    #[test]
    fn an_output_that_is_too_small_is_filled() {
        let data = noise(5000, 3);
        let coded = encode(&data);
        for len in 0..300 {
            let mut out = vec![0; len];
            assert_eq!(decode(&coded, &mut out).ok(), Some(len));
            assert_eq!(out, data[..len]);
        }
    }

    #[test]
    fn broken_codes_are_refused_or_survived() {
        let mut out = vec![0; 4096];
        assert!(decode(&[0x80, 0x7f, 0xff, 0xff], &mut out).is_err());
        for seed in 1..400u32 {
            let mut data = noise(600, 255);
            data.rotate_left(seed as usize);
            data[..2].copy_from_slice(if seed % 2 == 0 { &[0x80, 0] } else { &[0, 1] });
            let _ = decode(&data, &mut out);
        }
    }

    fn bytes_of(bits: &str) -> Vec<u8> {
        let mut bits = bits.to_owned();
        while !bits.len().is_multiple_of(8) {
            bits.push('0');
        }
        (0..bits.len() / 8)
            .map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap())
            .collect()
    }
}
