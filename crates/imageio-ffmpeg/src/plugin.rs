//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{FfmpegReadOptions, FfmpegWriteOptions};
use crate::reader::FfmpegReader;
use crate::writer::FfmpegWriter;

/// An opened Ffmpeg file.
pub enum FfmpegPlugin {
    /// Opened for reading.
    Read(FfmpegReader),
    /// Opened for writing.
    Write(FfmpegWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        FfmpegPlugin::Write(FfmpegWriter::open(request))
    } else {
        FfmpegPlugin::Read(FfmpegReader::open(request)?)
    }))
}

impl FfmpegPlugin {
    fn reader(&self) -> Result<&FfmpegReader> {
        match self {
            FfmpegPlugin::Read(reader) => Ok(reader),
            FfmpegPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for FfmpegPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: FfmpegReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: FfmpegReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: FfmpegReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: FfmpegWriteOptions = options.parse()?;
        match self {
            FfmpegPlugin::Write(writer) => writer.write(&images),
            FfmpegPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
