//! The coding itself: from bytes to samples and back. Knows nothing of the plugin's types.

use std::ops::Range;

use imageio_core::{Limits, Result};

mod backend;
mod baseline;
mod frame;
mod planes;

pub(crate) use backend::Subsampling;
pub(super) use backend::{Job, decode_deep, encode};
pub(super) use frame::{Coding, FrameHeader};

/// The part of a picture that is wanted, which is not empty, and in which size.
#[derive(Clone, Debug)]
pub(super) struct Area {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    /// What each side of the picture is divided by before: 1, 2, 4 or 8.
    pub(super) reduce: u8,
}

impl Area {
    /// Rows and columns of the whole picture in the size that is wanted.
    fn picture(&self, frame: &FrameHeader) -> (usize, usize) {
        frame.size(self.reduce)
    }
}

/// Decodes the part of a picture of 8 bits a sample that lies in `area` into `out`, which has room for just that.
pub(super) fn decode_u8(
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
