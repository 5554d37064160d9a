//! The six functions of the v3 API, each with a `_with` that takes arguments.
//!
//! ```
//! use imageio::v3 as iio;
//! # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
//! # let bytes = iio::imwrite_bytes(&image, ".png")?;
//! let image = iio::imread(bytes.clone())?;
//! let first = iio::imread_with(bytes, iio::ReadArgs::new().index(0))?;
//! assert_eq!(image, first);
//! # Ok::<(), imageio::Error>(())
//! ```

pub use crate::{
    Frames, ImageProperties, ImageResource, Images, Index, Metadata, Mode, NdImage, OpenArgs,
    Options, ReadArgs, Request, Value, Window, WriteArgs,
};

use imageio_core::{Error, ErrorKind, Result};

/// Reads the image that the plugin gives by default.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// assert_eq!(iio::imread(bytes)?, image);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imread(uri: impl Into<Request>) -> Result<NdImage> {
    imread_with(uri, ReadArgs::new())
}

/// Reads an image, all of them stacked, or a part of one.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let stack = iio::imread_with(bytes, iio::ReadArgs::new().index(..))?;
/// assert_eq!(stack.shape(), [1, 1, 2]);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imread_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<NdImage> {
    let args = args.into();
    let mut resource = args.open(uri.into(), Mode::READ)?;
    match &args.window {
        Some(window) => resource.read_window(args.index, window, &args.options),
        None => resource.read(args.index, &args.options),
    }
}

/// Reads the images one by one. The resource is opened when the first is asked for, and one image is held.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// for image in iio::imiter(bytes) {
///     assert_eq!(image?.shape(), [1, 2]);
/// }
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imiter(uri: impl Into<Request>) -> Frames {
    imiter_with(uri, ReadArgs::new())
}

/// Reads the images one by one; `index` and `window` of the arguments do not count.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let count = iio::imiter_with(bytes, iio::ReadArgs::new().plugin("pillow")).count();
/// assert_eq!(count, 1);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imiter_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Frames {
    let (request, args) = (uri.into(), args.into());
    let options = args.options.clone();
    Frames::new(move || args.open(request, Mode::READ), options)
}

/// Writes an image, a batch or a list of images. For the target `<bytes>` it gives the encoded bytes.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let folder = std::env::temp_dir().join(format!("imageio-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("pair.png");
/// iio::imwrite(&path, &image)?;
/// assert_eq!(iio::imread(&path)?, image);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imwrite<'a>(
    uri: impl Into<Request>,
    images: impl Into<Images<'a>>,
) -> Result<Option<Vec<u8>>> {
    imwrite_with(uri, images, WriteArgs::new())
}

/// Writes an image, a batch or a list of images, with arguments.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// let batch = iio::NdImage::from_vec(&[2, 1, 2], vec![1u8, 2, 3, 4])?;
/// let args = iio::WriteArgs::new().extension(".gif").is_batch(true).option("duration", 50);
/// let gif = iio::imwrite_with("<bytes>", &batch, args)?;
/// assert!(gif.is_some_and(|bytes| bytes.starts_with(b"GIF89a")));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imwrite_with<'a>(
    uri: impl Into<Request>,
    images: impl Into<Images<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Option<Vec<u8>>> {
    let args = args.into();
    let images = images.into();
    let images = if args.is_batch.is_some() {
        images.is_batch(args.is_batch)
    } else {
        images
    };
    let images = if args.metadata.is_empty() {
        images
    } else {
        images.metadata(args.metadata.iter().cloned())
    };
    let mut resource = args.open(uri.into(), Mode::WRITE)?;
    resource.write(images, &args.options)?;
    Ok(resource.close()?.into_bytes())
}

/// Encodes images into memory, as the format of `extension`.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// let bytes = iio::imwrite_bytes(&image, ".bmp")?;
/// assert!(bytes.starts_with(b"BM"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imwrite_bytes<'a>(images: impl Into<Images<'a>>, extension: &str) -> Result<Vec<u8>> {
    imwrite_bytes_with(images, WriteArgs::new().extension(extension))
}

/// Encodes images into memory, with arguments; the extension among them says the format.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// let args = iio::WriteArgs::new().extension(".png").option("compress_level", 0);
/// assert!(iio::imwrite_bytes_with(&image, args)?.starts_with(b"\x89PNG"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imwrite_bytes_with<'a>(
    images: impl Into<Images<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Vec<u8>> {
    let bytes = imwrite_with("<bytes>", images, args)?;
    bytes.ok_or_else(|| Error::new(ErrorKind::Io, "the plugin wrote nothing"))
}

/// Shape and type of an image or of all of them, without decoding pixels.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let properties = iio::improps(bytes)?;
/// assert_eq!((properties.shape, properties.dtype), (vec![1, 2], imageio::DType::U8));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn improps(uri: impl Into<Request>) -> Result<ImageProperties> {
    improps_with(uri, ReadArgs::new())
}

/// Shape and type of an image or of all of them, with arguments.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let properties = iio::improps_with(bytes, iio::ReadArgs::new().index(..))?;
/// assert_eq!((properties.is_batch, properties.n_images), (true, Some(1)));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn improps_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<ImageProperties> {
    let args = args.into();
    args.open(uri.into(), Mode::READ)?
        .properties(args.index, &args.options)
}

/// What the file says about its image, without decoding pixels.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// assert_eq!(iio::immeta(bytes)?.get("mode").and_then(|mode| mode.as_str()), Some("L"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn immeta(uri: impl Into<Request>) -> Result<Metadata> {
    immeta_with(uri, ReadArgs::new())
}

/// What the file says about one image, or for all of them about itself, with arguments.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let metadata = iio::immeta_with(bytes, iio::ReadArgs::new().exclude_applied(false))?;
/// assert!(metadata.contains_key("mode"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn immeta_with(uri: impl Into<Request>, args: impl Into<ReadArgs>) -> Result<Metadata> {
    let args = args.into();
    args.open(uri.into(), Mode::READ)?
        .metadata(args.index, args.exclude_applied, &args.options)
}

/// Opens a resource for several calls. `mode` is `"r"` or `"w"`, or a [`Mode`].
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// # let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// # let bytes = iio::imwrite_bytes(&image, ".png")?;
/// let mut resource = iio::imopen(bytes, "r")?;
/// let options = iio::Options::new();
/// let properties = resource.properties(iio::Index::Default, &options)?;
/// assert_eq!(resource.read(0, &options)?.shape(), properties.shape);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imopen<M>(uri: impl Into<Request>, mode: M) -> Result<ImageResource>
where
    M: TryInto<Mode, Error: Into<Error>>,
{
    imopen_with(uri, mode, OpenArgs::new())
}

/// Opens a resource for several calls, with arguments.
///
/// # Examples
/// ```
/// # use imageio::v3 as iio;
/// let image = iio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// let mut target = iio::imopen_with("<bytes>", "w", iio::OpenArgs::new().extension(".gif"))?;
/// target.write(&image, &iio::Options::new())?;
/// target.write(&image, &iio::Options::new())?;
/// let gif = target.close()?.into_bytes().unwrap_or_default();
/// assert_eq!(iio::imiter(gif).count(), 2);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imopen_with<M>(uri: impl Into<Request>, mode: M, args: OpenArgs) -> Result<ImageResource>
where
    M: TryInto<Mode, Error: Into<Error>>,
{
    crate::builtin::ready();
    imageio_core::imopen(uri.into().mode(mode.try_into().map_err(Into::into)?), args)
}
