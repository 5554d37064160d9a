//! The reader of v2.

use std::fmt;

use imageio_core::{Error, ErrorKind, ImageResource, Index, Metadata, Options, Request, Result};

use super::format::FormatPlugin;
use super::{Format, FormatReader, Image, Length};

/// Reads the images of a resource one by one, in any order; dropping it closes it.
pub struct Reader {
    resource: Option<ImageResource>,
    options: Options,
    format: Format,
    length: Option<Length>,
    /// The image that `get_next_data` gives.
    next: usize,
    /// The image that the plugin can go on with.
    in_turn: Option<usize>,
}

impl Reader {
    /// A reader of a resource that was opened for reading; it owns the resource.
    pub fn new(resource: ImageResource, options: Options) -> Self {
        Reader {
            format: Format::of(resource.plugin()),
            resource: Some(resource),
            options,
            length: None,
            next: 0,
            in_turn: None,
        }
    }

    /// Number of images: 0 where there is only metadata, 1 for single images, unknown for streams.
    ///
    /// It can be asked of a closed reader too.
    pub fn get_length(&mut self) -> Result<Length> {
        if let Some(length) = self.length {
            return Ok(length);
        }
        let options = self.options.clone();
        let (resource, place) = self.open()?;
        let length = match resource.plugin_as::<FormatPlugin>() {
            Some(plugin) => plugin
                .reader(&options)
                .and_then(FormatReader::length)
                .map_err(place)?,
            None => count(resource, &options)?,
        };
        Ok(*self.length.insert(length))
    }

    /// [`get_length`](Reader::get_length) as a number, the largest one where it is unknown; Python's `len`.
    pub fn len(&mut self) -> Result<usize> {
        Ok(match self.get_length()? {
            Length::Images(count) => count,
            Length::Unknown => usize::MAX,
        })
    }

    /// Whether there is no image.
    pub fn is_empty(&mut self) -> Result<bool> {
        Ok(self.get_length()? == Length::Images(0))
    }

    /// Image `index` with its metadata.
    ///
    /// # Errors
    /// `OutOfRange` past the last.
    pub fn get_data(&mut self, index: usize) -> Result<Image> {
        self.get_data_with(index, &Options::new())
    }

    /// Image `index`, with options of this call over those of the reader.
    pub fn get_data_with(&mut self, index: usize, options: &Options) -> Result<Image> {
        self.next = index.saturating_add(1);
        self.in_turn = None;
        let image = self.fetch(index, options, false)?;
        image.ok_or_else(|| self.past_the_end(index))
    }

    /// The image after the one that was read last, the first at first.
    pub fn get_next_data(&mut self) -> Result<Image> {
        let index = self.next;
        self.next = index.saturating_add(1);
        let image = self.fetch(index, &Options::new(), true)?;
        image.ok_or_else(|| self.past_the_end(index))
    }

    /// Sets the image that `get_next_data` gives next.
    pub fn set_image_index(&mut self, index: usize) -> Result<()> {
        drop(self.open()?);
        self.next = match self.get_length()? {
            Length::Images(count) => index.min(count + 1),
            Length::Unknown => index,
        };
        Ok(())
    }

    /// Metadata of an image, or with `None` of the file.
    pub fn get_meta_data(&mut self, index: impl Into<Option<usize>>) -> Result<Metadata> {
        let options = self.options.clone();
        let index = index.into();
        let (resource, _) = self.open()?;
        resource.metadata(index.map_or(Index::All, Index::At), false, &options)
    }

    /// The images from the first to the last.
    ///
    /// A stream of unknown length ends where its images end; in a series of known length a missing image is an error.
    pub fn iter_data(&mut self) -> IterData<'_> {
        IterData(Turn::new(), self)
    }

    /// Whether it was closed.
    pub fn closed(&self) -> bool {
        self.resource.is_none()
    }

    /// Ends the use and lets go of the resource; again, it does nothing.
    pub fn close(&mut self) -> Result<()> {
        if self.resource.is_some() && self.length.is_none() {
            // A closed reader still knows its length; one that cannot tell will say so then.
            drop(self.get_length());
        }
        match self.resource.take() {
            Some(resource) => resource.close().map(drop),
            None => Ok(()),
        }
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

    fn open(&mut self) -> Result<(&mut ImageResource, impl Fn(Error) -> Error + use<>)> {
        let resource = self.resource.as_mut().ok_or_else(closed)?;
        let (name, plugin) = (
            resource.request().name().into_owned(),
            resource.plugin().name(),
        );
        let place = move |error: Error| error.in_plugin(plugin).in_resource(name.as_str());
        Ok((resource, place))
    }

    fn past_the_end(&self, index: usize) -> Error {
        let error = match self.length {
            Some(Length::Images(count)) => Error::out_of_range(index, count),
            _ => Error::new(ErrorKind::OutOfRange, format!("there is no image {index}")),
        };
        match &self.resource {
            Some(resource) => error.in_resource(resource.request().name()),
            None => error,
        }
    }

    /// Image `index`; nothing where the images end. In turn, the plugin goes on from the image before.
    fn fetch(&mut self, index: usize, options: &Options, in_turn: bool) -> Result<Option<Image>> {
        let goes_on = in_turn && (index == 0 || self.in_turn == Some(index));
        self.in_turn = None;
        let own = self.options.clone();
        let call = over(&own, options);
        let (resource, place) = self.open()?;
        if let Some(plugin) = resource.plugin_as::<FormatPlugin>() {
            let reader = plugin.reader(&own).map_err(&place)?;
            let data = reader.data_with(index, options).map_err(&place)?;
            return Ok(data.map(|(image, meta)| Image::new(image, meta)));
        }
        let data = if goes_on {
            resource.read_next(index, &call)?
        } else {
            Some(resource.read(index, &call)?)
        };
        let Some(data) = data else {
            return Ok(None);
        };
        let mut meta = resource.metadata(index, false, &call)?;
        if resource.applied().orientation.is_some() {
            // Written back, it would turn the picture once more.
            meta.remove("Orientation");
        }
        self.in_turn = goes_on.then_some(index + 1);
        Ok(Some(Image::new(data, meta)))
    }
}

/// Options of a call over those of the reader. A typed struct among the former replaces the latter.
fn over(own: &Options, call: &Options) -> Options {
    if call.iter().next().is_none() && !call.is_empty() {
        return call.clone();
    }
    let pairs = call.iter();
    pairs.fold(own.clone(), |options, (key, value)| {
        options.set(key, value.clone())
    })
}

/// Asks for the images together, else where they differ in shape for one after the other.
fn count(resource: &mut ImageResource, options: &Options) -> Result<Length> {
    match resource.properties(Index::All, options) {
        Ok(properties) => Ok(match properties.n_images {
            Some(count) => Length::Images(count),
            None if properties.is_batch => Length::Unknown,
            None => Length::Images(1),
        }),
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            let mut count = 0;
            loop {
                match resource.properties(count, options) {
                    Ok(_) => count += 1,
                    Err(error) if error.kind() == ErrorKind::OutOfRange => {
                        return Ok(Length::Images(count));
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) => Err(error),
    }
}

fn closed() -> Error {
    Error::unsupported("I/O operation on closed reader")
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.closed() { ", closed" } else { "" };
        write!(f, "Reader({}{state})", self.format.name())
    }
}

/// How far an iteration is.
#[derive(Debug)]
struct Turn {
    position: usize,
    done: bool,
}

impl Turn {
    fn new() -> Self {
        Turn {
            position: 0,
            done: false,
        }
    }

    fn advance(&mut self, reader: &mut Reader) -> Option<Result<Image>> {
        if self.done {
            return None;
        }
        let next = self.look(reader).transpose();
        self.position += 1;
        self.done = !matches!(next, Some(Ok(_)));
        next
    }

    fn look(&mut self, reader: &mut Reader) -> Result<Option<Image>> {
        let length = reader.get_length()?;
        if matches!(length, Length::Images(count) if self.position >= count) {
            return Ok(None);
        }
        reader.next = self.position + 1;
        match reader.fetch(self.position, &Options::new(), true) {
            Err(error) if error.kind() == ErrorKind::OutOfRange && length == Length::Unknown => {
                Ok(None)
            }
            image => image,
        }
    }

    fn size_hint(&self, reader: &Reader) -> (usize, Option<usize>) {
        match reader.length {
            _ if self.done => (0, Some(0)),
            Some(Length::Images(count)) => (0, Some(count.saturating_sub(self.position))),
            _ => (0, None),
        }
    }
}

/// The images of a reader, one by one.
#[derive(Debug)]
pub struct IterData<'a>(Turn, &'a mut Reader);

impl Iterator for IterData<'_> {
    type Item = Result<Image>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.advance(self.1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint(self.1)
    }
}

/// The images of a reader, one by one, owning it.
#[derive(Debug)]
pub struct IntoImages(Turn, Reader);

impl Iterator for IntoImages {
    type Item = Result<Image>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.advance(&mut self.1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint(&self.1)
    }
}

impl IntoIterator for Reader {
    type Item = Result<Image>;
    type IntoIter = IntoImages;

    fn into_iter(self) -> IntoImages {
        IntoImages(Turn::new(), self)
    }
}

#[expect(
    clippy::into_iter_without_iter,
    reason = "the method is called `iter_data`, as in Python"
)]
impl<'a> IntoIterator for &'a mut Reader {
    type Item = Result<Image>;
    type IntoIter = IterData<'a>;

    fn into_iter(self) -> IterData<'a> {
        self.iter_data()
    }
}
