//! Values: from an element's bytes to what they say.

use imageio_core::{Element as Number, NdImage, Value};

use super::charset::Charsets;
use super::data_set::Vr;

/// Numbers from which a list becomes an array.
const MANY: usize = 64;

/// The value of `bytes` of type `vr`. Several texts or numbers are a list.
pub(crate) fn value(bytes: &[u8], vr: Vr, big_endian: bool, charsets: &Charsets) -> Value {
    match &vr {
        b"US" => numbers(bytes, big_endian, u16::from_le_bytes, u16::swap_bytes),
        b"SS" => numbers(bytes, big_endian, i16::from_le_bytes, i16::swap_bytes),
        b"UL" => numbers(bytes, big_endian, u32::from_le_bytes, u32::swap_bytes),
        b"SL" => numbers(bytes, big_endian, i32::from_le_bytes, i32::swap_bytes),
        b"UV" => numbers(bytes, big_endian, u64::from_le_bytes, u64::swap_bytes),
        b"SV" => numbers(bytes, big_endian, i64::from_le_bytes, i64::swap_bytes),
        b"FL" => numbers(bytes, big_endian, f32::from_le_bytes, |number| {
            f32::from_bits(number.to_bits().swap_bytes())
        }),
        b"FD" => numbers(bytes, big_endian, f64::from_le_bytes, |number| {
            f64::from_bits(number.to_bits().swap_bytes())
        }),
        b"AT" => tags(bytes, big_endian),
        b"DS" => decimals(bytes),
        b"IS" => integers(bytes),
        b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"UN" => Value::from(bytes),
        b"LT" | b"ST" | b"UT" => text(&charsets.decode(bytes, false)),
        b"LO" | b"SH" | b"UC" | b"PN" => texts(&charsets.decode(bytes, vr == *b"PN")),
        b"UR" => text(&String::from_utf8_lossy(bytes)),
        b"AE" | b"AS" | b"CS" | b"DA" | b"DT" | b"TM" | b"UI" => {
            texts(&String::from_utf8_lossy(bytes))
        }
        _ => Value::from(bytes),
    }
}

/// The value as Python's default metadata has it: texts are never split, and positions are numbers.
pub(crate) fn usual(bytes: &[u8], vr: Vr, big_endian: bool, charsets: &Charsets) -> Value {
    match &vr {
        b"LO" | b"PN" => text(&charsets.decode(bytes, vr == *b"PN")),
        b"CS" if bytes.contains(&b'\\') => match decimals(bytes) {
            Value::Str(_) => text(&String::from_utf8_lossy(bytes)),
            numbers => numbers,
        },
        b"AS" | b"CS" | b"DA" | b"TM" | b"UI" => text(&String::from_utf8_lossy(bytes)),
        _ => value(bytes, vr, big_endian, charsets),
    }
}

/// Text without its padding; nothing where there is none.
fn text(text: &str) -> Value {
    let text = text.trim_matches('\0').trim_end_matches([' ', '\0']);
    if text.is_empty() {
        Value::Null
    } else {
        text.into()
    }
}

fn texts(all: &str) -> Value {
    let parts: Vec<Value> = all
        .split('\\')
        .map(|part| text(part.trim_start_matches(' ')))
        .collect();
    one_or_list(parts)
}

/// Numbers in digits; where one is none, the text that they are.
fn decimals(bytes: &[u8]) -> Value {
    in_digits(bytes, |part| part.parse::<f64>().ok().map(Value::from))
}

fn integers(bytes: &[u8]) -> Value {
    in_digits(bytes, |part| part.parse::<i64>().ok().map(Value::from))
}

fn in_digits(bytes: &[u8], parse: impl Fn(&str) -> Option<Value>) -> Value {
    let all = String::from_utf8_lossy(bytes);
    let all = all.trim_matches(['\0', ' ']);
    // Empty values among others are left out, as in Python.
    let parts = all.split('\\').map(|part| part.trim_matches(['\0', ' ']));
    let parts: Option<Vec<Value>> = parts.filter(|part| !part.is_empty()).map(parse).collect();
    match parts {
        _ if all.is_empty() => Value::Null,
        Some(parts) if !all.contains('\\') => one_or_list(parts),
        Some(parts) => Value::List(parts),
        None => all.into(),
    }
}

fn numbers<T: Number + Into<Value>, const N: usize>(
    bytes: &[u8],
    big_endian: bool,
    read: impl Fn([u8; N]) -> T,
    swap: impl Fn(T) -> T,
) -> Value {
    let chunks = bytes
        .chunks_exact(N)
        .filter_map(|chunk| chunk.first_chunk::<N>());
    let numbers = chunks.map(|chunk| {
        let number = read(*chunk);
        if big_endian { swap(number) } else { number }
    });
    let numbers: Vec<T> = numbers.collect();
    if numbers.len() * N != bytes.len() {
        // Of another length than its type has.
        return Value::from(bytes);
    }
    if numbers.len() > MANY {
        let shape = [numbers.len()];
        return NdImage::from_vec(&shape, numbers)
            .map_or(Value::Null, |array| Value::Array(Box::new(array)));
    }
    one_or_list(numbers.into_iter().map(Into::into).collect())
}

/// Tags, written as `(gggg,eeee)`.
fn tags(bytes: &[u8], big_endian: bool) -> Value {
    let words = bytes
        .chunks_exact(4)
        .filter_map(|chunk| chunk.first_chunk::<4>());
    let tags = words.map(|&[a, b, c, d]| {
        let word = |bytes| {
            if big_endian {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            }
        };
        Value::from(format!("({:04x},{:04x})", word([a, b]), word([c, d])))
    });
    one_or_list(tags.collect())
}

fn one_or_list(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 => Value::Null,
        1 => values.pop().unwrap_or_default(),
        _ => Value::List(values),
    }
}
