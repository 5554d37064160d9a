//! What the functions take besides the resource.

use imageio_core::{
    ImageResource, Index, Limits, Metadata, Mode, OpenArgs, Options, PluginChoice, PluginOptions,
    Request, Result, Trust, Value, Window, imopen,
};

/// How to read. Options of one plugin convert into it: `imread_with(uri, PillowReadOptions::new())`.
///
/// # Examples
/// ```
/// use imageio::ReadArgs;
/// let args = ReadArgs::new().index(3).plugin("pillow").option("mode", "L");
/// # let _ = args;
/// ```
#[derive(Clone, Debug)]
pub struct ReadArgs {
    pub(crate) index: Index,
    pub(crate) window: Option<Window>,
    pub(crate) options: Options,
    pub(crate) exclude_applied: bool,
    open: OpenArgs,
}

impl Default for ReadArgs {
    fn default() -> Self {
        ReadArgs {
            index: Index::Default,
            window: None,
            options: Options::new(),
            exclude_applied: true,
            open: OpenArgs::new(),
        }
    }
}

impl ReadArgs {
    /// Every argument at its default.
    pub fn new() -> Self {
        ReadArgs::default()
    }

    /// Which image; `..` for all of them, stacked. Default: what the plugin documents.
    pub fn index(mut self, index: impl Into<Index>) -> Self {
        self.index = index.into();
        self
    }

    /// The part of the image to decode. Default: all of it.
    pub fn window(mut self, window: impl Into<Window>) -> Self {
        self.window = Some(window.into());
        self
    }

    /// Leaves out metadata that reading has applied to the pixels; `immeta` alone asks. Default: `true`.
    pub fn exclude_applied(mut self, exclude: bool) -> Self {
        self.exclude_applied = exclude;
        self
    }
}

impl<T: PluginOptions> From<T> for ReadArgs {
    fn from(options: T) -> Self {
        ReadArgs::new().options(options)
    }
}

/// How to write. Options of one plugin convert into it.
///
/// # Examples
/// ```
/// use imageio::WriteArgs;
/// let args = WriteArgs::new().extension(".png").option("compress_level", 9);
/// # let _ = args;
/// ```
#[derive(Clone, Debug, Default)]
pub struct WriteArgs {
    pub(crate) options: Options,
    pub(crate) is_batch: Option<bool>,
    pub(crate) metadata: Vec<Metadata>,
    open: OpenArgs,
}

impl WriteArgs {
    /// Every argument at its default.
    pub fn new() -> Self {
        WriteArgs::default()
    }

    /// Whether an array holds several images along its first axis. Default: the plugin tells by its shape.
    pub fn is_batch(mut self, is_batch: bool) -> Self {
        self.is_batch = Some(is_batch);
        self
    }

    /// Metadata of each image, in order, as far as the format can hold it. Default: none.
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.metadata = metadata.into_iter().collect();
        self
    }
}

impl<T: PluginOptions> From<T> for WriteArgs {
    fn from(options: T) -> Self {
        WriteArgs::new().options(options)
    }
}

/// Setters and opening, the same for both directions.
macro_rules! common_args {
    ($($Args:ident),*) => {$(
        impl $Args {
            /// The one plugin to use, by name or by its card. Default: the first that accepts.
            pub fn plugin(mut self, plugin: impl Into<PluginChoice>) -> Self {
                self.open = self.open.plugin(plugin);
                self
            }

            /// Treats the resource as if it had this extension, dot included. Default: its own.
            pub fn extension(mut self, extension: impl Into<String>) -> Self {
                self.open = self.open.extension(extension);
                self
            }

            /// Budgets for what the file may make the library allocate. Default: see [`Limits`].
            pub fn limits(mut self, limits: Limits) -> Self {
                self.open = self.open.limits(limits);
                self
            }

            /// The most that may run on the bytes of the file. Default: anything.
            pub fn trust(mut self, trust: Trust) -> Self {
                self.open = self.open.trust(trust);
                self
            }

            /// Sets one option of the call by name. Default: none.
            pub fn option(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
                self.options = self.options.set(key, value);
                self
            }

            /// Sets the options of the call. Default: none.
            pub fn options(mut self, options: impl Into<Options>) -> Self {
                self.options = options.into();
                self
            }

            /// Sets the options of opening, for plugins that have some. Default: none.
            pub fn open_options(mut self, options: impl Into<Options>) -> Self {
                self.open = self.open.options(options);
                self
            }

            pub(crate) fn open(&self, request: Request, mode: Mode) -> Result<ImageResource> {
                crate::builtin::ready();
                imopen(request.mode(mode), self.open.clone().owner_of(&self.options))
            }
        }
    )*};
}
common_args!(ReadArgs, WriteArgs);
