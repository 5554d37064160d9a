//! ScanImage: settings as assignments of MATLAB, and regions as JSON, behind the header of BigTIFF files.

use imageio_core::{Metadata, Result, Value};

use super::cursor::{Cursor, text_of};
use super::json;
use crate::document::Document;
use crate::format::source::{Flavour, Source};

/// Where the block is.
const AT: u64 = 16;
const MAGIC: u32 = 0x0703_0301;

/// Nesting of brackets that is believed.
const MAX_DEPTH: usize = 32;

/// Elements of `zeros(…)` and `ones(…)` that are made for all settings of a file together.
const MAX_ELEMENTS: usize = 1 << 16;

/// Characters that no name has.
const NOT_IN_NAMES: [char; 9] = [' ', '\'', ';', '[', ']', '{', '}', '<', '>'];

/// Whether texts of the first page are theirs.
pub(crate) fn is(document: &Document) -> bool {
    let texts = document.texts();
    let description = &texts.description;
    let last = description.char_indices().rev().nth(255);
    let end = last.map_or(description.as_str(), |(at, _)| {
        description.get(at..).unwrap_or_default()
    });
    texts.software.starts_with("SI.")
        || description.starts_with("state.")
        || end.contains("scanimage.SI")
}

/// Version, `FrameData` and regions; nothing where the file is no BigTIFF with such a block.
///
/// # Errors
/// `Corrupt` for a block that does not fit into the file.
pub(crate) fn of_file(source: &Source) -> Result<Metadata> {
    let mut all = Metadata::new();
    if source.flavour() != Flavour::Big {
        return Ok(all);
    }
    let mut cursor = Cursor::new(source, AT).little();
    let (magic, version) = (cursor.u32()?, cursor.u32()?);
    if magic != MAGIC || !matches!(version, 3 | 4) {
        return Ok(all);
    }
    let (settings, regions) = (cursor.u32()?, cursor.u32()?);
    let settings = cursor.count(settings, 1)?;
    let settings = text_of(cursor.bytes(settings)?);
    all.insert("version", version);
    all.insert("FrameData", Value::from(assignments(&settings)));
    if regions > 1 {
        let regions = cursor.count(regions, 1)?;
        if let Value::Map(map) = json(&text_of(cursor.bytes(regions)?))? {
            all.extend(map);
        }
    }
    Ok(all)
}

/// Lines of `name = value`.
fn assignments(text: &str) -> Metadata {
    let mut all = Metadata::new();
    let mut room = MAX_ELEMENTS;
    let lines = text.lines().map(str::trim);
    for line in lines.filter(|line| !line.starts_with('%')) {
        if let Some((name, value)) = line.split_once('=')
            && !name.trim().contains(NOT_IN_NAMES)
        {
            all.insert(name.trim(), parse(value.trim(), &mut room));
        }
    }
    all
}

/// A value: a number, a truth value, a text, or lists of them; what cannot be understood stays text. `room` is how many
/// elements may be made of few words.
fn parse(text: &str, room: &mut usize) -> Value {
    if let Some(value) = single(text, room) {
        return value;
    }
    let mut levels: Vec<Vec<Value>> = vec![Vec::new()];
    for token in tokens(text) {
        match token {
            "[" | "{" if levels.len() < MAX_DEPTH => levels.push(Vec::new()),
            "[" | "{" => return Value::from(text),
            "]" | "}" => {
                let Some(inner) = levels.pop().filter(|_| !levels.is_empty()) else {
                    break;
                };
                if let Some(outer) = levels.last_mut() {
                    outer.push(unboxed(inner));
                }
            }
            token => {
                let value = single(token, room).unwrap_or_else(|| Value::from(token));
                if let Some(level) = levels.last_mut() {
                    level.push(value);
                }
            }
        }
    }
    levels.into_iter().next().map_or(Value::Null, unboxed)
}

/// A list of one list, or of one text, is that.
fn unboxed(mut list: Vec<Value>) -> Value {
    match list.as_slice() {
        [Value::List(_) | Value::Str(_)] => list.pop().unwrap_or(Value::Null),
        _ => Value::List(list),
    }
}

/// A value without parts.
fn single(text: &str, room: &mut usize) -> Option<Value> {
    if text.is_empty() {
        return Some(Value::from(""));
    }
    if let Some(rest) = text.strip_prefix('\'') {
        let inner = rest.strip_suffix('\'')?;
        return (!inner.contains('\'')).then(|| Value::from(inner));
    }
    if let Some(rest) = text.strip_prefix('<') {
        let is_one = rest.ends_with('>') && !rest.contains('<');
        return is_one.then(|| Value::from(text));
    }
    if text.contains([' ', '\'', ';', '[', ']', '{', '}']) {
        return None;
    }
    match text {
        "true" | "True" => return Some(Value::from(true)),
        "false" | "False" => return Some(Value::from(false)),
        _ if text.starts_with('@') => return Some(Value::from(text)),
        _ => {}
    }
    for (name, number) in [("zeros(", 0.0), ("ones(", 1.0)] {
        let lens = text
            .strip_prefix(name)
            .and_then(|rest| rest.strip_suffix(')'));
        if let Some(lens) = lens {
            let lens: Option<Vec<usize>> =
                lens.split(',').map(|len| len.trim().parse().ok()).collect();
            return Some(
                lens.and_then(|lens| filled(&lens, number, room))
                    .unwrap_or_else(|| Value::from(text)),
            );
        }
    }
    if !text.contains(['.', 'e'])
        && let Ok(number) = text.parse::<i128>()
    {
        return Some(Value::Int(number));
    }
    text.parse::<f64>().ok().map(Value::Float)
}

/// Nested lists of equal numbers; nothing where there is no room for them.
fn filled(lens: &[usize], number: f64, room: &mut usize) -> Option<Value> {
    let count = lens
        .iter()
        .try_fold(1usize, |n, &len| n.checked_mul(len.max(1)))?;
    if lens.len() > MAX_DEPTH {
        return None;
    }
    *room = room.checked_sub(count)?;
    let inner = lens.iter().rev().fold(Value::from(number), |inner, &len| {
        Value::List(vec![inner; len])
    });
    Some(inner)
}

/// Brackets, texts in quotes, and words; a row of a matrix is a list of its own.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = vec!["["];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let closed = |sign: char| {
            let end = rest[1..].find(sign);
            end.map_or(rest.len(), |end| end + 2)
        };
        let len = match first {
            '{' | '[' | ';' | ']' | '}' => 1,
            '\'' => closed('\''),
            '<' => closed('>'),
            _ => rest
                .find([' ', '{', '[', ';', ']', '}'])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(len);
        match token {
            ";" => tokens.extend(["]", "["]),
            "[" | "]" => tokens.extend([token, token]),
            token => tokens.push(token),
        }
        rest = after.trim_start();
    }
    tokens.push("]");
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_matlab_are_typed() {
        let list = |values: Vec<Value>| Value::List(values);
        let parse = |text| parse(text, &mut { MAX_ELEMENTS });
        assert_eq!(parse("1"), Value::Int(1));
        assert_eq!(parse("-3e4"), Value::Float(-30000.0));
        assert_eq!(parse("true"), Value::from(true));
        assert_eq!(parse("'a b'"), Value::from("a b"));
        assert_eq!(
            parse("[1;2]"),
            list(vec![list(vec![1.into()]), list(vec![2.into()])])
        );
        assert_eq!(parse("[1 2]"), list(vec![1.into(), 2.into()]));
        assert_eq!(parse("{'x' 'y z'}"), list(vec!["x".into(), "y z".into()]));
        assert_eq!(parse("{'x'}"), Value::from("x"));
        assert_eq!(
            parse("zeros(1,2)"),
            list(vec![list(vec![0.0.into(), 0.0.into()])])
        );
        assert_eq!(
            parse("zeros(100000,100000)"),
            Value::from("zeros(100000,100000)")
        );
        let deep = "[".repeat(100);
        assert_eq!(parse(&deep), Value::from(deep.as_str()));
    }

    #[test]
    fn few_words_make_no_more_elements_than_there_is_room_for() {
        let word = "zeros(128,128)";
        let all = assignments(&format!("a = {}", [word; 9].join(" ")));
        let Some(Value::List(values)) = all.get("a") else {
            panic!("{all}");
        };
        let made = values.iter().filter(|value| value.as_list().is_some());
        assert_eq!((made.count(), values.len()), (4, 9));
        assert_eq!(values.last(), Some(&Value::from(word)));
    }

    #[test]
    fn lines_that_assign_nothing_are_left_out() {
        let all = assignments("SI.a = 1\n% no = 2\nb c = 3\n\nSI.d.e = 'x=y'");
        let keys: Vec<_> = all.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["SI.a", "SI.d.e"]);
        assert_eq!(all.get("SI.d.e"), Some(&Value::from("x=y")));
    }
}
