//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{FitsReadOptions, FitsWriteOptions};
use crate::reader::FitsReader;
use crate::writer::FitsWriter;

/// An opened Fits file.
pub enum FitsPlugin {
    /// Opened for reading.
    Read(FitsReader),
    /// Opened for writing.
    Write(FitsWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        FitsPlugin::Write(FitsWriter::open(request))
    } else {
        FitsPlugin::Read(FitsReader::open(request)?)
    }))
}

impl FitsPlugin {
    fn reader(&self) -> Result<&FitsReader> {
        match self {
            FitsPlugin::Read(reader) => Ok(reader),
            FitsPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for FitsPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: FitsReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: FitsReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: FitsReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: FitsWriteOptions = options.parse()?;
        match self {
            FitsPlugin::Write(writer) => writer.write(&images),
            FitsPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
