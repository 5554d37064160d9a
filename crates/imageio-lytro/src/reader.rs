//! The read path: from a request to the sensor's pixels and what is known about them.

use imageio_core::{
    DType, Error, ImageProperties, Index, Metadata, NdImage, Request, Result, Window, check_target,
    no_such_level,
};

use crate::format::container::{Chunk, Container};
use crate::format::packing::Pixel;
use crate::format::sensor::{self, Sensor};
use crate::options::LytroReadOptions;

mod open;
mod pixels;
mod side_file;
mod thumbnail;

use pixels::Place;

/// The kinds of files that Lytro cameras and their software write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LytroFormat {
    /// The container of the Lytro Illum.
    Lfr,
    /// The container of the first Lytro camera.
    Lfp,
    /// The bare pixels of the Lytro Illum, 10 bits each.
    IllumRaw,
    /// The bare pixels of the first Lytro camera, 12 bits each.
    F01Raw,
}

impl LytroFormat {
    fn name(self) -> &'static str {
        match self {
            LytroFormat::Lfr => "LFR",
            LytroFormat::Lfp => "LFP",
            LytroFormat::IllumRaw => "Lytro Illum raw",
            LytroFormat::F01Raw => "Lytro F01 raw",
        }
    }

    fn sensor(self) -> Sensor {
        match self {
            LytroFormat::Lfr | LytroFormat::IllumRaw => sensor::ILLUM,
            LytroFormat::Lfp | LytroFormat::F01Raw => sensor::F01,
        }
    }
}

/// Reads a light field: the pixels of the sensor as they are, behind their colour filters and lenses.
///
/// There is one image, `(H, W)`: float64 from 0 to 1, or uint16 with `counts`.
///
/// # Examples
/// ```
/// use imageio_core::{Index, Window};
/// use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/lytro/small.lfr");
/// let reader = LytroReader::open(path, LytroFormat::Lfr)?;
/// let options = LytroReadOptions::new();
/// assert_eq!(reader.properties(Index::Default, &options)?.shape, [6, 8]);
/// let corner = reader.read_window(Index::At(0), &Window::new([0..2, 0..3]), &options)?;
/// assert_eq!(corner.shape(), [2, 3]);
/// let metadata = reader.metadata(Index::Default, &options)?;
/// assert!(metadata.lookup("metadata.camera.model").is_some());
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct LytroReader {
    request: Request,
    format: LytroFormat,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Container {
        container: Container,
        /// What the container says about its chunks.
        index: serde_json::Value,
    },
    Raw(Sensor),
}

impl LytroReader {
    /// Reads the image.
    pub fn read(&self, index: Index, options: &LytroReadOptions) -> Result<NdImage> {
        self.read_window(index, &Window::default(), options)
    }

    /// Reads the part inside `window`, and no more rows than it has.
    pub fn read_window(
        &self,
        index: Index,
        window: &Window,
        options: &LytroReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let known = self.properties(index, options)?;
        let ranges = window.resolve(&known.shape)?;
        let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
        let limits = self.request.limits();
        if options.meta_only {
            return NdImage::zeros(known.dtype, &shape, &limits);
        }
        let [.., rows, columns] = ranges.as_slice() else {
            return Err(Error::corrupt("an image without rows"));
        };
        let place = self.place()?.part(rows.clone(), columns.clone());
        let image = [place.rows.len(), place.columns.len()];
        let len = limits.check_image(&image, known.dtype)?;
        // An empty part of the stack of one.
        let len = if shape.contains(&0) { 0 } else { len };
        if options.counts {
            let mut pixels = limits.try_vec::<u16>(len, "the image")?;
            place.fill(&self.request, &mut pixels)?;
            return NdImage::from_vec(&shape, pixels);
        }
        let mut pixels = limits.try_vec::<f64>(len, "the image")?;
        place.fill(&self.request, &mut pixels)?;
        NdImage::from_vec(&shape, pixels)
    }

    /// Reads straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &self,
        index: Index,
        out: &mut NdImage,
        options: &LytroReadOptions,
    ) -> Result<()> {
        check_target(&self.properties(index, options)?, out)?;
        if options.meta_only {
            return Ok(());
        }
        if options.counts {
            self.fill::<u16>(out)
        } else {
            self.fill::<f64>(out)
        }
    }

    /// Shape and type of what [`read`](LytroReader::read) would give.
    pub fn properties(&self, index: Index, options: &LytroReadOptions) -> Result<ImageProperties> {
        let dtype = if options.counts {
            DType::U16
        } else {
            DType::F64
        };
        let properties = if options.meta_only {
            ImageProperties::new([0], dtype)
        } else {
            ImageProperties::new(self.place()?.sensor.shape(), dtype).axes("YX")
        };
        properties.only_image(index)
    }

    /// What the file, or the text file beside it, says about the picture.
    ///
    /// For a container that is a map of `metadata`, `privateMetadata` and, where it is asked for and there, `thumbnail`.
    pub fn metadata(&self, index: Index, options: &LytroReadOptions) -> Result<Metadata> {
        if let Index::At(position @ 1..) = index {
            return Err(Error::out_of_range(position, 1));
        }
        let Content::Container { .. } = self.content else {
            let found = side_file::metadata(&self.request)?;
            if found.is_none() {
                self.warn("there is no metadata file beside the raw file".to_owned());
            }
            return Ok(found
                .map(crate::format::json::to_metadata)
                .unwrap_or_default());
        };
        let mut metadata = Metadata::new();
        for (key, reference) in [
            ("metadata", "metadataRef"),
            ("privateMetadata", "privateMetadataRef"),
        ] {
            if let Some(json) = self.json_chunk(reference)? {
                metadata.insert(key, crate::format::json::to_value(json));
            }
        }
        if options.include_thumbnail
            && let Some(thumbnail) = self.thumbnail()?
        {
            metadata.insert("thumbnail", thumbnail);
        }
        Ok(metadata)
    }
}

impl LytroReader {
    fn fill<T: Pixel>(&self, out: &mut NdImage) -> Result<()> {
        let place = self.place()?;
        let mut target = out.as_array_mut::<T>()?;
        if let Some(pixels) = target.as_slice_mut() {
            return place.fill(&self.request, pixels);
        }
        let shape = target.shape().to_vec();
        let mut pixels = self
            .request
            .limits()
            .try_vec::<T>(target.len(), "the image")?;
        place.fill(&self.request, &mut pixels)?;
        let image = NdImage::from_vec(&shape, pixels)?;
        target.assign(&image.as_array::<T>()?);
        Ok(())
    }

    /// Where the pixels lie.
    fn place(&self) -> Result<Place> {
        let (chunk, sensor) = match &self.content {
            Content::Raw(sensor) => (None, *sensor),
            Content::Container { .. } => {
                let chunk = self.chunk("imageRef")?;
                (Some(chunk), self.sensor(chunk)?)
            }
        };
        Ok(Place {
            start: chunk.map_or(0, |chunk| chunk.start),
            sensor,
            rows: 0..sensor.height,
            columns: 0..sensor.width,
        })
    }

    /// The sensor whose pixels fill the chunk: the camera's, or the one that the metadata describes.
    fn sensor(&self, chunk: Chunk) -> Result<Sensor> {
        let usual = self.format.sensor();
        if chunk.len == usual.len() {
            return Ok(usual);
        }
        let described = self.json_chunk("metadataRef")?;
        let described = described.as_ref().and_then(Sensor::described);
        let sensor = described.unwrap_or(usual);
        if chunk.len == sensor.len() {
            return Ok(sensor);
        }
        let (held, expected) = (chunk.len, sensor.len());
        Err(Error::corrupt(format!(
            "the image: {held} bytes, expected {expected} for {} by {} pixels",
            sensor.height, sensor.width
        )))
    }

    /// Warns once, however often the same thing is met.
    fn warn(&self, message: String) {
        if !self.request.warnings().contains(&message) {
            self.request.warn(message);
        }
    }
}
