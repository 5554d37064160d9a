//! The main header of a codestream, T.800 annex A: what a picture is like before it is decoded.

use std::ops::Range;

use imageio_core::{Error, Result};

/// Components that a picture may have here; T.800 allows for 16384.
const COMPONENTS: u16 = 256;

/// The main header of a codestream.
#[derive(Clone, Debug)]
pub struct Header {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// What a pixel is made of.
    pub components: Vec<Component>,
    /// Whether the first three components were turned from red, green and blue, which decoding turns back.
    pub mct: bool,
    /// Whether samples come back exactly.
    pub reversible: bool,
    /// Where the codestream lies in the data.
    codestream: Range<usize>,
    /// Tiles of the picture.
    tiles: u64,
    /// Samples of the smallest block that is coded on its own.
    block_area: u64,
    /// Quality layers.
    layers: u16,
}

/// A component of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// Bits a sample.
    pub precision: u8,
    /// Whether samples may be negative.
    pub signed: bool,
    /// How many columns of the picture a sample stands for.
    pub across: u8,
    /// How many rows of the picture a sample stands for.
    pub down: u8,
}

impl Header {
    /// Reads the main header of a raw codestream, or of the one in a JP2 file.
    pub fn find(data: &[u8]) -> Result<Header> {
        let codestream = locate(data)?;
        let stream = data.get(codestream.clone()).unwrap_or_default();
        let mut rest = stream.strip_prefix(b"\xff\x4f").ok_or_else(|| {
            Error::corrupt("a JPEG 2000 codestream that does not begin with FF4F")
        })?;
        let mut header = None;
        while let Some((code, body, after)) = segment(rest) {
            match (code, &mut header) {
                (0x51, None) => header = Some(size(body, codestream.clone())?),
                (0x52, Some(header)) => {
                    coding(body, header)?;
                    return Ok(header.clone());
                }
                (0x90 | 0x93, _) => break,
                _ => {}
            }
            rest = after;
        }
        Err(Error::corrupt(
            "a JPEG 2000 codestream without its main header",
        ))
    }

    /// The codestream alone.
    pub(super) fn codestream<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        data.get(self.codestream.clone()).unwrap_or_default()
    }

    /// Samples of all components, each as fine as the picture.
    pub fn samples(&self) -> u64 {
        self.pixels().saturating_mul(self.components.len() as u64)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Bytes that the backend takes beside the data and the output.
    pub(super) fn working_bytes(&self) -> u64 {
        let components = self.components.len() as u64;
        // Planes of all components, coefficients and two passes of the transform of one.
        let planes = self.samples().saturating_mul(4);
        let transform = self.pixels().saturating_mul(16);
        let blocks = self.samples().div_ceil(self.block_area);
        let per_block = 320 + 24 * u64::from(self.layers);
        let per_tile = 512 + 128 * components;
        planes
            .saturating_add(transform)
            .saturating_add(blocks.saturating_mul(per_block))
            .saturating_add(self.tiles.saturating_mul(per_tile))
    }
}

/// Where the codestream lies: everything, or the content of the box `jp2c`.
fn locate(data: &[u8]) -> Result<Range<usize>> {
    if data.starts_with(b"\xff\x4f") {
        return Ok(0..data.len());
    }
    let mut at = 0usize;
    // T.800 I.4: length, type, and a longer length where the first is 1; 0 is all that is left.
    while let Some(head) = data.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let &[a, b, c, d, kind @ ..] = head;
        let (start, len) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (at + 8, data.len() - at),
            1 => {
                let long = data.get(at + 8..).and_then(|rest| rest.first_chunk::<8>());
                let long = long.map_or(0, |bytes| u64::from_be_bytes(*bytes));
                (at + 16, usize::try_from(long).unwrap_or(usize::MAX))
            }
            len => (at + 8, len as usize),
        };
        let end = at.saturating_add(len).min(data.len());
        if &kind == b"jp2c" && start < end {
            return Ok(start..end);
        }
        if end < at + 8 {
            break;
        }
        at = end;
    }
    Err(Error::corrupt(
        "neither a JPEG 2000 codestream nor a JP2 file with one",
    ))
}

/// The next marker segment: code, body, and what follows.
fn segment(rest: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let &[0xff, code, h, l, ..] = rest else {
        return None;
    };
    if (0x30..=0x3f).contains(&code) {
        return Some((code, &[], &rest[2..]));
    }
    let end = 2 + usize::from(u16::from_be_bytes([h, l]));
    Some((code, rest.get(4..end)?, rest.get(end..)?))
}

/// The segment SIZ, A.5.1.
fn size(body: &[u8], codestream: Range<usize>) -> Result<Header> {
    let short = || Error::corrupt("a SIZ segment that is too short");
    let mut words = body.get(2..34).ok_or_else(short)?.chunks_exact(4);
    let mut word = || {
        let bytes = words.next().and_then(|word| word.first_chunk::<4>());
        bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
    };
    let (right, bottom, left, top) = (word(), word(), word(), word());
    let (tile_width, tile_height, tile_left, tile_top) = (word(), word(), word(), word());
    let &[h, l, ref parts @ ..] = body.get(34..).ok_or_else(short)? else {
        return Err(short());
    };
    let count = u16::from_be_bytes([h, l]);
    if count > COMPONENTS {
        return Err(Error::unsupported(format!(
            "a JPEG 2000 of {count} components"
        )));
    }
    let components: Vec<Component> = parts
        .chunks_exact(3)
        .take(usize::from(count))
        .filter_map(|part| part.first_chunk::<3>())
        .map(|&[depth, across, down]| Component {
            precision: (depth & 0x7f) + 1,
            signed: depth & 0x80 != 0,
            across,
            down,
        })
        .collect();
    let empty = right <= left || bottom <= top || tile_width == 0 || tile_height == 0;
    let flat = components
        .iter()
        .any(|part| part.across == 0 || part.down == 0);
    if empty || flat || count == 0 || components.len() != usize::from(count) {
        return Err(Error::corrupt(format!(
            "a JPEG 2000 of {count} components from {left}, {top} to {right}, {bottom} \
             in tiles of {tile_width} by {tile_height}"
        )));
    }
    if let Some(part) = components.iter().find(|part| part.precision > 24) {
        // The backend computes in floats, which hold no more exactly.
        return Err(Error::unsupported(format!(
            "a JPEG 2000 of {} bits",
            part.precision
        )));
    }
    let across = u64::from(right.saturating_sub(tile_left).div_ceil(tile_width));
    let down = u64::from(bottom.saturating_sub(tile_top).div_ceil(tile_height));
    Ok(Header {
        width: right - left,
        height: bottom - top,
        components,
        mct: false,
        reversible: false,
        codestream,
        tiles: across.max(1) * down.max(1),
        block_area: 16,
        layers: 1,
    })
}

/// The segment COD, A.6.1.
fn coding(body: &[u8], header: &mut Header) -> Result<()> {
    let &[
        style,
        _,
        h,
        l,
        mct,
        _,
        wide,
        high,
        block_style,
        wavelet,
        ref precincts @ ..,
    ] = body
    else {
        return Err(Error::corrupt("a COD segment that is too short"));
    };
    if block_style & 0x40 != 0 {
        return Err(Error::unsupported(
            "JPEG 2000 with high throughput blocks (HTJ2K)",
        ));
    }
    header.layers = u16::from_be_bytes([h, l]);
    header.mct = mct & 1 != 0;
    header.reversible = wavelet == 1;
    let block = u32::from(wide & 15) + u32::from(high & 15) + 4;
    let precinct = if style & 1 == 0 {
        30
    } else {
        let sides = precincts
            .iter()
            .map(|side| u32::from(side & 15) + u32::from(side >> 4));
        sides.min().unwrap_or(30)
    };
    header.block_area = 1 << block.min(precinct).min(20);
    Ok(())
}
