//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Applied, Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request,
    Result, Window,
};

use crate::options::{PillowReadOptions, PillowWriteOptions};
use crate::reader::PillowReader;
use crate::writer::PillowWriter;

/// An opened raster file.
pub enum PillowPlugin {
    /// Opened for reading.
    Read(Box<PillowReader>),
    /// Opened for writing.
    Write(Box<PillowWriter>),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: imageio_core::NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        PillowPlugin::Write(Box::new(PillowWriter::open(request)?))
    } else {
        PillowPlugin::Read(Box::new(PillowReader::open(&request)?))
    }))
}

impl PillowPlugin {
    fn reader(&mut self) -> Result<&mut PillowReader> {
        match self {
            PillowPlugin::Read(reader) => Ok(reader),
            PillowPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for PillowPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: PillowReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let options: PillowReadOptions = options.parse()?;
        self.reader()?.properties(index, &options)
    }

    fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let options: PillowReadOptions = options.parse()?;
        let reader = self.reader()?;
        reader.select(&options)?;
        reader.metadata(index, exclude_applied)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let options: PillowReadOptions = options.parse()?;
        self.reader()?.read_next(position, &options)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let options: PillowReadOptions = options.parse()?;
        self.reader()?.read_window(index, window, &options)
    }

    fn applied(&self) -> Applied {
        match self {
            PillowPlugin::Read(reader) => reader.applied(),
            PillowPlugin::Write(_) => Applied::default(),
        }
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let options: PillowWriteOptions = options.parse()?;
        match self {
            PillowPlugin::Write(writer) => writer.write(&images, options),
            PillowPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match *self {
            PillowPlugin::Write(writer) => writer.close(),
            PillowPlugin::Read(_) => Ok(()),
        }
    }
}
