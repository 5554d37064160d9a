//! From tags to the bytes of an IFD, in either byte order and with offsets of either width.

use super::source::ByteOrder;

/// How numbers stand in a file: their byte order, and whether offsets take 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Width {
    pub(crate) order: ByteOrder,
    pub(crate) big: bool,
}

/// Types of values that are written (TIFF 6.0 section 2; Ifd8 and Long8 of BigTIFF).
pub(crate) mod kind {
    pub(crate) const BYTE: u16 = 1;
    pub(crate) const ASCII: u16 = 2;
    pub(crate) const SHORT: u16 = 3;
    pub(crate) const LONG: u16 = 4;
    pub(crate) const RATIONAL: u16 = 5;
    pub(crate) const UNDEFINED: u16 = 7;
    pub(crate) const IFD: u16 = 13;
    pub(crate) const LONG8: u16 = 16;
    pub(crate) const IFD8: u16 = 18;

    /// Bytes of one value of each type; nothing for a type that no one knows.
    pub(crate) const fn size(kind: u16) -> Option<usize> {
        match kind {
            1 | 2 | 6 | 7 => Some(1),
            3 | 8 => Some(2),
            4 | 9 | 11 | 13 => Some(4),
            5 | 10 | 12 | 16 | 17 | 18 => Some(8),
            _ => None,
        }
    }
}

/// One tag on its way into a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tag {
    pub(crate) code: u16,
    pub(crate) kind: u16,
    pub(crate) count: u64,
    /// The values in the file's byte order; more of them than `count` are room for later.
    pub(crate) data: Vec<u8>,
    /// Whether the first page of a series alone has it.
    pub(crate) once: bool,
}

/// The bytes of an IFD and of the values behind it.
#[derive(Debug)]
pub(crate) struct BuiltIfd {
    pub(crate) bytes: Vec<u8>,
    /// Where the values of each tag stand, counted from the start of the IFD.
    values: Vec<(u16, usize)>,
    /// Where the offset of the next IFD stands.
    pub(crate) next_at: usize,
}

impl Width {
    /// Bytes of an offset.
    pub(crate) fn offset_size(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    /// Bytes of an entry.
    pub(crate) fn entry_size(self) -> usize {
        if self.big { 20 } else { 12 }
    }

    /// Bytes of the number of entries.
    pub(crate) fn count_size(self) -> usize {
        if self.big { 8 } else { 2 }
    }

    /// A number of two bytes.
    pub(crate) fn short(self, value: u16) -> [u8; 2] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// A number of four bytes.
    pub(crate) fn long(self, value: u32) -> [u8; 4] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// A number of eight bytes.
    pub(crate) fn long8(self, value: u64) -> [u8; 8] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// An offset; the caller has seen to it that it fits.
    pub(crate) fn offset(self, value: u64) -> Vec<u8> {
        if self.big {
            self.long8(value).to_vec()
        } else {
            self.long(value as u32).to_vec()
        }
    }

    /// A tag of 16-bit numbers.
    pub(crate) fn shorts(self, code: u16, values: &[u16]) -> Tag {
        let data = values.iter().flat_map(|&value| self.short(value)).collect();
        Tag::new(code, kind::SHORT, values.len(), data)
    }

    /// A tag of 32-bit numbers.
    pub(crate) fn longs(self, code: u16, values: &[u32]) -> Tag {
        let data = values.iter().flat_map(|&value| self.long(value)).collect();
        Tag::new(code, kind::LONG, values.len(), data)
    }

    /// A tag of fractions.
    pub(crate) fn rationals(self, code: u16, values: &[(u32, u32)]) -> Tag {
        let both = |&(above, below): &(u32, u32)| [self.long(above), self.long(below)].concat();
        let data = values.iter().flat_map(both).collect();
        Tag::new(code, kind::RATIONAL, values.len(), data)
    }

    /// A tag of offsets or byte counts, as wide as the file needs them.
    pub(crate) fn offsets(self, code: u16, values: &[u64]) -> Tag {
        let kind = if self.big { kind::LONG8 } else { kind::LONG };
        let mut data = Vec::with_capacity(values.len() * self.offset_size());
        for &value in values {
            if self.big {
                data.extend(self.long8(value));
            } else {
                data.extend(self.long(value as u32));
            }
        }
        Tag::new(code, kind, values.len(), data)
    }

    /// A tag with the offsets of IFDs.
    pub(crate) fn ifds(self, code: u16, values: &[u64]) -> Tag {
        Tag {
            kind: if self.big { kind::IFD8 } else { kind::IFD },
            ..self.offsets(code, values)
        }
    }

    /// Bytes of an IFD of these tags and of the values behind it.
    pub(crate) fn built_size(self, tags: &[Tag]) -> usize {
        let values = |tag: &Tag| match tag.data.len() {
            len if len <= self.offset_size() => 0,
            len => len.next_multiple_of(2),
        };
        let head = self.count_size() + tags.len() * self.entry_size() + self.offset_size();
        head + tags.iter().map(values).sum::<usize>()
    }

    /// The bytes of an IFD that stands at `at`, whose tags are in the order of their codes.
    pub(crate) fn build(self, tags: &[Tag], at: u64, next: u64) -> BuiltIfd {
        let mut bytes = Vec::with_capacity(self.built_size(tags));
        let mut behind = Vec::new();
        let mut values = Vec::with_capacity(tags.len());
        if self.big {
            bytes.extend(self.long8(tags.len() as u64));
        } else {
            bytes.extend(self.short(tags.len() as u16));
        }
        let next_at = self.count_size() + tags.len() * self.entry_size();
        let first_value = next_at + self.offset_size();
        for tag in tags {
            bytes.extend(self.short(tag.code));
            bytes.extend(self.short(tag.kind));
            bytes.extend(self.offset(tag.count));
            if tag.data.len() <= self.offset_size() {
                values.push((tag.code, bytes.len()));
                let start = bytes.len();
                bytes.extend(&tag.data);
                bytes.resize(start + self.offset_size(), 0);
            } else {
                let position = first_value + behind.len();
                values.push((tag.code, position));
                bytes.extend(self.offset(at + position as u64));
                behind.extend(&tag.data);
                // Values begin at even positions (TIFF 6.0 section 2).
                behind.resize(behind.len().next_multiple_of(2), 0);
            }
        }
        bytes.extend(self.offset(next));
        bytes.extend(behind);
        BuiltIfd {
            bytes,
            values,
            next_at,
        }
    }
}

impl Tag {
    fn new(code: u16, kind: u16, count: usize, data: Vec<u8>) -> Self {
        Tag {
            code,
            kind,
            count: count as u64,
            data,
            once: false,
        }
    }

    /// A tag of bytes that no byte order changes.
    pub(crate) fn bytes(code: u16, kind: u16, data: Vec<u8>) -> Self {
        let size = kind::size(kind).unwrap_or(1);
        Tag::new(code, kind, data.len() / size, data)
    }

    /// A tag of text, with the zero that ends it.
    pub(crate) fn text(code: u16, text: &str) -> Self {
        let mut data = text.as_bytes().to_vec();
        if data.last() != Some(&0) {
            data.push(0);
        }
        Tag::bytes(code, kind::ASCII, data)
    }

    /// The tag for the first page of a series alone.
    pub(crate) fn once(mut self) -> Self {
        self.once = true;
        self
    }
}

impl BuiltIfd {
    /// Where the values of the last tag of this code stand, counted from the start of the IFD.
    pub(crate) fn values_at(&self, code: u16) -> Option<usize> {
        let found = self.values.iter().rev().find(|(tag, _)| *tag == code);
        found.map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ifd_is_laid_out_as_the_specification_has_it() {
        let width = Width {
            order: ByteOrder::Big,
            big: false,
        };
        let tags = [width.shorts(256, &[7]), width.rationals(282, &[(1, 3)])];
        let built = width.build(&tags, 100, 0);
        let head = [0, 2, 1, 0, 0, 3, 0, 0, 0, 1, 0, 7, 0, 0];
        let second = [1, 26, 0, 5, 0, 0, 0, 1, 0, 0, 0, 130];
        let tail = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3];
        assert_eq!(built.bytes, [&head[..], &second, &tail].concat());
        assert_eq!(built.bytes.len(), width.built_size(&tags));
        assert_eq!(
            (built.values_at(256), built.values_at(282)),
            (Some(10), Some(30))
        );
    }

    #[test]
    fn offsets_of_64_bits_hold_more_in_place() {
        let width = Width {
            order: ByteOrder::Little,
            big: true,
        };
        let tags = [width.rationals(282, &[(1, 3)])];
        let built = width.build(&tags, 16, 9);
        assert_eq!(built.bytes.len(), 8 + 20 + 8);
        assert_eq!(built.next_at, 28);
        assert_eq!(built.bytes[28], 9);
        assert_eq!(built.values_at(282), Some(20));
    }
}
