//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{BsdfReadOptions, BsdfWriteOptions};
use crate::reader::BsdfReader;
use crate::writer::BsdfWriter;

/// An opened Bsdf file.
pub enum BsdfPlugin {
    /// Opened for reading.
    Read(BsdfReader),
    /// Opened for writing.
    Write(BsdfWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        BsdfPlugin::Write(BsdfWriter::open(request))
    } else {
        BsdfPlugin::Read(BsdfReader::open(request)?)
    }))
}

impl BsdfPlugin {
    fn reader(&self) -> Result<&BsdfReader> {
        match self {
            BsdfPlugin::Read(reader) => Ok(reader),
            BsdfPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for BsdfPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: BsdfReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: BsdfReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: BsdfReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: BsdfWriteOptions = options.parse()?;
        match self {
            BsdfPlugin::Write(writer) => writer.write(&images),
            BsdfPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
