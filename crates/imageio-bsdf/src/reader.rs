//! The read path: from a request to images.

use imageio_core::{
    DType, Error, ErrorKind, ImageProperties, Index, Metadata, NdImage, Request, Result, Window,
    check_target, no_such_level,
};

use crate::format::node::Node;
use crate::format::{MAGIC, VERSION};
use crate::metadata;
use crate::options::BsdfReadOptions;

mod frames;
pub(crate) mod pixels;
mod series;
mod unpack;
mod whole;

use pixels::Pixels;
use series::{Length, Series};

/// Reads a BSDF file: its structure first, elements where and when they are asked for; or images as they come.
///
/// [`Index::Default`] is the first image, and [`Index::At`] counts images.
///
/// # Examples
/// ```
/// use imageio_bsdf::{BsdfReadOptions, BsdfReader};
/// use imageio_core::Index;
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/bsdf/closed.bsdf");
/// let mut reader = BsdfReader::open(path)?;
/// let options = BsdfReadOptions::new();
/// assert_eq!(reader.properties(Index::All, &options)?.shape, [3, 9, 7, 3]);
/// let metadata = reader.metadata(Index::At(2), &options)?;
/// assert_eq!(metadata.get("n").and_then(|n| n.as_i64()), Some(2));
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct BsdfReader {
    request: Request,
    /// What was found so far, and whether images can be read in any order.
    found: Option<(Series, bool)>,
}

impl BsdfReader {
    /// Opens `request` when it is a BSDF file.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes, `Unsupported` for another major version.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        let request = request.into();
        let head = request.first_bytes(MAGIC.len() + VERSION.len())?;
        let Some(version) = head.strip_prefix(MAGIC) else {
            return Err(Error::not_this_format(
                "this does not look like a BSDF file",
            ));
        };
        let &[major, minor] = version else {
            return Err(Error::corrupt("the file ends before its version"));
        };
        let [known_major, known_minor] = VERSION;
        if major != known_major {
            let message = format!("BSDF version {major}.{minor}, {known_major}.x is read");
            return Err(Error::unsupported(message));
        }
        if minor > known_minor {
            request.warn(format!(
                "BSDF version {major}.{minor} is later than {known_major}.{known_minor}, which is known"
            ));
        }
        Ok(BsdfReader {
            request,
            found: None,
        })
    }

    /// Decodes one image, or all of them stacked.
    ///
    /// # Errors
    /// `OutOfRange` past the last image, and for an image before the last one that was read without `random_access`.
    pub fn read(&mut self, index: Index, options: &BsdfReadOptions) -> Result<NdImage> {
        let request = self.request.clone();
        if index == Index::All {
            let images = self.series(options)?.all()?;
            return stack(&request, images);
        }
        let node = self.series(options)?.item(position(index))?;
        let pixels = pixels_of(node)?;
        pixels.read(&request, &request.limits())
    }

    /// Decodes image `position`; nothing after the last one.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &BsdfReadOptions,
    ) -> Result<Option<NdImage>> {
        if self.series(options)?.is_past_the_end(position)? {
            return Ok(None);
        }
        self.read(Index::At(position), options).map(Some)
    }

    /// Decodes the part inside `window`; of what is not packed, no more than its stretches are read.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &BsdfReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let request = self.request.clone();
        if index != Index::All {
            let node = self.series(options)?.item(position(index))?;
            let pixels = pixels_of(node)?;
            return pixels.read_part(&request, &window.resolve(&pixels.shape)?);
        }
        let nodes = self.series(options)?.all()?;
        let images = equal(nodes)?;
        let Some(first) = images.first() else {
            return Err(Error::out_of_range(0, 0));
        };
        let shape = [&[images.len()], first.shape.as_slice()].concat();
        let ranges = window.resolve(&shape)?;
        let (positions, inner) = match ranges.split_first() {
            Some((positions, inner)) => (positions.clone(), inner),
            None => (0..0, ranges.as_slice()),
        };
        let chosen = images.get(positions).unwrap_or_default();
        let parts = chosen.iter().map(|image| image.read_part(&request, inner));
        let parts = parts.collect::<Result<Vec<_>>>()?;
        if parts.is_empty() {
            let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
            return NdImage::zeros(first.dtype, &shape, &request.limits());
        }
        NdImage::stack_within(&parts, &request.limits().for_stack())
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &BsdfReadOptions,
    ) -> Result<()> {
        let request = self.request.clone();
        if index != Index::All {
            let node = self.series(options)?.item(position(index))?;
            let pixels = pixels_of(node)?;
            check_target(&properties_of(&pixels), out)?;
            request.limits().check_image(&pixels.shape, pixels.dtype)?;
            return pixels.read_into(&request, out);
        }
        let images = equal(self.series(options)?.all()?)?;
        let Some(first) = images.first() else {
            return Err(Error::out_of_range(0, 0));
        };
        check_target(&properties_of(first).batch_of(images.len()), out)?;
        let limits = request.limits().for_stack();
        frames::read(&images, &request, out, &limits)
    }

    /// Shape and type, from the structure alone.
    ///
    /// Without `random_access`, [`Index::All`] describes a stream by its next image, and the number of images is
    /// unknown where the stream was not closed.
    pub fn properties(
        &mut self,
        index: Index,
        options: &BsdfReadOptions,
    ) -> Result<ImageProperties> {
        let series = self.series(options)?;
        if index != Index::All {
            return Ok(properties_of(&pixels_of(series.item(position(index))?)?));
        }
        let (length, nodes) = series.overview()?;
        let images = equal(nodes)?;
        let one = images
            .first()
            .map_or_else(|| ImageProperties::new([], DType::U8), properties_of);
        Ok(match length {
            Length::Known(count) => one.batch_of(count),
            Length::Unknown => {
                let mut properties = one.batch_of(0);
                properties.n_images = None;
                properties
            }
        })
    }

    /// What was written with one image; the file as a whole has no metadata.
    pub fn metadata(&mut self, index: Index, options: &BsdfReadOptions) -> Result<Metadata> {
        let request = self.request.clone();
        let series = self.series(options)?;
        if index == Index::All {
            return Ok(Metadata::new());
        }
        let node = series.item(position(index))?;
        match image_of(node)?.get("meta") {
            Some(meta) => metadata::of(meta, &request),
            None => Ok(Metadata::new()),
        }
    }
}

impl BsdfReader {
    /// What the file holds, found at the first call and anew where another way to read is asked for.
    fn series(&mut self, options: &BsdfReadOptions) -> Result<&mut Series> {
        let is_remote = ["http://", "https://"]
            .iter()
            .any(|scheme| self.request.name().starts_with(scheme));
        let random_access = options.random_access.unwrap_or(!is_remote);
        let found = match self.found.take() {
            Some((series, way)) if way == random_access => series,
            _ => Series::find(&self.request, random_access)?,
        };
        Ok(&mut self.found.insert((found, random_access)).0)
    }
}

fn position(index: Index) -> usize {
    match index {
        Index::At(position) => position,
        Index::Default | Index::All => 0,
    }
}

/// The node, when it is an image.
fn image_of(node: &Node) -> Result<&Node> {
    if node.is_image() {
        return Ok(node);
    }
    let message = format!("the file contains non-image {}", node.describe());
    Err(Error::unsupported(message))
}

fn pixels_of(node: &Node) -> Result<Pixels<'_>> {
    match image_of(node)?.get("array") {
        Some(array) => Pixels::of(array),
        None => Err(Error::corrupt("an image has no array")),
    }
}

fn properties_of(pixels: &Pixels<'_>) -> ImageProperties {
    ImageProperties::new(pixels.shape.clone(), pixels.dtype)
}

/// The elements of all images, which must have one shape and type.
fn equal(nodes: &[Node]) -> Result<Vec<Pixels<'_>>> {
    let images = nodes.iter().map(pixels_of).collect::<Result<Vec<_>>>()?;
    let Some(first) = images.first() else {
        return Ok(images);
    };
    for (position, image) in images.iter().enumerate() {
        if (&image.shape, image.dtype) != (&first.shape, first.dtype) {
            return Err(Error::unsupported(format!(
                "image {position} is {} of shape {:?}, the ones before it are {} of shape {:?}",
                image.dtype, image.shape, first.dtype, first.shape
            )));
        }
    }
    Ok(images)
}

fn stack(request: &Request, nodes: &[Node]) -> Result<NdImage> {
    let images = equal(nodes)?;
    let Some(first) = images.first() else {
        return Err(Error::new(
            ErrorKind::OutOfRange,
            "there are no images in the file",
        ));
    };
    let limits = request.limits();
    limits.check_image(&first.shape, first.dtype)?;
    limits.check_frames(images.len())?;
    let limits = limits.for_stack();
    let shape = [&[images.len()], first.shape.as_slice()].concat();
    let mut stack = NdImage::zeros(first.dtype, &shape, &limits)?;
    frames::read(&images, request, &mut stack, &limits)?;
    Ok(stack)
}
