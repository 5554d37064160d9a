//! RIFF chunks, and the headers of the two that hold pictures.

use imageio_core::{Error, Result};

use super::{Coding, Features};

/// The head of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) name: [u8; 4],
    /// Bytes of its body, without the padding.
    pub(super) len: u64,
}

impl Chunk {
    /// Bytes of name and length.
    pub(super) const HEAD: u64 = 8;

    /// The head in the eight bytes of `head`.
    pub(super) fn of(head: &[u8]) -> Option<Chunk> {
        let (name, len) = head.split_first_chunk::<4>()?;
        let len = u32::from_le_bytes(*len.first_chunk()?);
        Some(Chunk {
            name: *name,
            len: len.into(),
        })
    }

    /// Bytes of its body with the padding to an even length.
    pub(super) fn padded(&self) -> u64 {
        self.len + (self.len & 1)
    }
}

/// Bytes of a picture's chunk that [`features`] looks at.
pub(super) const PICTURE_HEAD: usize = 10;

/// What the first bytes in the body of a `VP8 ` or `VP8L` chunk say.
pub(super) fn features(name: [u8; 4], body: &[u8]) -> Result<Features> {
    let features = if name == *b"VP8L" {
        lossless(body)
    } else {
        lossy(body)
    };
    features.ok_or_else(|| Error::corrupt("the header of the picture makes no sense"))
}

/// RFC 6386, 9.1: frame tag, start code, width and height of 14 bits.
fn lossy(body: &[u8]) -> Option<Features> {
    let &[tag, _, _, 0x9d, 0x01, 0x2a, a, b, c, d] = body.first_chunk::<PICTURE_HEAD>()? else {
        return None;
    };
    let size = |low, high| usize::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let (width, height) = (size(a, b), size(c, d));
    let is_key_frame = tag & 1 == 0;
    (is_key_frame && width > 0 && height > 0).then_some(Features {
        width,
        height,
        coding: Coding::Lossy,
        alpha: false,
    })
}

/// RFC 9649, 3.4: signature, width and height less one of 14 bits, alpha, version.
fn lossless(body: &[u8]) -> Option<Features> {
    let &[0x2f, a, b, c, d] = body.first_chunk::<5>()? else {
        return None;
    };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let version = bits >> 29;
    (version == 0).then_some(Features {
        width: (bits & 0x3fff) as usize + 1,
        height: (bits >> 14 & 0x3fff) as usize + 1,
        coding: Coding::Lossless,
        alpha: bits >> 28 & 1 != 0,
    })
}
