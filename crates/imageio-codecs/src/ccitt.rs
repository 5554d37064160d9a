//! Facsimile coding of ITU-T T.4 and T.6, as TIFF 6.0 §10 and §11 hold it.
//!
//! Bits are those of TIFF's usual order; data of the other order are to be turned around before.

use imageio_core::{Error, Limits, Result};

mod bits;
mod codes;

use bits::Bits;
use codes::{Mode, black_run, mode, white_run};

/// How rows follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Runs alone; each row begins with a byte, or with a pair of them.
    Rle {
        /// Whether it is pairs.
        words: bool,
    },
    /// T.4, "Group 3": rows end with a code for it.
    Group3 {
        /// Whether rows may be coded by their difference from the one above.
        two_dimensional: bool,
    },
    /// T.6, "Group 4": every row is coded by its difference from the one above.
    Group4,
}

/// Decodes rows of `width` pixels into `out`, a byte for each, of which black ones become 1 and the others stay as
/// they are; gives the number of rows.
///
/// A row that breaks off keeps what it has. After that T.4 goes on with the next row, and T.6 ends.
///
/// # Errors
/// `Corrupt` where not one pixel could be had; `LimitExceeded`.
pub fn decode(
    data: &[u8],
    coding: Coding,
    width: usize,
    out: &mut [u8],
    limits: &Limits,
) -> Result<usize> {
    let columns = i32::try_from(width)
        .ok()
        .filter(|&columns| columns < i32::MAX - 4096)
        .ok_or_else(|| Error::unsupported(format!("facsimile rows of {width} pixels")))?;
    if width == 0 {
        return Ok(0);
    }
    // A row has a change at each pixel at most, and three ends.
    let _claim = limits.claim(width as u64 * 8 + 64, "the changes of two facsimile rows")?;
    let mut rows = Rows {
        bits: Bits::new(data),
        coding,
        columns,
        above: limits.try_capacity(width + 6, "the changes of a facsimile row")?,
        changes: limits.try_capacity(width + 6, "the changes of a facsimile row")?,
    };
    let mut filled = 0;
    for row in out.chunks_exact_mut(width) {
        match rows.next() {
            Row::End => break,
            Row::Whole => {}
            Row::Broken if filled == 0 && rows.changes.is_empty() => {
                return Err(Error::corrupt("facsimile data whose first code is none"));
            }
            Row::Broken if coding == Coding::Group4 => {
                paint(row, &rows.changes);
                return Ok(filled + 1);
            }
            Row::Broken => {}
        }
        paint(row, &rows.changes);
        filled += 1;
    }
    Ok(filled)
}

/// Blackens every second run.
fn paint(row: &mut [u8], changes: &[i32]) {
    let width = row.len();
    for run in changes.chunks(2) {
        let start = run.first().map_or(width, |&start| start as usize);
        let end = run.get(1).map_or(width, |&end| end as usize);
        if let Some(black) = row.get_mut(start..end.min(width)) {
            black.fill(1);
        }
    }
}

enum Row {
    Whole,
    Broken,
    End,
}

struct Rows<'a> {
    bits: Bits<'a>,
    coding: Coding,
    columns: i32,
    /// Where the row above turns black, white, black …
    above: Vec<i32>,
    changes: Vec<i32>,
}

impl Rows<'_> {
    fn next(&mut self) -> Row {
        std::mem::swap(&mut self.above, &mut self.changes);
        self.changes.clear();
        match self.coding {
            Coding::Rle { words } => {
                self.bits.align(if words { 16 } else { 8 });
                if self.bits.ended() {
                    return Row::End;
                }
                self.one_dimensional()
            }
            Coding::Group3 { two_dimensional } => self.next_of_group3(two_dimensional),
            Coding::Group4 => {
                // T.6 2.4.1: two ends of line end the block.
                if self.bits.ended() || self.bits.peek(24) == 0x00_1001 {
                    return Row::End;
                }
                self.two_dimensional()
            }
        }
    }

    fn next_of_group3(&mut self, may_be_two_dimensional: bool) -> Row {
        let mut ends = 0;
        let mut alone = true;
        while self.bits.skip_end_of_line() {
            ends += 1;
            if may_be_two_dimensional {
                alone = self.bits.take(1) == 1;
            }
            // T.4 4.1.4: six of them end the page; no row is empty.
            if ends > 1 {
                return Row::End;
            }
        }
        if self.bits.ended() {
            return Row::End;
        }
        let row = if alone {
            self.one_dimensional()
        } else {
            self.two_dimensional()
        };
        if matches!(row, Row::Broken) {
            self.bits.find_end_of_line();
        }
        row
    }

    fn one_dimensional(&mut self) -> Row {
        let mut at = 0;
        let mut black = false;
        while at < self.columns {
            let Some(run) = self.run(black) else {
                return Row::Broken;
            };
            at = (at + run).min(self.columns);
            self.push(at);
            black = !black;
        }
        Row::Whole
    }

    /// A run of make-up codes and the one that ends it.
    #[inline]
    fn run(&mut self, black: bool) -> Option<i32> {
        let mut run = 0;
        loop {
            let next = self.bits.peek(13);
            let (len, part) = if black {
                black_run(next)
            } else {
                white_run(next)
            };
            if len == 0 || !self.bits.skip(len) {
                return None;
            }
            run += part;
            if part < 64 {
                return Some(run);
            }
            if run > self.columns {
                // No sum of codes goes over the edge by more than one of them.
                run = self.columns;
            }
        }
    }

    /// T.4 4.2, T.6 2.2: each change relative to one above, or two runs.
    fn two_dimensional(&mut self) -> Row {
        let columns = self.columns;
        // Past the edge there are ends enough for any look ahead.
        self.above.extend([columns; 4]);
        let mut at = -1;
        let mut black = false;
        let mut next = 0;
        while at < columns {
            while self.change_above(next) <= at && self.change_above(next) < columns {
                next += 2;
            }
            match mode(self.bits.peek(7)) {
                Some((Mode::Vertical(offset), len)) => {
                    let change = self.change_above(next) + offset;
                    if !self.bits.skip(len) || change < at.max(0) || change > columns {
                        return Row::Broken;
                    }
                    self.push(change);
                    at = if change == columns { columns } else { change };
                    black = !black;
                    next = match offset {
                        0.. => next + 1,
                        _ => next.checked_sub(1).unwrap_or(1),
                    };
                }
                Some((Mode::Pass, len)) => {
                    self.bits.skip(len);
                    at = self.change_above(next + 1);
                }
                Some((Mode::Horizontal, len)) => {
                    self.bits.skip(len);
                    let Some(first) = self.run(black) else {
                        return Row::Broken;
                    };
                    let change = (at.max(0) + first).min(columns);
                    self.push(change);
                    let Some(second) = self.run(!black) else {
                        return Row::Broken;
                    };
                    at = (change + second).min(columns);
                    self.push(at);
                }
                None => return Row::Broken,
            }
        }
        Row::Whole
    }

    #[inline]
    fn change_above(&self, place: usize) -> i32 {
        self.above.get(place).copied().unwrap_or(self.columns)
    }

    /// Notes a change. Changes of no width would let a row grow without end.
    #[inline]
    fn push(&mut self, at: i32) {
        if self.changes.len() < self.columns as usize + 2 {
            self.changes.push(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::{Coding, decode};

    const RLE: Coding = Coding::Rle { words: false };

    fn bytes_of(bits: &str) -> Vec<u8> {
        let mut bits: String = bits.split_whitespace().collect();
        while !bits.len().is_multiple_of(8) {
            bits.push('0');
        }
        (0..bits.len() / 8)
            .map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).unwrap())
            .collect()
    }

    fn picture(data: &[u8], coding: Coding, width: usize, rows: usize) -> String {
        let mut out = vec![0; width * rows];
        let filled = decode(data, coding, width, &mut out, &Limits::new()).unwrap();
        let pixels = |row: &[u8]| row.iter().map(|p| ['.', '#'][*p as usize]).collect();
        let rows: Vec<String> = out.chunks(width).take(filled).map(pixels).collect();
        rows.join(" ")
    }

    #[test]
    fn runs_alone() {
        // 2 white 3 black 3 white; then 8 black after none white, in a row that begins with a byte.
        let data = bytes_of("0111 10 1000 000000  00110101 000101");
        assert_eq!(picture(&data, RLE, 8, 2), "..###... ########");
    }

    #[test]
    fn group_3_with_ends_of_line() {
        let coding = Coding::Group3 {
            two_dimensional: false,
        };
        let data = bytes_of("000000000001 0111 10 1000 0000 000000000001 1011 011 000000000001");
        assert_eq!(picture(&data, coding, 8, 3), "..###... ....####");
        let coding = Coding::Group3 {
            two_dimensional: true,
        };
        let data = bytes_of("000000000001 1 0111 10 1000 000000000001 0 1 010 1");
        assert_eq!(picture(&data, coding, 8, 3), "..###... ..##....");
    }

    #[test]
    fn group_4_by_differences() {
        // Horizontal 2 white 3 black, to the edge; the same a column to the right; nothing at all, which passes.
        let data = bytes_of("001 0111 10 1  011 011 1  0001 1  000000000001 000000000001");
        let all = picture(&data, Coding::Group4, 8, 9);
        assert_eq!(all, "..###... ...###.. ........");
    }

    #[test]
    fn what_is_broken_ends_or_is_refused() {
        let mut out = [0; 64];
        let refused = decode(&[0; 9], Coding::Group4, 8, &mut out, &Limits::new());
        assert!(refused.is_err());
        for seed in 0..2000u32 {
            let mut state = seed;
            let data: Vec<u8> = (0..40)
                .map(|_| {
                    state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                    (state >> 24) as u8
                })
                .collect();
            for coding in [
                RLE,
                Coding::Group4,
                Coding::Group3 {
                    two_dimensional: true,
                },
            ] {
                let _ = decode(&data, coding, 13, &mut out, &Limits::new());
            }
        }
    }
}
