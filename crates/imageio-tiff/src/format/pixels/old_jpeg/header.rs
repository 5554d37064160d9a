//! What strips of old-style JPEG leave to others to say: tables, the frame and the scan.

use imageio_codecs::jpeg::next_segment;
use imageio_core::{Error, Limits, Result};

use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;

const JPEG_PROC: u16 = 512;
const JPEG_RESTART_INTERVAL: u16 = 515;
const JPEG_Q_TABLES: u16 = 519;
const JPEG_DC_TABLES: u16 = 520;
const JPEG_AC_TABLES: u16 = 521;

/// The one process that anyone wrote: baseline, sequential.
const BASELINE: u64 = 1;

/// Most components that a frame of TIFF has.
const COMPONENTS: u64 = 4;

/// Bytes in which all that stands before the samples must be.
const HEAD: u64 = 1 << 16;

/// Bytes of a quantization table, the elements of 8 bits in zigzag order.
const QUANTIZATION: usize = 64;

/// Codes of each length that a Huffman table begins with.
const LENGTHS: usize = 16;

/// Segments that go before the samples of each strip.
pub(in crate::format::pixels) struct Header {
    /// `DQT`, `DHT` and `DRI`, and what `APP0` and `APP14` say of colours.
    tables: Vec<u8>,
    has_tables: bool,
    /// `SOF`, whose size is that of the strip.
    frame: Vec<u8>,
    /// `SOS`.
    scan: Vec<u8>,
}

impl Header {
    /// What the strips of `page` lack: from the stream of `JPEGInterchangeFormat`, the first strip, or the tags.
    ///
    /// # Errors
    /// `Corrupt` for tables that lie outside the file, `Unsupported` for a process other than the baseline.
    pub(in crate::format::pixels) fn find(source: &Source, page: &Page) -> Result<Option<Self>> {
        if let Some(entry) = page.ifd.get(tags::JPEG_INTERCHANGE_FORMAT) {
            let stream = head(source, source.integer(entry)?, HEAD)?;
            if let Some(header) = Header::of_stream(&stream) {
                return header.with_tables(source, page).map(Some);
            }
        }
        let first = page.spans(source, 0..1)?.first().copied();
        if let Some(first) = first.filter(|span| !span.is_empty()) {
            let strip = head(source, first.offset, first.len.min(HEAD))?;
            if let Some(header) = Header::of_stream(&strip) {
                return header.with_tables(source, page).map(Some);
            }
        }
        if !page.ifd.has(JPEG_Q_TABLES) {
            return Ok(None);
        }
        if page.planar {
            let message = "old-style JPEG in separate planes, whose tables stand in tags";
            return Err(Error::unsupported(message));
        }
        let process = page.ifd.get(JPEG_PROC);
        let process = process.map_or(Ok(BASELINE), |entry| source.integer(entry))?;
        if process != BASELINE {
            let message = format!("old-style JPEG of process {process}, only {BASELINE} is known");
            return Err(Error::unsupported(message));
        }
        let tables = tables(source, page)?;
        Ok(Some(Header {
            tables,
            has_tables: true,
            frame: frame(page),
            scan: scan(page),
        }))
    }

    /// The segments of a stream that has a frame and a scan.
    pub(in crate::format::pixels) fn of_stream(stream: &[u8]) -> Option<Self> {
        let mut header = Header {
            tables: Vec::new(),
            has_tables: false,
            frame: Vec::new(),
            scan: Vec::new(),
        };
        let mut rest = stream.strip_prefix(b"\xff\xd8").unwrap_or(stream);
        while let Some((segment, after)) = next_segment(rest) {
            let code = *segment.get(1)?;
            header.has_tables |= code == 0xdb;
            match code {
                0xe0 | 0xee | 0xdb | 0xc4 | 0xdd => header.tables.extend_from_slice(segment),
                // All frames that samples of 8 bits have without arithmetic coding (T.81 table B.1).
                0xc0..=0xc2 => header.frame = segment.to_vec(),
                _ => {}
            }
            rest = after;
        }
        let (scan, _) = split_scan(rest)?;
        header.scan = scan.to_vec();
        (header.frame.len() > 9).then_some(header)
    }

    /// The same with the tables of tags, where the stream has none.
    fn with_tables(mut self, source: &Source, page: &Page) -> Result<Self> {
        if !self.has_tables && page.ifd.has(JPEG_Q_TABLES) {
            self.tables.extend(tables(source, page)?);
        }
        Ok(self)
    }

    /// The strip `stored`, of so many rows and columns, as a stream that stands alone.
    pub(in crate::format::pixels) fn complete(
        &self,
        stored: &[u8],
        size: (usize, usize),
        limits: &Limits,
    ) -> Result<Vec<u8>> {
        let samples = samples_of(stored);
        let mut out = self.start(size, samples.len() + 2, limits)?;
        append_renumbered(samples, &mut out);
        out.extend_from_slice(b"\xff\xd9");
        Ok(out)
    }

    /// All that goes before the samples of a picture of so many rows and columns, with room for `more` bytes.
    pub(in crate::format::pixels) fn start(
        &self,
        (rows, columns): (usize, usize),
        more: usize,
        limits: &Limits,
    ) -> Result<Vec<u8>> {
        let side = |name: &str, len: usize| {
            u16::try_from(len).map_err(|_| Error::corrupt(format!("a JPEG of {len} {name}")))
        };
        let (rows, columns) = (side("rows", rows)?, side("columns", columns)?);
        let len = 2 + self.tables.len() + self.frame.len() + self.scan.len();
        let mut out = limits.try_capacity::<u8>(len + more, "the bytes of a JPEG")?;
        out.extend_from_slice(b"\xff\xd8");
        out.extend_from_slice(&self.tables);
        let at = out.len() + 5;
        out.extend_from_slice(&self.frame);
        let sides = [rows.to_be_bytes(), columns.to_be_bytes()].concat();
        if let Some(target) = out.get_mut(at..at + 4) {
            target.copy_from_slice(&sides);
        }
        out.extend_from_slice(&self.scan);
        Ok(out)
    }
}

/// As many of `len` bytes at `offset` as the file has.
fn head(source: &Source, offset: u64, len: u64) -> Result<Vec<u8>> {
    let offset = offset.min(source.len());
    let len = len.min(source.len() - offset);
    Ok(source.structure(offset, len as usize)?.into_owned())
}

/// The `SOS` segment that `bytes` begin with, and what follows.
fn split_scan(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = bytes.strip_prefix(b"\xff\xda")?.first_chunk::<2>()?;
    bytes.split_at_checked(2 + usize::from(u16::from_be_bytes(*len)))
}

/// What stands behind the segments that a strip may begin with.
fn samples_of(stored: &[u8]) -> &[u8] {
    let mut rest = stored.strip_prefix(b"\xff\xd8").unwrap_or(stored);
    while let Some((_, after)) = next_segment(rest) {
        rest = after;
    }
    if let Some((_, after)) = split_scan(rest) {
        return after;
    }
    // The marker between two strips of one stream is at the end of the one or the start of the other.
    match rest {
        [0xff, 0xd0..=0xd7, after @ ..] => after,
        _ => rest,
    }
}

/// Restart markers count from the start of a stream, which this strip is not.
fn append_renumbered(samples: &[u8], out: &mut Vec<u8>) {
    let first = out.len();
    out.extend_from_slice(samples);
    let mut number = 0;
    let mut is_escaped = false;
    for byte in out.iter_mut().skip(first) {
        if is_escaped && matches!(byte, 0xd0..=0xd7) {
            *byte = 0xd0 | number & 7;
            number += 1;
        }
        is_escaped = *byte == 0xff;
    }
}

/// The tables that tags point to, as segments.
fn tables(source: &Source, page: &Page) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for (number, at) in offsets(source, page, JPEG_Q_TABLES)? {
        segment(
            0xdb,
            &[&[number], &*source.structure(at, QUANTIZATION)?],
            &mut out,
        );
    }
    for (class, tag) in [(0, JPEG_DC_TABLES), (1, JPEG_AC_TABLES)] {
        for (number, at) in offsets(source, page, tag)? {
            let lengths = source.structure(at, LENGTHS)?.into_owned();
            let codes = lengths.iter().map(|&count| usize::from(count)).sum();
            let codes = source.structure(at + LENGTHS as u64, codes)?;
            segment(0xc4, &[&[class << 4 | number], &lengths, &codes], &mut out);
        }
    }
    let interval = page.ifd.get(JPEG_RESTART_INTERVAL);
    let interval = interval.map_or(Ok(0), |entry| source.integer(entry))?;
    if let Ok(interval @ 1..) = u16::try_from(interval) {
        segment(0xdd, &[&interval.to_be_bytes()], &mut out);
    }
    Ok(out)
}

/// Number and place of each table of a kind.
fn offsets(source: &Source, page: &Page, tag: u16) -> Result<Vec<(u8, u64)>> {
    let entry = page.ifd.get(tag);
    let entry = entry.ok_or_else(|| Error::corrupt(format!("old-style JPEG without tag {tag}")))?;
    let offsets = source.integers(entry, 0..COMPONENTS)?;
    Ok((0..).zip(offsets).collect())
}

/// A segment of these parts.
fn segment(code: u8, parts: &[&[u8]], out: &mut Vec<u8>) {
    let len = parts.iter().map(|part| part.len()).sum::<usize>() + 2;
    out.extend([0xff, code]);
    out.extend((len as u16).to_be_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// The frame of a page whose components have tables of their own (TIFF 6.0 §22).
fn frame(page: &Page) -> Vec<u8> {
    let components = components(page);
    let (across, down) = page.subsampling;
    let mut body = vec![8, 0, 0, 0, 0, components];
    for number in 0..components {
        let is_finest = number == 0 && components == 3;
        let (across, down) = if is_finest { (across, down) } else { (1, 1) };
        body.extend([number + 1, (across as u8) << 4 | down as u8 & 15, number]);
    }
    let mut out = Vec::new();
    // The extended process has room for as many tables as there are components.
    segment(0xc1, &[&body], &mut out);
    out
}

/// The scan of all components.
fn scan(page: &Page) -> Vec<u8> {
    let components = components(page);
    let mut body = vec![components];
    body.extend((0..components).flat_map(|number| [number + 1, number << 4 | number]));
    body.extend([0, 63, 0]);
    let mut out = Vec::new();
    segment(0xda, &[&body], &mut out);
    out
}

fn components(page: &Page) -> u8 {
    page.samples.min(COMPONENTS as usize) as u8
}
