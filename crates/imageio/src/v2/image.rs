//! The image of v2: elements together with what the file says about them.

use std::fmt;
use std::ops::Deref;

use imageio_core::{Metadata, NdImage};

/// An image with its metadata; Python's `Array`. Wherever an [`NdImage`] is read, it will do.
///
/// # Examples
/// ```
/// use imageio::v2::Image;
/// use imageio::{Metadata, NdImage};
/// let meta: Metadata = [("x", "y")].into_iter().collect();
/// let image = Image::new(NdImage::from_vec(&[1, 2], vec![7u8, 8])?, meta);
/// assert_eq!(image.shape(), [1, 2]);
/// assert_eq!(image.meta.get("x").and_then(|value| value.as_str()), Some("y"));
/// # Ok::<(), imageio::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Image {
    data: NdImage,
    /// What the file says. `meta.lookup("EXIF_MAIN.Make")` is Python's `meta.EXIF_MAIN.Make`.
    pub meta: Metadata,
}

impl Image {
    /// An image of `data` with `meta`, which replaces what `data` carries.
    pub fn new(data: impl Into<NdImage>, meta: Metadata) -> Self {
        let data = data.into();
        Image { data, meta }
    }

    /// The elements alone, shared; Python's `asarray`.
    pub fn as_ndimage(&self) -> &NdImage {
        &self.data
    }

    /// The elements alone.
    pub fn into_ndimage(self) -> NdImage {
        self.data
    }

    /// The elements and the metadata.
    pub fn into_parts(self) -> (NdImage, Metadata) {
        (self.data, self.meta)
    }

    /// What was computed from this image: with its metadata where the shape stayed, else as it is.
    ///
    /// # Errors
    /// The result itself, when its shape is another one, so that the metadata may not be true of it.
    ///
    /// # Examples
    /// ```
    /// use imageio::{NdImage, v2::Image};
    /// let image = Image::from(NdImage::from_vec(&[1, 2], vec![7u8, 8])?);
    /// let doubled = image.as_array::<u8>()?.mapv(|value| value * 2);
    /// assert!(image.derive(doubled).is_ok());
    /// assert!(image.derive(image.frame(0)?).is_err());
    /// # Ok::<(), imageio::Error>(())
    /// ```
    pub fn derive(&self, result: impl Into<NdImage>) -> Result<Image, NdImage> {
        let result = result.into();
        if result.shape() == self.shape() {
            return Ok(Image::new(result, self.meta.clone()));
        }
        Err(result)
    }
}

impl Deref for Image {
    type Target = NdImage;

    fn deref(&self) -> &NdImage {
        &self.data
    }
}

impl AsRef<NdImage> for Image {
    fn as_ref(&self) -> &NdImage {
        &self.data
    }
}

impl From<NdImage> for Image {
    /// Without metadata.
    fn from(data: NdImage) -> Self {
        Image::new(data, Metadata::new())
    }
}

impl From<Image> for NdImage {
    fn from(image: Image) -> Self {
        image.data
    }
}

impl PartialEq<NdImage> for Image {
    /// Equal elements, whatever the metadata.
    fn eq(&self, other: &NdImage) -> bool {
        self.data == *other
    }
}

impl PartialEq<Image> for NdImage {
    fn eq(&self, other: &Image) -> bool {
        *self == other.data
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dtype, shape, keys) = (self.dtype(), self.shape(), self.meta.len());
        write!(f, "Image({dtype} {shape:?}, {keys} keys of metadata)")
    }
}
