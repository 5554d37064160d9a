//! Blobs: sizes, packing, checksum, alignment, and then the bytes.

use imageio_core::{Error, Result};

use super::packing::Compression;

/// Where the bytes of a blob lie, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blob {
    /// Where the stored bytes begin in the resource.
    pub(crate) start: u64,
    /// Bytes that there is room for.
    pub(crate) allocated: u64,
    /// Bytes that are stored.
    pub(crate) used: u64,
    /// Bytes once unpacked.
    pub(crate) size: u64,
    pub(crate) compression: Compression,
    /// MD5 of the stored bytes.
    pub(crate) checksum: Option<[u8; 16]>,
}

impl Blob {
    /// Refuses sizes that cannot be.
    pub(crate) fn checked(self) -> Result<Self> {
        let Blob {
            allocated,
            used,
            size,
            ..
        } = self;
        if used > allocated {
            let message = format!("a blob uses {used} of {allocated} bytes");
            return Err(Error::corrupt(message));
        }
        if self.compression == Compression::No && used != size {
            let message = format!("a blob of {size} bytes is stored as {used}");
            return Err(Error::corrupt(message));
        }
        Ok(self)
    }
}
