//! Writing values.

use std::borrow::Cow;
use std::io::{Result as IoResult, Seek, SeekFrom, Write};

use imageio_core::{Error, Metadata, NdImage, Result, Value};

use super::packing::Compression;
use super::{DEPTH, MAGIC, VERSION};

/// The longest blob whose sizes are single bytes, and the longest such length.
const SHORT: u64 = 250;

/// Announces a length of 64 bits.
const LONG: u8 = 253;

/// Writes values one after the other, and knows where it stands.
pub(crate) struct Encoder<W> {
    out: W,
    at: u64,
    compression: Compression,
}

impl<W: Write + Seek> Encoder<W> {
    /// Goes on writing at byte `at`.
    pub(crate) fn new(out: W, at: u64) -> Self {
        Encoder {
            out,
            at,
            compression: Compression::No,
        }
    }

    /// How the blobs from here on are packed.
    pub(crate) fn pack(&mut self, compression: Compression) {
        self.compression = compression;
    }

    /// Magic and version.
    pub(crate) fn head(&mut self) -> Result<()> {
        self.put(MAGIC)?;
        self.put(&VERSION)
    }

    /// Begins a stream; gives where its count stands.
    pub(crate) fn stream(&mut self) -> Result<u64> {
        self.put(b"l")?;
        let at = self.at;
        self.put(&[255])?;
        self.put(&0u64.to_le_bytes())?;
        Ok(at)
    }

    /// Closes the stream whose count stands at `at`.
    pub(crate) fn close_stream(&mut self, at: u64, count: u64) -> Result<()> {
        self.out.seek(SeekFrom::Start(at))?;
        self.out.write_all(&[254])?;
        self.out.write_all(&count.to_le_bytes())?;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.out.flush()?;
        Ok(())
    }

    /// An image, `image2d` or `image3d`, with its metadata.
    pub(crate) fn image(&mut self, name: &str, image: &NdImage, meta: &Metadata) -> Result<()> {
        self.extension(b'M', name)?;
        self.length(2)?;
        self.name("array")?;
        self.array(image)?;
        self.name("meta")?;
        self.map(meta)
    }

    fn array(&mut self, image: &NdImage) -> Result<()> {
        self.extension(b'M', "ndarray")?;
        self.length(3)?;
        self.name("shape")?;
        self.put(b"l")?;
        self.length(image.ndim() as u64)?;
        for &axis in image.shape() {
            self.int(axis as i64)?;
        }
        self.name("dtype")?;
        self.text(image.dtype().name())?;
        self.name("data")?;
        self.blob(&little_endian(&image.to_contiguous()))
    }

    fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => self.put(b"v"),
            Value::Bool(true) => self.put(b"y"),
            Value::Bool(false) => self.put(b"n"),
            Value::Int(number) => self.int(i64::try_from(*number).unwrap_or(i64::MAX)),
            Value::Float(number) => self.float(*number),
            Value::Rational(fraction) => self.float(fraction.to_f64()),
            Value::Str(text) => self.text(text),
            Value::Bytes(bytes) => self.blob(bytes),
            Value::List(items) => {
                self.put(b"l")?;
                self.length(items.len() as u64)?;
                items.iter().try_for_each(|item| self.value(item))
            }
            Value::Map(map) => self.map(map),
            Value::DateTime(time) => self.text(&time.to_string()),
            Value::Array(array) => self.array(array),
            other => Err(unwritable(other)),
        }
    }

    fn map(&mut self, map: &Metadata) -> Result<()> {
        self.put(b"m")?;
        self.length(map.len() as u64)?;
        for (key, value) in map.iter() {
            self.name(key)?;
            self.value(value)?;
        }
        Ok(())
    }

    fn extension(&mut self, tag: u8, name: &str) -> Result<()> {
        self.put(&[tag])?;
        self.name(name)
    }

    fn name(&mut self, name: &str) -> Result<()> {
        self.length(name.len() as u64)?;
        self.put(name.as_bytes())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        self.put(b"s")?;
        self.name(text)
    }

    fn int(&mut self, number: i64) -> Result<()> {
        if let Ok(small) = i16::try_from(number) {
            self.put(b"h")?;
            return self.put(&small.to_le_bytes());
        }
        self.put(b"i")?;
        self.put(&number.to_le_bytes())
    }

    fn float(&mut self, number: f64) -> Result<()> {
        self.put(b"d")?;
        self.put(&number.to_le_bytes())
    }

    fn length(&mut self, len: u64) -> Result<()> {
        if len <= SHORT {
            return self.put(&[len as u8]);
        }
        self.put(&[LONG])?;
        self.put(&len.to_le_bytes())
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<()> {
        self.put(b"b")?;
        let size = bytes.len() as u64;
        if self.compression != Compression::No {
            return self.packed(bytes);
        }
        for _ in 0..3 {
            self.length(size)?;
        }
        self.put(&[Compression::No.code(), 0])?;
        // The bytes begin at a multiple of 8, behind the byte that says how many zeros come before them.
        let alignment = 8 - (self.at + 1) % 8;
        self.put(&[alignment as u8])?;
        self.put(&[0; 8][..alignment as usize])?;
        self.put(bytes)
    }

    /// A packed blob, whose sizes are known behind it.
    fn packed(&mut self, bytes: &[u8]) -> Result<()> {
        let sizes_at = self.at;
        self.put(&[0; 27])?;
        self.put(&[self.compression.code(), 0, 0])?;
        let start = self.at;
        if self.compression == Compression::Bz2 {
            let mut packer = bzip2::write::BzEncoder::new(&mut *self, bzip2::Compression::best());
            packer.write_all(bytes)?;
            packer.finish()?;
        } else {
            let best = flate2::Compression::best();
            let mut packer = flate2::write::ZlibEncoder::new(&mut *self, best);
            packer.write_all(bytes)?;
            packer.finish()?;
        }
        let used = self.at - start;
        self.out.seek(SeekFrom::Start(sizes_at))?;
        for size in [used, used, bytes.len() as u64] {
            self.out.write_all(&[LONG])?;
            self.out.write_all(&size.to_le_bytes())?;
        }
        self.out.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes)?;
        Ok(())
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        let count = self.out.write(bytes)?;
        self.at += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> IoResult<()> {
        self.out.flush()
    }
}

/// Refuses metadata that the format does not hold, before anything of it is written.
pub(crate) fn check(metadata: &Metadata) -> Result<()> {
    check_map(metadata, 1)
}

fn check_map(map: &Metadata, depth: usize) -> Result<()> {
    for (key, value) in map.iter() {
        if !is_identifier(key) {
            let message = format!("the metadata's key {key:?} is no identifier");
            return Err(Error::unsupported(message));
        }
        check_value(value, depth + 1)
            .map_err(|error| error.at(format_args!("metadata `{key}`")))?;
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Result<()> {
    // Images in streams nest two levels deeper than their metadata.
    if depth + 3 > DEPTH {
        return Err(Error::unsupported(format!(
            "values nest deeper than {DEPTH}"
        )));
    }
    match value {
        Value::Int(number) if i64::try_from(*number).is_err() => {
            Err(Error::unsupported(format!("{number} does not fit 64 bits")))
        }
        Value::List(items) => items
            .iter()
            .try_for_each(|item| check_value(item, depth + 1)),
        Value::Map(map) => check_map(map, depth),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Rational(_)
        | Value::Str(_)
        | Value::Bytes(_)
        | Value::DateTime(_)
        | Value::Array(_) => Ok(()),
        other => Err(unwritable(other)),
    }
}

fn unwritable(value: &Value) -> Error {
    Error::unsupported(format!("a value of type {}", value.type_name()))
}

/// Whether Python would take it for a name.
fn is_identifier(key: &str) -> bool {
    let mut letters = key.chars();
    let is_first = |letter: char| letter == '_' || letter.is_alphabetic();
    letters.next().is_some_and(is_first)
        && letters.all(|letter| is_first(letter) || letter.is_alphanumeric())
}

/// The elements as the format has them.
fn little_endian(image: &NdImage) -> Cow<'_, [u8]> {
    let bytes = image.as_bytes();
    if cfg!(target_endian = "little") {
        return bytes;
    }
    let size = image.dtype().size();
    let part = if image.dtype().is_complex() {
        size / 2
    } else {
        size
    };
    let mut bytes = bytes.into_owned();
    bytes
        .chunks_exact_mut(part.max(1))
        .for_each(<[u8]>::reverse);
    bytes.into()
}
