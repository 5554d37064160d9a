//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request, Result,
    Window,
};

use crate::options::{NpzReadOptions, NpzWriteOptions};
use crate::reader::NpzReader;
use crate::writer::NpzWriter;

/// An opened NPZ or NPY file.
pub enum NpzPlugin {
    /// Opened for reading.
    Read(NpzReader),
    /// Opened for writing.
    Write(NpzWriter),
}

impl NpzPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`NpzReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        if request.io_mode().is_write() {
            let defaults = options.parse()?;
            return Ok(Box::new(NpzPlugin::Write(NpzWriter::open(
                request, defaults,
            ))));
        }
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let reader = NpzReader::open(request)?;
        let _: NpzReadOptions = options.parse()?;
        Ok(Box::new(NpzPlugin::Read(reader)))
    }

    fn reader(&mut self, options: &Options) -> Result<&mut NpzReader> {
        let NpzReadOptions {} = options.parse()?;
        match self {
            NpzPlugin::Read(reader) => Ok(reader),
            NpzPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for NpzPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        self.reader(options)?.read(index)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        self.reader(options)?.properties(index)
    }

    fn metadata(
        &mut self,
        index: Index,
        _exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        self.reader(options)?.metadata(index)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        self.reader(options)?.read_window(index, window)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        self.reader(options)?.read_into(index, out)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        match self {
            NpzPlugin::Write(writer) => {
                // Names of the call count its own arrays, those of opening count the arrays of the file.
                let names_of_call = options.parse::<NpzWriteOptions>()?.names.is_some();
                let options = options.parse_over(writer.defaults())?;
                writer.write(&images, &options, names_of_call)
            }
            NpzPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match *self {
            NpzPlugin::Write(writer) => writer.close(),
            NpzPlugin::Read(_) => Ok(()),
        }
    }
}
