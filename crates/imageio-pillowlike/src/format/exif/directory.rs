//! Directories of tags as TIFF 6.0, section 2, lays them out, read from a block in memory.

use imageio_core::{Rational, Value};

/// A block with a TIFF header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    first: u32,
}

/// One tag of a directory, with the bytes of its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) tag: u16,
    pub(crate) kind: u16,
    pub(crate) count: usize,
    pub(crate) data: &'a [u8],
}

/// The types of TIFF 6.0 and its supplements that EXIF files hold.
mod kind {
    pub(super) const BYTE: u16 = 1;
    pub(super) const ASCII: u16 = 2;
    pub(super) const SHORT: u16 = 3;
    pub(super) const LONG: u16 = 4;
    pub(super) const RATIONAL: u16 = 5;
    pub(super) const SBYTE: u16 = 6;
    pub(super) const UNDEFINED: u16 = 7;
    pub(super) const SSHORT: u16 = 8;
    pub(super) const SLONG: u16 = 9;
    pub(super) const SRATIONAL: u16 = 10;
    pub(super) const FLOAT: u16 = 11;
    pub(super) const DOUBLE: u16 = 12;
    pub(super) const IFD: u16 = 13;
    pub(super) const LONG8: u16 = 16;
}

impl Entry<'_> {
    /// Whether the value is text or bytes, not numbers.
    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self.kind, kind::BYTE | kind::ASCII | kind::UNDEFINED)
    }
}

impl<'a> Tiff<'a> {
    /// The block, where it starts with a TIFF header.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        let mut tiff = Tiff {
            bytes,
            big_endian,
            first: 0,
        };
        tiff.first = tiff.u32_at(4)?;
        Some(tiff)
    }

    /// Offset of the first directory.
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// The directory at `offset`, as far as it lies in the block; values outside the block are left out.
    pub(crate) fn directory(&self, offset: u32) -> Option<Vec<Entry<'a>>> {
        let start = usize::try_from(offset).ok()?;
        let count = usize::from(self.u16_at(start)?);
        let (entries, _) = self.bytes.get(start.checked_add(2)?..)?.as_chunks::<12>();
        let entries = entries.iter().take(count);
        Some(entries.filter_map(|raw| self.entry(raw)).collect())
    }

    fn entry(&self, raw: &'a [u8; 12]) -> Option<Entry<'a>> {
        let [t0, t1, k0, k1, c0, c1, c2, c3, at @ ..] = *raw;
        let kind = self.u16([k0, k1]);
        let count = usize::try_from(self.u32([c0, c1, c2, c3])).ok()?;
        let len = count.checked_mul(size_of_kind(kind)?)?;
        let data = if len <= 4 {
            raw.get(8..8 + len)?
        } else {
            let start = usize::try_from(self.u32(at)).ok()?;
            self.bytes.get(start..start.checked_add(len)?)?
        };
        Some(Entry {
            tag: self.u16([t0, t1]),
            kind,
            count,
            data,
        })
    }

    /// The value of an entry: text, bytes, one number, or a list of several.
    pub(crate) fn value(&self, entry: &Entry<'_>) -> Option<Value> {
        match entry.kind {
            kind::ASCII => return Some(text(entry.data).into()),
            kind::BYTE | kind::UNDEFINED => return Some(entry.data.into()),
            _ => {}
        }
        let size = size_of_kind(entry.kind)?;
        let mut numbers = entry
            .data
            .chunks_exact(size)
            .filter_map(|bytes| self.number(entry.kind, bytes));
        if entry.count == 1 {
            return numbers.next();
        }
        (entry.count > 1).then(|| Value::List(numbers.collect()))
    }

    fn number(&self, kind: u16, bytes: &[u8]) -> Option<Value> {
        Some(match kind {
            kind::SHORT => self.u16(bytes.try_into().ok()?).into(),
            kind::LONG | kind::IFD => self.u32(bytes.try_into().ok()?).into(),
            kind::LONG8 => self.u64(bytes.try_into().ok()?).into(),
            kind::SBYTE => bytes.first()?.cast_signed().into(),
            kind::SSHORT => self.u16(bytes.try_into().ok()?).cast_signed().into(),
            kind::SLONG => self.u32(bytes.try_into().ok()?).cast_signed().into(),
            kind::FLOAT => f32::from_bits(self.u32(bytes.try_into().ok()?)).into(),
            kind::DOUBLE => f64::from_bits(self.u64(bytes.try_into().ok()?)).into(),
            kind::RATIONAL | kind::SRATIONAL => {
                let (above, below) = bytes.split_at_checked(4)?;
                let part = |bytes: &[u8]| {
                    let bits = self.u32(bytes.try_into().ok()?);
                    Some(if kind == kind::SRATIONAL {
                        i64::from(bits.cast_signed())
                    } else {
                        i64::from(bits)
                    })
                };
                Rational::new(part(above)?, part(below)?).into()
            }
            _ => return None,
        })
    }

    fn u16_at(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        Some(self.u16(bytes.try_into().ok()?))
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?;
        Some(self.u32(bytes.try_into().ok()?))
    }

    fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    /// Four bytes in the block's order.
    pub(crate) fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    fn u64(&self, bytes: [u8; 8]) -> u64 {
        if self.big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        }
    }
}

/// Bytes of one value of a type, for the types that are known.
fn size_of_kind(kind: u16) -> Option<usize> {
    Some(match kind {
        kind::BYTE | kind::ASCII | kind::SBYTE | kind::UNDEFINED => 1,
        kind::SHORT | kind::SSHORT => 2,
        kind::LONG | kind::SLONG | kind::FLOAT | kind::IFD => 4,
        kind::RATIONAL | kind::SRATIONAL | kind::DOUBLE | kind::LONG8 => 8,
        _ => return None,
    })
}

/// Text up to its first zero. The standard wants ASCII; files hold UTF-8 and Latin-1 as well.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
