//! The bytes of the format: a mark, width and height, then the samples, row by row.

use imageio_core::{DType, Error, NdImage, Result};

/// What every file begins with.
pub(crate) const MAGIC: &[u8] = b"DICOM\x01\n";

/// Bytes before the samples: the mark and two 32-bit numbers, little-endian.
pub(crate) const HEADER_LEN: usize = MAGIC.len() + 8;

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Header {
    width: u32,
    height: u32,
}

impl Header {
    /// The header at the start of `bytes`, when there is one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (width, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
        let (height, _) = rest.split_first_chunk()?;
        let (width, height) = (u32::from_le_bytes(*width), u32::from_le_bytes(*height));
        (width > 0 && height > 0).then_some(Header { width, height })
    }

    /// The header of a file that holds `image`.
    pub(crate) fn of(image: &NdImage) -> Result<Self> {
        let refuse = || {
            let (dtype, shape) = (image.dtype(), image.shape());
            Error::unsupported(format!(
                "{dtype} of shape {shape:?}, the format holds gray uint8"
            ))
        };
        let &[height, width] = image.shape() else {
            return Err(refuse());
        };
        let (width, height) = (u32::try_from(width), u32::try_from(height));
        match (width, height, image.dtype()) {
            (Ok(width @ 1..), Ok(height @ 1..), DType::U8) => Ok(Header { width, height }),
            _ => Err(refuse()),
        }
    }

    /// The header as it stands in a file.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        [MAGIC, &self.width.to_le_bytes(), &self.height.to_le_bytes()].concat()
    }

    /// Rows, then columns.
    pub(crate) fn shape(self) -> [usize; 2] {
        [self.height as usize, self.width as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back() {
        let header = Header {
            width: 3,
            height: 70_000,
        };
        assert_eq!(Header::parse(&header.to_bytes()), Some(header));
        assert_eq!(Header::parse(&header.to_bytes()[..HEADER_LEN - 1]), None);
    }
}
