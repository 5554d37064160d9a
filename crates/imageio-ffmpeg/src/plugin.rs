//! The plugin: parses options and calls one method of a reader or the writer.

use imageio_core::{
    Applied, Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request,
    Result,
};

use crate::camera::{Camera, CameraReader};
use crate::metadata;
use crate::options::{FfmpegReadOptions, FfmpegWriteOptions};
use crate::reader::FfmpegReader;
use crate::writer::FfmpegWriter;

/// An opened video or camera.
#[derive(Debug)]
pub struct FfmpegPlugin {
    opened: Opened,
    /// Options of opening, over which those of a call go.
    defaults: FfmpegReadOptions,
}

#[derive(Debug)]
enum Opened {
    Video(Box<FfmpegReader>),
    Camera(Box<CameraReader>),
    Write(Box<FfmpegWriter>),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let (opened, defaults) = if request.io_mode().is_write() {
        let writer = FfmpegWriter::open(request)?;
        let _: imageio_core::NoOptions = options.parse()?;
        (Opened::Write(Box::new(writer)), FfmpegReadOptions::new())
    } else if let Some(number) = Camera::named_by(&request) {
        let defaults: FfmpegReadOptions = options.parse()?;
        let camera = Camera::nth(number)?;
        let reader = CameraReader::open(request, camera, &defaults)?;
        (Opened::Camera(Box::new(reader)), defaults)
    } else {
        // Whose file it is comes first: options for another plugin must not stop a search here.
        FfmpegReader::recognise(&request)?;
        let defaults = options.parse()?;
        let reader = FfmpegReader::open_with(request, &defaults)?;
        (Opened::Video(Box::new(reader)), defaults)
    };
    Ok(Box::new(FfmpegPlugin { opened, defaults }))
}

impl FfmpegPlugin {
    fn options(&self, options: &Options) -> Result<FfmpegReadOptions> {
        options.parse_over(&self.defaults)
    }

    /// The reader, where a video was opened.
    pub fn reader(&mut self) -> Option<&mut FfmpegReader> {
        match &mut self.opened {
            Opened::Video(reader) => Some(reader),
            _ => None,
        }
    }

    /// The reader, where a camera was opened.
    pub fn camera(&mut self) -> Option<&mut CameraReader> {
        match &mut self.opened {
            Opened::Camera(reader) => Some(reader),
            _ => None,
        }
    }
}

/// A camera is asked for its frames when it is opened, not at each of them.
fn unchanged(reader: &CameraReader, options: &FfmpegReadOptions) -> Result<()> {
    let opened = reader.options();
    let same = |a: &FfmpegReadOptions| {
        (a.fps, a.size, a.dtype, &a.pixelformat)
            == (
                options.fps,
                options.size,
                options.dtype,
                &options.pixelformat,
            )
    };
    if same(opened) || opened.before_input() != options.before_input() {
        return Ok(());
    }
    Err(Error::bad_option(
        "options of a camera are given when it is opened",
    ))
}

fn for_writing() -> Error {
    Error::unsupported("it was opened for writing")
}

impl PluginV3 for FfmpegPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options = self.options(options)?;
        match &mut self.opened {
            Opened::Video(reader) => reader.read(index, &options),
            Opened::Camera(reader) => {
                unchanged(reader, &options)?;
                reader.read(index)
            }
            Opened::Write(_) => Err(for_writing()),
        }
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let options = self.options(options)?;
        match &mut self.opened {
            Opened::Video(reader) => reader.read_next(position, &options),
            Opened::Camera(reader) => {
                unchanged(reader, &options)?;
                reader.next_new().map(Some)
            }
            Opened::Write(_) => Err(for_writing()),
        }
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let options = self.options(options)?;
        match &mut self.opened {
            Opened::Video(reader) => reader.properties(index, &options),
            Opened::Camera(reader) => reader.properties(index),
            Opened::Write(_) => Err(for_writing()),
        }
    }

    fn metadata(
        &mut self,
        index: Index,
        _exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let options = self.options(options)?;
        match &mut self.opened {
            Opened::Video(reader) => reader.metadata(index, &options),
            Opened::Camera(reader) => Ok(reader.metadata(index)),
            Opened::Write(_) => Err(for_writing()),
        }
    }

    fn summary(&mut self, index: Index, options: &Options) -> Result<Metadata> {
        self.metadata(index, true, options)
            .map(|whole| metadata::summary(&whole))
    }

    fn applied(&self) -> Applied {
        match &self.opened {
            Opened::Video(reader) => reader.applied(),
            _ => Applied::default(),
        }
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let options: FfmpegWriteOptions = options.parse()?;
        match &mut self.opened {
            Opened::Write(writer) => writer.write(&images, &options),
            _ => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn as_any(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn close(self: Box<Self>) -> Result<()> {
        match self.opened {
            Opened::Write(writer) => writer.close(),
            _ => Ok(()),
        }
    }
}
