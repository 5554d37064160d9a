//! The plugin behind the older names.

use imageio_core::{
    Applied, Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options,
    PluginV3, Request, Result, Window,
};

use super::Kind;
use super::reader::{LegacyReader, ReadPlan};
use super::writer::LegacyWriter;

/// A file opened by an older name.
struct LegacyPlugin {
    kind: &'static Kind,
    face: Face,
}

enum Face {
    Read(Box<LegacyReader>),
    Write(Box<LegacyWriter>),
}

pub(super) fn open(
    kind: &'static Kind,
    request: Request,
    options: &Options,
) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    let face = if request.io_mode().is_write() {
        Face::Write(Box::new(LegacyWriter::open(kind, request)?))
    } else {
        Face::Read(Box::new(LegacyReader::open(kind, &request)?))
    };
    Ok(Box::new(LegacyPlugin { kind, face }))
}

impl LegacyPlugin {
    fn reader(&mut self, options: &Options) -> Result<(&mut LegacyReader, ReadPlan)> {
        let plan = (self.kind.read_plan)(options)?;
        match &mut self.face {
            Face::Read(reader) => Ok((reader, plan)),
            Face::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for LegacyPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let (reader, plan) = self.reader(options)?;
        reader.read(index, plan)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let (reader, plan) = self.reader(options)?;
        reader.properties(index, plan)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let (reader, _) = self.reader(options)?;
        reader.metadata(index)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let (reader, plan) = self.reader(options)?;
        reader.read_next(position, plan)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let (reader, plan) = self.reader(options)?;
        reader.read_window(index, window, plan)
    }

    fn applied(&self) -> Applied {
        match &self.face {
            Face::Read(reader) => reader.applied(),
            Face::Write(_) => Applied::default(),
        }
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let plan = (self.kind.write_plan)(options)?;
        match &mut self.face {
            Face::Write(writer) => writer.write(&images, &plan),
            Face::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match self.face {
            Face::Write(writer) => writer.close(),
            Face::Read(_) => Ok(()),
        }
    }
}
