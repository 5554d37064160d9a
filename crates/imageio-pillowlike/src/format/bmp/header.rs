//! The headers of a bitmap, from OS/2's 12 bytes to version 5.

use std::io::{ErrorKind, Read};

use imageio_core::{Error, Result};

use crate::format::Input;

/// How pixels are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Raw,
    /// Uncompressed, with a mask for red, green, blue and alpha.
    Masks([u32; 4]),
    /// Runs of bytes, of half bytes or of three bytes.
    Runs(RunOf),
    /// The codes of T.4, of two levels.
    Huffman,
    /// Another file in the place of the pixels.
    Embedded(Embedded),
}

/// What a bitmap may hold instead of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Embedded {
    Jpeg,
    Png,
}

/// What one code of a run-length stream repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunOf {
    Bytes,
    Nibbles,
    Triples,
}

/// What the headers say.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) top_down: bool,
    pub(super) bits: u16,
    pub(super) coding: Coding,
    /// The number that stands for the coding.
    pub(super) compression: u32,
    /// Bytes of the pixels, or 0 where the header does not say.
    pub(super) data_size: u32,
    /// Colours that the palette is said to have; 0 for all that the depth allows.
    pub(super) colors_used: u32,
    /// Bytes of one palette entry.
    pub(super) entry_size: usize,
    pub(super) pixels_per_metre: Option<[u32; 2]>,
    /// Where pixels start, by the file header; 0 where it does not say.
    pub(super) offset: u64,
}

impl Header {
    /// Bytes from row to row, a multiple of four.
    pub(super) fn stride(&self) -> u64 {
        (self.width as u64 * u64::from(self.bits)).div_ceil(32) * 4
    }
}

/// The longest header, version 5.
const LONGEST: usize = 124;
const CORE: usize = 12;

/// Whether a file header begins with `head`, which may be cut: text that begins with `BM` does not go on so.
pub(super) fn is_plausible(head: &[u8]) -> bool {
    match head {
        // The size of the bitmap header is small; text has letters where its high bytes are.
        [b'B', b'M', ..] if head.len() >= 18 => head.get(15..18) == Some(&[0; 3]),
        [b'B', b'M', rest @ ..] => rest.contains(&0) || rest.is_empty(),
        _ => false,
    }
}

/// Reads the file header, whose first two bytes are `BM`, and the bitmap header after it.
pub(super) fn read_with_file_header(input: &mut Input) -> Result<Header> {
    let mut magic = [0; 2];
    let is_bmp = read(input, &mut magic, "").is_ok() && magic == *b"BM";
    if !is_bmp {
        return Err(Error::not_this_format("the first bytes are not `BM`"));
    }
    let mut rest = [0; 12];
    read(input, &mut rest, "file header")?;
    let offset = u64::from(word(&rest, 8));
    let size = read_size(input)?;
    if size > 0xff {
        return Err(Error::not_this_format(format!(
            "behind `BM` there is no bitmap header of {size} bytes"
        )));
    }
    read_bitmap_header(input, size, offset)
}

/// Reads a bitmap header that stands alone.
pub(super) fn read_bare(input: &mut Input) -> Result<Header> {
    let size = read_size(input)
        .ok()
        .filter(|size| matches!(size, 12 | 40 | 52 | 56 | 64 | 108 | 124));
    match size {
        Some(size) => read_bitmap_header(input, size, 0),
        None => Err(Error::not_this_format(
            "the first number is not the size of a bitmap header",
        )),
    }
}

fn read_size(input: &mut Input) -> Result<usize> {
    let mut size = [0; 4];
    read(input, &mut size, "bitmap header")?;
    Ok(u32::from_le_bytes(size) as usize)
}

fn read_bitmap_header(input: &mut Input, size: usize, offset: u64) -> Result<Header> {
    // OS/2 version 2 allows its header to end after any field from the depth on.
    let known =
        matches!(size, CORE | 108 | LONGEST) || (16..=64).contains(&size) && size.is_multiple_of(4);
    if !known {
        return Err(Error::corrupt(format!(
            "there is no bitmap header of {size} bytes"
        )));
    }
    // Offsets count from the size field, as in the specification; fields that are missing are 0.
    let mut fields = [0; LONGEST];
    let present = fields.get_mut(4..size).unwrap_or_default();
    read(input, present, "bitmap header")?;
    let mut header = if size == CORE {
        core_header(&fields)
    } else {
        info_header(&fields)?
    };
    header.offset = offset;
    if header.width == 0 || header.height == 0 {
        return Err(Error::corrupt(format!(
            "a bitmap of {} by {} pixels",
            header.width, header.height
        )));
    }
    if size != CORE {
        header.coding = coding(input, &fields, size, header.bits)?;
    }
    let known = match (header.bits, header.coding) {
        (_, Coding::Embedded(_)) | (1 | 2 | 4 | 8 | 16 | 24 | 32, _) => true,
        (64, coding) => coding == Coding::Raw && size != CORE,
        _ => false,
    };
    if !known {
        return Err(Error::corrupt(format!(
            "there is no depth of {} bits",
            header.bits
        )));
    }
    Ok(header)
}

fn core_header(fields: &[u8]) -> Header {
    Header {
        width: usize::from(half(fields, 4)),
        height: usize::from(half(fields, 6)),
        top_down: false,
        bits: half(fields, 10),
        coding: Coding::Raw,
        compression: 0,
        data_size: 0,
        colors_used: 0,
        entry_size: 3,
        pixels_per_metre: None,
        offset: 0,
    }
}

fn info_header(fields: &[u8]) -> Result<Header> {
    let [width, height] = [4, 8].map(|at| word(fields, at).cast_signed());
    if width < 0 {
        return Err(Error::corrupt(format!("a width of {width}")));
    }
    Ok(Header {
        width: width.unsigned_abs() as usize,
        height: height.unsigned_abs() as usize,
        top_down: height < 0,
        bits: half(fields, 14),
        coding: Coding::Raw,
        compression: word(fields, 16),
        data_size: word(fields, 20),
        colors_used: word(fields, 32),
        entry_size: 4,
        pixels_per_metre: Some([word(fields, 24), word(fields, 28)]),
        offset: 0,
    })
}

fn coding(input: &mut Input, fields: &[u8], size: usize, bits: u16) -> Result<Coding> {
    // Numbers 3 and 4 mean something else in a header of OS/2 version 2.
    let is_os2 = !matches!(size, 40 | 52 | 56 | 108 | LONGEST);
    match word(fields, 16) {
        0 => Ok(Coding::Raw),
        1 if bits <= 8 => Ok(Coding::Runs(RunOf::Bytes)),
        2 if bits <= 8 => Ok(Coding::Runs(RunOf::Nibbles)),
        3 | 6 if bits >= 16 => masks(input, fields, size).map(Coding::Masks),
        4 if is_os2 && bits == 24 => Ok(Coding::Runs(RunOf::Triples)),
        3 if bits == 1 => Ok(Coding::Huffman),
        4 if !is_os2 => Ok(Coding::Embedded(Embedded::Jpeg)),
        5 if !is_os2 => Ok(Coding::Embedded(Embedded::Png)),
        code => Err(Error::corrupt(format!(
            "there is no compression {code} at {bits} bits"
        ))),
    }
}

/// The masks of the four channels: inside the later headers, after the earlier ones.
fn masks(input: &mut Input, fields: &[u8], size: usize) -> Result<[u32; 4]> {
    if size >= 52 {
        // A header of 52 bytes ends before the mask of alpha, which is 0 then.
        return Ok([40, 44, 48, 52].map(|at| word(fields, at)));
    }
    let mut after = [0; 16];
    let count = if word(fields, 16) == 6 { 16 } else { 12 };
    let present = after.get_mut(..count).unwrap_or_default();
    read(input, present, "colour masks")?;
    Ok([0, 4, 8, 12].map(|at| word(&after, at)))
}

/// Fills `buf`; `what` is what the file then ends inside of.
pub(super) fn read(input: &mut Input, buf: &mut [u8], what: &str) -> Result<()> {
    input.read_exact(buf).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => {
            Error::corrupt(format!("the file ends inside the {what}")).with_source(error)
        }
        _ => error.into(),
    })
}

fn half(fields: &[u8], at: usize) -> u16 {
    let bytes = fields
        .get(at..at + 2)
        .and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u16::from_le_bytes)
}

fn word(fields: &[u8], at: usize) -> u32 {
    let bytes = fields
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}
