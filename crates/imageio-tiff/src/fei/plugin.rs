//! The plugin: each call parses its options and goes to the reader.

use imageio_core::{
    ImageProperties, Index, Metadata, NdImage, Options, PluginV3, Request, Result, Window,
};

use super::options::{FeiOpenOptions, FeiReadOptions};
use super::reader::FeiReader;

/// An opened file of FEI.
pub struct FeiPlugin {
    reader: FeiReader,
    /// Options of opening, over which those of a call go.
    defaults: FeiReadOptions,
}

impl FeiPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`FeiReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        let open: FeiOpenOptions = options.parse()?;
        Ok(Box::new(FeiPlugin {
            reader: FeiReader::open_with(request, &open)?,
            defaults: FeiReadOptions::of_open(&open),
        }))
    }
}

impl PluginV3 for FeiPlugin {
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
        let _: FeiReadOptions = options.parse_over(&self.defaults)?;
        // The text is about the file, but an image that is not there has none.
        self.reader.check(index)?;
        self.reader.metadata()
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read_next(position, &options)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.read_window(index, window, &options)
    }
}
