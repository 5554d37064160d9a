//! Opening: whose file it is, and what its chunks are.

use imageio_core::{Error, ErrorKind, Request, Result};

use super::{Content, LytroFormat, LytroReader, side_file};
use crate::format::container::{Chunk, Container, MAGIC};
use crate::format::json;
use crate::format::sensor::Sensor;

impl LytroReader {
    /// Opens a file of that format; reads the list of its chunks.
    ///
    /// # Errors
    /// `NotThisFormat` for other files, `Corrupt` where it begins as one and breaks off.
    pub fn open(request: impl Into<Request>, format: LytroFormat) -> Result<Self> {
        let request = request.into();
        let content = match format {
            LytroFormat::Lfr | LytroFormat::Lfp => open_container(&request, format)?,
            LytroFormat::IllumRaw | LytroFormat::F01Raw => open_raw(&request, format)?,
        };
        Ok(LytroReader {
            request,
            format,
            content,
        })
    }

    /// The chunk that the picture refers to by `key`.
    pub(super) fn chunk(&self, key: &str) -> Result<Chunk> {
        let Content::Container { container, index } = &self.content else {
            return Err(Error::corrupt("a raw file has no chunks"));
        };
        let name = index
            .pointer(picture_of(self.format))
            .and_then(|picture| picture.get(key)?.as_str())
            .ok_or_else(|| invalid(self.format, key))?;
        container.find(name).ok_or_else(|| {
            Error::corrupt(format!(
                "`{key}` names {name:?}, and there is no such chunk"
            ))
        })
    }

    /// The JSON in the chunk that the picture refers to by `key`; nothing, with a warning, where the file lacks it.
    pub(super) fn json_chunk(&self, key: &str) -> Result<Option<serde_json::Value>> {
        let read = self
            .chunk(key)
            .and_then(|chunk| read_chunk(&self.request, chunk, key));
        match read {
            Ok(text) => json::parse(&self.request.limits(), &text, key).map(Some),
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                self.warn(format!("`{key}` is left out: {}", error.message()));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The bytes of a chunk.
pub(super) fn read_chunk(request: &Request, chunk: Chunk, what: &str) -> Result<Vec<u8>> {
    let len = usize::try_from(chunk.len).unwrap_or(usize::MAX);
    let mut bytes = request.limits().try_vec(len, what)?;
    request.read_exact_at(chunk.start, &mut bytes)?;
    Ok(bytes)
}

/// Where the index says what belongs to the picture.
fn picture_of(format: LytroFormat) -> &'static str {
    match format {
        LytroFormat::Lfp => "/picture/frameArray/0/frame",
        _ => "/frames/0/frame",
    }
}

fn invalid(format: LytroFormat, key: &str) -> Error {
    let place = picture_of(format);
    let name = format.name();
    Error::corrupt(format!(
        "not a valid {name} file: there is no `{place}/{key}`"
    ))
}

fn open_container(request: &Request, format: LytroFormat) -> Result<Content> {
    let name = format.name();
    if &*request.first_bytes(MAGIC.len())? != MAGIC {
        return Err(Error::not_this_format(format!(
            "the {name} file header is invalid"
        )));
    }
    let read_at = |offset, bytes: &mut [u8]| request.read_at(offset, bytes);
    let warn = |message| request.warn(message);
    let container = Container::walk(&read_at, &warn)?;
    let text = read_chunk(request, container.index, "the LFM chunk")?;
    let index = json::parse(&request.limits(), &text, "the LFM chunk")?;
    if index.pointer(picture_of(format)).is_none() {
        // The two cameras share a magic.
        let other = match format {
            LytroFormat::Lfp => LytroFormat::Lfr,
            _ => LytroFormat::Lfp,
        };
        let error = invalid(format, "imageRef");
        return Err(match index.pointer(picture_of(other)) {
            Some(_) => error.with_kind(ErrorKind::NotThisFormat),
            None => error,
        });
    }
    Ok(Content::Container { container, index })
}

fn open_raw(request: &Request, format: LytroFormat) -> Result<Content> {
    // Raw pixels have no mark of their own: the name and the length have to do.
    if request.is_dir() || request.extension().as_deref() != Some(".raw") {
        return Err(Error::not_this_format("its name does not end in `.raw`"));
    }
    let (usual, len) = (format.sensor(), request.len()?);
    if len == usual.len() {
        return Ok(Content::Raw(usual));
    }
    let described = side_file::metadata(request).ok().flatten();
    let described = described
        .map(serde_json::Value::Object)
        .as_ref()
        .and_then(Sensor::described)
        .filter(|sensor| sensor.packing == usual.packing && sensor.len() == len);
    described.map(Content::Raw).ok_or_else(|| {
        let (name, expected) = (format.name(), usual.len());
        Error::not_this_format(format!(
            "a {name} file has {expected} bytes, this one {len}"
        ))
    })
}
