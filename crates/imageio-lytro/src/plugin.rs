//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{LytroReadOptions, LytroWriteOptions};
use crate::reader::LytroReader;
use crate::writer::LytroWriter;

/// An opened Lytro file.
pub enum LytroPlugin {
    /// Opened for reading.
    Read(LytroReader),
    /// Opened for writing.
    Write(LytroWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        LytroPlugin::Write(LytroWriter::open(request))
    } else {
        LytroPlugin::Read(LytroReader::open(request)?)
    }))
}

impl LytroPlugin {
    fn reader(&self) -> Result<&LytroReader> {
        match self {
            LytroPlugin::Read(reader) => Ok(reader),
            LytroPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for LytroPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: LytroReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: LytroReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: LytroReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: LytroWriteOptions = options.parse()?;
        match self {
            LytroPlugin::Write(writer) => writer.write(&images),
            LytroPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
