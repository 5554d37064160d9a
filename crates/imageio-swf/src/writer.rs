//! The write path: from images to tags.

use std::io::{Seek as _, SeekFrom, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use imageio_core::{
    Claim, Error, ErrorKind, Images, NdImage, Output, Request, Result, image_as_uint,
};

use crate::options::SwfWriteOptions;

mod page;
mod pixels;
mod tags;

/// How hard images are compressed, as the reference does it.
const IMAGE_LEVEL: u32 = 8;
/// How hard the whole is compressed, where that is asked for.
const BODY_LEVEL: u32 = 6;

/// Frame size of a file without images.
const EMPTY: (usize, usize) = (10, 10);

/// Writes images as an animation: each call appends, the first image gives the size that players show.
#[derive(Debug)]
pub struct SwfWriter {
    request: Request,
    /// Nothing before the first image.
    file: Option<File>,
}

/// A file on its way.
struct File {
    sink: Sink,
    /// Height and width that players show.
    size: (usize, usize),
    /// Where the number of frames stands.
    count_at: usize,
    frames: u16,
    /// The last number that was given to a character.
    id: u16,
}

/// Where tags go.
enum Sink {
    Plain(Output),
    /// Kept until the number of frames is known, which stands before all that is compressed.
    Kept {
        bytes: Vec<u8>,
        claims: Vec<Claim>,
    },
}

impl SwfWriter {
    /// Opens `request`; nothing is written yet.
    pub fn open(request: Request) -> Self {
        SwfWriter {
            request,
            file: None,
        }
    }

    /// Appends images, scaled to 8 bits where they are deeper: gray, RGB or RGBA.
    ///
    /// # Errors
    /// `Unsupported` for other shapes, for sides over 65,535, and for more images than there are numbers for.
    pub fn write(&mut self, images: &Images<'_>, options: &SwfWriteOptions) -> Result<()> {
        let frames = images.frames(is_batch)?;
        // What cannot be written is found before the first of them is.
        let sizes = frames.iter().map(size_of).collect::<Result<Vec<_>>>()?;
        let free = usize::from(
            self.file
                .as_ref()
                .map_or(u16::MAX, |file| u16::MAX - file.id),
        );
        if frames.len() > free / 2 {
            let most = u16::MAX / 2;
            return Err(Error::unsupported(format!("more than {most} images")));
        }
        for (image, size) in frames.iter().zip(sizes) {
            let image = image_as_uint(image, 8)?;
            let file = match &mut self.file {
                Some(file) => file,
                empty => empty.insert(File::begin(&self.request, size, options)?),
            };
            file.add(&self.request, &image, size, options)?;
        }
        Ok(())
    }

    /// Brings the file to its end, also one without images.
    pub fn close(self, options: &SwfWriteOptions) -> Result<()> {
        let mut file = match self.file {
            Some(file) => file,
            None => File::begin(&self.request, EMPTY, options)?,
        };
        let (height, width) = file.size;
        if !options.r#loop {
            file.put(&self.request, &tags::stop())?;
        }
        file.put(&self.request, &tags::END)?;
        file.finish(&self.request)?;
        if options.html {
            page::write(&self.request, width, height)?;
        }
        Ok(())
    }
}

/// Height and width of an image that a file can hold.
fn size_of(image: &NdImage) -> Result<(usize, usize)> {
    let refuse = |why: &str| {
        let shape = image.shape();
        Err(Error::unsupported(format!(
            "an image of shape {shape:?}: {why}"
        )))
    };
    let &([height, width] | [height, width, 1 | 3 | 4]) = image.shape() else {
        return refuse("it is not gray, RGB or RGBA");
    };
    let sides = 1..=usize::from(u16::MAX);
    if !sides.contains(&height) || !sides.contains(&width) {
        return refuse("sides are from 1 to 65535 pixels");
    }
    Ok((height, width))
}

/// Whether an array of which the caller said nothing is several images: more axes than rows, columns and channels.
fn is_batch(array: &NdImage) -> bool {
    let has_channels = array.ndim() > 2 && array.shape().last().is_some_and(|&len| len < 5);
    array.ndim() > 2 + usize::from(has_channels)
}

impl File {
    fn begin(request: &Request, size: (usize, usize), options: &SwfWriteOptions) -> Result<File> {
        let (header, count_at) = tags::header(size, options.fps, options.compress);
        let sink = if options.compress {
            Sink::Kept {
                bytes: Vec::new(),
                claims: Vec::new(),
            }
        } else {
            Sink::Plain(request.writer()?)
        };
        let mut file = File {
            sink,
            size,
            count_at,
            frames: 0,
            id: 0,
        };
        file.put(request, &header)?;
        Ok(file)
    }

    fn add(
        &mut self,
        request: &Request,
        image: &NdImage,
        size: (usize, usize),
        options: &SwfWriteOptions,
    ) -> Result<()> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(IMAGE_LEVEL));
        pixels::write(image, options.premultiplied, &mut encoder)?;
        let data = encoder.finish()?;
        let (bitmap, shape) = (self.id + 1, self.id + 2);
        self.put(request, &tags::bitmap_head(bitmap, size, data.len()))?;
        self.put(request, &data)?;
        drop(data);
        self.put(request, &tags::shape(shape, bitmap, size))?;
        self.put(request, &tags::place(shape, self.frames > 0))?;
        self.put(request, &tags::show())?;
        self.id = shape;
        self.frames += 1;
        Ok(())
    }

    fn put(&mut self, request: &Request, tag: &[u8]) -> Result<()> {
        match &mut self.sink {
            Sink::Plain(output) => output.write_all(tag)?,
            Sink::Kept { bytes, claims } => {
                let what = "a file that is compressed as a whole";
                claims.push(request.limits().for_stack().claim(tag.len() as u64, what)?);
                bytes.extend_from_slice(tag);
            }
        }
        Ok(())
    }

    /// Fills in what was not known before: the length and the number of frames.
    fn finish(mut self, request: &Request) -> Result<()> {
        let len = match &mut self.sink {
            Sink::Plain(output) => output.stream_position()?,
            Sink::Kept { bytes, .. } => bytes.len() as u64,
        };
        let Ok(len) = u32::try_from(len) else {
            let message = format!(
                "a file of {len} bytes, the format has room for {}",
                u32::MAX
            );
            return Err(Error::new(ErrorKind::Unsupported, message));
        };
        let (len, frames) = (len.to_le_bytes(), self.frames.to_le_bytes());
        match self.sink {
            Sink::Plain(mut output) => {
                output.seek(SeekFrom::Start(tags::LEN_AT as u64))?;
                output.write_all(&len)?;
                output.seek(SeekFrom::Start(self.count_at as u64))?;
                output.write_all(&frames)?;
                output.flush()?;
            }
            Sink::Kept { mut bytes, .. } => {
                for (at, value) in [(tags::LEN_AT, &len[..]), (self.count_at, &frames[..])] {
                    if let Some(place) = bytes.get_mut(at..at + value.len()) {
                        place.copy_from_slice(value);
                    }
                }
                let (head, body) = bytes.split_at(tags::PLAIN_LEN.min(bytes.len()));
                let mut output = request.stream_writer()?;
                output.write_all(head)?;
                let mut encoder = ZlibEncoder::new(output, Compression::new(BODY_LEVEL));
                encoder.write_all(body)?;
                encoder.finish()?.flush()?;
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} frames of {:?})", self.frames, self.size)
    }
}
