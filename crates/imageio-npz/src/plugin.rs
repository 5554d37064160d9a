//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{NpzReadOptions, NpzWriteOptions};
use crate::reader::NpzReader;
use crate::writer::NpzWriter;

/// An opened Npz file.
pub enum NpzPlugin {
    /// Opened for reading.
    Read(NpzReader),
    /// Opened for writing.
    Write(NpzWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        NpzPlugin::Write(NpzWriter::open(request))
    } else {
        NpzPlugin::Read(NpzReader::open(request)?)
    }))
}

impl NpzPlugin {
    fn reader(&self) -> Result<&NpzReader> {
        match self {
            NpzPlugin::Read(reader) => Ok(reader),
            NpzPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for NpzPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: NpzReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: NpzReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: NpzReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: NpzWriteOptions = options.parse()?;
        match self {
            NpzPlugin::Write(writer) => writer.write(&images),
            NpzPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
