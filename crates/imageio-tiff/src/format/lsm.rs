//! What pages of Zeiss LSM say wrongly: offsets without what is above 4 GB, byte counts of compressed strips, bits.

use std::collections::HashMap;
use std::sync::Arc;

use imageio_core::{Claim, Error, Result};

use super::ifd::Chain;
use super::page::{Page, Span, UNCOMPRESSED};
use super::source::Source;

/// From this length on offsets do not fit into their 32 bits.
const WRAP: u64 = 1 << 32;

/// The strips of pages, by the offset of their IFD, where they are not where the pages say.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    spans: HashMap<u64, Arc<[Span]>>,
    _claims: Vec<Claim>,
}

impl Mended {
    /// The strips of the page at `offset`; nothing where it says so itself.
    pub(crate) fn spans(&self, offset: u64) -> Option<Arc<[Span]>> {
        self.spans.get(&offset).cloned()
    }
}

/// Lengths of the axes that decide in which order pages were written.
pub(crate) struct Counts {
    /// Places on the slide.
    pub(crate) positions: usize,
    pub(crate) times: usize,
}

/// Finds the strips of all pages, where `first` or the length of the file shows that it is needed.
pub(crate) fn mend(
    source: &Source,
    chain: &mut Chain,
    first: &Page,
    counts: &Counts,
) -> Result<Mended> {
    let is_long = source.len() >= WRAP;
    let is_compressed = first.compression != UNCOMPRESSED;
    if !is_long && !is_compressed {
        return Ok(Mended::default());
    }
    let mut claims = Vec::new();
    let mut pages = Vec::new();
    for index in 0..chain.count(source) {
        let offset = chain.get(source, index).unwrap_or(0);
        let page = Page::read(source, offset).map_err(|error| error.at(format!("page {index}")))?;
        let count = page.grid().count();
        let bytes = count.saturating_mul(size_of::<Span>() as u64);
        claims.push(source.limits().claim(bytes, "the places of strips")?);
        pages.push((offset, page.spans(source, 0..count)?));
    }
    if is_long {
        unwrap(source, &mut pages, counts);
    }
    if is_compressed {
        measure(source, &mut pages);
    }
    let spans = pages
        .into_iter()
        .map(|(offset, spans)| (offset, spans.into()));
    Ok(Mended {
        spans: spans.collect(),
        _claims: claims,
    })
}

/// Adds 4 GB whenever an offset is below the one written before.
fn unwrap(source: &Source, pages: &mut [(u64, Vec<Span>)], counts: &Counts) {
    let first = |pages: &[(u64, Vec<Span>)], n: usize| {
        let span = pages.get(n).and_then(|(_, spans)| spans.first());
        span.map_or(0, |span| span.offset)
    };
    let thumbnail_first = first(pages, 0) > first(pages, 1);
    let (mut wraps, mut last) = (0, 0);
    for n in order(pages.len(), counts, thumbnail_first) {
        let Some((offset, spans)) = pages.get_mut(n) else {
            continue;
        };
        if spans.iter().all(|span| span.offset == 0) {
            source.warn(format!(
                "the page at offset {offset} was never written to its end"
            ));
            break;
        }
        for span in spans {
            if span.offset < last {
                wraps += WRAP;
            }
            last = span.offset;
            span.offset += wraps;
        }
    }
}

/// The pages in the order in which they were written: time is the slowest axis, then places.
fn order(pages: usize, counts: &Counts, thumbnail_first: bool) -> Vec<usize> {
    let &Counts { positions, times } = counts;
    let groups = positions.saturating_mul(times).saturating_mul(2);
    let mut all: Vec<usize> = (0..pages).collect();
    if positions > 1 && times > 1 && pages.is_multiple_of(groups) {
        let run = pages / (positions * times);
        let starts = (0..times)
            .flat_map(|time| (0..positions).map(move |position| (position * times + time) * run));
        all = starts.flat_map(|start| start..start + run).collect();
    }
    if thumbnail_first {
        all.chunks_exact_mut(2).for_each(<[usize]>::reverse);
    }
    all
}

/// Gives each compressed strip the bytes up to the next one: the file has those of the pixels.
fn measure(source: &Source, pages: &mut [(u64, Vec<Span>)]) {
    let mut starts: Vec<u64> = pages
        .iter()
        .filter_map(|(_, spans)| spans.first().map(|span| span.offset))
        .collect();
    starts.sort_unstable();
    // Thumbnails, every second page, are not compressed.
    for (_, spans) in pages.iter_mut().step_by(2) {
        let Some(&first) = spans.first() else {
            continue;
        };
        let behind = starts.partition_point(|&start| start <= first.offset);
        let end = starts.get(behind).copied();
        let next: Vec<u64> = spans.iter().skip(1).map(|span| span.offset).collect();
        for (n, span) in spans.iter_mut().enumerate() {
            // The last strip can be longer than its pixels, but hardly twice as long.
            let most = span.offset.saturating_add(span.len.saturating_mul(2));
            let end = next.get(n).copied().or(end);
            let end = end.unwrap_or(most.min(source.len()));
            span.len = end.saturating_sub(span.offset);
        }
    }
}

/// The numbers of bits of a page of two samples, which stand elsewhere though there is room for them in their entry.
///
/// # Errors
/// `Corrupt` where they lead nowhere.
pub(crate) fn bits(source: &Source, stored: [u16; 2]) -> Result<[u16; 2]> {
    let plausible = |bits: u16| matches!(bits, 1..=16 | 32);
    if stored.into_iter().all(plausible) {
        return Ok(stored);
    }
    let at = u64::from(stored[0]) | u64::from(stored[1]) << 16;
    let bytes = source.structure(at, 4)?;
    match *bytes {
        [a, b, c, d] => Ok([source.order().u16([a, b]), source.order().u16([c, d])]),
        _ => Err(Error::corrupt("two numbers of bits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-146
    #[test]
    fn pages_were_written_time_by_time() {
        let order =
            |pages, positions, times, swapped| order(pages, &Counts { positions, times }, swapped);
        assert_eq!(order(4, 1, 2, false), [0, 1, 2, 3]);
        assert_eq!(order(4, 1, 2, true), [1, 0, 3, 2]);
        assert_eq!(order(8, 2, 2, false), [0, 1, 4, 5, 2, 3, 6, 7]);
        assert_eq!(order(6, 2, 2, false), [0, 1, 2, 3, 4, 5]);
    }
}
