//! A value of a file, with its blobs left where they lie.

use std::fmt::Write as _;

use super::blob::Blob;

/// A value of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    Blob(Blob),
    /// A value that stands for something else, under the name of what it is.
    Extension(String, Box<Node>),
}

/// Letters that an error message has room for.
const ROOM: usize = 200;

impl Node {
    /// The value itself, whatever it stands for.
    pub(crate) fn plain(&self) -> &Node {
        let mut node = self;
        while let Node::Extension(_, inner) = node {
            node = inner;
        }
        node
    }

    /// The value of `key`; the last one, where there are several.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match self.plain() {
            Node::Map(items) => items
                .iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether it is an image: a mapping with an array and metadata, whatever it is called.
    ///
    /// Other writers call their images `image2D` and `image3D`.
    pub(crate) fn is_image(&self) -> bool {
        self.get("array").is_some() && self.get("meta").is_some()
    }

    /// For people, cut to 200 letters as in the reference.
    pub(crate) fn describe(&self) -> String {
        let mut text = String::new();
        self.print(&mut text);
        if text.chars().count() >= ROOM {
            let end = text.char_indices().nth(ROOM - 3).map_or(0, |(at, _)| at);
            text.truncate(end);
            text.push_str("...");
        }
        text
    }

    fn print(&self, out: &mut String) {
        // Each piece is short or cut, so that a long list costs no more than a short one.
        if out.len() > 4 * ROOM {
            return;
        }
        match self {
            Node::Null => out.push_str("none"),
            Node::Bool(value) => {
                let _ = write!(out, "{value}");
            }
            Node::Int(value) => {
                let _ = write!(out, "{value}");
            }
            Node::Float(value) => {
                let _ = write!(out, "{value:?}");
            }
            Node::Text(text) => {
                let start: String = text.chars().take(ROOM).collect();
                let _ = write!(out, "{start:?}");
            }
            Node::Blob(blob) => {
                let _ = write!(out, "blob of {} bytes", blob.size);
            }
            Node::Extension(_, inner) => inner.print(out),
            Node::List(items) => {
                out.push('[');
                for (at, item) in items.iter().take(ROOM).enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.print(out);
                }
                out.push(']');
            }
            Node::Map(items) => {
                out.push('{');
                for (at, (key, item)) in items.iter().take(ROOM).enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    out.extend(key.chars().take(ROOM));
                    out.push_str(": ");
                    item.print(out);
                }
                out.push('}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_cut() {
        let list = Node::List(vec![Node::Int(12345); 100]);
        let text = list.describe();
        assert!(text.starts_with("[12345, 12345") && text.ends_with("..."));
        assert_eq!(text.len(), ROOM);
        let map = Node::Map(vec![("a".to_owned(), Node::Text("x".to_owned()))]);
        assert_eq!(map.describe(), "{a: \"x\"}");
    }
}
