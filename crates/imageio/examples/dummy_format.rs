//! The manual's example format: it reads any file as bytes, and refuses to write.
//!
//! `cargo run --example dummy_format -- FILE` shows what it makes of a file.

use std::borrow::Cow;
use std::io::Write;

use imageio::v2::{self, Format, FormatHooks, FormatReader, FormatWriter, Length};
use imageio::{Error, Metadata, NdImage, Options, Request, Result};

imageio::plugin_options! {
    /// What reading with the dummy takes.
    pub struct DummyReadOptions {
        /// An option without effect. Default: `false`.
        some_option: bool = false,
        /// Number of images to claim. Default: `1`.
        length: usize = 1,
    }

    /// What writing with the dummy takes.
    pub struct DummyWriteOptions {
        /// An option without effect. Default: `0`.
        flags: i64 = 0,
    }
}

/// The hooks of the format.
pub(crate) struct Dummy;

impl FormatHooks for Dummy {
    fn doc(&self) -> Cow<'_, str> {
        Cow::Borrowed(
            "The dummy reads the bytes of a file as one column, and does not write.\n\n\
             Parameters for reading\n\nlength : int\n    Number of images to claim. Default: `1`.",
        )
    }

    fn can_read(&self, format: &Format, request: &Request) -> Result<bool> {
        Ok(is_mine(format, request))
    }

    fn can_write(&self, format: &Format, request: &Request) -> Result<bool> {
        Ok(is_mine(format, request))
    }

    fn reader(&self, request: &Request, options: &Options) -> Result<Box<dyn FormatReader>> {
        let options: DummyReadOptions = options.parse()?;
        Ok(Box::new(DummyReader {
            request: request.clone(),
            length: options.length,
        }))
    }

    fn writer(&self, _: &Request, options: &Options) -> Result<Box<dyn FormatWriter>> {
        let _: DummyWriteOptions = options.parse()?;
        Ok(Box::new(DummyWriter))
    }
}

/// In most cases this suffices: the mode and the extension.
fn is_mine(format: &Format, request: &Request) -> bool {
    let extension = request.extension().unwrap_or_default();
    let listed = format.extensions().iter().any(|one| **one == *extension);
    listed && format.serves(request.io_mode().image_mode())
}

struct DummyReader {
    request: Request,
    length: usize,
}

impl FormatReader for DummyReader {
    fn length(&mut self) -> Result<Length> {
        Ok(Length::Images(self.length))
    }

    fn data(&mut self, index: usize) -> Result<Option<(NdImage, Metadata)>> {
        if index >= self.length {
            return Err(Error::out_of_range(index, self.length));
        }
        let bytes = self.request.read_all()?.into_owned();
        let image = NdImage::from_vec(&[bytes.len(), 1], bytes)?;
        Ok(Some((image, Metadata::new())))
    }

    fn meta_data(&mut self, _: Option<usize>) -> Result<Metadata> {
        Ok(Metadata::new())
    }
}

struct DummyWriter;

impl FormatWriter for DummyWriter {
    fn append_data(&mut self, _: &NdImage, _: &Metadata) -> Result<()> {
        Err(Error::unsupported(
            "the dummy format cannot write image data",
        ))
    }

    fn set_meta_data(&mut self, _: &Metadata) -> Result<()> {
        Err(Error::unsupported(
            "the dummy format cannot write meta data",
        ))
    }
}

/// The format, which `formats().add_format` makes known.
pub(crate) fn dummy() -> Result<Format> {
    let about = "An example format that does nothing.";
    Format::new("dummy", about, ".foobar .nonexistenttext", "iI", Dummy)
}

fn main() -> Result<()> {
    v2::formats().add_format(&dummy()?, false)?;
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1) {
        let args = v2::ReadArgs::new().format("DUMMY").option("length", 2);
        let mut reader = v2::get_reader_with(path, args)?;
        for image in reader.iter_data() {
            writeln!(out, "{:?}", image?.shape())?;
        }
    }
    Ok(())
}
