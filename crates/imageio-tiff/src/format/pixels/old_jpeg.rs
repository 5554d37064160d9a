//! JPEG as TIFF 6.0 §22 had it, before technical note 2 replaced it.

use imageio_core::Result;

use super::Region;
use super::segment::Segments;
use crate::format::page::Page;
use crate::format::source::Source;

/// Decodes a page whose strips are no pictures of their own; gives whether it was one.
pub(super) fn read(
    _source: &Source,
    _page: &Page,
    _segments: &Segments<'_>,
    _region: &Region,
    _out: &mut [u8],
) -> Result<bool> {
    Ok(false)
}
