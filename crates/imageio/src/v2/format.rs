//! Formats: what v2 lists, finds and takes, and how one is written in the style of the manual.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::{Arc, OnceLock};

use imageio_core::{
    Error, FileExtension, ImageMode, Metadata, Mode, NdImage, NoOptions, OpenArgs, OptionSpec,
    Options, PluginInfo, Registry, Request, Result, imopen,
};

use super::{Reader, Writer};

mod plugin;

pub(super) use plugin::FormatPlugin;

/// Number of images of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many: 0 where there is only metadata.
    Images(usize),
    /// A stream of which nobody knows the end; Python's infinity.
    Unknown,
}

impl From<usize> for Length {
    fn from(count: usize) -> Self {
        Length::Images(count)
    }
}

/// What a format of the older style does; implement it for a new format and hand it to [`Format::new`].
///
/// # For implementors
/// `can_read` and `reader` for reading, `can_write` and `writer` for writing; what is left out is refused. Take
/// options with `options.parse()?`, so that unknown ones are errors.
pub trait FormatHooks: Send + Sync + 'static {
    /// What `help` shows below the name.
    fn doc(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    /// Whether this format reads the resource; look at its first bytes or its extension.
    fn can_read(&self, format: &Format, request: &Request) -> Result<bool> {
        let (_, _) = (format, request);
        Ok(false)
    }

    /// Whether this format writes the resource.
    fn can_write(&self, format: &Format, request: &Request) -> Result<bool> {
        let (_, _) = (format, request);
        Ok(false)
    }

    /// Opens the resource for reading.
    fn reader(&self, request: &Request, options: &Options) -> Result<Box<dyn FormatReader>> {
        let (_, _) = (request, options);
        Err(Error::unsupported("this format does not read"))
    }

    /// Opens the resource for writing.
    fn writer(&self, request: &Request, options: &Options) -> Result<Box<dyn FormatWriter>> {
        let (_, _) = (request, options);
        Err(Error::unsupported("this format does not write"))
    }
}

/// The reading half of a format of the older style.
pub trait FormatReader: Send {
    /// Number of images, for the mode of the request.
    fn length(&mut self) -> Result<Length>;

    /// Image `index` and its metadata; nothing where the images end.
    ///
    /// # Errors
    /// `OutOfRange` past the last image, for a format that knows its length.
    fn data(&mut self, index: usize) -> Result<Option<(NdImage, Metadata)>>;

    /// [`data`](FormatReader::data) with options of the call. Default: there are none.
    fn data_with(
        &mut self,
        index: usize,
        options: &Options,
    ) -> Result<Option<(NdImage, Metadata)>> {
        let _: NoOptions = options.parse()?;
        self.data(index)
    }

    /// Metadata of one image, or without an index of the file.
    fn meta_data(&mut self, index: Option<usize>) -> Result<Metadata>;

    /// Ends the use.
    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The writing half of a format of the older style.
pub trait FormatWriter: Send {
    /// Adds an image with its metadata.
    fn append_data(&mut self, image: &NdImage, meta: &Metadata) -> Result<()>;

    /// Sets the metadata of the file.
    fn set_meta_data(&mut self, meta: &Metadata) -> Result<()> {
        let _ = meta;
        Err(Error::unsupported("it has no metadata of the file"))
    }

    /// Brings everything to the resource.
    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A format: a plugin as v2 sees it, or one of the older style.
#[derive(Clone)]
pub struct Format(Arc<Inner>);

struct Inner {
    name: String,
    description: String,
    extensions: Vec<String>,
    modes: String,
    hooks: Option<Box<dyn FormatHooks>>,
    card: OnceLock<&'static PluginInfo>,
}

/// Extensions of a format: a list, or a text with spaces or commas between them. Dots in front may be left out.
#[derive(Clone, Debug, Default)]
pub struct Extensions(Vec<String>);

impl FromIterator<String> for Extensions {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let names = names.into_iter().map(|name| name.trim().to_lowercase());
        let dotted = names.map(|name| format!(".{}", name.trim_matches('.')));
        Extensions(dotted.filter(|name| name != ".").collect())
    }
}

impl From<&str> for Extensions {
    fn from(names: &str) -> Self {
        names.split([' ', ',']).map(str::to_owned).collect()
    }
}

impl<const N: usize> From<[&str; N]> for Extensions {
    fn from(names: [&str; N]) -> Self {
        names.into_iter().map(str::to_owned).collect()
    }
}

impl From<Vec<String>> for Extensions {
    fn from(names: Vec<String>) -> Self {
        names.into_iter().collect()
    }
}

impl Format {
    /// A format of the older style, which [`add_format`](super::FormatManager::add_format) makes known.
    ///
    /// `modes` holds letters of `iIvV?`: one image, several, one volume, several, anything.
    ///
    /// # Errors
    /// `BadOption` for an empty name and for other modes.
    pub fn new(
        name: &str,
        description: &str,
        extensions: impl Into<Extensions>,
        modes: &str,
        hooks: impl FormatHooks,
    ) -> Result<Self> {
        if name.is_empty() {
            return Err(Error::bad_option("a format needs a name"));
        }
        if let Some(wrong) = modes.chars().find(|letter| !"iIvV?".contains(*letter)) {
            return Err(Error::bad_option(format!(
                "modes {modes:?}: `{wrong}` is none of i, I, v, V, ?"
            )));
        }
        Ok(Format(Arc::new(Inner {
            name: name.to_uppercase(),
            description: description.to_owned(),
            extensions: extensions.into().0,
            modes: modes.to_owned(),
            hooks: Some(Box::new(hooks)),
            card: OnceLock::new(),
        })))
    }

    /// A plugin as a format; for the card of a format of the older style, that format.
    pub fn of(card: &'static PluginInfo) -> Self {
        if let Some(format) = plugin::format_of(card) {
            return format;
        }
        let names = card.readable().iter().chain(card.writable());
        let mut extensions: Vec<String> = names.map(|name| (*name).to_owned()).collect();
        extensions.sort();
        extensions.dedup();
        Format(Arc::new(Inner {
            name: card.name().to_owned(),
            description: card.about().to_owned(),
            extensions,
            modes: card.v2_modes().to_owned(),
            hooks: None,
            card: OnceLock::from(card),
        }))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is, in a line.
    pub fn description(&self) -> &str {
        &self.0.description
    }

    /// Its extensions, in lower case with their dot.
    pub fn extensions(&self) -> &[String] {
        &self.0.extensions
    }

    /// Letters of the modes that it serves.
    pub fn modes(&self) -> &str {
        &self.0.modes
    }

    /// Name, description, and what there is to say about its options.
    pub fn doc(&self) -> String {
        let mut doc = format!("{} - {}", self.name(), self.description());
        match &self.0.hooks {
            Some(hooks) if hooks.doc().is_empty() => {}
            Some(hooks) => {
                doc.push_str("\n\n");
                doc.push_str(&hooks.doc());
            }
            None => {
                let card = self.card();
                doc.push_str(&table("reading", card.map_or(&[], |card| card.read_spec())));
                doc.push_str(&table("saving", card.map_or(&[], |card| card.write_spec())));
            }
        }
        doc
    }

    /// Whether it reads the resource, in the mode of the request.
    pub fn can_read(&self, request: &Request) -> Result<bool> {
        self.can(request, Mode::READ)
    }

    /// Whether it writes the resource, in the mode of the request.
    pub fn can_write(&self, request: &Request) -> Result<bool> {
        self.can(request, Mode::WRITE)
    }

    fn can(&self, request: &Request, direction: Mode) -> Result<bool> {
        let request = in_direction(request, direction);
        match &self.0.hooks {
            Some(hooks) if direction.is_write() => hooks.can_write(self, &request),
            Some(hooks) => hooks.can_read(self, &request),
            None => {
                let Some(card) = self.card() else {
                    return Ok(false);
                };
                let args = OpenArgs::new().plugin(card).by_image_mode(true);
                Ok(imopen(request, args).is_ok())
            }
        }
    }

    /// A reader of this format.
    ///
    /// # Errors
    /// `Unsupported` naming its modes when the mode of the request is none of them; those of opening.
    pub fn get_reader(&self, request: impl Into<Request>, options: Options) -> Result<Reader> {
        let request = in_direction(&request.into(), Mode::READ);
        let resource = imopen(request.clone(), self.named(&request)?)?;
        Ok(Reader::new(resource, options))
    }

    /// A writer of this format.
    ///
    /// # Errors
    /// As for [`get_reader`](Format::get_reader).
    pub fn get_writer(&self, request: impl Into<Request>, options: Options) -> Result<Writer> {
        let request = in_direction(&request.into(), Mode::WRITE);
        let resource = imopen(request.clone(), self.named(&request)?)?;
        Ok(Writer::new(resource, options))
    }

    fn named(&self, request: &Request) -> Result<OpenArgs> {
        let mode = request.io_mode();
        if !self.serves(mode.image_mode()) {
            return Err(cannot(self, mode).in_resource(request.name()));
        }
        let card = self
            .card()
            .ok_or_else(|| Error::unsupported(format!("format {} has no plugin", self.name())))?;
        Ok(OpenArgs::new().plugin(card))
    }

    /// Whether it serves the mode.
    pub fn serves(&self, mode: ImageMode) -> bool {
        mode == ImageMode::Any || self.modes().contains(mode.letter())
    }

    /// The card by which every function opens it; made for a format of the older style when it is first needed.
    pub fn card(&self) -> Option<&'static PluginInfo> {
        if self.0.hooks.is_some() {
            self.0.card.get_or_init(|| plugin::card_of(self));
        }
        self.0.card.get().copied()
    }

    pub(super) fn register(&self, registry: &mut Registry) -> Result<()> {
        let Some(card) = self.card() else {
            return Ok(());
        };
        registry.add_plugin(card)?;
        for extension in self.extensions() {
            let rows = registry.formats_mut(extension);
            let is_there = rows
                .iter()
                .any(|row| row.priority.iter().any(|name| name == self.name()));
            if !is_there {
                let names = [self.name().to_owned()];
                registry.add_format(FileExtension::new(extension, "Unique Format", names));
            }
        }
        Ok(())
    }

    fn hooks(&self) -> Result<&dyn FormatHooks> {
        let hooks = self.0.hooks.as_deref();
        hooks.ok_or_else(|| Error::unsupported("a plugin has no hooks of a format"))
    }
}

/// The error for a mode that a format lacks.
pub(super) fn cannot(format: &Format, mode: Mode) -> Error {
    let what = if mode.is_write() { "write" } else { "read" };
    let letters: Vec<_> = format.modes().chars().map(String::from).collect();
    Error::unsupported(format!(
        "format {} cannot {what} in mode {}; it supports {}",
        format.name(),
        mode.image_mode().letter(),
        letters.join(", ")
    ))
}

fn in_direction(request: &Request, direction: Mode) -> Request {
    let images = request.io_mode().image_mode();
    request.clone().mode(direction.images(images))
}

fn table(direction: &str, spec: &[OptionSpec]) -> String {
    if spec.is_empty() {
        return String::new();
    }
    let mut text = format!("\n\nParameters for {direction}\n");
    for row in spec {
        let doc: Vec<_> = row.doc.split_whitespace().collect();
        let (name, type_name, doc) = (row.name, row.type_name(), doc.join(" "));
        // Writing to a string does not fail.
        let _ = write!(text, "\n{name} : {type_name}\n    {doc}");
    }
    text
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doc())
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Format {} - {}>", self.name(), self.description())
    }
}

impl PartialEq for Format {
    /// The same format, not one that looks alike.
    fn eq(&self, other: &Self) -> bool {
        let card = |format: &Format| format.card().map(std::ptr::from_ref);
        card(self) == card(other)
    }
}
