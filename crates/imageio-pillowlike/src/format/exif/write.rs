//! Writing of small EXIF blocks, little-endian, without the prefix that JPEG puts before them.

use imageio_core::{DateTime, Metadata, Rational, Value};

use super::tags::{EXIF_POINTER, GPS_POINTER, Group, tag_of};

/// A field ready to be placed: type, number of values, their bytes.
struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    data: Vec<u8>,
}

/// A block holding the tags of `tags` that have a name in the standard; `Exif` and `GPSInfo` may be nested maps.
///
/// Values that EXIF cannot hold, as truth values, are left out.
pub(crate) fn build(tags: &Metadata) -> Vec<u8> {
    let mut fields = fields_of(tags, Group::Main);
    // Offsets are the reader's to find; the ones that `parse` reports belong to another block.
    fields.retain(|field| field.tag != EXIF_POINTER && field.tag != GPS_POINTER);
    let children: Vec<(u16, Vec<Field>)> = [(EXIF_POINTER, Group::Exif), (GPS_POINTER, Group::Gps)]
        .into_iter()
        .filter_map(|(tag, group)| Some((tag, fields_of(tags.get(group.key())?.as_map()?, group))))
        .collect();
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    let main_len = directory_len(&fields) + 12 * children.len();
    let mut at = block.len() + main_len;
    for (tag, child) in &children {
        fields.push(Field {
            tag: *tag,
            kind: 4,
            count: 1,
            data: (at as u32).to_le_bytes().to_vec(),
        });
        at += directory_len(child);
    }
    place(&mut block, fields);
    for (_, child) in children {
        place(&mut block, child);
    }
    block
}

fn fields_of(tags: &Metadata, group: Group) -> Vec<Field> {
    let named = |(name, value): (&str, &Value)| field(tag_of(group, name)?, value);
    tags.iter().filter_map(named).collect()
}

fn field(tag: u16, value: &Value) -> Option<Field> {
    let (kind, count, data) = match value {
        Value::Str(text) => ascii(text),
        Value::DateTime(at) => ascii(&stamp(*at)),
        // Table 15 has the version and the altitude's reference as bytes, Windows its own texts.
        Value::Bytes(bytes) => {
            let kind = if tag < 0x10 || (0x9c9b..=0x9c9f).contains(&tag) {
                1
            } else {
                7
            };
            (kind, bytes.len(), bytes.clone())
        }
        Value::List(values) => {
            let parts: Vec<_> = values.iter().map(number).collect::<Option<_>>()?;
            let kind = parts.iter().map(|(kind, _)| *kind).max()?;
            if parts.iter().any(|(own, _)| *own != kind && kind > 4) {
                return None;
            }
            let widened = |(own, data): &(u16, Vec<u8>)| {
                let mut data = data.clone();
                data.resize(if kind > *own { 4 } else { data.len() }, 0);
                data
            };
            (kind, parts.len(), parts.iter().flat_map(widened).collect())
        }
        value => {
            let (kind, data) = number(value)?;
            (kind, 1, data)
        }
    };
    let count = u32::try_from(count).ok()?;
    Some(Field {
        tag,
        kind,
        count,
        data,
    })
}

fn ascii(text: &str) -> (u16, usize, Vec<u8>) {
    let mut data = text.as_bytes().to_vec();
    data.push(0);
    (2, data.len(), data)
}

/// Type and bytes of one number: SHORT, LONG, SLONG, RATIONAL or SRATIONAL.
fn number(value: &Value) -> Option<(u16, Vec<u8>)> {
    match value {
        Value::Int(value) => {
            if let Ok(short) = u16::try_from(*value) {
                Some((3, short.to_le_bytes().to_vec()))
            } else if let Ok(long) = u32::try_from(*value) {
                Some((4, long.to_le_bytes().to_vec()))
            } else {
                let long = i32::try_from(*value).ok()?;
                Some((9, long.to_le_bytes().to_vec()))
            }
        }
        Value::Rational(value) => fraction(*value),
        Value::Float(value) => fraction(approximate(*value)?),
        _ => None,
    }
}

fn fraction(value: Rational) -> Option<(u16, Vec<u8>)> {
    let (above, below) = (value.numerator, value.denominator);
    if let (Ok(above), Ok(below)) = (u32::try_from(above), u32::try_from(below)) {
        return Some((5, [above.to_le_bytes(), below.to_le_bytes()].concat()));
    }
    let (above, below) = (i32::try_from(above).ok()?, i32::try_from(below).ok()?);
    Some((10, [above.to_le_bytes(), below.to_le_bytes()].concat()))
}

/// The fraction with the smallest parts that is as near to `value` as four bytes allow.
fn approximate(value: f64) -> Option<Rational> {
    let limit = f64::from(i32::MAX);
    if !value.is_finite() || value.abs() > limit {
        return None;
    }
    // Convergents of the continued fraction.
    let (mut above, mut below) = ((1.0, 0.0), (0.0, 1.0));
    let mut rest = value.abs();
    for _ in 0..40 {
        let whole = rest.floor();
        let next = (whole * above.0 + above.1, whole * below.0 + below.1);
        if next.0 > limit || next.1 > limit {
            break;
        }
        (above, below) = ((next.0, above.0), (next.1, below.0));
        if rest - whole < 1e-9 || (above.0 / below.0 - value.abs()).abs() < f64::EPSILON {
            break;
        }
        rest = (rest - whole).recip();
    }
    let sign = if value < 0.0 { -1 } else { 1 };
    Some(Rational::new(sign * above.0 as i64, below.0 as i64))
}

/// EXIF 2.32, 4.6.4 D: `YYYY:MM:DD HH:MM:SS`.
fn stamp(at: DateTime) -> String {
    format!(
        "{:04}:{:02}:{:02} {:02}:{:02}:{:02}",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    )
}

/// Bytes that a directory takes with the values that do not fit into its entries.
fn directory_len(fields: &[Field]) -> usize {
    let outside = |field: &Field| match field.data.len() {
        0..=4 => 0,
        len => len.next_multiple_of(2),
    };
    6 + fields
        .iter()
        .map(|field| 12 + outside(field))
        .sum::<usize>()
}

/// Appends a directory and its values.
fn place(block: &mut Vec<u8>, mut fields: Vec<Field>) {
    fields.sort_by_key(|field| field.tag);
    let mut at = block.len() + 6 + 12 * fields.len();
    block.extend((fields.len() as u16).to_le_bytes());
    let mut outside = Vec::new();
    for field in fields {
        block.extend(field.tag.to_le_bytes());
        block.extend(field.kind.to_le_bytes());
        block.extend(field.count.to_le_bytes());
        let mut data = field.data;
        if data.len() <= 4 {
            data.resize(4, 0);
            block.extend(data);
        } else {
            block.extend((at as u32).to_le_bytes());
            data.resize(data.len().next_multiple_of(2), 0);
            at += data.len();
            outside.extend(data);
        }
    }
    block.extend([0; 4]);
    block.extend(outside);
}
