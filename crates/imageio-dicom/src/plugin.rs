//! The plugin: parses options and calls one method of the reader.

use std::any::Any;

use imageio_core::{
    Applied, ImageProperties, Index, Metadata, NdImage, Options, PluginV3, Request, Result, Window,
};

use crate::options::DicomReadOptions;
use crate::reader::DicomReader;

/// An opened DICOM file, or a folder of them.
#[derive(Debug)]
pub struct DicomPlugin {
    reader: DicomReader,
    /// Options of opening, over which those of a call go.
    defaults: DicomReadOptions,
}

impl DicomPlugin {
    /// Opens `request` for the registry.
    ///
    /// # Errors
    /// Those of [`DicomReader::open`]; `BadOption`.
    pub fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let reader = DicomReader::open(request)?;
        let defaults = options.parse()?;
        reader.check(&defaults)?;
        Ok(Box::new(DicomPlugin { reader, defaults }))
    }

    /// The typed door, with the series of a folder.
    pub fn reader(&mut self) -> &mut DicomReader {
        &mut self.reader
    }
}

impl PluginV3 for DicomPlugin {
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
        exclude_applied: bool,
        options: &Options,
    ) -> Result<Metadata> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.metadata(index, exclude_applied, &options)
    }

    fn summary(&mut self, index: Index, options: &Options) -> Result<Metadata> {
        let options = options.parse_over(&self.defaults)?;
        self.reader.summary(index, &options)
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

    fn applied(&self) -> Applied {
        self.reader.applied()
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }
}
