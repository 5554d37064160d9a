//! Strips and tiles of a page: where each lies in the array, and its bytes before compression.

use imageio_core::DType;

use super::layout::Stored;

/// Bytes that a compressed strip holds at most, where nobody says.
const STRIP: usize = 1 << 18;

/// How pages are cut.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// Slices, rows and columns of a strip or tile.
    pub(super) depth: usize,
    pub(super) length: usize,
    pub(super) width: usize,
    /// Whether these are tiles, which are always whole.
    pub(super) tiled: bool,
    /// Parts along each of these axes.
    counts: [usize; 3],
    /// Parts of one page.
    pub(super) per_page: usize,
}

impl Cut {
    /// Cuts into tiles of a size that was checked.
    pub(super) fn tiles(stored: &Stored, tile: &[usize]) -> Self {
        let (depth, length, width) = match *tile {
            [depth, length, width] => (depth, length, width),
            [length, width] => (1, length, width),
            _ => (1, stored.length, stored.width),
        };
        Cut::new(stored, (depth, length, width), true)
    }

    /// Cuts into strips of as many rows as asked, else of all rows, or of about 256 KiB where they are compressed.
    pub(super) fn strips(
        stored: &Stored,
        rows: Option<usize>,
        compressed: bool,
        unit: usize,
    ) -> Self {
        let rows = rows.unwrap_or(if compressed {
            STRIP / stored.row_bytes().max(1)
        } else {
            stored.length
        });
        let rows = rows.max(1).next_multiple_of(unit).min(stored.length);
        Cut::new(stored, (1, rows, stored.width), false)
    }

    fn new(stored: &Stored, (depth, length, width): (usize, usize, usize), tiled: bool) -> Self {
        let counts = [
            stored.depth.div_ceil(depth),
            stored.length.div_ceil(length),
            stored.width.div_ceil(width),
        ];
        Cut {
            depth,
            length,
            width,
            tiled,
            counts,
            per_page: counts.iter().product::<usize>() * stored.separate,
        }
    }

    /// Whether the parts of a page, one after the other, are its elements in their order.
    pub(super) fn in_order(&self, stored: &Stored) -> bool {
        let whole = self.width == stored.width
            && self.length == stored.length
            && (!self.tiled || self.depth == stored.depth);
        if self.tiled { whole } else { true }
    }

    /// Place of part `at` of a page.
    pub(super) fn part(&self, stored: &Stored, at: usize) -> Part {
        let [_, down, across] = self.counts;
        let column = at % across;
        let row = at / across % down;
        let slice = at / across / down % self.counts[0];
        let rows = (stored.length - row * self.length).min(self.length);
        Part {
            plane: at / self.counts.iter().product::<usize>(),
            slice: slice * self.depth,
            slices: (stored.depth - slice * self.depth).min(self.depth),
            row: row * self.length,
            rows,
            column: column * self.width,
            columns: (stored.width - column * self.width).min(self.width),
            held: if self.tiled {
                (self.depth, self.length, self.width)
            } else {
                (1, rows, stored.width)
            },
        }
    }
}

/// One strip or tile: what of the page it has, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) plane: usize,
    pub(super) slice: usize,
    pub(super) slices: usize,
    pub(super) row: usize,
    pub(super) rows: usize,
    pub(super) column: usize,
    pub(super) columns: usize,
    /// Slices, rows and columns of it in the file, where it may reach beyond the picture.
    pub(super) held: (usize, usize, usize),
}

impl Part {
    /// Bytes of the part before compression, bits packed.
    pub(super) fn bytes(&self, stored: &Stored) -> usize {
        let (slices, rows, columns) = self.held;
        slices * rows * (columns * stored.contig * stored.bits()).div_ceil(8)
    }

    /// Copies the part of `page`, whose elements are the machine's, to `out`. Bits are not packed yet. Beyond the
    /// picture there are zeros, or the pixels of its edge where `smooth`.
    pub(super) fn gather(&self, stored: &Stored, page: &[u8], smooth: bool, out: &mut Vec<u8>) {
        let pixel = stored.contig * stored.dtype.size();
        let (held_slices, held_rows, held_columns) = self.held;
        let row_bytes = held_columns * pixel;
        out.clear();
        out.reserve(held_slices * held_rows * row_bytes);
        for slice in self.slice..self.slice + self.slices {
            for row in self.row..self.row + self.rows {
                let line = (self.plane * stored.depth + slice) * stored.length + row;
                let start = (line * stored.width + self.column) * pixel;
                let from = page.get(start..start + self.columns * pixel);
                out.extend_from_slice(from.unwrap_or_default());
                for _ in self.columns..held_columns {
                    add_again(out, pixel, smooth);
                }
            }
            for _ in self.rows..held_rows {
                add_again(out, row_bytes, smooth);
            }
        }
        out.resize(held_slices * held_rows * row_bytes, 0);
    }

    /// Elements of a row in the file.
    pub(super) fn row_len(&self, stored: &Stored) -> usize {
        self.held.2 * stored.contig
    }
}

/// Adds the last `len` bytes again, or as many zeros.
fn add_again(out: &mut Vec<u8>, len: usize, again: bool) {
    if again && out.len() >= len {
        out.extend_from_within(out.len() - len..);
    } else {
        out.resize(out.len() + len, 0);
    }
}

/// Packs rows of `row_len` truth values, the first into the highest bit, each row into whole bytes.
pub(super) fn pack_bits(values: &[u8], row_len: usize) -> Vec<u8> {
    let mut packed = Vec::with_capacity(values.len().div_ceil(8));
    for row in values.chunks(row_len.max(1)) {
        for eight in row.chunks(8) {
            let byte = eight.iter().enumerate().fold(0, |byte, (at, &value)| {
                byte | u8::from(value != 0) << (7 - at)
            });
            packed.push(byte);
        }
    }
    packed
}

/// Bytes of one number inside an element: complex numbers are two.
pub(super) fn number_size(dtype: DType) -> usize {
    if dtype.is_complex() {
        dtype.size() / 2
    } else {
        dtype.size()
    }
}

/// Reverses the bytes of each number.
pub(super) fn swap(bytes: &mut [u8], dtype: DType) {
    match number_size(dtype) {
        2 => bytes
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .for_each(|it| it.reverse()),
        4 => bytes
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .for_each(|it| it.reverse()),
        8 => bytes
            .as_chunks_mut::<8>()
            .0
            .iter_mut()
            .for_each(|it| it.reverse()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-159
    #[test]
    fn truth_values_are_packed_from_the_highest_bit() {
        let row = [1, 0, 1, 0, 0, 0, 0, 1, 1];
        assert_eq!(pack_bits(&row, 9), [0b1010_0001, 0b1000_0000]);
        assert_eq!(pack_bits(&[1, 1, 0, 1], 2), [0b1100_0000, 0b0100_0000]);
    }
}
