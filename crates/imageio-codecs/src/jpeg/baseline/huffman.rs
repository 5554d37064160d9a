//! Huffman codes of sequential pictures (T.81, annex F.2): tables, and blocks of coefficients read with them.
#![expect(
    clippy::inline_always,
    reason = "the loop over coefficients keeps its bits in registers only so"
)]

/// Bits that are looked up at once. Most codes of real pictures fit in with the value behind them.
const FAST: u32 = 10;

/// Longest code.
const LONGEST: usize = 16;

/// Where each coefficient of the zigzag order lies in a block. What a broken run points to lies behind the
/// 64th, and goes to the last place.
const NATURAL: [u8; 256] = natural();

const fn natural() -> [u8; 256] {
    let mut order = [63; 256];
    let (mut x, mut y, mut at) = (0_i32, 0_i32, 0);
    while at < 64 {
        order[at] = (y * 8 + x) as u8;
        let up = (x + y) % 2 == 0;
        (x, y) = match (up, x, y) {
            (true, 7, _) => (7, y + 1),
            (true, _, 0) => (x + 1, 0),
            (true, ..) => (x + 1, y - 1),
            (false, _, 7) => (x + 1, 7),
            (false, 0, _) => (0, y + 1),
            (false, ..) => (x - 1, y + 1),
        };
        at += 1;
    }
    order
}

/// Where coefficient `at` of the zigzag order lies in a block.
pub(super) fn natural_place(at: usize) -> usize {
    NATURAL[at & 0xff].into()
}

/// Index for "no more coefficients": a run that leads behind the last.
const END: u32 = 128;

/// A table that maps codes to symbols.
pub(super) struct Table {
    /// For the next `FAST` bits: bits to take (8 bits), zeros to skip (8) and the value (16). Where the bits to
    /// take are 0, the value is not among them: length of the code or 0 for a longer one (8), then the symbol.
    fast: Box<[u32; 1 << FAST]>,
    /// For each length, the first code that is too large for it, as the leading ones of 16 bits.
    ends: [u32; LONGEST + 1],
    /// For each length, what leads from a code to its symbol.
    offsets: [i32; LONGEST + 1],
    symbols: [u8; 256],
}

/// What the symbols of a table stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The size of a difference.
    Dc,
    /// Zeros to skip, and the size of the coefficient behind them.
    Ac,
}

impl Table {
    /// The table that a DHT segment defines by how many codes there are of each length.
    pub(super) fn new(counts: [u8; LONGEST], listed: &[u8], class: Class) -> Option<Table> {
        let mut symbols = [0; 256];
        for (to, from) in symbols.iter_mut().zip(listed) {
            *to = *from;
        }
        let largest = if class == Class::Dc { 11 } else { 0xff };
        if listed.len() > 256 || listed.iter().any(|&symbol| symbol > largest) {
            return None;
        }
        let mut table = Table {
            fast: Box::new([0; 1 << FAST]),
            ends: [0; LONGEST + 1],
            offsets: [0; LONGEST + 1],
            symbols,
        };
        let (mut code, mut index) = (0_u32, 0_usize);
        for (len, count) in (1..).zip(counts) {
            table.offsets[len] = index as i32 - code as i32;
            for _ in 0..count {
                table.fill(code, len as u32, symbols[index & 0xff], class);
                code += 1;
                index += 1;
            }
            if code > 1 << len {
                return None;
            }
            table.ends[len] = code << (LONGEST - len);
            code <<= 1;
        }
        (index == listed.len()).then_some(table)
    }

    /// Fills the places of the lookup that begin with `code`.
    fn fill(&mut self, code: u32, len: u32, symbol: u8, class: Class) {
        let Some(free) = FAST.checked_sub(len) else {
            return;
        };
        let (run, size) = match class {
            Class::Dc => (0, u32::from(symbol)),
            Class::Ac => (u32::from(symbol) >> 4, u32::from(symbol) & 15),
        };
        let first = (code << free) as usize;
        let places = self.fast.iter_mut().skip(first).take(1 << free);
        for (tail, place) in (0_u32..).zip(places) {
            *place = match (class, run, size) {
                (Class::Ac, 15, 0) => u32::from(symbol) << 16 | len << 8,
                (Class::Ac, _, 0) => END << 8 | len,
                (_, _, 0) => len,
                _ if size <= free => {
                    let value = extend(tail >> (free - size), size);
                    (value as u32) << 16 | run << 8 | (len + size)
                }
                _ => u32::from(symbol) << 16 | len << 8,
            };
        }
    }

    /// The symbol of a code that is too long to look up, and the length of the code.
    #[cold]
    fn long(&self, bits: &Bits<'_>) -> Option<(u32, u32)> {
        let leading = (bits.held >> 48) as u32;
        let len = (FAST as usize + 1..=LONGEST).find(|&len| leading < self.ends[len])?;
        let code = (leading >> (LONGEST - len)) as i32;
        let index = usize::try_from(code + self.offsets[len]).ok()?;
        Some((u32::from(*self.symbols.get(index)?), len as u32))
    }
}

/// The number that `size` bits stand for (T.81, table F.1 and figure F.12).
#[inline]
fn extend(bits: u32, size: u32) -> i32 {
    let half = 1_i32 << (size - 1);
    let bits = bits as i32;
    if bits < half {
        bits - 2 * half + 1
    } else {
        bits
    }
}

/// Bits of a scan whose stuffed zeros are gone, first bit first. Behind the end there are zeros.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The byte that is to come next.
    at: usize,
    /// The next bits, from the highest down.
    held: u64,
    /// How many of them are counted as taken out of `bytes`.
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits of `bytes` from byte `at`.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Bits {
            bytes,
            at,
            held: 0,
            count: 0,
        }
    }

    /// Bits that are read, counted from the first of `bytes`.
    pub(super) fn position(&self) -> usize {
        self.at * 8 - self.count as usize
    }

    /// Sees to at least 56 bits.
    #[inline(always)]
    fn fill(&mut self) {
        let next = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk);
        // Bits of a byte that is not counted yet come again at the same place.
        self.held |= u64::from_be_bytes(*next.unwrap_or(&[0; 8])) >> self.count;
        self.at += ((63 - self.count) >> 3) as usize;
        self.count |= 0x38;
    }

    #[inline(always)]
    fn skip(&mut self, bits: u32) {
        self.held <<= bits;
        self.count -= bits;
    }

    /// The value of `size` bits, which is not 0.
    #[inline(always)]
    fn value(&mut self, size: u32) -> i32 {
        let value = extend((self.held >> (64 - size)) as u32, size);
        self.skip(size);
        value
    }

    /// The difference of a block's mean from the one before; nothing for a code that the table lacks.
    #[inline(always)]
    pub(super) fn difference(&mut self, table: &Table) -> Option<i32> {
        self.fill();
        let entry = table.fast[(self.held >> (64 - FAST)) as usize];
        let take = entry & 0xff;
        if take != 0 {
            self.skip(take);
            return Some((entry as i32) >> 16);
        }
        let (size, len) = match (entry >> 8) & 0xff {
            0 => table.long(self)?,
            len => (entry >> 16, len),
        };
        self.skip(len);
        Some(if size == 0 { 0 } else { self.value(size) })
    }

    /// Reads the other coefficients into `block`, which holds zeros; gives the place behind the last in zigzag
    /// order, or nothing where the codes make no sense.
    #[inline(always)]
    pub(super) fn coefficients(&mut self, table: &Table, block: &mut [i16; 64]) -> Option<u32> {
        let mut bits = *self;
        let (mut at, mut behind) = (1_u32, 1);
        while at < 64 {
            if bits.count < 32 {
                bits.fill();
            }
            let entry = table.fast[(bits.held >> (64 - FAST)) as usize];
            let take = entry & 0xff;
            let value;
            if take == 0 {
                let (symbol, len) = match (entry >> 8) & 0xff {
                    0 => table.long(&bits)?,
                    len => ((entry >> 16) & 0xff, len),
                };
                bits.skip(len);
                match (symbol >> 4, symbol & 15) {
                    (15, 0) => {
                        at += 16;
                        continue;
                    }
                    (_, 0) => {
                        at += END;
                        break;
                    }
                    (run, size) => {
                        at += run;
                        value = bits.value(size) as i16;
                    }
                }
            } else {
                bits.skip(take);
                at += (entry >> 8) & 0xff;
                if at >= END {
                    break;
                }
                value = (entry >> 16) as i16;
            }
            block[usize::from(NATURAL[(at & 0xff) as usize] & 63)] = value;
            at += 1;
            behind = at;
        }
        *self = bits;
        // A run that leads over the end is an error of the file; so is one that ends there without a value.
        (at == 64 || at >= END).then_some(behind)
    }
}
