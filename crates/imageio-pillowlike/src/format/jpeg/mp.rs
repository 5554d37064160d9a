//! The index of Multi-Picture files (CIPA DC-007), which tells where the further pictures lie.

use imageio_core::{Error, Result};

use super::header::{Header, Segment, marker};
use super::info;
use crate::format::exif::Tiff;

const MPF_VERSION: u16 = 0xb000;
const NUMBER_OF_IMAGES: u16 = 0xb001;
const MP_ENTRY: u16 = 0xb002;

/// Attribute of the picture that the others go with.
const BASELINE_PRIMARY: u32 = 0x03_0000;

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

/// The index of a file whose first picture is `first` bytes long without the index and its segment's head, as
/// Pillow writes it. It will lie at `offset`; the lengths of the other pictures are `others`.
pub(super) fn index(
    offset: usize,
    first: usize,
    others: impl ExactSizeIterator<Item = usize>,
) -> Result<Vec<u8>> {
    const ENTRY: usize = 16;
    /// Header, number of tags, three tags, offset of the next directory.
    const ENTRIES: usize = 8 + 2 + 3 * 12 + 4;
    /// Bytes that Pillow leaves free at the end.
    const FREE: usize = 16;
    let count = 1 + others.len();
    let len = ENTRIES + count * ENTRY + FREE;
    let too_many = |_| Error::unsupported(format!("{count} pictures, or too long ones, in an MPO"));
    let whole = |number: usize| u32::try_from(number).map_err(too_many);
    let mut out = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let mut tag = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value);
    };
    tag(MPF_VERSION, 7, 4, *b"0100");
    tag(NUMBER_OF_IMAGES, 4, 1, whole(count)?.to_le_bytes());
    let entries = whole(count * ENTRY)?;
    tag(MP_ENTRY, 7, entries, (ENTRIES as u32).to_le_bytes());
    out.extend([0; 4]);
    // The first picture's offset is 0, those of the others count from the index (DC-007, 5.2.3.3.3).
    let first = first + 4 + info::MP.len() + len;
    let (mut kind, mut start, mut end) = (BASELINE_PRIMARY, 0, first - offset);
    for size in std::iter::once(first).chain(others) {
        for number in [kind, whole(size)?, whole(start)?, 0] {
            out.extend(number.to_le_bytes());
        }
        if kind == 0 {
            end = start + size;
        }
        (kind, start) = (0, end);
    }
    out.extend([b' '; FREE]);
    Ok(out)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
