//! The formats of the program: listing them, finding one, their order, and new ones.

use std::fmt;
use std::io::Write;
use std::path::Path;

use imageio_core::{
    Error, ErrorKind, Mode, OpenArgs, Registry, Request, Result, imopen, known_plugin,
};

use super::Format;
use super::args::Meaning;

/// The formats of the program; Python's `imageio.formats`.
///
/// # Examples
/// ```
/// let formats = imageio::v2::formats();
/// assert!(formats.iter().any(|format| format.name() == "PNG-PIL"));
/// assert_eq!(formats.get(".png")?.name(), "pillow");
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn formats() -> FormatManager {
    crate::builtin::ready();
    FormatManager(())
}

/// Lists, finds, orders and adds formats; [`formats`] gives it.
#[derive(Clone, Copy)]
pub struct FormatManager(());

impl FormatManager {
    /// The formats that are here, in the order in which they are asked.
    pub fn iter(&self) -> impl Iterator<Item = Format> {
        let cards = Registry::global().plugins().to_vec();
        cards.into_iter().map(Format::of)
    }

    /// Number of formats.
    pub fn len(&self) -> usize {
        Registry::global().plugins().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The format of an existing file, by its content; else by a file name with a known suffix, by name, or by an
    /// extension with or without its dot.
    ///
    /// # Errors
    /// `BadOption` for an empty text, `NotInstalled` naming the feature of a format that is not here, `UnknownPlugin`.
    pub fn get(&self, name: &str) -> Result<Format> {
        if name.is_empty() {
            return Err(Error::bad_option("no format matches the empty string"));
        }
        let path = Path::new(name);
        let by_content = path.is_file().then(|| self.search_read_format(path));
        if let Some(format) = by_content.flatten() {
            return Ok(format);
        }
        let registry = Registry::global();
        let not_here = |error: Error| match known_plugin(name) {
            Some(_) => error.with_kind(ErrorKind::NotInstalled),
            None => error,
        };
        match Meaning::of(name, &registry).map_err(not_here)? {
            Meaning::Plugin(card) => Ok(Format::of(card)),
            Meaning::Extension(extension) => match registry.candidates(&extension).first() {
                Some(card) => Ok(Format::of(card)),
                None => Err(missing(&registry, &extension)),
            },
        }
    }

    /// Puts formats whose name ends with one of `names` first, those of the first name first, for every extension
    /// and in every search. Without names the order is the default one.
    ///
    /// Names are taken in upper case. As long as this was not called, `IMAGEIO_FORMAT_ORDER` says the order.
    ///
    /// # Errors
    /// `BadOption` for a name with a dot or a comma.
    pub fn sort(&self, names: &[&str]) -> Result<()> {
        if let Some(name) = names.iter().find(|name| name.contains(['.', ','])) {
            return Err(Error::bad_option(format!(
                "{name:?} is no name of a format: it has a dot or a comma"
            )));
        }
        let names = names.iter().map(|name| name.trim().to_uppercase());
        let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        Registry::update(|registry| registry.prefer(names));
        Ok(())
    }

    /// Makes a format known, under its name and its extensions, to every function of v2 and v3.
    ///
    /// # Errors
    /// `BadOption` when a format has the name and `overwrite` is off.
    pub fn add_format(&self, format: &Format, overwrite: bool) -> Result<()> {
        Registry::update(|registry| {
            let name = format.name();
            if registry.plugins().iter().any(|card| card.name() == name) {
                if !overwrite {
                    return Err(Error::bad_option(format!(
                        "a format called `{name}` is known already"
                    )));
                }
                registry.remove_plugin(name);
            }
            format.register(registry)
        })
    }

    /// The format that would read the resource, in the mode of the request; nothing where there is none.
    pub fn search_read_format(&self, request: impl Into<Request>) -> Option<Format> {
        search(request.into(), Mode::READ)
    }

    /// The format that would write the resource, in the mode of the request; nothing where there is none.
    pub fn search_write_format(&self, request: impl Into<Request>) -> Option<Format> {
        search(request.into(), Mode::WRITE)
    }

    /// The names, in order.
    pub fn get_format_names(&self) -> Vec<String> {
        self.iter().map(|format| format.name().to_owned()).collect()
    }

    /// Prints the list.
    pub fn show(&self) -> Result<()> {
        Ok(writeln!(std::io::stdout().lock(), "{self}")?)
    }
}

fn search(request: Request, direction: Mode) -> Option<Format> {
    let mode = direction.images(request.io_mode().image_mode());
    let resource = imopen(request.mode(mode), OpenArgs::new().by_image_mode(true)).ok()?;
    Some(Format::of(resource.plugin()))
}

fn missing(registry: &Registry, extension: &str) -> Error {
    let error = Error::new(
        ErrorKind::NotInstalled,
        format!("no format for `{extension}` is installed"),
    );
    let rows = registry.formats_of(extension);
    let names = rows.iter().flat_map(|row| &row.priority);
    let features = names.filter_map(|name| known_plugin(name));
    features.fold(error, |error, known| {
        error.with_help(format!("feature `{}` of imageio-rs", known.feature))
    })
}

impl fmt::Display for FormatManager {
    /// One line for each format: name, description and extensions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, format) in self.iter().enumerate() {
            let stop = if position == 0 { "" } else { "\n" };
            let (name, about) = (format.name(), format.description());
            write!(
                f,
                "{stop}{name} - {about} [{}]",
                format.extensions().join(", ")
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for FormatManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<imageio.FormatManager with {} registered formats>",
            self.len()
        )
    }
}

/// Prints the list of formats.
pub fn show_formats() -> Result<()> {
    formats().show()
}

/// Prints the list of formats, or what there is to know about one; see [`help_text`].
pub fn help<'a>(name: impl Into<Option<&'a str>>) -> Result<()> {
    let text = help_text(name)?;
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// The list of formats, or what there is to know about one, by its name, extension or a file name.
///
/// # Errors
/// Those of [`FormatManager::get`].
///
/// # Examples
/// ```
/// assert!(imageio::v2::help_text("PNG-PIL")?.contains("compression"));
/// # Ok::<(), imageio::Error>(())
/// ```
pub fn help_text<'a>(name: impl Into<Option<&'a str>>) -> Result<String> {
    match name.into() {
        None => Ok(formats().to_string()),
        Some(name) => Ok(formats().get(name)?.doc()),
    }
}
