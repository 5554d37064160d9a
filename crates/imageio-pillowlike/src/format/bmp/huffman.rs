//! OS/2's coding of two levels: the one-dimensional codes of ITU-T T.4, highest bit first.

use std::io::{BufRead, Seek, SeekFrom};
use std::sync::LazyLock;

use imageio_core::{Error, Result};

use crate::format::Input;

/// Codes of runs of 0 to 63, then of multiples of 64 up to 1728.
const WHITE: &str = "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 \
    110100 110101 101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 \
    0010011 0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 \
    00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 \
    00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 \
    01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 \
    11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 \
    011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 \
    011011010 011011011 010011000 010011001 010011010 011000 010011011";
const BLACK: &str = "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 \
    00000100 00000111 000011000 0000010111 0000011000 0000001000 00001100111 00001101000 \
    00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 \
    000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 \
    000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 \
    000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 \
    000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 \
    000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 \
    000001100111 \
    0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 \
    0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 \
    0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 \
    0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011 \
    0000001100100 0000001100101";
/// Codes of runs of 1792 to 2560, of either colour.
const LONG: &str = "00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 \
    000000010101 000000010110 000000010111 000000011100 000000011101 000000011110 000000011111";

/// Bits of the longest code.
const LONGEST: u32 = 13;
/// Zeros that no code holds; the next one ends a line.
const ZEROS: u32 = 11;

/// For each 13 bits the run that they begin with and the bits of its code, 0 for none.
struct Table(Vec<(u16, u8)>);

static TABLES: LazyLock<[Table; 2]> = LazyLock::new(|| [Table::of(WHITE), Table::of(BLACK)]);

impl Table {
    fn of(codes: &str) -> Self {
        let mut runs = vec![(0, 0); 1 << LONGEST];
        let codes = codes.split_whitespace().chain(LONG.split_whitespace());
        for (at, code) in codes.enumerate() {
            let run = if at < 64 { at } else { (at - 63) * 64 };
            let free = LONGEST as usize - code.len();
            let first = usize::from_str_radix(code, 2).unwrap_or(0) << free;
            for place in runs.iter_mut().skip(first).take(1 << free) {
                *place = (run as u16, code.len() as u8);
            }
        }
        Table(runs)
    }

    fn run(&self, bits: u32) -> (u16, u8) {
        self.0.get(bits as usize).copied().unwrap_or((0, 0))
    }
}

/// Calls `line` with each of `height` rows in the order of the file, as palette indices.
///
/// # Errors
/// `Corrupt` where the bits are no code and where the file ends too early.
pub(super) fn read(
    input: &mut Input,
    start: u64,
    height: usize,
    row: &mut [u8],
    mut line: impl FnMut(usize, &[u8]),
) -> Result<()> {
    input.seek(SeekFrom::Start(start))?;
    let mut bits = Bits {
        input,
        held: 0,
        count: 0,
        ended: false,
    };
    for at in 0..height {
        if !(bits.skip_ends_of_line()? && read_row(&mut bits, row)?) {
            return Err(Error::corrupt(format!(
                "Huffman codes end inside stored row {at} of {height}"
            )));
        }
        line(at, row);
    }
    Ok(())
}

/// Fills a row; whether all of it is there.
fn read_row(bits: &mut Bits<'_>, row: &mut [u8]) -> std::io::Result<bool> {
    row.fill(0);
    let (mut x, mut color) = (0usize, 0u8);
    while x < row.len() {
        bits.fill()?;
        let table = TABLES.get(usize::from(color));
        let (run, len) = table.map_or((0, 0), |table| table.run(bits.peek()));
        if len == 0 || u32::from(len) > bits.count {
            return Ok(false);
        }
        bits.drop(len.into());
        let end = x.saturating_add(run.into()).min(row.len());
        if let Some(part) = row.get_mut(x..end) {
            part.fill(color);
        }
        x = end;
        // Longer runs have a code of a multiple of 64 first.
        if run < 64 {
            color ^= 1;
        }
    }
    Ok(true)
}

/// The bits of the file, highest first.
struct Bits<'a> {
    input: &'a mut Input,
    held: u64,
    count: u32,
    ended: bool,
}

impl Bits<'_> {
    /// Takes bytes in until a code is there whole, or the file is at its end.
    fn fill(&mut self) -> std::io::Result<()> {
        while self.count <= 32 && !self.ended {
            match self.input.fill_buf()?.first() {
                Some(&byte) => {
                    self.held = self.held << 8 | u64::from(byte);
                    self.count += 8;
                    self.input.consume(1);
                }
                None => self.ended = true,
            }
        }
        Ok(())
    }

    /// The next 13 bits, with zeros behind the end.
    fn peek(&self) -> u32 {
        let bits = if self.count >= LONGEST {
            self.held >> (self.count - LONGEST)
        } else {
            self.held << (LONGEST - self.count)
        };
        (bits & ((1 << LONGEST) - 1)) as u32
    }

    fn drop(&mut self, len: u32) {
        self.count = self.count.saturating_sub(len);
    }

    /// Passes the codes that end lines, with the zeros that fill up; whether anything is left.
    fn skip_ends_of_line(&mut self) -> std::io::Result<bool> {
        loop {
            self.fill()?;
            if self.peek() >> (LONGEST - ZEROS) != 0 {
                return Ok(self.count > 0);
            }
            while self.count > 0 && self.peek() >> (LONGEST - 1) == 0 {
                self.drop(1);
                self.fill()?;
            }
            if self.count == 0 {
                return Ok(false);
            }
            self.drop(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_the_beginning_of_another() {
        for (table, codes) in TABLES.iter().zip([WHITE, BLACK]) {
            let all = codes.split_whitespace().chain(LONG.split_whitespace());
            let all: Vec<&str> = all.collect();
            assert_eq!(all.len(), 64 + 27 + 13);
            for (at, code) in all.iter().enumerate() {
                let run = if at < 64 { at } else { (at - 63) * 64 };
                for filled in [0, (1u32 << (13 - code.len())) - 1] {
                    let bits = u32::from_str_radix(code, 2).unwrap() << (13 - code.len());
                    let found = table.run(bits | filled);
                    assert_eq!(found, (run as u16, code.len() as u8), "{code}");
                }
            }
        }
    }
}
