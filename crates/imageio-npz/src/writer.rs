//! From an image to a file.

use std::io::Write as _;

use imageio_core::{Error, Images, Request, Result};

use crate::format::Header;

/// A Npz file opened for writing.
pub struct NpzWriter {
    request: Request,
    done: bool,
}

impl NpzWriter {
    /// Opens `request`; nothing is written yet.
    pub fn open(request: Request) -> Self {
        NpzWriter {
            request,
            done: false,
        }
    }

    /// Writes the one image that a file holds.
    ///
    /// # Errors
    /// `Unsupported` for more than one image, and for other shapes and types.
    pub fn write(&mut self, images: &Images<'_>) -> Result<()> {
        let frames = images.frames(|image| image.ndim() > 2)?;
        let [image] = frames.as_slice() else {
            return Err(Error::unsupported(format!(
                "{} images, the format holds one",
                frames.len()
            )));
        };
        if self.done {
            return Err(Error::unsupported("a second image, the format holds one"));
        }
        let header = Header::of(image)?;
        let mut out = self.request.stream_writer()?;
        out.write_all(&header.to_bytes())?;
        out.write_all(&image.as_bytes())?;
        self.done = true;
        Ok(())
    }
}
