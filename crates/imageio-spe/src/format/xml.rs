//! XML that came with a file: parsed with care, and as nested metadata.

use std::collections::HashMap;

use imageio_core::{Error, ErrorKind, Metadata, Result, Value};
use roxmltree::{Document, Node, ParsingOptions};

/// Bytes that are parsed at most. LightField's footers have some ten to some hundred thousand.
const MAX_BYTES: usize = 16 << 20;

/// Elements, texts and comments at most.
const MAX_NODES: u32 = 1 << 18;

/// Attributes of one element at most: the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 1024;

/// Namespace declarations at most: the parser copies them into every element below.
const MAX_NAMESPACES: usize = 64;

/// Nesting at most.
const MAX_DEPTH: usize = 64;

/// Bytes that parsing takes for each byte of text, at most.
pub(crate) const MEMORY_FACTOR: u64 = 24;

/// Parses the XML text in `bytes`, UTF-8 with or without a byte-order mark.
///
/// # Errors
/// `Corrupt`, `LimitExceeded`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document<'_>> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::corrupt("the XML footer is not UTF-8").with_source(error))?;
    // Writers pad with NULs and line ends; a byte-order mark is no part of the document either.
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\0', '\r', '\n', ' ']);
    check_size(text)?;
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| {
        let kind = match error {
            roxmltree::Error::NodesLimitReached => ErrorKind::LimitExceeded,
            _ => ErrorKind::Corrupt,
        };
        Error::new(kind, format!("the XML footer: {error}")).with_source(error)
    })
}

/// Refuses text on which the parser would spend quadratic time or memory.
fn check_size(text: &str) -> Result<()> {
    let too_much = |what: &str| {
        Err(Error::new(
            ErrorKind::LimitExceeded,
            format!("the XML footer has more than {what}"),
        ))
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
    if text.matches("xmlns").nth(MAX_NAMESPACES).is_some() {
        return too_much(&format!("{MAX_NAMESPACES} namespaces"));
    }
    Ok(())
}

/// The document as nested metadata, spelt as Python's `xmltodict` does, without namespaces.
///
/// An attribute is `@name`, text beside attributes or elements is `#text`, an element that occurs several times is a
/// list, one with nothing but text is that text, an empty one is null.
pub(crate) fn to_metadata(document: &Document<'_>) -> Result<Metadata> {
    let root = document.root_element();
    Ok([(root.tag_name().name(), element(root, MAX_DEPTH)?)]
        .into_iter()
        .collect())
}

fn element(node: Node<'_, '_>, depth: usize) -> Result<Value> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("the XML footer is nested deeper than {MAX_DEPTH} elements");
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    };
    let mut map: Metadata = node
        .attributes()
        .map(|attribute| (format!("@{}", attribute.name()), attribute.value()))
        .collect();
    for (name, mut values) in children(node, depth)? {
        let single = if values.len() == 1 {
            values.pop()
        } else {
            None
        };
        map.insert(name, single.unwrap_or(Value::List(values)));
    }
    let text: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect();
    let text = text.trim();
    Ok(match (map.is_empty(), text.is_empty()) {
        (true, true) => Value::Null,
        (true, false) => text.into(),
        (false, true) => map.into(),
        (false, false) => {
            map.insert("#text", text);
            map.into()
        }
    })
}

/// The elements inside `node`, those of one name together, in the order of their first.
fn children<'a>(node: Node<'a, '_>, depth: usize) -> Result<Vec<(&'a str, Vec<Value>)>> {
    let mut places = HashMap::new();
    let mut grouped: Vec<(&str, Vec<Value>)> = Vec::new();
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let value = element(child, depth)?;
        let place = *places.entry(name).or_insert(grouped.len());
        match grouped.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => grouped.push((name, vec![value])),
        }
    }
    Ok(grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Result<String> {
        Ok(to_metadata(&parse(text.as_bytes())?)?.to_json())
    }

    #[test]
    fn elements_become_nested_metadata() {
        assert_eq!(
            json("\u{feff}<a n='1'><b>x &amp; y</b><c/><b k='2'> z </b></a>\r\n")
                .ok()
                .as_deref(),
            Some(r##"{"a": {"@n": "1", "b": ["x & y", {"@k": "2", "#text": "z"}], "c": null}}"##)
        );
    }

    #[test]
    fn hostile_documents_are_refused_at_once() {
        let kind = |text: &str| json(text).map_err(|error| error.kind()).err();
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(kind(&deep), Some(ErrorKind::LimitExceeded));
        let wide = (0..400_000)
            .map(|n| format!(" a{n}=''"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(kind(&format!("<a{wide}/>")), Some(ErrorKind::LimitExceeded));
        let spaces = (0..1000)
            .map(|n| format!("<a xmlns:b{n}='{n}'>"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(kind(&spaces), Some(ErrorKind::LimitExceeded));
        assert_eq!(
            kind(&format!("<a>{}</a>", "<b/>".repeat(300_000))),
            Some(ErrorKind::LimitExceeded)
        );
        let bomb = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>";
        assert_eq!(kind(bomb), Some(ErrorKind::Corrupt));
        assert_eq!(kind("<a><b></a>"), Some(ErrorKind::Corrupt));
    }
}
