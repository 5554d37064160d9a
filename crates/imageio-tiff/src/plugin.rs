//! The plugin: each call parses its options and goes to the reader or the writer.

use std::any::Any;

use imageio_core::{
    Applied, Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request,
    Result, Window,
};

use crate::options::{TiffOpenOptions, TiffReadOptions, TiffWriteOptions};
use crate::reader::TiffReader;
use crate::writer::TiffWriter;

/// An opened TIFF file.
pub struct TiffPlugin {
    state: State,
    /// Options of opening, over which those of a call go.
    defaults: TiffReadOptions,
    write_defaults: TiffWriteOptions,
}

enum State {
    Read(Box<TiffReader>),
    Write(Box<TiffWriter>),
}

impl TiffPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`TiffReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        let open: TiffOpenOptions = options.parse()?;
        let defaults = TiffReadOptions::of_open(&open);
        let state = if request.io_mode().is_write() {
            State::Write(Box::new(TiffWriter::open(request)))
        } else {
            State::Read(Box::new(TiffReader::open_with(request, &defaults)?))
        };
        Ok(Box::new(TiffPlugin {
            state,
            defaults,
            write_defaults: TiffWriteOptions::of_open(&open),
        }))
    }

    /// The reader, for what it offers beside the common calls.
    ///
    /// # Errors
    /// `Unsupported` when the file was opened for writing.
    pub fn reader(&mut self) -> Result<&mut TiffReader> {
        match &mut self.state {
            State::Read(reader) => Ok(reader),
            State::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }

    fn reading(&mut self, options: &Options) -> Result<(&mut TiffReader, TiffReadOptions)> {
        let options = options.parse_over(&self.defaults)?;
        Ok((self.reader()?, options))
    }
}

impl PluginV3 for TiffPlugin {
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
        let options: TiffWriteOptions = options.parse_over(&self.write_defaults)?;
        let options = options.over(&self.write_defaults);
        match &mut self.state {
            State::Write(writer) => writer.write(&images, &options),
            State::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn set_metadata(&mut self, metadata: &Metadata) -> Result<()> {
        match &mut self.state {
            State::Write(writer) => writer.set_metadata(metadata.clone()),
            State::Read(_) => return Err(Error::unsupported("it was opened for reading")),
        }
        Ok(())
    }

    fn applied(&self) -> Applied {
        match &self.state {
            State::Read(reader) => reader.applied(),
            State::Write(_) => Applied::default(),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match self.state {
            State::Write(writer) => writer.close(),
            State::Read(_) => Ok(()),
        }
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }
}
