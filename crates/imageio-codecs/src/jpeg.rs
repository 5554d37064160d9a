//! JPEG: from the bytes of one picture to samples and back, as libjpeg-turbo does it bit for bit.
//!
//! [`FrameHeader::find`] looks at headers only. Pictures whose tables stand apart, as in TIFF strips, or whose
//! colours are known from elsewhere, are put together by [`interchange`] first.

use std::ops::Range;

use imageio_core::{Limits, Result};

mod abbreviated;
mod backend;
mod baseline;
mod frame;
mod planes;

pub use abbreviated::{Colours, interchange, next_segment};
pub use backend::{Job, Subsampling, decode_deep, encode};
pub use frame::{Coding, Component, FrameHeader};

/// The part of a picture that is wanted, which is not empty, and in which size.
#[derive(Clone, Debug)]
pub struct Area {
    /// Rows of the picture in the size that is wanted.
    pub rows: Range<usize>,
    /// Columns of the picture in the size that is wanted.
    pub columns: Range<usize>,
    /// What each side of the picture is divided by before: 1, 2, 4 or 8.
    pub reduce: u8,
}

impl Area {
    /// All of a picture, in its own size.
    pub fn whole(frame: &FrameHeader) -> Self {
        Area {
            rows: 0..frame.height.into(),
            columns: 0..frame.width.into(),
            reduce: 1,
        }
    }

    /// Rows and columns of the whole picture in the size that is wanted.
    fn picture(&self, frame: &FrameHeader) -> (usize, usize) {
        frame.size(self.reduce)
    }
}

/// Decodes the part of a picture of 8 bits a sample that lies in `area` into `out`, which has room for just that.
pub fn decode_u8(
    data: &[u8],
    frame: &FrameHeader,
    area: &Area,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    let usual = frame.coding == Coding::Sequential && matches!(frame.components.len(), 1 | 3);
    if usual && baseline::decode(data, area, out, limits)? {
        return Ok(());
    }
    backend::decode_u8(data, frame, area, out, limits)
}
