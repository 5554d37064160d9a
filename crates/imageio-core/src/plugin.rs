//! The trait that every plugin implements: the thing in use.

use std::any::Any;

use crate::error::{Error, ErrorKind, Result};
use crate::image::NdImage;
use crate::images::Images;
use crate::index::{Index, Window};
use crate::metadata::Metadata;
use crate::options::Options;
use crate::properties::ImageProperties;

/// An opened resource, as its plugin serves it.
///
/// A plugin is opened for reading or for writing. The calls it sees are
/// `open (read | read_next | read_window | read_into | properties | metadata | summary | applied)* close?` for reading,
/// in any order and as often as the caller likes, and `open write* close?` for writing.
/// Without `close` a write is abandoned: the resource stays as it was.
///
/// # For implementors
/// `read` and `properties` are enough; the rest has defaults. Take options with `options.parse()?` and hand the
/// struct to one typed method. Ask [`Request`](crate::Request) for bytes and [`Limits`](crate::Limits) before
/// each allocation that the file sizes. [`testing`](crate::testing) checks the promises made here.
pub trait PluginV3: Send {
    /// Decodes one image, or all of them stacked.
    ///
    /// # Errors
    /// `OutOfRange` past the last image, `BadOption`, `Corrupt`, `LimitExceeded`.
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage>;

    /// Shape and type of what `read` would give, without decoding pixels.
    ///
    /// # For implementors
    /// Read no further than the last structure that is needed, and hold memory in proportion to it.
    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties>;

    /// What the file says about one image, or for [`Index::All`] about itself, without decoding pixels.
    ///
    /// `exclude_applied` leaves out what `read` with these options has applied to the pixels already.
    fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let _ = exclude_applied;
        // A file that says nothing still knows its images and its options.
        self.properties(index, options).map(|_| Metadata::new())
    }

    /// What people who work with such files look for first, in the order in which they do, without decoding pixels.
    ///
    /// Keys are those of the file, beside some that sum up what several say. Of most formats that is nothing.
    ///
    /// # For implementors
    /// A few lines are meant: what and when, with which instrument and settings, where in the world.
    fn summary(&mut self, index: Index, options: &Options) -> Result<Metadata> {
        let (_, _) = (index, options);
        Ok(Metadata::new())
    }

    /// Decodes image `position` on the way from the first to the last; nothing after the last.
    ///
    /// # For implementors
    /// `position` counts up from 0; a 0 starts again. Override where going on is cheaper than seeking.
    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        match self.read(Index::At(position), options) {
            Err(error) if error.kind() == ErrorKind::OutOfRange => Ok(None),
            image => image.map(Some),
        }
    }

    /// Decodes the part of an image inside `window`.
    ///
    /// # For implementors
    /// The default decodes all and crops. Override where the format can read less.
    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let image = self.read(index, options)?;
        let ranges = window.resolve(image.shape())?;
        let part = image.crop(&ranges)?;
        if part.shape() == image.shape() {
            return Ok(image);
        }
        // A copy, so that a small part does not keep the whole image in memory.
        Ok(part.compact())
    }

    /// Decodes into `out`, whose shape and type must be those of the image.
    ///
    /// # Errors
    /// `BadOption` when they differ.
    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let image = self.read(index, options)?;
        check_target(&ImageProperties::of(&image), out)?;
        out.assign(&image)
    }

    /// What the last read changed on the way from file to pixels.
    fn applied(&self) -> Applied {
        Applied::default()
    }

    /// Writes images; called again, it appends.
    ///
    /// # Errors
    /// `Unsupported` when the format cannot hold the images; then nothing of this call is written.
    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let (_, _) = (images, options);
        Err(Error::unsupported("this plugin does not write"))
    }

    /// Takes metadata of the file, for the images that come with none of their own.
    ///
    /// # Errors
    /// `Unsupported` for a format that keeps none, which is the default.
    fn set_metadata(&mut self, metadata: &Metadata) -> Result<()> {
        let _ = metadata;
        Err(Error::unsupported(
            "metadata of the file cannot be set apart from its images",
        ))
    }

    /// The plugin itself, where it has more to offer than this trait; see [`ImageResource::plugin_as`].
    ///
    /// [`ImageResource::plugin_as`]: crate::ImageResource::plugin_as
    fn as_any(&mut self) -> Option<&mut dyn Any> {
        None
    }

    /// Ends the use. A writer brings everything to its [`Output`](crate::Output); core then commits the resource.
    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

/// Refuses a target of `read_into` that does not fit.
pub fn check_target(properties: &ImageProperties, out: &NdImage) -> Result<()> {
    if properties.shape == out.shape() && properties.dtype == out.dtype() {
        return Ok(());
    }
    Err(Error::bad_option(format!(
        "the target is {} of shape {:?}, the image is {} of shape {:?}",
        out.dtype(),
        out.shape(),
        properties.dtype,
        properties.shape
    )))
}

/// The error for a window on a pyramid level that is not there.
pub fn no_such_level(window: &Window, levels: usize) -> Error {
    let message = format!(
        "level {} is out of range: the image has {levels}",
        window.pyramid_level()
    );
    Error::new(ErrorKind::OutOfRange, message)
}

/// What a read changed on the way from file to pixels.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// EXIF orientation that was undone, 1 to 8.
    pub orientation: Option<u16>,
    /// Whether palette indices became colours.
    pub palette: bool,
    /// Exponent that was applied to the values.
    pub gamma: Option<f64>,
    /// Whether colours were multiplied with, or divided by, their alpha.
    pub alpha: bool,
    /// Factor by which the decoder shrank the image.
    pub scale: Option<f64>,
    /// Mode or colour space that the pixels were converted to.
    pub mode: Option<String>,
}

impl Applied {
    /// Whether the pixels are as stored.
    pub fn is_empty(&self) -> bool {
        *self == Applied::default()
    }
}
