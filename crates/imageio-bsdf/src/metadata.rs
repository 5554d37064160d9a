//! What a file says about an image, as metadata.

use imageio_core::{Metadata, Request, Result, Value};

use crate::format::node::Node;
use crate::reader::pixels::{Pixels, bytes};

/// The metadata of an image; what is no mapping is under `meta`.
pub(crate) fn of(meta: &Node, request: &Request) -> Result<Metadata> {
    match value(meta, request)? {
        Value::Map(map) => Ok(map),
        Value::Null => Ok(Metadata::new()),
        other => Ok(Metadata::from_iter([("meta", other)])),
    }
}

fn value(node: &Node, request: &Request) -> Result<Value> {
    Ok(match node {
        Node::Null => Value::Null,
        Node::Bool(value) => (*value).into(),
        Node::Int(value) => (*value).into(),
        Node::Float(value) => (*value).into(),
        Node::Text(text) => text.as_str().into(),
        Node::Blob(blob) => bytes(request, blob)?.into(),
        Node::List(items) => {
            let items = items.iter().map(|item| value(item, request));
            Value::List(items.collect::<Result<_>>()?)
        }
        Node::Map(items) => {
            let items = items
                .iter()
                .map(|(name, item)| Ok((name.as_str(), value(item, request)?)));
            Value::Map(items.collect::<Result<_>>()?)
        }
        Node::Extension(name, inner) if name == "ndarray" => {
            let pixels = Pixels::of(inner)?;
            pixels.read(request, &request.limits())?.into()
        }
        Node::Extension(_, inner) => value(inner, request)?,
    })
}
