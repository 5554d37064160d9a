//! The file as a whole: its header, the chain of its IFDs, and the pages below others.

use imageio_core::{Error, Output, Result};

use super::sink::Sink;
use super::widen;
use crate::format::build::{BuiltIfd, Tag, Width};
use crate::format::source::ByteOrder;

/// Bytes before the first IFD: the header of a BigTIFF, for which every file has room.
const HEADER: usize = 16;

/// Where the classic format ends; what closes a file needs some room too.
pub(super) const CLASSIC_END: u64 = u32::MAX as u64 - (1 << 20);

/// A TIFF that is being written.
pub(super) struct TiffFile {
    pub(super) sink: Sink,
    pub(super) width: Width,
    /// Whether offsets have 64 bits, where the caller said so.
    asked: Option<bool>,
    /// Where the offset of the next IFD of the chain goes.
    next_at: u64,
    /// Where the first IFD stands.
    pub(super) first_ifd: u64,
    below: Option<Below>,
    widened: bool,
    /// Where offsets of 32 bits are given up.
    classic_end: u64,
}

/// Smaller versions of the pages of a series, on their way.
struct Below {
    levels: u16,
    level: u16,
    /// For each page, where the offsets of its smaller versions go.
    slots: Vec<u64>,
    page: usize,
}

impl TiffFile {
    /// Begins a file. Without word about 64 bits it starts with 32 and changes when they do not reach.
    pub(super) fn begin(out: Output, order: ByteOrder, asked: Option<bool>) -> Result<Self> {
        let width = Width {
            order,
            big: asked == Some(true),
        };
        let mut sink = Sink::new(out);
        sink.write(&header(width, 0))?;
        Ok(TiffFile {
            sink,
            width,
            asked,
            next_at: if width.big { 8 } else { 4 },
            first_ifd: 0,
            below: None,
            widened: false,
            classic_end: CLASSIC_END,
        })
    }

    /// Gives offsets of 32 bits up earlier than they end.
    pub(super) fn ending_at(mut self, classic_end: u64) -> Self {
        self.classic_end = classic_end;
        self
    }

    /// Sees to it that `bytes` more fit. Changes the file to 64 bits where that is left to it; the IFDs move then.
    pub(super) fn make_room(&mut self, bytes: u64) -> Result<Option<Moved>> {
        if self.width.big || self.sink.position().saturating_add(bytes) < self.classic_end {
            return Ok(None);
        }
        if self.asked == Some(false) || self.below.is_some() {
            return Err(Error::unsupported(format!(
                "{} bytes in a classic TIFF, which ends at 4 GB",
                self.sink.position().saturating_add(bytes)
            ))
            .with_help("option `bigtiff`"));
        }
        if self.first_ifd == 0 {
            self.width.big = true;
            self.next_at = 8;
            self.sink.patch(0, &header(self.width, 0))?;
            return Ok(None);
        }
        let order = self.width.order;
        let old = self.first_ifd;
        let widened = widen::widen(&mut self.sink, order, old)?;
        (self.width.big, self.widened) = (true, true);
        self.first_ifd = widened.first;
        self.next_at = widened.next_at;
        self.sink.patch(0, &header(self.width, widened.first))?;
        Ok(Some(Moved(widened.moved)))
    }

    /// Whether IFDs were written anew, without the room behind descriptions.
    pub(super) fn rewritten(&self) -> bool {
        self.widened
    }

    /// Room for an IFD of `size` bytes; its position.
    pub(super) fn reserve(&mut self, size: usize) -> Result<u64> {
        self.sink.align(2)?;
        let at = self.sink.position();
        self.sink.zeros(size)?;
        Ok(at)
    }

    /// Fills the IFD at `at` and links it to those before.
    pub(super) fn fill(&mut self, at: u64, tags: &[Tag], sub_tag: Option<u16>) -> Result<BuiltIfd> {
        let built = self.width.build(tags, at, 0);
        if !self.width.big && at + built.bytes.len() as u64 > u64::from(u32::MAX) {
            return Err(Error::unsupported("a page beyond 4 GB in a classic TIFF"));
        }
        self.sink.patch(at, &built.bytes)?;
        self.link(at, &built, sub_tag)?;
        Ok(built)
    }

    fn link(&mut self, at: u64, built: &BuiltIfd, sub_tag: Option<u16>) -> Result<()> {
        if let Some(below) = self.below.as_mut().filter(|it| it.level > 0) {
            let slot = below.slots.get(below.page).copied().ok_or_else(|| {
                Error::bad_option("a smaller version has more pages than the series above it")
            })?;
            below.page += 1;
            let shift = u64::from(below.level - 1) * self.width.offset_size() as u64;
            return self.sink.patch(slot + shift, &self.width.offset(at));
        }
        self.sink.patch(self.next_at, &self.width.offset(at))?;
        self.next_at = at + built.next_at as u64;
        if self.first_ifd == 0 {
            self.first_ifd = at;
        }
        let slots = sub_tag.and_then(|code| built.values_at(code));
        if let (Some(slots), Some(below)) = (slots, &mut self.below) {
            below.slots.push(at + slots as u64);
        }
        Ok(())
    }

    /// From now on pages have `levels` smaller versions each, which come after them.
    pub(super) fn begin_levels(&mut self, levels: u16) -> Result<()> {
        if self.below.is_some() {
            return Err(Error::bad_option(
                "subifds: a smaller version has no smaller versions of its own",
            ));
        }
        self.below = (levels > 0).then_some(Below {
            levels,
            level: 0,
            slots: Vec::new(),
            page: 0,
        });
        Ok(())
    }

    /// Whether the next series is a smaller version of the one before.
    pub(super) fn inside_levels(&self) -> bool {
        self.below.is_some()
    }

    /// A series has ended: the next one is the next smaller version, or stands in the chain again.
    pub(super) fn end_series(&mut self) -> Result<()> {
        let Some(below) = &mut self.below else {
            return Ok(());
        };
        if below.level > 0 && below.page != below.slots.len() {
            return Err(Error::bad_option(format!(
                "a smaller version of {} pages, the series has {}",
                below.page,
                below.slots.len()
            )));
        }
        (below.level, below.page) = (below.level + 1, 0);
        if below.level > below.levels {
            self.below = None;
        }
        Ok(())
    }
}

/// Where IFDs have gone, as pairs of old and new position.
pub(super) struct Moved(Vec<(u64, u64)>);

impl Moved {
    /// The new position of the IFD that stood at `old`.
    pub(super) fn of(&self, old: u64) -> u64 {
        let found = self.0.iter().find(|(from, _)| *from == old);
        found.map_or(old, |(_, to)| *to)
    }
}

/// The header, with room for that of a BigTIFF.
fn header(width: Width, first: u64) -> Vec<u8> {
    let mut bytes = match width.order {
        ByteOrder::Little => b"II".to_vec(),
        ByteOrder::Big => b"MM".to_vec(),
    };
    if width.big {
        bytes.extend([43, 8, 0].iter().flat_map(|&number| width.short(number)));
    } else {
        bytes.extend(width.short(42));
    }
    bytes.extend(width.offset(first));
    bytes.resize(HEADER, 0);
    bytes
}
