//! The encoder.

use super::{CODES, WIDEST};

/// Slots of the hash table: a power of two with twice the room that all codes take.
const SLOTS: usize = 2 * CODES;

/// Compresses frames one after the other with one table.
pub(in crate::format::gif) struct Encoder {
    /// The code and pixel that a code goes on from in the upper 20 bits, the code in the lower 12; 0 is free, as no
    /// run has the code 0.
    slots: Box<[u32; SLOTS]>,
}

impl Encoder {
    #[expect(clippy::large_stack_arrays, reason = "32 KiB, once for all frames")]
    pub(in crate::format::gif) fn new() -> Self {
        Encoder {
            slots: Box::new([0; SLOTS]),
        }
    }

    /// Puts the code size and the compressed `indices` at the end of `to`, without lengths of sub-blocks.
    pub(in crate::format::gif) fn encode(&mut self, indices: &[u8], to: &mut Vec<u8>) {
        let code_size = code_size_of(indices);
        to.push(code_size as u8);
        let mut codes = Codes::new(code_size, to);
        codes.clear();
        self.slots.fill(0);
        let Some((&first, rest)) = indices.split_first() else {
            codes.finish();
            return;
        };
        let mut prefix = u32::from(first);
        for &index in rest {
            let key = prefix << 8 | u32::from(index);
            let (slot, code) = self.find(key);
            if let Some(code) = code {
                prefix = code;
                continue;
            }
            self.slots[slot] = key << WIDEST | codes.next;
            codes.put(prefix);
            if codes.next as usize == CODES {
                codes.clear();
                self.slots.fill(0);
            }
            prefix = index.into();
        }
        codes.put(prefix);
        codes.finish();
    }

    /// The code for `key`, or the slot where it would go; there are always free ones.
    #[inline]
    fn find(&self, key: u32) -> (usize, Option<u32>) {
        let mut slot = (key.wrapping_mul(0x9E37_79B1) >> (31 - WIDEST)) as usize;
        loop {
            let held = self.slots[slot % SLOTS];
            if held == 0 {
                return (slot % SLOTS, None);
            }
            if held >> WIDEST == key {
                return (slot % SLOTS, Some(held % CODES as u32));
            }
            slot += 1;
        }
    }
}

/// Bits that the largest index takes; the format wants two or more.
fn code_size_of(indices: &[u8]) -> u32 {
    let all = indices.iter().fold(0, |all, index| all | index);
    (8 - all.leading_zeros()).max(2)
}

/// Codes as bits, the lowest first, in the width that the decoder expects.
struct Codes<'a> {
    to: &'a mut Vec<u8>,
    code_size: u32,
    width: u32,
    /// The code that the next run gets.
    next: u32,
    held: u64,
    count: u32,
}

impl<'a> Codes<'a> {
    fn new(code_size: u32, to: &'a mut Vec<u8>) -> Self {
        Codes {
            to,
            code_size,
            width: code_size + 1,
            next: 0,
            held: 0,
            count: 0,
        }
    }

    fn clear(&mut self) {
        self.write(1 << self.code_size);
        self.width = self.code_size + 1;
        self.next = (1 << self.code_size) + 2;
    }

    /// Writes `code` and counts the run that begins with it.
    #[inline]
    fn put(&mut self, code: u32) {
        self.write(code);
        self.width += u32::from(self.next == 1 << self.width && self.width < WIDEST);
        self.next += 1;
    }

    #[inline]
    fn write(&mut self, code: u32) {
        self.held |= u64::from(code) << self.count;
        self.count += self.width;
        if self.count >= 32 {
            self.to.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    /// Writes the end code and what is left of the bits.
    fn finish(mut self) {
        self.write((1 << self.code_size) + 1);
        let bytes = self.count.div_ceil(8) as usize;
        let rest = self.held.to_le_bytes();
        self.to.extend_from_slice(&rest[..bytes]);
    }
}
