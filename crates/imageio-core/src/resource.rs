//! An opened resource, as its user holds it.

use crate::error::{Error, Result};
use crate::image::NdImage;
use crate::images::Images;
use crate::index::{Index, Window};
use crate::info::PluginInfo;
use crate::metadata::Metadata;
use crate::options::Options;
use crate::plugin::{Applied, PluginV3};
use crate::properties::ImageProperties;
use crate::request::{Finished, Request};

/// A resource with the plugin that serves it. Errors carry the plugin's name and the resource's.
///
/// A write counts once [`close`](ImageResource::close) says so; dropped before that, the target stays as it was.
pub struct ImageResource {
    plugin: Box<dyn PluginV3>,
    card: &'static PluginInfo,
    request: Held,
}

/// The request in use; given up without a commit, it forgets what was written, whoever else holds a clone.
struct Held(Request);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl ImageResource {
    pub(crate) fn new(
        plugin: Box<dyn PluginV3>,
        card: &'static PluginInfo,
        request: Request,
    ) -> Self {
        ImageResource {
            plugin,
            card,
            request: Held(request),
        }
    }

    /// Decodes one image, or all of them stacked.
    pub fn read(&mut self, index: impl Into<Index>, options: &Options) -> Result<NdImage> {
        self.reading()?;
        let image = self.plugin.read(index.into(), options);
        image.map_err(|error| self.place(error))
    }

    /// Decodes the part of an image inside `window`.
    pub fn read_window(
        &mut self,
        index: impl Into<Index>,
        window: &Window,
        options: &Options,
    ) -> Result<NdImage> {
        self.reading()?;
        let image = self.plugin.read_window(index.into(), window, options);
        image.map_err(|error| self.place(error))
    }

    /// Decodes into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: impl Into<Index>,
        out: &mut NdImage,
        options: &Options,
    ) -> Result<()> {
        self.reading()?;
        let done = self.plugin.read_into(index.into(), out, options);
        done.map_err(|error| self.place(error))
    }

    /// The images one by one, from the first; each is held only by the caller.
    pub fn iter<'a>(
        &'a mut self,
        options: &'a Options,
    ) -> impl Iterator<Item = Result<NdImage>> + 'a {
        let mut cursor = Cursor::default();
        std::iter::from_fn(move || cursor.advance(self, options))
    }

    /// Image `position` on the way from the first to the last; nothing after the last.
    pub fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        self.reading()?;
        let image = self.plugin.read_next(position, options);
        image.map_err(|error| self.place(error))
    }

    /// Shape and type of what `read` would give, without decoding pixels.
    pub fn properties(
        &mut self,
        index: impl Into<Index>,
        options: &Options,
    ) -> Result<ImageProperties> {
        self.reading()?;
        let properties = self.plugin.properties(index.into(), options);
        properties.map_err(|error| self.place(error))
    }

    /// What the file says about one image, or for [`Index::All`] about itself, without decoding pixels.
    pub fn metadata(
        &mut self,
        index: impl Into<Index>,
        exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        self.reading()?;
        let metadata = self.plugin.metadata(index.into(), exclude_applied, options);
        metadata.map_err(|error| self.place(error))
    }

    /// What people who work with such files look for first; of most formats nothing.
    pub fn summary(&mut self, index: impl Into<Index>, options: &Options) -> Result<Metadata> {
        self.reading()?;
        let summary = self.plugin.summary(index.into(), options);
        summary.map_err(|error| self.place(error))
    }

    /// What the last read changed on the way from file to pixels.
    pub fn applied(&self) -> Applied {
        self.plugin.applied()
    }

    /// Writes images; called again, it appends.
    pub fn write<'a>(&mut self, images: impl Into<Images<'a>>, options: &Options) -> Result<()> {
        if !self.request().io_mode().is_write() {
            return Err(self.place(Error::unsupported("it was opened for reading")));
        }
        let done = self.plugin.write(images.into(), options);
        done.map_err(|error| self.place(error))
    }

    /// Sets metadata of the file that is written, for the images that come with none of their own.
    pub fn set_metadata(&mut self, metadata: &Metadata) -> Result<()> {
        let done = self.plugin.set_metadata(metadata);
        done.map_err(|error| self.place(error))
    }

    /// Ends the use; a write takes its place now.
    pub fn close(self) -> Result<Finished> {
        let ImageResource {
            plugin,
            card,
            request: held,
        } = self;
        let request = &held.0;
        let place = |error: Error| error.in_plugin(card.name()).in_resource(request.name());
        plugin.close().map_err(place)?;
        if request.io_mode().is_write() {
            request.commit().map_err(place)
        } else {
            Ok(Finished::default())
        }
    }

    /// The card of the plugin that serves it.
    pub fn plugin(&self) -> &'static PluginInfo {
        self.card
    }

    /// The plugin itself, where it is a `T` and shows itself.
    pub fn plugin_as<T: PluginV3 + 'static>(&mut self) -> Option<&mut T> {
        self.plugin.as_any()?.downcast_mut()
    }

    /// The request that was opened.
    pub fn request(&self) -> &Request {
        &self.request.0
    }

    /// What went wrong without stopping anything.
    pub fn warnings(&self) -> Vec<String> {
        self.request().warnings()
    }

    fn reading(&self) -> Result<()> {
        if self.request().io_mode().is_write() {
            return Err(self.place(Error::unsupported("it was opened for writing")));
        }
        Ok(())
    }

    fn place(&self, error: Error) -> Error {
        error
            .in_plugin(self.card.name())
            .in_resource(self.request().name())
    }
}

impl std::fmt::Debug for ImageResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "ImageResource({} with {})",
            self.request().name(),
            self.card.name()
        )
    }
}

/// How far an iteration is.
#[derive(Default)]
pub(crate) struct Cursor {
    position: usize,
    done: bool,
}

impl Cursor {
    /// The next image; after the last one or an error, nothing.
    fn advance(
        &mut self,
        resource: &mut ImageResource,
        options: &Options,
    ) -> Option<Result<NdImage>> {
        if self.done {
            return None;
        }
        let next = resource.read_next(self.position, options).transpose();
        self.position += 1;
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

/// The images of a resource one by one, owning it.
pub struct Frames {
    state: FramesState,
    cursor: Cursor,
    options: Options,
}

enum FramesState {
    Unopened(Option<Box<dyn FnOnce() -> Result<ImageResource> + Send>>),
    Open(Box<ImageResource>),
}

impl Frames {
    /// Opens with `open` when the first image is asked for.
    pub fn new(
        open: impl FnOnce() -> Result<ImageResource> + Send + 'static,
        options: Options,
    ) -> Self {
        Frames {
            state: FramesState::Unopened(Some(Box::new(open))),
            cursor: Cursor::default(),
            options,
        }
    }

    /// The resource, once it is open.
    pub fn resource(&self) -> Option<&ImageResource> {
        match &self.state {
            FramesState::Open(resource) => Some(resource),
            FramesState::Unopened(_) => None,
        }
    }
}

impl Iterator for Frames {
    type Item = Result<NdImage>;

    fn next(&mut self) -> Option<Self::Item> {
        if let FramesState::Unopened(open) = &mut self.state {
            match open.take()?() {
                Ok(resource) => self.state = FramesState::Open(Box::new(resource)),
                Err(error) => return Some(Err(error)),
            }
        }
        match &mut self.state {
            FramesState::Open(resource) => self.cursor.advance(resource, &self.options),
            FramesState::Unopened(_) => None,
        }
    }
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frames(at {})", self.cursor.position)
    }
}
