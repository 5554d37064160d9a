//! What is read: a FILE argument and how it is opened.

use std::ffi::{OsStr, OsString};
use std::io;

use imageio::v3::imopen_with;
use imageio::{
    FileExtension, ImageResource, Index, Mode, NdImage, OpenArgs, Options, PluginInfo, Request,
    Result,
};

use crate::cli::{SourceArgs, TwoEndsArgs};
use crate::exit;
use crate::plugin_options::{self, Pairs};

/// A FILE argument.
pub(crate) struct Source {
    name: OsString,
    request: Request,
    plugin: Option<String>,
    args: OpenArgs,
}

/// An opened FILE, and the options of the calls on it.
pub(crate) struct Opened {
    pub(crate) resource: ImageResource,
    pub(crate) options: Options,
}

impl Source {
    /// The file that `name` means; `-` is standard input, which is read once.
    pub(crate) fn new(name: &OsStr, args: &SourceArgs) -> Self {
        let plugin = args.plugin.as_deref();
        let extension = args.extension.as_deref();
        Source::with(name, plugin, extension, args.limit_bytes)
    }

    /// The reading side of a command that also writes.
    pub(crate) fn of_two(name: &OsStr, args: &TwoEndsArgs, extension: Option<&str>) -> Self {
        Source::with(name, args.plugin.as_deref(), extension, args.limit_bytes)
    }

    fn with(
        name: &OsStr,
        plugin: Option<&str>,
        extension: Option<&str>,
        limit_bytes: Option<u64>,
    ) -> Self {
        let request = match name.to_str() {
            Some("-") => Request::from_reader(io::stdin()),
            Some(uri) => Request::new(uri),
            None => Request::from(name),
        };
        Source {
            name: name.to_owned(),
            request,
            plugin: plugin.map(str::to_owned),
            args: plugin_options::open_args(plugin, extension, limit_bytes),
        }
    }

    /// The argument as it was given.
    pub(crate) fn name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// The card of the plugin that reads it: the one named, else the one that accepts.
    pub(crate) fn card(&self) -> Result<&'static PluginInfo> {
        match &self.plugin {
            Some(name) => imageio::registry().plugin(name),
            None => Ok(self.open_with(self.args.clone())?.plugin()),
        }
    }

    /// Opens it with the options that were given as text.
    pub(crate) fn open(&self, pairs: &Pairs) -> Result<Opened> {
        if pairs.is_empty() {
            return Ok(Opened {
                resource: self.open_with(self.args.clone())?,
                options: Options::new(),
            });
        }
        // Only the card tells which options belong to opening.
        let card = self.card()?;
        let (opening, options) = plugin_options::split(card, card.read_spec(), pairs);
        let args = self.args.clone().plugin(card).options(opening);
        let resource = self.open_with(args)?;
        Ok(Opened { resource, options })
    }

    fn open_with(&self, args: OpenArgs) -> Result<ImageResource> {
        imopen_with(&self.request, Mode::READ, args)
    }
}

impl Opened {
    /// Number of images, where the file tells without decoding them.
    pub(crate) fn count(&mut self) -> Option<usize> {
        let all = self.resource.properties(Index::All, &self.options);
        all.ok().and_then(|properties| properties.n_images)
    }

    /// Reads inks as colours from now on, unless a mode was asked for; says whether there was a need.
    ///
    /// An array does not tell CMYK from RGBA, and most formats would show it as the latter.
    pub(crate) fn inks_to_colours(&mut self, position: usize) -> bool {
        let asked = self.options.get("mode").is_some();
        if asked || !plugin_options::has(self.resource.plugin().read_spec(), "mode") {
            return false;
        }
        let metadata = self.resource.metadata(position, true, &self.options);
        let mode = metadata
            .ok()
            .and_then(|mut metadata| metadata.remove("mode"));
        let inks = mode.is_some_and(|mode| mode.as_str() == Some("CMYK"));
        if inks {
            self.options = std::mem::take(&mut self.options).set("mode", "RGB");
        }
        inks
    }

    /// Image `position` of a walk that began at `start`; nothing after the last.
    pub(crate) fn image(&mut self, position: usize, start: usize) -> Result<Option<NdImage>> {
        if start == 0 {
            return self.resource.read_next(position, &self.options);
        }
        // `read_next` counts from the first image; a later start would decode what nobody wants.
        match self.resource.read(position, &self.options) {
            Err(error) if error.kind() == imageio::ErrorKind::OutOfRange => Ok(None),
            image => image.map(Some),
        }
    }

    /// The catalogue's name of the format, by the first extension that the plugin answers for.
    pub(crate) fn format_name(&self) -> String {
        let request = self.resource.request();
        let card = self.resource.plugin();
        let registry = imageio::registry();
        let hint = request.hint().map(str::to_owned);
        for extension in hint.into_iter().chain(request.own_extensions()) {
            let rows = registry.formats_of(&extension);
            let serves = |row: &&FileExtension| {
                row.priority
                    .iter()
                    .any(|name| name == card.name() || card.other_names().contains(&&**name))
            };
            let claimed = card.readable().contains(&extension.as_str());
            let row = rows
                .iter()
                .find(serves)
                .or(rows.first().filter(|_| claimed));
            if let Some(row) = row {
                return row.name.clone().into_owned();
            }
        }
        String::new()
    }

    /// Tells what went wrong without stopping anything, each thing once.
    pub(crate) fn tell_warnings(&self, name: &str) {
        let mut told: Vec<String> = Vec::new();
        for warning in self.resource.warnings() {
            if !told.contains(&warning) {
                exit::note(&format!("{name}: {warning}"));
                told.push(warning);
            }
        }
    }
}
