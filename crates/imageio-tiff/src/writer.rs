//! From images to a file.

use imageio_core::{Error, Images, Request, Result};

/// A TIFF file opened for writing.
pub struct TiffWriter {
    _request: Request,
}

impl TiffWriter {
    /// Opens `request`; nothing is written yet.
    pub fn open(request: Request) -> Self {
        TiffWriter { _request: request }
    }

    /// Refuses.
    pub fn write(&mut self, _images: &Images<'_>) -> Result<()> {
        Err(Error::unsupported("writing TIFF"))
    }
}
