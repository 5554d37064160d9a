//! The XML of an OME-TIFF.

use std::fmt::Write as _;

use imageio_core::{DType, Error, Metadata, Result, Value};

use super::file::{Moved, TiffFile};
use super::layout::Stored;
use super::series::{Pending, Series, describe};

/// The images of a file.
#[derive(Default)]
pub(super) struct Document {
    images: Vec<Image>,
    first: Option<(u64, usize)>,
}

/// What the XML says about one series.
pub(super) struct Image {
    axes: String,
    order: String,
    sizes: [usize; 3],
    samples: usize,
    stored: Stored,
    metadata: Metadata,
}

impl Image {
    /// Says it about a series of `arrays` arrays.
    pub(super) fn of(series: &Series, arrays: usize) -> Result<Self> {
        let _ = (series, arrays);
        Err(Error::unsupported("OME"))
    }
}

impl Document {
    pub(super) fn add(&mut self, _pending: &Pending) -> Result<()> {
        Ok(())
    }
    pub(super) fn moved(&mut self, _moved: &Moved) {}
    pub(super) fn finish(self, _file: &mut TiffFile) -> Result<()> {
        Ok(())
    }
}
