//! Olympus FluoView: `MM_Header` and `MM_Stamp`.

use imageio_core::{Metadata, Result, Value};

use super::cursor::{Cursor, Field, Layout, array};
use crate::document::Document;
use crate::format::ifd::Entry;
use crate::format::source::Source;
use crate::format::tags;

/// Dimensions that a header has room for.
const DIMENSIONS: usize = 10;

const BEFORE: &Layout = &[
    ("HeaderFlag", Field::I16),
    ("ImageType", Field::U8),
    ("ImageName", Field::Text(257)),
    ("OffsetData", Field::U32),
    ("PaletteSize", Field::I32),
    ("OffsetPalette0", Field::U32),
    ("OffsetPalette1", Field::U32),
    ("CommentSize", Field::I32),
    ("OffsetComment", Field::U32),
];

const BETWEEN: &Layout = &[
    ("OffsetPosition", Field::U32),
    ("MapType", Field::I16),
    ("MapMin", Field::F64),
    ("MapMax", Field::F64),
    ("MinValue", Field::F64),
    ("MaxValue", Field::F64),
    ("OffsetMap", Field::U32),
    ("Gamma", Field::F64),
    ("Offset", Field::F64),
];

const BEHIND: &Layout = &[
    ("OffsetThumbnail", Field::U32),
    ("VoiceField", Field::I32),
    ("OffsetVoiceField", Field::U32),
];

/// The header: flags, and name, size, origin, resolution and unit of each dimension.
pub(crate) fn header(source: &Source, entry: &Entry) -> Result<Metadata> {
    let mut cursor = Cursor::new(source, entry.at);
    let mut header = cursor.record(BEFORE, usize::MAX)?;
    let dimensions: Result<Vec<Value>> = (0..DIMENSIONS).map(|_| dimension(&mut cursor)).collect();
    header.insert("Dimensions", dimensions?);
    header.extend(cursor.record(BETWEEN, usize::MAX)?);
    header.insert("GrayChannel", dimension(&mut cursor)?);
    header.extend(cursor.record(BEHIND, usize::MAX)?);
    Ok(header)
}

fn dimension(cursor: &mut Cursor<'_>) -> Result<Value> {
    let name = cursor.text(16)?;
    let (size, origin, resolution) = (cursor.i32()?, cursor.f64()?, cursor.f64()?);
    let unit = cursor.text(64)?;
    Ok(Value::List(vec![
        name.trim().into(),
        size.into(),
        origin.into(),
        resolution.into(),
        unit.trim().into(),
    ]))
}

/// Eight numbers.
pub(super) fn stamp(source: &Source, entry: &Entry) -> Result<Value> {
    array(
        &[8],
        Cursor::new(source, entry.at).numbers(8, f64::from_bits)?,
    )
}

/// Header and stamp of the first page.
pub(super) fn of_file(document: &Document) -> Result<Metadata> {
    let (source, page) = (document.source(), document.first());
    let mut all = match page.ifd.get(tags::MM_HEADER) {
        Some(entry) => header(source, entry)?,
        None => Metadata::new(),
    };
    if let Some(entry) = page.ifd.get(tags::MM_STAMP) {
        all.insert("Stamp", stamp(source, entry)?);
    }
    Ok(all)
}
