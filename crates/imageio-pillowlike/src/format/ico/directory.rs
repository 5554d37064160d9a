//! The list of entries that a file begins with.

use std::cmp::Reverse;
use std::io::{ErrorKind, Read};

use imageio_core::{Error, Limits, Result};

use crate::format::Input;

const HEADER: usize = 6;
const ENTRY: usize = 16;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Icon,
    Cursor,
}

/// One line of the directory.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) width: usize,
    pub(super) height: usize,
    colors: u8,
    /// Icons: the planes; cursors: where the hot spot is from the left.
    planes: u16,
    /// Icons: bits of a pixel; cursors: where the hot spot is from the top.
    bits: u16,
    pub(super) size: u32,
    pub(super) offset: u32,
}

impl Entry {
    fn of(bytes: [u8; ENTRY]) -> Self {
        let [width, height, colors, _, p, q, b, c, rest @ ..] = bytes;
        let [s, t, u, v, w, x, y, z] = rest;
        let side = |byte: u8| if byte == 0 { 256 } else { usize::from(byte) };
        Entry {
            width: side(width),
            height: side(height),
            colors,
            planes: u16::from_le_bytes([p, q]),
            bits: u16::from_le_bytes([b, c]),
            size: u32::from_le_bytes([s, t, u, v]),
            offset: u32::from_le_bytes([w, x, y, z]),
        }
    }

    /// Bits of a pixel as the directory says them, or 0 where it does not.
    pub(super) fn depth(&self) -> u16 {
        match (self.bits, self.colors) {
            (0, 0) => 0,
            (0, colors) => (u16::from(colors)).next_power_of_two().ilog2() as u16,
            (bits, _) => bits,
        }
    }

    /// Whether the directory promises alpha in each pixel.
    pub(super) fn is_32_bit(&self) -> bool {
        self.bits == 32
    }

    pub(super) fn hotspot(&self) -> [u16; 2] {
        [self.planes, self.bits]
    }

    /// The sides as they are stored, where 0 stands for 256.
    fn stored_sides(&self) -> [u8; 2] {
        [self.width, self.height].map(|side| side as u8)
    }
}

/// The entries in the order of the frames.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    pub(super) kind: Kind,
    pub(super) entries: Vec<Entry>,
}

/// The signature is weak, so that without a name the first entry must make sense.
pub(super) fn recognises(head: &[u8], extension: Option<&str>) -> bool {
    let (&[0, 0, kind @ 1..=2, 0, low, high], Some(entry)) = (
        head.first_chunk().unwrap_or(&[1; HEADER]),
        head.get(HEADER..HEADER + ENTRY)
            .and_then(|entry| entry.first_chunk()),
    ) else {
        return false;
    };
    let named = matches!(extension, Some(".ico" | ".cur"));
    let count = u16::from_le_bytes([low, high]);
    let (reserved, entry) = (entry[3], Entry::of(*entry));
    let behind = HEADER as u32 + u32::from(count) * ENTRY as u32;
    let depth_fits = kind == 2
        || entry.planes <= 1 && matches!(entry.bits, 0 | 1 | 2 | 4 | 8 | 15 | 16 | 24 | 32);
    let fits =
        depth_fits && matches!(reserved, 0 | 255) && entry.size > 0 && entry.offset >= behind;
    count > 0 && (named || fits)
}

/// Reads the entries.
pub(super) fn read(input: &mut Input, limits: &Limits) -> Result<Directory> {
    let mut header = [0; HEADER];
    match input.read_exact(&mut header) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => return Err(error.into()),
        _ => {}
    }
    let [0, 0, kind @ 1..=2, 0, low, high] = header else {
        return Err(Error::not_this_format(
            "the first bytes are of neither icons nor cursors",
        ));
    };
    let kind = if kind == 1 { Kind::Icon } else { Kind::Cursor };
    let count = usize::from(u16::from_le_bytes([low, high]));
    if count == 0 {
        return Err(Error::corrupt("a directory without entries"));
    }
    let mut entries = limits.try_capacity::<Entry>(count, "directory")?;
    for at in 0..count {
        let mut bytes = [0; ENTRY];
        input
            .read_exact(&mut bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => {
                    Error::corrupt(format!("the file ends inside entry {at} of {count}"))
                        .with_source(error)
                }
                _ => error.into(),
            })?;
        entries.push(Entry::of(bytes));
    }
    Ok(Directory {
        kind,
        entries: sorted(kind, entries),
    })
}

fn sorted(kind: Kind, mut entries: Vec<Entry>) -> Vec<Entry> {
    let area = |entry: &Entry| Reverse(entry.width * entry.height);
    if kind == Kind::Icon {
        // What says no depth is taken for the deepest, as Pillow does it.
        let depth = |entry: &Entry| match entry.depth() {
            0 => 256,
            depth => depth,
        };
        entries.sort_by_key(|entry| (area(entry), depth(entry)));
        return entries;
    }
    // Pillow takes the first that none after it surpasses in both sides, and does not know that 0 is 256.
    let largest = entries.iter().enumerate().reduce(|best, next| {
        let ([w, h], [best_w, best_h]) = (next.1.stored_sides(), best.1.stored_sides());
        if w > best_w && h > best_h { next } else { best }
    });
    let first = largest.map_or(0, |(at, _)| at);
    let chosen = entries.remove(first);
    entries.sort_by_key(area);
    entries.insert(0, chosen);
    entries
}
