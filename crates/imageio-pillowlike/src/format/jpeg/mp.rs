//! The index of Multi-Picture files (CIPA DC-007), which tells where the further pictures lie.

use super::header::{Header, Segment, marker};
use super::info;
use crate::format::exif::Tiff;

const NUMBER_OF_IMAGES: u16 = 0xb001;
const MP_ENTRY: u16 = 0xb002;

/// Where each picture of the file starts, the first one included.
///
/// A file whose index is missing or broken has its first picture only, as for Pillow. So has an Ultra HDR
/// file, whose second picture is a gain map and no picture of its own.
pub(super) fn starts(first: &Header) -> Vec<u64> {
    let gain_map = first
        .segments
        .iter()
        .filter(|segment| segment.marker == marker::APP1)
        .any(|segment| contains(&segment.payload, b" hdrgm:Version=\""));
    let index = first
        .segments
        .iter()
        .rfind(|segment| segment.marker == marker::APP2 && segment.payload.starts_with(info::MP));
    index.filter(|_| !gain_map).and_then(further).map_or_else(
        || vec![first.start],
        |further| std::iter::once(first.start).chain(further).collect(),
    )
}

/// Starts of the pictures after the first (DC-007, 5.2.3.3.3: offsets count from the index's own header).
fn further(index: &Segment) -> Option<Vec<u64>> {
    let base = index.offset + info::MP.len() as u64;
    let tiff = Tiff::new(index.payload.get(info::MP.len()..)?)?;
    let tags = tiff.directory(tiff.first())?;
    let number = tags.iter().find(|entry| entry.tag == NUMBER_OF_IMAGES)?;
    let count = usize::try_from(tiff.value(number)?.as_i64()?).ok()?;
    let (entries, _) = tags
        .iter()
        .find(|entry| entry.tag == MP_ENTRY)?
        .data
        .as_chunks::<16>();
    let start = |entry: &[u8; 16]| {
        let [a0, a1, a2, a3, _, _, _, _, o0, o1, o2, o3, ..] = *entry;
        // Bits 24 to 26 of the attribute tell the format; only 0, JPEG, is defined.
        let format = (tiff.u32([a0, a1, a2, a3]) >> 24) & 7;
        (format == 0).then(|| base + u64::from(tiff.u32([o0, o1, o2, o3])))
    };
    entries.get(..count)?.iter().skip(1).map(start).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
