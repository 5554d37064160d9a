//! The write path: from images to an archive of arrays, or to one array.

use std::collections::HashSet;

use imageio_core::{Error, ErrorKind, Images, NdImage, Output, Request, Result};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::options::NpzWriteOptions;
use crate::reader::explain;

/// Longer names do not fit a zip archive.
const LONGEST_NAME: usize = 65535 - 4;

/// Writes an NPZ file, or an NPY file where the name ends so.
///
/// Arrays go to the file as they come; it holds one of them in memory at most, and only where its elements are strided.
pub struct NpzWriter {
    request: Request,
    defaults: NpzWriteOptions,
    /// Boxed, as it holds much.
    zip: Option<Box<ZipWriter<Output>>>,
    names: HashSet<String>,
}

impl NpzWriter {
    /// Opens `request`; nothing is written yet. `defaults` hold for what a call does not say.
    pub fn open(request: impl Into<Request>, defaults: NpzWriteOptions) -> Self {
        NpzWriter {
            request: request.into(),
            defaults,
            zip: None,
            names: HashSet::new(),
        }
    }

    /// The options of opening.
    pub fn defaults(&self) -> &NpzWriteOptions {
        &self.defaults
    }

    /// Adds images. `names_of_call` tells whether the names count the arrays of this call or those of the file.
    ///
    /// # Errors
    /// `BadOption` for names that do not fit, `Unsupported` for a second array in an `.npy` file.
    pub fn write(
        &mut self,
        images: &Images<'_>,
        options: &NpzWriteOptions,
        names_of_call: bool,
    ) -> Result<()> {
        let frames = images.frames(|_| false)?;
        if self.request.extension().as_deref() == Some(".npy") {
            return self.write_npy(&frames, options);
        }
        let names = self.names(frames.len(), options, names_of_call)?;
        for (name, image) in names.into_iter().zip(&frames) {
            self.add(&name, image, options)?;
            self.names.insert(name);
        }
        Ok(())
    }

    /// Ends the archive; one without arrays is one, too.
    pub fn close(mut self) -> Result<()> {
        if self.request.extension().as_deref() == Some(".npy") {
            return Ok(());
        }
        self.zip()?;
        if let Some(zip) = self.zip.take() {
            (*zip).finish().map_err(|error| explain(&error))?;
        }
        Ok(())
    }
}

impl NpzWriter {
    fn write_npy(&mut self, frames: &[NdImage], options: &NpzWriteOptions) -> Result<()> {
        let [image] = frames else {
            let message = format!("{} images, an .npy file holds one array", frames.len());
            return Err(Error::unsupported(message));
        };
        if !self.names.is_empty() {
            return Err(Error::unsupported(
                "a second image, an .npy file holds one array",
            ));
        }
        if options.names.is_some() {
            return Err(Error::bad_option(
                "option `names`: an .npy file holds one array without a name",
            ));
        }
        let mut out = self.request.stream_writer()?;
        image.to_contiguous().write_npy(&mut out)?;
        self.names.insert(String::new());
        Ok(())
    }

    /// What the next `count` arrays are called.
    fn names(
        &self,
        count: usize,
        options: &NpzWriteOptions,
        names_of_call: bool,
    ) -> Result<Vec<String>> {
        let first = self.names.len();
        let given = options.names.as_deref();
        if names_of_call && given.is_some_and(|given| given.len() != count) {
            let given = given.map_or(0, <[String]>::len);
            let message = format!("option `names`: {given} names for {count} arrays");
            return Err(Error::bad_option(message));
        }
        let mut names: Vec<String> = Vec::new();
        for position in 0..count {
            let at = if names_of_call {
                position
            } else {
                first + position
            };
            let name = match given.and_then(|given| given.get(at)) {
                Some(name) => name.clone(),
                None => format!("arr_{}", first + position),
            };
            if name.is_empty() || name.len() > LONGEST_NAME || name.contains('\0') {
                let message = format!("option `names`: {name:?} cannot be a name");
                return Err(Error::bad_option(message));
            }
            if self.names.contains(&name) || names.contains(&name) {
                let message = format!("option `names`: there are two arrays called {name:?}");
                return Err(Error::bad_option(message));
            }
            names.push(name);
        }
        Ok(names)
    }

    fn add(&mut self, name: &str, image: &NdImage, options: &NpzWriteOptions) -> Result<()> {
        let method = if options.compressed {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        };
        // As NumPy has it, each member could be larger than 4 GiB.
        let file = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(true);
        let zip = self.zip()?;
        zip.start_file(format!("{name}.npy"), file)
            .map_err(|error| explain(&error))?;
        image.to_contiguous().write_npy(zip)
    }

    fn zip(&mut self) -> Result<&mut ZipWriter<Output>> {
        if self.zip.is_none() {
            self.zip = Some(Box::new(ZipWriter::new(self.request.writer()?)));
        }
        self.zip
            .as_deref_mut()
            .ok_or_else(|| Error::new(ErrorKind::Io, "the archive is closed"))
    }
}
