//! A small format for the tests: `TOY1`, then count, height and width in one byte each, then the pixels.

use std::cell::RefCell;
use std::io::Write;

use imageio_core::{
    Error, ErrorKind, ImageProperties, Images, Index, Metadata, Modes, NdImage, NoOptions, Options,
    PluginInfo, PluginV3, Registry, Request, Result, plugin_options,
};

/// The plugin of the format, read and write.
pub(crate) static TOY: PluginInfo =
    PluginInfo::new("toy", |request, options| open("toy", request, options))
        .description("Toy pictures")
        .extensions(&[".toy"])
        .magic(&[b"TOY1"])
        .modes(Modes::READ_WRITE)
        .read_options::<ToyReadOptions>()
        .write_options::<ToyWriteOptions>()
        .open_options::<NoOptions>();

plugin_options! {
    /// What reading a toy takes.
    pub(crate) struct ToyReadOptions {
        /// Give 255 minus each value. Default: `false`.
        invert: bool = false,
    }
    /// What writing a toy takes.
    pub(crate) struct ToyWriteOptions {
        /// Fail after the first image. Default: `false`.
        fail: bool = false,
    }
}

thread_local! {
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps a line about what a plugin was asked, for [`notes`].
pub(crate) fn note(line: impl Into<String>) {
    NOTES.with_borrow_mut(|notes| notes.push(line.into()));
}

/// What plugins were asked in this test since the last call.
pub(crate) fn notes() -> Vec<String> {
    NOTES.take()
}

/// A registry of these plugins alone.
pub(crate) fn registry(cards: &[&'static PluginInfo]) -> Registry {
    let mut registry = Registry::new();
    for card in cards {
        registry.add_plugin(card).expect("different names");
    }
    registry
}

/// The bytes of a toy with `frames` of `height` rows.
pub(crate) fn file(height: u8, frames: &[&[u8]]) -> Vec<u8> {
    let width = frames.first().map_or(0, |frame| frame.len() as u8) / height;
    let mut bytes = b"TOY1".to_vec();
    bytes.extend([frames.len() as u8, height, width]);
    bytes.extend(frames.concat());
    bytes
}

/// An image of one row.
pub(crate) fn row(values: &[u8]) -> NdImage {
    NdImage::from_vec(&[1, values.len()], values.to_vec()).expect("one row")
}

/// How a plugin of a search test answers.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Accept,
    Decline,
    NotInstalled,
    Corrupt,
}

/// Notes that `name` was asked, then answers.
pub(crate) fn answer(
    name: &'static str,
    answer: Answer,
    request: Request,
    options: &Options,
) -> Result<Box<dyn PluginV3>> {
    note(name);
    for (key, value) in options.iter() {
        note(format!("{name} with {key}={value}"));
    }
    match answer {
        Answer::Accept => Ok(Box::new(Toy {
            request,
            count: 1,
            shape: [1, 1],
        })),
        Answer::Decline => Err(Error::not_this_format(format!("{name} declines"))),
        Answer::NotInstalled => Err(Error::new(
            ErrorKind::NotInstalled,
            format!("{name} has no backend"),
        )
        .with_source(std::io::Error::other("exit code 127"))),
        Answer::Corrupt => Err(Error::corrupt(format!("{name} found it broken"))
            .with_source(std::io::Error::other("checksum"))),
    }
}

/// A card whose plugin gives one answer.
macro_rules! card {
    ($CARD:ident, $name:literal, $answer:ident $(, $setter:ident($($value:expr),*))*) => {
        static $CARD: imageio_core::PluginInfo = imageio_core::PluginInfo::new($name, |request, options| {
            $crate::toy::answer($name, $crate::toy::Answer::$answer, request, options)
        })
        $(.$setter($($value),*))*;
    };
}
pub(crate) use card;

/// Opens a toy; any plugin of the tests may call itself `name` and use it.
pub(crate) fn open(
    name: &'static str,
    request: Request,
    options: &Options,
) -> Result<Box<dyn PluginV3>> {
    note(name);
    let NoOptions { .. } = options.parse()?;
    if request.io_mode().is_write() {
        if request.extension().as_deref() != Some(".toy") {
            return Err(Error::not_this_format("toys end in .toy"));
        }
        let images = Vec::new();
        return Ok(Box::new(ToyWriter { request, images }));
    }
    if *request.first_bytes(4)? != *b"TOY1" {
        return Err(Error::not_this_format("no TOY1 at the start"));
    }
    let mut sizes = [0; 3];
    request.read_exact_at(4, &mut sizes)?;
    let [count, height, width] = sizes.map(usize::from);
    Ok(Box::new(Toy {
        request,
        count,
        shape: [height, width],
    }))
}

struct Toy {
    request: Request,
    count: usize,
    shape: [usize; 2],
}

impl Toy {
    fn frame(&self, position: usize, options: &ToyReadOptions) -> Result<NdImage> {
        if position >= self.count {
            return Err(Error::out_of_range(position, self.count));
        }
        note(format!("decode {position}"));
        let len = self.shape.iter().product();
        let mut pixels = self.request.limits().try_vec(len, "a toy")?;
        self.request
            .read_exact_at((7 + position * len) as u64, &mut pixels)?;
        if options.invert {
            for pixel in &mut pixels {
                *pixel = !*pixel;
            }
        }
        NdImage::from_vec(&self.shape, pixels)
    }
}

impl PluginV3 for Toy {
    fn read(&mut self, index: Index, options: &Options) -> Result<NdImage> {
        let options = options.parse()?;
        match index {
            Index::Default => self.frame(0, &options),
            Index::At(position) => self.frame(position, &options),
            Index::All => {
                let frames: Result<Vec<_>> = (0..self.count)
                    .map(|position| self.frame(position, &options))
                    .collect();
                NdImage::stack_within(&frames?, &self.request.limits().for_stack())
            }
        }
    }

    fn properties(&mut self, index: Index, options: &Options) -> Result<ImageProperties> {
        let _: ToyReadOptions = options.parse()?;
        let one = ImageProperties::new(self.shape, imageio_core::DType::U8);
        match index {
            Index::At(position) if position >= self.count => {
                Err(Error::out_of_range(position, self.count))
            }
            Index::All => Ok(one.batch_of(self.count)),
            _ => Ok(one),
        }
    }

    fn metadata(&mut self, index: Index, exclude: bool, _: &Options) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        metadata.insert("index", format!("{index:?}"));
        metadata.insert("exclude_applied", exclude);
        Ok(metadata)
    }
}

struct ToyWriter {
    request: Request,
    images: Vec<NdImage>,
}

impl PluginV3 for ToyWriter {
    fn read(&mut self, _: Index, _: &Options) -> Result<NdImage> {
        Err(Error::unsupported("this is a writer"))
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<ImageProperties> {
        Err(Error::unsupported("this is a writer"))
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let ToyWriteOptions { fail } = options.parse()?;
        self.images
            .extend(images.frames(|array| array.ndim() == 3)?);
        if fail {
            return Err(Error::unsupported("asked to fail"));
        }
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<()> {
        let rows: Vec<&[u8]> = self
            .images
            .iter()
            .map(NdImage::as_slice)
            .collect::<Result<_>>()?;
        let height = self
            .images
            .first()
            .map_or(1, |image| image.shape()[0] as u8);
        self.request.writer()?.write_all(&file(height, &rows))?;
        Ok(())
    }
}
