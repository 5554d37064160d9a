//! Uncompressed rows, read in the order of the file and at the cost of the window.

use std::ops::Range;

use imageio_core::Result;

use super::header::Header;
use super::layout::Layout;
use super::stored::Stored;
use crate::format::Input;

/// Uncompressed pixels of a bitmap.
pub(super) struct Raw<'a> {
    input: &'a mut Input,
    header: &'a Header,
    layout: &'a Layout,
    stored: Stored,
    /// Bytes from row to row, a multiple of four.
    stride: u64,
}

/// The bytes of a range of columns.
struct Cut {
    offset: u64,
    len: usize,
    /// Samples of the first byte that lie before the range.
    skip: usize,
}

impl<'a> Raw<'a> {
    pub(super) fn new(
        input: &'a mut Input,
        header: &'a Header,
        layout: &'a Layout,
        start: u64,
    ) -> Self {
        let stride = header.stride();
        let row = (header.width as u64 * u64::from(header.bits)).div_ceil(8);
        // The last row may lack its padding.
        let whole = stride.saturating_mul(header.height as u64);
        let stored = Stored {
            start,
            len: whole.saturating_sub(stride - row),
        };
        Raw {
            input,
            header,
            layout,
            stored,
            stride,
        }
    }

    /// Fills `out` with the samples inside the ranges.
    pub(super) fn read<T: Copy>(
        mut self,
        rows: &Range<usize>,
        columns: &Range<usize>,
        out: &mut [T],
        unpack: impl Fn(&Layout, &[u8], usize, &mut [T]),
    ) -> Result<()> {
        let cut = self.cut(columns);
        let bits = usize::from(self.header.bits);
        let per_pixel = out.len() / (rows.len() * columns.len()).max(1);
        self.each_row(rows, &cut, out, |raw, offset, line| {
            let (mut rest, mut skip) = (line, cut.skip);
            raw.stored.pieces(raw.input, offset, cut.len, |bytes| {
                let samples = ((bytes.len() * 8 / bits - skip) * per_pixel).min(rest.len());
                let (now, later) = std::mem::take(&mut rest).split_at_mut(samples);
                unpack(raw.layout, bytes, skip, now);
                (rest, skip) = (later, 0);
            })
        })
    }

    /// The same where stored bytes are the samples.
    pub(super) fn read_plain(
        mut self,
        rows: &Range<usize>,
        columns: &Range<usize>,
        out: &mut [u8],
    ) -> Result<()> {
        let cut = self.cut(columns);
        if self.header.top_down && cut.len as u64 == self.stride {
            let offset = self.stride.saturating_mul(rows.start as u64);
            return self.stored.read(self.input, offset, out);
        }
        self.each_row(rows, &cut, out, |raw, offset, line| {
            raw.stored.read(raw.input, offset, line)
        })
    }

    /// Calls `read` with the offset and the place of each row, in the order of the file.
    fn each_row<T>(
        &mut self,
        rows: &Range<usize>,
        cut: &Cut,
        out: &mut [T],
        mut read: impl FnMut(&mut Self, u64, &mut [T]) -> Result<()>,
    ) -> Result<()> {
        if out.is_empty() {
            return Ok(());
        }
        let mut lines = out.chunks_exact_mut(out.len() / rows.len());
        let top_down = self.header.top_down;
        let first = if top_down {
            rows.start
        } else {
            self.header.height - rows.end
        };
        let mut offset = self
            .stride
            .saturating_mul(first as u64)
            .saturating_add(cut.offset);
        while let Some(line) = if top_down {
            lines.next()
        } else {
            lines.next_back()
        } {
            read(self, offset, line)?;
            offset = offset.saturating_add(self.stride);
        }
        Ok(())
    }

    fn cut(&self, columns: &Range<usize>) -> Cut {
        let bits = u64::from(self.header.bits);
        let [first, end] = [columns.start, columns.end].map(|column| column as u64 * bits);
        Cut {
            offset: first / 8,
            len: (end.div_ceil(8) - first / 8) as usize,
            skip: (first % 8 / bits) as usize,
        }
    }
}
