//! EXIF: the tags that cameras and editors store beside a picture.
//!
//! A block is a small TIFF file: JPEG keeps it in an APP1 segment behind `Exif\0\0`, PNG in an `eXIf` chunk.
//! Follows CIPA DC-008-2019 (EXIF 2.32), section 4.

use imageio_core::{Error, Metadata, Result, Value};

mod directory;
mod tags;
mod write;

/// The orientation that an XMP packet gives, as an attribute or as an element.
pub(crate) fn orientation_in_xmp(xmp: &[u8]) -> Option<u16> {
    const NAME: &[u8] = b"tiff:Orientation";
    let at = xmp.windows(NAME.len()).position(|part| part == NAME)?;
    let rest = xmp.get(at + NAME.len()..)?;
    let value = rest
        .strip_prefix(b"=\"")
        .or_else(|| rest.strip_prefix(b">"))?;
    value
        .first()
        .filter(|digit| digit.is_ascii_digit())
        .map(|digit| u16::from(digit - b'0'))
}

#[cfg(test)]
mod tests;

pub(crate) use directory::{Entry, Tiff};
pub(crate) use write::build;

use tags::{EXIF_POINTER, GPS_POINTER, Group, INTEROP_POINTER, ORIENTATION, name_of};

/// What JPEG puts before the block.
pub(crate) const PREFIX: &[u8] = b"Exif\0\0";

/// The tags of a block, with or without its prefix.
///
/// The main directory lies flat, as Python ImageIO gives it; `Exif` and `GPSInfo` are nested maps, and
/// `Interop` is nested in `Exif`. Tags without a name in the standard are left out.
///
/// # Errors
/// `Corrupt` where the header or the main directory is unreadable. A broken tag is left out alone.
pub(crate) fn parse(block: &[u8]) -> Result<Metadata> {
    let (tiff, main) = main_directory(block)?;
    let mut budget = Budget::for_block(block);
    let mut tags = Metadata::new();
    let mut children = Vec::new();
    for entry in main {
        if let Some(value) = take(&tiff, &entry, Group::Main, &mut tags, &mut budget)
            && let Some(group) = Group::behind(entry.tag)
        {
            children.push((group, value));
        }
    }
    for (group, offset) in children {
        if let Some(map) = nested(&tiff, offset, group, &mut budget) {
            tags.insert(group.key(), map);
        }
    }
    Ok(tags)
}

/// How the picture must be turned to stand upright, 1 to 8 (EXIF 2.32, 4.6.4 A).
pub(crate) fn orientation(block: &[u8]) -> Option<u16> {
    let (tiff, main) = main_directory(block).ok()?;
    let entry = main.into_iter().find(|entry| entry.tag == ORIENTATION)?;
    let value = tiff.value(&entry)?.as_i64()?;
    u16::try_from(value).ok().filter(|n| (1..=8).contains(n))
}

/// The block without the prefix that JPEG puts before it.
pub(crate) fn without_prefix(block: &[u8]) -> &[u8] {
    block.strip_prefix(PREFIX).unwrap_or(block)
}

fn main_directory(block: &[u8]) -> Result<(Tiff<'_>, Vec<Entry<'_>>)> {
    let tiff = Tiff::new(without_prefix(block))
        .ok_or_else(|| Error::corrupt("an EXIF block without a TIFF header"))?;
    let entries = tiff.directory(tiff.first()).ok_or_else(|| {
        Error::corrupt(format!(
            "the first EXIF directory at {} lies outside the block of {} bytes",
            tiff.first(),
            block.len()
        ))
    })?;
    Ok((tiff, entries))
}

/// The tags of the directory at `offset`. Each kind of directory nests in one place only, so there are no loops.
fn nested(tiff: &Tiff<'_>, offset: u32, group: Group, budget: &mut Budget) -> Option<Metadata> {
    let mut tags = Metadata::new();
    let mut interop = None;
    for entry in tiff.directory(offset)? {
        let value = take(tiff, &entry, group, &mut tags, budget);
        if group == Group::Exif && entry.tag == INTEROP_POINTER {
            interop = value;
        }
    }
    if let Some(map) = interop.and_then(|offset| nested(tiff, offset, Group::Interop, budget)) {
        tags.insert(Group::Interop.key(), map);
    }
    Some(tags)
}

/// Puts the value of a named tag into `tags`; gives the offset that it holds where it points to a directory.
fn take(
    tiff: &Tiff<'_>,
    entry: &Entry<'_>,
    group: Group,
    tags: &mut Metadata,
    budget: &mut Budget,
) -> Option<u32> {
    let name = name_of(group, entry.tag)?;
    if !budget.allows(entry) {
        return None;
    }
    let value = tiff.value(entry)?;
    let pointer = match (&value, entry.tag) {
        (Value::Int(offset), EXIF_POINTER | GPS_POINTER | INTEROP_POINTER) => {
            u32::try_from(*offset).ok()
        }
        _ => None,
    };
    tags.insert(name, value);
    pointer
}

/// What the values of one block may take: its tags may all point to the same bytes.
struct Budget(usize);

impl Budget {
    /// Bytes of one number in a list of values.
    const NUMBER: usize = size_of::<Value>();

    fn for_block(block: &[u8]) -> Self {
        Budget(block.len().saturating_add(4 << 20))
    }

    /// Whether the entry's value is allowed, which then counts.
    fn allows(&mut self, entry: &Entry<'_>) -> bool {
        let cost = if entry.is_bytes() {
            entry.data.len()
        } else {
            entry.count.saturating_mul(Self::NUMBER)
        };
        match self.0.checked_sub(cost) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}
