//! Pixels counted colour by colour, as long as the colours are few.

use super::Bin;

/// Slots of the hash table: a power of two.
const SLOTS: usize = 1 << 13;

/// The most colours that are told apart.
const MOST: usize = SLOTS / 2;

/// Some thousand colours with their numbers of pixels, and what the caller knows of each.
pub(super) struct Tally {
    /// The colour, and a bit that tells it from a free slot.
    keys: Vec<u32>,
    bins: Vec<Bin>,
    /// As [`Reducer::nearest`](super::Reducer) keeps it for places.
    nearest: Vec<u16>,
    len: usize,
}

impl Tally {
    pub(super) fn new() -> Self {
        Tally {
            keys: vec![0; SLOTS],
            bins: vec![Bin::default(); SLOTS],
            nearest: vec![0; SLOTS],
            len: 0,
        }
    }

    /// Counts a pixel; false where its colour is one too many.
    pub(super) fn count(&mut self, color: [u8; 3]) -> bool {
        let slot = self.probe(color);
        let (Some(key), Some(bin)) = (self.keys.get_mut(slot), self.bins.get_mut(slot)) else {
            return false;
        };
        if *key == 0 {
            if self.len == MOST {
                return false;
            }
            *key = key_of(color);
            self.len += 1;
        }
        bin.count(color);
        true
    }

    pub(super) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// What is known of `color`, if it was counted.
    #[inline]
    pub(super) fn known(&mut self, color: [u8; 3]) -> Option<&mut u16> {
        let slot = self.probe(color);
        let counted = self.keys.get(slot).is_some_and(|&key| key != 0);
        self.nearest.get_mut(slot).filter(|_| counted)
    }

    /// The slot of `color`, or the free one where it would go; there are always free ones.
    #[inline]
    fn probe(&self, color: [u8; 3]) -> usize {
        let key = key_of(color);
        let mut slot = (key.wrapping_mul(0x9E37_79B1) >> 19) as usize;
        while self
            .keys
            .get(slot)
            .is_some_and(|&held| held != key && held != 0)
        {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

fn key_of([r, g, b]: [u8; 3]) -> u32 {
    u32::from_be_bytes([1, r, g, b])
}
