//! Which image of a resource, and which part of it.

use std::ops::{Range, RangeFull};

use crate::error::Result;
use crate::image::check_ranges;

/// Which image of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Index {
    /// What the plugin's documentation says: all frames of an animation, the first image of most others.
    #[default]
    Default,
    /// One image, counted from 0.
    At(usize),
    /// All images, stacked along a new first axis.
    All,
}

impl From<usize> for Index {
    fn from(position: usize) -> Self {
        Index::At(position)
    }
}

impl From<RangeFull> for Index {
    /// `..` is all of them, as Python's `...`.
    fn from(_: RangeFull) -> Self {
        Index::All
    }
}

/// A part of an image: one range for each of its first axes, and a pyramid level.
///
/// # Examples
/// ```
/// use imageio_core::Window;
/// let window = Window::new([10..20, 0..64]);
/// assert_eq!(window.resolve(&[100, 64, 3])?, [10..20, 0..64, 0..3]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    ranges: Vec<Range<usize>>,
    level: usize,
}

impl Window {
    /// The part inside `ranges`, in the axis order of the properties; axes left out are taken whole.
    pub fn new(ranges: impl Into<Vec<Range<usize>>>) -> Self {
        Window {
            ranges: ranges.into(),
            level: 0,
        }
    }

    /// The pyramid level that the ranges count in. Default: 0, full size.
    pub fn level(mut self, level: usize) -> Self {
        self.level = level;
        self
    }

    /// The ranges as given.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The pyramid level.
    pub fn pyramid_level(&self) -> usize {
        self.level
    }

    /// One range for every axis of `shape`.
    ///
    /// # Errors
    /// `OutOfRange` when a range leaves its axis, `BadOption` for more ranges than axes.
    pub fn resolve(&self, shape: &[usize]) -> Result<Vec<Range<usize>>> {
        check_ranges(shape, &self.ranges)?;
        let rest = shape.get(self.ranges.len()..).unwrap_or_default();
        Ok(self
            .ranges
            .iter()
            .cloned()
            .chain(rest.iter().map(|&len| 0..len))
            .collect())
    }
}

impl<const N: usize> From<[Range<usize>; N]> for Window {
    fn from(ranges: [Range<usize>; N]) -> Self {
        Window::new(ranges)
    }
}
