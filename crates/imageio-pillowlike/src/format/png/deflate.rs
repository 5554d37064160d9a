//! Deflate (RFC 1951) for filtered rows, in pieces that several threads make and that follow each other.
//!
//! Filtered photographs are noise with a few small values, where a general coder spends its time on matches that
//! cost more bits than the literals they replace. Here a match is taken only where it is worth its bits.

mod bits;
mod block;
mod huffman;
mod matches;

use bits::BitWriter;
use block::Sequence;

/// How hard to look for matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// No compression at all.
    Store,
    /// What one look finds.
    Fast,
    /// The best of a few.
    Balanced,
    /// The best of many.
    High,
}

/// Bytes of input that share their codes.
const BLOCK: usize = 1 << 16;

/// A piece of a deflate stream that holds `data` from `start` on; what is before it is the end of the piece before.
///
/// It begins and ends at a whole byte, so pieces can stand one after the other.
pub(super) fn deflate(data: &[u8], start: usize, effort: Effort, last: bool) -> Vec<u8> {
    let mut out = BitWriter::default();
    let blocks = (start..data.len()).step_by(BLOCK);
    match effort {
        Effort::Store => out.stored(data.get(start..).unwrap_or_default(), false),
        Effort::Fast => {
            let mut finder = matches::Latest::new(data, start);
            for at in blocks {
                write_block(&mut out, data, at, |end, found| finder.find(at, end, found));
            }
        }
        Effort::Balanced | Effort::High => {
            let depth = if effort == Effort::High { 256 } else { 48 };
            let mut finder = matches::Chains::new(data, start, depth);
            for at in blocks {
                write_block(&mut out, data, at, |end, found| finder.find(at, end, found));
            }
        }
    }
    // An empty block: the last of the stream, or one that ends at a whole byte.
    if last {
        out.stored(&[], true);
    } else {
        out.stored(&[], false);
    }
    out.finish()
}

fn write_block(
    out: &mut BitWriter,
    data: &[u8],
    at: usize,
    find: impl FnOnce(usize, &mut Vec<Sequence>),
) {
    let end = data.len().min(at + BLOCK);
    let mut found = Vec::new();
    find(end, &mut found);
    block::write(out, data.get(at..end).unwrap_or_default(), &found);
}

#[cfg(test)]
mod tests;
