//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{SwfReadOptions, SwfWriteOptions};
use crate::reader::SwfReader;
use crate::writer::SwfWriter;

/// An opened Swf file.
pub enum SwfPlugin {
    /// Opened for reading.
    Read(SwfReader),
    /// Opened for writing.
    Write(SwfWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        SwfPlugin::Write(SwfWriter::open(request))
    } else {
        SwfPlugin::Read(SwfReader::open(request)?)
    }))
}

impl SwfPlugin {
    fn reader(&self) -> Result<&SwfReader> {
        match self {
            SwfPlugin::Read(reader) => Ok(reader),
            SwfPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for SwfPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: SwfReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: SwfReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: SwfReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: SwfWriteOptions = options.parse()?;
        match self {
            SwfPlugin::Write(writer) => writer.write(&images),
            SwfPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
