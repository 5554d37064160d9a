//! What stands before the samples.

use imageio_core::{DType, Error, Result};

use super::bits::Reader;
use super::{MOST_DEPTH, broken, first};

/// The header of a picture.
#[derive(Clone, Debug)]
pub struct Header {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples of a pixel.
    pub depth: usize,
    /// Type of the samples.
    pub dtype: DType,
    pub(super) version: u32,
    /// Number of pixels that have a value.
    pub(super) valid: usize,
    /// Rows and columns of a block.
    pub(super) block: usize,
    /// By how much a value may be wrong; 0.5 where integers are exact.
    pub(super) error: f64,
    pub(super) lowest: f64,
    pub(super) highest: f64,
    /// Where the picture lies in the data.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) len: usize,
}

impl Header {
    /// Reads the header that `data` begins with, and checks the sum over all of the picture.
    ///
    /// # Errors
    /// `Corrupt` for other bytes and a wrong sum; `Unsupported` for versions to come.
    pub fn find(data: &[u8]) -> Result<Self> {
        if let Some(body) = data.strip_prefix(first::MAGIC) {
            return first::header(body);
        }
        let body = data
            .strip_prefix(b"Lerc2 ")
            .ok_or_else(|| broken("it does not begin with `Lerc2 `"))?;
        let mut reader = Reader::new(body);
        let version = reader.u32()?;
        if version > 6 {
            return Err(Error::unsupported(format!("LERC version 2.{version}")));
        }
        let sum = if version >= 3 {
            Some(reader.u32()?)
        } else {
            None
        };
        let summed = data.len() - reader.rest().len();
        let mut size = || reader.u32().map(|number| number as usize);
        let (height, width) = (size()?, size()?);
        let depth = if version >= 4 { size()? } else { 1 };
        let (valid, block, end) = (size()?, size()?, size()?);
        let dtype = dtype_of(reader.u32()?)?;
        if version >= 6 {
            // How many pictures follow, and what they say about missing samples.
            reader.take(8)?;
        }
        let (error, lowest, highest) = (reader.value()?, reader.value()?, reader.value()?);
        if version >= 6 {
            reader.take(16)?;
        }
        let pixels = width
            .checked_mul(height)
            .filter(|&pixels| pixels > 0 && pixels < 1 << 31);
        let fits =
            pixels.is_some_and(|pixels| valid <= pixels) && (1..=MOST_DEPTH).contains(&depth);
        if !fits || block == 0 {
            return Err(broken(&format!(
                "{valid} valid ones of {width} by {height} by {depth}"
            )));
        }
        let covered = data
            .get(summed..end)
            .ok_or_else(|| broken(&format!("{} bytes, expected {end}", data.len())))?;
        if sum.is_some_and(|sum| sum != fletcher32(covered)) {
            return Err(broken("its sum is wrong"));
        }
        Ok(Header {
            width,
            height,
            depth,
            dtype,
            version,
            valid,
            block,
            error,
            lowest,
            highest,
            start: 0,
            end,
            len: data.len() - reader.rest().len(),
        })
    }

    /// Number of samples.
    pub fn samples(&self) -> Option<usize> {
        self.width.checked_mul(self.height)?.checked_mul(self.depth)
    }

    pub(super) fn behind_header(&self) -> usize {
        self.len + 4
    }

    /// Bytes of the mask.
    pub(super) fn mask_len(&self, blob: &[u8]) -> usize {
        let bytes = blob.get(self.len..).and_then(<[u8]>::first_chunk::<4>);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }

    pub(super) fn behind_mask(&self, blob: &[u8]) -> usize {
        self.behind_header().saturating_add(self.mask_len(blob))
    }
}

fn dtype_of(code: u32) -> Result<DType> {
    Ok(match code {
        0 => DType::I8,
        1 => DType::U8,
        2 => DType::I16,
        3 => DType::U16,
        4 => DType::I32,
        5 => DType::U32,
        6 => DType::F32,
        7 => DType::F64,
        _ => return Err(broken(&format!("type {code} does not exist"))),
    })
}

/// Fletcher's sum over pairs of bytes.
pub(super) fn fletcher32(bytes: &[u8]) -> u32 {
    let (mut first, mut second) = (0xffffu32, 0xffffu32);
    // So many pairs fit before a sum runs over.
    for part in bytes.chunks(359 * 2) {
        for pair in part.chunks(2) {
            let low = pair.get(1).map_or(0, |byte| u32::from(*byte));
            first += u32::from(pair[0]) << 8 | low;
            second += first;
        }
        first = (first & 0xffff) + (first >> 16);
        second = (second & 0xffff) + (second >> 16);
    }
    first = (first & 0xffff) + (first >> 16);
    second = (second & 0xffff) + (second >> 16);
    second << 16 | first
}
