//! The walk over a file's blocks, which notes frames and skips their data.

use std::io::{Read, Seek, SeekFrom};

use imageio_core::{Error, Limits, Result};

use crate::format::Input;

/// What the blocks say.
pub(super) struct Scan {
    /// The signature, `GIF87a` or `GIF89a`.
    pub(super) version: [u8; 6],
    height: u16,
    width: u16,
    /// The global table, three bytes a colour.
    pub(super) global: Option<Vec<u8>>,
    /// The background's index, where there is a global table for it.
    pub(super) background: Option<u8>,
    /// Repetitions, 0 for endless, where the file says so.
    pub(super) loop_count: Option<u16>,
    /// The last application extension before the first frame, and where its data begins.
    pub(super) extension: Option<(Vec<u8>, u64)>,
    pub(super) frames: Vec<FrameRecord>,
}

impl Scan {
    /// Rows and columns that hold the screen and every frame.
    pub(super) fn canvas(&self) -> (usize, usize) {
        let screen = (usize::from(self.height), usize::from(self.width));
        self.frames.iter().fold(screen, |(height, width), frame| {
            let region = frame.region;
            (
                height.max(region.top + region.height),
                width.max(region.left + region.width),
            )
        })
    }
}

/// A rectangle of the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Where a frame is, and what is said about it.
pub(super) struct FrameRecord {
    /// Where the image separator is.
    pub(super) offset: u64,
    pub(super) region: Region,
    /// Bytes of the local table, which follows the descriptor.
    pub(super) local: Option<usize>,
    pub(super) interlaced: bool,
    /// Where the data ends: behind its terminator, or where the file does.
    pub(super) end: u64,
    /// The file ends inside the descriptor.
    pub(super) cut: bool,
    /// Hundredths of a second, where there is a graphic control.
    pub(super) delay: Option<u16>,
    pub(super) transparent: Option<u8>,
    /// The last method that was specified, 0 for none so far.
    pub(super) disposal: u8,
    /// Comments before the frame.
    pub(super) comments: Vec<Span>,
}

impl FrameRecord {
    /// Where the code size is, with the data behind it.
    pub(super) fn data(&self) -> std::ops::Range<u64> {
        let start = self.offset + DESCRIPTOR + self.local.unwrap_or(0) as u64;
        start..self.end.max(start)
    }

    /// Pixels of the frame.
    pub(super) fn area(&self) -> usize {
        self.region.width * self.region.height
    }
}

/// Bytes of the image descriptor, with its separator.
pub(super) const DESCRIPTOR: u64 = 10;

/// Data in sub-blocks.
pub(super) struct Span {
    /// Where the first sub-block's length is.
    start: u64,
    /// Bytes without the lengths.
    len: u64,
}

/// Walks over all blocks of `input`.
pub(super) fn scan(input: &mut Input, limits: &Limits) -> Result<Scan> {
    let scan = header(input)?;
    let mut walker = Walker {
        input,
        limits,
        scan,
        disposal: 0,
        delay: None,
        transparent: None,
        comments: Vec::new(),
    };
    walker.walk()?;
    if walker.scan.frames.is_empty() {
        return Err(Error::corrupt("there is no frame in the file"));
    }
    Ok(walker.scan)
}

fn header(input: &mut Input) -> Result<Scan> {
    let mut version = Vec::with_capacity(6);
    input.by_ref().take(6).read_to_end(&mut version)?;
    let version: [u8; 6] = match version.try_into() {
        Ok(version) if matches!(&version, b"GIF87a" | b"GIF89a") => version,
        _ => return Err(Error::not_this_format("no GIF signature")),
    };
    let mut screen = [0; 7];
    input
        .read_exact(&mut screen)
        .map_err(|error| Error::from(error).at("logical screen descriptor"))?;
    let [w0, w1, h0, h1, flags, background, _aspect] = screen;
    let global = match table_len(flags) {
        Some(len) => Some(table(input, len).map_err(|error| error.at("global colour table"))?),
        None => None,
    };
    Ok(Scan {
        version,
        height: u16::from_le_bytes([h0, h1]),
        width: u16::from_le_bytes([w0, w1]),
        background: global.is_some().then_some(background),
        global,
        loop_count: None,
        extension: None,
        frames: Vec::new(),
    })
}

/// Bytes of the colour table that the flags announce, at most 768.
fn table_len(flags: u8) -> Option<usize> {
    (flags & 0x80 != 0).then_some(6 << (flags & 7))
}

/// A colour table of `len` bytes from where `input` stands.
pub(super) fn table(input: &mut Input, len: usize) -> Result<Vec<u8>> {
    let mut table = vec![0; len.min(768)];
    input.read_exact(&mut table)?;
    Ok(table)
}

/// The text of comments, joined by line feeds.
pub(super) fn comment(input: &mut Input, spans: &[Span], limits: &Limits) -> Result<Vec<u8>> {
    let len: u64 = spans.iter().map(|span| span.len + 1).sum();
    let mut text = limits.try_capacity(usize::try_from(len).unwrap_or(usize::MAX), "comment")?;
    for span in spans {
        if !text.is_empty() {
            text.push(b'\n');
        }
        input.seek(SeekFrom::Start(span.start))?;
        let end = text.len() as u64 + span.len;
        while (text.len() as u64) < end {
            let mut len = [0];
            input.read_exact(&mut len)?;
            let [len] = len;
            input.by_ref().take(len.into()).read_to_end(&mut text)?;
        }
    }
    Ok(text)
}

/// The walk, with what was said about the frame to come.
struct Walker<'a> {
    input: &'a mut Input,
    limits: &'a Limits,
    scan: Scan,
    disposal: u8,
    delay: Option<u16>,
    transparent: Option<u8>,
    comments: Vec<Span>,
}

impl Walker<'_> {
    /// Goes on to the trailer or the end of the file. Bytes that begin no block are passed over.
    fn walk(&mut self) -> Result<()> {
        while let Some(separator) = self.byte()? {
            let whole = match separator {
                b';' => false,
                b'!' => self.extension()?,
                b',' => self.image()?,
                _ => true,
            };
            if !whole {
                break;
            }
        }
        Ok(())
    }

    /// One extension; false where the file ends in it.
    fn extension(&mut self) -> Result<bool> {
        let Some(label) = self.byte()? else {
            return Ok(false);
        };
        if label == 0xFE {
            return self.comment();
        }
        let Some(block) = self.block()? else {
            return Ok(false);
        };
        if block.is_empty() {
            return Ok(true);
        }
        match label {
            0xF9 => self.graphic_control(&block),
            0xFF if self.scan.frames.is_empty() => return self.application(block),
            _ => {}
        }
        Ok(self.rest()?.is_some())
    }

    fn comment(&mut self) -> Result<bool> {
        let start = self.input.position();
        let Some(len) = self.rest()? else {
            return Ok(false);
        };
        if len > 0 {
            self.comments.push(Span { start, len });
        }
        Ok(true)
    }

    /// GIF89a §23. What a later control of the same frame leaves unsaid stays as it was.
    fn graphic_control(&mut self, block: &[u8]) {
        let &[flags, low, high, transparent, ..] = block else {
            return;
        };
        self.delay = Some(u16::from_le_bytes([low, high]));
        if flags & 1 != 0 {
            self.transparent = Some(transparent);
        }
        // "No disposal specified" goes on with the method of the frame before, as Pillow does.
        match flags >> 2 & 7 {
            0 => {}
            method => self.disposal = method,
        }
    }

    fn application(&mut self, name: Vec<u8>) -> Result<bool> {
        let offset = self.input.position();
        let netscape = name.starts_with(b"NETSCAPE2.0");
        self.scan.extension = Some((name, offset));
        if netscape {
            match self.block()? {
                None => return Ok(false),
                Some(block) if block.is_empty() => return Ok(true),
                Some(block) => {
                    if let &[1, low, high, ..] = block.as_slice() {
                        self.scan.loop_count = Some(u16::from_le_bytes([low, high]));
                    }
                }
            }
        }
        Ok(self.rest()?.is_some())
    }

    /// One frame, whose data is skipped; false where the file ends in it.
    ///
    /// A frame that has begun counts, so that reading it fails instead of losing it silently.
    fn image(&mut self) -> Result<bool> {
        let offset = self.input.position().saturating_sub(1);
        let mut descriptor = [0; 9];
        let cut = !self.fill(&mut descriptor)?;
        if cut && self.scan.frames.is_empty() {
            return Err(Error::corrupt(
                "the file ends in the first image descriptor",
            ));
        }
        let [l0, l1, t0, t1, w0, w1, h0, h1, flags] = if cut { [0; 9] } else { descriptor };
        let word = |low, high| usize::from(u16::from_le_bytes([low, high]));
        self.make_room()?;
        self.scan.frames.push(FrameRecord {
            offset,
            region: Region {
                left: word(l0, l1),
                top: word(t0, t1),
                width: word(w0, w1),
                height: word(h0, h1),
            },
            local: table_len(flags),
            interlaced: flags & 0x40 != 0,
            end: offset,
            cut,
            delay: self.delay.take(),
            transparent: self.transparent.take(),
            disposal: self.disposal,
            comments: std::mem::take(&mut self.comments),
        });
        if cut {
            return Ok(false);
        }
        self.skip(table_len(flags).unwrap_or(0) as i64)?;
        let whole = self.byte()?.is_some() && self.rest()?.is_some();
        let end = self.input.position();
        if let Some(frame) = self.scan.frames.last_mut() {
            frame.end = end;
        }
        Ok(whole)
    }

    /// Room for one more frame, inside the budget.
    fn make_room(&mut self) -> Result<()> {
        let frames = &mut self.scan.frames;
        if frames.len() == frames.capacity() {
            let more = (frames.len() * 2).max(8);
            let mut larger = self.limits.try_capacity(more, "list of frames")?;
            larger.append(frames);
            *frames = larger;
        }
        Ok(())
    }

    /// One sub-block, empty for the terminator; nothing where the file ends in it.
    fn block(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(len) = self.byte()? else {
            return Ok(None);
        };
        let mut block = vec![0; len.into()];
        Ok(self.fill(&mut block)?.then_some(block))
    }

    /// Bytes of the sub-blocks up to the terminator; nothing where the file ends in them.
    fn rest(&mut self) -> Result<Option<u64>> {
        let mut total = 0;
        while let Some(len) = self.byte()? {
            if len == 0 {
                return Ok(Some(total));
            }
            self.skip(len.into())?;
            total += u64::from(len);
        }
        Ok(None)
    }

    fn byte(&mut self) -> Result<Option<u8>> {
        let mut byte = [0];
        let [value] = match self.input.read(&mut byte)? {
            0 => return Ok(None),
            _ => byte,
        };
        Ok(Some(value))
    }

    /// Fills `out`; false where the file ends before.
    fn fill(&mut self, out: &mut [u8]) -> Result<bool> {
        match self.input.read_exact(out) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn skip(&mut self, count: i64) -> Result<()> {
        self.input.seek(SeekFrom::Current(count))?;
        Ok(())
    }
}
