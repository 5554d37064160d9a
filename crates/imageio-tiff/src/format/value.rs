//! Values of entries: numbers, text, bytes, and whatever is stored with its type.

use std::ops::Range;

use imageio_core::{Element, Error, NdImage, Rational, Result, Value};

use super::ifd::{Entry, FieldType};
use super::source::Source;
use super::tags;

/// From this many elements on, a value is an array instead of a list.
const LIST_MAX: u64 = 1024;

impl Source {
    /// The elements `range` of a whole-number value; no other ones are read, and `range` is cut to what there is.
    ///
    /// # Errors
    /// `Corrupt` for other types and negative numbers.
    pub(crate) fn integers(&self, entry: &Entry, range: Range<u64>) -> Result<Vec<u64>> {
        let wrong = |what: String| Error::corrupt(format!("tag {}: {what}", entry.tag));
        if !entry.kind.is_integer() {
            return Err(wrong(format!(
                "type {:?} where a whole number is due",
                entry.kind
            )));
        }
        let (start, end) = (range.start.min(entry.count), range.end.min(entry.count));
        let count = usize::try_from(end.saturating_sub(start))
            .map_err(|_| wrong(format!("{} values", end - start)))?;
        let size = entry.kind.size();
        let len = count
            .checked_mul(size)
            .ok_or_else(|| wrong(format!("{count} values")))?;
        let bytes = self.structure(entry.at + start * size as u64, len)?;
        let mut numbers = self.limits().try_capacity(count, "the values of a tag")?;
        let sign = if entry.kind.is_signed() {
            1 << (size * 8 - 1)
        } else {
            0
        };
        for element in bytes.chunks_exact(size) {
            let number = self.order().uint(element);
            if number & sign != 0 {
                return Err(wrong("a negative number".to_owned()));
            }
            numbers.push(number | u64::from(entry.high) << 32);
        }
        Ok(numbers)
    }

    /// The first element of a whole-number value.
    pub(crate) fn integer(&self, entry: &Entry) -> Result<u64> {
        let first = self.integers(entry, 0..1)?.first().copied();
        first.ok_or_else(|| Error::corrupt(format!("tag {}: no value", entry.tag)))
    }

    /// The bytes of a value of any type.
    pub(crate) fn bytes(&self, entry: &Entry) -> Result<Vec<u8>> {
        let len = usize::try_from(entry.len())
            .map_err(|_| Error::corrupt(format!("tag {}: {} bytes", entry.tag, entry.len())))?;
        self.limits().claim(len as u64, "the value of a tag")?;
        Ok(self.structure(entry.at, len)?.into_owned())
    }

    /// The text of a value of bytes, without NULs and blanks around it.
    ///
    /// Writers differ: it is UTF-8 or, where that fails, Windows-1252.
    pub(crate) fn text(&self, entry: &Entry) -> Result<String> {
        if entry.kind.size() != 1 {
            let message = format!("tag {}: type {:?} where text is due", entry.tag, entry.kind);
            return Err(Error::corrupt(message));
        }
        Ok(decode_text(self.bytes(entry)?))
    }

    /// The value with its type, as tifffile gives it: bytes and texts whole, one number alone, more as a list, many
    /// as an array, fractions as such.
    pub(crate) fn value(&self, entry: &Entry) -> Result<Value> {
        match entry.kind {
            FieldType::Ascii => return self.text(entry).map(Value::from),
            FieldType::Byte | FieldType::Undefined => return self.bytes(entry).map(Value::from),
            _ => {}
        }
        let bytes = self.bytes(entry)?;
        if entry.count > LIST_MAX || matches!(entry.tag, tags::COLOR_MAP | tags::TRANSFER_FUNCTION)
        {
            return self.array(entry, &bytes);
        }
        let size = entry.kind.size();
        let mut values: Vec<Value> = bytes
            .chunks_exact(size)
            .map(|element| self.element(entry, element))
            .collect();
        match values.len() {
            1 if !tags::is_list(entry.tag) => Ok(values.pop().unwrap_or_default()),
            _ => Ok(Value::List(values)),
        }
    }

    fn element(&self, entry: &Entry, bytes: &[u8]) -> Value {
        let order = self.order();
        let number = order.uint(bytes);
        let halves = || {
            let (a, b) = bytes.split_at(bytes.len() / 2);
            (order.uint(a), order.uint(b))
        };
        match entry.kind {
            FieldType::SByte => Value::from(number as i8),
            FieldType::SShort => Value::from(number as i16),
            FieldType::SLong => Value::from(number as i32),
            FieldType::SLong8 => Value::from(number as i64),
            FieldType::Float => Value::from(f32::from_bits(number as u32)),
            FieldType::Double => Value::from(f64::from_bits(number)),
            FieldType::Rational => {
                let (a, b) = halves();
                Value::from(Rational::new(a as i64, b as i64))
            }
            FieldType::SRational => {
                let (a, b) = halves();
                Value::from(Rational::new(i64::from(a as i32), i64::from(b as i32)))
            }
            _ => Value::from(number | u64::from(entry.high) << 32),
        }
    }

    /// The elements as an array of their own type; fractions have an axis for their two parts.
    fn array(&self, entry: &Entry, bytes: &[u8]) -> Result<Value> {
        let order = self.order();
        let count = entry.count as usize;
        let map = matches!(entry.tag, tags::COLOR_MAP | tags::TRANSFER_FUNCTION);
        let shape = match entry.kind {
            FieldType::Rational | FieldType::SRational => vec![count, 2],
            _ if map && count.is_multiple_of(3) => vec![3, count / 3],
            _ => vec![count],
        };
        macro_rules! of {
            ($type:ty, $size:literal, $from:expr) => {
                self.typed_array::<$type>(&shape, bytes, $size, $from)
            };
        }
        match entry.kind {
            FieldType::Byte | FieldType::Ascii | FieldType::Undefined => {
                of!(u8, 1, |b| order.uint(b) as u8)
            }
            FieldType::SByte => of!(i8, 1, |b| order.uint(b) as i8),
            FieldType::Short => of!(u16, 2, |b| order.uint(b) as u16),
            FieldType::SShort => of!(i16, 2, |b| order.uint(b) as i16),
            FieldType::Long | FieldType::Ifd | FieldType::Rational => {
                of!(u32, 4, |b| order.uint(b) as u32)
            }
            FieldType::SLong | FieldType::SRational => of!(i32, 4, |b| order.uint(b) as i32),
            FieldType::Float => of!(f32, 4, |b| f32::from_bits(order.uint(b) as u32)),
            FieldType::Double => of!(f64, 8, |b| f64::from_bits(order.uint(b))),
            FieldType::Long8 | FieldType::Ifd8 => of!(u64, 8, |b| order.uint(b)),
            FieldType::SLong8 => of!(i64, 8, |b| order.uint(b) as i64),
        }
    }

    fn typed_array<T: Element>(
        &self,
        shape: &[usize],
        bytes: &[u8],
        size: usize,
        from: impl Fn(&[u8]) -> T,
    ) -> Result<Value> {
        let mut elements = self
            .limits()
            .try_capacity(bytes.len() / size, "the values of a tag")?;
        elements.extend(bytes.chunks_exact(size).map(from));
        NdImage::from_vec(shape, elements).map(Value::from)
    }
}

/// Text as tifffile decodes it.
pub(crate) fn decode_text(mut bytes: Vec<u8>) -> String {
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    let text = decode_raw_text(bytes);
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        return text;
    }
    trimmed.to_owned()
}

/// UTF-8 or, where that fails, Windows-1252.
pub(crate) fn decode_raw_text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error
            .as_bytes()
            .iter()
            .map(|&byte| windows_1252(byte))
            .collect(),
    }
}

/// The character of a byte in Windows-1252; the five bytes that it leaves open are those of Latin-1.
fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}',
        '\u{2021}', '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}',
        '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}',
        '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}',
        '\u{178}',
    ];
    match byte {
        0x80..0xa0 => UPPER[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use imageio_core::{DType, ErrorKind, Request};

    use super::*;

    /// A source whose bytes from offset 8 on are `bytes`.
    fn source(mark: [u8; 4], bytes: &[u8]) -> Source {
        let all = [&mark[..], &[0; 4], bytes].concat();
        Source::open(Request::from(all), None, None).unwrap()
    }

    fn entry(tag: u16, kind: FieldType, count: u64) -> Entry {
        Entry {
            tag,
            kind,
            count,
            at: 8,
            high: 0,
        }
    }

    #[test]
    fn only_the_numbers_asked_for_are_read() {
        let bytes: Vec<u8> = (0..100u32).flat_map(u32::to_be_bytes).collect();
        let source = source(*b"MM\0*", &bytes);
        let offsets = entry(324, FieldType::Long, 100);
        assert_eq!(source.integers(&offsets, 7..9).unwrap(), [7, 8]);
        assert_eq!(source.integers(&offsets, 99..200).unwrap(), [99]);
        assert!(source.integers(&offsets, 300..400).unwrap().is_empty());
        assert_eq!(source.integer(&offsets).unwrap(), 0);
        let beyond = entry(324, FieldType::Long, 101);
        assert_eq!(
            source.integers(&beyond, 100..101).map_err(|e| e.kind()),
            Err(ErrorKind::Corrupt)
        );
    }

    #[test]
    fn values_keep_their_types() {
        let little = source(*b"II*\0", &[0xff, 0xff, 1, 0, 2, 0, 0, 0]);
        let value = |kind, count| little.value(&entry(700, kind, count)).unwrap();
        assert_eq!(value(FieldType::SShort, 1), Value::Int(-1));
        assert_eq!(
            value(FieldType::Short, 2),
            Value::from(vec![Value::Int(0xffff), Value::Int(1)])
        );
        assert_eq!(
            value(FieldType::Rational, 1),
            Value::from(Rational::new(0x1ffff, 2))
        );
        assert_eq!(value(FieldType::Undefined, 2), Value::Bytes(vec![0xff; 2]));
        assert_eq!(
            little
                .integer(&entry(256, FieldType::SShort, 1))
                .unwrap_err()
                .message(),
            "tag 256: a negative number"
        );
        assert!(little.integer(&entry(256, FieldType::Float, 1)).is_err());
    }

    #[test]
    fn colour_maps_and_long_lists_are_arrays() {
        let source = source(*b"II*\0", &[0; 4400]);
        let Value::Array(map) = source.value(&entry(320, FieldType::Short, 12)).unwrap() else {
            panic!("no array");
        };
        assert_eq!((map.dtype(), map.shape()), (DType::U16, &[3, 4][..]));
        let Value::Array(list) = source.value(&entry(700, FieldType::Float, 1100)).unwrap() else {
            panic!("no array");
        };
        assert_eq!((list.dtype(), list.shape()), (DType::F32, &[1100][..]));
    }

    #[test]
    fn text_is_utf_8_or_windows_1252() {
        assert_eq!(decode_text(b" \xc2\xb5m\0\0".to_vec()), "\u{b5}m");
        assert_eq!(decode_text(b"\xb5m \x80\0".to_vec()), "\u{b5}m \u{20ac}");
    }
}
