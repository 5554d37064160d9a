//! What a file says about its images.

use std::sync::Arc;

use imageio_core::{DateTime, Metadata, Result, Value};

use crate::document::{Document, Texts};
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags::{self, Dictionary};

mod flags;
pub(crate) mod imagej;
mod resolution;
mod sub_ifds;
pub(crate) mod vendor;
pub(crate) mod xml;

pub(crate) use resolution::spacing;

/// What a page says: every key that Python's documentation lists, always, in its order; then what else is known.
pub(crate) fn of_page(source: &Source, page: &Page, all_tags: bool) -> Result<Metadata> {
    let texts = Texts::of(source, page);
    let mut metadata = Metadata::new();
    if all_tags {
        add_tags(source, page, &mut metadata)?;
    }
    let planar = if page.planar { 2 } else { 1 };
    metadata.insert("planar_configuration", planar);
    for (key, flag) in flags::of_page(source, page, &texts) {
        metadata.insert(key, flag);
    }
    metadata.insert("compression", page.compression);
    metadata.insert("predictor", page.predictor);
    metadata.insert("orientation", page.orientation);
    let date = page.ifd.get(tags::DATE_TIME);
    let date = date.and_then(|entry| source.text(entry).ok());
    metadata.insert("description", texts.description);
    metadata.insert("description1", texts.description1);
    metadata.insert("software", texts.software);
    resolution::add(source, page, &mut metadata);
    if let Some(text) = date {
        if let Some(date) = date_time(&text) {
            metadata.insert("datetime", date);
        }
        metadata.insert("date_time", text);
    }
    sub_ifds::add(source, page, &mut metadata);
    Ok(metadata)
}

/// What a file says about itself: byte order, kinds, and what those store about the whole.
///
/// # Errors
/// `LimitExceeded`.
pub(crate) fn of_file(document: &mut Document) -> Result<Metadata> {
    let page = Arc::clone(document.first());
    let source = &document.source().clone();
    let mut metadata = Metadata::new();
    metadata.insert("byteorder", source.order().sign());
    for (key, flag) in flags::of_page(source, &page, document.texts()) {
        metadata.insert(key, flag);
    }
    vendor::second_page_flags(document, &mut metadata);
    vendor::add(document, &mut metadata)?;
    let texts = document.texts();
    if let Some(text) = texts.imagej() {
        metadata.extend(imagej::description(text));
        match imagej::blocks(source, &page.ifd) {
            Ok(blocks) => metadata.extend(blocks),
            Err(error) => source.warn(error.message()),
        }
    }
    if let Some(text) = texts.shaped() {
        metadata.extend(json(text));
    }
    if let Some(text) = texts.ome() {
        match xml::parse(source.limits(), text, xml::to_metadata) {
            Ok(tree) => metadata.extend(tree),
            Err(error) => source.warn(error.message()),
        }
    }
    Ok(metadata)
}

/// Every tag under its name; of several with one code, the first.
fn add_tags(source: &Source, page: &Page, metadata: &mut Metadata) -> Result<()> {
    for entry in &page.ifd.entries {
        let name = tags::name(entry.tag, Dictionary::Main);
        if metadata.contains_key(&name) {
            continue;
        }
        let value = match entry.tag {
            tags::IJ_METADATA => imagej::blocks(source, &page.ifd).map(Value::from),
            _ => vendor::value(source, page, entry).unwrap_or_else(|| source.value(entry)),
        };
        match value {
            Ok(value) => {
                metadata.insert(name, value);
            }
            Err(error) if error.kind() == imageio_core::ErrorKind::LimitExceeded => {
                return Err(error);
            }
            Err(error) => source.warn(error.message()),
        }
    }
    Ok(())
}

/// The top level of an object in JSON.
fn json(text: &str) -> Metadata {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(map)) => map
            .into_iter()
            .map(|(key, value)| (key, from_json(value)))
            .collect(),
        _ => Metadata::new(),
    }
}

/// A value of JSON, whose nesting the parser has bounded.
pub(crate) fn from_json(value: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::from(value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::from(number),
            (None, Some(number)) => Value::from(number),
            (None, None) => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text),
        Json::Array(values) => Value::List(values.into_iter().map(from_json).collect()),
        Json::Object(map) => {
            let pairs = map.into_iter().map(|(key, value)| (key, from_json(value)));
            Value::Map(pairs.collect())
        }
    }
}

/// The date of tag 306, `YYYY:MM:DD HH:MM:SS`; some write other signs between.
fn date_time(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let signs = [(4, b":-/"), (7, b":-/"), (13, b":::"), (16, b":::")];
    let fits = bytes.len() == 19
        && signs
            .iter()
            .all(|(at, signs)| bytes.get(*at).is_some_and(|byte| signs.contains(byte)))
        && matches!(bytes.get(10), Some(b' ' | b'T'));
    if !fits {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
    let small = |from: usize| u8::try_from(number(from, from + 2)?).ok();
    DateTime::new(
        i32::from(number(0, 4)?),
        small(5)?,
        small(8)?,
        small(11)?,
        small(14)?,
        small(17)?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-112
    #[test]
    fn dates_are_read_or_left_out() {
        let text = |text| date_time(text).map(|date| date.to_string());
        assert_eq!(
            text("2015:05:09 09:08:29").as_deref(),
            Some("2015-05-09T09:08:29")
        );
        assert_eq!(
            text("2015-05-09T09:08:29").as_deref(),
            Some("2015-05-09T09:08:29")
        );
        for bad in [
            "",
            "2015:05:09",
            "2015:13:09 09:08:29",
            "+015:05:09 09:08:29x",
            "2015 05 09 09 08 29",
        ] {
            assert_eq!(text(bad), None, "{bad:?}");
        }
    }
}
