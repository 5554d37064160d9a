//! ImageJ's metadata: lines of the description, and the blocks of its private tags.

use imageio_core::{Element, Error, Metadata, NdImage, Result, Value};

use crate::format::ifd::Ifd;
use crate::format::source::{ByteOrder, Source};
use crate::format::tags;

/// Bytes of the header of a block index: a mark and up to a hundred kinds.
const HEADER: std::ops::RangeInclusive<u64> = 12..=804;

/// The lines `key=value` of a description, numbers and truth values as such.
pub(crate) fn description(text: &str) -> Metadata {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), typed(value.trim())))
        .collect()
}

fn typed(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        return Value::from(number);
    }
    if let Ok(number) = text.parse::<f64>() {
        return Value::from(number);
    }
    match text.to_ascii_lowercase().as_str() {
        "true" => Value::from(true),
        "false" => Value::from(false),
        _ => Value::from(text),
    }
}

/// What tags 50838 and 50839 hold: `Info`, `Labels`, `Ranges`, `LUTs`, `ROI`, `Overlays`, `Properties`, `Plot`.
///
/// # Errors
/// `Corrupt` when the blocks are not as the header has them.
pub(crate) fn blocks(source: &Source, ifd: &Ifd) -> Result<Metadata> {
    let (Some(counts), Some(data)) = (
        ifd.get(tags::IJ_METADATA_BYTE_COUNTS),
        ifd.get(tags::IJ_METADATA),
    ) else {
        return Ok(Metadata::new());
    };
    let counts = source.integers(counts, 0..counts.count)?;
    let bytes = source.bytes(data)?;
    parse(&counts, &bytes, source.order()).map_err(|error| error.at("ImageJ's metadata"))
}

fn parse(counts: &[u64], bytes: &[u8], order: ByteOrder) -> Result<Metadata> {
    let cut = || Error::corrupt("the blocks end too early");
    let (&header, counts) = counts.split_first().ok_or_else(cut)?;
    if !matches!(bytes.get(..4), Some(b"IJIJ" | b"JIJI")) || !HEADER.contains(&header) {
        return Err(Error::corrupt(format!(
            "a header of {header} bytes without its mark"
        )));
    }
    let kinds = (header as usize - 4) / 8;
    let table = bytes.get(4..4 + kinds * 8).ok_or_else(cut)?;
    let mut rest = bytes.get(4 + kinds * 8..).ok_or_else(cut)?;
    let mut counts = counts.iter();
    let mut metadata = Metadata::new();
    for entry in table.chunks_exact(8) {
        let (mark, count) = entry.split_at(4);
        let mut mark = [mark[0], mark[1], mark[2], mark[3]];
        if order == ByteOrder::Little {
            mark.reverse();
        }
        let mut values = Vec::new();
        for _ in 0..order.uint(count) {
            let len = counts.next().and_then(|&len| usize::try_from(len).ok());
            let (block, behind) = len
                .and_then(|len| rest.split_at_checked(len))
                .ok_or_else(cut)?;
            rest = behind;
            values.push(value(mark, block, order)?);
        }
        let value = match values.len() {
            1 => values.pop().unwrap_or_default(),
            _ if mark == *b"prop" => properties(values),
            _ => Value::List(values),
        };
        metadata.insert(name(mark), value);
    }
    Ok(metadata)
}

fn name(mark: [u8; 4]) -> String {
    match &mark {
        b"info" => "Info".to_owned(),
        b"labl" => "Labels".to_owned(),
        b"rang" => "Ranges".to_owned(),
        b"luts" => "LUTs".to_owned(),
        b"plot" => "Plot".to_owned(),
        b"roi " => "ROI".to_owned(),
        b"over" => "Overlays".to_owned(),
        b"prop" => "Properties".to_owned(),
        _ => String::from_utf8_lossy(&mark).trim().to_owned(),
    }
}

fn value(mark: [u8; 4], block: &[u8], order: ByteOrder) -> Result<Value> {
    Ok(match &mark {
        b"info" | b"labl" | b"prop" => {
            let units = block.chunks_exact(2).map(|unit| order.uint(unit) as u16);
            let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
            Value::from(text.collect::<String>())
        }
        b"rang" => {
            let numbers = block
                .chunks_exact(8)
                .map(|number| f64::from_bits(order.uint(number)));
            Value::List(numbers.map(Value::from).collect())
        }
        b"luts" if !block.is_empty() && block.len().is_multiple_of(256) => {
            array(block, block.len() / 256)?
        }
        _ => Value::from(block),
    })
}

fn array<T: Element>(colours: &[T], rows: usize) -> Result<Value> {
    NdImage::from_vec(&[rows, colours.len() / rows.max(1)], colours.to_vec()).map(Value::from)
}

/// Keys and values that take turns.
fn properties(values: Vec<Value>) -> Value {
    if !values.len().is_multiple_of(2) {
        return Value::List(values);
    }
    let mut values = values.into_iter();
    let mut map = Metadata::new();
    while let (Some(key), Some(value)) = (values.next(), values.next()) {
        map.insert(key.to_string(), value);
    }
    Value::from(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_typed_values() {
        let metadata =
            description("ImageJ=1.11a\nimages=510\nspacing=0.5\nhyperstack=true\nunit=um\n");
        let get = |key| metadata.get(key).cloned();
        assert_eq!(get("ImageJ"), Some(Value::from("1.11a")));
        assert_eq!(get("images"), Some(Value::from(510)));
        assert_eq!(get("spacing"), Some(Value::from(0.5)));
        assert_eq!(get("hyperstack"), Some(Value::from(true)));
        assert_eq!(get("unit"), Some(Value::from("um")));
    }

    fn utf16(text: &str, order: ByteOrder) -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|unit| match order {
                ByteOrder::Little => unit.to_le_bytes(),
                ByteOrder::Big => unit.to_be_bytes(),
            })
            .collect()
    }

    fn blocks(order: ByteOrder) -> Result<Metadata> {
        let number = |n: u32| match order {
            ByteOrder::Little => n.to_le_bytes(),
            ByteOrder::Big => n.to_be_bytes(),
        };
        let mark = |mark: &[u8; 4]| {
            let mut mark = *mark;
            if order == ByteOrder::Little {
                mark.reverse();
            }
            mark
        };
        let (info, one, two) = (utf16("µ", order), utf16("a", order), utf16("bc", order));
        let bytes = [
            &mark(b"IJIJ")[..],
            &mark(b"info"),
            &number(1),
            &mark(b"labl"),
            &number(2),
            &mark(b"luts"),
            &number(1),
            &info,
            &one,
            &two,
            &[7; 768],
        ]
        .concat();
        parse(&[28, 2, 2, 4, 768], &bytes, order)
    }

    #[test]
    fn blocks_are_read_in_both_byte_orders() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let metadata = blocks(order).unwrap();
            assert_eq!(metadata.get("Info"), Some(&Value::from("µ")));
            assert_eq!(
                metadata.get("Labels"),
                Some(&Value::from(vec![Value::from("a"), Value::from("bc")]))
            );
            let Some(Value::Array(lut)) = metadata.get("LUTs") else {
                panic!("no table");
            };
            assert_eq!(lut.shape(), [3, 256]);
        }
    }

    #[test]
    fn cut_blocks_are_refused() {
        assert!(parse(&[12, 9], b"IJIJinfo\0\0\0\x01ab", ByteOrder::Big).is_err());
        assert!(parse(&[12], b"IJIJinfo\xff\xff\xff\xff", ByteOrder::Big).is_err());
        assert!(parse(&[], b"IJIJ", ByteOrder::Big).is_err());
        assert!(parse(&[3], b"IJIJ", ByteOrder::Big).is_err());
    }
}
