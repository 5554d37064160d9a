//! The writer of v2.

use std::fmt;

use imageio_core::{Error, Finished, ImageResource, Images, Metadata, Options, Request, Result};

use super::Format;
use super::format::FormatPlugin;
use super::pictures::Picture;

/// Writes images one by one. Closing it puts the file in its place; so does dropping it, unless a call failed before
/// or the thread panics.
pub struct Writer {
    resource: Option<ImageResource>,
    options: Options,
    format: Format,
    failed: bool,
}

impl Writer {
    /// A writer of a resource that was opened for writing; it owns the resource.
    pub fn new(resource: ImageResource, options: Options) -> Self {
        Writer {
            format: Format::of(resource.plugin()),
            resource: Some(resource),
            options,
            failed: false,
        }
    }

    /// Adds an image, with the metadata that it carries.
    pub fn append_data<'a>(&mut self, image: impl Into<Picture<'a>>) -> Result<()> {
        self.append_data_with(image, &Metadata::new())
    }

    /// Adds an image, with the metadata that it carries and over it `meta`.
    pub fn append_data_with<'a>(
        &mut self,
        image: impl Into<Picture<'a>>,
        meta: &Metadata,
    ) -> Result<()> {
        let picture: Picture<'_> = image.into();
        let mut all = picture.meta.into_owned();
        all.extend(meta.iter().map(|(key, value)| (key, value.clone())));
        let images = Images::single(&picture.data);
        let images = if all.is_empty() {
            images
        } else {
            images.metadata([all])
        };
        let resource = self.resource.as_mut().ok_or_else(closed)?;
        let done = resource.write(images, &self.options);
        self.failed |= done.is_err();
        done
    }

    /// Sets the metadata of the file.
    ///
    /// # Errors
    /// `Unsupported` for a format that has none.
    pub fn set_meta_data(&mut self, meta: &Metadata) -> Result<()> {
        let resource = self.resource.as_mut().ok_or_else(closed)?;
        let (name, plugin) = (
            resource.request().name().into_owned(),
            resource.plugin().name(),
        );
        let Some(format) = resource.plugin_as::<FormatPlugin>() else {
            return resource.set_metadata(meta);
        };
        let done = format
            .writer(&self.options)
            .and_then(|writer| writer.set_meta_data(meta));
        done.map_err(|error| error.in_plugin(plugin).in_resource(name))
    }

    /// Whether it was closed.
    pub fn closed(&self) -> bool {
        self.resource.is_none()
    }

    /// Ends the write and puts the file in its place. Gives the bytes of the target `<bytes>`; again, it does nothing.
    pub fn close(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.end()?.and_then(Finished::into_bytes))
    }

    /// Ends the write and gives what the target has to give: bytes, or the caller's own writer.
    pub fn finish(mut self) -> Result<Finished> {
        self.end()?.ok_or_else(closed)
    }

    fn end(&mut self) -> Result<Option<Finished>> {
        self.resource.take().map(ImageResource::close).transpose()
    }

    /// The format in use.
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// The request in use.
    ///
    /// # Errors
    /// `Unsupported` once it is closed.
    pub fn request(&self) -> Result<&Request> {
        self.resource
            .as_ref()
            .map(ImageResource::request)
            .ok_or_else(closed)
    }
}

fn closed() -> Error {
    Error::unsupported("I/O operation on closed writer")
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.failed || std::thread::panicking() {
            return;
        }
        if let Err(error) = self.end() {
            log::warn!("a writer that was dropped: {error}");
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.closed() { ", closed" } else { "" };
        write!(f, "Writer({}{state})", self.format.name())
    }
}
