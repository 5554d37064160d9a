//! Uncompressed rows, read in the order of the file and at the cost of the window.

use std::ops::Range;

use imageio_core::Result;

use super::header::Header;
use crate::format::Input;
use crate::format::bmp::stored::Stored;

/// A part of the picture, as the user sees it.
pub(super) struct Part {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Part {
    /// The rows by their place in the file.
    pub(super) fn stored_rows(&self, header: &Header) -> Range<usize> {
        turned(&self.rows, header.height, !header.top_down)
    }

    /// The columns by their place in the file.
    pub(super) fn stored_columns(&self, header: &Header) -> Range<usize> {
        turned(&self.columns, header.width, header.right_to_left)
    }
}

fn turned(range: &Range<usize>, len: usize, turn: bool) -> Range<usize> {
    if turn {
        len - range.end..len - range.start
    } else {
        range.clone()
    }
}

/// The rows of `out` in the order of the file, `columns` pixels each.
pub(super) fn lines<'a, T>(
    out: &'a mut [T],
    header: &Header,
    part: &Part,
) -> impl Iterator<Item = &'a mut [T]> {
    let line = out.len() / part.rows.len().max(1);
    let mut lines = out.chunks_exact_mut(line.max(1));
    let top_down = header.top_down;
    std::iter::from_fn(move || {
        if top_down {
            lines.next()
        } else {
            lines.next_back()
        }
    })
}

/// Fills `out` with the pixels inside the part; `take` makes samples of stored bytes.
pub(super) fn read<T>(
    input: &mut Input,
    header: &Header,
    part: &Part,
    out: &mut [T],
    take: impl Fn(&[u8], usize, &mut [T]),
) -> Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    let bits = match header.bits {
        1 => 1,
        _ => header.pixel_size() * 8,
    };
    let stride = (header.width * bits).div_ceil(8) as u64;
    let stored = Stored {
        start: header.start(),
        len: stride * header.height as u64,
    };
    let columns = part.stored_columns(header);
    let first = columns.start * bits / 8;
    let len = (columns.end * bits).div_ceil(8) - first;
    let per_pixel = out.len() / (part.rows.len() * part.columns.len());
    let mut offset = stride * part.stored_rows(header).start as u64 + first as u64;
    for line in lines(out, header, part) {
        let (mut rest, mut skip) = (line, columns.start * bits % 8);
        stored.pieces(input, offset, len, |bytes| {
            let samples = ((bytes.len() * 8 - skip) / bits * per_pixel).min(rest.len());
            let (now, later) = std::mem::take(&mut rest).split_at_mut(samples);
            take(bytes, skip, now);
            (rest, skip) = (later, 0);
        })?;
        offset += stride;
    }
    Ok(())
}
