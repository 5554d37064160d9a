//! The numbers of an IFD that make up a page.

use imageio_core::{Error, Result};

use crate::format::ifd::Ifd;
use crate::format::source::Source;
use crate::format::tags;

/// Samples of a pixel that are believed.
pub(super) const MAX_SAMPLES: u64 = 65_535;

/// The numbers of an IFD, by tag.
pub(super) struct Fields<'a> {
    pub(super) source: &'a Source,
    pub(super) ifd: &'a Ifd,
}

impl Fields<'_> {
    /// The first number of a tag.
    pub(super) fn number(&self, tag: u16) -> Result<Option<u64>> {
        let entry = self.ifd.get(tag).filter(|entry| entry.count > 0);
        entry.map(|entry| self.source.integer(entry)).transpose()
    }

    /// The same as a length in memory.
    pub(super) fn size(&self, tag: u16) -> Result<Option<usize>> {
        let number = self.number(tag)?;
        let size = number.map(|number| {
            usize::try_from(number)
                .map_err(|_| Error::corrupt(format!("tag {tag}: {number} is no size")))
        });
        size.transpose()
    }

    /// A code; one that makes no sense counts as missing, with a warning.
    pub(super) fn short(&self, tag: u16, default: u16) -> u16 {
        self.shorts(tag, 1).first().copied().unwrap_or(default)
    }

    /// The codes of a tag, `most` of them.
    pub(super) fn shorts(&self, tag: u16, most: usize) -> Vec<u16> {
        let Some(entry) = self.ifd.get(tag) else {
            return Vec::new();
        };
        match self
            .source
            .integers(entry, 0..(most as u64).min(MAX_SAMPLES))
        {
            Ok(numbers) => numbers
                .iter()
                .map(|&number| u16::try_from(number).unwrap_or(u16::MAX))
                .collect(),
            Err(error) => {
                self.source.warn(error.message());
                Vec::new()
            }
        }
    }
}

/// What a page is to others; see [`Page::subfile_type`](super::Page::subfile_type).
pub(super) fn subfile_type(fields: &Fields<'_>) -> u32 {
    let new = fields.number(tags::NEW_SUBFILE_TYPE).ok().flatten();
    if let Some(bits) = new.filter(|&bits| bits != 0) {
        return bits as u32;
    }
    // The older tag counts: 1 full, 2 reduced, 3 one page of several (TIFF 6.0 §8).
    match fields.short(tags::SUBFILE_TYPE, 0) {
        2 => 1,
        3 => 2,
        _ => 0,
    }
}

/// Keeps one of numbers that are all equal.
pub(super) fn join_equal(numbers: &mut Vec<u16>) {
    if numbers.windows(2).all(|pair| pair[0] == pair[1]) {
        numbers.truncate(1);
    }
}
