//! What the v2 functions take besides the resource, and which format a `format` argument means.

use imageio_core::{
    Error, ImageMode, Limits, Mode, OpenArgs, Options, PluginInfo, PluginOptions, Registry, Result,
    Trust, Value, known_plugin,
};

use super::{Format, MemTest};

/// Which format a caller asked for.
///
/// A text may be the name of a plugin, an extension with or without its dot, or a file name whose suffix is one.
/// A [`Format`] and the card of a plugin convert too.
#[derive(Clone, Debug)]
pub struct FormatChoice(Choice);

#[derive(Clone, Debug)]
enum Choice {
    Text(String),
    Card(&'static PluginInfo),
}

/// What a text means as a format.
pub(super) enum Meaning {
    /// One plugin, and no other.
    Plugin(&'static PluginInfo),
    /// An extension, which puts its plugins first.
    Extension(String),
}

impl Meaning {
    /// The rules of the manual, in their order: a suffix that is known, a name, an extension.
    pub(super) fn of(text: &str, registry: &Registry) -> Result<Meaning> {
        let known = |extension: &str| registry.knows_extension(extension);
        let lower = text.to_lowercase();
        let file_name = lower.rsplit(['/', '\\']).next().unwrap_or_default();
        if let Some(at) = file_name.rfind('.').filter(|at| *at > 0) {
            let suffix = &file_name[at..];
            if known(suffix) {
                return Ok(Meaning::Extension(suffix.to_owned()));
            }
        }
        let unknown = match registry.plugin(text) {
            Ok(card) => return Ok(Meaning::Plugin(card)),
            // A name is strict, also where its plugin is not here.
            Err(error) if known_plugin(text).is_some() => return Err(error),
            Err(error) => error,
        };
        let dotted = format!(".{}", lower.trim_start_matches('.'));
        if known(&dotted) && !unknown_alone(text) {
            return Ok(Meaning::Extension(dotted));
        }
        Err(unknown)
    }
}

/// Whether the text is only dots.
fn unknown_alone(text: &str) -> bool {
    text.trim_start_matches('.').is_empty()
}

impl FormatChoice {
    pub(super) fn apply(&self, args: OpenArgs, registry: &Registry) -> Result<OpenArgs> {
        Ok(match &self.0 {
            Choice::Card(card) => args.plugin(*card),
            Choice::Text(text) => match Meaning::of(text, registry)? {
                Meaning::Plugin(card) => args.plugin(card),
                Meaning::Extension(extension) => args.extension(extension),
            },
        })
    }
}

impl From<&str> for FormatChoice {
    fn from(text: &str) -> Self {
        FormatChoice(Choice::Text(text.to_owned()))
    }
}

impl From<String> for FormatChoice {
    fn from(text: String) -> Self {
        FormatChoice(Choice::Text(text))
    }
}

impl From<&'static PluginInfo> for FormatChoice {
    fn from(card: &'static PluginInfo) -> Self {
        FormatChoice(Choice::Card(card))
    }
}

impl From<&Format> for FormatChoice {
    fn from(format: &Format) -> Self {
        FormatChoice(match format.card() {
            Some(card) => Choice::Card(card),
            None => Choice::Text(format.name().to_owned()),
        })
    }
}

/// How to read with v2. Options of one plugin convert into it.
///
/// # Examples
/// ```
/// use imageio::v2::ReadArgs;
/// let args = ReadArgs::new().format("GIF-PIL").memtest("1GiB").option("pilmode", "L");
/// # let _ = args;
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReadArgs {
    pub(super) memtest: MemTest,
    pub(super) common: Common,
}

/// How to write with v2. Options of one plugin convert into it.
///
/// # Examples
/// ```
/// use imageio::v2::WriteArgs;
/// let args = WriteArgs::new().format("GIF").option("duration", 50);
/// # let _ = args;
/// ```
#[derive(Clone, Debug, Default)]
pub struct WriteArgs {
    pub(super) common: Common,
}

/// What both directions take.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub(super) format: Option<FormatChoice>,
    pub(super) mode: Option<String>,
    pub(super) options: Options,
    pub(super) open: OpenArgs,
}

impl Common {
    /// The mode that `get_reader` or `get_writer` was asked for.
    pub(super) fn asked_mode(&self, direction: Mode) -> Result<Mode> {
        let letter = self.mode.as_deref().unwrap_or("?");
        let text = format!("{}{letter}", if direction.is_write() { 'w' } else { 'r' });
        let bad = || {
            Error::bad_option(format!(
                "`{text}` is no mode of a request: after r or w stands one of i, I, v, V, ?"
            ))
        };
        if letter.is_empty() {
            return Err(bad());
        }
        text.parse().map_err(|_| bad())
    }

    /// The mode of a function whose name says it.
    pub(super) fn fixed_mode(&self, direction: Mode, images: ImageMode) -> Result<Mode> {
        match &self.mode {
            None => Ok(direction.images(images)),
            Some(mode) => Err(Error::bad_option(format!(
                "mode `{mode}`: only get_reader and get_writer take one; a conversion of pixels is the option `pilmode`"
            ))),
        }
    }
}

impl ReadArgs {
    /// Every argument at its default.
    pub fn new() -> Self {
        ReadArgs::default()
    }

    /// The most bytes that `mimread` and `mvolread` gather. Default: `"256MB"` and `"1GB"`.
    pub fn memtest(mut self, limit: impl Into<MemTest>) -> Self {
        self.memtest = limit.into();
        self
    }
}

impl WriteArgs {
    /// Every argument at its default.
    pub fn new() -> Self {
        WriteArgs::default()
    }
}

macro_rules! common_args {
    ($($Args:ident),*) => {$(
        impl $Args {
            /// The format: a name, an extension, or a file name with one. Default: the resource tells.
            pub fn format(mut self, format: impl Into<FormatChoice>) -> Self {
                self.common.format = Some(format.into());
                self
            }

            /// What is expected, one of `i I v V ?`; `get_reader` and `get_writer` alone take it. Default: `?`.
            pub fn mode(mut self, mode: impl Into<String>) -> Self {
                self.common.mode = Some(mode.into());
                self
            }

            /// Budgets for what the file may make the library allocate. Default: see [`Limits`].
            pub fn limits(mut self, limits: Limits) -> Self {
                self.common.open = self.common.open.limits(limits);
                self
            }

            /// The most that may run on the bytes of the file. Default: anything.
            pub fn trust(mut self, trust: Trust) -> Self {
                self.common.open = self.common.open.trust(trust);
                self
            }

            /// Sets one option of the format by name. Default: none.
            pub fn option(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
                self.common.options = self.common.options.set(key, value);
                self
            }

            /// Sets the options of the format. Default: none.
            pub fn options(mut self, options: impl Into<Options>) -> Self {
                self.common.options = options.into();
                self
            }

            /// Sets the options of opening, for plugins that have some. Default: none.
            pub fn open_options(mut self, options: impl Into<Options>) -> Self {
                self.common.open = self.common.open.options(options);
                self
            }
        }

        impl<T: PluginOptions> From<T> for $Args {
            fn from(options: T) -> Self {
                $Args::new().options(options)
            }
        }
    )*};
}
common_args!(ReadArgs, WriteArgs);
