//! What is handed to a writer: one image, a batch, or a list of unequal ones.

use crate::error::{Error, Result};
use crate::image::NdImage;
use crate::metadata::Metadata;

/// Images on their way into a resource, each with optional metadata.
///
/// A plain `&NdImage` leaves it to the plugin to tell one image from a batch by its shape;
/// [`single`](Images::single) and [`batch`](Images::batch) say it.
#[derive(Clone, Debug)]
pub struct Images<'a> {
    layout: Layout<'a>,
    metadata: Vec<Option<Metadata>>,
}

#[derive(Clone, Debug)]
enum Layout<'a> {
    Array(&'a NdImage),
    Single(&'a NdImage),
    Batch(&'a NdImage),
    List(Vec<&'a NdImage>),
}

impl<'a> Images<'a> {
    /// `image` is one image, whatever its shape.
    pub fn single(image: &'a NdImage) -> Self {
        Layout::Single(image).into()
    }

    /// `batch` holds images along its first axis.
    pub fn batch(batch: &'a NdImage) -> Self {
        Layout::Batch(batch).into()
    }

    /// Several images, which may differ in shape and type.
    pub fn list(images: impl IntoIterator<Item = &'a NdImage>) -> Self {
        Layout::List(images.into_iter().collect()).into()
    }

    /// Says whether an array is a batch; nothing leaves it to the plugin. Lists are batches always.
    pub fn is_batch(mut self, is_batch: Option<bool>) -> Self {
        self.layout = match (self.layout, is_batch) {
            (Layout::Array(image) | Layout::Single(image) | Layout::Batch(image), Some(true)) => {
                Layout::Batch(image)
            }
            (Layout::Array(image) | Layout::Single(image) | Layout::Batch(image), Some(false)) => {
                Layout::Single(image)
            }
            (layout, _) => layout,
        };
        self
    }

    /// Gives the images their metadata, in order.
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.metadata = metadata.into_iter().map(Some).collect();
        self
    }

    /// Metadata of image `position`.
    pub fn metadata_of(&self, position: usize) -> Option<&Metadata> {
        self.metadata.get(position)?.as_ref()
    }

    /// Whether several images were asked for, by a list or in words; nothing where the plugin decides.
    pub fn says_batch(&self) -> Option<bool> {
        match self.layout {
            Layout::Array(_) => None,
            Layout::Single(_) => Some(false),
            Layout::Batch(_) | Layout::List(_) => Some(true),
        }
    }

    /// The images one by one, sharing their elements.
    ///
    /// `array_is_batch` tells, for an array of which the caller said nothing, whether its shape makes it a batch.
    ///
    /// # Errors
    /// `Unsupported` when there is no image at all.
    pub fn frames(&self, array_is_batch: impl FnOnce(&NdImage) -> bool) -> Result<Vec<NdImage>> {
        let frames = match &self.layout {
            Layout::Single(image) => vec![(*image).clone()],
            Layout::Array(image) if !array_is_batch(image) => vec![(*image).clone()],
            Layout::Array(image) | Layout::Batch(image) => frames_of(image)?,
            Layout::List(images) => images.iter().map(|&image| image.clone()).collect(),
        };
        if frames.is_empty() {
            return Err(Error::unsupported("zero images were given to write"));
        }
        Ok(frames)
    }
}

impl<'a> From<Layout<'a>> for Images<'a> {
    fn from(layout: Layout<'a>) -> Self {
        Images {
            layout,
            metadata: Vec::new(),
        }
    }
}

impl<'a> From<&'a NdImage> for Images<'a> {
    fn from(image: &'a NdImage) -> Self {
        Layout::Array(image).into()
    }
}

impl<'a> From<&'a [NdImage]> for Images<'a> {
    fn from(images: &'a [NdImage]) -> Self {
        Images::list(images)
    }
}

impl<'a> From<&'a Vec<NdImage>> for Images<'a> {
    fn from(images: &'a Vec<NdImage>) -> Self {
        Images::list(images)
    }
}

impl<'a, const N: usize> From<&'a [NdImage; N]> for Images<'a> {
    fn from(images: &'a [NdImage; N]) -> Self {
        Images::list(images)
    }
}

fn frames_of(batch: &NdImage) -> Result<Vec<NdImage>> {
    let count = *batch
        .shape()
        .first()
        .ok_or_else(|| Error::unsupported("an array without axes is no batch"))?;
    (0..count).map(|position| batch.frame(position)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: G-010
    #[test]
    fn a_list_is_a_batch_and_an_array_is_what_it_is_said_to_be() {
        let image = NdImage::from_vec(&[2, 3], vec![0u8; 6]).expect("six elements");
        let list = [image.clone(), image.clone()];
        assert_eq!(
            Images::from(&list).frames(|_| false).map(|f| f.len()).ok(),
            Some(2)
        );
        assert_eq!(
            Images::from(&image).frames(|_| true).map(|f| f.len()).ok(),
            Some(2)
        );
        assert_eq!(
            Images::from(&image)
                .is_batch(Some(false))
                .frames(|_| true)
                .map(|f| f.len())
                .ok(),
            Some(1)
        );
        assert_eq!(
            Images::from(&list).is_batch(Some(false)).says_batch(),
            Some(true)
        );
        assert!(Images::list([]).frames(|_| true).is_err());
    }
}
