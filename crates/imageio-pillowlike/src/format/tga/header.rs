//! The 18 bytes that a file begins with.

use std::io::{ErrorKind, Read};

use imageio_core::{Error, Result};

use crate::format::Input;

const LEN: usize = 18;

/// What a stored pixel means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An index into the colour map.
    Mapped,
    Color,
    Gray,
}

/// The colour map, used or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    /// Index of the first entry that is stored.
    pub(super) first: usize,
    pub(super) len: usize,
    pub(super) bits: u8,
}

impl Map {
    pub(super) fn entry_size(self) -> usize {
        usize::from(self.bits).div_ceil(8)
    }
}

/// What the header says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) kind: Kind,
    /// Whether pixels are coded as runs.
    pub(super) runs: bool,
    pub(super) bits: u8,
    pub(super) map: Option<Map>,
    pub(super) top_down: bool,
    pub(super) right_to_left: bool,
    id_len: u8,
}

impl Header {
    /// Where the colour map begins, or the pixels where there is none.
    pub(super) fn map_start(&self) -> u64 {
        LEN as u64 + u64::from(self.id_len)
    }

    /// Where the pixels begin.
    pub(super) fn start(&self) -> u64 {
        let map = self.map.map_or(0, |map| map.len * map.entry_size());
        self.map_start() + map as u64
    }

    /// Bytes of a stored pixel; those of one bit are packed.
    pub(super) fn pixel_size(&self) -> usize {
        usize::from(self.bits).div_ceil(8)
    }
}

/// The fields that the checks and the header share.
struct Fields {
    id_len: u8,
    map_type: u8,
    image_type: u8,
    map_first: u16,
    map_len: u16,
    map_bits: u8,
    width: u16,
    height: u16,
    bits: u8,
    flags: u8,
}

impl Fields {
    fn of(bytes: [u8; LEN]) -> Self {
        let [
            id_len,
            map_type,
            image_type,
            first_low,
            first_high,
            len_low,
            len_high,
            map_bits,
            // The origin on a screen, which nobody looks at.
            _,
            _,
            _,
            _,
            width_low,
            width_high,
            height_low,
            height_high,
            bits,
            flags,
        ] = bytes;
        Fields {
            id_len,
            map_type,
            image_type,
            map_first: u16::from_le_bytes([first_low, first_high]),
            map_len: u16::from_le_bytes([len_low, len_high]),
            map_bits,
            width: u16::from_le_bytes([width_low, width_high]),
            height: u16::from_le_bytes([height_low, height_high]),
            bits,
            flags,
        }
    }

    fn of_head(head: &[u8]) -> Option<Self> {
        head.first_chunk().copied().map(Fields::of)
    }

    /// Whether a program that writes this format could have written it.
    fn is_plausible(&self) -> bool {
        let known_type = matches!(self.image_type, 0..=3 | 9..=11 | 32 | 33);
        let has_size = self.image_type == 0 || self.width > 0 && self.height > 0;
        self.map_type <= 1
            && known_type
            && has_size
            && matches!(self.bits, 0 | 1 | 2 | 4 | 8 | 15 | 16 | 24 | 32)
    }
}

/// Whether a file of the right name goes on like this.
pub(super) fn is_plausible(head: &[u8]) -> bool {
    Fields::of_head(head).is_some_and(|fields| fields.is_plausible())
}

/// Whether nothing but this format begins so: where no name speaks for it, every field must fit.
pub(super) fn is_certain(head: &[u8]) -> bool {
    let Some(fields) = Fields::of_head(head) else {
        return false;
    };
    let mapped = matches!(fields.image_type, 1 | 9);
    let depths: &[u8] = match fields.image_type {
        1 | 9 => &[8],
        2 | 10 => &[16, 24, 32],
        3 | 11 => &[8, 16],
        _ => &[],
    };
    let map_fits = if mapped {
        fields.map_type == 1
            && matches!(fields.map_bits, 15 | 16 | 24 | 32)
            && (1..=256).contains(&fields.map_len)
            && fields.map_first < 256
    } else {
        let map = (fields.map_type, fields.map_first, fields.map_len);
        map == (0, 0, 0) && matches!(fields.map_bits, 0 | 15 | 16 | 24 | 32)
    };
    let alpha_fits = match (fields.bits, fields.flags & 15) {
        (_, 0) | (32 | 8, 8) => true,
        (16, alpha) => {
            alpha
                == if matches!(fields.image_type, 3 | 11) {
                    8
                } else {
                    1
                }
        }
        _ => false,
    };
    fields.is_plausible()
        && depths.contains(&fields.bits)
        && map_fits
        && alpha_fits
        && fields.flags & 0xc0 == 0
}

/// Reads the header.
///
/// # Errors
/// `NotThisFormat` where it cannot be one, `Unsupported` for the types that nobody writes.
pub(super) fn read(input: &mut Input) -> Result<Header> {
    let mut bytes = [0; LEN];
    let whole = match input.read_exact(&mut bytes) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(error.into()),
    };
    let fields = Fields::of(bytes);
    if !whole || !fields.is_plausible() {
        return Err(Error::not_this_format(
            "the first 18 bytes are no TGA header",
        ));
    }
    let kind = match fields.image_type & 7 {
        _ if fields.image_type >= 32 => {
            return Err(Error::unsupported(format!(
                "a TGA of type {}: Huffman, delta and run-length codes",
                fields.image_type
            )));
        }
        0 => return Err(Error::unsupported("a TGA of type 0: no image")),
        1 if fields.map_type == 1 => Kind::Mapped,
        // Levels without a map, as Pillow takes them.
        1 => Kind::Gray,
        2 => Kind::Color,
        _ => Kind::Gray,
    };
    let map = (fields.map_type == 1).then(|| Map {
        first: fields.map_first.into(),
        len: fields.map_len.into(),
        bits: fields.map_bits,
    });
    check_depth(&fields, kind)?;
    Ok(Header {
        width: fields.width.into(),
        height: fields.height.into(),
        kind,
        runs: fields.image_type & 8 != 0,
        bits: fields.bits,
        map,
        // Rows in two or four interleaved passes, by bits 6 and 7, went out with version 1; no reader heeds them.
        top_down: fields.flags & 0x20 != 0,
        right_to_left: fields.flags & 0x10 != 0,
        id_len: fields.id_len,
    })
}

fn check_depth(fields: &Fields, kind: Kind) -> Result<()> {
    let known = match (kind, fields.bits) {
        (Kind::Mapped, 8 | 15 | 16) | (Kind::Color, 15 | 16 | 24 | 32) => true,
        (Kind::Gray, 1) => fields.image_type == 3,
        (Kind::Gray, 8) => true,
        (Kind::Gray, 16) => matches!(fields.image_type, 3 | 11),
        _ => false,
    };
    if known {
        return Ok(());
    }
    let (image_type, bits) = (fields.image_type, fields.bits);
    Err(Error::unsupported(format!(
        "a TGA of type {image_type} with {bits} bits a pixel"
    )))
}

/// The text or bytes behind the header; `input` stands there.
pub(super) fn read_id(input: &mut Input, header: &Header) -> Result<Vec<u8>> {
    let mut id = vec![0; usize::from(header.id_len)];
    read_all(input, &mut id, "id section")?;
    Ok(id)
}

/// Fills `buf`; `what` is what the file then ends inside of.
pub(super) fn read_all(input: &mut Input, buf: &mut [u8], what: &str) -> Result<()> {
    input.read_exact(buf).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => {
            Error::corrupt(format!("the file ends inside the {what}")).with_source(error)
        }
        _ => error.into(),
    })
}
