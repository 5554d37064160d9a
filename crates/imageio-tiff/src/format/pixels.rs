//! Pixels of a page: from its strips and tiles into memory.

use std::ops::Range;

use imageio_core::{Error, Result};

use super::page::Page;
use super::source::Source;

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
        Region {
            samples: 0..page.samples,
            depth: 0..page.depth,
            rows: 0..page.length,
            columns: 0..page.width,
        }
    }
}

/// Refuses a page that cannot be decoded, naming why.
pub(crate) fn decodable(page: &Page) -> Result<()> {
    page.dtype()?;
    if page.compression == super::page::UNCOMPRESSED
        && page.bits_per_sample().is_some_and(|bits| bits % 8 == 0)
    {
        return Ok(());
    }
    Err(Error::unsupported(format!(
        "compression {}",
        page.compression
    )))
}

/// Decodes `region` of `page` into `out`: samples in this machine's byte order, axes as the page has them.
pub(crate) fn read_region(
    source: &Source,
    page: &Page,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    decodable(page)?;
    let size = page.dtype()?.size();
    let row = (region.columns.end - region.columns.start)
        * size
        * if page.planar { 1 } else { page.samples };
    let planes = if page.planar {
        region.samples.clone()
    } else {
        0..1
    };
    let lines = planes.flat_map(|s| {
        region
            .depth
            .clone()
            .flat_map(move |z| region.rows.clone().map(move |y| (s, z, y)))
    });
    let grid = page.grid();
    for ((s, z, y), line) in lines.zip(out.chunks_exact_mut(row.max(1))) {
        let x0 = region.columns.start;
        let at = grid.index(s, [z, y / grid.segment[1], 0]);
        let [span] = page.spans(source, at..at + 1)?[..] else {
            return Err(Error::corrupt("no such strip"));
        };
        let pixel = size * grid.samples;
        let inside = ((y % grid.segment[1]) * page.width + x0) * pixel;
        if page.tile.is_some() {
            return Err(Error::unsupported("tiles"));
        }
        source.read_exact_at(span.offset + inside as u64, line)?;
        if !source.order().is_native() {
            line.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
    }
    Ok(())
}
