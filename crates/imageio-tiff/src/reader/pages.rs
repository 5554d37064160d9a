//! Pages one by one.

use imageio_core::{Index, NdImage, Result, Window};

use super::TiffReader;
use super::target::Choice;
use crate::options::TiffReadOptions;

/// The pages of a file or of a series, decoded as they are asked for.
pub struct TiffPages<'a> {
    reader: &'a mut TiffReader,
    series: Option<usize>,
    next: usize,
    count: usize,
    options: TiffReadOptions,
}

impl TiffReader {
    /// The pages of the file in their order, or those of a series for [`Index::At`]; Python's `iter_pages`.
    ///
    /// # Errors
    /// `OutOfRange` for a series that is not there.
    pub fn iter_pages(&mut self, index: Index) -> Result<TiffPages<'_>> {
        let (series, count) = match index {
            Index::At(series) => {
                let all = self.document.series()?;
                let found = all.get(series).map(|series| series.frames.len());
                let count =
                    found.ok_or_else(|| imageio_core::Error::out_of_range(series, all.len()))?;
                (Some(series), count)
            }
            Index::Default | Index::All => (None, self.document.page_count()),
        };
        let (offset, size, multifile) = self.opened;
        Ok(TiffPages {
            series,
            next: 0,
            count,
            options: TiffReadOptions::new()
                .offset(offset)
                .size(size)
                .multifile(multifile),
            reader: self,
        })
    }
}

impl Iterator for TiffPages<'_> {
    type Item = Result<NdImage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.count {
            return None;
        }
        let page = self.next;
        self.next += 1;
        let choice = match self.series {
            Some(series) => Choice::PageOfSeries(series, page),
            None => Choice::Page(page),
        };
        Some(
            self.reader
                .decode(choice, &Window::default(), &self.options),
        )
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rest = self.count - self.next;
        (rest, Some(rest))
    }
}
