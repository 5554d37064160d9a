//! The writing functions of v2.

use std::borrow::Cow;

use imageio_core::{Error, ImageMode, Images, Mode, NdImage, Request, Result};

use super::open::{Lacking, open};
use super::pictures::{Picture, Pictures};
use super::{WriteArgs, Writer};

/// Writes an image, gray or with up to four channels. For the target `<bytes>` it gives the encoded bytes.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// # let folder = std::env::temp_dir().join(format!("imageio-v2-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("pair.png");
/// let image = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// iio::imwrite(&path, &image)?;
/// assert_eq!(iio::imread(&path)?, image);
/// let bytes = iio::imwrite_with(iio::RETURN_BYTES, &image, iio::WriteArgs::new().format("png"))?;
/// assert!(bytes.is_some_and(|bytes| bytes.starts_with(b"\x89PNG")));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn imwrite<'a>(
    uri: impl Into<Request>,
    image: impl Into<Pictures<'a>>,
) -> Result<Option<Vec<u8>>> {
    imwrite_with(uri, image, WriteArgs::new())
}

/// Writes an image, with arguments.
pub fn imwrite_with<'a>(
    uri: impl Into<Request>,
    image: impl Into<Pictures<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Option<Vec<u8>>> {
    one(uri.into(), &image.into(), &args.into(), Kind::Image)
}

/// Writes several images: a list, or an array with images along its first axis.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// let frame = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// let args = iio::WriteArgs::new().format("gif").option("duration", 50);
/// let gif = iio::mimwrite_with(iio::RETURN_BYTES, &[frame.clone(), frame], args)?;
/// assert_eq!(iio::mimread(gif.unwrap_or_default())?.len(), 2);
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn mimwrite<'a>(
    uri: impl Into<Request>,
    images: impl Into<Pictures<'a>>,
) -> Result<Option<Vec<u8>>> {
    mimwrite_with(uri, images, WriteArgs::new())
}

/// Writes several images, with arguments.
pub fn mimwrite_with<'a>(
    uri: impl Into<Request>,
    images: impl Into<Pictures<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Option<Vec<u8>>> {
    several(uri.into(), images.into(), &args.into(), Kind::Image)
}

/// Writes a volume: three axes, or four where the last one holds the values of a voxel.
pub fn volwrite<'a>(
    uri: impl Into<Request>,
    volume: impl Into<Pictures<'a>>,
) -> Result<Option<Vec<u8>>> {
    volwrite_with(uri, volume, WriteArgs::new())
}

/// Writes a volume, with arguments.
pub fn volwrite_with<'a>(
    uri: impl Into<Request>,
    volume: impl Into<Pictures<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Option<Vec<u8>>> {
    one(uri.into(), &volume.into(), &args.into(), Kind::Volume)
}

/// Writes several volumes: a list, or an array with volumes along its first axis.
pub fn mvolwrite<'a>(
    uri: impl Into<Request>,
    volumes: impl Into<Pictures<'a>>,
) -> Result<Option<Vec<u8>>> {
    mvolwrite_with(uri, volumes, WriteArgs::new())
}

/// Writes several volumes, with arguments.
pub fn mvolwrite_with<'a>(
    uri: impl Into<Request>,
    volumes: impl Into<Pictures<'a>>,
    args: impl Into<WriteArgs>,
) -> Result<Option<Vec<u8>>> {
    several(uri.into(), volumes.into(), &args.into(), Kind::Volume)
}

/// A writer, for images one by one.
///
/// # Examples
/// ```
/// # use imageio::v2 as iio;
/// let frame = imageio::NdImage::from_vec(&[1, 2], vec![7u8, 8])?;
/// let args = iio::WriteArgs::new().format("gif").mode("I");
/// let mut writer = iio::get_writer_with(iio::RETURN_BYTES, args)?;
/// writer.append_data(&frame)?;
/// writer.append_data(&frame)?;
/// assert!(writer.close()?.is_some_and(|gif| gif.starts_with(b"GIF89a")));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn get_writer(uri: impl Into<Request>) -> Result<Writer> {
    get_writer_with(uri, WriteArgs::new())
}

/// A writer, with arguments.
pub fn get_writer_with(uri: impl Into<Request>, args: impl Into<WriteArgs>) -> Result<Writer> {
    let args = args.into();
    let mode = args.common.asked_mode(Mode::WRITE)?;
    let (resource, options) = open(uri.into(), mode, &args.common, Lacking::Fails)?;
    Ok(Writer::new(resource, options))
}

#[derive(Clone, Copy)]
enum Kind {
    Image,
    Volume,
}

impl Kind {
    fn check(self, image: &NdImage) -> Result<()> {
        let shape = image.shape();
        match (self, shape) {
            (Kind::Image, [_, _] | [_, _, 1..=4]) => Ok(()),
            (Kind::Volume, [_, _, _] | [_, _, _, 0..=31]) => Ok(()),
            (Kind::Image, _) => Err(Error::unsupported(format!(
                "image must be 2D (grayscale, RGB, or RGBA), not of shape {shape:?}"
            ))),
            (Kind::Volume, _) => Err(Error::unsupported(format!(
                "image must be 3D, or 4D if each voxel is a tuple, not of shape {shape:?}"
            ))),
        }
    }

    /// Whether an array can only hold several of this kind.
    fn is_batch(self, image: &NdImage) -> bool {
        match (self, image.shape()) {
            (Kind::Image, [_, _, last]) => *last > 4,
            (Kind::Image, shape) => shape.len() > 3,
            (Kind::Volume, shape) => shape.len() > 3,
        }
    }
}

fn one(
    request: Request,
    pictures: &Pictures<'_>,
    args: &WriteArgs,
    kind: Kind,
) -> Result<Option<Vec<u8>>> {
    let images = match kind {
        Kind::Image => ImageMode::SingleImage,
        Kind::Volume => ImageMode::SingleVolume,
    };
    let mode = args.common.fixed_mode(Mode::WRITE, images)?;
    let place = |error: Error| error.in_resource(request.name());
    if pictures.is_list {
        let many = Error::unsupported("a list was given where one image is taken");
        return Err(place(many));
    }
    for picture in &pictures.list {
        kind.check(&picture.data).map_err(place)?;
    }
    write(request, &pictures.list, mode, args)
}

fn several(
    request: Request,
    pictures: Pictures<'_>,
    args: &WriteArgs,
    kind: Kind,
) -> Result<Option<Vec<u8>>> {
    let images = match kind {
        Kind::Image => ImageMode::MultiImage,
        Kind::Volume => ImageMode::MultiVolume,
    };
    let mode = args.common.fixed_mode(Mode::WRITE, images)?;
    let place = |error: Error| error.in_resource(request.name());
    let list = unpacked(pictures, kind).map_err(place)?;
    if list.is_empty() {
        return Err(place(Error::unsupported("zero images were written")));
    }
    for picture in &list {
        kind.check(&picture.data).map_err(place)?;
    }
    write(request, &list, mode, args)
}

/// A list as it is; an array by its first axis, each part with the metadata of the whole.
fn unpacked(pictures: Pictures<'_>, kind: Kind) -> Result<Vec<Picture<'_>>> {
    if pictures.is_list {
        return Ok(pictures.list);
    }
    let mut list = Vec::new();
    for picture in pictures.list {
        if !kind.is_batch(&picture.data) {
            let shape = picture.data.shape();
            return Err(Error::unsupported(format!(
                "image data must be a sequence of ndimages, not one of shape {shape:?}"
            )));
        }
        let count = picture.data.shape().first().copied().unwrap_or(0);
        for position in 0..count {
            list.push(Picture {
                data: Cow::Owned(picture.data.frame(position)?),
                meta: picture.meta.clone(),
            });
        }
    }
    Ok(list)
}

fn write(
    request: Request,
    list: &[Picture<'_>],
    mode: Mode,
    args: &WriteArgs,
) -> Result<Option<Vec<u8>>> {
    let (mut resource, options) = open(request, mode, &args.common, Lacking::Fails)?;
    let single = matches!(
        mode.image_mode(),
        ImageMode::SingleImage | ImageMode::SingleVolume
    );
    let images = match list {
        [picture] if single => Images::single(&picture.data),
        _ => Images::list(list.iter().map(|picture| &*picture.data)),
    };
    let images = if list.iter().all(|picture| picture.meta.is_empty()) {
        images
    } else {
        images.metadata(list.iter().map(|picture| picture.meta.clone().into_owned()))
    };
    resource.write(images, &options)?;
    Ok(resource.close()?.into_bytes())
}
