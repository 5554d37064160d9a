//! The read path: from a request to images, volumes and what is known about them.

use imageio_core::{
    Applied, Error, ErrorKind, ImageMode, ImageProperties, Index, Metadata, NdImage, Request,
    Result, Value, Window, check_target, no_such_level,
};

use crate::format::cursor::Source;
use crate::format::file::{HEAD, recognises};
use crate::metadata;
use crate::options::{DicomReadOptions, Tags};
use crate::summary;

mod fetch;
mod folder;
mod select;
mod series;
mod slice;
mod view;

pub use series::DicomSeries;

use select::Images;
use slice::Slice;

/// Reads a DICOM file, or the series in a folder: headers up to the pixels at opening, pixels where and when they are
/// asked for.
///
/// A file is one image, or with several frames a stack of them: [`Index::At`] counts frames, and
/// [`Index::Default`] is the whole file. Of a folder with one series, `At` counts files and `Default` is their volume;
/// of one with several, `At` counts series and gives their volumes. The image modes of v2 have their own rules, and
/// look into the folder that a file lies in.
///
/// # Examples
/// ```
/// use imageio_core::{Index, Window};
/// use imageio_dicom::{DicomReadOptions, DicomReader};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/dicom/frames16.dcm");
/// let mut reader = DicomReader::open(path)?;
/// let options = DicomReadOptions::new();
/// assert_eq!(reader.read(Index::Default, &options)?.shape(), [3, 5, 7]);
/// assert_eq!(reader.read(Index::At(2), &options)?.shape(), [5, 7]);
/// let stored = reader.read(Index::At(0), &options.clone().rescale(false))?;
/// let corner = reader.read_window(Index::At(0), &Window::new([0..2, 0..2]), &options)?;
/// assert_eq!((stored.ndim(), corner.shape()), (2, &[2, 2][..]));
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct DicomReader {
    request: Request,
    /// The file that was opened; nothing for a folder.
    file: Option<Slice>,
    /// The series around, once they were needed.
    series: Option<Vec<DicomSeries>>,
    applied: Applied,
}

impl DicomReader {
    /// Whether this looks like DICOM, by its first bytes; of a folder, by its first file.
    pub fn recognises(request: &Request) -> Result<bool> {
        if request.is_dir() {
            return folder::holds_dicom(request);
        }
        Ok(recognises(&request.first_bytes(HEAD)?))
    }

    /// Opens a file and reads it up to its pixels, or opens a folder.
    ///
    /// # Errors
    /// `NotThisFormat`, `Corrupt`, `LimitExceeded`.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        let request = request.into();
        let file = if request.is_dir() {
            if !folder::holds_dicom(&request)? {
                return Err(Error::not_this_format("a folder without DICOM files"));
            }
            None
        } else {
            Some(Slice::open(&request)?)
        };
        Ok(DicomReader {
            request,
            file,
            series: None,
            applied: Applied::default(),
        })
    }

    /// Warns about what was wrong with the file, or refuses it where `strict` is set.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn check(&self, options: &DicomReadOptions) -> Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if options.strict
            && let Some(first) = file.header.forgiven.first()
        {
            return Err(Error::corrupt(format!(
                "not as the standard has it: {first}"
            )));
        }
        for what in &file.header.forgiven {
            self.warn(format!("read all the same: {what}"));
        }
        Ok(())
    }

    /// The series of the folder, or of the one that the file lies in, sorted by their identifiers.
    pub fn series(&mut self, options: &DicomReadOptions) -> Result<&[DicomSeries]> {
        if self.series.is_none() {
            self.series = Some(folder::series(&self.request, self.file.as_ref(), options)?);
        }
        Ok(self.series.as_deref().unwrap_or_default())
    }

    /// Decodes an image, a volume, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &DicomReadOptions) -> Result<NdImage> {
        self.prepare(options)?;
        let images = self.select(index)?;
        let applied = images.applied();
        let image = match images.view(options)? {
            Some(view) => fetch::read(&view, &self.request, options)?,
            None => fetch::read_stack(&images.list(), &self.request, options)?,
        };
        self.applied = applied;
        Ok(image)
    }

    /// Decodes image `position`; nothing after the last one.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &DicomReadOptions,
    ) -> Result<Option<NdImage>> {
        match self.read(Index::At(position), options) {
            Err(error) if error.kind() == ErrorKind::OutOfRange => Ok(None),
            image => image.map(Some),
        }
    }

    /// Decodes the part inside `window`, reading no more than its rows where pixels lie plainly in the file.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &DicomReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        self.prepare(options)?;
        let images = self.select(index)?;
        let applied = images.applied();
        let image = if let Some(view) = images.view(options)? {
            let ranges = window.resolve(&view.shape())?;
            fetch::read(&view.window(&ranges), &self.request, options)?
        } else {
            let stack = fetch::read_stack(&images.list(), &self.request, options)?;
            stack.crop(&window.resolve(stack.shape())?)?.compact()
        };
        self.applied = applied;
        Ok(image)
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &DicomReadOptions,
    ) -> Result<()> {
        check_target(&self.properties(index, options)?, out)?;
        self.prepare(options)?;
        let images = self.select(index)?;
        let applied = images.applied();
        match images.view(options)? {
            Some(view) => fetch::read_into(&view, out, &self.request, options)?,
            None => {
                for (position, image) in images.list().into_iter().enumerate() {
                    let image = fetch::read(&image.view(options)?, &self.request, options)?;
                    out.set_frame(position, &image)?;
                }
            }
        }
        self.applied = applied;
        Ok(())
    }

    /// Shape, type and spacing of what [`read`](DicomReader::read) would give, from headers alone.
    pub fn properties(
        &mut self,
        index: Index,
        options: &DicomReadOptions,
    ) -> Result<ImageProperties> {
        self.prepare(options)?;
        let images = self.select(index)?;
        match images.view(options)? {
            Some(view) => {
                let mut properties = view.properties();
                // What an index counts in there is a batch as a whole.
                let counted = match &self.file {
                    Some(file) => file.frames() > 1,
                    None => self.series.as_ref().is_some_and(|series| series.len() == 1),
                };
                if index == Index::Default && self.is_v3() && counted && view.is_stack() {
                    properties.is_batch = true;
                    properties.n_images = properties.shape.first().copied();
                }
                Ok(properties)
            }
            None => view::properties_of_stack(&images.list(), options),
        }
    }

    /// What the headers say: of the opened file, of file `n`, or of series `n`.
    ///
    /// Without an index it is what the opened file says, or the first one of a folder; v3 then describes the volume
    /// that it reads.
    pub fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &DicomReadOptions,
    ) -> Result<Metadata> {
        self.described(index, options, |slice, series, request| {
            let mut metadata = file_metadata(slice, request, exclude_applied, options)?;
            if let Some(series) = series {
                metadata.insert("shape", list(series.shape()));
                metadata.insert("sampling", list(series.sampling()));
            }
            Ok(metadata)
        })
    }

    /// What was taken, with which device and settings, of the file that [`metadata`](DicomReader::metadata) speaks of;
    /// of a folder with several series, what these are.
    pub fn summary(&mut self, index: Index, options: &DicomReadOptions) -> Result<Metadata> {
        let mut summary = self.described(index, options, |slice, _, request| {
            let header = slice.full_header(&request.limits())?;
            Ok(summary::of_header(&header, options))
        })?;
        let series = self.series.as_deref().unwrap_or_default();
        if self.file.is_none() && series.len() > 1 {
            let lines: Vec<Value> = series
                .iter()
                .map(|series| series.outline().into())
                .collect();
            summary.insert("series", lines);
        }
        Ok(summary)
    }

    /// What the last read changed: colour differences that became red, green and blue.
    pub fn applied(&self) -> Applied {
        self.applied.clone()
    }
}

impl DicomReader {
    /// Finds the series where the mode asks for them.
    fn prepare(&mut self, options: &DicomReadOptions) -> Result<()> {
        let mode = self.request.io_mode().image_mode();
        if select::needs_series(mode, self.file.as_ref()) {
            self.series(options)?;
        }
        Ok(())
    }

    /// Calls `tell` with the file that speaks for `index`, and its series where the whole of that is meant.
    fn described(
        &mut self,
        index: Index,
        options: &DicomReadOptions,
        tell: impl FnOnce(&Slice, Option<&DicomSeries>, &Request) -> Result<Metadata>,
    ) -> Result<Metadata> {
        let unsaid = matches!(index, Index::Default | Index::All);
        if let (Some(file), true) = (&self.file, unsaid) {
            return tell(file, None, &self.request);
        }
        let is_v3 = self.is_v3();
        let request = self.request.clone();
        let image = if unsaid {
            let series = self.series(options)?;
            let first = series.first().ok_or_else(select::nothing)?;
            match first.slices().first() {
                Some(slice) if !is_v3 || (index == Index::All && series.len() > 1) => {
                    select::Image::File(slice)
                }
                _ => select::Image::Volume(first),
            }
        } else {
            self.prepare(options)?;
            let images = self.select(index)?.list();
            images.into_iter().next().ok_or_else(select::nothing)?
        };
        let slice = image.first().ok_or_else(select::nothing)?;
        let series = match image {
            select::Image::Volume(series) => Some(series),
            _ => None,
        };
        tell(slice, series, &request)
    }

    fn is_v3(&self) -> bool {
        self.request.io_mode().image_mode() == ImageMode::Any
    }

    /// What `index` means.
    fn select(&self, index: Index) -> Result<Images<'_>> {
        let mode = self.request.io_mode().image_mode();
        let series = self.series.as_deref().unwrap_or_default();
        select::find(mode, index, self.file.as_ref(), series)
    }

    /// Warns once, however often the same thing is met.
    fn warn(&self, message: String) {
        if !self.request.warnings().contains(&message) {
            self.request.warn(message);
        }
    }
}

/// What one file says, with the shape of its array and the distances in it.
fn file_metadata(
    file: &Slice,
    request: &Request,
    exclude_applied: bool,
    options: &DicomReadOptions,
) -> Result<Metadata> {
    let mut metadata = if options.tags == Tags::All {
        let header = file.full_header(&request.limits())?;
        metadata::of_header(&header, options)
    } else {
        metadata::of_header(&file.header, options)
    };
    if let Ok(pixels) = &file.pixels {
        metadata.insert("shape", list(&pixels.shape()));
        metadata.insert("sampling", list(&file.sampling()));
        if exclude_applied && options.rescale && !file.rescale(options).is_identity() {
            metadata.remove("RescaleSlope");
            metadata.remove("RescaleIntercept");
        }
    }
    Ok(metadata)
}

fn list<T: Copy + Into<Value>>(numbers: &[T]) -> Vec<Value> {
    numbers.iter().map(|&number| number.into()).collect()
}

/// A request as the bytes of a file.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a Request);

impl Source for Bytes<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.0.read_at(offset, buf)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        self.0.read_ranges(parts)
    }

    fn len(&self) -> Result<u64> {
        self.0.len()
    }
}
