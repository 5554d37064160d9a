//! An array as it lies in files: slices, their frames, and a part of each.

use std::ops::Range;

use imageio_core::{DType, Error, ErrorKind, ImageProperties, Result, Spacing};

use super::select::Image;
use super::series::{DicomSeries, common};
use super::slice::Slice;
use crate::format::frames::Part;
use crate::format::pixels::Pixels;
use crate::options::DicomReadOptions;

/// Frames of files that make one array.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) slices: Vec<&'a Slice>,
    /// Which frames of each file.
    pub(super) frames: Range<usize>,
    /// Whether files, and whether frames, have an axis.
    axes: (bool, bool),
    /// What the pixels of all files are like.
    pub(super) pixels: &'a Pixels,
    /// Rows and columns of each frame; the frame itself counts for nothing.
    pub(super) part: Part,
    /// Samples of a pixel that are wanted.
    pub(super) samples: Range<usize>,
    pub(super) dtype: DType,
    spacing: Vec<Spacing>,
    is_batch: bool,
}

impl<'a> View<'a> {
    fn new(slices: Vec<&'a Slice>, frames: Range<usize>, dtype: DType) -> Result<Self> {
        let first = slices.first().ok_or_else(super::select::nothing)?;
        let pixels = first.pixels()?;
        let spacing = crate::format::spacing::sampling(&first.header.data, 2);
        Ok(View {
            slices,
            frames,
            axes: (false, false),
            pixels,
            part: Part {
                frame: 0,
                rows: 0..pixels.rows,
                columns: 0..pixels.columns,
            },
            samples: 0..pixels.samples,
            dtype,
            spacing: spacing.into_iter().map(Spacing::Uniform).collect(),
            is_batch: false,
        })
    }

    /// One frame of a file.
    pub(super) fn frame(
        slice: &'a Slice,
        frame: usize,
        options: &DicomReadOptions,
    ) -> Result<Self> {
        View::new(vec![slice], frame..frame + 1, slice.needs(options)?.dtype())
    }

    /// All of a file.
    pub(super) fn file(slice: &'a Slice, options: &DicomReadOptions) -> Result<Self> {
        let frames = slice.pixels()?.frames;
        let mut view = View::new(vec![slice], 0..frames, slice.needs(options)?.dtype())?;
        if frames > 1 {
            view.axes.1 = true;
            view.spacing = frame_spacing(slice);
        }
        Ok(view)
    }

    /// All files of a series.
    pub(super) fn volume(series: &'a DicomSeries, options: &DicomReadOptions) -> Result<Self> {
        let slices: Vec<&Slice> = series.slices().iter().collect();
        let frames = slices.first().map_or(1, |slice| slice.frames());
        let mut view = View::new(slices, 0..frames, series.needs(options)?.dtype())?;
        view.axes = (series.len() > 1, frames > 1);
        view.spacing = series.spacing();
        Ok(view)
    }

    /// All frames of a file, one image each.
    pub(super) fn frames(slice: &'a Slice, options: &DicomReadOptions) -> Result<Self> {
        let mut view = View::file(slice, options)?;
        view.axes.1 = true;
        view.is_batch = true;
        Ok(view)
    }

    /// All of several images, where they are files of one shape.
    pub(super) fn stack(all: &[Image<'a>], options: &DicomReadOptions) -> Result<Option<Self>> {
        let slices = all.iter().map(|image| match image {
            Image::File(slice) => Some(*slice),
            _ => None,
        });
        let Some(slices) = slices
            .collect::<Option<Vec<_>>>()
            .filter(|slices| !slices.is_empty())
        else {
            return Ok(None);
        };
        let mut shapes = slices.iter().map(|slice| slice.pixels().map(Pixels::shape));
        let first = shapes.next().transpose()?;
        for (position, shape) in shapes.enumerate() {
            if Some(shape?) != first {
                return Err(unlike(position + 1));
            }
        }
        let dtype = common(slices.iter().copied(), options)?.dtype();
        let frames = slices.first().map_or(1, |slice| slice.frames());
        let mut spacing = slices
            .first()
            .map_or_else(Vec::new, |slice| frame_spacing(slice));
        let between = slices
            .first()
            .and_then(|slice| crate::format::spacing::between_slices(&slice.header.data));
        if frames == 1 {
            spacing.insert(0, Spacing::Uniform(between.unwrap_or(1.0)));
        } else {
            spacing.insert(0, Spacing::Uniform(1.0));
        }
        let mut view = View::new(slices, 0..frames, dtype)?;
        view.axes = (true, frames > 1);
        view.spacing = spacing;
        view.is_batch = true;
        Ok(Some(view))
    }

    /// The part of it inside `ranges`, one for each axis.
    pub(super) fn window(mut self, ranges: &[Range<usize>]) -> Self {
        let mut ranges = ranges.iter().cloned();
        if self.axes.0
            && let Some(range) = ranges.next()
        {
            self.slices = self.slices.get(range).unwrap_or_default().to_vec();
        }
        if self.axes.1
            && let Some(range) = ranges.next()
        {
            self.frames = range;
        }
        self.part.rows = ranges.next().unwrap_or_default();
        self.part.columns = ranges.next().unwrap_or_default();
        self.samples = ranges.next().unwrap_or(0..1);
        self
    }

    /// Shape of the array.
    pub(super) fn shape(&self) -> Vec<usize> {
        let mut shape = self.full_shape();
        if self.pixels.samples > 1
            && let Some(last) = shape.last_mut()
        {
            *last = self.samples.len();
        }
        shape
    }

    /// The same with all samples of each pixel.
    pub(super) fn full_shape(&self) -> Vec<usize> {
        let mut shape = Vec::new();
        if self.axes.0 {
            shape.push(self.slices.len());
        }
        if self.axes.1 {
            shape.push(self.frames.len());
        }
        shape.extend([self.part.rows.len(), self.part.columns.len()]);
        if self.pixels.samples > 1 {
            shape.push(self.pixels.samples);
        }
        shape
    }

    /// Whether it is more than one frame.
    pub(super) fn is_stack(&self) -> bool {
        self.axes.0 || self.axes.1
    }

    /// Shape, type and spacing.
    pub(super) fn properties(&self) -> ImageProperties {
        let shape = self.shape();
        let lead = match (self.is_batch, self.axes) {
            (true, (true, true)) => "NZ",
            (true, _) => "N",
            (false, (true, true)) => "TZ",
            (false, (false, false)) => "",
            (false, _) => "Z",
        };
        let tail = if self.pixels.samples > 1 { "YXS" } else { "YX" };
        let mut properties = ImageProperties::new(shape.clone(), self.dtype)
            .axes(format!("{lead}{tail}"))
            .spacing(self.spacing.clone());
        if self.is_batch {
            properties.is_batch = true;
            properties.n_images = shape.first().copied();
        }
        properties
    }
}

/// Distances between the frames, rows and columns of a file.
fn frame_spacing(slice: &Slice) -> Vec<Spacing> {
    let mut spacing: Vec<Spacing> = slice.sampling().into_iter().map(Spacing::Uniform).collect();
    let told = crate::format::spacing::between_frames(&slice.header.data, slice.frames());
    if let (Some(first), Some(told), true) = (spacing.first_mut(), told, slice.frames() > 1) {
        let even = told.iter().all(|d| (d - told[0]).abs() <= 1e-3 * told[0]);
        *first = if even {
            Spacing::Uniform(told[0])
        } else {
            Spacing::Distances(told)
        };
    }
    spacing
}

/// The properties of several volumes that are stacked.
pub(super) fn properties_of_stack(
    all: &[Image<'_>],
    options: &DicomReadOptions,
) -> Result<ImageProperties> {
    let mut views = all.iter().map(|image| image.view(options));
    let first = views.next().ok_or_else(super::select::nothing)??;
    for (position, view) in views.enumerate() {
        let view = view?;
        if view.shape() != first.shape() || view.dtype != first.dtype {
            return Err(unlike(position + 1));
        }
    }
    let mut properties = first.properties().batch_of(all.len());
    if let Some(spacing) = &mut properties.spacing {
        spacing.insert(0, Spacing::Uniform(1.0));
    }
    Ok(properties)
}

/// The error for images that make no stack.
fn unlike(position: usize) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("image {position} is of another shape than those before it, read them one by one"),
    )
}
