//! The container of LFR and LFP files: a header, then chunks that other chunks refer to by their checksum.

use imageio_core::{Error, Result};

/// What every container begins with.
pub(crate) const MAGIC: &[u8] = b"\x89LFP\r\n\x1a\n\0\0\0\x01";

const DATA: &[u8] = b"\x89LFC\r\n\x1a\n\0\0\0\0";
const INDEX: &[u8] = b"\x89LFM\r\n\x1a\n\0\0\0\0";

/// A magic and a length of four bytes.
const HEAD_LEN: u64 = 16;
/// `sha1-` and forty digits.
const REFERENCE_LEN: u64 = 45;
/// The reference and what fills it up to a multiple of 16.
const REFERENCE_ROOM: u64 = 80;
/// Cameras write a dozen.
const MOST_CHUNKS: usize = 4096;

/// The chunks of a container.
#[derive(Debug, Default)]
pub(crate) struct Container {
    /// The one that says what the others are.
    pub(crate) index: Chunk,
    data: Vec<(String, Chunk)>,
}

/// Where a chunk's content lies. The file may end before it does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Chunk {
    pub(crate) start: u64,
    pub(crate) len: u64,
}

/// Reads at an offset until the buffer is full or the file ends; gives the number of bytes.
pub(crate) type ReadAt<'a> = &'a dyn Fn(u64, &mut [u8]) -> Result<usize>;

impl Container {
    /// Walks over all chunks, in whatever order and number they come. What cannot be read is told to `warn`, once the
    /// chunk is found that says what the others are.
    pub(crate) fn walk(read_at: ReadAt<'_>, warn: &dyn Fn(String)) -> Result<Self> {
        let mut container = Container::default();
        let mut index = None;
        let mut at = HEAD_LEN;
        loop {
            match read_head(read_at, at) {
                Ok(None) => break,
                Ok(Some(head)) => {
                    if head.is_index {
                        index = index.or(Some(head.chunk));
                    } else if let Some(reference) = head.reference {
                        container.data.push((reference, head.chunk));
                    }
                    at = next_head(read_at, head.chunk.start.saturating_add(head.chunk.len))?;
                }
                Err(error) if index.is_none() => return Err(error),
                Err(error) => {
                    warn(error.message().to_owned());
                    break;
                }
            }
            if container.data.len() > MOST_CHUNKS {
                return Err(Error::corrupt(format!("more than {MOST_CHUNKS} chunks")));
            }
        }
        container.index = index.ok_or_else(|| Error::corrupt("there is no LFM chunk"))?;
        Ok(container)
    }

    /// The chunk of that name; of several the last.
    pub(crate) fn find(&self, reference: &str) -> Option<Chunk> {
        let mut named = self.data.iter().rev();
        named
            .find(|(name, _)| name == reference)
            .map(|(_, chunk)| *chunk)
    }
}

struct Head {
    is_index: bool,
    reference: Option<String>,
    chunk: Chunk,
}

/// The head of the chunk at `at`; nothing at the end of the file.
fn read_head(read_at: ReadAt<'_>, at: u64) -> Result<Option<Head>> {
    let mut bytes = [0; (HEAD_LEN + REFERENCE_LEN) as usize];
    let filled = read_at(at, &mut bytes)?;
    let (head, reference) = bytes.split_at(HEAD_LEN as usize);
    if (filled as u64) < HEAD_LEN {
        return Ok(None);
    }
    let (magic, len) = head.split_at(MAGIC.len());
    let is_index = magic == INDEX;
    if !is_index && magic != DATA {
        return Err(Error::corrupt(format!(
            "byte {at}: the chunk header is invalid"
        )));
    }
    let len = len
        .iter()
        .fold(0u32, |len, &byte| len << 8 | u32::from(byte)) as i32;
    let Ok(len) = u64::try_from(len) else {
        return Err(Error::corrupt(format!("byte {at}: a chunk of {len} bytes")));
    };
    // An empty chunk has no reference.
    let room = if len == 0 { 0 } else { REFERENCE_ROOM };
    let named = len > 0 && filled == bytes.len();
    Ok(Some(Head {
        is_index,
        reference: named.then(|| String::from_utf8_lossy(reference).into_owned()),
        chunk: Chunk {
            start: at + HEAD_LEN + room,
            len,
        },
    }))
}

/// Where the next chunk begins: at a multiple of 16, or else behind the zeros after `end`.
fn next_head(read_at: ReadAt<'_>, end: u64) -> Result<u64> {
    let aligned = end.next_multiple_of(16);
    let mut magic = [0; MAGIC.len()];
    let filled = read_at(aligned, &mut magic)?;
    if filled < magic.len() || magic == DATA || magic == INDEX {
        return Ok(aligned);
    }
    let mut block = [0; 4096];
    let mut at = end;
    loop {
        let filled = read_at(at, &mut block)?;
        let zeros = block
            .iter()
            .take(filled)
            .take_while(|byte| **byte == 0)
            .count();
        at += zeros as u64;
        if filled == 0 || zeros < filled {
            return Ok(at);
        }
    }
}
