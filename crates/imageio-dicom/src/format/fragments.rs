//! Frames in fragments, PS3.5 annex A.4: which bytes of the file belong to which frame.

use imageio_core::{Error, Limits, Result};

use super::cursor::{Cursor, Source, read_exact_at};
use super::data_set::{DataSet, Tag};
use super::syntax::Coding;
use super::walker::{Encoding, PixelPlace};

/// One fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fragment {
    /// Where its item begins, counted from the first one behind the offset table.
    item: u64,
    /// The first byte of its content.
    offset: u64,
    len: u64,
}

/// The fragments of each frame.
#[derive(Clone, Debug)]
pub(crate) struct Fragments {
    all: Vec<Fragment>,
    /// The first fragment of each frame.
    firsts: Vec<usize>,
}

impl Fragments {
    /// Reads the fronts of the items behind `place`, for `frames` frames.
    pub(crate) fn find(
        source: &dyn Source,
        place: &PixelPlace,
        frames: usize,
        data: &DataSet,
        limits: &Limits,
    ) -> Result<Fragments> {
        let mut cursor = Cursor::new(source, place.offset);
        let (mut all, mut table) = (Vec::new(), None);
        let mut begin = place.offset;
        while let Some((offset, len)) = item(&mut cursor)? {
            if table.is_none() {
                table = Some(offsets(source, offset, len, limits)?);
                begin = offset + u64::from(len);
            } else {
                if all.len() % (1 << 14) == 0 {
                    drop(limits.claim(all.len() as u64 * 24, "the list of fragments")?);
                }
                all.push(Fragment {
                    item: offset - 8 - begin,
                    offset,
                    len: len.into(),
                });
            }
            cursor.seek(offset + u64::from(len));
        }
        if all.is_empty() {
            return Err(Error::corrupt(
                "pixels in fragments, of which there are none",
            ));
        }
        let extended = extended_offsets(data);
        let table = if extended.is_empty() {
            table.unwrap_or_default()
        } else {
            extended
        };
        let firsts = firsts(source, &all, frames, &table)?;
        Ok(Fragments { all, firsts })
    }

    /// Frames that there are fragments for.
    pub(crate) fn frames(&self) -> usize {
        self.firsts.len()
    }

    /// The bytes of frame `number`.
    pub(crate) fn frame(
        &self,
        source: &dyn Source,
        number: usize,
        limits: &Limits,
    ) -> Result<Vec<u8>> {
        let missing = || Error::corrupt(format!("frame {number} has no fragment"));
        let first = *self.firsts.get(number).ok_or_else(missing)?;
        let end = self
            .firsts
            .get(number + 1)
            .copied()
            .unwrap_or(self.all.len());
        let parts = self
            .all
            .get(first..end)
            .filter(|parts| !parts.is_empty())
            .ok_or_else(missing)?;
        let len: u64 = parts.iter().map(|part| part.len).sum();
        let room = usize::try_from(len).unwrap_or(usize::MAX);
        if len > limits.image_budget() || len > source.len()? {
            return Err(Error::corrupt(format!(
                "frame {number} of {len} bytes leaves the file"
            )));
        }
        let mut bytes = limits.try_vec::<u8>(room, "a coded frame")?;
        let mut rest = bytes.as_mut_slice();
        for part in parts {
            let (to, after) = rest.split_at_mut(part.len as usize);
            read_exact_at(source, part.offset, to)
                .map_err(|error| error.at(format_args!("frame {number}")))?;
            rest = after;
        }
        Ok(bytes)
    }

    /// What the first bytes of the first frame look like.
    pub(crate) fn looks(&self, source: &dyn Source) -> Result<Coding> {
        let mut head = [0; 12];
        let offset = self.all.first().map_or(0, |first| first.offset);
        let filled = source.read_at(offset, &mut head)?;
        Ok(match head.get(..filled).unwrap_or_default() {
            [0xff, 0xd8, 0xff, 0xf7, ..] => Coding::JpegLs,
            [0xff, 0xd8, ..] => Coding::Jpeg,
            [0xff, 0x4f, 0xff, 0x51, ..] | [0, 0, 0, 12, b'j', b'P', ..] => Coding::Jpeg2000,
            _ => Coding::RunLength,
        })
    }
}

/// The next item: where its content begins, and its length; nothing at the end.
fn item(cursor: &mut Cursor<'_>) -> Result<Option<(u64, u32)>> {
    let start = cursor.position();
    // Encapsulated data sets are little-endian, A.4.
    let Some([a, b, c, d, len @ ..]) = cursor.peek_array::<8>()? else {
        return Ok(None);
    };
    let is_item = Encoding::EXPLICIT.tag([a, b, c, d]) == Tag::ITEM;
    let len = u32::from_le_bytes(len);
    Ok((is_item && len != u32::MAX).then_some((start + 8, len)))
}

/// The basic offset table.
fn offsets(source: &dyn Source, offset: u64, len: u32, limits: &Limits) -> Result<Vec<u64>> {
    let known = source.len()?.saturating_sub(offset).min(len.into());
    let mut bytes = limits.try_vec::<u8>(known as usize, "the offset table")?;
    read_exact_at(source, offset, &mut bytes)?;
    let words = bytes
        .chunks_exact(4)
        .filter_map(|word| word.first_chunk::<4>());
    Ok(words.map(|word| u32::from_le_bytes(*word).into()).collect())
}

/// The table of offsets of 64 bits, C.7.6.3.1.8.
fn extended_offsets(data: &DataSet) -> Vec<u64> {
    let bytes = data.bytes(Tag::OFFSETS).unwrap_or_default();
    let words = bytes
        .chunks_exact(8)
        .filter_map(|word| word.first_chunk::<8>());
    words.map(|word| u64::from_le_bytes(*word)).collect()
}

/// The first fragment of each frame: one after the other, by the table, or by what stands in front of a picture.
fn firsts(
    source: &dyn Source,
    all: &[Fragment],
    frames: usize,
    table: &[u64],
) -> Result<Vec<usize>> {
    if frames == 1 {
        return Ok(vec![0]);
    }
    if all.len() == frames {
        return Ok((0..frames).collect());
    }
    let find = |offset: &u64| {
        all.binary_search_by_key(offset, |fragment| fragment.item)
            .ok()
    };
    let by_table: Option<Vec<usize>> = table.iter().map(find).collect();
    if let Some(firsts) = by_table.filter(|firsts| firsts.len() == frames && firsts.is_sorted()) {
        return Ok(firsts);
    }
    let mut firsts = Vec::new();
    for (number, fragment) in all.iter().enumerate() {
        let mut head = [0; 3];
        let filled = source.read_at(fragment.offset, &mut head)?;
        if filled == 3 && matches!(head, [0xff, 0xd8 | 0x4f, 0xff]) {
            firsts.push(number);
        }
    }
    // Fragments without such a mark belong to nothing; one each is the best guess.
    Ok(if firsts.is_empty() {
        (0..all.len()).collect()
    } else {
        firsts
    })
}
