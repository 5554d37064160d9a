//! What is known about an image without decoding it.

use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::image::NdImage;
use crate::index::Index;

/// Shape, type and layout of an image or a batch, known without decoding pixels.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ImageProperties {
    /// Length of each axis; with the number of images first when [`is_batch`](Self::is_batch).
    pub shape: Vec<usize>,
    /// Element type.
    pub dtype: DType,
    /// Whether the first axis counts images.
    pub is_batch: bool,
    /// Number of images of a batch; nothing for a single image.
    pub n_images: Option<usize>,
    /// Distance between elements along each axis that has one, in the format's unit.
    pub spacing: Option<Vec<Spacing>>,
    /// A letter for each axis of `shape`, where the format names them: `T` time, `C` channel,
    /// `Z` depth, `Y` height, `X` width, `S` samples of a pixel, `N` images.
    pub axes: Option<String>,
    /// Shape of each level of an image pyramid, the full one first; empty without a pyramid.
    pub levels: Vec<Vec<usize>>,
}

/// Distance between neighbours along one axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Spacing {
    /// The same everywhere.
    Uniform(f64),
    /// One distance for each pair of neighbours.
    Distances(Vec<f64>),
}

impl ImageProperties {
    /// Properties of one image.
    pub fn new(shape: impl Into<Vec<usize>>, dtype: DType) -> Self {
        ImageProperties {
            shape: shape.into(),
            dtype,
            is_batch: false,
            n_images: None,
            spacing: None,
            axes: None,
            levels: Vec::new(),
        }
    }

    /// Properties that can be read off a decoded image. Plugins read the header instead.
    pub fn of(image: &NdImage) -> Self {
        ImageProperties::new(image.shape(), image.dtype())
    }

    /// These properties as `index` sees them in a resource of this one image.
    ///
    /// # Errors
    /// `OutOfRange` for any image but the first.
    pub fn only_image(self, index: Index) -> Result<Self> {
        match index {
            Index::Default | Index::At(0) => Ok(self),
            Index::At(position) => Err(Error::out_of_range(position, 1)),
            Index::All => Ok(self.batch_of(1)),
        }
    }

    /// The properties of `count` such images stacked.
    pub fn batch_of(mut self, count: usize) -> Self {
        self.shape.insert(0, count);
        self.axes = self.axes.map(|axes| format!("N{axes}"));
        self.is_batch = true;
        self.n_images = Some(count);
        self
    }

    /// Names the axes.
    pub fn axes(mut self, axes: impl Into<String>) -> Self {
        self.axes = Some(axes.into());
        self
    }

    /// Sets the spacing.
    pub fn spacing(mut self, spacing: Vec<Spacing>) -> Self {
        self.spacing = Some(spacing);
        self
    }

    /// Sets the levels of the pyramid.
    pub fn levels(mut self, levels: Vec<Vec<usize>>) -> Self {
        self.levels = levels;
        self
    }
}
