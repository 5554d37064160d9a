//! JPEG as TIFF 6.0 §22 had it, before technical note 2 replaced it.

use imageio_codecs::jpeg::{Colours, FrameHeader};
use imageio_core::Result;

use super::plan::{Cut, Job, Target};
use super::segment::Segments;
use super::{Region, picture};
use crate::format::page::{OLD_JPEG, Page, Span};
use crate::format::source::Source;
use crate::format::tags;

mod header;

pub(super) use header::Header;

/// Decodes a page whose strips lie inside of one JPEG stream, which `JPEGInterchangeFormat` points to; gives whether
/// it was one.
pub(super) fn read(
    source: &Source,
    page: &Page,
    segments: &Segments<'_>,
    region: &Region,
    out: &mut [u8],
) -> Result<bool> {
    let entry = page.ifd.get(tags::JPEG_INTERCHANGE_FORMAT);
    let Some(entry) = entry.filter(|_| page.compression == OLD_JPEG && !page.planar) else {
        return Ok(false);
    };
    let offset = source.integer(entry)?;
    let rest = source.len().saturating_sub(offset);
    let len = match page.ifd.get(tags::JPEG_INTERCHANGE_FORMAT_LENGTH) {
        Some(entry) => source.integer(entry)?.min(rest),
        None => rest,
    };
    let first = page.spans(source, 0..1)?.first().map(|span| span.offset);
    let is_inside = |at: u64| at > offset && at - offset < len;
    if !first.is_some_and(is_inside) {
        return Ok(false);
    }
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let mut stream = source.limits().scratch::<u8>(len, "a JPEG stream")?;
    source.read_exact_at(offset, &mut stream)?;
    // Others have only tables there, which `Header` finds.
    let is_page = FrameHeader::find(&stream).is_ok_and(|frame| {
        (usize::from(frame.height), usize::from(frame.width)) == (page.length, page.width)
    });
    if !is_page || region.depth != (0..1) {
        return Ok(false);
    }
    let mut job = Job {
        index: 0,
        span: Span {
            offset,
            len: len as u64,
        },
        is_cut: false,
        length: page.length,
        cut: Cut {
            samples: region.samples.clone(),
            depth: 0..1,
            rows: region.rows.clone(),
            columns: region.columns.clone(),
        },
        target: Target::Joined(out),
    };
    picture::decode_frame(
        segments,
        source,
        &mut job,
        (&stream, None),
        Colours::AsMarked,
    )?;
    Ok(true)
}
