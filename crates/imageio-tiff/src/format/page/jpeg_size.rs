//! Pages without a size, which the JPEG data in them tells; previews in raw files and in EXIF are such.

use imageio_core::Result;

use super::{Fields, OLD_JPEG, PHOTOMETRIC_YCBCR, Page};
use crate::format::tags;

/// Bytes in which the frame header must begin.
const HEAD: u64 = 4096;

/// What a frame header says (T.81 B.2.2).
#[derive(Debug, PartialEq)]
struct Frame {
    precision: u8,
    length: u16,
    width: u16,
    samples: u8,
}

impl Page {
    /// Takes size and samples from the JPEG data of a page that has no size of its own.
    pub(super) fn set_jpeg_size(&mut self, fields: &Fields<'_>) -> Result<()> {
        let Some(offsets) = self.offsets.filter(|_| self.width == 0 && self.length == 0) else {
            return Ok(());
        };
        let start = fields.source.integer(&offsets)?;
        let len = fields.source.len().saturating_sub(start).min(HEAD);
        let Some(frame) = frame(&fields.source.structure(start, len as usize)?) else {
            return Ok(());
        };
        let has = |tag| fields.ifd.has(tag);
        (self.width, self.length) = (frame.width.into(), frame.length.into());
        self.rows_per_strip = self.length;
        self.samples = frame.samples.max(1).into();
        if !has(tags::BITS_PER_SAMPLE) {
            self.bits = vec![if frame.precision > 8 { 16 } else { 8 }];
        }
        if !has(tags::COMPRESSION) {
            self.compression = OLD_JPEG;
        }
        if !has(tags::PHOTOMETRIC_INTERPRETATION) && frame.samples == 3 {
            self.photometric = PHOTOMETRIC_YCBCR;
            if !has(tags::YCBCR_SUBSAMPLING) {
                self.subsampling = (2, 2);
            }
        }
        Ok(())
    }
}

/// The first frame header of JPEG data.
fn frame(data: &[u8]) -> Option<Frame> {
    let mut rest = data.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&[mark, code, high, low], behind) = rest.split_first_chunk()?;
        if mark != 0xff {
            return None;
        }
        // All frame headers but those of tables, which share their range of codes (T.81 table B.1).
        if matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc) {
            let &[precision, a, b, c, d, samples] = behind.first_chunk()?;
            return Some(Frame {
                precision,
                length: u16::from_be_bytes([a, b]),
                width: u16::from_be_bytes([c, d]),
                samples,
            });
        }
        let len = usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?;
        rest = behind.get(len..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_headers_are_found_behind_others() {
        let data = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x14\x00\x15\x03......";
        let expected = Frame {
            precision: 8,
            length: 20,
            width: 21,
            samples: 3,
        };
        assert_eq!(frame(data), Some(expected));
        for bad in [
            &b""[..],
            b"\xff\xd8",
            b"\xff\xd8\xff\xe0\x00\x00",
            b"\xff\xd8\x00\xe0\x00\x04ab",
        ] {
            assert_eq!(frame(bad), None);
        }
    }
}
