//! Pixels counted colour by colour, as long as the colours are few.

use super::Bin;

/// Slots of the hash table: a power of two.
pub(super) const SLOTS: usize = 1 << 13;

/// The most colours that are told apart.
const MOST: usize = SLOTS / 2;

/// Some thousand colours with their numbers of pixels.
pub(super) struct Tally {
    /// The colour, and a bit that tells it from a free slot.
    keys: Vec<u32>,
    bins: Vec<Bin>,
    len: usize,
}

impl Tally {
    pub(super) fn new() -> Self {
        Tally {
            keys: vec![0; SLOTS],
            bins: vec![Bin::default(); SLOTS],
            len: 0,
        }
    }

    /// Counts a pixel, and gives the slot of its colour; nothing where that is one too many.
    #[inline]
    pub(super) fn count(&mut self, color: [u8; 3]) -> Option<u16> {
        let slot = self.probe(color);
        let (key, bin) = (self.keys.get_mut(slot)?, self.bins.get_mut(slot)?);
        if *key == 0 {
            if self.len == MOST {
                return None;
            }
            *key = key_of(color);
            self.len += 1;
        }
        bin.count(color);
        Some(slot as u16)
    }

    pub(super) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// The slot of `color`, if it was counted.
    #[inline]
    pub(super) fn slot(&self, color: [u8; 3]) -> Option<usize> {
        let slot = self.probe(color);
        let counted = self.keys.get(slot).is_some_and(|&key| key != 0);
        counted.then_some(slot)
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
