//! Micro-Manager: JSON in a tag of each page, and blocks that the bytes behind the header of the file lead to.

use imageio_core::{Metadata, Result, Value};

use super::cursor::{Cursor, array, invalid};
use super::json;
use crate::format::ifd::Entry;
use crate::format::source::Source;

const INDEX: u32 = 54_773_648;
const INDEX_MAP: u32 = 3_453_623;
const DISPLAY: u32 = 483_765_892;
const DISPLAY_SETTINGS: u32 = 347_834_724;
const COMMENTS: u32 = 99_384_722;
const COMMENTS_TEXT: u32 = 84_720_485;
const SUMMARY: u32 = 2_355_492;
/// Marks the version of an NDTiff file.
const NDTIFF: u32 = 483_729;

/// Numbers of a row of the index map: channel, slice, frame, position, offset of the page.
pub(crate) const COLUMNS: usize = 5;

/// The JSON of a page.
pub(super) fn of_page(source: &Source, entry: &Entry) -> Result<Value> {
    json(&super::cursor::text_of(source.bytes(entry)?))
}

/// What the file says beside its pages.
///
/// # Errors
/// `Corrupt` when the file ends inside the header.
pub(crate) fn of_file(source: &Source) -> Result<Metadata> {
    let mut cursor = Cursor::new(source, 8);
    let mut all = Metadata::new();
    let warn = |what: &str, error: &imageio_core::Error| {
        source.warn(format!("Micro-Manager's {what}: {}", error.message()));
    };
    let (index_mark, index_at) = (cursor.u32()?, cursor.u32()?);
    if index_mark == NDTIFF {
        all.insert("MajorVersion", index_at);
        let mut mark = cursor.u32()?;
        if mark != SUMMARY {
            all.insert("MinorVersion", mark);
            mark = cursor.u32()?;
        }
        match summary(&mut cursor, mark) {
            Ok(summary) => {
                all.insert("Summary", summary);
            }
            Err(error) => warn("summary", &error),
        }
        return Ok(all);
    }
    let (display_mark, display_at) = (cursor.u32()?, cursor.u32()?);
    let (comments_mark, comments_at) = (cursor.u32()?, cursor.u32()?);
    let mark = cursor.u32()?;
    match summary(&mut cursor, mark) {
        Ok(summary) => {
            all.insert("Summary", summary);
        }
        Err(error) => warn("summary", &error),
    }
    match index_map(&cursor, index_mark, index_at) {
        Ok(map) => {
            let rows = map.len() / COLUMNS;
            all.insert("IndexMap", array(&[rows, COLUMNS], map)?);
        }
        Err(error) => warn("index map", &error),
    }
    if display_mark == DISPLAY {
        // This text is often cut short, which is no news.
        if let Ok(display) = block(&cursor, display_at, DISPLAY_SETTINGS) {
            all.insert("DisplaySettings", display);
        }
    }
    let version = if comments_mark == NDTIFF {
        comments_at
    } else {
        0
    };
    all.insert("MajorVersion", version);
    if comments_mark == COMMENTS {
        match block(&cursor, comments_at, COMMENTS_TEXT) {
            Ok(comments) => {
                all.insert("Comments", comments);
            }
            Err(error) => warn("comments", &error),
        }
    }
    Ok(all)
}

fn summary(cursor: &mut Cursor<'_>, mark: u32) -> Result<Value> {
    if mark != SUMMARY {
        return Err(invalid("the summary"));
    }
    let len = cursor.u32()?;
    let len = cursor.count(len, 1)?;
    json(&cursor.text(len)?)
}

fn index_map(cursor: &Cursor<'_>, mark: u32, at: u32) -> Result<Vec<u32>> {
    let mut cursor = cursor.moved(at.into());
    if mark != INDEX || cursor.u32()? != INDEX_MAP {
        return Err(invalid("the index map"));
    }
    let rows = cursor.u32()?;
    let rows = cursor.count(rows, COLUMNS * 4)?;
    cursor.numbers(rows * COLUMNS, |number| number as u32)
}

/// A block of JSON, whose offset may have lost what is above 4 GB.
fn block(cursor: &Cursor<'_>, at: u32, mark: u32) -> Result<Value> {
    let places = [u64::from(at), u64::from(at) + (1 << 32)];
    for place in places {
        let mut cursor = cursor.moved(place);
        if cursor.u32().ok() != Some(mark) {
            continue;
        }
        let len = cursor.u32()?;
        let len = cursor.count(len, 1)?;
        return json(&cursor.text(len)?);
    }
    Err(invalid("a block"))
}
