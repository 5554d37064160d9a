//! The read path: from a request to its bitmaps.

use imageio_core::{
    DType, Error, ImageProperties, Index, Limits, Metadata, NdImage, Request, Result, Window,
    check_target, no_such_level,
};

use crate::format::bitmap::{Area, Bitmap, Coding};
use crate::format::body::Body;
use crate::format::jpeg::Jpeg;
use crate::format::lossless::Lossless;
use crate::format::tags::Walk;
use crate::options::SwfReadOptions;

/// Reads the bitmaps of a SWF file, in the order in which they stand there.
///
/// Image `n` is `(H, W, 3)`, or `(H, W, 4)` where it has alpha, of uint8. [`Index::Default`] is the first.
///
/// # Examples
/// ```
/// use imageio_core::Index;
/// use imageio_swf::{SwfReadOptions, SwfReader};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/swf/three_frames.swf");
/// let mut reader = SwfReader::open(path)?;
/// let options = SwfReadOptions::new();
/// assert_eq!(reader.properties(Index::All, &options)?.shape, [3, 7, 9, 4]);
/// assert_eq!(reader.read(Index::At(2), &options)?.shape(), [7, 9, 4]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SwfReader {
    request: Request,
    body: Body,
    walk: Walk,
}

/// Images that a call is about.
struct Selected {
    positions: std::ops::Range<usize>,
    /// Of each of them.
    shape: [usize; 3],
    is_batch: bool,
}

impl SwfReader {
    /// Opens `request` when it begins as a SWF file; reads no further than the header.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        let request = request.into();
        let other = || Error::not_this_format("it does not look like a SWF file");
        let mut body = Body::open(&request)?.ok_or_else(other)?;
        let walk = Walk::begin(&mut body)?;
        Ok(SwfReader {
            request,
            body,
            walk,
        })
    }

    /// Decodes one image, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &SwfReadOptions) -> Result<NdImage> {
        self.read_window(index, &Window::default(), options)
    }

    /// Decodes image `position`; nothing after the last one, also where options say to begin again.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &SwfReadOptions,
    ) -> Result<Option<NdImage>> {
        if self.bitmap(position)?.is_none() {
            return Ok(None);
        }
        let options = options.clone().r#loop(false);
        self.read(Index::At(position), &options).map(Some)
    }

    /// Decodes the part inside `window`: its rows and those before them are inflated, its pixels alone are held.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &SwfReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let (selected, limits) = self.select(index, options)?;
        let ranges = window.resolve(&selected.full_shape())?;
        let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
        let [.., rows, columns, samples] = ranges.as_slice() else {
            return Err(Error::corrupt("an image without rows"));
        };
        let area = Area {
            rows: rows.clone(),
            columns: columns.clone(),
        };
        let positions = match ranges.first() {
            Some(first) if selected.is_batch => first.clone(),
            _ => selected.positions.clone(),
        };
        let channels = selected.shape[2];
        let part = [rows.len(), columns.len(), channels];
        let len = limits.check_image(&part, DType::U8)?;
        let (count, image) = (positions.len(), len);
        let mut pixels = limits.try_vec::<u8>(image.saturating_mul(count), "the images")?;
        for (at, position) in positions.enumerate() {
            let out = pixels
                .get_mut(at * image..(at + 1) * image)
                .unwrap_or_default();
            self.decode(position, &area, options, out)?;
        }
        if *samples == (0..channels) {
            return NdImage::from_vec(&shape, pixels);
        }
        let mut full = shape;
        if let Some(last) = full.last_mut() {
            *last = channels;
        }
        let image = NdImage::from_vec(&full, pixels)?;
        let wanted: Vec<_> = full.iter().map(|&len| 0..len).collect();
        let wanted = [&wanted[..wanted.len() - 1], std::slice::from_ref(samples)].concat();
        Ok(image.crop(&wanted)?.compact())
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &SwfReadOptions,
    ) -> Result<()> {
        let (selected, _) = self.select(index, options)?;
        check_target(&selected.properties(), out)?;
        let mut target = out.as_array_mut::<u8>()?;
        let Some(pixels) = target.as_slice_mut() else {
            let image = self.read(index, options)?;
            target.assign(&image.as_array::<u8>()?);
            return Ok(());
        };
        let area = Area {
            rows: 0..selected.shape[0],
            columns: 0..selected.shape[1],
        };
        let image = pixels.len() / selected.positions.len().max(1);
        for (at, position) in selected.positions.enumerate() {
            let out = pixels
                .get_mut(at * image..(at + 1) * image)
                .unwrap_or_default();
            self.decode(position, &area, options, out)?;
        }
        Ok(())
    }

    /// Shape and type of what [`read`](SwfReader::read) would give, from headers alone.
    pub fn properties(
        &mut self,
        index: Index,
        options: &SwfReadOptions,
    ) -> Result<ImageProperties> {
        Ok(self.select(index, options)?.0.properties())
    }

    /// The format has none.
    pub fn metadata(&mut self, index: Index, options: &SwfReadOptions) -> Result<Metadata> {
        if let Index::At(position) = index {
            self.position(position, options)?;
        }
        Ok(Metadata::new())
    }
}

impl Selected {
    fn full_shape(&self) -> Vec<usize> {
        let mut shape = self.shape.to_vec();
        if self.is_batch {
            shape.insert(0, self.positions.len());
        }
        shape
    }

    fn properties(&self) -> ImageProperties {
        let one = ImageProperties::new(self.shape, DType::U8).axes("YXS");
        if self.is_batch {
            one.batch_of(self.positions.len())
        } else {
            one
        }
    }
}

impl SwfReader {
    fn bitmap(&mut self, position: usize) -> Result<Option<Bitmap>> {
        let request = &self.request;
        let warn = |message: String| {
            if !request.warnings().contains(&message) {
                request.warn(message);
            }
        };
        Ok(self.walk.get(&mut self.body, position, &warn)?.cloned())
    }

    fn count(&mut self) -> Result<usize> {
        let request = &self.request;
        let warn = |message: String| request.warn(message);
        self.walk.count(&mut self.body, &warn)
    }

    /// Where an index points to, counting on from the first image where options say so.
    fn position(&mut self, position: usize, options: &SwfReadOptions) -> Result<usize> {
        if self.bitmap(position)?.is_some() {
            return Ok(position);
        }
        let count = self.count()?;
        match position.checked_rem(count) {
            Some(rest) if options.r#loop => Ok(rest),
            _ => Err(Error::out_of_range(position, count)),
        }
    }

    /// What `index` asks for, and the budget for it.
    fn select(&mut self, index: Index, options: &SwfReadOptions) -> Result<(Selected, Limits)> {
        let limits = self.request.limits();
        let position = match index {
            Index::Default => 0,
            Index::At(position) => position,
            Index::All => return self.select_all(),
        };
        let position = self.position(position, options)?;
        let selected = Selected {
            positions: position..position + 1,
            shape: self.shape(position)?,
            is_batch: false,
        };
        Ok((selected, limits))
    }

    fn select_all(&mut self) -> Result<(Selected, Limits)> {
        let count = self.count()?;
        let limits = self.request.limits();
        limits.check_frames(count)?;
        if count == 0 {
            return Err(Error::unsupported("there is no bitmap to stack"));
        }
        let shape = self.shape(0)?;
        for position in 1..count {
            let other = self.shape(position)?;
            if other != shape {
                return Err(Error::unsupported(format!(
                    "image {position} is of shape {other:?}, the ones before it are of shape {shape:?}"
                )));
            }
        }
        let selected = Selected {
            positions: 0..count,
            shape,
            is_batch: true,
        };
        Ok((selected, limits.for_stack()))
    }

    /// Height, width and samples of a pixel.
    fn shape(&mut self, position: usize) -> Result<[usize; 3]> {
        let Some(bitmap) = self.bitmap(position)? else {
            return Err(Error::out_of_range(position, 0));
        };
        match &bitmap.coding {
            Coding::Lossless {
                height,
                width,
                has_alpha,
                ..
            } => Ok([*height, *width, if *has_alpha { 4 } else { 3 }]),
            Coding::Jpeg { version, tables } => {
                Jpeg::open(&mut self.body, &bitmap, *version, tables.as_deref())
                    .map(|jpeg| jpeg.shape())
                    .map_err(|error| error.at(format_args!("image {position}")))
            }
        }
    }

    /// Decodes a part of an image into `out`, which has room for just it.
    fn decode(
        &mut self,
        position: usize,
        area: &Area,
        options: &SwfReadOptions,
        out: &mut [u8],
    ) -> Result<()> {
        let Some(bitmap) = self.bitmap(position)? else {
            return Err(Error::out_of_range(position, 0));
        };
        let channels = self
            .decode_bitmap(&bitmap, area, out)
            .map_err(|error| error.at(format_args!("image {position}")))?;
        if options.premultiplied && channels == 4 {
            divide(out);
        }
        Ok(())
    }

    /// Gives the samples of a pixel.
    fn decode_bitmap(&mut self, bitmap: &Bitmap, area: &Area, out: &mut [u8]) -> Result<usize> {
        match &bitmap.coding {
            Coding::Lossless {
                height,
                width,
                has_alpha,
                format,
            } => {
                let lossless = Lossless {
                    height: *height,
                    width: *width,
                    has_alpha: *has_alpha,
                    format: *format,
                };
                self.body.seek(bitmap.start)?;
                lossless.decode(&mut self.body, bitmap.len, area, out)?;
                Ok(lossless.channels())
            }
            Coding::Jpeg { version, tables } => {
                let jpeg = Jpeg::open(&mut self.body, bitmap, *version, tables.as_deref())?;
                jpeg.decode(&mut self.body, area, out)?;
                Ok(jpeg.shape()[2])
            }
        }
    }
}

/// Divides the colours of pixels of four samples by their alpha.
fn divide(pixels: &mut [u8]) {
    for [colours @ .., alpha] in pixels.as_chunks_mut::<4>().0 {
        for colour in colours {
            let (value, alpha) = (u32::from(*colour), u32::from(*alpha));
            let whole = (value * 255 + alpha / 2).checked_div(alpha);
            *colour = whole.unwrap_or(0).min(255) as u8;
        }
    }
}
