//! Reading private structures: numbers and texts one after the other.

use imageio_core::{Element, Error, Metadata, NdImage, Result, Value};

use crate::format::source::{ByteOrder, Source};
use crate::format::value::decode_raw_text;

/// A place in the file that moves on with each read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    source: &'a Source,
    order: ByteOrder,
    at: u64,
}

/// A field of a structure.
#[derive(Clone, Copy)]
pub(super) enum Field {
    U8,
    Bool,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
    /// Text in so many bytes, up to the first NUL.
    Text(usize),
    /// Several numbers.
    Many(&'static Field, usize),
    /// Bytes that mean nothing.
    Skip(usize),
}

/// Names and kinds of the fields of a structure.
pub(super) type Layout = [(&'static str, Field)];

impl Field {
    fn size(self) -> usize {
        match self {
            Field::U8 | Field::Bool => 1,
            Field::I16 | Field::U16 => 2,
            Field::I32 | Field::U32 | Field::F32 => 4,
            Field::F64 => 8,
            Field::Text(len) | Field::Skip(len) => len,
            Field::Many(field, count) => field.size() * count,
        }
    }
}

impl<'a> Cursor<'a> {
    /// A cursor at `at`; numbers are in the order of the file.
    pub(super) fn new(source: &'a Source, at: u64) -> Self {
        Cursor {
            source,
            order: source.order(),
            at,
        }
    }

    /// The same for numbers of which the first byte is the lowest, whatever the file has.
    pub(super) fn little(self) -> Self {
        Cursor {
            order: ByteOrder::Little,
            ..self
        }
    }

    /// Where the next read begins.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// A cursor elsewhere.
    pub(super) fn moved(&self, at: u64) -> Self {
        Cursor { at, ..*self }
    }

    /// The next bytes.
    pub(super) fn bytes(&mut self, len: usize) -> Result<Vec<u8>> {
        let bytes = self.source.structure(self.at, len)?.into_owned();
        self.at += len as u64;
        Ok(bytes)
    }

    /// Goes on without a look.
    pub(super) fn skip(&mut self, len: u64) {
        self.at = self.at.saturating_add(len);
    }

    fn uint(&mut self, len: usize) -> Result<u64> {
        let number = self.order.uint(&self.source.structure(self.at, len)?);
        self.at += len as u64;
        Ok(number)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.uint(1).map(|number| number as u8)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.uint(2).map(|number| number as u16)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.uint(4).map(|number| number as u32)
    }

    pub(super) fn i32(&mut self) -> Result<i32> {
        self.uint(4).map(|number| number as u32 as i32)
    }

    pub(super) fn f64(&mut self) -> Result<f64> {
        self.uint(8).map(f64::from_bits)
    }

    /// Text in the next `len` bytes, up to the first NUL.
    pub(super) fn text(&mut self, len: usize) -> Result<String> {
        self.bytes(len).map(text_of)
    }

    /// A count as a length, of elements of `size` bytes that must all be in the file.
    pub(super) fn count(&self, count: u32, size: usize) -> Result<usize> {
        let len = u64::from(count).saturating_mul(size as u64);
        self.source.check(self.at, len)?;
        Ok(count as usize)
    }

    /// An array of `count` numbers of 1, 2, 4 or 8 bytes.
    pub(super) fn numbers<T>(&mut self, count: usize, from: impl Fn(u64) -> T) -> Result<Vec<T>> {
        let size = size_of::<T>();
        let len = count.saturating_mul(size);
        let bytes = self.source.structure(self.at, len)?;
        let mut numbers = self
            .source
            .limits()
            .try_capacity(count, "the numbers of a structure")?;
        numbers.extend(
            bytes
                .chunks_exact(size)
                .map(|part| from(self.order.uint(part))),
        );
        self.at += len as u64;
        Ok(numbers)
    }

    /// The fields of a structure by name, as far as it goes: `size` bytes.
    pub(super) fn record(&mut self, layout: &Layout, size: usize) -> Result<Metadata> {
        let start = self.at;
        let mut record = Metadata::new();
        for &(name, field) in layout {
            let end = self.at.saturating_add(field.size() as u64);
            if end - start > size as u64 {
                break;
            }
            match field {
                Field::Skip(len) => self.skip(len as u64),
                field => {
                    record.insert(name, self.field(field)?);
                }
            }
        }
        Ok(record)
    }

    fn field(&mut self, field: Field) -> Result<Value> {
        Ok(match field {
            Field::U8 => Value::from(self.u8()?),
            Field::Bool => Value::from(self.u8()? != 0),
            Field::I16 => Value::from(self.u16()? as i16),
            Field::U16 => Value::from(self.u16()?),
            Field::I32 => Value::from(self.i32()?),
            Field::U32 => Value::from(self.u32()?),
            Field::F32 => Value::from(f32::from_bits(self.u32()?)),
            Field::F64 => Value::from(self.f64()?),
            Field::Text(len) => Value::from(self.text(len)?),
            Field::Many(field, count) => {
                let values: Result<Vec<Value>> = (0..count).map(|_| self.field(*field)).collect();
                Value::List(values?)
            }
            Field::Skip(len) => {
                self.skip(len as u64);
                Value::Null
            }
        })
    }
}

/// Text up to the first NUL, blanks and all.
pub(super) fn text_of(mut bytes: Vec<u8>) -> String {
    if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(end);
    }
    decode_raw_text(bytes)
}

/// An array as a value.
pub(super) fn array<T: Element>(shape: &[usize], numbers: Vec<T>) -> Result<Value> {
    NdImage::from_vec(shape, numbers).map(Value::from)
}

/// Refuses a structure that is not what its tag says.
pub(super) fn invalid(what: &str) -> Error {
    Error::corrupt(format!("{what} is not what its tag says"))
}
