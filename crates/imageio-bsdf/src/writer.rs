//! The write path: one image, or a stream of them.

use std::fmt;
use std::io::Write as _;

use imageio_core::{
    Error, ErrorKind, ImageMode, Images, Metadata, Mode, NdImage, Output, Request, Result,
};

use crate::format::decode::{Decoder, Top};
use crate::format::encode::{self, Encoder};
use crate::format::{HEAD, MAGIC};
use crate::options::BsdfWriteOptions;

/// Channels that a pixel or a voxel may have.
const MOST_CHANNELS: usize = 4;

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 18;

/// Writes a BSDF file: in the image modes `i` and `v` one image, else a stream that is closed at the end.
///
/// Images go to the file as they come.
pub struct BsdfWriter {
    request: Request,
    mode: ImageMode,
    out: Option<Encoder<Output>>,
    /// Images in the file.
    count: u64,
    /// Where the number of images stands, in a stream.
    count_at: Option<u64>,
}

impl BsdfWriter {
    /// Opens `request`; with `append`, the stream that is there is kept.
    ///
    /// # Errors
    /// With `append`, those of reading what is there; `Unsupported` when it is no stream.
    pub fn open(request: impl Into<Request>, append: bool) -> Result<Self> {
        let request = request.into();
        let mode = request.io_mode().image_mode();
        let mut writer = BsdfWriter {
            request,
            mode,
            out: None,
            count: 0,
            count_at: None,
        };
        if append {
            writer.go_on()?;
        }
        Ok(writer)
    }

    /// Adds images.
    ///
    /// # Errors
    /// `Unsupported` for shapes and metadata that the format does not hold, and for a second image where the mode
    /// asks for one.
    pub fn write(&mut self, images: &Images<'_>, options: &BsdfWriteOptions) -> Result<()> {
        let frames = images.frames(|image| self.name_of(image.shape()).is_none())?;
        let mut names = Vec::new();
        for (position, frame) in frames.iter().enumerate() {
            names.push(
                self.name_of(frame.shape())
                    .ok_or_else(|| self.refuse(frame))?,
            );
            if let Some(metadata) = images.metadata_of(position) {
                encode::check(metadata)?;
            }
        }
        let total = self.count + frames.len() as u64;
        if self.is_single() && total > 1 {
            let message = format!("{total} images, this mode writes one");
            return Err(Error::unsupported(message));
        }
        let nothing = Metadata::new();
        for (position, (frame, name)) in frames.iter().zip(names).enumerate() {
            let metadata = images.metadata_of(position).unwrap_or(&nothing);
            let out = self.out()?;
            out.pack(options.compression);
            out.image(name, frame, metadata)?;
            self.count += 1;
        }
        Ok(())
    }

    /// Closes the stream; one without images is a stream, too.
    pub fn close(mut self) -> Result<()> {
        if self.is_single() {
            return Ok(());
        }
        let count = self.count;
        self.out()?;
        match (&mut self.out, self.count_at) {
            (Some(out), Some(at)) => out.close_stream(at, count),
            _ => Ok(()),
        }
    }
}

impl BsdfWriter {
    fn is_single(&self) -> bool {
        // What is appended to is a stream in any mode.
        let single = [ImageMode::SingleImage, ImageMode::SingleVolume];
        single.contains(&self.mode) && self.count_at.is_none()
    }

    /// What an image of this shape is called in this mode; nothing where it does not fit.
    fn name_of(&self, shape: &[usize]) -> Option<&'static str> {
        let has_axes = |axes: usize| {
            let has_channels = shape.last().is_some_and(|&last| last <= MOST_CHANNELS);
            shape.len() == axes || (shape.len() == axes + 1 && has_channels)
        };
        let plane = has_axes(2).then_some("image2d");
        let volume = has_axes(3).then_some("image3d");
        match self.mode {
            ImageMode::SingleImage | ImageMode::MultiImage => plane,
            ImageMode::SingleVolume | ImageMode::MultiVolume => volume,
            ImageMode::Any => plane.or(volume),
        }
    }

    fn refuse(&self, image: &NdImage) -> Error {
        let holds = match self.mode {
            ImageMode::SingleImage | ImageMode::MultiImage => {
                "two axes, or three and the last is at most 4"
            }
            ImageMode::SingleVolume | ImageMode::MultiVolume => {
                "three axes, or four and the last is at most 4"
            }
            ImageMode::Any => "two or three axes, or one more and the last is at most 4",
        };
        Error::unsupported(format!("shape {:?}, an image has {holds}", image.shape()))
    }

    /// Where images go; the file is begun at the first call.
    fn out(&mut self) -> Result<&mut Encoder<Output>> {
        if self.out.is_none() {
            let mut out = Encoder::new(self.request.writer()?, 0);
            out.head()?;
            if !self.is_single() {
                self.count_at = Some(out.stream()?);
            }
            self.out = Some(out);
        }
        self.out
            .as_mut()
            .ok_or_else(|| Error::new(ErrorKind::Io, "the file is closed"))
    }

    /// Copies the stream that is there.
    fn go_on(&mut self) -> Result<()> {
        let old = self.request.clone().mode(Mode::READ);
        if *old.first_bytes(MAGIC.len())? != *MAGIC {
            return Err(Error::unsupported("what is there is no BSDF file"));
        }
        let mut decoder = Decoder::new(&old, true)?;
        let Top::Stream(count) = decoder.top()? else {
            return Err(Error::unsupported(
                "what is there is no stream, which alone can be appended to",
            ));
        };
        let mut items = 0;
        while count != Some(items) && decoder.item(count.is_some())?.is_some() {
            items += 1;
        }
        // What a broken last item left behind is not kept.
        let end = decoder.end_of_items();
        let mut out = self.request.writer()?;
        let mut chunk = Vec::new();
        let mut at = 0;
        while at < end {
            chunk.resize(
                usize::try_from(end - at).map_or(CHUNK, |left| left.min(CHUNK)),
                0,
            );
            old.read_exact_at(at, &mut chunk)?;
            out.write_all(&chunk)?;
            at += chunk.len() as u64;
        }
        self.count = items;
        // Behind the head and the type of the list.
        self.count_at = Some(HEAD + 1);
        self.out = Some(Encoder::new(out, end));
        Ok(())
    }
}

impl fmt::Debug for BsdfWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BsdfWriter({} images)", self.count)
    }
}
