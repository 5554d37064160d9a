//! Matches that take fewer bits than the literals they stand for.

use super::block::{Sequence, extra_bits};

/// How far back a match may begin.
const WINDOW: usize = 1 << 15;

const LONGEST: usize = 258;

/// Shorter matches are not looked for: their distance alone takes as many bits.
const SHORTEST: usize = 4;

/// No position.
const NONE: u32 = u32::MAX;

/// Bits are counted in sixteenths.
const BIT: u32 = 16;

/// A match of this length is taken at once.
const LONG: usize = 64;

/// A match and how many sixteenths of a bit it saves.
#[derive(Clone, Copy, Default)]
struct Match {
    length: usize,
    distance: usize,
    gain: i64,
}

/// What the bytes of a block cost as literals, and matches beside their extra bits.
struct Costs {
    of_literal: [u32; 256],
    of_match: u32,
}

/// One byte in so many is counted, which says enough.
const SAMPLE: usize = 4;

/// With fewer matches than one in so many bits of symbols a block is taken for noise.
const RARE: u32 = 5 * BIT;

impl Costs {
    fn new() -> Self {
        Costs {
            of_literal: [0; 256],
            of_match: 11 * BIT,
        }
    }

    /// Looks at the bytes of the block at `at`.
    fn look(&mut self, data: &[u8], at: usize, end: usize) {
        let block = data.get(at..end).unwrap_or_default();
        let mut counts = [0u32; 256];
        for &byte in block.iter().step_by(SAMPLE) {
            counts[usize::from(byte)] += 1;
        }
        let all = log2(block.len().div_ceil(SAMPLE) as u32);
        // Literals are a bit at least, and those that matches leave over are less alike than all.
        let cost = |count| all.saturating_sub(log2(count)).clamp(3 * BIT / 2, 12 * BIT);
        self.of_literal = counts.map(cost);
    }

    /// Learns from what was found in a block how rare matches are; whether they are too rare to look for.
    fn learn(&mut self, found: &[Sequence]) -> bool {
        let matches = found.iter().filter(|one| one.length > 0).count() as u32;
        let literals: u32 = found.iter().map(|one| one.literals).sum();
        let rarity = log2(literals + matches + 1).saturating_sub(log2(matches + 1));
        self.of_match = (rarity + 7 * BIT).clamp(8 * BIT, 18 * BIT);
        rarity >= RARE
    }

    /// What a match saves that stands for `bytes`.
    fn gain(&self, bytes: &[u8], distance: usize) -> i64 {
        let literals = bytes.iter().map(|&byte| self.of_literal[usize::from(byte)]);
        let own = self.of_match + extra_bits(bytes.len() as u16, distance as u16) * BIT;
        i64::from(literals.sum::<u32>()) - i64::from(own)
    }
}

/// The logarithm in sixteenths, straight between powers of two; 0 for 0.
fn log2(value: u32) -> u32 {
    match value.checked_ilog2() {
        None => 0,
        Some(whole) => whole * 16 + ((u64::from(value) << 4 >> whole) as u32 - 16),
    }
}

#[inline]
fn four(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

#[inline]
fn hash(bytes: u32, bits: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

/// How many bytes from `a` and `b` on are equal, up to `most`.
#[inline]
fn equal(data: &[u8], a: usize, b: usize, most: usize) -> usize {
    let (Some(first), Some(second)) = (data.get(a..a + most), data.get(b..b + most)) else {
        return 0;
    };
    let mut length = 0;
    let (eights, _) = first.as_chunks::<8>();
    for (x, y) in eights.iter().zip(second.as_chunks::<8>().0) {
        let differ = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if differ != 0 {
            return length + (differ.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let rest = first[length..].iter().zip(&second[length..]);
    length + rest.take_while(|(x, y)| x == y).count()
}

fn push(found: &mut Vec<Sequence>, literals: usize, length: usize, distance: usize) {
    found.push(Sequence {
        literals: literals as u32,
        length: length as u16,
        distance: distance as u16,
    });
}

/// The latest place of each hash, looked at in ever longer strides where there are no matches.
pub(super) struct Latest<'a> {
    data: &'a [u8],
    places: Vec<u32>,
    costs: Costs,
}

const LATEST_BITS: u32 = 14;

impl<'a> Latest<'a> {
    pub(super) fn new(data: &'a [u8], start: usize) -> Self {
        let mut latest = Latest {
            data,
            places: vec![NONE; 1 << LATEST_BITS],
            costs: Costs::new(),
        };
        for at in 0..start {
            latest.enter(at);
        }
        latest
    }

    /// Finds the sequences of the block at `start`.
    pub(super) fn find(&mut self, start: usize, end: usize, found: &mut Vec<Sequence>) {
        self.costs.look(self.data, start, end);
        let (mut at, mut done, mut misses) = (start, start, 0);
        while at + SHORTEST <= end {
            if let Some((from, best)) = self.look(at, done, end) {
                push(found, from - done, best.length, best.distance);
                done = from + best.length;
                at = done;
                misses = 0;
                self.enter(done - 1);
            } else {
                misses += 1;
                at += 1 + (misses >> 4).min(15);
            }
        }
        push(found, end - done, 0, 0);
        self.costs.learn(found);
    }

    fn enter(&mut self, at: usize) {
        if let Some(bytes) = four(self.data, at) {
            self.places[hash(bytes, LATEST_BITS)] = at as u32;
        }
    }

    /// A match around `at` that is worth it and where it begins, not before `done`.
    fn look(&mut self, at: usize, done: usize, end: usize) -> Option<(usize, Match)> {
        let bytes = four(self.data, at)?;
        let place = self.places.get_mut(hash(bytes, LATEST_BITS))?;
        let from = std::mem::replace(place, at as u32);
        let distance = at.checked_sub(from as usize).filter(|far| *far < WINDOW)?;
        if four(self.data, from as usize) != Some(bytes) {
            return None;
        }
        let most = LONGEST.min(end - at);
        let mut length = equal(self.data, from as usize, at, most);
        let mut first = at;
        while first > done && first > distance && length < LONGEST {
            if self.data[first - 1] != self.data[first - 1 - distance] {
                break;
            }
            first -= 1;
            length += 1;
        }
        let gain = self
            .costs
            .gain(self.data.get(first..first + length)?, distance);
        let best = Match {
            length,
            distance,
            gain,
        };
        (gain > 0).then_some((first, best))
    }
}

/// All places of each hash in the window, the latest first.
pub(super) struct Chains<'a> {
    data: &'a [u8],
    heads: Vec<u32>,
    /// For each place, by its low bits, the one before with the same hash.
    earlier: Vec<u32>,
    /// How many places are looked at, at most and now.
    deepest: usize,
    depth: usize,
    costs: Costs,
}

const CHAIN_BITS: u32 = 15;

/// How many places are looked at where matches are rare.
const NOISE_DEPTH: usize = 3;

impl<'a> Chains<'a> {
    pub(super) fn new(data: &'a [u8], start: usize, depth: usize) -> Self {
        let mut chains = Chains {
            data,
            heads: vec![NONE; 1 << CHAIN_BITS],
            earlier: vec![NONE; WINDOW],
            deepest: depth,
            depth,
            costs: Costs::new(),
        };
        for at in 0..start {
            chains.insert(at);
        }
        chains
    }

    /// Finds the sequences of the block at `start`.
    pub(super) fn find(&mut self, start: usize, end: usize, found: &mut Vec<Sequence>) {
        self.costs.look(self.data, start, end);
        let (mut at, mut done) = (start, start);
        while at < end {
            let mut best = self.best(at, end);
            if best.gain <= 0 {
                at += 1;
                continue;
            }
            let mut seen = at + 1;
            // The byte after may begin a better one.
            while best.length < LONG && seen < end {
                let next = self.best(seen, end);
                seen += 1;
                if next.gain <= best.gain {
                    break;
                }
                (best, at) = (next, seen - 1);
            }
            push(found, at - done, best.length, best.distance);
            done = at + best.length;
            for inside in seen..done {
                self.insert(inside);
            }
            at = done;
        }
        push(found, end - done, 0, 0);
        let noise = self.costs.learn(found);
        self.depth = if noise { NOISE_DEPTH } else { self.deepest };
    }

    /// Enters the place; gives the one before with the same hash.
    #[inline]
    fn insert(&mut self, at: usize) -> Option<u32> {
        let head = self.heads.get_mut(hash(four(self.data, at)?, CHAIN_BITS))?;
        let before = std::mem::replace(head, at as u32);
        self.earlier[at % WINDOW] = before;
        Some(before)
    }

    /// Enters the place and looks for the match there that saves most.
    fn best(&mut self, at: usize, end: usize) -> Match {
        let mut best = Match::default();
        let Some(mut from) = self.insert(at) else {
            return best;
        };
        let most = LONGEST.min(end - at);
        let mut length = SHORTEST - 1;
        let wanted = four(self.data, at);
        for _ in 0..self.depth {
            let place = from as usize;
            let Some(distance) = at
                .checked_sub(place)
                .filter(|far| (1..WINDOW).contains(far))
            else {
                break;
            };
            let longer =
                length < most && self.data.get(place + length) == self.data.get(at + length);
            if longer && four(self.data, place) == wanted {
                let found = equal(self.data, place, at, most);
                if found > length {
                    length = found;
                    let bytes = self.data.get(at..at + found).unwrap_or_default();
                    let gain = self.costs.gain(bytes, distance);
                    if gain > best.gain {
                        best = Match {
                            length: found,
                            distance,
                            gain,
                        };
                    }
                    if found >= most {
                        break;
                    }
                }
            }
            from = self.earlier[place % WINDOW];
        }
        best
    }
}
