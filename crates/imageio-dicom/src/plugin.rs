//! The plugin: each call parses its options and goes to the reader or the writer.

use imageio_core::{
    Error, ImageProperties, Images, Index, Metadata, NdImage, NoOptions, Options, PluginV3,
    Request, Result,
};

use crate::options::{DicomReadOptions, DicomWriteOptions};
use crate::reader::DicomReader;
use crate::writer::DicomWriter;

/// An opened Dicom file.
pub enum DicomPlugin {
    /// Opened for reading.
    Read(DicomReader),
    /// Opened for writing.
    Write(DicomWriter),
}

pub(crate) fn open(request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    Ok(Box::new(if request.io_mode().is_write() {
        DicomPlugin::Write(DicomWriter::open(request))
    } else {
        DicomPlugin::Read(DicomReader::open(request)?)
    }))
}

impl DicomPlugin {
    fn reader(&self) -> Result<&DicomReader> {
        match self {
            DicomPlugin::Read(reader) => Ok(reader),
            DicomPlugin::Write(_) => Err(Error::unsupported("it was opened for writing")),
        }
    }
}

impl PluginV3 for DicomPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options: DicomReadOptions = options.parse()?;
        self.reader()?.read(index, &options)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: DicomReadOptions = options.parse()?;
        self.reader()?.properties(index)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let _: DicomReadOptions = options.parse()?;
        self.reader()?.metadata(index)
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let _: DicomWriteOptions = options.parse()?;
        match self {
            DicomPlugin::Write(writer) => writer.write(&images),
            DicomPlugin::Read(_) => Err(Error::unsupported("it was opened for reading")),
        }
    }
}
