//! The read path: from a request to frames and what is known about them.

use imageio_core::{
    Error, ImageMode, ImageProperties, Index, Limits, Metadata, NdImage, Request, Result, Window,
    check_target, no_such_level,
};

use crate::format::footer::Footer;
use crate::format::frames::Frames;
use crate::format::header::Header;
use crate::format::layout::Layout;
use crate::format::xml;
use crate::metadata;
use crate::options::SpeReadOptions;

mod fetch;
mod footer;
mod open;

/// Reads an SPE file: header and footer at opening, pixels where and when they are asked for.
///
/// [`Index::Default`] is all frames, `(N, H, W)`, and [`Index::At`] counts frames. For the image modes `v` and `V`
/// of v2 the file is one volume.
///
/// # Examples
/// ```
/// use imageio_core::{Index, Window};
/// use imageio_spe::{SpeReadOptions, SpeReader};
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/spe/uint16.spe");
/// let mut reader = SpeReader::open(path)?;
/// let options = SpeReadOptions::new();
/// assert_eq!(reader.properties(Index::All, &options)?.shape, [3, 5, 7]);
/// assert_eq!(reader.read(Index::At(2), &options)?.shape(), [5, 7]);
/// let corner = reader.read_window(Index::At(0), &Window::new([0..2, 0..2]), &options)?;
/// assert_eq!(corner.shape(), [2, 2]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SpeReader {
    request: Request,
    header: Header,
    /// What the XML footer says about the data, where there is one.
    footer: Option<Footer>,
    frames: Frames,
    /// Where pixels end: at the footer, else at the end of the file.
    data_end: u64,
    file_len: u64,
}

/// What an index means in this file.
#[derive(Clone, Copy)]
enum Selected {
    Frame(usize),
    /// That many frames, from the first.
    Stack(usize),
}

impl SpeReader {
    /// Number of frames: what the file claims, or what it holds where that is less and
    /// `check_filesize` is set.
    pub fn n_frames(&self, options: &SpeReadOptions) -> usize {
        let claimed = self.frames.claimed;
        let held = self.frames.held(self.data_end);
        if !options.check_filesize || held == claimed as u64 {
            return claimed;
        }
        self.warn(format!(
            "{claimed} frames are claimed, the file holds {held}"
        ));
        usize::try_from(held).map_or(claimed, |held| held.min(claimed))
    }

    /// Decodes one frame, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &SpeReadOptions) -> Result<NdImage> {
        let (layout, selected) = self.layout(index, options)?;
        self.fetch(&layout, &self.budget(&layout, selected)?)
    }

    /// Decodes image `position`; nothing after the last one.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &SpeReadOptions,
    ) -> Result<Option<NdImage>> {
        let count = if self.is_volume() {
            1
        } else {
            self.n_frames(options)
        };
        (position < count)
            .then(|| self.read(Index::At(position), options))
            .transpose()
    }

    /// Decodes the part inside `window`, reading no more than its rows.
    pub fn read_window(
        &mut self,
        index: Index,
        window: &Window,
        options: &SpeReadOptions,
    ) -> Result<NdImage> {
        if window.pyramid_level() != 0 {
            return Err(no_such_level(window, 1));
        }
        let (layout, selected) = self.layout(index, options)?;
        let ranges = window.resolve(&layout.shape())?;
        let part = layout.window(&ranges);
        self.fetch(&part, &self.budget(&part, selected)?)
    }

    /// Decodes straight into `out`, which must have the image's shape and type.
    pub fn read_into(
        &mut self,
        index: Index,
        out: &mut NdImage,
        options: &SpeReadOptions,
    ) -> Result<()> {
        check_target(&self.properties(index, options)?, out)?;
        let (layout, selected) = self.layout(index, options)?;
        self.fetch_into(&layout, out, &self.budget(&layout, selected)?)
    }

    /// Shape and type of what [`read`](SpeReader::read) would give.
    pub fn properties(
        &mut self,
        index: Index,
        options: &SpeReadOptions,
    ) -> Result<ImageProperties> {
        let image = self.frames.first(options.roi)?.shape();
        let is_plane = image.len() == 2;
        let properties = ImageProperties::new(image, self.frames.data_type.dtype());
        let named = |properties: ImageProperties, axes| {
            if is_plane {
                properties.axes(axes)
            } else {
                properties
            }
        };
        Ok(match self.select(index, options)? {
            Selected::Frame(_) => named(properties, "YX"),
            Selected::Stack(_) if self.is_volume() => {
                let (layout, _) = self.layout(index, options)?;
                named(
                    ImageProperties::new(layout.shape(), properties.dtype),
                    "ZYX",
                )
            }
            Selected::Stack(count) => named(properties, "YX").batch_of(count),
        })
    }

    /// What header and footer say; for one frame of version 3 also what is stored about it, under `frame`.
    ///
    /// In version 3, `__xml` has the bytes of the footer and `SpeFormat` what they mean.
    pub fn metadata(&mut self, index: Index, options: &SpeReadOptions) -> Result<Metadata> {
        let selected = self.select(index, options)?;
        let mut metadata = self.footer_metadata()?;
        if let Selected::Frame(position) = selected {
            let fields = self.frame_fields(position)?;
            if !fields.is_empty() {
                metadata.insert("frame", fields);
            }
        }
        let mut warn = |message: String| self.warn(message);
        metadata.extend(metadata::of_header(&self.header, options, &mut warn));
        Ok(metadata)
    }
}

impl SpeReader {
    fn is_volume(&self) -> bool {
        let mode = self.request.io_mode().image_mode();
        matches!(mode, ImageMode::SingleVolume | ImageMode::MultiVolume)
    }

    fn select(&self, index: Index, options: &SpeReadOptions) -> Result<Selected> {
        let count = self.n_frames(options);
        match index {
            Index::Default | Index::All => Ok(Selected::Stack(count)),
            Index::At(0) if self.is_volume() => Ok(Selected::Stack(count)),
            Index::At(position) if self.is_volume() => Err(Error::out_of_range(position, 1)),
            Index::At(position) if position < count => Ok(Selected::Frame(position)),
            Index::At(position) => Err(Error::out_of_range(position, count)),
        }
    }

    /// Where what `index` asks for lies.
    fn layout(&self, index: Index, options: &SpeReadOptions) -> Result<(Layout, Selected)> {
        let selected = self.select(index, options)?;
        let first = self.frames.first(options.roi)?;
        let stride = self.frames.stride();
        let layout = match selected {
            Selected::Frame(position) => first.shifted(stride.saturating_mul(position as u64)),
            Selected::Stack(count) => first.repeated(count, stride),
        };
        Ok((layout, selected))
    }

    /// The budget for decoding `layout`, when it allows for that.
    fn budget(&self, layout: &Layout, selected: Selected) -> Result<Limits> {
        let limits = self.request.limits();
        let dtype = self.frames.data_type.dtype();
        let shape = layout.shape();
        match (selected, shape.split_first()) {
            (Selected::Stack(_), Some((&count, image))) => {
                limits.check_image(image, dtype)?;
                limits.check_frames(count)?;
                Ok(limits.for_stack())
            }
            _ => limits.check_image(&shape, dtype).map(|_| limits),
        }
    }

    /// The XML footer, as bytes and as what they mean.
    fn footer_metadata(&self) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        if !self.header.has_footer() || self.data_end == self.file_len {
            return Ok(metadata);
        }
        let bytes = footer::read(&self.request, self.data_end, self.file_len)?;
        let tree = footer::parse(&self.request.limits(), &bytes, xml::to_metadata);
        metadata.insert("__xml", bytes);
        match tree {
            Ok(tree) => metadata.extend(tree),
            Err(error) => self.warn(error.message()),
        }
        Ok(metadata)
    }

    /// What is stored about frame `position` behind its pixels.
    fn frame_fields(&self, position: usize) -> Result<Metadata> {
        let Some(footer) = self
            .footer
            .as_ref()
            .filter(|footer| footer.fields_len() > 0)
        else {
            return Ok(Metadata::new());
        };
        let start = self.frames.fields_of(position);
        let mut bytes: Vec<u8> = self
            .request
            .limits()
            .try_vec(footer.fields_len(), "what is stored about a frame")?;
        // A file that was cut off may lack them behind its last frame.
        let room = usize::try_from(self.data_end.saturating_sub(start)).unwrap_or(usize::MAX);
        bytes.truncate(room);
        self.request.read_exact_at(start, &mut bytes)?;
        Ok(footer.read_fields(&bytes))
    }

    /// Warns once, however often the same thing is met.
    fn warn(&self, message: impl Into<String>) {
        let message = message.into();
        if !self.request.warnings().contains(&message) {
            self.request.warn(message);
        }
    }
}
