//! The codes of T.4, tables 2 to 4, and of T.6, table 1.

use std::sync::LazyLock;

/// What a code of a row that is coded by its difference says.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// The change above and the one after it count for nothing.
    Pass,
    /// Two runs.
    Horizontal,
    /// A change so many pixels to the right of one above.
    Vertical(i32),
}

/// The mode that seven bits begin with, and its length.
#[inline]
pub(super) fn mode(bits: usize) -> Option<(Mode, u32)> {
    Some(match bits {
        0b1000000.. => (Mode::Vertical(0), 1),
        0b0110000.. => (Mode::Vertical(1), 3),
        0b0100000.. => (Mode::Vertical(-1), 3),
        0b0010000.. => (Mode::Horizontal, 3),
        0b0001000.. => (Mode::Pass, 4),
        0b0000110.. => (Mode::Vertical(2), 6),
        0b0000100.. => (Mode::Vertical(-2), 6),
        0b0000011 => (Mode::Vertical(3), 7),
        0b0000010 => (Mode::Vertical(-3), 7),
        _ => return None,
    })
}

/// Length of the code of a white run that 13 bits begin with, 0 for none, and the run.
#[inline]
pub(super) fn white_run(bits: usize) -> (u32, i32) {
    entry(&WHITE_RUNS, bits)
}

/// The same for a black run.
#[inline]
pub(super) fn black_run(bits: usize) -> (u32, i32) {
    entry(&BLACK_RUNS, bits)
}

/// Lengths in the low four bits, runs above them.
type Table = [u16; 1 << 13];

static WHITE_RUNS: LazyLock<Box<Table>> = LazyLock::new(|| table(WHITE));
static BLACK_RUNS: LazyLock<Box<Table>> = LazyLock::new(|| table(BLACK));

#[inline]
fn entry(table: &Table, bits: usize) -> (u32, i32) {
    let entry = table[bits & 0x1fff];
    (u32::from(entry & 15), i32::from(entry >> 4))
}

/// All thirteen bits that begin with one of `codes`, those of 0 to 63, then of 64, 128 … and the long ones.
fn table(codes: &str) -> Box<Table> {
    let mut table = Box::new([0; 1 << 13]);
    for (place, code) in codes
        .split_whitespace()
        .chain(LONG.split_whitespace())
        .enumerate()
    {
        let run = if place < 64 { place } else { (place - 63) * 64 };
        let len = code.len();
        let first = code
            .bytes()
            .fold(0, |bits, bit| bits << 1 | usize::from(bit == b'1'));
        let spare = 13 - len;
        table[first << spare..(first + 1) << spare].fill((run << 4 | len) as u16);
    }
    table
}

const WHITE: &str = "
    00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101
    101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100
    0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111
    00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010
    01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011
    00110010 00110011 00110100
    11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101
    011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011
    010011000 010011001 010011010 011000 010011011";

const BLACK: &str = "
    0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111
    000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111
    00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101
    000001101000 000001101001 000001101010 000001101011 000011010010 000011010011 000011010100
    000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011
    000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010
    000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000
    000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
    0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101
    0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010
    0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011
    0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101";

/// For runs of both colours from 1792 on.
const LONG: &str = "
    00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101
    000000010110 000000010111 000000011100 000000011101 000000011110 000000011111";

#[cfg(test)]
mod tests {
    use super::{BLACK, LONG, WHITE};

    #[test]
    fn no_code_begins_another() {
        for codes in [WHITE, BLACK] {
            let all: Vec<&str> = codes
                .split_whitespace()
                .chain(LONG.split_whitespace())
                .collect();
            assert_eq!(all.len(), 64 + 40);
            for (place, code) in all.iter().enumerate() {
                let others = all.iter().enumerate().filter(|(other, _)| *other != place);
                assert!(
                    others
                        .map(|(_, other)| other)
                        .all(|other| !other.starts_with(code))
                );
            }
        }
    }
}
