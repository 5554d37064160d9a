//! From a file to its image.

use imageio_core::{
    DType, Error, ErrorKind, ImageProperties, Index, Metadata, NdImage, Request, Result,
};

use crate::format::{self, Header};
use crate::options::FitsReadOptions;

/// A Fits file opened for reading.
pub struct FitsReader {
    request: Request,
    header: Header,
}

impl FitsReader {
    /// Opens `request` when its header is one.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes.
    pub fn open(request: Request) -> Result<Self> {
        let bytes = request.first_bytes(format::HEADER_LEN)?;
        let header = Header::parse(&bytes)
            .ok_or_else(|| Error::not_this_format("it does not begin as a Fits file"))?;
        Ok(FitsReader { request, header })
    }

    /// Decodes the image; for [`Index::All`] a stack of one.
    pub fn read(&self, index: Index, options: &FitsReadOptions) -> Result<NdImage> {
        let shape = self.properties(index)?.shape;
        let limits = self.request.limits();
        let len = limits.check_image(&self.header.shape(), DType::U8)?;
        let mut data = limits.try_vec::<u8>(len, "the image")?;
        self.request
            .read_exact_at(format::HEADER_LEN as u64, &mut data)
            .map_err(|error| match error.kind() {
                ErrorKind::Io => error.with_kind(ErrorKind::Corrupt),
                _ => error,
            })?;
        if options.invert {
            for sample in &mut data {
                *sample = 255 - *sample;
            }
        }
        NdImage::from_vec(&shape, data)
    }

    /// Shape and type, from the header alone.
    pub fn properties(&self, index: Index) -> Result<ImageProperties> {
        let one = ImageProperties::new(self.header.shape(), DType::U8);
        match index {
            Index::Default | Index::At(0) => Ok(one),
            Index::All => Ok(one.batch_of(1)),
            Index::At(position) => Err(Error::out_of_range(position, 1)),
        }
    }

    /// The format has none.
    pub fn metadata(&self, index: Index) -> Result<Metadata> {
        self.properties(index).map(|_| Metadata::new())
    }
}
