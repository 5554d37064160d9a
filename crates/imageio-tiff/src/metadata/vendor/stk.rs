//! MetaMorph STK: the tags `UIC1` to `UIC4` (MetaMorph Stack (STK) Image File Format).

use imageio_core::{DateTime, Metadata, Result, Value};

use super::cursor::{Cursor, array, invalid, text_of};
use crate::document::Document;
use crate::format::ifd::{Entry, FieldType};
use crate::format::page::Page;
use crate::format::source::{ByteOrder, Source};
use crate::format::tags;

mod names;

use names::{Kind, NAMES};

/// Bytes that a text has at most; a longer one is no text.
const MAX_TEXT: u32 = 1 << 10;

/// Tags of the first kind that files with several planes give a wrong offset.
const PER_PLANE: [u32; 5] = [28, 29, 37, 40, 41];

const PLANE_PROPERTY: u32 = 49;
const ABSOLUTE_Z_VALID: u32 = 41;

/// Number of planes of a stack.
pub(crate) fn planes(page: &Page) -> u64 {
    page.ifd.get(tags::UIC2_TAG).map_or(1, |entry| entry.count)
}

/// All four tags together, as tifffile puts them together.
pub(super) fn of_file(document: &Document) -> Metadata {
    let (source, page) = (document.source(), document.first());
    let mut all = Metadata::new();
    let description = &document.texts().description;
    if !description.is_empty() {
        let texts = description.split('\0').map(Value::from);
        all.insert("PlaneDescriptions", Value::List(texts.collect()));
    }
    all.insert("NumberPlanes", planes(page));
    for tag in [tags::UIC1_TAG, tags::UIC3_TAG, tags::UIC4_TAG] {
        if let Some(Value::Map(map)) = decoded(source, page, tag) {
            all.extend(map);
        }
    }
    if let Some(Value::Map(map)) = decoded(source, page, tags::UIC2_TAG) {
        let dates = |what: &str| {
            let numbers = |key: &str| match map.get(key) {
                Some(Value::Array(numbers)) => numbers.as_slice::<u32>().ok(),
                _ => None,
            };
            let (days, times) = (
                numbers(&format!("Date{what}"))?,
                numbers(&format!("Time{what}"))?,
            );
            let dates = days.iter().zip(times).map(|(&day, &ms)| julian(day, ms));
            let dates: Option<Vec<Value>> = dates.map(|date| date.map(Value::from)).collect();
            dates.map(Value::List)
        };
        let created = dates("Created").unwrap_or_default();
        let modified = dates("Modified").unwrap_or_default();
        for key in ["ZDistance", "TimeCreated", "TimeModified"] {
            all.insert(key, map.get(key).cloned().unwrap_or_default());
        }
        all.insert("DatetimeCreated", created);
        all.insert("DatetimeModified", modified);
    }
    all
}

fn decoded(source: &Source, page: &Page, tag: u16) -> Option<Value> {
    let entry = page.ifd.get(tag)?;
    match read(source, page, entry) {
        Ok(value) => Some(value),
        Err(error) => {
            source.warn(format!("tag {tag}: {}", error.message()));
            None
        }
    }
}

/// One of the four tags.
pub(super) fn read(source: &Source, page: &Page, entry: &Entry) -> Result<Value> {
    if source.order() != ByteOrder::Little {
        return Err(invalid("a tag of MetaMorph"));
    }
    let mut cursor = Cursor::new(source, entry.at);
    if entry.kind == FieldType::Long && entry.count <= 1 {
        // The count is not that of numbers: even one does not fit into the entry, which leads to it.
        let at = cursor.u32()?;
        cursor = cursor.moved(at.into());
    }
    let map = match (entry.tag, entry.kind) {
        (tags::UIC1_TAG, FieldType::Long) => first(&mut cursor, entry.count, planes(page))?,
        (tags::UIC1_TAG, FieldType::Rational) => {
            Metadata::from_iter([("ZDistance", fractions(&mut cursor, entry.count)?)])
        }
        (tags::UIC2_TAG, FieldType::Rational) => second(source, entry)?,
        (tags::UIC3_TAG, FieldType::Rational) => {
            Metadata::from_iter([("Wavelengths", fractions(&mut cursor, entry.count)?)])
        }
        (tags::UIC4_TAG, FieldType::Long) => fourth(&mut cursor, entry.count)?,
        _ => return Err(invalid("a tag of MetaMorph")),
    };
    Ok(Value::from(map))
}

/// Numbers of tags, each with its value or the offset of it.
fn first(cursor: &mut Cursor<'_>, count: u64, planes: u64) -> Result<Metadata> {
    let mut all = Metadata::new();
    let mut properties = Vec::new();
    for _ in 0..count {
        let number = cursor.u32()?;
        if planes > 1 && PER_PLANE.contains(&number) {
            cursor.skip(4);
            continue;
        }
        if number == PLANE_PROPERTY {
            let at = u64::from(cursor.u32()?) + 4;
            properties.push(property(&mut cursor.moved(at))?);
            continue;
        }
        let (name, value) = tag(cursor, number, planes, true)?;
        all.insert(name, value);
    }
    if !properties.is_empty() {
        all.insert("PlaneProperty", Value::List(properties));
    }
    Ok(all)
}

/// Six numbers for each plane.
fn second(source: &Source, entry: &Entry) -> Result<Metadata> {
    let mut cursor = Cursor::new(source, entry.at);
    let count = cursor.count(u32::try_from(entry.count).unwrap_or(u32::MAX), 24)?;
    let numbers = cursor.numbers(count * 6, |number| number as u32)?;
    let column = |n: usize| -> Vec<u32> { numbers.chunks_exact(6).map(|row| row[n]).collect() };
    let distances = numbers.chunks_exact(6).map(|row| quotient(row[0], row[1]));
    Ok(Metadata::from_iter([
        ("ZDistance", array(&[count], distances.collect::<Vec<_>>())?),
        ("DateCreated", array(&[count], column(2))?),
        ("TimeCreated", array(&[count], column(3))?),
        ("DateModified", array(&[count], column(4))?),
        ("TimeModified", array(&[count], column(5))?),
    ]))
}

/// Numbers of tags, each with its values for all planes behind it.
fn fourth(cursor: &mut Cursor<'_>, planes: u64) -> Result<Metadata> {
    let mut all = Metadata::new();
    loop {
        let number = cursor.u16()?;
        if number == 0 {
            return Ok(all);
        }
        let (name, value) = tag(cursor, number.into(), planes, false)?;
        all.insert(name, value);
    }
}

/// One tag; with `offset` the cursor stands before the offset of the value where that is no plain number.
fn tag(cursor: &mut Cursor<'_>, number: u32, planes: u64, offset: bool) -> Result<(String, Value)> {
    let known = usize::try_from(number).ok().and_then(|n| NAMES.get(n));
    let Some(&(name, kind)) = known else {
        return Ok((format!("_TagId{number}"), Value::from(cursor.u32()?)));
    };
    if kind == Kind::Skip {
        return Ok((format!("_{name}"), Value::from(cursor.u32()?)));
    }
    if kind == Kind::Number {
        return Ok((name.to_owned(), Value::from(cursor.u32()?)));
    }
    if !offset {
        return Ok((name.to_owned(), value(cursor, kind, planes)?));
    }
    let at = cursor.u32()?;
    let value = match (at, kind) {
        (0..8, Kind::Text) => Value::from(""),
        (0..8, _) if number == ABSOLUTE_Z_VALID => Value::from(at),
        (0..8, _) => Value::from(at),
        // What an offset leads to can be missing; the other tags still count.
        (at, kind) => value(&mut cursor.moved(at.into()), kind, planes).unwrap_or_default(),
    };
    Ok((name.to_owned(), value))
}

fn value(cursor: &mut Cursor<'_>, kind: Kind, planes: u64) -> Result<Value> {
    let count =
        |cursor: &Cursor<'_>, size| cursor.count(u32::try_from(planes).unwrap_or(u32::MAX), size);
    Ok(match kind {
        Kind::Fraction => Value::from(quotient(cursor.u32()?, cursor.u32()?)),
        Kind::Date => {
            let (day, ms) = (cursor.u32()?, cursor.u32()?);
            julian(day, ms).map(Value::from).unwrap_or_default()
        }
        Kind::Property => property(cursor)?,
        Kind::Text => Value::from(text(cursor)?),
        Kind::Texts => {
            let count = count(cursor, 4)?;
            let texts: Result<Vec<Value>> =
                (0..count).map(|_| text(cursor).map(Value::from)).collect();
            Value::List(texts?)
        }
        Kind::Positions => {
            let count = count(cursor, 16)?;
            array(&[count, 2], quotients(cursor, count * 2)?)?
        }
        Kind::Fractions => {
            let count = count(cursor, 8)?;
            array(&[count], quotients(cursor, count)?)?
        }
        Kind::Numbers => {
            let count = count(cursor, 4)?;
            array(&[count], cursor.numbers(count, |number| number as u32)?)?
        }
        Kind::Long => Value::from(cursor.u32()?),
        Kind::TwoLongs => Value::from([cursor.u32()?, cursor.u32()?]),
        Kind::Table => array(&[256, 3], cursor.bytes(768)?)?,
        Kind::Number | Kind::Skip => Value::from(cursor.u32()?),
    })
}

fn property(cursor: &mut Cursor<'_>) -> Result<Value> {
    let len = cursor.u8()?;
    let name = cursor.text(len.into())?;
    let flags = cursor.u32()?;
    let value = if cursor.u8()? == 1 {
        Value::from(quotient(cursor.u32()?, cursor.u32()?))
    } else {
        let len = cursor.u8()?;
        Value::from(cursor.text(len.into())?)
    };
    Ok(Value::from(Metadata::from_iter([
        ("name", Value::from(name)),
        ("flags", Value::from(flags)),
        ("value", value),
    ])))
}

/// Text with its length, NUL included, before it.
fn text(cursor: &mut Cursor<'_>) -> Result<String> {
    let len = cursor.u32()?;
    if len >= MAX_TEXT {
        return Err(invalid("a text"));
    }
    let mut bytes = cursor.bytes(len as usize)?;
    bytes.pop();
    Ok(text_of(bytes))
}

fn fractions(cursor: &mut Cursor<'_>, count: u64) -> Result<Value> {
    let count = cursor.count(u32::try_from(count).unwrap_or(u32::MAX), 8)?;
    array(&[count], quotients(cursor, count)?)
}

fn quotients(cursor: &mut Cursor<'_>, count: usize) -> Result<Vec<f64>> {
    let numbers = cursor.numbers(count.saturating_mul(2), |number| number as u32)?;
    Ok(numbers
        .chunks_exact(2)
        .map(|pair| quotient(pair[0], pair[1]))
        .collect())
}

fn quotient(numerator: u32, denominator: u32) -> f64 {
    f64::from(numerator) / f64::from(denominator)
}

/// The date of a Julian day as MetaMorph counts them, and of milliseconds since midnight (Meeus, Astronomical
/// Algorithms, chapter 7).
fn julian(day: u32, ms: u32) -> Option<DateTime> {
    // No date before year 1.
    if day <= 1_721_423 || day > 10_000_000 {
        return None;
    }
    let mut a = i64::from(day) + 1;
    if a > 2_299_160 {
        let alpha = ((a as f64 - 1_867_216.25) / 36_524.25) as i64;
        a += 1 + alpha - alpha / 4;
    }
    let b = a + 1524;
    let c = ((b as f64 - 122.1) / 365.25) as i64;
    let d = (365.25 * c as f64) as i64;
    let e = ((b - d) as f64 / 30.6001) as i64;
    let day = b - d - (30.6001 * e as f64) as i64;
    let month = e - if e <= 13 { 1 } else { 13 };
    let year = c - if month > 2 { 4716 } else { 4715 };
    let seconds = ms / 1000;
    let mut date = DateTime::new(
        i32::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
        u8::try_from(seconds / 3600).ok()?,
        (seconds / 60 % 60) as u8,
        (seconds % 60) as u8,
    )?;
    date.nanosecond = ms % 1000 * 1_000_000;
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_metamorph_counts_them() {
        let date = |day, ms| julian(day, ms).map(|date| date.to_string());
        assert_eq!(
            date(2_451_576, 54_362_783).as_deref(),
            Some("2000-02-02T15:06:02.783")
        );
        assert_eq!(date(1_721_423, 0), None);
        assert_eq!(date(u32::MAX, 0), None);
        assert_eq!(date(2_451_576, u32::MAX), None);
    }
}
