//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request, Result,
    Window,
};

use crate::options::{FitsReadOptions, FitsWriteOptions};
use crate::reader::FitsReader;
use crate::writer::FitsWriter;

/// An opened FITS file.
#[derive(Debug)]
pub enum FitsPlugin {
    /// Opened for reading, with the options of opening, over which those of a call go.
    Read(Box<FitsReader>, FitsReadOptions),
    /// Opened for writing.
    Write(FitsWriter),
}

impl FitsPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`FitsReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        if request.io_mode().is_write() {
            return Ok(Box::new(FitsPlugin::Write(FitsWriter::open(request))));
        }
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let parsed = options.parse();
        let defaults = parsed.as_ref().cloned().unwrap_or_default();
        let reader = FitsReader::open(request, &defaults)?;
        Ok(Box::new(FitsPlugin::Read(Box::new(reader), parsed?)))
    }

    fn reading(&mut self, options: &Options) -> Result<(&mut FitsReader, FitsReadOptions)> {
        match self {
            FitsPlugin::Read(reader, defaults) => Ok((reader, options.parse_over(defaults)?)),
            FitsPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for FitsPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reading(options)?;
        reader.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let (reader, options) = self.reading(options)?;
        reader.properties(index, &options)
    }

    fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let (reader, options) = self.reading(options)?;
        reader.metadata(index, exclude_applied, &options)
    }

    fn summary(&mut self, index: Index, options: &Options) -> Result<Metadata> {
        let (reader, options) = self.reading(options)?;
        reader.summary(index, &options)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let (reader, options) = self.reading(options)?;
        reader.read_next(position, &options)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reading(options)?;
        reader.read_window(index, window, &options)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let (reader, options) = self.reading(options)?;
        reader.read_into(index, out, &options)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let options: FitsWriteOptions = options.parse()?;
        match self {
            FitsPlugin::Write(writer) => writer.write(&images, &options),
            FitsPlugin::Read(..) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match *self {
            FitsPlugin::Write(writer) => writer.close(),
            FitsPlugin::Read(..) => Ok(()),
        }
    }
}
