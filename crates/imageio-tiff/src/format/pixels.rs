//! Pixels of a page: from its strips and tiles into memory.
//!
//! `plan` says which segments a region needs and which part of the output each of them fills; `fetch` brings their
//! bytes, in few reads; `segment` makes samples of them, by `coding` and `samples`, on all cores; `plain` reads what
//! is stored as it is needed straight into the output.

use std::ops::Range;

use imageio_core::{Error, Result};

use super::page::{OLD_JPEG, Page};
use super::source::Source;

mod coding;
mod fetch;
mod nodata;
mod old_jpeg;
mod picture;
mod plain;
mod plan;
mod predictor;
mod restarts;
mod samples;
mod segment;
mod ycbcr;

use segment::Segments;

/// A part of a page, one range for each axis that a page can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) samples: Range<usize>,
    pub(crate) depth: Range<usize>,
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Region {
    /// All of `page`.
    pub(crate) fn whole(page: &Page) -> Self {
        let [planes, depth, length, width, samples] = page.shaped();
        Region {
            samples: 0..planes.max(samples),
            depth: 0..depth,
            rows: 0..length,
            columns: 0..width,
        }
    }

    fn is_inside(&self, page: &Page) -> bool {
        let whole = Region::whole(page);
        let inside =
            |part: &Range<usize>, all: &Range<usize>| part.start <= part.end && part.end <= all.end;
        inside(&self.samples, &whole.samples)
            && inside(&self.depth, &whole.depth)
            && inside(&self.rows, &whole.rows)
            && inside(&self.columns, &whole.columns)
    }

    /// Number of samples.
    fn len(&self) -> Option<usize> {
        [&self.samples, &self.depth, &self.rows, &self.columns]
            .iter()
            .try_fold(1usize, |n, axis| n.checked_mul(axis.len()))
    }
}

/// Decodes `region` of `page` into `out`: samples in this machine's byte order, axes as the page has them.
///
/// # Errors
/// `Unsupported` naming what cannot be decoded; `Corrupt` with the strip or tile; `LimitExceeded`.
pub(crate) fn read_region(
    source: &Source,
    page: &Page,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    let mut segments = Segments::of(page)?;
    let len = region
        .len()
        .and_then(|len| len.checked_mul(segments.dtype.size()));
    if !region.is_inside(page) || len != Some(out.len()) {
        let message = format!(
            "{} bytes for {region:?} of a page {:?}",
            out.len(),
            page.shape()
        );
        return Err(Error::bad_option(message));
    }
    if out.is_empty() {
        return Ok(());
    }
    if page.offsets.is_none() {
        return Err(Error::corrupt("a page without offsets of strips or tiles"));
    }
    if page.compression == OLD_JPEG {
        if old_jpeg::read(source, page, &segments, region, out)? {
            return Ok(());
        }
        segments.header = old_jpeg::Header::find(source, page)?;
    }
    if let Some(restarts) = &page.restarts {
        return restarts::read((source, page), restarts, &segments, region, out);
    }
    if segments.is_plain() && page.tile.is_none() {
        return plain::read(source, page, &segments, region, out);
    }
    fetch::read(source, page, &segments, region, out)
}

/// How a strip or tile is called in messages.
fn name_of(page: &Page, index: u64) -> String {
    let kind = if page.tile.is_some() { "tile" } else { "strip" };
    format!("{kind} {index}")
}
