//! The pixels of a series: straight to the file, or cut, compressed on several threads and written in their order.

use imageio_core::Result;

use super::encode::{Encoder, Scratch};
use super::file::TiffFile;
use super::layout::Stored;
use super::parallel;
use super::segments::{Cut, swap};
use crate::format::source::ByteOrder;

/// Bytes that are swapped at a time.
const SWAPPED: usize = 1 << 18;

/// Where the strips or tiles of a page are.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) offsets: Vec<u64>,
    pub(super) counts: Vec<u64>,
}

impl Places {
    /// Places of the parts of page `page`, where all pages lie uncompressed one after the other from `start` on.
    pub(super) fn in_order(stored: &Stored, cut: &Cut, start: u64, page: usize) -> Self {
        let mut at = start + page as u64 * stored.page_bytes() as u64;
        let mut places = Places::default();
        for part in 0..cut.per_page {
            let bytes = cut.part(stored, part).bytes(stored) as u64;
            places.offsets.push(at);
            places.counts.push(bytes);
            at += bytes;
        }
        places
    }
}

/// Writes elements of the machine as they are, but for the order of their bytes.
pub(super) fn write_plain(file: &mut TiffFile, stored: &Stored, bytes: &[u8]) -> Result<()> {
    if file.width.order == ByteOrder::NATIVE || stored.dtype.size() == 1 {
        return file.sink.write(bytes);
    }
    let mut swapped = Vec::with_capacity(SWAPPED.min(bytes.len()));
    for chunk in bytes.chunks(SWAPPED) {
        swapped.clear();
        swapped.extend_from_slice(chunk);
        swap(&mut swapped, stored.dtype);
        file.sink.write(&swapped)?;
    }
    Ok(())
}

/// Encodes all pages; `page` is told before the first and after the last part of each.
pub(super) fn write_encoded(
    encoder: &Encoder<'_>,
    bytes: &[u8],
    workers: Option<usize>,
    part_done: impl FnMut(usize, Vec<u8>) -> Result<()>,
) -> Result<()> {
    let per_page = encoder.cut.per_page;
    let count = encoder.stored.frames * per_page;
    let page_bytes = encoder.stored.page_len() * encoder.stored.dtype.size();
    // A thread costs more than a small picture takes.
    let threads = if bytes.len() < 1 << 17 {
        1
    } else {
        parallel::threads(workers, count)
    };
    let make = |at: usize, scratch: &mut Scratch| {
        let start = at / per_page * page_bytes;
        let page = bytes.get(start..start + page_bytes).unwrap_or_default();
        encoder.encode(page, at % per_page, scratch)
    };
    parallel::in_order(count, threads, make, part_done)
}
