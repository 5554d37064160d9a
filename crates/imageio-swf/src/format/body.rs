//! What follows the first eight bytes of a file, plain or compressed, read from front to back.

use imageio_core::{Error, Limits, Request, Result};

mod deflate;
mod lzma;

use deflate::Inflater;
use lzma::Unpacker;

pub(crate) use deflate::corrupt;

/// Signature, version and length, chapter 2: the only part that is never compressed.
pub(crate) const HEAD_LEN: u64 = 8;

/// Bytes that one look at a plain file fetches.
const LOOK: usize = 4096;

/// What a compressed body may hold whatever the budget of one image.
const FLOOR: u64 = 1 << 30;

/// The bytes of a file as if it were not compressed. Positions count from the start of the file.
///
/// Going back in a compressed file means to begin again, so that nothing but a window is held.
#[derive(Debug)]
pub(crate) struct Body {
    request: Request,
    packing: Packing,
    stream: Stream,
    position: u64,
    /// The last bytes of a compressed file that were unpacked, for looks back.
    recent: Vec<u8>,
    /// Where they end.
    front: u64,
    /// Where a compressed file is longer than this, it is longer than the budget.
    most: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Packing {
    None,
    Deflate,
    Lzma,
}

#[derive(Debug)]
enum Stream {
    /// What was fetched ahead, and where it begins.
    Plain {
        ahead: Vec<u8>,
        start: u64,
    },
    Deflate(Box<Inflater>),
    Lzma(Box<Unpacker>),
}

impl Body {
    /// The body of `request`, when its signature is one.
    pub(crate) fn open(request: &Request) -> Result<Option<Body>> {
        let head = request.first_bytes(HEAD_LEN as usize)?;
        let packing = match head.first_chunk() {
            Some(b"FWS") => Packing::None,
            Some(b"CWS") => Packing::Deflate,
            Some(b"ZWS") => Packing::Lzma,
            _ => return Ok(None),
        };
        let mut body = Body {
            request: request.clone(),
            packing,
            stream: Stream::Plain {
                ahead: Vec::new(),
                start: 0,
            },
            position: HEAD_LEN,
            recent: Vec::new(),
            front: HEAD_LEN,
            most: request.limits().image_budget().max(FLOOR),
        };
        body.rewind()?;
        Ok(Some(body))
    }

    /// Where the next byte is read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The budgets.
    pub(crate) fn limits(&self) -> Limits {
        self.request.limits()
    }

    /// Goes to `position`; past the end that is seen at the next read.
    pub(crate) fn seek(&mut self, position: u64) -> Result<()> {
        if self.packing == Packing::None {
            self.position = position;
            return Ok(());
        }
        let kept = self.front - self.recent.len() as u64;
        if (kept..self.position).contains(&position) {
            self.position = position;
        } else if position < self.position {
            self.rewind()?;
        }
        let mut sink = [0; 1 << 14];
        while self.position < position {
            let wanted = usize::try_from(position - self.position).unwrap_or(usize::MAX);
            let wanted = wanted.min(sink.len());
            let (sink, _) = sink.split_at_mut(wanted);
            if self.read(sink)? < wanted {
                break;
            }
        }
        Ok(())
    }

    /// Reads until `out` is full or the body ends; gives the number of bytes.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if let Stream::Plain { ahead, start } = &mut self.stream {
            let filled = plain(&self.request, ahead, start, self.position, out)?;
            self.position += filled as u64;
            return Ok(filled);
        }
        let back = usize::try_from(self.front - self.position).unwrap_or(usize::MAX);
        let again = self.recent.len().saturating_sub(back);
        let again = self.recent.get(again..).unwrap_or_default();
        let seen = again.len().min(out.len());
        let (first, rest) = out.split_at_mut(seen);
        first.copy_from_slice(again.get(..seen).unwrap_or_default());
        self.position += seen as u64;
        if rest.is_empty() {
            return Ok(seen);
        }
        Ok(seen + self.unpack(rest)?)
    }

    /// Unpacks on; what was asked for in small pieces is kept for looks back.
    fn unpack(&mut self, out: &mut [u8]) -> Result<usize> {
        let filled = match &mut self.stream {
            Stream::Plain { .. } => 0,
            Stream::Deflate(inflater) => inflater.read(&self.request, out)?,
            Stream::Lzma(unpacker) => unpacker.read(&self.request, out)?,
        };
        if filled > LOOK || self.recent.len() + filled > 8 * LOOK {
            self.recent.clear();
        }
        if filled <= LOOK {
            self.recent
                .extend_from_slice(out.get(..filled).unwrap_or_default());
        }
        self.front += filled as u64;
        self.position = self.front;
        if self.front > self.most {
            let most = self.most;
            return Err(Error::new(
                imageio_core::ErrorKind::LimitExceeded,
                format!("the body goes on over the budget of {most} bytes"),
            )
            .with_help("a higher `Limits::bytes`"));
        }
        Ok(filled)
    }

    /// Fills `out`; `what` names it in the error.
    pub(crate) fn read_exact(&mut self, out: &mut [u8], what: &str) -> Result<()> {
        let (at, filled) = (self.position, self.read(out)?);
        if filled == out.len() {
            return Ok(());
        }
        let expected = out.len();
        Err(Error::corrupt(format!(
            "{what}: {filled} bytes at offset {at}, expected {expected}"
        )))
    }

    fn rewind(&mut self) -> Result<()> {
        self.position = HEAD_LEN;
        self.front = HEAD_LEN;
        self.recent.clear();
        self.stream = match self.packing {
            Packing::None => return Ok(()),
            Packing::Deflate => Stream::Deflate(Box::new(Inflater::new(HEAD_LEN))),
            Packing::Lzma => Stream::Lzma(Box::new(Unpacker::open(&self.request)?)),
        };
        Ok(())
    }
}

/// Reads plain bytes; small reads come from what was fetched ahead.
fn plain(
    request: &Request,
    ahead: &mut Vec<u8>,
    start: &mut u64,
    position: u64,
    out: &mut [u8],
) -> Result<usize> {
    if out.len() > LOOK / 4 {
        return request.read_at(position, out);
    }
    let held = |ahead: &Vec<u8>, start: u64| {
        let from = usize::try_from(position.checked_sub(start)?).ok()?;
        ahead.get(from..from.checked_add(out.len())?).map(|_| from)
    };
    let from = if let Some(from) = held(ahead, *start) {
        from
    } else {
        ahead.resize(LOOK, 0);
        let filled = request.read_at(position, ahead)?;
        ahead.truncate(filled);
        *start = position;
        0
    };
    let rest = ahead.get(from..).unwrap_or_default();
    let count = rest.len().min(out.len());
    for (to, from) in out.iter_mut().zip(rest) {
        *to = *from;
    }
    Ok(count)
}
