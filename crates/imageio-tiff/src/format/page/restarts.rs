//! Pages of Hamamatsu NDPI: one JPEG, often larger than its header can say, and a list of its restart markers.

use imageio_codecs::jpeg::{FrameHeader, next_segment};
use imageio_core::{Error, Result};

use super::{Fields, Page, Span, Tile};
use crate::format::ifd::Entry;
use crate::format::source::Source;
use crate::format::tags;

/// `McuStarts`: where the samples behind each restart marker begin, from the start of the stream on.
const MCU_STARTS: u16 = 65426;
/// `McuStartsHighBytes`: the upper halves of these numbers.
const MCU_STARTS_HIGH: u16 = 65432;
/// `NDPI_FormatFlag`, which all such files have, as they have `Make`.
const FORMAT_FLAG: u16 = 65420;

/// Bytes that the header of the stream takes at most.
const HEAD: u64 = 1 << 16;

/// Where the parts between restart markers are. Each is a tile as high as a unit.
#[derive(Clone, Debug)]
pub(crate) struct Restarts {
    stream: Span,
    starts: Entry,
    high: Option<Entry>,
}

impl Restarts {
    /// The bytes before the first part.
    pub(crate) fn header(&self, source: &Source) -> Result<Vec<u8>> {
        let first = self.starts(source, 0..1)?.first().copied().unwrap_or(0);
        if first > HEAD {
            return Err(Error::corrupt(format!("a JPEG header of {first} bytes")));
        }
        let head = source.structure(self.stream.offset, first as usize)?;
        Ok(head.into_owned())
    }

    /// Where these parts are; only what the list says of them is read.
    pub(super) fn spans(&self, source: &Source, range: std::ops::Range<u64>) -> Result<Vec<Span>> {
        let mut starts = self.starts(source, range.start..range.end.saturating_add(1))?;
        if range.end >= self.starts.count {
            starts.push(self.stream.len);
        }
        let ends = starts.iter().skip(1);
        let spans = starts.iter().zip(ends).map(|(&start, &end)| Span {
            offset: self.stream.offset.saturating_add(start),
            len: end.min(self.stream.len).saturating_sub(start),
        });
        Ok(spans.collect())
    }

    fn starts(&self, source: &Source, range: std::ops::Range<u64>) -> Result<Vec<u64>> {
        let mut starts = source.integers(&self.starts, range.clone())?;
        if let Some(high) = &self.high {
            for (start, high) in starts.iter_mut().zip(source.integers(high, range)?) {
                *start |= high << 32;
            }
        }
        Ok(starts)
    }
}

impl Page {
    /// Makes tiles of the parts between restart markers.
    pub(super) fn set_restarts(&mut self, fields: &Fields<'_>) -> Result<()> {
        let has = |tag| fields.ifd.has(tag);
        let starts = fields.ifd.get(MCU_STARTS).copied();
        let is_ndpi = has(FORMAT_FLAG) && has(tags::MAKE);
        let places = self.offsets.zip(self.byte_counts);
        let (Some(starts), Some((offset, len)), true) = (starts, places, is_ndpi) else {
            return Ok(());
        };
        let restarts = Restarts {
            stream: Span {
                offset: fields.source.integer(&offset)?,
                len: fields.source.integer(&len)?,
            },
            starts,
            high: fields.ifd.get(MCU_STARTS_HIGH).copied(),
        };
        let header = restarts.header(fields.source);
        match header.and_then(|header| tile(&header, self.width)) {
            Ok(tile) => {
                self.tile = Some(tile);
                self.rows_per_strip = 0;
                self.restarts = Some(restarts);
            }
            Err(error) => fields
                .source
                .warn(format!("McuStarts: {}", error.message())),
        }
        Ok(())
    }
}

/// What lies between two restart markers of a stream with this header.
fn tile(header: &[u8], columns: usize) -> Result<Tile> {
    let mut rest = header.strip_prefix(b"\xff\xd8").unwrap_or_default();
    let (mut interval, mut unit) = (0, None);
    while let Some((segment, after)) = next_segment(rest) {
        match *segment {
            [_, 0xdd, _, _, high, low, ..] => interval = u16::from_be_bytes([high, low]).into(),
            [_, 0xc0, _, _, precision, _, _, _, _, ref components @ ..] => {
                // The size may be 0, which counts for none.
                let body = [&[precision, 0, 1, 0, 1], components].concat();
                unit = Some(FrameHeader::parse(0xc0, &body)?.sampling());
            }
            _ => {}
        }
        rest = after;
    }
    let unit = unit.filter(|_| interval > 0 && rest.starts_with(b"\xff\xda"));
    let (across, down) = unit.ok_or_else(|| Error::corrupt("a JPEG without restart intervals"))?;
    let units = columns.div_ceil(8 * across);
    let width = interval * 8 * across;
    if !units.is_multiple_of(interval) || width > usize::from(u16::MAX) {
        let message = format!("rows of {units} units with a restart after every {interval}");
        return Err(Error::unsupported(message));
    }
    Ok(Tile {
        width,
        length: 8 * down,
        depth: 1,
    })
}
