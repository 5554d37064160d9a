//! XML that came with a file: parsed with care, and as nested metadata.

use imageio_core::{Error, ErrorKind, Limits, Metadata, Result, Value};
use roxmltree::{Document, Node, ParsingOptions};

/// Bytes that are parsed at most.
const MAX_BYTES: usize = 128 << 20;

/// Elements, texts and comments at most.
const MAX_NODES: u32 = 1 << 22;

/// Attributes of one element at most: the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 1024;

/// Namespace declarations at most, save in a short text: the parser copies them into every element below.
const MAX_NAMESPACES: usize = 64;

/// A text so short that the namespaces in it cannot hurt.
const SHORT: usize = 1 << 18;

/// Nesting at most.
const MAX_DEPTH: usize = 64;

/// Bytes that parsing takes for each byte of text, at most.
const MEMORY_FACTOR: u64 = 24;

/// Parses `text` for as long as `then` looks at it.
///
/// # Errors
/// `Corrupt`, `LimitExceeded`.
pub(crate) fn parse<R>(
    limits: &Limits,
    text: &str,
    then: impl FnOnce(&Document<'_>) -> Result<R>,
) -> Result<R> {
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_matches(['\0', '\r', '\n', ' ']);
    check_size(text)?;
    let memory = (text.len() as u64).saturating_mul(MEMORY_FACTOR);
    let _claim = limits.claim(memory, "the parsed XML")?;
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let kind = match error {
            roxmltree::Error::NodesLimitReached => ErrorKind::LimitExceeded,
            _ => ErrorKind::Corrupt,
        };
        Error::new(kind, format!("the XML: {error}")).with_source(error)
    })?;
    then(&document)
}

/// Refuses text on which the parser would spend quadratic time or memory.
fn check_size(text: &str) -> Result<()> {
    let too_much = |what: &str| {
        let message = format!("the XML has more than {what}");
        Err(Error::new(ErrorKind::LimitExceeded, message))
    };
    if text.len() > MAX_BYTES {
        return too_much(&format!("{MAX_BYTES} bytes"));
    }
    // An attribute can hold no `<`, so what lies between two of them has one element's attributes at most.
    let crowded = text.split('<').any(|part| {
        let tag = part
            .rfind('>')
            .and_then(|end| part.get(..end))
            .unwrap_or(part);
        tag.bytes().filter(|&byte| byte == b'=').count() > MAX_ATTRIBUTES
    });
    if crowded {
        return too_much(&format!("{MAX_ATTRIBUTES} attributes in one element"));
    }
    if text.len() > SHORT && text.matches("xmlns").nth(MAX_NAMESPACES).is_some() {
        return too_much(&format!("{MAX_NAMESPACES} namespaces"));
    }
    Ok(())
}

/// The document as nested metadata, without namespaces.
///
/// Attributes and elements are keys; an element that occurs several times is a list, one with nothing but text is
/// that text, text beside attributes is `value`.
pub(crate) fn to_metadata(document: &Document<'_>) -> Result<Metadata> {
    let root = document.root_element();
    let value = element(root, MAX_DEPTH)?;
    Ok([(root.tag_name().name(), value)].into_iter().collect())
}

fn element(node: Node<'_, '_>, depth: usize) -> Result<Value> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("the XML is nested deeper than {MAX_DEPTH} elements");
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    };
    let attributes = node.attributes();
    let mut map: Metadata = attributes
        .map(|attribute| (attribute.name(), typed(attribute.value())))
        .collect();
    for child in node.children().filter(Node::is_element) {
        let (name, value) = (child.tag_name().name(), element(child, depth)?);
        let earlier = map.remove(name);
        let joined = match earlier {
            None => value,
            Some(Value::List(mut values)) => {
                values.push(value);
                Value::List(values)
            }
            Some(first) => Value::List(vec![first, value]),
        };
        map.insert(name, joined);
    }
    let texts = node.children().filter(Node::is_text);
    let text: String = texts.filter_map(|text| text.text()).collect();
    let text = text.trim();
    Ok(match (map.is_empty(), text.is_empty()) {
        (true, _) => typed(text),
        (false, true) => map.into(),
        (false, false) => {
            map.insert("value", typed(text));
            map.into()
        }
    })
}

/// Numbers and truth values as such.
fn typed(text: &str) -> Value {
    let looks_numeric =
        text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    if looks_numeric {
        if let Ok(number) = text.parse::<i64>() {
            return Value::from(number);
        }
        if let Ok(number) = text.parse::<f64>() {
            return Value::from(number);
        }
    }
    match text {
        "true" | "True" => Value::from(true),
        "false" | "False" => Value::from(false),
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Metadata> {
        parse(&Limits::new(), text, to_metadata)
    }

    #[test]
    fn elements_and_attributes_become_keys() {
        let text = "<?xml version=\"1.0\"?><o:A xmlns:o=\"u\" n=\"3\"><o:B>t</o:B><o:B x=\"1.5\">u</o:B><C/></o:A>";
        let metadata = parsed(text).unwrap();
        assert_eq!(
            metadata.to_string(),
            "{A: {n: 3, B: [t, {x: 1.5, value: u}], C: }}"
        );
    }

    #[test]
    fn what_would_take_too_long_is_refused() {
        let kind = |text: &str| parsed(text).map_err(|error| error.kind()).err();
        assert_eq!(kind("<a>"), Some(ErrorKind::Corrupt));
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        assert_eq!(kind(&deep), Some(ErrorKind::LimitExceeded));
        let wide = format!(
            "<a {}/>",
            (0..2000).fold(String::new(), |s, n| s + &format!("x{n}='' "))
        );
        assert_eq!(kind(&wide), Some(ErrorKind::LimitExceeded));
        assert_eq!(
            kind("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"),
            Some(ErrorKind::Corrupt)
        );
    }
}
