//! A format of the older style as a plugin, so that every function can use it.

use std::any::Any;
use std::sync::{PoisonError, RwLock};

use imageio_core::{
    Error, ErrorKind, FileExtension, ImageMode, ImageProperties, Images, Index, Metadata, Modes,
    NdImage, NoOptions, OpenWith, Options, PluginInfo, PluginV3, Registry, Request, Result,
};

use super::{Format, FormatReader, FormatWriter, Length};

/// The formats of the older style that have a card.
static FORMATS: RwLock<Vec<(&'static PluginInfo, Format)>> = RwLock::new(Vec::new());

/// The format that `card` was made for.
pub(super) fn format_of(card: &'static PluginInfo) -> Option<Format> {
    let formats = FORMATS.read().unwrap_or_else(PoisonError::into_inner);
    let mut all = formats.iter();
    let (_, format) = all.find(|(other, _)| std::ptr::eq(*other, card))?;
    Some(format.clone())
}

/// The card of `format`. It lives as long as the program, as every card does.
pub(super) fn card_of(format: &Format) -> &'static PluginInfo {
    let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let extensions: Vec<&'static str> = format.extensions().iter().map(|one| text(one)).collect();
    let (name, about, modes) = (
        text(format.name()),
        text(format.description()),
        text(format.modes()),
    );
    let own = format.clone();
    let open: &'static OpenWith = Box::leak(Box::new(move |request, options: &Options| {
        open(&own, request, options)
    }));
    let card = PluginInfo::with_state(name, open)
        .description(about)
        .extensions(Box::leak(extensions.into_boxed_slice()))
        .modes(Modes::READ_WRITE)
        .image_modes(modes)
        .origin(env!("CARGO_PKG_NAME"));
    let card: &'static PluginInfo = Box::leak(Box::new(card));
    let mut formats = FORMATS.write().unwrap_or_else(PoisonError::into_inner);
    formats.push((card, format.clone()));
    card
}

fn open(format: &Format, request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
    let _: NoOptions = options.parse()?;
    let is_write = request.io_mode().is_write();
    let hooks = format.hooks()?;
    let accepts = if is_write {
        hooks.can_write(format, &request)
    } else {
        hooks.can_read(format, &request)
    };
    if !accepts? {
        let what = if is_write { "write to" } else { "read" };
        return Err(Error::not_this_format(format!(
            "`{}` can not {what} `{}`",
            format.name(),
            request.name()
        )));
    }
    Ok(Box::new(FormatPlugin {
        format: format.clone(),
        request,
        reader: None,
        writer: None,
    }))
}

/// A resource opened with a format of the older style.
pub(in crate::v2) struct FormatPlugin {
    format: Format,
    request: Request,
    reader: Option<(Options, Box<dyn FormatReader>)>,
    writer: Option<Box<dyn FormatWriter>>,
}

impl FormatPlugin {
    /// The reader for `options`; the one in use stays as long as they do.
    pub(in crate::v2) fn reader(&mut self, options: &Options) -> Result<&mut dyn FormatReader> {
        if !matches!(&self.reader, Some((of, _)) if same(of, options)) {
            self.close_reader()?;
        }
        let reader = match self.reader.take() {
            Some((_, reader)) => reader,
            None => self.format.hooks()?.reader(&self.request, options)?,
        };
        let (_, reader) = self.reader.insert((options.clone(), reader));
        Ok(&mut **reader)
    }

    /// The writer, which takes its options when it is first used.
    pub(in crate::v2) fn writer(&mut self, options: &Options) -> Result<&mut dyn FormatWriter> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.format.hooks()?.writer(&self.request, options)?,
        };
        Ok(&mut **self.writer.insert(writer))
    }

    fn close_reader(&mut self) -> Result<()> {
        match self.reader.take() {
            Some((_, mut reader)) => reader.close(),
            None => Ok(()),
        }
    }

    fn all(&mut self, options: &Options) -> Result<NdImage> {
        let limits = self.request.limits().for_stack();
        let mut images = Vec::new();
        let mut held = Vec::new();
        while let Some(image) = self.read_next(images.len(), options)? {
            held.push(limits.claim(image.nbytes() as u64, "images to be stacked")?);
            images.push(image);
        }
        drop(held);
        NdImage::stack_within(&images, &limits)
    }

    /// Whether an array of which nobody said anything holds several images.
    fn is_batch(&self, image: &NdImage) -> bool {
        let channels = image.shape().last().is_some_and(|&last| last < 5);
        let extension = self.request.extension();
        let rows = extension.map(|one| Registry::global().formats_of(&one));
        let mine = |row: &FileExtension| row.priority.iter().any(|name| name == self.format.name());
        let volumes = rows
            .unwrap_or_default()
            .iter()
            .any(|row| row.volume_support && mine(row));
        let axes = 2 + usize::from(channels) + usize::from(volumes);
        image.ndim() > axes
    }
}

/// Whether two sets of options are known to be the same; typed ones cannot be compared.
fn same(a: &Options, b: &Options) -> bool {
    let untyped = |options: &Options| options.is_empty() || options.iter().next().is_some();
    untyped(a) && untyped(b) && a.iter().eq(b.iter())
}

impl PluginV3 for FormatPlugin {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let position = match index {
            Index::All => return self.all(options),
            Index::At(position) => position,
            Index::Default => 0,
        };
        let data = self.reader(options)?.data(position)?;
        let (image, _) = data.ok_or_else(|| Error::out_of_range(position, position))?;
        Ok(image)
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let mut properties = ImageProperties::of(&self.read(index, options)?);
        if index == Index::All {
            properties.is_batch = true;
            properties.n_images = properties.shape.first().copied();
        }
        Ok(properties)
    }

    fn metadata(&mut self, index: Index, _: bool, options: &Options) -> Result<Metadata> {
        let index = match index {
            Index::All => None,
            Index::At(position) => Some(position),
            Index::Default => Some(0),
        };
        self.reader(options)?.meta_data(index)
    }

    fn read_next(&mut self, position: usize, options: &Options) -> Result<Option<NdImage>> {
        let reader = self.reader(options)?;
        let length = reader.length()?;
        if matches!(length, Length::Images(count) if position >= count) {
            return Ok(None);
        }
        match reader.data(position) {
            Err(error) if error.kind() == ErrorKind::OutOfRange && length == Length::Unknown => {
                Ok(None)
            }
            data => Ok(data?.map(|(image, _)| image)),
        }
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let mode = self.request.io_mode().image_mode();
        let frames = images.frames(|image| match mode {
            ImageMode::SingleImage | ImageMode::SingleVolume => false,
            ImageMode::MultiImage | ImageMode::MultiVolume => true,
            ImageMode::Any => self.is_batch(image),
        })?;
        if let Some(flat) = frames.iter().find(|frame| frame.ndim() < 2) {
            let shape = flat.shape();
            return Err(Error::unsupported(format!(
                "an image of shape {shape:?} has less than 2 axes"
            )));
        }
        let nothing = Metadata::new();
        let writer = self.writer(options)?;
        for (position, frame) in frames.iter().enumerate() {
            let meta = images.metadata_of(position).unwrap_or(&nothing);
            writer.append_data(frame, meta)?;
        }
        Ok(())
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        if let Some(mut writer) = self.writer.take() {
            writer.close()?;
        }
        self.close_reader()
    }
}

impl Drop for FormatPlugin {
    /// A reader ends with its resource. A writer does not: without `close` the write is given up.
    fn drop(&mut self) {
        if let Err(error) = self.close_reader() {
            log::warn!("{}: {error}", self.request.name());
        }
    }
}
