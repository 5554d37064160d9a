//! Reading values; blobs are stepped over.

use std::collections::HashSet;
use std::io::{BufRead as _, Read as _, Seek as _, SeekFrom};

use imageio_core::{Claim, Error, Limits, Request, RequestReader, Result};

use super::blob::Blob;
use super::node::Node;
use super::packing::Compression;
use super::{DEPTH, HEAD};

/// Names whose meaning is known; `image2D` and `image3D` are what other writers call images.
const KNOWN: [&str; 5] = ["ndarray", "image2d", "image3d", "image2D", "image3D"];

/// What a value takes in memory beside its text.
const NODE: u64 = 64;

/// Bytes of memory that are asked for at once.
const CHUNK: usize = 1 << 16;

/// What a file is: one value, or a stream of them.
#[derive(Debug)]
pub(crate) enum Top {
    Value(Node),
    /// The number of items, unless the stream was never closed.
    Stream(Option<u64>),
}

/// Reads values one after the other.
pub(crate) struct Decoder {
    reader: RequestReader,
    request: Request,
    /// Length of the resource, where it may be asked for.
    len: Option<u64>,
    limits: Limits,
    claims: Vec<Claim>,
    unclaimed: u64,
    unknown: HashSet<String>,
    /// Where the last whole item ends.
    end: u64,
    /// Whether the last error was the end of the resource.
    is_cut: bool,
}

impl Decoder {
    /// A decoder behind the head of the file. With `all_there`, sizes are held against the length of the resource.
    pub(crate) fn new(request: &Request, all_there: bool) -> Result<Self> {
        let mut reader = request.reader()?;
        reader.seek(SeekFrom::Start(HEAD))?;
        let len = if all_there {
            Some(request.len()?)
        } else {
            None
        };
        Ok(Decoder {
            reader,
            request: request.clone(),
            len,
            // What the structure takes must not count against an image.
            limits: request.limits().for_stack().apart(),
            claims: Vec::new(),
            unclaimed: 0,
            unknown: HashSet::new(),
            end: HEAD,
            is_cut: false,
        })
    }

    /// The value of the file; a stream stays ahead.
    pub(crate) fn top(&mut self) -> Result<Top> {
        let (tag, name) = self.tag()?;
        if tag != b'l' {
            return self.body(tag, name, 0).map(Top::Value);
        }
        match self.byte()? {
            code @ 254.. => {
                let count = self.number()?;
                self.end = self.reader.position();
                Ok(Top::Stream((code == 254).then_some(count)))
            }
            code => {
                let count = self.length(code)?;
                let list = Node::List(self.items(count, 0)?);
                Ok(Top::Value(named(list, name)))
            }
        }
    }

    /// The next item of a stream; nothing at its end.
    ///
    /// The last item of a stream that was never closed may be cut off, as when its writer was killed; it is left out.
    pub(crate) fn item(&mut self, is_closed: bool) -> Result<Option<Node>> {
        if !is_closed && self.is_at_end()? {
            return Ok(None);
        }
        self.is_cut = false;
        let item = self.value(1);
        let is_beyond = self.len.is_some_and(|len| self.reader.position() > len);
        if !is_closed && (is_beyond || (item.is_err() && self.is_cut)) {
            self.request
                .warn("the last item of the open stream is cut off and left out");
            return Ok(None);
        }
        let item = item?;
        self.end = self.reader.position();
        Ok(Some(item))
    }

    /// Where the next item begins, or would begin.
    pub(crate) fn end_of_items(&self) -> u64 {
        self.end
    }

    fn value(&mut self, depth: usize) -> Result<Node> {
        let (tag, name) = self.tag()?;
        self.body(tag, name, depth)
    }

    /// The type of the next value, in lower case, and the name of what it stands for.
    fn tag(&mut self) -> Result<(u8, Option<String>)> {
        let tag = self.byte()?;
        if !tag.is_ascii_uppercase() {
            return Ok((tag, None));
        }
        let len = self.byte()?;
        let name = self.text(len.into())?;
        if !KNOWN.contains(&name.as_str()) && self.unknown.insert(name.clone()) {
            self.request.warn(format!(
                "no extension is known for {name:?}; its plain value is kept"
            ));
        }
        Ok((tag.to_ascii_lowercase(), Some(name)))
    }

    fn body(&mut self, tag: u8, name: Option<String>, depth: usize) -> Result<Node> {
        if depth > DEPTH {
            return Err(self.corrupt(&format!("values nest deeper than {DEPTH}")));
        }
        self.claim(NODE)?;
        let node = match tag {
            b'v' => Node::Null,
            b'y' => Node::Bool(true),
            b'n' => Node::Bool(false),
            b'h' => Node::Int(i16::from_le_bytes(self.take()?).into()),
            b'i' => Node::Int(i64::from_le_bytes(self.take()?)),
            b'f' => Node::Float(f32::from_le_bytes(self.take()?).into()),
            b'd' => Node::Float(f64::from_le_bytes(self.take()?)),
            b's' => {
                let len = self.any_length()?;
                Node::Text(self.text(len)?)
            }
            b'l' => match self.byte()? {
                254 => {
                    let count = self.number()?;
                    Node::List(self.items(count, depth)?)
                }
                255 => {
                    self.number()?;
                    Node::List(self.open_items(depth)?)
                }
                code => {
                    let count = self.length(code)?;
                    Node::List(self.items(count, depth)?)
                }
            },
            b'm' => self.map(depth)?,
            b'b' => Node::Blob(self.blob()?),
            other => {
                let letter = char::from(other).escape_default();
                return Err(self.corrupt(&format!("there is no type `{letter}`")));
            }
        };
        Ok(named(node, name))
    }

    fn items(&mut self, count: u64, depth: usize) -> Result<Vec<Node>> {
        self.check_count(count, "values")?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    /// Items of a stream that was never closed, up to the end of the resource.
    fn open_items(&mut self, depth: usize) -> Result<Vec<Node>> {
        let mut items = Vec::new();
        while !self.is_at_end()? {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    fn map(&mut self, depth: usize) -> Result<Node> {
        let count = self.any_length()?;
        self.check_count(count, "names")?;
        let mut items = Vec::new();
        for _ in 0..count {
            let len = self.any_length()?;
            if len == 0 {
                return Err(self.corrupt("a mapping has an empty name"));
            }
            let name = self.text(len)?;
            items.push((name, self.value(depth + 1)?));
        }
        Ok(Node::Map(items))
    }

    fn blob(&mut self) -> Result<Blob> {
        let allocated = self.any_length()?;
        let used = self.any_length()?;
        let size = self.any_length()?;
        let code = self.byte()?;
        let compression = Compression::from_code(code)
            .ok_or_else(|| self.corrupt(&format!("a blob has the unknown compression {code}")))?;
        let checksum = match self.byte()? {
            0 => None,
            _ => Some(self.take()?),
        };
        let alignment = self.byte()?;
        let start = self.reader.position() + u64::from(alignment);
        let blob = Blob {
            start,
            allocated,
            used,
            size,
            compression,
            checksum,
        };
        let end = start
            .checked_add(allocated)
            .ok_or_else(|| self.corrupt(&format!("a blob of {allocated} bytes")))?;
        self.reader.seek(SeekFrom::Start(end))?;
        blob.checked()
    }

    /// A length that is no stream's.
    fn any_length(&mut self) -> Result<u64> {
        let code = self.byte()?;
        self.length(code)
    }

    /// One byte up to 250 is the length itself, 253 announces one of 64 bits.
    fn length(&mut self, code: u8) -> Result<u64> {
        match code {
            0..=252 => Ok(code.into()),
            253 => self.number(),
            _ => Err(self.corrupt(&format!("the length code {code} is for streams alone"))),
        }
    }

    fn number(&mut self) -> Result<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take().map(|[byte]| byte)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn text(&mut self, len: u64) -> Result<String> {
        self.check_count(len, "bytes of text")?;
        let mut bytes = Vec::new();
        let mut left = len;
        while left > 0 {
            let step = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            self.claim(step as u64)?;
            let start = bytes.len();
            bytes.resize(start + step, 0);
            self.fill(bytes.get_mut(start..).unwrap_or_default())?;
            left -= step as u64;
        }
        String::from_utf8(bytes)
            .map_err(|error| self.corrupt(&format!("a text: {}", error.utf8_error())))
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        match self.reader.read_exact(bytes) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                self.is_cut = true;
                Err(self.corrupt("the file ends inside a value"))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn is_at_end(&mut self) -> Result<bool> {
        Ok(self.reader.fill_buf()?.is_empty())
    }

    /// Refuses more things than there are bytes left, each of which takes one at least.
    fn check_count(&mut self, count: u64, what: &str) -> Result<()> {
        let left = self
            .len
            .map(|len| len.saturating_sub(self.reader.position()));
        match left {
            Some(left) if count > left => {
                self.is_cut = true;
                Err(self.corrupt(&format!("{count} {what} in the last {left} bytes")))
            }
            _ => Ok(()),
        }
    }

    fn claim(&mut self, bytes: u64) -> Result<()> {
        self.unclaimed += bytes;
        if self.unclaimed >= CHUNK as u64 {
            let claim = self
                .limits
                .claim(self.unclaimed, "the structure of the file")?;
            self.claims.push(claim);
            self.unclaimed = 0;
        }
        Ok(())
    }

    fn corrupt(&self, what: &str) -> Error {
        Error::corrupt(format!("byte {}: {what}", self.reader.position()))
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoder(at byte {})", self.reader.position())
    }
}

fn named(node: Node, name: Option<String>) -> Node {
    match name {
        Some(name) => Node::Extension(name, Box::new(node)),
        None => node,
    }
}
