//! Tags that the caller gives: `(code, dtype, count, value, writeonce)` each.

use imageio_core::{Error, Result, Value};

use crate::format::build::{Tag, Width, kind};

/// Tags that the writer alone knows.
const OWN: [u16; 25] = [
    256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 330, 338, 339,
    400, 32997, 32998, 34665, 34853, 40965,
];

/// The tags of `value`, but for those that the writer alone knows.
pub(super) fn extra_tags(value: &Value, width: Width) -> Result<Vec<Tag>> {
    let tags = match value {
        Value::Null => return Ok(Vec::new()),
        Value::List(tags) => tags,
        other => {
            return Err(bad(&format!(
                "a list is taken, not a {}",
                other.type_name()
            )));
        }
    };
    let tags = tags.iter().map(|tag| extra_tag(tag, width));
    let tags = tags.collect::<Result<Vec<_>>>()?;
    let (kept, own): (Vec<Tag>, Vec<Tag>) =
        tags.into_iter().partition(|tag| !OWN.contains(&tag.code));
    for tag in own {
        log::warn!("tag {} cannot be given as an extra one", tag.code);
    }
    Ok(kept)
}

fn bad(what: &str) -> Error {
    Error::bad_option(format!("extratags: {what}"))
}

fn extra_tag(tag: &Value, width: Width) -> Result<Tag> {
    let wrong = || bad("(code, dtype, count, value, writeonce) is taken");
    let Some([code, dtype, count, value, rest @ ..]) = tag.as_list() else {
        return Err(wrong());
    };
    let once = match rest {
        [] => false,
        [once] => once.as_bool().ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    let code = code.as_i64().and_then(|code| u16::try_from(code).ok());
    let code = code.ok_or_else(wrong)?;
    let kind = type_of(dtype).ok_or_else(|| bad(&format!("tag {code}: unknown type {dtype}")))?;
    let data = data(kind, value, width)
        .ok_or_else(|| bad(&format!("tag {code}: {value} does not fit its type")))?;
    let size = kind::size(kind).unwrap_or(1);
    let found = data.len() / size;
    let counted = count.as_i64().is_some_and(|count| count as usize != found);
    if counted && kind != kind::ASCII && !matches!(value, Value::Bytes(_)) {
        return Err(bad(&format!(
            "tag {code}: {found} values, {count} announced"
        )));
    }
    let tag = Tag::bytes(code, kind, data);
    Ok(if once { tag.once() } else { tag })
}

/// The type of a tag from its number or its sign in Python's `struct`.
fn type_of(dtype: &Value) -> Option<u16> {
    if let Some(number) = dtype.as_i64() {
        let number = u16::try_from(number).ok()?;
        return kind::size(number).map(|_| number);
    }
    let text = dtype.as_str()?.trim_start_matches(['<', '>', '=']);
    if let Ok(number) = text.parse() {
        return kind::size(number).map(|_| number);
    }
    Some(match text {
        "B" | "1B" => 1,
        "s" | "1s" => 2,
        "H" | "1H" => 3,
        "I" | "1I" => 4,
        "2I" => 5,
        "b" | "1b" => 6,
        "h" | "1h" => 8,
        "i" | "1i" => 9,
        "2i" => 10,
        "f" | "1f" => 11,
        "d" | "1d" => 12,
        "Q" | "1Q" => 16,
        "q" | "1q" => 17,
        _ => return None,
    })
}

fn data(kind: u16, value: &Value, width: Width) -> Option<Vec<u8>> {
    if kind == kind::ASCII {
        let mut text = match value {
            Value::Str(text) => text.clone().into_bytes(),
            Value::Bytes(bytes) => bytes.clone(),
            _ => return None,
        };
        if text.last() != Some(&0) {
            text.push(0);
        }
        return Some(text);
    }
    match value {
        // Bytes stand as they are.
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::List(values) => {
            let numbers = values.iter().map(|value| number(kind, value, width));
            numbers.collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        one => number(kind, one, width),
    }
}

fn number(kind: u16, value: &Value, width: Width) -> Option<Vec<u8>> {
    let whole = |value: &Value| match value {
        Value::Int(value) => Some(*value),
        _ => None,
    };
    Some(match kind {
        1 | 7 => vec![u8::try_from(whole(value)?).ok()?],
        6 => vec![i8::try_from(whole(value)?).ok()? as u8],
        3 => width.short(u16::try_from(whole(value)?).ok()?).to_vec(),
        8 => width
            .short(i16::try_from(whole(value)?).ok()? as u16)
            .to_vec(),
        4 | 13 => width.long(u32::try_from(whole(value)?).ok()?).to_vec(),
        9 => width
            .long(i32::try_from(whole(value)?).ok()? as u32)
            .to_vec(),
        16 | 18 => width.long8(u64::try_from(whole(value)?).ok()?).to_vec(),
        17 => width
            .long8(i64::try_from(whole(value)?).ok()? as u64)
            .to_vec(),
        11 => width.long((value.as_f64()? as f32).to_bits()).to_vec(),
        12 => width.long8(value.as_f64()?.to_bits()).to_vec(),
        // A flat list of numerators and denominators, as Python has it, or fractions.
        5 | 10 => match value {
            Value::Rational(it) => [
                half(kind, it.numerator.into())?,
                half(kind, it.denominator.into())?,
            ]
            .map(|it| width.long(it))
            .concat(),
            value => width.long(half(kind, whole(value)?)?).to_vec(),
        },
        _ => return None,
    })
}

fn half(kind: u16, value: i128) -> Option<u32> {
    if kind == 10 {
        i32::try_from(value).ok().map(|it| it as u32)
    } else {
        u32::try_from(value).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::source::ByteOrder;

    const WIDTH: Width = Width {
        order: ByteOrder::Little,
        big: false,
    };

    fn one(code: i32, dtype: impl Into<Value>, value: impl Into<Value>) -> Value {
        let tag = vec![code.into(), dtype.into(), Value::Null, value.into()];
        Value::List(vec![Value::List(tag)])
    }

    #[test]
    fn values_take_the_type_that_is_named() {
        let tags = extra_tags(&one(65000, "H", [1, 258]), WIDTH).expect("a tag");
        assert_eq!(tags, [WIDTH.shorts(65000, &[1, 258])]);
        let tags = extra_tags(&one(65001, "s", "ab"), WIDTH).expect("a tag");
        assert_eq!(tags, [Tag::text(65001, "ab")]);
        let tags = extra_tags(&one(65002, "2I", [1, 3]), WIDTH).expect("a tag");
        assert_eq!(tags, [WIDTH.rationals(65002, &[(1, 3)])]);
        assert!(extra_tags(&one(65003, "B", 256), WIDTH).is_err());
        assert!(extra_tags(&one(65003, "x", 1), WIDTH).is_err());
        assert!(extra_tags(&one(256, "H", 1), WIDTH).is_ok_and(|tags| tags.is_empty()));
    }
}
