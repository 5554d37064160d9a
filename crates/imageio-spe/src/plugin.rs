//! The plugin: parses options and calls one method of the reader.

use imageio_core::{
    ImageProperties, Index, Metadata, NdImage, Options, PluginV3, Request, Result, Window,
};

use crate::options::SpeReadOptions;
use crate::reader::SpeReader;

/// An opened SPE file.
#[derive(Debug)]
pub struct SpePlugin {
    reader: SpeReader,
    /// Options of opening, over which those of a call go.
    defaults: SpeReadOptions,
}

impl SpePlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`SpeReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let reader = SpeReader::open(request)?;
        let defaults = options.parse()?;
        Ok(Box::new(SpePlugin { reader, defaults }))
    }
}

impl PluginV3 for SpePlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.properties(index, &options)
    }

    fn metadata(
        &mut self,
        index: Index,
        _exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.metadata(index, &options)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read_next(position, &options)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read_window(index, window, &options)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read_into(index, out, &options)
    }
}
