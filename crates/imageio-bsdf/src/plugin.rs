//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request, Result,
    Window,
};

use crate::options::{BsdfOpenOptions, BsdfReadOptions, BsdfWriteOptions};
use crate::reader::BsdfReader;
use crate::writer::BsdfWriter;

/// An opened BSDF file.
#[derive(Debug)]
pub enum BsdfPlugin {
    /// Opened for reading, with the options of opening.
    Read(BsdfReader, BsdfReadOptions),
    /// Opened for writing, with the options of opening.
    Write(BsdfWriter, BsdfWriteOptions),
}

impl BsdfPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`BsdfReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        if request.io_mode().is_write() {
            let options: BsdfOpenOptions = options.parse()?;
            if options.random_access.is_some() {
                return Err(Error::bad_option("option `random_access` is for reading"));
            }
            let defaults =
                BsdfWriteOptions::new().compression(options.compression.unwrap_or_default());
            let writer = BsdfWriter::open(request, options.append)?;
            return Ok(Box::new(BsdfPlugin::Write(writer, defaults)));
        }
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let reader = BsdfReader::open(request)?;
        let options: BsdfOpenOptions = options.parse()?;
        if options.compression.is_some() || options.append {
            return Err(Error::bad_option(
                "options `compression` and `append` are for writing",
            ));
        }
        let defaults = BsdfReadOptions {
            random_access: options.random_access,
        };
        Ok(Box::new(BsdfPlugin::Read(reader, defaults)))
    }

    fn reader(&mut self, options: &Options) -> Result<(&mut BsdfReader, BsdfReadOptions)> {
        match self {
            BsdfPlugin::Read(reader, defaults) => {
                let options = options.parse_over(defaults)?;
                Ok((reader, options))
            }
            BsdfPlugin::Write(..) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for BsdfPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reader(options)?;
        reader.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let (reader, options) = self.reader(options)?;
        reader.properties(index, &options)
    }

    fn metadata(
        &mut self,
        index: Index,
        _exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let (reader, options) = self.reader(options)?;
        reader.metadata(index, &options)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let (reader, options) = self.reader(options)?;
        reader.read_next(position, &options)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reader(options)?;
        reader.read_window(index, window, &options)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let (reader, options) = self.reader(options)?;
        reader.read_into(index, out, &options)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        match self {
            BsdfPlugin::Write(writer, defaults) => {
                let options = options.parse_over(defaults)?;
                writer.write(&images, &options)
            }
            BsdfPlugin::Read(..) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match *self {
            BsdfPlugin::Write(writer, _) => writer.close(),
            BsdfPlugin::Read(..) => Ok(()),
        }
    }
}
