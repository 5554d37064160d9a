//! From a file to its images.

use imageio_core::{Error, ImageProperties, Index, Metadata, NdImage, Request, Result, Window};

use crate::format::ifd::Chain;
use crate::format::page::Page;
use crate::format::pixels::{self, Region};
use crate::format::source::Source;
use crate::options::TiffReadOptions;

/// A TIFF file opened for reading.
pub struct TiffReader {
    source: Source,
    chain: Chain,
}

impl TiffReader {
    /// Opens `request` when it is a TIFF file.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        TiffReader::open_with(request, &TiffReadOptions::default())
    }

    /// Opens `request` with the options that count then: `offset` and `size`.
    pub fn open_with(request: impl Into<Request>, options: &TiffReadOptions) -> Result<Self> {
        let source = Source::open(request.into(), options.offset, options.size)?;
        let chain = Chain::main(&source)?;
        Ok(TiffReader { source, chain })
    }

    fn page(&mut self, index: Index) -> Result<Page> {
        let index = if let Index::At(n) = index { n } else { 0 };
        match self.chain.get(&self.source, index) {
            Some(offset) => Page::read(&self.source, offset),
            None => Err(Error::out_of_range(index, self.chain.count(&self.source))),
        }
    }

    /// Decodes one page.
    pub fn read(&mut self, index: Index, _options: &TiffReadOptions) -> Result<NdImage> {
        let page = self.page(index)?;
        let (dtype, shape) = (page.dtype()?, page.shape());
        let limits = self.source.limits();
        let len = limits.check_image(&shape, dtype)?;
        let mut data = limits.try_vec::<u8>(len, "the image")?;
        pixels::read_region(&self.source, &page, &Region::whole(&page), &mut data)?;
        NdImage::from_vec(&shape, data)
    }

    /// The cursor.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &TiffReadOptions,
    ) -> Result<Option<NdImage>> {
        self.read(Index::At(position), options).map(Some)
    }

    /// A part.
    pub fn read_window(
        &mut self,
        index: Index,
        _: &Window,
        options: &TiffReadOptions,
    ) -> Result<NdImage> {
        self.read(index, options)
    }

    /// Into a buffer.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &TiffReadOptions,
    ) -> Result<()> {
        *out = self.read(index, options)?;
        Ok(())
    }

    /// Shape and type.
    pub fn properties(&mut self, index: Index, _: &TiffReadOptions) -> Result<ImageProperties> {
        let page = self.page(index)?;
        Ok(ImageProperties::new(page.shape(), page.dtype()?).axes(page.axes()))
    }

    /// None yet.
    pub fn metadata(
        &mut self,
        index: Index,
        _: bool,
        options: &TiffReadOptions,
    ) -> Result<Metadata> {
        self.properties(index, options).map(|_| Metadata::new())
    }
}
