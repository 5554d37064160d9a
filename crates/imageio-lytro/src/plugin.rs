//! The plugin: parses options and calls one method of the reader.

use imageio_core::{
    ImageProperties, Index, Metadata, NdImage, Options, PluginOptions, PluginV3, Request, Result,
    Window,
};

use crate::options::{LytroRawReadOptions, LytroReadOptions};
use crate::reader::{LytroFormat, LytroReader};

/// An opened light field, whose options are `O`.
#[derive(Debug)]
pub struct LytroPlugin<O> {
    reader: LytroReader,
    /// Options of opening, over which those of a call go.
    defaults: O,
}

pub(crate) fn open_lfr(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    open::<LytroReadOptions>(request, LytroFormat::Lfr, options)
}

pub(crate) fn open_lfp(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    open::<LytroReadOptions>(request, LytroFormat::Lfp, options)
}

pub(crate) fn open_illum_raw(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    open::<LytroRawReadOptions>(request, LytroFormat::IllumRaw, options)
}

pub(crate) fn open_f01_raw(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    open::<LytroRawReadOptions>(request, LytroFormat::F01Raw, options)
}

fn open<O>(request: Request, format: LytroFormat, options: &Options) -> Result<Box<dyn PluginV3>>
where
    O: PluginOptions + Into<LytroReadOptions> + Send,
{
    // Whose file it is comes first: options for another plugin must not stop a search here.
    let reader = LytroReader::open(request, format)?;
    let defaults: O = options.parse()?;
    Ok(Box::new(LytroPlugin { reader, defaults }))
}

impl<O: PluginOptions + Into<LytroReadOptions> + Send> LytroPlugin<O> {
    fn options(&self, options: &Options) -> Result<LytroReadOptions> {
        Ok(options.parse_over(&self.defaults)?.into())
    }
}

impl<O: PluginOptions + Into<LytroReadOptions> + Send> PluginV3 for LytroPlugin<O> {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        self.reader.read(index, &self.options(options)?)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        self.reader.properties(index, &self.options(options)?)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        self.reader.metadata(index, &self.options(options)?)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let options = self.options(options)?;
        self.reader.read_window(index, window, &options)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let options = self.options(options)?;
        self.reader.read_into(index, out, &options)
    }
}
