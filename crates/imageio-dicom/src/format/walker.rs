//! Walks through a data set, PS3.5 section 7, and forgives what real files do wrong.

use imageio_core::{Error, Limits, Result};

use super::cursor::Cursor;
use super::data_set::{Content, DataSet, Element, Tag, Vr, too_deep};
use super::dictionary;

/// Levels of sequences inside sequences.
const DEPTH: usize = 64;

/// The length that says: up to the delimiter.
const UNDEFINED: u32 = u32::MAX;

/// Bytes of kept values after which the budget is asked again.
const STEP: u64 = 1 << 20;

/// How elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// With the letters of their type.
    pub(crate) explicit: bool,
    pub(crate) big_endian: bool,
}

impl Encoding {
    pub(crate) const EXPLICIT: Encoding = Encoding {
        explicit: true,
        big_endian: false,
    };
    pub(crate) const IMPLICIT: Encoding = Encoding {
        explicit: false,
        big_endian: false,
    };

    fn word(self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    fn long(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    /// The tag at the front of `bytes`.
    pub(crate) fn tag(self, [a, b, c, d]: [u8; 4]) -> Tag {
        Tag(u32::from(self.word([a, b])) << 16 | u32::from(self.word([c, d])))
    }
}

/// Which elements are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Those that pixels and the usual metadata need.
    Usual,
    All,
}

/// Where pixels lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PixelPlace {
    pub(crate) tag: Tag,
    pub(crate) vr: Option<Vr>,
    /// The first byte of the value.
    pub(crate) offset: u64,
    /// Bytes of the value; nothing where it is in fragments.
    pub(crate) len: Option<u64>,
    pub(crate) big_endian: bool,
}

/// The front of an element.
#[derive(Clone, Copy)]
pub(crate) struct Front {
    pub(crate) tag: Tag,
    pub(crate) vr: Option<Vr>,
    pub(crate) len: u32,
}

/// A walk through one file.
pub(crate) struct Walker<'a> {
    pub(crate) cursor: Cursor<'a>,
    pub(crate) encoding: Encoding,
    keep: Keep,
    limits: &'a Limits,
    kept: u64,
    checked: u64,
    pub(crate) pixels: Option<PixelPlace>,
    /// What was wrong and has been read all the same, each once.
    pub(crate) forgiven: Vec<String>,
    /// The length of the file, once it was needed.
    file_len: Option<u64>,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(cursor: Cursor<'a>, keep: Keep, limits: &'a Limits) -> Self {
        Walker {
            cursor,
            encoding: Encoding::EXPLICIT,
            keep,
            limits,
            kept: 0,
            checked: 0,
            pixels: None,
            forgiven: Vec::new(),
            file_len: None,
        }
    }

    /// Says that something was wrong.
    pub(crate) fn forgive(&mut self, what: impl Into<String>) {
        let what = what.into();
        // A broken file may be wrong in as many places as it has elements.
        if self.forgiven.len() < 20 && !self.forgiven.contains(&what) {
            self.forgiven.push(what);
        }
    }

    /// Reads elements up to the pixels, or to the end where there are none.
    ///
    /// Elements behind the pixels are read where `Rows` did not come before them.
    pub(crate) fn top(&mut self, out: &mut DataSet) -> Result<()> {
        out.big_endian = self.encoding.big_endian;
        self.data_set(u64::MAX, false, 0, Some(out))
    }

    /// Reads the group of the file's own elements, which is explicit in any file that keeps to the standard.
    pub(crate) fn meta(&mut self, out: &mut DataSet) -> Result<()> {
        let first = self.cursor.peek_array::<6>()?;
        self.encoding = Encoding::EXPLICIT;
        if first
            .is_some_and(|first| first.starts_with(&[2, 0]) && !is_letters([first[4], first[5]]))
        {
            self.forgive("the file meta group has no types");
            self.encoding = Encoding::IMPLICIT;
        }
        // The length of the group is not trusted.
        while self.cursor.peek_array::<2>()? == Some([2, 0]) {
            let Some(front) = self.front()? else { break };
            self.element(front, u64::MAX, 0, Some(out))?;
        }
        Ok(())
    }

    /// Reads elements until `end`, or, where they are `delimited`, until the delimiter if that comes before.
    fn data_set(
        &mut self,
        end: u64,
        delimited: bool,
        depth: usize,
        mut out: Option<&mut DataSet>,
    ) -> Result<()> {
        if depth > DEPTH {
            return Err(too_deep(DEPTH));
        }
        while self.cursor.position() < end {
            let start = self.cursor.position();
            let Some(front) = self.front()? else {
                return Ok(());
            };
            match front.tag {
                Tag::ITEM_END if delimited => return Ok(()),
                Tag::SEQUENCE_END if delimited => {
                    self.forgive("an item without its delimiter");
                    self.cursor.seek(start);
                    return Ok(());
                }
                Tag::ITEM_END | Tag::SEQUENCE_END | Tag::ITEM => {
                    self.forgive(format!("a stray delimiter {}", front.tag));
                    continue;
                }
                tag if depth == 0 && tag.is_pixels() && self.pixels.is_none() => {
                    let complete = out.as_ref().is_none_or(|out| out.get(Tag::ROWS).is_some());
                    self.note_pixels(front);
                    if complete || front.len == UNDEFINED {
                        return Ok(());
                    }
                    self.forgive("pixels that come before what describes them");
                    self.cursor
                        .seek(self.cursor.position().saturating_add(front.len.into()));
                    continue;
                }
                _ => {}
            }
            self.element(front, end, depth, out.as_deref_mut())?;
        }
        Ok(())
    }

    fn note_pixels(&mut self, front: Front) {
        self.pixels = Some(PixelPlace {
            tag: front.tag,
            vr: front.vr,
            offset: self.cursor.position(),
            len: (front.len != UNDEFINED).then_some(front.len.into()),
            big_endian: self.encoding.big_endian,
        });
    }

    /// Reads or skips the value behind `front`, which ends at `end` at the latest.
    fn element(
        &mut self,
        front: Front,
        end: u64,
        depth: usize,
        out: Option<&mut DataSet>,
    ) -> Result<()> {
        let out = out.filter(|_| depth > 0 || self.wants(front.tag));
        let start = self.cursor.position();
        if front.len == UNDEFINED {
            // PS3.5 6.2.2: what is of unknown type and undefined length is implicit inside.
            let outer = self.encoding;
            if front.vr == Some(*b"UN") {
                self.encoding = Encoding::IMPLICIT;
            }
            let items = self.items(end, true, depth, out.is_some());
            self.encoding = outer;
            Self::keep_element(out, front, Content::Items(items?));
            return Ok(());
        }
        let mut stop = start.saturating_add(front.len.into());
        if stop > end {
            self.forgive(format!("the value of {} leaves its sequence", front.tag));
            stop = end.max(start);
        }
        if let Some(out) = out {
            let content = if self.is_sequence(front)? {
                let items = self.items(stop, false, depth, true)?;
                Content::Items(items)
            } else {
                Content::Bytes(self.bytes(front.tag, stop - start)?)
            };
            Self::keep_element(Some(out), front, content);
        }
        self.cursor.seek(stop);
        Ok(())
    }

    fn keep_element(out: Option<&mut DataSet>, front: Front, content: Content) {
        if let Some(out) = out {
            out.elements.push(Element {
                tag: front.tag,
                vr: front.vr,
                content,
            });
        }
    }

    fn wants(&self, tag: Tag) -> bool {
        self.keep == Keep::All || dictionary::is_usual(tag)
    }

    /// Whether the value of a known length holds items.
    fn is_sequence(&mut self, front: Front) -> Result<bool> {
        let known = match front.vr {
            Some(vr) if vr != *b"UN" => return Ok(vr == *b"SQ"),
            _ => dictionary::vr_of(front.tag),
        };
        if known == Some(*b"SQ") {
            return Ok(true);
        }
        if known.is_some() || front.len < 8 {
            return Ok(false);
        }
        // Private elements without a type are sequences where an item stands first.
        let first = self.cursor.peek_array::<4>()?;
        Ok(first.is_some_and(|first| self.encoding.tag(first) == Tag::ITEM))
    }

    /// Reads items until `end`, or, where they are `delimited`, until the delimiter if that comes before.
    fn items(
        &mut self,
        end: u64,
        delimited: bool,
        depth: usize,
        keep: bool,
    ) -> Result<Vec<DataSet>> {
        let mut items = Vec::new();
        if depth >= DEPTH {
            return Err(too_deep(DEPTH));
        }
        while self.cursor.position() < end {
            let start = self.cursor.position();
            let Some([a, b, c, d, len @ ..]) = self.cursor.peek_array::<8>()? else {
                self.forgive("the file ends inside a sequence");
                self.cursor.seek(end);
                break;
            };
            let tag = self.encoding.tag([a, b, c, d]);
            let len = self.encoding.long(len);
            self.cursor.seek(start + 8);
            match tag {
                Tag::SEQUENCE_END => {
                    if len != 0 {
                        self.forgive("a sequence delimiter with a length");
                    }
                    break;
                }
                Tag::ITEM => {}
                _ => {
                    self.forgive("a sequence with something else than items");
                    // What stands there may be the next element of the data set around.
                    self.cursor.seek(if delimited { start } else { end });
                    break;
                }
            }
            let mut item = DataSet {
                big_endian: self.encoding.big_endian,
                ..DataSet::default()
            };
            let inside = keep.then_some(&mut item);
            if len == UNDEFINED {
                self.data_set(end, true, depth + 1, inside)?;
            } else {
                let stop = (start + 8).saturating_add(len.into()).min(end);
                // Items that are not kept need no walk where their length is known.
                if keep {
                    self.data_set(stop, false, depth + 1, inside)?;
                }
                self.cursor.seek(stop);
            }
            if keep {
                self.count(64)?;
                items.push(item);
            }
        }
        Ok(items)
    }

    /// A value of `len` bytes, or what there is of it.
    fn bytes(&mut self, tag: Tag, len: u64) -> Result<Vec<u8>> {
        let mut len = len;
        if len > STEP {
            let file_len = match self.file_len {
                Some(file_len) => file_len,
                None => *self.file_len.insert(self.cursor.source().len()?),
            };
            let left = file_len.saturating_sub(self.cursor.position());
            if len > left {
                self.forgive(format!("the file ends inside the value of {tag}"));
                len = left;
            }
        }
        self.count(64 + len)?;
        let room = usize::try_from(len).unwrap_or(usize::MAX);
        let mut bytes = self.limits.try_vec::<u8>(room, "a value of the data set")?;
        let filled = self.cursor.read(&mut bytes)?;
        if filled < room {
            self.forgive(format!("the file ends inside the value of {tag}"));
            bytes.truncate(filled);
        }
        Ok(bytes)
    }

    /// Asks the budget from time to time whether all that is kept fits.
    fn count(&mut self, bytes: u64) -> Result<()> {
        self.kept += bytes;
        if self.kept >= self.checked + STEP {
            self.checked = self.kept;
            drop(self.limits.claim(self.kept, "the data set")?);
        }
        Ok(())
    }

    /// Reads the front of the next element; nothing at the end.
    fn front(&mut self) -> Result<Option<Front>> {
        let start = self.cursor.position();
        let Some(first) = self.cursor.peek_array::<8>()? else {
            if !self.cursor.peek(1)?.is_empty() {
                self.forgive("the file ends inside an element");
            }
            return Ok(None);
        };
        let [a, b, c, d, rest @ ..] = first;
        let tag = self.encoding.tag([a, b, c, d]);
        // Items and their delimiters never have a type.
        if !self.encoding.explicit || tag.group() == 0xfffe {
            self.cursor.seek(start + 8);
            let len = self.encoding.long(rest);
            return Ok(Some(Front { tag, vr: None, len }));
        }
        let [v, r, l0, l1] = rest;
        let vr = [v, r];
        if !is_letters(vr) {
            self.forgive(format!("{tag} has no type among elements that have"));
            self.cursor.seek(start + 8);
            let len = self.encoding.long(rest);
            return Ok(Some(Front { tag, vr: None, len }));
        }
        let short = Front {
            tag,
            vr: Some(vr),
            len: self.encoding.word([l0, l1]).into(),
        };
        let long = match self.cursor.peek_array::<12>()? {
            Some([.., a, b, c, d]) => self.encoding.long([a, b, c, d]),
            None => 0,
        };
        let is_long = match dictionary::length_of(vr) {
            Some(is_long) => is_long,
            None => self.odd_type_is_long(short, long)?,
        };
        if is_long {
            self.cursor.seek(start + 12);
            return Ok(Some(Front { len: long, ..short }));
        }
        self.cursor.seek(start + 8);
        Ok(Some(short))
    }

    /// Which of the two lengths an element of a type that the standard lacks has: the one that another element follows.
    fn odd_type_is_long(&mut self, short: Front, long: u32) -> Result<bool> {
        let [v, r] = short.vr.unwrap_or_default();
        let letters = format!("{}{}", char::from(v), char::from(r));
        self.forgive(format!("{} is of the unknown type {letters}", short.tag));
        if short.len != 0 || long == UNDEFINED {
            return Ok(short.len == 0);
        }
        let start = self.cursor.position();
        self.cursor.seek(start.saturating_add(12 + u64::from(long)));
        let next = self.cursor.peek_array::<6>()?;
        self.cursor.seek(start);
        Ok(next.is_some_and(|[a, b, c, d, v, r]| {
            self.encoding.tag([a, b, c, d]) > short.tag && is_letters([v, r])
        }))
    }
}

/// Whether two bytes can be the letters of a type.
pub(crate) fn is_letters(vr: Vr) -> bool {
    vr.iter().all(u8::is_ascii_uppercase)
}

/// How the data set at `cursor` is written, by the look of its first element.
pub(crate) fn guess(cursor: &mut Cursor<'_>) -> Result<Option<Encoding>> {
    let Some([a, b, c, d, v, r]) = cursor.peek_array::<6>()? else {
        return Ok(None);
    };
    let explicit = is_letters([v, r]) && dictionary::length_of([v, r]).is_some();
    // No group of the standard's that comes first is as large as a small one is with its bytes turned around.
    let big_endian = u16::from_le_bytes([a, b]) >= 0x0400 && u16::from_be_bytes([a, b]) < 0x0400;
    let _ = (c, d);
    Ok(Some(Encoding {
        explicit,
        big_endian,
    }))
}

/// The error for a file that is none.
pub(crate) fn no_dicom() -> Error {
    Error::not_this_format("no DICOM: `DICM` is not at offset 128, and no data set begins at 0")
}
