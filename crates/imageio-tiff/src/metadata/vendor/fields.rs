//! Structures that are no more than fields: NIH Image, Olympus SIS.

use imageio_core::{DateTime, Metadata, Result, Value};

use super::cursor::{Cursor, Field, Layout, array, invalid};
use crate::format::ifd::Entry;
use crate::format::source::Source;

const NIH_HEAD: &Layout = &[
    ("FileID", Field::Text(8)),
    ("nLines", Field::I16),
    ("PixelsPerLine", Field::I16),
    ("Version", Field::I16),
    ("OldLutMode", Field::I16),
    ("OldnColors", Field::I16),
];

const NIH_COLOURS: &Layout = &[("OldColorStart", Field::I16), ("ColorWidth", Field::I16)];

const NIH_TAIL: &Layout = &[
    ("nExtraColors", Field::I16),
    ("ForegroundIndex", Field::I16),
    ("BackgroundIndex", Field::I16),
    ("XScale", Field::F64),
    ("Unused2", Field::I16),
    ("Unused3", Field::I16),
    ("UnitsID", Field::I16),
    ("p1", Field::Many(&Field::I16, 2)),
    ("p2", Field::Many(&Field::I16, 2)),
    ("CurveFitType", Field::I16),
    ("nCoefficients", Field::I16),
    ("Coeff", Field::Many(&Field::F64, 6)),
    ("UMsize", Field::U8),
    ("UM", Field::Text(15)),
    ("UnusedBoolean", Field::U8),
    ("BinaryPic", Field::Bool),
    ("SliceStart", Field::I16),
    ("SliceEnd", Field::I16),
    ("ScaleMagnification", Field::F32),
    ("nSlices", Field::I16),
    ("SliceSpacing", Field::F32),
    ("CurrentSlice", Field::I16),
    ("FrameInterval", Field::F32),
    ("PixelAspectRatio", Field::F32),
    ("ColorStart", Field::I16),
    ("ColorEnd", Field::I16),
    ("nColors", Field::I16),
    ("Fill1", Field::Many(&Field::U16, 3)),
    ("Fill2", Field::Many(&Field::U16, 3)),
    ("Table", Field::U8),
    ("LutMode", Field::U8),
    ("InvertedTable", Field::Bool),
    ("ZeroClip", Field::Bool),
    ("XUnitSize", Field::U8),
    ("XUnit", Field::Text(11)),
    ("StackType", Field::I16),
];

/// The header of NIH Image.
pub(super) fn nih(source: &Source, entry: &Entry) -> Result<Value> {
    let mut cursor = Cursor::new(source, entry.at);
    let mut header = cursor.record(NIH_HEAD, usize::MAX)?;
    header.insert("Colors", array(&[3, 32], cursor.bytes(96)?)?);
    header.extend(cursor.record(NIH_COLOURS, usize::MAX)?);
    let colours = cursor.numbers(18, |number| number as u16)?;
    header.insert("ExtraColors", array(&[6, 3], colours)?);
    header.extend(cursor.record(NIH_TAIL, usize::MAX)?);
    for (text, size) in [("XUnit", "XUnitSize"), ("UM", "UMsize")] {
        let len = header.get(size).and_then(Value::as_i64).unwrap_or(0);
        let full = header.get(text).and_then(Value::as_str).unwrap_or_default();
        let cut: String = full
            .chars()
            .take(usize::try_from(len).unwrap_or(0))
            .collect();
        header.insert(text, cut);
    }
    Ok(Value::from(header))
}

/// What is known of the structure of Olympus SIS.
pub(super) fn sis(source: &Source, entry: &Entry) -> Result<Value> {
    let mut cursor = Cursor::new(source, entry.at).little();
    if cursor.bytes(4)? != b"SIS0" {
        return Err(invalid("OlympusSIS"));
    }
    cursor.skip(6);
    let [minute, hour, day, month, year] = [
        cursor.u16()?,
        cursor.u16()?,
        cursor.u16()?,
        cursor.u16()?,
        cursor.u16()?,
    ];
    cursor.skip(6);
    let mut known = Metadata::new();
    known.insert("name", cursor.text(32)?);
    let small = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    let date = DateTime::new(
        1900 + i32::from(year),
        small(month.saturating_add(1)),
        small(day),
        small(hour),
        small(minute),
        0,
    );
    if let Some(date) = date {
        known.insert("datetime", date);
    }
    for _ in 0..cursor.u16()? {
        let kind = cursor.u16()?;
        cursor.skip(2);
        let at = u64::from(cursor.u32()?);
        if kind == 1 {
            known.extend(sis_facts(&mut cursor.moved(at))?);
        }
    }
    Ok(Value::from(known))
}

fn sis_facts(cursor: &mut Cursor<'_>) -> Result<Metadata> {
    cursor.skip(10);
    let exponent = f64::from(cursor.u16()? as i16);
    let scale = 10f64.powf(exponent);
    let (x, y) = (cursor.f64()?, cursor.f64()?);
    cursor.skip(8);
    let magnification = cursor.f64()?;
    cursor.skip(2);
    Ok(Metadata::from_iter([
        ("pixelsizex", Value::from(x * scale)),
        ("pixelsizey", Value::from(y * scale)),
        ("magnification", Value::from(magnification)),
        ("cameraname", Value::from(cursor.text(34)?)),
        ("picturetype", Value::from(cursor.text(32)?)),
    ]))
}
