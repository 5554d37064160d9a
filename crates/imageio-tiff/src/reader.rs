//! The read path: from a request to images and what is known about them.

use imageio_core::{
    Applied, Error, ErrorKind, ImageMode, ImageProperties, Index, Metadata, NdImage, Request,
    Result, Window, check_target,
};

use crate::document::Document;
use crate::metadata;
use crate::options::TiffReadOptions;

mod cut;
mod fetch;
mod filler;
mod orientation;
mod pages;
mod scale;
mod target;

pub use pages::TiffPages;

use target::{Choice, Target};

/// Reads a TIFF file: header and first page at opening, all else where and when it is asked for.
///
/// [`Index::At`] counts series, which are pages that make up one image; the option `page` counts the pages of a
/// series or, for [`Index::All`], those of the file. [`Index::Default`] is the first series. For the image modes
/// `i` and `I` of v2 the index counts the pages of the file.
pub struct TiffReader {
    request: Request,
    document: Document,
    /// What the file was opened with: offset, size, and whether series may reach into other files.
    opened: (Option<u64>, Option<u64>, bool),
    applied: Applied,
}

impl TiffReader {
    /// Opens `request` when it is a TIFF file.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes, `Corrupt` where the first page cannot be read.
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        TiffReader::open_with(request, &TiffReadOptions::default())
    }

    /// Opens `request` with the options that count then: `offset`, `size` and `multifile`.
    pub fn open_with(request: impl Into<Request>, options: &TiffReadOptions) -> Result<Self> {
        let request = request.into();
        let opened = (options.offset, options.size, options.multifile);
        let document = Document::open(request.clone(), (opened.0, opened.1), opened.2)?;
        Ok(TiffReader {
            request,
            document,
            opened,
            applied: Applied::default(),
        })
    }

    /// Number of series.
    pub fn n_series(&mut self) -> Result<usize> {
        Ok(self.document.series()?.len())
    }

    /// Number of pages of the file.
    pub fn n_pages(&mut self) -> usize {
        self.document.page_count()
    }

    /// Decodes a series, a page, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &TiffReadOptions) -> Result<NdImage> {
        self.read_window(index, &Window::default(), options)
    }

    /// Decodes image `position` on the way from the first to the last; nothing after the last.
    ///
    /// A file whose one series is no more than equal pages, one after the other, gives its pages.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &TiffReadOptions,
    ) -> Result<Option<NdImage>> {
        self.reopen(options)?;
        let choice = self.cursor(position, options);
        let image = choice.and_then(|choice| self.decode(choice, &Window::default(), options));
        match image {
            Err(error) if error.kind() == ErrorKind::OutOfRange => Ok(None),
            image => image.map(Some),
        }
    }

    /// Decodes the part inside `window`, reading no more than the strips and tiles that overlap it.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &TiffReadOptions,
    ) -> Result<NdImage> {
        self.reopen(options)?;
        let choice = Choice::of(&mut self.document, index, options)?;
        self.decode(choice, window, options)
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &TiffReadOptions,
    ) -> Result<()> {
        check_target(&self.properties(index, options)?, out)?;
        if options.rotate {
            *out = self.read(index, options)?;
            return Ok(());
        }
        let target = self.target(index, options)?;
        fetch::into(&self.document, &target, out)
    }

    /// Shape, type and axes of what [`read`](TiffReader::read) would give.
    pub fn properties(
        &mut self,
        index: Index,
        options: &TiffReadOptions,
    ) -> Result<ImageProperties> {
        let target = self.target(index, options)?;
        let part = target.first()?;
        let mut properties = ImageProperties::new(part.shape.clone(), part.dtype);
        properties.axes = Some(part.axes.clone());
        properties.levels.clone_from(&part.levels);
        properties.spacing = metadata::spacing(
            self.document.source(),
            &part.keyframe,
            &part.axes,
            &part.spacing,
        );
        if options.rotate {
            orientation::turn_properties(&mut properties, part.keyframe.orientation);
        }
        Ok(if target.is_batch {
            properties.batch_of(target.parts.len())
        } else {
            properties
        })
    }

    /// What the file says about a page: for a series, about its first.
    ///
    /// For [`Index::All`] without a page it is what the file says about itself: its byte order, of what kind it
    /// is, and what that kind stores about the whole. `tags` adds every tag of the page under its name.
    pub fn metadata(
        &mut self,
        index: Index,
        exclude_applied: bool,
        options: &TiffReadOptions,
    ) -> Result<Metadata> {
        self.reopen(options)?;
        if index == Index::All
            && options.page.is_none()
            && options.key.is_none()
            && options.series.is_none()
        {
            return metadata::of_file(&mut self.document);
        }
        let page = target::metadata_page(&mut self.document, index, options)?;
        let mut metadata = metadata::of_page(self.document.source(), &page, options.tags)?;
        if exclude_applied && options.rotate {
            metadata.remove("orientation");
            metadata.remove("Orientation");
        }
        Ok(metadata)
    }

    /// What the last read changed on the way from file to pixels.
    pub fn applied(&self) -> Applied {
        self.applied.clone()
    }
}

impl TiffReader {
    /// The file, for plugins that know more of some files.
    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// Opens the file again where a call means another part of the resource than opening did.
    fn reopen(&mut self, options: &TiffReadOptions) -> Result<()> {
        let wanted = (options.offset, options.size, options.multifile);
        if wanted != self.opened {
            let request = self.request.clone();
            self.document = Document::open(request, (wanted.0, wanted.1), wanted.2)?;
            self.opened = wanted;
        }
        Ok(())
    }

    fn target(&mut self, index: Index, options: &TiffReadOptions) -> Result<Target> {
        self.reopen(options)?;
        let choice = Choice::of(&mut self.document, index, options)?;
        Target::of(
            &mut self.document,
            choice,
            options,
            options.level.unwrap_or(0),
        )
    }

    /// What comes at `position` of an iteration.
    fn cursor(&mut self, position: usize, options: &TiffReadOptions) -> Result<Choice> {
        if options.page.is_some() || options.key.is_some() {
            // As Python: that page of each series.
            let options = options.clone().series(None);
            return Choice::of(&mut self.document, Index::At(position), &options);
        }
        if target::counts_pages(&self.document) && options.series.is_none() {
            return Ok(Choice::Page(position));
        }
        let mode = self.document.source().request().io_mode().image_mode();
        let series = self.document.series()?;
        let one = options.series.or((series.len() == 1).then_some(0));
        let plain = one.and_then(|one| Some((one, series.get(one)?)));
        Ok(match (plain, one) {
            (Some((one, series)), _)
                if mode == ImageMode::Any && series.is_plain() && series.frames.len() > 1 =>
            {
                Choice::PageOfSeries(one, position)
            }
            (_, Some(one)) if position == 0 => Choice::Series(one),
            (_, Some(_)) => return Err(Error::out_of_range(position, 1)),
            _ => Choice::Series(position),
        })
    }

    fn decode(
        &mut self,
        choice: Choice,
        window: &Window,
        options: &TiffReadOptions,
    ) -> Result<NdImage> {
        let level = match (window.pyramid_level(), options.level) {
            (0, level) => level.unwrap_or(0),
            (level, None | Some(0)) => level,
            (level, Some(other)) if level == other => level,
            (level, Some(other)) => {
                let message =
                    format!("level {level} of the window, and level {other} of the options");
                return Err(Error::bad_option(message));
            }
        };
        let target = Target::of(&mut self.document, choice, options, level)?;
        let shape = target.shape()?;
        self.applied = Applied::default();
        let orientation = target.first()?.keyframe.orientation;
        if options.rotate && orientation > 1 {
            let image = fetch::image(&self.document, &target, &fetch::whole(&shape))?;
            let axes = &target.first()?.axes;
            let turned = orientation::turn(&image, axes, orientation)?;
            self.applied.orientation = Some(orientation);
            let ranges = window.resolve(turned.shape())?;
            return turned.crop(&ranges).map(|part| part.compact());
        }
        let ranges = window.resolve(&shape)?;
        fetch::image(&self.document, &target, &ranges)
    }
}
