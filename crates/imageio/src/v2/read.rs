//! The reading functions of v2.

use imageio_core::{ImageMode, Mode, Request, Result};

use super::memtest::Gathered;
use super::open::{Lacking, open};
use super::{Image, ReadArgs, Reader};

/// Reads the first image.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// # let image = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = imageio::v3::imwrite_bytes(&image, ".png")?;
/// let image = iio::imread(bytes)?;
/// assert_eq!(image.shape(), [1, 2]);
/// assert_eq!(image.meta.get("mode").and_then(|mode| mode.as_str()), Some("L"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imread(uri: impl Into<Request>) -> Result<Image> {
    imread_with(uri, ReadArgs::new())
}

/// Reads the first image, with arguments.
pub fn imread_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Image> {
    first(uri.into(), &args.into(), ImageMode::SingleImage)
}

/// Reads all images, up to 256 MB of them.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// # let image = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = imageio::v3::imwrite_bytes(&image, ".gif")?;
/// assert_eq!(iio::mimread(bytes)?.len(), 1);
/// # Ok::<(), imageio::Error>(())
/// ```
///
/// # Errors
/// `LimitExceeded` when they are more; see [`ReadArgs::memtest`].
pub fn mimread(uri: impl Into<Request>) -> Result<Vec<Image>> {
    mimread_with(uri, ReadArgs::new())
}

/// Reads all images, with arguments.
pub fn mimread_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Vec<Image>> {
    let names = ("mimread", "256MB");
    all(uri.into(), &args.into(), ImageMode::MultiImage, names)
}

/// Reads the first volume.
pub fn volread(uri: impl Into<Request>) -> Result<Image> {
    volread_with(uri, ReadArgs::new())
}

/// Reads the first volume, with arguments.
pub fn volread_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Image> {
    first(uri.into(), &args.into(), ImageMode::SingleVolume)
}

/// Reads all volumes, up to 1 GB of them.
pub fn mvolread(uri: impl Into<Request>) -> Result<Vec<Image>> {
    mvolread_with(uri, ReadArgs::new())
}

/// Reads all volumes, with arguments.
pub fn mvolread_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Vec<Image>> {
    let names = ("mvolread", "1GB");
    all(uri.into(), &args.into(), ImageMode::MultiVolume, names)
}

/// A reader, for images one by one, in any order, and for the metadata.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// # let image = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = imageio::v3::imwrite_bytes(&image, ".gif")?;
/// let mut reader = iio::get_reader(bytes)?;
/// for (position, image) in reader.iter_data().enumerate() {
///     assert_eq!((position, image?.shape()), (0, &[1, 2, 3][..]));
/// }
/// reader.close()?;
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn get_reader(uri: impl Into<Request>) -> Result<Reader> {
    get_reader_with(uri, ReadArgs::new())
}

/// A reader, with arguments.
pub fn get_reader_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Reader> {
    let args = args.into();
    let mode = args.common.asked_mode(Mode::READ)?;
    let (resource, options) = open(uri.into(), mode, &args.common, Lacking::Fails)?;
    Ok(Reader::new(resource, options))
}

fn reader_for(request: Request, args: &ReadArgs, images: ImageMode) -> Result<Reader> {
    let mode = args.common.fixed_mode(Mode::READ, images)?;
    let (resource, options) = open(request, mode, &args.common, Lacking::Goes)?;
    Ok(Reader::new(resource, options))
}

fn first(request: Request, args: &ReadArgs, images: ImageMode) -> Result<Image> {
    reader_for(request, args, images)?.get_data(0)
}

fn all(
    request: Request,
    args: &ReadArgs,
    images: ImageMode,
    (function, limit): (&'static str, &str),
) -> Result<Vec<Image>> {
    let mut gathered = Gathered::new(&args.memtest, limit, function)?;
    let mut list = Vec::new();
    for image in reader_for(request, args, images)?.iter_data() {
        let image = image?;
        gathered.add(image.nbytes())?;
        list.push(image);
    }
    Ok(list)
}
