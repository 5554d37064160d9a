//! The Huffman code of PIZ: 16-bit symbols, one more for repetition, canonical codes of up to 58 bits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use imageio_core::{Error, Limits, Result};

use super::bits::{BitReader, BitWriter};

/// All words, and the symbol that repeats.
const SYMBOLS: usize = (1 << 16) + 1;

/// The longest code; lengths above it in a table are runs of zeros.
const LONGEST: u32 = 58;
const SHORT_RUN: u64 = 59;
const LONG_RUN: u64 = 63;

/// The shortest and the longest run of zeros that is coded in two numbers.
const LONG_RUN_FROM: usize = 6;
const LONG_RUN_TO: usize = 255 + LONG_RUN_FROM;

/// Codes up to so many bits are found by one look.
const LOOK_BITS: u32 = 13;

/// Bytes of the five numbers in front.
const HEAD: usize = 20;

/// Tables for decoding, kept from chunk to chunk.
pub(super) struct Decoder {
    /// Each symbol that has a code, and the code's length.
    used: Vec<(u32, u8)>,
    /// For the next bits: word and length of their code, 0 where it is longer or repeats.
    look: Vec<u32>,
    /// Symbols by length and number.
    sorted: Vec<u32>,
    /// For each length: the first code from the top, and the place of its symbol in `sorted`.
    first: [u64; LONGEST as usize + 1],
    place: [usize; LONGEST as usize + 1],
    /// The longest code, and the length of the one that repeats with its bits from the top.
    longest: u32,
    repeat: (u32, u64),
}

impl Decoder {
    pub(super) fn new() -> Self {
        Decoder {
            used: Vec::new(),
            look: vec![0; 1 << LOOK_BITS],
            sorted: Vec::new(),
            first: [0; LONGEST as usize + 1],
            place: [0; LONGEST as usize + 1],
            longest: 0,
            repeat: (0, 0),
        }
    }

    /// Fills `out` exactly.
    pub(super) fn decode(&mut self, packed: &[u8], out: &mut [u16]) -> Result<()> {
        let (head, table) = packed
            .split_at_checked(HEAD)
            .ok_or_else(|| Error::corrupt("a Huffman table of no bytes"))?;
        let number = |at: usize| {
            let four = head.get(at * 4..).and_then(<[u8]>::first_chunk);
            four.map_or(0, |four| u32::from_le_bytes(*four)) as usize
        };
        let (lowest, highest, bit_count) = (number(0), number(1), number(3));
        if lowest > highest || highest >= SYMBOLS {
            return Err(Error::corrupt(format!(
                "a Huffman table of symbols {lowest} to {highest}"
            )));
        }
        let bits = self.read_lengths(table, lowest, highest)?;
        self.sort(highest as u32)?;
        let bits = bits.get(..bit_count.div_ceil(8)).ok_or_else(|| {
            Error::corrupt(format!("{bit_count} bits of Huffman codes, cut short"))
        })?;
        self.read_words(bits, bit_count, highest as u32, out)
    }

    /// Reads the code lengths of the symbols; gives what follows.
    fn read_lengths<'a>(
        &mut self,
        table: &'a [u8],
        lowest: usize,
        highest: usize,
    ) -> Result<&'a [u8]> {
        let mut bits = BitReader::new(table);
        self.used.clear();
        let mut symbol = lowest;
        while symbol <= highest {
            let zeros = match bits.take(6) {
                LONG_RUN => bits.take(8) as usize + LONG_RUN_FROM,
                run @ SHORT_RUN.. => (run - SHORT_RUN) as usize + 2,
                length => {
                    if length > 0 {
                        self.used.push((symbol as u32, length as u8));
                    }
                    symbol += 1;
                    continue;
                }
            };
            symbol += zeros;
            if bits.is_past_end() {
                break;
            }
        }
        if symbol > highest + 1 || bits.is_past_end() {
            return Err(Error::corrupt(
                "a Huffman table that does not end where it should",
            ));
        }
        Ok(bits.rest(table))
    }

    /// Gives the symbols their codes: the longest codes are the lowest.
    fn sort(&mut self, repeats: u32) -> Result<()> {
        let mut counts = [0u64; LONGEST as usize + 1];
        for (_, length) in &self.used {
            if let Some(count) = counts.get_mut(usize::from(*length)) {
                *count += 1;
            }
        }
        let (mut code, mut used) = (0u64, 0);
        for length in (1..=LONGEST).rev() {
            let (at, count) = (length as usize, counts[length as usize]);
            self.first[at] = code << (64 - length);
            self.place[at] = used;
            used += count as usize;
            if code + count > 1 << length {
                return Err(Error::corrupt(format!(
                    "a Huffman table with {count} codes of {length} bits, which are too many"
                )));
            }
            code = (code + count) >> 1;
        }
        let used_length = |length: &u32| counts[*length as usize] > 0;
        self.longest = (1..=LONGEST).rev().find(used_length).unwrap_or(0);
        self.repeat = (0, 0);
        self.sorted.clear();
        self.sorted.resize(used, 0);
        let mut next = self.place;
        for (symbol, length) in &self.used {
            let at = usize::from(*length);
            let Some(place) = next.get_mut(at) else {
                continue;
            };
            if *symbol == repeats {
                let number = (*place - self.place[at]) as u64;
                let code = self.first[at] + (number << (64 - *length));
                self.repeat = (u32::from(*length), code);
            }
            if let Some(sorted) = self.sorted.get_mut(*place) {
                *sorted = *symbol;
            }
            *place += 1;
        }
        self.fill_look(&counts, repeats);
        Ok(())
    }

    fn fill_look(&mut self, counts: &[u64; LONGEST as usize + 1], repeats: u32) {
        self.look.fill(0);
        for length in 1..=LOOK_BITS {
            let at = length as usize;
            let start = (self.first[at] >> (64 - LOOK_BITS)) as usize;
            let width = 1 << (LOOK_BITS - length);
            let symbols = self.sorted.get(self.place[at]..).unwrap_or_default();
            let entries = self.look.get_mut(start..).unwrap_or_default();
            let each = entries.chunks_exact_mut(width).zip(symbols);
            for (entries, symbol) in each.take(counts[at] as usize) {
                if *symbol != repeats {
                    entries.fill(symbol << 8 | length);
                }
            }
        }
    }

    fn read_words(
        &self,
        bytes: &[u8],
        bit_count: usize,
        repeats: u32,
        out: &mut [u16],
    ) -> Result<()> {
        let mut bits = BitReader::new(bytes);
        let expected = out.len();
        let mut done = 0;
        while done < expected {
            bits.fill();
            let four = out.get_mut(done..).and_then(<[u16]>::first_chunk_mut);
            let quick = four.map_or(0, |four| self.read_four(&mut bits, four));
            done += quick;
            if quick < 4 {
                bits.fill();
                done = self.read_word(&mut bits, repeats, out, done)?;
            }
            if bits.is_past_end() {
                return Err(Error::corrupt(format!(
                    "{bit_count} bits of Huffman codes are {done} words or less, expected {expected}"
                )));
            }
        }
        Ok(())
    }

    /// Reads words while one look finds each; the bits for four are ready. Gives their number.
    #[inline]
    fn read_four(&self, bits: &mut BitReader<'_>, out: &mut [u16; 4]) -> usize {
        let mut done = 0;
        for place in out {
            let entry = self.look[(bits.peek() >> (64 - LOOK_BITS)) as usize];
            if entry == 0 {
                break;
            }
            bits.skip(entry & 0xff);
            *place = (entry >> 8) as u16;
            done += 1;
        }
        done
    }

    /// Reads a word of any code, or repetitions; gives where the next one goes.
    fn read_word(
        &self,
        bits: &mut BitReader<'_>,
        repeats: u32,
        out: &mut [u16],
        done: usize,
    ) -> Result<usize> {
        // A word whose code one look finds comes here where less than four are to come.
        let entry = self.look[(bits.peek() >> (64 - LOOK_BITS)) as usize];
        let symbol = match entry {
            0 => self.symbol(bits, repeats)?,
            entry => {
                bits.skip(entry & 0xff);
                entry >> 8
            }
        };
        if symbol != repeats {
            if let Some(place) = out.get_mut(done) {
                *place = symbol as u16;
            }
            return Ok(done + 1);
        }
        let (count, expected) = (bits.take(8) as usize, out.len());
        let last = done.checked_sub(1).and_then(|last| out.get(last).copied());
        match (last, out.get_mut(done..done + count)) {
            (Some(last), Some(place)) => place.fill(last),
            _ => {
                return Err(Error::corrupt(format!(
                    "{count} repetitions after {done} of {expected} words"
                )));
            }
        }
        Ok(done + count)
    }

    /// The symbol of a code that no look finds.
    fn symbol(&self, bits: &mut BitReader<'_>, repeats: u32) -> Result<u32> {
        let held = bits.peek();
        let (len, code) = self.repeat;
        if len > 0 && (held ^ code) >> (64 - len) == 0 {
            bits.skip(len);
            return Ok(repeats);
        }
        for length in LOOK_BITS + 1..=self.longest {
            let at = length as usize;
            let count = self.place[at - 1] - self.place[at];
            if count == 0 || held < self.first[at] {
                continue;
            }
            let number = ((held - self.first[at]) >> (64 - length)) as usize;
            if number < count {
                bits.skip(length);
                let symbol = self.sorted.get(self.place[at] + number).copied();
                return symbol.ok_or_else(|| Error::corrupt("a broken Huffman table"));
            }
        }
        Err(Error::corrupt("bits that are no Huffman code"))
    }
}

/// Adds the coded words.
pub(super) fn encode(words: &[u16], limits: &Limits, out: Vec<u8>) -> Result<Vec<u8>> {
    let mut counts = limits.scratch::<u32>(SYMBOLS, "a Huffman table")?;
    for word in words {
        if let Some(count) = counts.get_mut(usize::from(*word)) {
            *count += 1;
        }
    }
    let used = |count: &u32| *count > 0;
    let lowest = counts.iter().position(used).unwrap_or(0);
    let repeats = counts.iter().rposition(used).unwrap_or(0) + 1;
    if let Some(count) = counts.get_mut(repeats) {
        *count = 1;
    }
    let lengths = lengths_of(counts.get(..=repeats).unwrap_or_default(), limits)?;
    let codes = codes_of(&lengths, limits)?;
    let head = out.len();
    let mut bits = BitWriter::new(out);
    bits.bytes.extend([0; HEAD]);
    write_lengths(lengths.get(lowest..).unwrap_or_default(), &mut bits);
    let mut bits = BitWriter::new(bits.finish());
    let table_end = bits.bytes.len();
    let bit_count = write_words(words, &lengths, &codes, &mut bits);
    let mut out = bits.finish();
    let numbers = [
        lowest as u32,
        repeats as u32,
        (table_end - head - HEAD) as u32,
        bit_count as u32,
        0,
    ];
    if let Some(place) = out.get_mut(head..head + HEAD) {
        let bytes = numbers.into_iter().flat_map(u32::to_le_bytes);
        place
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
    }
    Ok(out)
}

/// The lengths of an optimal code; 0 where nothing is counted.
fn lengths_of(counts: &[u32], limits: &Limits) -> Result<Vec<u8>> {
    let mut lengths = limits.try_vec::<u8>(counts.len(), "a Huffman table")?;
    let used = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let leaves: Vec<(usize, u32)> = used.map(|(symbol, count)| (symbol, *count)).collect();
    // A node's number says its children: leaves come first, then pairs.
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> = leaves
        .iter()
        .enumerate()
        .map(|(node, (_, count))| Reverse((u64::from(*count), node)))
        .collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        heap.push(Reverse((a + b, leaves.len() + pairs.len())));
        pairs.push((left, right));
    }
    // Children have lower numbers than their parents.
    let mut depths = limits.try_vec::<u8>(leaves.len() + pairs.len(), "a Huffman table")?;
    for (number, (left, right)) in pairs.iter().enumerate().rev() {
        let depth = depths
            .get(leaves.len() + number)
            .map_or(0, |depth| depth + 1);
        for child in [*left, *right] {
            if let Some(place) = depths.get_mut(child) {
                *place = depth;
            }
        }
    }
    for ((symbol, _), depth) in leaves.iter().zip(depths) {
        if let Some(length) = lengths.get_mut(*symbol) {
            *length = depth.max(1);
        }
    }
    Ok(lengths)
}

fn codes_of(lengths: &[u8], limits: &Limits) -> Result<Vec<u64>> {
    let mut counts = [0u64; LONGEST as usize + 1];
    for length in lengths {
        if let Some(count) = counts.get_mut(usize::from(*length)) {
            *count += 1;
        }
    }
    let mut next = [0u64; LONGEST as usize + 1];
    let mut code = 0;
    for (next, count) in next.iter_mut().zip(counts).skip(1).rev() {
        *next = code;
        code = (code + count) >> 1;
    }
    let mut codes = limits.try_vec::<u64>(lengths.len(), "a Huffman table")?;
    for (code, length) in codes.iter_mut().zip(lengths) {
        if let (1.., Some(next)) = (*length, next.get_mut(usize::from(*length))) {
            *code = *next;
            *next += 1;
        }
    }
    Ok(codes)
}

fn write_lengths(lengths: &[u8], bits: &mut BitWriter) {
    let mut rest = lengths;
    while let [length, after @ ..] = rest {
        let zeros = rest.iter().take(LONG_RUN_TO);
        let zeros = zeros.take_while(|length| **length == 0).count();
        match zeros {
            LONG_RUN_FROM.. => {
                bits.put(LONG_RUN, 6);
                bits.put((zeros - LONG_RUN_FROM) as u64, 8);
            }
            2.. => bits.put(SHORT_RUN + zeros as u64 - 2, 6),
            _ => {
                bits.put(u64::from(*length), 6);
                rest = after;
                continue;
            }
        }
        rest = rest.get(zeros..).unwrap_or_default();
    }
}

/// Writes the codes; gives the number of their bits.
fn write_words(words: &[u16], lengths: &[u8], codes: &[u64], bits: &mut BitWriter) -> usize {
    let code_of = |symbol: usize| match (codes.get(symbol), lengths.get(symbol)) {
        (Some(code), Some(length)) => (*code, u32::from(*length)),
        _ => (0, 0),
    };
    let (repeat, repeat_len) = code_of(lengths.len().saturating_sub(1));
    let (mut rest, mut total) = (words, 0usize);
    while let [word, ..] = rest {
        let same = rest.iter().take(256);
        let run = same.take_while(|other| *other == word).count();
        let (code, len) = code_of(usize::from(*word));
        if run > 1 && len + repeat_len + 8 < len * run as u32 {
            bits.put(code, len);
            bits.put(repeat, repeat_len);
            bits.put(run as u64 - 1, 8);
            total += (len + repeat_len + 8) as usize;
        } else {
            (0..run).for_each(|_| bits.put(code, len));
            total += len as usize * run;
        }
        rest = rest.get(run..).unwrap_or_default();
    }
    total
}
