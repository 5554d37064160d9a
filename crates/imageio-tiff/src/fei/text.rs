//! The text with the settings of the microscope: where it is, and what it says.
//!
//! ```text
//! Date=12/17/2015
//! [System]
//! Type=SEM
//! ```

use imageio_core::{Metadata, Result, Value};

use crate::document::Document;
use crate::format::source::Source;
use crate::format::tags;

/// The line that the text begins with.
const FIRST: &[u8] = b"Date=";

/// Bytes that are looked through at once.
const BLOCK: usize = 1 << 16;

/// The text from its first line on; nothing where there is none.
///
/// It is the value of a tag, or stands in the file without one: then all but the pixels is looked through.
pub(super) fn find(document: &Document) -> Result<Option<Vec<u8>>> {
    let (source, page) = (document.source(), document.first());
    for tag in [tags::FEI_HELIOS, tags::FEI_SFEG] {
        let Some(entry) = page.ifd.get(tag) else {
            continue;
        };
        let bytes = source.bytes(entry)?;
        if let Some(at) = line_start(&bytes, true) {
            return Ok(bytes.get(at..).map(<[u8]>::to_vec));
        }
    }
    let spans = page.spans(source, 0..page.grid().count())?;
    let pixels = spans.iter().filter(|span| !span.is_empty());
    let start = pixels.clone().map(|span| span.offset).min();
    let end = pixels
        .map(|span| span.offset.saturating_add(span.len))
        .max();
    let (start, end) = start.zip(end).unwrap_or_default();
    let after = end.min(source.len())..source.len();
    for range in [0..start.min(source.len()), after] {
        if let Some(at) = search(source, range.start, range.end)? {
            let len = usize::try_from(source.len() - at).unwrap_or(usize::MAX);
            let mut text = source.limits().try_vec(len, "the text of the file")?;
            source.read_exact_at(at, &mut text)?;
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// Offset of the first line of the text between two offsets.
fn search(source: &Source, start: u64, end: u64) -> Result<Option<u64>> {
    let mut at = start;
    let mut block = source
        .limits()
        .scratch::<u8>(BLOCK, "a block of the file")?;
    while at < end {
        let len = usize::try_from(end - at).map_or(BLOCK, |rest| rest.min(BLOCK));
        let Some(bytes) = block.get_mut(..len) else {
            break;
        };
        source.read_exact_at(at, bytes)?;
        if let Some(found) = line_start(bytes, at == start) {
            return Ok(Some(at + found as u64));
        }
        // A line that the block's end cuts, and the line feed before it, are looked at again.
        let step = if at + len as u64 == end {
            len
        } else {
            len - FIRST.len()
        };
        at += step as u64;
    }
    Ok(None)
}

/// Where the first line begins in `bytes`, which themselves may begin a line.
fn line_start(bytes: &[u8], begins_line: bool) -> Option<usize> {
    if begins_line && bytes.starts_with(FIRST) {
        return Some(0);
    }
    let mut pairs = bytes.windows(FIRST.len() + 1);
    let is_first = |pair: &[u8]| matches!(pair, [b'\n' | b'\r', line @ ..] if line == FIRST);
    pairs.position(is_first).map(|at| at + 1)
}

/// The sections of the text; keys before the first one are in `root`. Nothing where no line says anything.
pub(super) fn parse(bytes: &[u8]) -> Option<Metadata> {
    // What stands behind the text is binary.
    let end = bytes.iter().position(|&byte| byte == 0);
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    // Bytes that are no UTF-8 are left out, as Python does here.
    let text: String = bytes.utf8_chunks().map(|chunk| chunk.valid()).collect();
    let mut sections = Metadata::new();
    let mut name = "root".to_owned();
    let mut section = Metadata::new();
    for line in text.split(['\n', '\r']) {
        let line = line.trim_end();
        if line.starts_with('[') {
            sections.insert(name.as_str(), std::mem::take(&mut section));
            line.trim_start_matches('[')
                .trim_end_matches(']')
                .clone_into(&mut name);
        } else if let Some((key, text)) = line.split_once('=') {
            section.insert(key, value(text));
        }
    }
    sections.insert(name, section);
    let is_empty = |map: &Value| map.as_map().is_none_or(Metadata::is_empty);
    let says_nothing = sections.len() == 1 && sections.get("root").is_none_or(is_empty);
    (!says_nothing).then_some(sections)
}

/// A whole number, a number, or text.
fn value(text: &str) -> Value {
    if let Ok(number) = text.parse::<i128>() {
        return Value::Int(number);
    }
    match text.parse::<f64>() {
        Ok(number) => Value::Float(number),
        Err(_) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(metadata: &Metadata, section: &str, key: &str) -> Option<Value> {
        metadata.get(section)?.as_map()?.get(key).cloned()
    }

    // checklist: E-399, E-400, E-405
    #[test]
    fn lines_become_typed_values_in_sections() {
        let text = "Date=12/17/2015\r\nUser=\u{b5}\r\n\r\n[Scan]\r\nPixelWidth=7.7e-009  \r\nAverage=16\r\n\
            no sign of it\r\nScale=1e400\r\nName=a=b\r\nOdd=1_0\r\nEmpty=\r\n[Stage]\r\nX=-5\r\nbig=10000000000\0\r\nY=1";
        let metadata = parse(text.as_bytes()).unwrap();
        let keys: Vec<_> = metadata.keys().collect();
        assert_eq!(keys, ["root", "Scan", "Stage"]);
        let get = |section, key| lookup(&metadata, section, key);
        assert_eq!(get("root", "Date"), Some(Value::from("12/17/2015")));
        assert_eq!(get("root", "User"), Some(Value::from("\u{b5}")));
        assert_eq!(get("Scan", "PixelWidth"), Some(Value::Float(7.7e-9)));
        assert_eq!(get("Scan", "Average"), Some(Value::Int(16)));
        assert_eq!(get("Scan", "Scale"), Some(Value::Float(f64::INFINITY)));
        assert_eq!(get("Scan", "Name"), Some(Value::from("a=b")));
        assert_eq!(get("Scan", "Odd"), Some(Value::from("1_0")));
        assert_eq!(get("Scan", "Empty"), Some(Value::from("")));
        assert_eq!(get("Stage", "X"), Some(Value::Int(-5)));
        assert_eq!(get("Stage", "big"), Some(Value::Int(10_000_000_000)));
        assert_eq!(get("Stage", "Y"), None);
    }

    // checklist: E-399
    #[test]
    fn bytes_that_are_no_text_are_left_out() {
        let metadata = parse(b"Date=1\xff7\r[A]\rx=\xb5m\r").unwrap();
        assert_eq!(lookup(&metadata, "root", "Date"), Some(Value::Int(17)));
        assert_eq!(lookup(&metadata, "A", "x"), Some(Value::from("m")));
        assert_eq!(parse(b""), None);
    }

    // checklist: E-399
    #[test]
    fn only_a_whole_line_begins_the_text() {
        assert_eq!(line_start(b"[User]\r\nDate=1", false), Some(8));
        assert_eq!(line_start(b"xDate=1\rDate=2", false), Some(8));
        assert_eq!(line_start(b"Date=1", true), Some(0));
        assert_eq!(line_start(b"Date=1", false), None);
    }
}
