//! One block: its codes, and its bits in the shortest of the three forms.

use super::bits::BitWriter;
use super::huffman::{self, LONGEST};

/// Literals and the match that follows them. A match of length 0 ends a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) literals: u32,
    pub(super) length: u16,
    pub(super) distance: u16,
}

const END: usize = 256;

/// Order in which the lengths of the code for lengths are stored.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Writes `data`, which `sequences` describe.
pub(super) fn write(out: &mut BitWriter, data: &[u8], sequences: &[Sequence]) {
    let mut counts = Counts::of(data, sequences);
    let literals = huffman::lengths(&counts.literals, LONGEST);
    // Readers want one code for distances at least.
    if counts.distances.iter().all(|&count| count == 0) {
        counts.distances[0] = 1;
    }
    let distances = huffman::lengths(&counts.distances, LONGEST);
    let header = Header::new(&literals, &distances);
    let coded = counts.bits(&literals, &distances) + header.bits();
    if BitWriter::stored_bits(data.len()) <= coded {
        out.stored(data, false);
        return;
    }
    header.write(out);
    let codes = huffman::codes(&literals);
    body(out, data, sequences, &codes, &huffman::codes(&distances));
}

/// How often each symbol occurs.
struct Counts {
    literals: [u32; 286],
    distances: [u32; 30],
}

impl Counts {
    fn of(data: &[u8], sequences: &[Sequence]) -> Self {
        let mut counts = Counts {
            literals: [0; 286],
            distances: [0; 30],
        };
        // Neighbours are often equal, so they are counted apart from each other.
        let mut lanes = [[0u32; 256]; 4];
        let mut rest = data;
        for sequence in sequences {
            let (bytes, after) = rest
                .split_at_checked(sequence.literals as usize)
                .unwrap_or_default();
            let (quads, tail) = bytes.as_chunks::<4>();
            for quad in quads {
                for (lane, &byte) in lanes.iter_mut().zip(quad) {
                    lane[usize::from(byte)] += 1;
                }
            }
            for &byte in tail {
                lanes[0][usize::from(byte)] += 1;
            }
            rest = after
                .get(usize::from(sequence.length)..)
                .unwrap_or_default();
            if sequence.length > 0 {
                counts.literals[length_symbol(sequence.length).symbol] += 1;
                counts.distances[distance_symbol(sequence.distance).symbol] += 1;
            }
        }
        for (symbol, count) in counts.literals.iter_mut().take(256).enumerate() {
            *count = lanes.iter().map(|lane| lane[symbol]).sum();
        }
        counts.literals[END] = 1;
        counts
    }

    /// Bits of all symbols with their extra bits.
    fn bits(&self, literals: &[u8], distances: &[u8]) -> u64 {
        let of = |counts: &[u32], lengths: &[u8]| -> u64 {
            let pairs = counts.iter().zip(lengths);
            pairs
                .map(|(&count, &length)| u64::from(count) * u64::from(length))
                .sum()
        };
        let lengths = self.literals.iter().skip(257).zip(LENGTHS);
        let extra = lengths.map(|(&count, (_, extra))| u64::from(count) * u64::from(extra));
        let distant = self.distances.iter().zip(DISTANCES);
        let distant = distant.map(|(&count, (_, extra))| u64::from(count) * u64::from(extra));
        of(&self.literals, literals)
            + of(&self.distances, distances)
            + extra.sum::<u64>()
            + distant.sum::<u64>()
    }
}

/// The code lengths, as the block's header stores them: symbol, extra bits and their number.
struct Header {
    literals: usize,
    distances: usize,
    symbols: Vec<(usize, u32, u32)>,
    lengths: Vec<u8>,
    stored: usize,
}

impl Header {
    fn new(literals: &[u8], distances: &[u8]) -> Self {
        let used = |lengths: &[u8]| lengths.iter().rposition(|&length| length > 0).unwrap_or(0) + 1;
        let (literal_count, distance_count) = (used(literals).max(257), used(distances));
        let all = [&literals[..literal_count], &distances[..distance_count]].concat();
        let symbols = run_lengths(&all);
        let mut counts = [0; 19];
        for &(symbol, ..) in &symbols {
            counts[symbol] += 1;
        }
        let lengths = huffman::lengths(&counts, 7);
        let stored = ORDER.iter().rposition(|&symbol| lengths[symbol] > 0);
        Header {
            literals: literal_count,
            distances: distance_count,
            symbols,
            stored: stored.map_or(4, |last| last + 1).max(4),
            lengths,
        }
    }

    fn bits(&self) -> u64 {
        let symbols = self.symbols.iter();
        let coded =
            symbols.map(|&(symbol, _, extra)| u64::from(self.lengths[symbol]) + u64::from(extra));
        3 + 14 + self.stored as u64 * 3 + coded.sum::<u64>()
    }

    fn write(&self, out: &mut BitWriter) {
        out.put(0b100, 3);
        out.put(self.literals as u64 - 257, 5);
        out.put(self.distances as u64 - 1, 5);
        out.put(self.stored as u64 - 4, 4);
        out.flush();
        for &symbol in &ORDER[..self.stored] {
            out.put(self.lengths[symbol].into(), 3);
            out.flush();
        }
        let codes = huffman::codes(&self.lengths);
        for &(symbol, value, extra) in &self.symbols {
            put_code(out, codes[symbol]);
            out.put(value.into(), extra);
            out.flush();
        }
    }
}

/// Code lengths with their repetitions (RFC 1951 3.2.7).
fn run_lengths(lengths: &[u8]) -> Vec<(usize, u32, u32)> {
    let mut symbols = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = run[0];
        let mut rest = run.len();
        if length > 0 {
            symbols.push((length.into(), 0, 0));
            rest -= 1;
        }
        while rest > 0 {
            let (symbol, least, most, extra) = match (length, rest) {
                (0, 11..) => (18, 11, 138, 7),
                (0, 3..) => (17, 3, 10, 3),
                (1.., 3..) => (16, 3, 6, 2),
                _ => (usize::from(length), 1, 1, 0),
            };
            let taken = rest.min(most);
            symbols.push((symbol, (taken - least) as u32, extra));
            rest -= taken;
        }
    }
    symbols
}

#[inline]
fn put_code(out: &mut BitWriter, code: u32) {
    out.put((code & 0xffff).into(), code >> 16);
}

fn body(out: &mut BitWriter, data: &[u8], sequences: &[Sequence], codes: &[u32], far: &[u32]) {
    let mut table = [0u32; 286];
    table.copy_from_slice(codes);
    let mut rest = data;
    for sequence in sequences {
        let (bytes, after) = rest
            .split_at_checked(sequence.literals as usize)
            .unwrap_or_default();
        // Four codes and the 7 bits that a flush leaves fit.
        let (fours, tail) = bytes.as_chunks::<4>();
        for four in fours {
            for &byte in four {
                put_code(out, table[usize::from(byte)]);
            }
            out.flush();
        }
        for &byte in tail {
            put_code(out, table[usize::from(byte)]);
        }
        out.flush();
        rest = after
            .get(usize::from(sequence.length)..)
            .unwrap_or_default();
        if sequence.length > 0 {
            let length = length_symbol(sequence.length);
            put_code(out, table[length.symbol]);
            out.put(length.value.into(), length.extra);
            let distance = distance_symbol(sequence.distance);
            put_code(out, far[distance.symbol]);
            out.put(distance.value.into(), distance.extra);
            out.flush();
        }
    }
    put_code(out, table[END]);
    out.flush();
}

pub(super) struct Coded {
    pub(super) symbol: usize,
    value: u16,
    extra: u32,
}

pub(super) fn length_symbol(length: u16) -> Coded {
    // From 11 on each power of two, 3 aside, has four symbols.
    let at = match length {
        258 => 28,
        0..=10 => usize::from(length.saturating_sub(3)),
        _ => {
            let below = length - 3;
            let top = below.ilog2();
            (4 * (top - 1) + u32::from(below >> (top - 2) & 3)) as usize
        }
    };
    let (base, extra) = LENGTHS[at];
    Coded {
        symbol: 257 + at,
        value: length.saturating_sub(base),
        extra,
    }
}

pub(super) fn distance_symbol(distance: u16) -> Coded {
    // From 5 on each power of two has two symbols.
    let symbol = if distance <= 4 {
        usize::from(distance.max(1)) - 1
    } else {
        let below = distance - 1;
        let top = below.ilog2();
        (2 * top + u32::from(below >> (top - 1) & 1)) as usize
    };
    let (base, extra) = DISTANCES[symbol];
    Coded {
        symbol,
        value: distance.saturating_sub(base),
        extra,
    }
}

/// The shortest length of each symbol and its extra bits.
pub(super) const LENGTHS: [(u16, u32); 29] = {
    let mut table = [(0, 0); 29];
    let mut at = 0;
    let mut base = 3;
    while at < 28 {
        let extra = if at < 8 { 0 } else { at as u32 / 4 - 1 };
        table[at] = (base, extra);
        base += 1 << extra;
        at += 1;
    }
    table[28] = (258, 0);
    table
};

/// The shortest distance of each symbol and its extra bits.
pub(super) const DISTANCES: [(u16, u32); 30] = {
    let mut table = [(0, 0); 30];
    let mut at = 0;
    let mut base = 1;
    while at < 30 {
        let extra = if at < 4 { 0 } else { at as u32 / 2 - 1 };
        table[at] = (base, extra);
        base += 1u16 << extra;
        at += 1;
    }
    table
};

/// Bits of a match beside those of its two symbols.
#[inline]
pub(super) fn extra_bits(length: u16, distance: u16) -> u32 {
    let of_length = match length {
        0..=10 | 258.. => 0,
        _ => (length - 3).ilog2() - 2,
    };
    let of_distance = match distance {
        0..=4 => 0,
        _ => (distance - 1).ilog2() - 1,
    };
    of_length + of_distance
}
