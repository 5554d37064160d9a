//! The tags of a file, one after the other, and which of them hold bitmaps.

use std::sync::Arc;

use imageio_core::{Error, Result};

use super::bitmap::{Bitmap, Coding};
use super::body::{Body, HEAD_LEN};

/// Tags that one file may have. Even two bytes each would make a file of 32 MB.
const MOST_TAGS: u32 = 1 << 24;

/// What tables for JPEG may take; all sixteen of them need less than 3 KB.
const MOST_TABLES: u64 = 1 << 16;

const END: u16 = 0;
const DEFINE_BITS: u16 = 6;
const JPEG_TABLES: u16 = 8;
const LOSSLESS: u16 = 20;
const JPEG_2: u16 = 21;
const JPEG_3: u16 = 35;
const LOSSLESS_2: u16 = 36;
const JPEG_4: u16 = 90;

/// Walks over the tags no further than it is asked to. What sprites hold is skipped: no bitmap is defined there.
#[derive(Debug)]
pub(crate) struct Walk {
    /// The head of the next tag.
    at: u64,
    seen: u32,
    is_done: bool,
    /// Of JPEGTables: those of the first such tag count, as for players.
    tables: Option<Arc<[u8]>>,
    /// The bitmaps so far.
    found: Vec<Bitmap>,
}

/// What a tag is and where its content lies, chapter 2, "Tag format".
struct Tag {
    code: u16,
    start: u64,
    len: u64,
}

impl Walk {
    /// A walk from the first tag on, for which the rest of the header is read.
    pub(crate) fn begin(body: &mut Body) -> Result<Self> {
        let mut first = [0];
        body.seek(HEAD_LEN)?;
        body.read_exact(&mut first, "the frame size")?;
        // Five bits tell how many each of four numbers has.
        let bits = u64::from(first[0] >> 3);
        let rectangle = (5 + 4 * bits).div_ceil(8);
        // Frame rate and number of frames follow.
        Ok(Walk {
            at: HEAD_LEN + rectangle + 4,
            seen: 0,
            is_done: false,
            tables: None,
            found: Vec::new(),
        })
    }

    /// Bitmap `position`, walking on as far as needed.
    pub(crate) fn get(
        &mut self,
        body: &mut Body,
        position: usize,
        warn: &dyn Fn(String),
    ) -> Result<Option<&Bitmap>> {
        while self.found.len() <= position && !self.is_done {
            self.step(body, warn)?;
        }
        Ok(self.found.get(position))
    }

    /// Number of bitmaps, walking to the end.
    pub(crate) fn count(&mut self, body: &mut Body, warn: &dyn Fn(String)) -> Result<usize> {
        while !self.is_done {
            self.step(body, warn)?;
        }
        Ok(self.found.len())
    }

    fn step(&mut self, body: &mut Body, warn: &dyn Fn(String)) -> Result<()> {
        body.seek(self.at)?;
        let Some(tag) = read_head(body)? else {
            self.is_done = true;
            return Ok(());
        };
        self.seen += 1;
        if self.seen > MOST_TAGS {
            return Err(Error::corrupt(format!("more than {MOST_TAGS} tags")));
        }
        self.at = tag.start + tag.len;
        match tag.code {
            END => self.is_done = true,
            JPEG_TABLES if self.tables.is_none() => self.tables = read_tables(body, &tag)?,
            LOSSLESS => self.add_lossless(body, &tag, false, warn)?,
            LOSSLESS_2 => self.add_lossless(body, &tag, true, warn)?,
            DEFINE_BITS => {
                let tables = self.tables.clone();
                self.add_jpeg(&tag, 1, tables);
            }
            JPEG_2 => self.add_jpeg(&tag, 2, None),
            JPEG_3 => self.add_jpeg(&tag, 3, None),
            JPEG_4 => self.add_jpeg(&tag, 4, None),
            _ => {}
        }
        Ok(())
    }

    fn add_lossless(
        &mut self,
        body: &mut Body,
        tag: &Tag,
        has_alpha: bool,
        warn: &dyn Fn(String),
    ) -> Result<()> {
        let mut head = [0; 8];
        let wanted = head
            .len()
            .min(usize::try_from(tag.len).unwrap_or(usize::MAX));
        let (held, _) = head.split_at_mut(wanted);
        let filled = body.read(held)?;
        let head = head.get(..filled).unwrap_or_default();
        let start = tag.start;
        match Coding::lossless(head, has_alpha) {
            Some((coding, used)) => self.found.push(Bitmap {
                coding,
                start: start + used,
                len: tag.len - used,
            }),
            None => warn(format!(
                "the bitmap at offset {start} is of no known format and does not count"
            )),
        }
        Ok(())
    }

    fn add_jpeg(&mut self, tag: &Tag, version: u8, tables: Option<Arc<[u8]>>) {
        // A character's number stands first.
        let used = tag.len.min(2);
        self.found.push(Bitmap {
            coding: Coding::Jpeg { version, tables },
            start: tag.start + used,
            len: tag.len - used,
        });
    }
}

/// The head of a tag; nothing at the end of the file.
fn read_head(body: &mut Body) -> Result<Option<Tag>> {
    let mut short = [0; 2];
    if body.read(&mut short)? < short.len() {
        return Ok(None);
    }
    let head = u16::from_le_bytes(short);
    let mut len = u64::from(head & 63);
    if len == 63 {
        let mut long = [0; 4];
        if body.read(&mut long)? < long.len() {
            return Ok(None);
        }
        len = u64::from(u32::from_le_bytes(long));
    }
    Ok(Some(Tag {
        code: head >> 6,
        start: body.position(),
        len,
    }))
}

/// Tables for later tags; nothing where the tag is empty.
fn read_tables(body: &mut Body, tag: &Tag) -> Result<Option<Arc<[u8]>>> {
    let len = tag.len.min(MOST_TABLES) as usize;
    let mut tables: Vec<u8> = body.limits().try_vec(len, "the JPEG tables")?;
    let filled = body.read(&mut tables)?;
    tables.truncate(filled);
    Ok((filled > 0).then(|| tables.into()))
}
