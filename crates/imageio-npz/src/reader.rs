//! The read path: from a request to arrays.

use std::sync::Arc;

use imageio_core::{
    Error, ImageProperties, Index, Limits, Metadata, NdImage, Request, Result, Value, Window,
    check_target, no_such_level, with_element,
};

use crate::format::header::Header;

mod archive;
mod fetch;
mod inflate;
mod member;

use archive::Archive;
pub(crate) use archive::explain;
use member::Place;

/// Reads an NPZ or NPY file: names at opening, headers and elements where and when they are asked for.
///
/// [`Index::Default`] is the first array, and [`Index::At`] counts arrays in the order of
/// [`names`](NpzReader::names).
///
/// # Examples
/// ```
/// use imageio_core::{Index, NdImage, Request, Window};
/// use imageio_npz::NpzReader;
/// let image = NdImage::from_vec(&[2, 3], vec![0u16, 1, 2, 3, 4, 5])?;
/// let mut reader = NpzReader::open(Request::from(image.to_npy()))?;
/// assert_eq!(reader.properties(Index::Default)?.shape, [2, 3]);
/// let corner = reader.read_window(Index::At(0), &Window::new([1..2, 1..3]))?;
/// assert_eq!(corner.into_vec::<u16>()?, [4, 5]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct NpzReader {
    request: Request,
    source: Source,
    /// What is known about each array so far.
    known: Vec<Option<Arc<Array>>>,
}

#[derive(Debug)]
enum Source {
    /// One array.
    Npy,
    /// A zip archive of them.
    Npz(Archive),
}

/// An array in the file.
#[derive(Debug)]
struct Array {
    header: Header,
    place: Place,
}

impl NpzReader {
    /// Opens `request` when it is one array or an archive of arrays.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes, `Corrupt` for a broken archive.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        let request = request.into();
        let source = archive::open(&request)?;
        let count = match &source {
            Source::Npy => 1,
            Source::Npz(archive) => archive.len(),
        };
        Ok(NpzReader {
            request,
            source,
            known: vec![None; count],
        })
    }

    /// Whether the first bytes are those of an array or of an archive that begins with one.
    pub fn recognises(request: &Request) -> Result<bool> {
        archive::recognises(request)
    }

    /// Number of arrays.
    pub fn n_arrays(&self) -> usize {
        self.known.len()
    }

    /// What the arrays are called, in the order in which they are counted; nothing for a single `.npy` array.
    pub fn names(&self) -> Vec<&str> {
        match &self.source {
            Source::Npy => Vec::new(),
            Source::Npz(archive) => archive.names().collect(),
        }
    }

    /// Reads one array, or all of them stacked.
    pub fn read(&mut self, index: Index) -> Result<NdImage> {
        let Index::All = index else {
            let array = self.select(index)?;
            let limits = self.budget(&array.header)?;
            return with_element!(array.header.dtype, T => fetch::read::<T>(&self.request, &array, &limits));
        };
        let (arrays, properties) = self.equal_arrays()?;
        let limits = self.stack_budget(&arrays)?;
        with_element!(properties.dtype, T => {
            fetch::read_stack::<T>(&self.request, &arrays, &properties.shape, &limits)
        })
    }

    /// Reads the part inside `window`; of a stored array, no more than its stretches.
    pub fn read_window(&mut self, index: Index, window: &Window) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let Index::All = index else {
            let array = self.select(index)?;
            let ranges = window.resolve(&array.header.shape)?;
            let part = self.part_budget(&array.header, &ranges)?;
            return with_element!(array.header.dtype, T => {
                fetch::read_part::<T>(&self.request, &array, &ranges, &part)
            });
        };
        let (arrays, properties) = self.equal_arrays()?;
        let ranges = window.resolve(&properties.shape)?;
        let (positions, ranges) = match ranges.split_first() {
            Some((positions, ranges)) => (positions.clone(), ranges),
            None => (0..0, ranges.as_slice()),
        };
        let mut parts = Vec::new();
        for array in arrays.get(positions).unwrap_or_default() {
            let limits = self.part_budget(&array.header, ranges)?;
            parts.push(with_element!(array.header.dtype, T => {
                fetch::read_part::<T>(&self.request, array, ranges, &limits)
            })?);
        }
        if parts.is_empty() {
            let shape: Vec<_> = window.resolve(&properties.shape)?;
            let shape: Vec<_> = shape.iter().map(ExactSizeIterator::len).collect();
            return NdImage::zeros(properties.dtype, &shape, &self.request.limits());
        }
        NdImage::stack_within(&parts, &self.request.limits().for_stack())
    }

    /// Reads straight into `out`, which must have the shape and type of the array.
    pub fn read_into(&mut self, index: Index, out: &mut NdImage) -> Result<()> {
        check_target(&self.properties(index)?, out)?;
        let Index::All = index else {
            let array = self.select(index)?;
            let limits = self.budget(&array.header)?;
            return with_element!(out.dtype(), T => {
                fetch::fill(&self.request, &array, out.as_array_mut::<T>()?, &limits)
            });
        };
        let (arrays, _) = self.equal_arrays()?;
        let limits = self.stack_budget(&arrays)?;
        with_element!(out.dtype(), T => {
            fetch::fill_stack(&self.request, &arrays, out.as_array_mut::<T>()?, &limits)
        })
    }

    /// Shape and type, from the headers alone.
    ///
    /// # Errors
    /// `Unsupported` for [`Index::All`] of unequal arrays.
    pub fn properties(&mut self, index: Index) -> Result<ImageProperties> {
        if index == Index::All {
            return Ok(self.equal_arrays()?.1);
        }
        let array = self.select(index)?;
        Ok(ImageProperties::new(
            array.header.shape.clone(),
            array.header.dtype,
        ))
    }

    /// The `name` of one array, or for [`Index::All`] the `names` of all.
    pub fn metadata(&mut self, index: Index) -> Result<Metadata> {
        let position = match index {
            Index::Default => 0,
            Index::At(position) => position,
            Index::All => {
                let names = self.names().into_iter().map(Value::from);
                let names: Vec<_> = names.collect();
                let has_names = matches!(self.source, Source::Npz(_));
                return Ok(has_names.then_some(("names", names)).into_iter().collect());
            }
        };
        self.check(position)?;
        let name = self.names().get(position).map(|name| ("name", *name));
        Ok(name.into_iter().collect())
    }
}

impl NpzReader {
    fn check(&self, position: usize) -> Result<()> {
        if position < self.known.len() {
            return Ok(());
        }
        Err(Error::out_of_range(position, self.known.len()))
    }

    /// The one array that `index` means.
    fn select(&mut self, index: Index) -> Result<Arc<Array>> {
        match index {
            Index::At(position) => self.array(position),
            Index::Default | Index::All => self.array(0),
        }
    }

    /// What is known about array `position`; its header is read once.
    fn array(&mut self, position: usize) -> Result<Arc<Array>> {
        self.check(position)?;
        if let Some(array) = self.known.get(position).and_then(Option::as_ref) {
            return Ok(Arc::clone(array));
        }
        let place = match &mut self.source {
            Source::Npy => Place::whole(&self.request)?,
            Source::Npz(archive) => archive.place(&self.request, position)?,
        };
        let header = place.header(&self.request)?;
        let array = Arc::new(Array { header, place });
        if let Some(known) = self.known.get_mut(position) {
            *known = Some(Arc::clone(&array));
        }
        Ok(array)
    }

    /// All arrays, which must have one shape and type, and the properties of their stack.
    fn equal_arrays(&mut self) -> Result<(Vec<Arc<Array>>, ImageProperties)> {
        let first = self.array(0)?;
        let mut arrays = vec![Arc::clone(&first)];
        for position in 1..self.known.len() {
            let array = self.array(position)?;
            let (header, expected) = (&array.header, &first.header);
            if (&header.shape, header.dtype) != (&expected.shape, expected.dtype) {
                return Err(Error::unsupported(format!(
                    "array {position} is {} of shape {:?}, the ones before it are {} of shape {:?}",
                    header.dtype, header.shape, expected.dtype, expected.shape
                )));
            }
            arrays.push(array);
        }
        let one = ImageProperties::new(first.header.shape.clone(), first.header.dtype);
        Ok((arrays, one.batch_of(self.known.len())))
    }

    /// The budget for one array, when it allows for that.
    fn budget(&self, header: &Header) -> Result<Limits> {
        let limits = self.request.limits();
        limits.check_image(&header.shape, header.dtype)?;
        Ok(limits)
    }

    /// The budget for a part of an array, when it allows for that.
    fn part_budget(&self, header: &Header, ranges: &[std::ops::Range<usize>]) -> Result<Limits> {
        let limits = self.request.limits();
        let shape: Vec<_> = ranges.iter().map(ExactSizeIterator::len).collect();
        limits.check_image(&shape, header.dtype)?;
        Ok(limits)
    }

    fn stack_budget(&self, arrays: &[Arc<Array>]) -> Result<Limits> {
        let limits = self.request.limits();
        for array in arrays {
            limits.check_image(&array.header.shape, array.header.dtype)?;
        }
        limits.check_frames(arrays.len())?;
        Ok(limits.for_stack())
    }
}
