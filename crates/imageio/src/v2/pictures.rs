//! What the v2 functions write: one image or several, owned or borrowed, with or without metadata.

use std::borrow::Cow;

use imageio_core::ndarray::{Array, Dimension};
use imageio_core::{Element, Metadata, NdImage};

use super::Image;

/// Images on their way into a file, each with its metadata.
///
/// Images of both kinds convert into it, arrays of `ndarray`, and slices, vectors and arrays of images.
#[derive(Clone, Debug)]
pub struct Pictures<'a> {
    pub(super) list: Vec<Picture<'a>>,
    pub(super) is_list: bool,
}

/// One image on its way.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    pub(super) data: Cow<'a, NdImage>,
    pub(super) meta: Cow<'a, Metadata>,
}

impl<'a> From<&'a NdImage> for Picture<'a> {
    fn from(image: &'a NdImage) -> Self {
        Picture {
            data: Cow::Borrowed(image),
            meta: Cow::Owned(Metadata::new()),
        }
    }
}

impl<'a> From<&'a Image> for Picture<'a> {
    fn from(image: &'a Image) -> Self {
        Picture {
            data: Cow::Borrowed(image.as_ndimage()),
            meta: Cow::Borrowed(&image.meta),
        }
    }
}

impl From<Image> for Picture<'_> {
    fn from(image: Image) -> Self {
        let (data, meta) = image.into_parts();
        Picture {
            data: Cow::Owned(data),
            meta: Cow::Owned(meta),
        }
    }
}

impl From<NdImage> for Picture<'_> {
    fn from(image: NdImage) -> Self {
        Image::from(image).into()
    }
}

impl<T: Element, D: Dimension> From<Array<T, D>> for Picture<'_> {
    fn from(array: Array<T, D>) -> Self {
        NdImage::from(array).into()
    }
}

macro_rules! single {
    ($($type:ty),*) => {$(
        impl<'a> From<&'a $type> for Pictures<'a> {
            fn from(image: &'a $type) -> Self {
                Pictures::one(image)
            }
        }

        impl From<$type> for Pictures<'_> {
            fn from(image: $type) -> Self {
                Pictures::one(image)
            }
        }
    )*};
}
single!(NdImage, Image);

impl<T: Element, D: Dimension> From<Array<T, D>> for Pictures<'_> {
    fn from(array: Array<T, D>) -> Self {
        Pictures::one(array)
    }
}

impl<'a> Pictures<'a> {
    fn one(picture: impl Into<Picture<'a>>) -> Self {
        Pictures {
            list: vec![picture.into()],
            is_list: false,
        }
    }
}

impl<'a, P> FromIterator<P> for Pictures<'a>
where
    P: Into<Picture<'a>>,
{
    fn from_iter<I: IntoIterator<Item = P>>(pictures: I) -> Self {
        Pictures {
            list: pictures.into_iter().map(Into::into).collect(),
            is_list: true,
        }
    }
}

macro_rules! lists {
    ($($type:ty),*) => {$(
        impl<'a> From<&'a [$type]> for Pictures<'a> {
            fn from(images: &'a [$type]) -> Self {
                images.iter().collect()
            }
        }

        impl<'a> From<&'a Vec<$type>> for Pictures<'a> {
            fn from(images: &'a Vec<$type>) -> Self {
                images.iter().collect()
            }
        }

        impl<'a, const N: usize> From<&'a [$type; N]> for Pictures<'a> {
            fn from(images: &'a [$type; N]) -> Self {
                images.iter().collect()
            }
        }

        impl From<Vec<$type>> for Pictures<'_> {
            fn from(images: Vec<$type>) -> Self {
                images.into_iter().collect()
            }
        }

        impl<const N: usize> From<[$type; N]> for Pictures<'_> {
            fn from(images: [$type; N]) -> Self {
                images.into_iter().collect()
            }
        }
    )*};
}
lists!(NdImage, Image);
