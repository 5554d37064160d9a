//! Image file directories: the entries of one, and the chain of them (TIFF 6.0 §2).

use std::collections::HashSet;

use imageio_core::{Error, Result};

use super::source::{Flavour, Source};

/// Entries that an IFD has at most; real ones have some dozens, tifffile draws the same line.
const MAX_ENTRIES: u64 = 4096;

/// Type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FieldType {
    Byte = 1,
    Ascii = 2,
    Short = 3,
    Long = 4,
    Rational = 5,
    SByte = 6,
    Undefined = 7,
    SShort = 8,
    SLong = 9,
    SRational = 10,
    Float = 11,
    Double = 12,
    Ifd = 13,
    Long8 = 16,
    SLong8 = 17,
    Ifd8 = 18,
}

impl FieldType {
    /// The type with this code.
    pub(crate) fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1 => FieldType::Byte,
            2 => FieldType::Ascii,
            3 => FieldType::Short,
            4 => FieldType::Long,
            5 => FieldType::Rational,
            6 => FieldType::SByte,
            7 => FieldType::Undefined,
            8 => FieldType::SShort,
            9 => FieldType::SLong,
            10 => FieldType::SRational,
            11 => FieldType::Float,
            12 => FieldType::Double,
            13 => FieldType::Ifd,
            16 => FieldType::Long8,
            17 => FieldType::SLong8,
            18 => FieldType::Ifd8,
            _ => return None,
        })
    }

    /// Bytes of one element.
    pub(crate) fn size(self) -> usize {
        match self {
            FieldType::Byte | FieldType::Ascii | FieldType::SByte | FieldType::Undefined => 1,
            FieldType::Short | FieldType::SShort => 2,
            FieldType::Long | FieldType::SLong | FieldType::Float | FieldType::Ifd => 4,
            FieldType::Rational
            | FieldType::SRational
            | FieldType::Double
            | FieldType::Long8
            | FieldType::SLong8
            | FieldType::Ifd8 => 8,
        }
    }

    /// Whether elements are whole numbers that may be negative.
    pub(crate) fn is_signed(self) -> bool {
        matches!(
            self,
            FieldType::SByte | FieldType::SShort | FieldType::SLong | FieldType::SLong8
        )
    }

    /// Whether elements are whole numbers.
    pub(crate) fn is_integer(self) -> bool {
        !matches!(
            self,
            FieldType::Ascii
                | FieldType::Rational
                | FieldType::SRational
                | FieldType::Float
                | FieldType::Double
        )
    }
}

/// One entry of an IFD: what is stored under a tag, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Code of the tag.
    pub(crate) tag: u16,
    /// Type of the elements.
    pub(crate) kind: FieldType,
    /// Number of elements.
    pub(crate) count: u64,
    /// Where the value's bytes are in the file; for a small value, in the entry itself.
    pub(crate) at: u64,
    /// Upper half of the single number in an entry of NDPI, whose numbers have 64 bits; else 0.
    pub(crate) high: u32,
}

impl Entry {
    /// Bytes of the value.
    pub(crate) fn len(&self) -> u64 {
        // `read_entry` has refused what overflows.
        self.count.saturating_mul(self.kind.size() as u64)
    }
}

/// An image file directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ifd {
    /// Where it begins.
    pub(crate) offset: u64,
    /// Its entries as they are stored.
    pub(crate) entries: Vec<Entry>,
    /// Where the next one begins; 0 after the last.
    pub(crate) next: u64,
}

impl Ifd {
    /// The first entry of `tag`.
    pub(crate) fn get(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// Whether there is an entry of `tag`.
    pub(crate) fn has(&self, tag: u16) -> bool {
        self.get(tag).is_some()
    }
}

impl Source {
    /// The IFD at `offset`. An entry of an unknown type, or whose value lies outside the file, is left out.
    ///
    /// # Errors
    /// `Corrupt` when the IFD itself does not fit into the file or claims too many entries.
    pub(crate) fn read_ifd(&self, offset: u64) -> Result<Ifd> {
        let flavour = self.flavour();
        let count = self.entry_count(offset)?;
        let first = offset + flavour.count_size() as u64;
        let (size, next_size) = (flavour.entry_size(), flavour.offset_size());
        // The offset of the next IFD is fetched along; a file that ends before it has no next one.
        let len = count * size;
        let room = usize::try_from(self.len().saturating_sub(first)).unwrap_or(usize::MAX);
        let bytes = self
            .structure(first, len + next_size.min(room.saturating_sub(len)))
            .map_err(|error| error.at(format_args!("IFD at offset {offset}")))?;
        let (table, rest) = bytes.split_at_checked(len).unwrap_or((&bytes, &[]));
        let next = rest.get(..next_size).map_or(0, |b| self.order().uint(b));
        let high = self.high_halves(first + (len + next_size) as u64, count)?;
        let mut entries = self.limits().try_capacity(count, "the entries of an IFD")?;
        for (n, entry) in table.chunks_exact(size).enumerate() {
            let at = first + (n * size) as u64;
            let high = high.get(n).copied().unwrap_or(0);
            match self.parse_entry(entry, at, high) {
                Ok(entry) => entries.push(entry),
                Err(problem) => self.warn(problem),
            }
        }
        Ok(Ifd {
            offset,
            entries,
            next,
        })
    }

    /// Where the IFD after the one at `offset` begins; 0 after the last. Its entries are not looked at.
    pub(crate) fn next_ifd(&self, offset: u64) -> Result<u64> {
        let flavour = self.flavour();
        let count = self.entry_count(offset)?;
        let at = offset + (flavour.count_size() + count * flavour.entry_size()) as u64;
        let size = flavour.offset_size();
        Ok(self.order().uint(&self.structure(at, size)?))
    }

    fn entry_count(&self, offset: u64) -> Result<usize> {
        let size = self.flavour().count_size();
        let count = self.order().uint(
            &self
                .structure(offset, size)
                .map_err(|error| error.at("number of entries of an IFD"))?,
        );
        if count > MAX_ENTRIES {
            return Err(Error::corrupt(format!(
                "the IFD at offset {offset} claims {count} entries, {MAX_ENTRIES} are allowed"
            )));
        }
        Ok(count as usize)
    }

    /// The upper halves that NDPI keeps behind the IFD.
    fn high_halves(&self, at: u64, count: usize) -> Result<Vec<u32>> {
        if self.flavour() != Flavour::Ndpi || !self.contains(at, count as u64 * 4) {
            return Ok(Vec::new());
        }
        let bytes = self.structure(at, count * 4)?;
        let words = bytes.chunks_exact(4);
        Ok(words.map(|word| self.order().uint(word) as u32).collect())
    }

    /// The entry in `bytes`, which lie at `at`, or what is wrong with it.
    fn parse_entry(&self, bytes: &[u8], at: u64, high: u32) -> Result<Entry, String> {
        let order = self.order();
        let number = |from: usize, len: usize| {
            let part = bytes.get(from..from + len).unwrap_or_default();
            order.uint(part)
        };
        let inline = self.flavour().inline_size();
        let value_at = bytes.len() - inline;
        let (tag, code) = (number(0, 2) as u16, number(2, 2) as u16);
        let kind = FieldType::from_code(code)
            .ok_or_else(|| format!("tag {tag}: type {code} does not exist"))?;
        let count = number(4, value_at - 4);
        let len = count
            .checked_mul(kind.size() as u64)
            .ok_or_else(|| format!("tag {tag}: {count} values"))?;
        let mut entry = Entry {
            tag,
            kind,
            count,
            at: at + value_at as u64,
            high: 0,
        };
        if len <= inline as u64 {
            let wide = matches!(kind, FieldType::Long | FieldType::SLong | FieldType::Ifd);
            entry.high = if count == 1 && wide { high } else { 0 };
            return Ok(entry);
        }
        entry.at = number(value_at, inline) | u64::from(high) << 32;
        if entry.at < 8 || !self.contains(entry.at, len) {
            return Err(format!(
                "tag {tag}: {len} bytes at offset {} lie outside the file of {} bytes",
                entry.at,
                self.len()
            ));
        }
        Ok(entry)
    }
}

/// The offsets of the IFDs of a chain, found as far as they are asked for.
#[derive(Debug)]
pub(crate) struct Chain {
    offsets: Vec<u64>,
    seen: HashSet<u64>,
    is_complete: bool,
}

impl Chain {
    /// The main chain of `source`.
    ///
    /// # Errors
    /// `Corrupt` when there is not even a first IFD.
    pub(crate) fn main(source: &Source) -> Result<Self> {
        let size = source.flavour().offset_size();
        let bytes = source
            .structure(source.first_at(), size)
            .map_err(|error| error.at("offset of the first IFD"))?;
        let first = source.order().uint(&bytes);
        if first == 0 || first >= source.len() {
            return Err(Error::corrupt(format!(
                "the first IFD at offset {first} lies outside the file of {} bytes",
                source.len()
            )));
        }
        Ok(Chain {
            offsets: vec![first],
            seen: HashSet::from([first]),
            is_complete: false,
        })
    }

    /// Where IFD `index` begins; nothing after the last.
    pub(crate) fn get(&mut self, source: &Source, index: usize) -> Option<u64> {
        while !self.is_complete && self.offsets.len() <= index {
            self.advance(source);
        }
        self.offsets.get(index).copied()
    }

    /// The number of IFDs.
    pub(crate) fn count(&mut self, source: &Source) -> usize {
        while !self.is_complete {
            self.advance(source);
        }
        self.offsets.len()
    }

    /// Number of IFDs found so far.
    #[cfg(test)]
    fn found(&self) -> usize {
        self.offsets.len()
    }

    /// Takes note of the offset behind IFD `index`, which the caller has read anyway.
    pub(crate) fn note_next(&mut self, source: &Source, index: usize, next: u64) {
        if !self.is_complete && index + 1 == self.offsets.len() {
            self.push(source, next);
        }
    }

    fn advance(&mut self, source: &Source) {
        let last = self.offsets.last().copied().unwrap_or(0);
        match source.next_ifd(last) {
            Ok(next) => self.push(source, next),
            Err(error) => {
                source.warn(format!(
                    "page {}: {}",
                    self.offsets.len() - 1,
                    error.message()
                ));
                // What cannot be walked over cannot be read either, but the first page says so itself.
                if self.offsets.len() > 1 && source.entry_count(last).is_err() {
                    self.offsets.pop();
                }
                self.is_complete = true;
            }
        }
    }

    fn push(&mut self, source: &Source, next: u64) {
        let page = self.offsets.len();
        if next == 0 {
            self.is_complete = true;
        } else if next >= source.len() {
            let message = format!("page {page} at offset {next} lies outside the file");
            source.warn(message);
            self.is_complete = true;
        } else if !self.seen.insert(next) {
            let message = format!("page {page} at offset {next} was met before: the chain loops");
            source.warn(message);
            self.is_complete = true;
        } else {
            self.offsets.push(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use imageio_core::{ErrorKind, Request};

    use super::*;

    /// Tag, type, count and value of an entry.
    type Row = (u16, u16, u32, u32);

    /// A little-endian classic file: IFDs of (tag, type, count, value), each followed by the offset given.
    fn classic(ifds: &[(&[Row], u32)]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for (entries, next) in ifds {
            bytes.extend((entries.len() as u16).to_le_bytes());
            for (tag, kind, count, value) in *entries {
                bytes.extend(tag.to_le_bytes());
                bytes.extend(kind.to_le_bytes());
                bytes.extend(count.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
            bytes.extend(next.to_le_bytes());
        }
        bytes
    }

    fn source(bytes: Vec<u8>) -> Source {
        Source::open(Request::from(bytes), None, None).unwrap()
    }

    #[test]
    fn entries_know_where_their_values_are() {
        let mut bytes = classic(&[(&[(256, 3, 1, 7), (273, 4, 2, 38)], 0)]);
        bytes.extend([1, 0, 0, 0, 2, 0, 0, 0]);
        let source = source(bytes);
        let ifd = source.read_ifd(8).unwrap();
        let (width, offsets) = (ifd.get(256).unwrap(), ifd.get(273).unwrap());
        assert_eq!(
            (width.kind, width.count, width.at),
            (FieldType::Short, 1, 18)
        );
        assert_eq!(
            (offsets.kind, offsets.at, offsets.len()),
            (FieldType::Long, 38, 8)
        );
        assert!(!ifd.has(257));
        assert_eq!(ifd.next, 0);
    }

    #[test]
    fn bad_entries_are_left_out_with_a_warning() {
        let source = source(classic(&[(
            &[
                (256, 3, 1, 7),
                (258, 99, 1, 8),
                (270, 2, 1000, 30),
                (273, 4, u32::MAX, 8),
            ],
            0,
        )]));
        let ifd = source.read_ifd(8).unwrap();
        assert_eq!(ifd.entries.len(), 1);
        assert_eq!(
            source.request().warnings(),
            [
                "tag 258: type 99 does not exist",
                "tag 270: 1000 bytes at offset 30 lie outside the file of 62 bytes",
                "tag 273: 17179869180 bytes at offset 8 lie outside the file of 62 bytes"
            ]
        );
    }

    #[test]
    fn too_many_entries_are_refused() {
        let source = source(b"II*\0\x08\0\0\0\xff\xff....".to_vec());
        let error = source.read_ifd(8).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.message().contains("claims 65535 entries"));
    }

    #[test]
    fn a_chain_that_loops_ends() {
        let entry: &[Row] = &[(256, 3, 1, 7)];
        let chain_of = |ifds: &[(&[Row], u32)]| {
            let source = source(classic(ifds));
            let count = Chain::main(&source).unwrap().count(&source);
            (count, source.request().warnings().len())
        };
        assert_eq!(chain_of(&[(entry, 26), (entry, 0)]), (2, 0));
        assert_eq!(chain_of(&[(entry, 26), (entry, 8)]), (2, 1));
        assert_eq!(chain_of(&[(entry, 8)]), (1, 1));
        assert_eq!(chain_of(&[(entry, 5000)]), (1, 1));
    }

    #[test]
    fn pages_are_found_as_far_as_asked_for() {
        let entry: &[Row] = &[(256, 3, 1, 7)];
        let source = source(classic(&[(entry, 26), (entry, 44), (entry, 0)]));
        let mut chain = Chain::main(&source).unwrap();
        assert_eq!(chain.get(&source, 1), Some(26));
        assert_eq!(chain.found(), 2);
        chain.note_next(&source, 1, 44);
        assert_eq!(chain.found(), 3);
        assert_eq!(chain.get(&source, 3), None);
    }
}
