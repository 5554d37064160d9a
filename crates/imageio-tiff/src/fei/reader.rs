//! The read path: a TIFF file without its last rows, and the text behind it.

use imageio_core::{
    Error, ErrorKind, ImageProperties, Index, Metadata, NdImage, Request, Result, Value, Window,
};

use super::options::{FeiOpenOptions, FeiReadOptions};
use super::text;
use crate::options::TiffReadOptions;
use crate::reader::TiffReader;

/// Rows of the caption where nothing tells them.
const CAPTION: usize = 70;

/// Reads a TIFF file of an electron microscope of FEI.
pub struct FeiReader {
    tiff: TiffReader,
    options: TiffReadOptions,
    name: String,
    /// What the text says.
    metadata: Told,
}

impl FeiReader {
    /// Opens `request` when it is a TIFF file.
    ///
    /// # Errors
    /// Those of [`TiffReader::open`].
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        FeiReader::open_with(request, &FeiOpenOptions::new())
    }

    /// Opens `request` with the options of a TIFF file.
    pub fn open_with(request: impl Into<Request>, options: &FeiOpenOptions) -> Result<Self> {
        let (request, options) = (request.into(), options.tiff());
        let name = request.name().into_owned();
        Ok(FeiReader {
            tiff: TiffReader::open_with(request, &options)?,
            options,
            name,
            metadata: Told::Unknown,
        })
    }

    /// Decodes an image without its caption.
    pub fn read(&mut self, index: Index, options: &FeiReadOptions) -> Result<NdImage> {
        self.read_window(index, &Window::default(), options)
    }

    /// Decodes image `position` on the way from the first to the last; nothing after the last.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &FeiReadOptions,
    ) -> Result<Option<NdImage>> {
        match self.read(Index::At(position), options) {
            Err(error) if error.kind() == ErrorKind::OutOfRange => Ok(None),
            image => image.map(Some),
        }
    }

    /// Decodes the part inside `window`, whose rows are those of the picture.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &FeiReadOptions,
    ) -> Result<NdImage> {
        let shape = self.properties(index, options)?.shape;
        let ranges = window.resolve(&shape)?;
        let window = Window::new(ranges).level(window.pyramid_level());
        self.tiff.read_window(index, &window, &self.options)
    }

    /// Shape and type of what [`read`](FeiReader::read) would give.
    pub fn properties(
        &mut self,
        index: Index,
        options: &FeiReadOptions,
    ) -> Result<ImageProperties> {
        let mut properties = self.tiff.properties(index, &self.options)?;
        let axes = properties.axes.as_deref().unwrap_or_default();
        let rows = axes.chars().position(|axis| axis == 'Y');
        if let Some(rows) = rows.and_then(|axis| properties.shape.get_mut(axis)) {
            *rows -= self.caption(*rows, options)?;
        }
        // A level of a pyramid has no caption of known height, and these files have no levels.
        properties.levels.clear();
        Ok(properties)
    }

    /// What the text of the file says: numbers and texts in maps, one for each section.
    ///
    /// # Errors
    /// `NotThisFormat` for a file without such text.
    pub fn metadata(&mut self) -> Result<Metadata> {
        if let Some(metadata) = self.found()? {
            return Ok(metadata.clone());
        }
        let message = format!("input file {} contains no FEI metadata", self.name);
        Err(Error::not_this_format(message))
    }

    /// Refuses an index without an image.
    pub(super) fn check(&mut self, index: Index) -> Result<()> {
        self.tiff.properties(index, &self.options).map(|_| ())
    }

    /// Rows to leave out of `rows`.
    fn caption(&mut self, rows: usize, options: &FeiReadOptions) -> Result<usize> {
        if !options.discard_watermark {
            return Ok(0);
        }
        match options.watermark_height {
            Some(height) if height < rows => Ok(height),
            Some(height) => Err(Error::bad_option(format!(
                "watermark_height {height}: the image has {rows} rows"
            ))),
            None => {
                let told = self
                    .found()?
                    .and_then(|metadata| told_caption(metadata, rows));
                // A picture lower than that has no caption, whatever the file says about itself.
                Ok(told.unwrap_or(if rows > CAPTION { CAPTION } else { 0 }))
            }
        }
    }

    fn found(&mut self) -> Result<Option<&Metadata>> {
        if matches!(self.metadata, Told::Unknown) {
            let found = text::find(self.tiff.document())?;
            let parsed = found.as_deref().and_then(text::parse);
            self.metadata = parsed.map_or(Told::Nothing, Told::This);
        }
        Ok(match &self.metadata {
            Told::This(metadata) => Some(metadata),
            Told::Unknown | Told::Nothing => None,
        })
    }
}

/// What the text of a file says, as far as it was looked for.
enum Told {
    Unknown,
    Nothing,
    This(Metadata),
}

/// Height of the caption below a picture of `rows` rows in all, where the text tells the height of the picture or of
/// the caption and it can be true.
fn told_caption(metadata: &Metadata, rows: usize) -> Option<usize> {
    let number = |section: &str, key: &str| {
        let number = metadata.get(section)?.as_map()?.get(key)?;
        let Value::Int(number) = number else {
            return None;
        };
        usize::try_from(*number).ok()
    };
    let picture = number("Image", "ResolutionY").filter(|height| (1..=rows).contains(height));
    let caption = || number("PrivateFei", "DatabarHeight").filter(|&height| height < rows);
    picture.map(|height| rows - height).or_else(caption)
}
