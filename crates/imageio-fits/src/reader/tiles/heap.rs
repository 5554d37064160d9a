//! Rows of the table of tiles, and the bytes that they point to.

use imageio_core::{Error, Limits, Request, Result, Scratch};

use crate::codec::quantize::Steps;
use crate::format::tiling::Tiling;

/// Tiles whose rows are read together.
pub(super) const BATCH: usize = 256;

/// Bytes of tiles that are read together.
const SPAN: u64 = 1 << 20;

/// Which column a tile lies in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    Compressed,
    Gzipped,
    /// As it is, in elements of so many bytes.
    Plain(usize),
}

/// A tile as it is stored.
pub(super) struct Cell<'a> {
    pub(super) source: Source,
    pub(super) bytes: &'a [u8],
    /// How its integers become floats, where they do.
    pub(super) steps: Option<Steps>,
    /// The number that is blank in this tile.
    pub(super) blank: Option<i32>,
}

/// Rows of some tiles, and then their bytes.
pub(super) struct Table<'a> {
    source: &'a Request,
    tiling: &'a Tiling,
    limits: Limits,
    rows: Option<Scratch<u8>>,
    /// Number, column, place and length of each.
    places: Vec<(u64, Source, u64, u64)>,
    bytes: Option<Scratch<u8>>,
    /// Where the bytes of the tiles that were fetched last are.
    spans: Vec<(usize, usize)>,
}

impl<'a> Table<'a> {
    pub(super) fn new(source: &'a Request, tiling: &'a Tiling, limits: Limits) -> Self {
        Table {
            source,
            tiling,
            limits,
            rows: None,
            places: Vec::new(),
            bytes: None,
            spans: Vec::new(),
        }
    }

    /// Reads the rows of `tiles`.
    pub(super) fn rows(&mut self, tiles: &[Vec<usize>]) -> Result<()> {
        let counts = &self.tiling.counts;
        let number = |tile: &Vec<usize>| {
            tile.iter().zip(counts).fold(0u64, |number, (&at, &count)| {
                number * count as u64 + at as u64
            })
        };
        let numbers: Vec<u64> = tiles.iter().map(number).collect();
        let row_len = self.tiling.row_len;
        let len = row_len.saturating_mul(tiles.len());
        let rows = fit(&mut self.rows, len, &self.limits)?;
        let mut parts: Vec<(u64, &mut [u8])> = Vec::new();
        let mut rest = &mut rows[..len];
        for run in numbers.chunk_by(|before, next| before + 1 == *next) {
            let (part, behind) = rest.split_at_mut(run.len() * row_len);
            let first = run.first().copied().unwrap_or_default();
            let start = self
                .tiling
                .table_start
                .saturating_add(first.saturating_mul(row_len as u64));
            parts.push((start, part));
            rest = behind;
        }
        self.source.read_ranges(&mut parts)?;
        self.places.clear();
        for (number, row) in numbers.into_iter().zip(rows.chunks(row_len.max(1))) {
            let (source, start, len) = place(self.tiling, row)?;
            self.places.push((number, source, start, len));
        }
        Ok(())
    }

    /// Reads the bytes of some tiles from the `first` of the rows on; gives how many.
    pub(super) fn fetch(&mut self, first: usize) -> Result<usize> {
        let mut total = 0;
        let here = self.places.get(first..).unwrap_or_default();
        let fits = here.iter().take_while(|(_, _, _, len)| {
            total += len;
            total <= SPAN
        });
        let count = fits.count().max(1);
        let here = &here[..count.min(here.len())];
        let sum: u64 = here.iter().map(|(_, _, _, len)| len).sum();
        let start = here
            .iter()
            .map(|(_, _, start, _)| *start)
            .min()
            .unwrap_or_default();
        let end = here
            .iter()
            .map(|(_, _, start, len)| start + len)
            .max()
            .unwrap_or_default();
        self.spans.clear();
        // Tiles lie behind each other in nearly all files.
        if end - start <= sum + SPAN / 16 {
            let bytes = fit(&mut self.bytes, (end - start) as usize, &self.limits)?;
            self.source
                .read_exact_at(start, &mut bytes[..(end - start) as usize])?;
            let spans = here
                .iter()
                .map(|(_, _, at, len)| ((at - start) as usize, *len as usize));
            self.spans.extend(spans);
            return Ok(count);
        }
        let bytes = fit(&mut self.bytes, sum as usize, &self.limits)?;
        let mut rest = &mut bytes[..sum as usize];
        let mut parts = Vec::new();
        let mut at = 0;
        for (_, _, start, len) in here {
            let (part, behind) = rest.split_at_mut(*len as usize);
            parts.push((*start, part));
            self.spans.push((at, *len as usize));
            at += *len as usize;
            rest = behind;
        }
        self.source.read_ranges(&mut parts)?;
        Ok(count)
    }

    /// The tile that is `n`-th of those fetched and `row`-th of the rows.
    pub(super) fn cell(&self, n: usize, row: usize) -> Result<Cell<'_>> {
        let missing = || Error::corrupt("the table ends before its tiles");
        let &(number, source, _, _) = self.places.get(row).ok_or_else(missing)?;
        let &(start, len) = self.spans.get(n).ok_or_else(missing)?;
        let bytes = self
            .bytes
            .as_deref()
            .and_then(|bytes| bytes.get(start..start + len));
        let row_len = self.tiling.row_len;
        let row = self
            .rows
            .as_deref()
            .and_then(|rows| rows.get(row * row_len..(row + 1) * row_len));
        let row = row.ok_or_else(missing)?;
        let blank = self.tiling.blank.and_then(|blank| blank.of_row(row));
        let blank = blank
            .filter(|blank| (f64::from(*blank as i32) - *blank).abs() < 0.5)
            .map(|blank| blank as i32);
        let steps = self.tiling.scale.and_then(|(scale, zero)| {
            Some(Steps {
                scale: scale.of_row(row)?,
                zero: zero.of_row(row)?,
                dither: self.tiling.dither,
                row: self.tiling.seed.saturating_add(number as i64),
                blank,
            })
        });
        Ok(Cell {
            source,
            bytes: bytes.ok_or_else(missing)?,
            steps: steps.filter(|_| source == Source::Compressed),
            blank,
        })
    }
}

/// Column, place and length of the tile of a row.
fn place(tiling: &Tiling, row: &[u8]) -> Result<(Source, u64, u64)> {
    let mut columns = vec![(tiling.compressed, Source::Compressed)];
    columns.extend(tiling.gzipped.map(|column| (column, Source::Gzipped)));
    columns.extend(
        tiling
            .plain
            .map(|column| (column, Source::Plain(column.width))),
    );
    for (column, source) in columns {
        let (count, at) = column
            .cell(row)
            .ok_or_else(|| Error::corrupt("a row of tiles without a descriptor"))?;
        if count == 0 {
            continue;
        }
        let start = tiling.heap_start.saturating_add(at);
        let len = count.saturating_mul(column.width as u64);
        let end = start.saturating_add(len);
        if end > tiling.data_end {
            let message = format!(
                "a tile ends at byte {end}, the table at byte {}",
                tiling.data_end
            );
            return Err(Error::corrupt(message));
        }
        return Ok((source, start, len));
    }
    Err(Error::corrupt("a tile without data"))
}

/// The buffer in `slot`, grown to `len` where it is smaller.
pub(super) fn fit<'a, T: imageio_core::Element>(
    slot: &'a mut Option<Scratch<T>>,
    len: usize,
    limits: &Limits,
) -> Result<&'a mut [T]> {
    if slot.as_ref().is_none_or(|held| held.len() < len) {
        *slot = None;
        *slot = Some(limits.scratch(len, "tiles")?);
    }
    Ok(slot.as_deref_mut().unwrap_or_default())
}
