//! The text file that lies beside a raw file.

use std::borrow::Cow;

use imageio_core::{Error, ErrorKind, Request, Result};
use serde_json::{Map, Value};

use crate::format::json;

/// Endings of the file, in the order in which they count: of several files the first here is taken.
const ENDINGS: [&str; 4] = ["JSON", "json", "TXT", "txt"];

/// What the file beside `request` says; nothing where there is none.
pub(super) fn metadata(request: &Request) -> Result<Option<Map<String, Value>>> {
    let path = request.path();
    let own = path.as_ref().and_then(|path| path.file_name());
    let name = own.map_or_else(|| request.name(), |own| own.to_string_lossy());
    // The name of a member of an archive begins with the archive's.
    let name = match own {
        Some(_) => &*name,
        None => name.rsplit(['/', '\\', '#']).next().unwrap_or_default(),
    };
    let Some((stem, _)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    for ending in ENDINGS {
        let name = format!("{stem}.{ending}");
        let Some(text) = read(request, &name)? else {
            continue;
        };
        return match json::parse(&request.limits(), &text, &name)? {
            Value::Object(map) => Ok(Some(map)),
            _ => Err(Error::corrupt(format!("{name}: it is no JSON object"))),
        };
    }
    Ok(None)
}

fn read(request: &Request, name: &str) -> Result<Option<Vec<u8>>> {
    let sibling = match request.sibling(name) {
        Ok(sibling) => sibling,
        // Bytes and addresses have no folder.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::BadOption) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if sibling.is_dir() {
        return Ok(None);
    }
    match sibling.read_all() {
        Ok(text) => Ok(Some(Cow::into_owned(text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
