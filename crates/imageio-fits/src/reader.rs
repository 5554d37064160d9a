//! The read path: from a request to images and what is known about them.

use imageio_core::{
    DType, Error, ErrorKind, ImageProperties, Index, Limits, Metadata, NdImage, Request, Result,
    Spacing, Window, check_target, no_such_level,
};

use crate::format::hdu::{Data, Hdu, Picture};
use crate::format::scaling::{Conversion, Wanted};
use crate::format::wcs;
use crate::metadata;
use crate::options::{Checksum, FitsReadOptions};
use crate::summary;

mod check;
mod fetch;
mod open;
mod plain;
mod scan;
mod threads;
mod tiles;

use fetch::with_type;

/// Reads a FITS file: headers as far as they are needed, numbers where and when they are asked for.
///
/// An image is a primary or extension array, plain or compressed, that has elements; tables are skipped.
/// [`Index::Default`] is the first one, [`Index::All`] all of them stacked. Axes are in NumPy's order, so that the
/// first axis of the file is the last one here.
///
/// # Examples
/// ```
/// use imageio_core::{Index, Window};
/// use imageio_fits::{FitsReadOptions, FitsReader};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/fits/int16.fits");
/// let options = FitsReadOptions::new();
/// let mut reader = FitsReader::open(path, &options)?;
/// assert_eq!(reader.properties(Index::At(0), &options)?.shape, [5, 7]);
/// assert_eq!(reader.read(Index::Default, &options)?.shape(), [5, 7]);
/// let corner = reader.read_window(Index::At(0), &Window::new([0..2, 0..2]), &options)?;
/// assert_eq!(corner.shape(), [2, 2]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct FitsReader {
    request: Request,
    /// The same, or what is inside where that is gzip.
    source: Request,
    hdus: Vec<Hdu>,
    /// Where the next unit would begin; nothing at the end.
    next: Option<u64>,
    checked: bool,
}

/// Units that an error lists.
const UNITS: usize = 8;

/// An image with the place of its unit, and how its numbers become elements.
struct Chosen {
    unit: usize,
    picture: Picture,
    conversion: Conversion,
}

impl FitsReader {
    /// Number of images.
    ///
    /// # Errors
    /// `Corrupt` where a header cannot be read.
    pub fn n_images(&mut self, options: &FitsReadOptions) -> Result<usize> {
        self.units(options).map(|units| units.len())
    }

    /// Decodes one image, or all of them stacked.
    ///
    /// # Errors
    /// `OutOfRange` past the last image, `Unsupported` for a stack of unequal ones, `Corrupt`, `LimitExceeded`.
    pub fn read(&mut self, index: Index, options: &FitsReadOptions) -> Result<NdImage> {
        self.check_sums(options)?;
        let position = match index {
            Index::All => return self.read_all(options),
            Index::Default => 0,
            Index::At(position) => position,
        };
        let chosen = self.chosen(position, options)?;
        self.decode(&chosen, None)
    }

    /// Decodes image `position`; nothing after the last one.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &FitsReadOptions,
    ) -> Result<Option<NdImage>> {
        if self.unit(position, options)?.is_none() {
            return Ok(None);
        }
        self.read(Index::At(position), options).map(Some)
    }

    /// Decodes the part inside `window`, reading no more than its rows or the tiles that it touches.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &FitsReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        self.check_sums(options)?;
        let position = match index {
            Index::All => {
                let properties = self.properties(index, options)?;
                let ranges = window.resolve(&properties.shape)?;
                let (images, ranges) = ranges
                    .split_first()
                    .map_or((0..0, Vec::new()), |(n, rest)| (n.clone(), rest.to_vec()));
                let chosen = self.all_chosen(options)?;
                let part = Window::new(ranges);
                let shape: Vec<usize> = std::iter::once(images.len())
                    .chain(part.ranges().iter().map(ExactSizeIterator::len))
                    .collect();
                return self.stack(&chosen[images], &part, properties.dtype, &shape);
            }
            Index::Default => 0,
            Index::At(position) => position,
        };
        let chosen = self.chosen(position, options)?;
        self.decode(&chosen, Some(window))
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &FitsReadOptions,
    ) -> Result<()> {
        check_target(&self.properties(index, options)?, out)?;
        self.check_sums(options)?;
        let chosen = match index {
            Index::All => self.all_chosen(options)?,
            Index::Default => vec![self.chosen(0, options)?],
            Index::At(position) => vec![self.chosen(position, options)?],
        };
        with_type!(out.dtype(), T => {
            let mut target = out.as_array_mut::<T>()?;
            let Some(elements) = target.as_slice_mut() else {
                drop(target);
                let image = self.read(index, options)?;
                out.as_array_mut::<T>()?.assign(&image.as_array::<T>()?);
                return Ok(());
            };
            let len = elements.len() / chosen.len().max(1);
            for (chosen, elements) in chosen.iter().zip(elements.chunks_mut(len.max(1))) {
                self.fill(chosen, &full(&chosen.picture), bytemuck::cast_slice_mut(elements))?;
            }
            Ok(())
        })
    }

    /// Shape, type and spacing of what [`read`](FitsReader::read) would give.
    pub fn properties(
        &mut self,
        index: Index,
        options: &FitsReadOptions,
    ) -> Result<ImageProperties> {
        let position = match index {
            Index::All => {
                let all = self.all_chosen(options)?;
                let first = all.first().ok_or_else(|| Error::out_of_range(0, 0))?;
                return Ok(self.properties_of(first).batch_of(all.len()));
            }
            Index::Default => 0,
            Index::At(position) => position,
        };
        let chosen = self.chosen(position, options)?;
        Ok(self.properties_of(&chosen))
    }

    /// The header of an image, or for [`Index::All`] the first header of the file and a list of its units.
    ///
    /// With `exclude_applied` the keywords that reading has applied are left out.
    pub fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &FitsReadOptions,
    ) -> Result<Metadata> {
        self.check_sums(options)?;
        let position = match index {
            Index::All => {
                self.scan_all(options)?;
                return Ok(metadata::of_file(&self.hdus, options));
            }
            Index::Default => 0,
            Index::At(position) => position,
        };
        let Some(unit) = self.unit(position, options)? else {
            // A file without images still has a header to show.
            return match index {
                Index::Default => Ok(metadata::of_file(&self.hdus, options)),
                _ => Err(self.out_of_range(position, options)),
            };
        };
        let applied = exclude_applied && options.scale_back != Some(true);
        Ok(metadata::of_image(&self.hdus[unit], applied, options))
    }

    /// Instrument, exposure, world coordinates of an image, and the units of the file.
    ///
    /// # Errors
    /// `OutOfRange` past the last image, `Corrupt`.
    pub fn summary(&mut self, index: Index, options: &FitsReadOptions) -> Result<Metadata> {
        let position = match index {
            Index::All | Index::Default => 0,
            Index::At(position) => position,
        };
        let Some(unit) = self.unit(position, options)? else {
            return Err(self.out_of_range(position, options));
        };
        self.scan_all(options)?;
        Ok(summary::of_image(&self.hdus[unit], &self.hdus, options))
    }
}

impl FitsReader {
    fn limits(&self) -> Limits {
        self.request.limits()
    }

    fn out_of_range(&mut self, position: usize, options: &FitsReadOptions) -> Error {
        match self.n_images(options) {
            Ok(0) => {
                let units: Vec<String> = summary::units(&self.hdus, options)
                    .iter()
                    .take(UNITS)
                    .map(ToString::to_string)
                    .collect();
                let message = format!("no image among the units {}", units.join(", "));
                Error::new(ErrorKind::OutOfRange, message)
            }
            Ok(count) => Error::out_of_range(position, count),
            Err(error) => error,
        }
    }

    fn chosen(&mut self, position: usize, options: &FitsReadOptions) -> Result<Chosen> {
        match self.unit(position, options)? {
            Some(unit) => self.of_unit(unit, options),
            None => Err(self.out_of_range(position, options)),
        }
    }

    fn of_unit(&self, unit: usize, options: &FitsReadOptions) -> Result<Chosen> {
        let picture = self.hdus[unit].picture(!options.disable_image_compression)?;
        let picture = picture.ok_or_else(|| Error::out_of_range(0, 0))?;
        let wanted = Wanted {
            scaled: !options.do_not_scale_image_data,
            unsigned: options.uint16.unwrap_or(options.uint),
            blank: !options.ignore_blank,
        };
        let conversion = Conversion::new(picture.stored, &picture.scaling, wanted);
        Ok(Chosen {
            unit,
            picture,
            conversion,
        })
    }

    /// All images, which must be alike.
    fn all_chosen(&mut self, options: &FitsReadOptions) -> Result<Vec<Chosen>> {
        let units = self.units(options)?;
        let all: Vec<Chosen> = units
            .into_iter()
            .map(|unit| self.of_unit(unit, options))
            .collect::<Result<_>>()?;
        let like = |chosen: &Chosen| (chosen.picture.shape.clone(), chosen.conversion.dtype);
        if let Some(first) = all.first()
            && let Some(position) = all.iter().position(|other| like(other) != like(first))
        {
            let ((shape, dtype), (before, kind)) = (like(&all[position]), like(first));
            let message = format!(
                "image {position} is {dtype} of shape {shape:?}, the ones before it are {kind} of shape {before:?}"
            );
            return Err(Error::unsupported(message));
        }
        Ok(all)
    }

    fn properties_of(&self, chosen: &Chosen) -> ImageProperties {
        let shape = &chosen.picture.shape;
        let mut properties = ImageProperties::new(shape.clone(), chosen.conversion.dtype);
        if shape.len() == 2 {
            properties = properties.axes("YX");
        }
        match wcs::spacing(&self.hdus[chosen.unit].header, shape.len()) {
            Some(lengths) => {
                properties.spacing(lengths.into_iter().rev().map(Spacing::Uniform).collect())
            }
            None => properties,
        }
    }

    fn read_all(&mut self, options: &FitsReadOptions) -> Result<NdImage> {
        let properties = self.properties(Index::All, options)?;
        let chosen = self.all_chosen(options)?;
        let part = Window::default();
        self.stack(&chosen, &part, properties.dtype, &properties.shape)
    }

    /// The same part of several images, behind each other.
    fn stack(
        &self,
        chosen: &[Chosen],
        part: &Window,
        dtype: DType,
        shape: &[usize],
    ) -> Result<NdImage> {
        let limits = self.limits();
        limits.check_frames(chosen.len())?;
        limits.check_image(shape.get(1..).unwrap_or_default(), dtype)?;
        let limits = limits.for_stack();
        for chosen in chosen {
            self.check_end(chosen)?;
        }
        with_type!(dtype, T => {
            let len = shape.iter().try_fold(1usize, |len, &axis| len.checked_mul(axis)).unwrap_or(usize::MAX);
            let mut elements: Vec<T> = limits.try_vec(len, "the images")?;
            let size = (len / chosen.len().max(1)).max(1);
            for (chosen, elements) in chosen.iter().zip(elements.chunks_mut(size)) {
                let ranges = part.resolve(&chosen.picture.shape)?;
                self.fill(chosen, &ranges, bytemuck::cast_slice_mut(elements))?;
            }
            NdImage::from_vec(shape, elements)
        })
    }

    /// Refuses an array that the file does not hold, before memory is taken for it.
    fn check_end(&self, chosen: &Chosen) -> Result<()> {
        let hdu = &self.hdus[chosen.unit];
        let Data::Plain { .. } = chosen.picture.data else {
            return Ok(());
        };
        let is_here = self.source.path().is_some() || self.source.as_slice().is_some();
        let end = hdu.data_start.saturating_add(hdu.data_len);
        if !is_here || end <= self.source.len()? {
            return Ok(());
        }
        let len = self.source.len()?;
        Err(Error::corrupt(format!(
            "the image ends at byte {end}, the file at byte {len}"
        )))
    }

    fn warn(&self, message: impl Into<String>) {
        let message = message.into();
        if !self.request.warnings().contains(&message) {
            self.request.warn(message);
        }
    }
}

/// The whole of an image.
fn full(picture: &Picture) -> Vec<std::ops::Range<usize>> {
    picture.shape.iter().map(|&len| 0..len).collect()
}

impl FitsReadOptions {
    /// Whether checksums are left out of the metadata.
    pub(crate) fn drops_sums(&self) -> bool {
        self.checksum == Checksum::Remove
    }
}
