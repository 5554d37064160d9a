//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Applied, Error, ImageProperties, Images, Index, Metadata, NdImage, Options, PluginV3, Request,
    Result, Window,
};

use crate::options::{SwfOpenOptions, SwfReadOptions, SwfWriteOptions};
use crate::reader::SwfReader;
use crate::writer::SwfWriter;

/// An opened SWF file. Options of opening hold for every call that does not say otherwise.
#[derive(Debug)]
pub struct SwfPlugin {
    face: Face,
    applied: Applied,
}

#[derive(Debug)]
enum Face {
    Read(Box<SwfReader>, SwfReadOptions),
    Write(Box<SwfWriter>, SwfWriteOptions),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let face = if request.io_mode().is_write() {
        let defaults: SwfOpenOptions = options.parse()?;
        Face::Write(Box::new(SwfWriter::open(request)), defaults.into())
    } else {
        // Whose file it is comes first: options for another plugin must not stop a search here.
        let reader = SwfReader::open(request)?;
        let defaults: SwfOpenOptions = options.parse()?;
        Face::Read(Box::new(reader), defaults.into())
    };
    Ok(Box::new(SwfPlugin {
        face,
        applied: Applied::default(),
    }))
}

impl SwfPlugin {
    fn reader(&mut self, options: &Options) -> Result<(&mut SwfReader, SwfReadOptions)> {
        match &mut self.face {
            Face::Read(reader, defaults) => {
                let options = options.parse_over(defaults)?;
                Ok((reader, options))
            }
            Face::Write(..) => Err(Error::unsupported("it was opened for writing")),
        }
    }

    /// Notes what a read has changed.
    fn noted<T>(&mut self, premultiplied: bool, read: Result<T>) -> Result<T> {
        self.applied.alpha = premultiplied && read.is_ok();
        read
    }
}

impl PluginV3 for SwfPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reader(options)?;
        let image = reader.read(index, &options);
        self.noted(options.premultiplied, image)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let (reader, options) = self.reader(options)?;
        reader.properties(index, &options)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let (reader, options) = self.reader(options)?;
        reader.metadata(index, &options)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let (reader, options) = self.reader(options)?;
        let image = reader.read_next(position, &options);
        self.noted(options.premultiplied, image)
    }

    fn read_window(&mut self, index: Index, window: &Window, options: &Options) -> Result<NdImage> {
        let (reader, options) = self.reader(options)?;
        let image = reader.read_window(index, window, &options);
        self.noted(options.premultiplied, image)
    }

    fn read_into(&mut self, index: Index, out: &mut NdImage, options: &Options) -> Result<()> {
        let (reader, options) = self.reader(options)?;
        let done = reader.read_into(index, out, &options);
        self.noted(options.premultiplied, done)
    }

    fn applied(&self) -> Applied {
        self.applied.clone()
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        match &mut self.face {
            Face::Write(writer, defaults) => {
                *defaults = options.parse_over(defaults)?;
                writer.write(&images, defaults)
            }
            Face::Read(..) => Err(Error::unsupported("it was opened for reading")),
        }
    }

    fn close(self: Box<Self>) -> Result<()> {
        match self.face {
            Face::Write(writer, options) => writer.close(&options),
            Face::Read(..) => Ok(()),
        }
    }
}
