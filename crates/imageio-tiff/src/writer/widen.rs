//! From offsets of 32 bits to offsets of 64, when a file grows beyond what it began as.
//!
//! The old IFDs stay where they are, dead; new ones are written behind everything. What they point to stays too.

use imageio_core::{Error, Result};

use super::sink::Sink;
use super::tags::SUB_IFDS;
use crate::format::build::{Tag, Width, kind};
use crate::format::source::ByteOrder;

/// What has become of the IFDs.
pub(super) struct Widened {
    /// Where the first one stands now.
    pub(super) first: u64,
    /// Where the offset of the next one goes.
    pub(super) next_at: u64,
    /// Old and new positions of the first and of the last few.
    pub(super) moved: Vec<(u64, u64)>,
}

const BIG: bool = true;

/// Writes the chain that begins at `first` anew.
pub(super) fn widen(sink: &mut Sink, order: ByteOrder, first: u64) -> Result<Widened> {
    let wide = Width { order, big: BIG };
    let mut widened = Widened {
        first: 0,
        next_at: 0,
        moved: Vec::new(),
    };
    let mut at = first;
    while at != 0 {
        let (tags, next) = read(sink, order, at)?;
        let new = append(sink, wide, &tags)?;
        if widened.first == 0 {
            widened.first = new.0;
        } else {
            sink.patch(widened.next_at, &wide.offset(new.0))?;
        }
        widened.next_at = new.1;
        widened.moved.push((at, new.0));
        at = next;
    }
    Ok(widened)
}

/// Appends an IFD; its position and that of its offset to the next.
fn append(sink: &mut Sink, wide: Width, tags: &[Tag]) -> Result<(u64, u64)> {
    sink.align(2)?;
    let at = sink.position();
    let built = wide.build(tags, at, 0);
    sink.write(&built.bytes)?;
    Ok((at, at + built.next_at as u64))
}

/// The tags of a classic IFD, made fit for wide offsets, and where the next one stands.
fn read(sink: &mut Sink, order: ByteOrder, at: u64) -> Result<(Vec<Tag>, u64)> {
    let wide = Width { order, big: BIG };
    let mut count = [0; 2];
    sink.read_back(at, &mut count)?;
    let count = usize::from(order.u16(count));
    let mut body = vec![0; count * 12 + 4];
    sink.read_back(at + 2, &mut body)?;
    let mut tags = Vec::with_capacity(count);
    for entry in body.chunks_exact(12).take(count) {
        let number =
            |range: std::ops::Range<usize>| order.uint(entry.get(range).unwrap_or_default());
        let (code, kind, count) = (number(0..2) as u16, number(2..4) as u16, number(4..8));
        let size = kind::size(kind).unwrap_or(1) as u64;
        let len = count * size;
        let mut data = entry.get(8..12).unwrap_or_default().to_vec();
        if len > 4 {
            // Room behind a description is not counted, and is lost here: it is made again where it is needed.
            data = vec![0; len as usize];
            sink.read_back(number(8..12), &mut data)?;
        }
        data.truncate(len as usize);
        let tag = Tag {
            code,
            kind,
            count,
            data,
            once: false,
        };
        tags.push(if code == SUB_IFDS {
            lower(sink, wide, &tag)?
        } else {
            tag
        });
    }
    Ok((tags, order.uint(body.get(count * 12..).unwrap_or_default())))
}

/// Writes the IFDs below a page anew.
fn lower(sink: &mut Sink, wide: Width, tag: &Tag) -> Result<Tag> {
    let mut new = Vec::new();
    for offset in tag.data.chunks_exact(4) {
        let (tags, _) = read_below(sink, wide.order, wide.order.uint(offset))?;
        new.push(append(sink, wide, &tags)?.0);
    }
    Ok(wide.ifds(SUB_IFDS, &new))
}

/// An IFD below another one, which has none below itself.
fn read_below(sink: &mut Sink, order: ByteOrder, at: u64) -> Result<(Vec<Tag>, u64)> {
    if at == 0 {
        return Err(Error::bad_option(
            "a series was promised more smaller versions than were written",
        ));
    }
    read(sink, order, at)
}
