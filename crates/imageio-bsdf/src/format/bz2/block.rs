//! One block: codes, runs, places in a list that moves, and the Burrows-Wheeler transform.

use imageio_core::Limits;

use super::bits::Bits;
use super::checksum::sum;
use super::{BLOCK, MARK};

/// Symbols between two changes of the code.
const GROUP: usize = 50;

/// Bits of the longest code.
const LONGEST: usize = 20;

/// Bits that one look into a table decides.
const FAST: u32 = 10;

/// A block that unpacks to more than this takes too much memory beside the others.
const MOST: usize = 2 << 20;

/// A block that was decoded.
pub(super) struct Block {
    /// Bits of the data where it begins, and where it ends.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) bytes: Vec<u8>,
    pub(super) sum: u32,
}

impl Block {
    /// Decodes the block of at most `largest` bytes that begins at bit `start`; nothing when something is wrong, or when memory does not suffice.
    pub(super) fn decode(
        data: &[u8],
        start: usize,
        largest: usize,
        limits: &Limits,
    ) -> Option<Self> {
        let mut bits = Bits::at(data, start)?;
        if bits.long(MARK)? != BLOCK {
            return None;
        }
        let expected = bits.take(32)?;
        // No writer of this century makes randomised blocks.
        if bits.take(1)? == 1 {
            return None;
        }
        let origin = bits.take(24)? as usize;
        let mut links = limits.scratch::<u32>(largest, "a block of bz2").ok()?;
        let len = read_symbols(&mut bits, &mut links)?;
        let links = links.get_mut(..len)?;
        link(links)?;
        let bytes = walk(links, origin)?;
        (sum(&bytes) == expected).then(|| Block {
            start,
            end: bits.position(),
            bytes,
            sum: expected,
        })
    }
}

/// Puts the transformed bytes into the lowest parts of `out`; gives how many.
fn read_symbols(bits: &mut Bits<'_>, out: &mut [u32]) -> Option<usize> {
    let mut places = read_alphabet(bits)?;
    let last = places.iter().rposition(Option::is_some)? + 2;
    let codes_count = bits.take(3)? as usize;
    let selectors = read_selectors(bits, codes_count)?;
    let codes: Vec<Code> = (0..codes_count)
        .map(|_| Code::read(bits, last + 1))
        .collect::<Option<_>>()?;
    let mut list = [0u8; 256];
    for (to, from) in list.iter_mut().zip(places.iter_mut()) {
        *to = from.take().unwrap_or(0);
    }
    let (mut len, mut run, mut weight) = (0usize, 0usize, 1usize);
    for selector in selectors {
        let code = codes.get(usize::from(selector))?;
        for _ in 0..GROUP {
            let symbol = code.next(bits)?;
            if symbol < 2 {
                // A number in digits of one and two, the lowest first.
                run += weight << symbol;
                weight *= 2;
                if run > out.len() {
                    return None;
                }
                continue;
            }
            if run > 0 {
                out.get_mut(len..len + run)?.fill(list[0].into());
                len += run;
                (run, weight) = (0, 1);
            }
            if symbol == last {
                return Some(len);
            }
            let byte = *list.get(symbol - 1)?;
            list.copy_within(..symbol - 1, 1);
            list[0] = byte;
            *out.get_mut(len)? = byte.into();
            len += 1;
        }
    }
    None
}

/// The bytes that come up, in their order.
fn read_alphabet(bits: &mut Bits<'_>) -> Option<[Option<u8>; 256]> {
    let mut used = [None; 256];
    let mut to = used.iter_mut();
    let ranges = bits.take(16)?;
    for range in (0..16u8).filter(|range| ranges << range & 0x8000 != 0) {
        let bytes = bits.take(16)?;
        for byte in (0..16u8).filter(|byte| bytes << byte & 0x8000 != 0) {
            *to.next()? = Some(range * 16 + byte);
        }
    }
    Some(used)
}

/// Which code each group of symbols is in, as places in a list that moves.
fn read_selectors(bits: &mut Bits<'_>, codes: usize) -> Option<Vec<u8>> {
    let mut order = [0u8, 1, 2, 3, 4, 5];
    if !(2..=order.len()).contains(&codes) {
        return None;
    }
    let count = bits.take(15)?;
    let mut selectors = Vec::new();
    for _ in 0..count {
        let mut place = 0;
        while bits.take(1)? == 1 {
            place += 1;
            if place >= codes {
                return None;
            }
        }
        order.get_mut(..=place)?.rotate_right(1);
        selectors.push(order[0]);
    }
    Some(selectors)
}

/// A prefix code.
struct Code {
    /// By the next bits: the symbol, and above it the length of its code; 0 where that is longer.
    fast: Vec<u16>,
    /// For each length: the first code behind those of that length, left-aligned; and the symbols' place before them.
    ends: [u32; LONGEST + 1],
    offsets: [u32; LONGEST + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn read(bits: &mut Bits<'_>, count: usize) -> Option<Self> {
        let mut lengths = Vec::with_capacity(count);
        let mut len = bits.take(5)? as usize;
        for _ in 0..count {
            loop {
                if !(1..=LONGEST).contains(&len) {
                    return None;
                }
                if bits.take(1)? == 0 {
                    break;
                }
                len = if bits.take(1)? == 0 { len + 1 } else { len - 1 };
            }
            lengths.push(len);
        }
        Code::new(&lengths)
    }

    fn new(lengths: &[usize]) -> Option<Self> {
        let mut code = Code {
            fast: vec![0; 1 << FAST],
            ends: [0; LONGEST + 1],
            offsets: [0; LONGEST + 1],
            symbols: Vec::with_capacity(lengths.len()),
        };
        let mut next = 0u32;
        for len in 1..=LONGEST {
            let unit = 1u32 << (LONGEST - len);
            let before = code.symbols.len() as u32;
            *code.offsets.get_mut(len)? = before.wrapping_sub(next / unit);
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| **l == len) {
                if next + unit > 1 << LONGEST {
                    return None;
                }
                code.symbols.push(symbol as u16);
                if len <= FAST as usize {
                    let first = (next >> (LONGEST as u32 - FAST)) as usize;
                    let entries = code
                        .fast
                        .get_mut(first..first + (1 << (FAST as usize - len)))?;
                    entries.fill((len as u16) << 9 | symbol as u16);
                }
                next += unit;
            }
            *code.ends.get_mut(len)? = next;
        }
        Some(code)
    }

    #[inline]
    fn next(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let look = bits.peek(LONGEST as u32);
        let entry = *self.fast.get((look >> (LONGEST as u32 - FAST)) as usize)?;
        if entry != 0 {
            bits.skip(u32::from(entry >> 9))?;
            return Some(usize::from(entry & 511));
        }
        let len = (1..=LONGEST).find(|len| self.ends.get(*len).is_some_and(|end| look < *end))?;
        bits.skip(len as u32)?;
        let place = (look >> (LONGEST - len)).wrapping_add(*self.offsets.get(len)?);
        self.symbols.get(place as usize).copied().map(usize::from)
    }
}

/// Puts into the upper parts of `links` which byte follows: the inverse of the Burrows-Wheeler transform.
fn link(links: &mut [u32]) -> Option<()> {
    let mut counts = [0u32; 256];
    for byte in links.iter() {
        *counts.get_mut((byte & 255) as usize)? += 1;
    }
    let mut next = 0;
    for count in &mut counts {
        (*count, next) = (next, next + *count);
    }
    for at in 0..links.len() {
        let byte = *links.get(at)? & 255;
        let place = counts.get_mut(byte as usize)?;
        *links.get_mut(*place as usize)? |= (at as u32) << 8;
        *place += 1;
    }
    Some(())
}

/// Follows the links from `origin` on and undoes the runs: a byte four times, and then how many more of it.
fn walk(links: &[u32], origin: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(links.len() + links.len() / 64);
    if links.is_empty() {
        return Some(bytes);
    }
    let mut at = *links.get(origin)?;
    let (mut before, mut same) = (256, 0);
    for _ in 0..links.len() {
        at = *links.get((at >> 8) as usize)?;
        let byte = at as u8;
        if same == 4 {
            bytes.resize(bytes.len() + usize::from(byte), before as u8);
            (before, same) = (256, 0);
            if bytes.len() > MOST {
                return None;
            }
            continue;
        }
        same = if u32::from(byte) == before {
            same + 1
        } else {
            1
        };
        before = byte.into();
        bytes.push(byte);
    }
    Some(bytes)
}
