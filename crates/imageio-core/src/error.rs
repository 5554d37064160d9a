//! The one error type of the house.

use std::error::Error as StdError;
use std::fmt;

/// What every fallible function of ImageIO gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// What went wrong, sorted by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The plugin does not know these bytes; another may.
    NotThisFormat,
    /// No plugin could handle the resource.
    NoPlugin,
    /// The caller named a plugin that is not registered.
    UnknownPlugin,
    /// An option or argument is unknown, ill-typed or out of its range.
    BadOption,
    /// The format or plugin cannot do what was asked.
    Unsupported,
    /// The bytes break the rules of their format.
    Corrupt,
    /// A budget of [`Limits`](crate::Limits) would be exceeded.
    LimitExceeded,
    /// No image with that index, or a window outside the image.
    OutOfRange,
    /// The file, folder or address does not exist.
    NotFound,
    /// The resource cannot be written to.
    ReadOnly,
    /// A program or library that the plugin drives is missing on this machine.
    NotInstalled,
    /// The operating system refused to read or write.
    Io,
    /// A backend failed in a way of its own.
    External,
}

/// An error with its kind, its place and what led to it.
///
/// `Display` is one line. The chain of causes is in [`source`](StdError::source).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    plugin: Option<String>,
    resource: Option<String>,
    tried: Vec<(String, String)>,
    help: Vec<String>,
    source: Option<Source>,
}

impl Error {
    /// An error of `kind` that says `message`: lower case, no full stop, with the value and the place.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            plugin: None,
            resource: None,
            tried: Vec::new(),
            help: Vec::new(),
            source: None,
        }))
    }

    /// The bytes are not of the caller's format, so the next plugin may try.
    pub fn not_this_format(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::NotThisFormat, message)
    }

    /// The bytes break the rules of their format.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Corrupt, message)
    }

    /// The format or plugin cannot do this.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Unsupported, message)
    }

    /// An option or argument is wrong.
    pub fn bad_option(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::BadOption, message)
    }

    /// Image `index` was asked for where there are `count`.
    pub fn out_of_range(index: usize, count: usize) -> Self {
        let images = if count == 1 { "image" } else { "images" };
        Error::new(
            ErrorKind::OutOfRange,
            format!("index {index} is out of range: the resource holds {count} {images}"),
        )
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The plugin in which it happened, where known.
    pub fn plugin(&self) -> Option<&str> {
        self.0.plugin.as_deref()
    }

    /// The resource that was being handled, where known.
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// The message alone, without plugin and resource.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Each plugin that was tried, with its reason to decline.
    pub fn tried(&self) -> &[(String, String)] {
        &self.0.tried
    }

    /// What would have helped: a feature to enable or a program to install, one line each.
    pub fn help(&self) -> &[String] {
        &self.0.help
    }

    /// Whether another plugin may be tried.
    pub fn is_not_this_format(&self) -> bool {
        self.0.kind == ErrorKind::NotThisFormat
    }

    /// Whether the search for a plugin goes on after this error.
    pub(crate) fn is_decline(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NotThisFormat | ErrorKind::NotInstalled
        )
    }

    /// Notes the plugin, unless one is noted already.
    pub fn in_plugin(mut self, name: impl Into<String>) -> Self {
        self.0.plugin.get_or_insert_with(|| name.into());
        self
    }

    /// Notes the resource, unless one is noted already.
    pub fn in_resource(mut self, name: impl Into<String>) -> Self {
        self.0.resource.get_or_insert_with(|| name.into());
        self
    }

    /// Puts `place: ` before the message.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    /// Gives the error another kind.
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Keeps the error that led to this one.
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds one line of what would have helped; a line that is there already is not repeated.
    pub fn with_help(mut self, line: impl Into<String>) -> Self {
        let line = line.into();
        if !self.0.help.contains(&line) {
            self.0.help.push(line);
        }
        self
    }

    pub(crate) fn with_tried(mut self, tried: Vec<(String, String)>) -> Self {
        self.0.tried = tried;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(resource) = &self.0.resource {
            write!(f, "{resource}: ")?;
        }
        if let Some(plugin) = &self.0.plugin {
            write!(f, "{plugin}: ")?;
        }
        f.write_str(&self.0.message)?;
        for (i, (plugin, reason)) in self.0.tried.iter().enumerate() {
            write!(
                f,
                "{}{plugin} ({reason})",
                if i == 0 { "; tried " } else { ", " }
            )?;
        }
        for (i, line) in self.0.help.iter().enumerate() {
            write!(
                f,
                "{}{line}",
                if i == 0 {
                    "; what would help: "
                } else {
                    ", or "
                }
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_ref()
            .map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<std::io::Error> for Error {
    /// Finds an [`Error`] that travelled inside the I/O error, else sorts by [`std::io::ErrorKind`].
    fn from(error: std::io::Error) -> Self {
        if error
            .get_ref()
            .is_some_and(<dyn StdError + Send + Sync>::is::<Error>)
        {
            let inner = error
                .into_inner()
                .and_then(|inner| inner.downcast::<Error>().ok());
            return inner.map_or_else(
                || Error::new(ErrorKind::Io, "unknown I/O error"),
                |inner| *inner,
            );
        }
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ErrorKind::NotFound,
            std::io::ErrorKind::UnexpectedEof => ErrorKind::Corrupt,
            std::io::ErrorKind::ReadOnlyFilesystem => ErrorKind::ReadOnly,
            _ => ErrorKind::Io,
        };
        let message = match kind {
            ErrorKind::Corrupt => "the data ends too early".to_owned(),
            _ => lower_first(&error.to_string()),
        };
        Error::new(kind, message).with_source(error)
    }
}

/// The system's messages begin with a capital; names inside them keep theirs.
fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

impl From<Error> for std::io::Error {
    /// Wraps the error so that it survives a backend that only knows `std::io::Error`.
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::NotFound => std::io::ErrorKind::NotFound,
            ErrorKind::Corrupt => std::io::ErrorKind::InvalidData,
            _ => std::io::ErrorKind::Other,
        };
        std::io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_with_everything() {
        let error = Error::new(ErrorKind::NoPlugin, "no plugin reads it")
            .in_resource("a.xyz")
            .with_tried(vec![
                ("one".to_owned(), "wrong magic".to_owned()),
                ("two".to_owned(), "no".to_owned()),
            ])
            .with_help("feature `x`")
            .with_help("feature `x`");
        assert_eq!(
            error.to_string(),
            "a.xyz: no plugin reads it; tried one (wrong magic), two (no); what would help: feature `x`"
        );
    }

    #[test]
    fn an_error_survives_a_trip_through_io() {
        let io: std::io::Error = Error::new(ErrorKind::LimitExceeded, "too much").into();
        assert_eq!(Error::from(io).kind(), ErrorKind::LimitExceeded);
    }
}
