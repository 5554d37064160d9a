//! From bytes to codes.

use super::{CLEAR, END, FIRST};

/// Slots of the table; at most 3836 of them are taken, so that a search is short.
const SLOTS: usize = 8192;

/// No string: its code would be 4095, which is never given.
const EMPTY: u32 = u32::MAX;

/// The table is cleared instead of giving this code, as libtiff does it.
const FULL: usize = 4094;

/// Encodes `data` as TIFF 6.0 §13 has it.
pub fn encode(data: &[u8]) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::with_capacity(data.len() / 2 + 16),
        buffer: 0,
        held: 0,
    };
    let mut table = Table::new();
    writer.put(CLEAR, 9);
    let Some((&first, rest)) = data.split_first() else {
        writer.put(END, 9);
        return writer.finish();
    };
    let mut string = usize::from(first);
    for &byte in rest {
        if let Some(longer) = table.step(string, byte) {
            string = longer;
            continue;
        }
        writer.put(string, table.width);
        table.grow(&mut writer);
        string = byte.into();
    }
    writer.put(string, table.width);
    table.next += 1;
    table.grow_width(&mut writer);
    writer.put(END, table.width);
    writer.finish()
}

/// The strings that have a code: 20 bits of a shorter string's code and a byte, then 12 bits of their own code.
struct Table {
    slots: [u32; SLOTS],
    next: usize,
    width: u32,
}

impl Table {
    #[expect(
        clippy::large_stack_arrays,
        reason = "32 KiB of a size that is known need no check of bounds"
    )]
    fn new() -> Self {
        Table {
            slots: [EMPTY; SLOTS],
            next: FIRST,
            width: 9,
        }
    }

    /// The code of `string` with `byte` behind it; where there is none, it gets the next.
    #[inline]
    fn step(&mut self, string: usize, byte: u8) -> Option<usize> {
        let key = (string as u32) << 8 | u32::from(byte);
        let mut slot = (key.wrapping_mul(0x9e37_79b1) >> 19) as usize % SLOTS;
        loop {
            let found = self.slots[slot];
            if found >> 12 == key {
                return Some((found & 0xfff) as usize);
            }
            if found == EMPTY {
                self.slots[slot] = key << 12 | self.next as u32;
                self.next += 1;
                return None;
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// After a code was given: clears a full table, or widens the codes.
    #[inline]
    fn grow(&mut self, writer: &mut Writer) {
        if self.next == FULL {
            self.slots.fill(EMPTY);
        }
        self.grow_width(writer);
    }

    #[inline]
    fn grow_width(&mut self, writer: &mut Writer) {
        if self.next == FULL {
            writer.put(CLEAR, self.width);
            self.next = FIRST;
            self.width = 9;
        } else if self.next >= 1 << self.width {
            self.width += 1;
        }
    }
}

struct Writer {
    out: Vec<u8>,
    buffer: u64,
    held: u32,
}

impl Writer {
    #[inline]
    fn put(&mut self, code: usize, width: u32) {
        self.buffer = self.buffer << width | code as u64;
        self.held += width;
        if self.held >= 32 {
            self.held -= 32;
            let word = (self.buffer >> self.held) as u32;
            self.out.extend_from_slice(&word.to_be_bytes());
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let word = (self.buffer << 32 >> self.held) as u32;
        let bytes = self.held.div_ceil(8) as usize;
        self.out.extend(word.to_be_bytes().iter().take(bytes));
        self.out
    }
}
