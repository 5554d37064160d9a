//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{TiffReadOptions, TiffWriteOptions};
use crate::reader::TiffReader;
use crate::writer::TiffWriter;

/// An opened Tiff file.
pub enum TiffPlugin {
    /// Opened for reading.
    Read(TiffReader),
    /// Opened for writing.
    Write(TiffWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        TiffPlugin::Write(TiffWriter::open(request))
    } else {
        TiffPlugin::Read(TiffReader::open(request)?)
    }))
}

impl TiffPlugin {
    fn reader(&self) -> Result<&TiffReader> {
        match self {
            TiffPlugin::Read(reader) => Ok(reader),
            TiffPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for TiffPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: TiffReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: TiffReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: TiffReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: TiffWriteOptions = options.parse()?;
        match self {
            TiffPlugin::Write(writer) => writer.write(&images),
            TiffPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
