//! The card of a plugin: what it is called, what it handles, and how it is opened.

use std::any::TypeId;

use crate::binary::Binary;
use crate::error::Result;
use crate::options::{OptionSpec, Options, PluginOptions};
use crate::plugin::PluginV3;
use crate::request::{ImageMode, Request};

/// Opens a resource with the plugin, or declines with `NotThisFormat` or `NotInstalled`.
pub type OpenFn = fn(Request, &Options) -> Result<Box<dyn PluginV3>>;

/// [`OpenFn`] with a state of its own, for plugins that are made while the program runs.
pub type OpenWith = dyn Fn(Request, &Options) -> Result<Box<dyn PluginV3>> + Send + Sync;

#[derive(Clone, Copy)]
enum Opener {
    Plain(OpenFn),
    With(&'static OpenWith),
}

/// The card that describes a plugin and opens it. Every setter is `const`.
///
/// # Examples
/// ```
/// # use imageio_core::{Error, PluginInfo, Modes};
/// const CARD: PluginInfo = PluginInfo::new("toy", |_, _| Err(Error::not_this_format("no toy here")))
///     .description("A toy")
///     .extensions(&[".toy"])
///     .magic(&[b"TOY1"]);
/// assert!(CARD.can_read() && !CARD.can_write());
/// ```
#[derive(Clone, Copy)]
pub struct PluginInfo {
    name: &'static str,
    open: Opener,
    aliases: &'static [&'static str],
    description: &'static str,
    extensions: &'static [&'static str],
    write_extensions: &'static [&'static str],
    magic: &'static [&'static [u8]],
    accepts: Option<fn(&Request) -> Result<bool>>,
    modes: Modes,
    image_modes: &'static str,
    tier: Tier,
    trust: Trust,
    install_hint: Option<&'static str>,
    binaries: &'static [Binary],
    read_options: Option<OptionTable>,
    write_options: Option<OptionTable>,
    open_options: Option<OptionTable>,
    origin: &'static str,
}

/// Which option struct a direction takes.
#[derive(Clone, Copy)]
pub(crate) struct OptionTable {
    pub(crate) id: fn() -> TypeId,
    pub(crate) spec: &'static [OptionSpec],
}

impl OptionTable {
    const fn of<T: PluginOptions>() -> Self {
        OptionTable {
            id: TypeId::of::<T>,
            spec: T::SPEC,
        }
    }
}

impl PluginInfo {
    /// A card for a plugin that reads. `name` is Python's where Python has the plugin.
    pub const fn new(name: &'static str, open: OpenFn) -> Self {
        PluginInfo::opened_by(name, Opener::Plain(open))
    }

    /// A card for a plugin that is made while the program runs, as by a host of another language.
    pub const fn with_state(name: &'static str, open: &'static OpenWith) -> Self {
        PluginInfo::opened_by(name, Opener::With(open))
    }

    const fn opened_by(name: &'static str, open: Opener) -> Self {
        PluginInfo {
            name,
            open,
            aliases: &[],
            description: "",
            extensions: &[],
            write_extensions: &[],
            magic: &[],
            accepts: None,
            modes: Modes::READ,
            image_modes: "iI",
            tier: Tier::Standard,
            trust: Trust::MemorySafe,
            install_hint: None,
            binaries: &[],
            read_options: None,
            write_options: None,
            open_options: None,
            origin: "",
        }
    }

    /// Other names that mean this plugin.
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// What it handles, in a few words.
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Extensions with their dot, in lower case, that it reads; it writes them too unless
    /// [`write_extensions`](Self::write_extensions) says otherwise.
    pub const fn extensions(mut self, extensions: &'static [&'static str]) -> Self {
        self.extensions = extensions;
        if self.write_extensions.is_empty() {
            self.write_extensions = extensions;
        }
        self
    }

    /// Extensions that it writes.
    pub const fn write_extensions(mut self, extensions: &'static [&'static str]) -> Self {
        self.write_extensions = extensions;
        self
    }

    /// First bytes of the files it reads. They put it first in a search; its `open` has the last word.
    pub const fn magic(mut self, magic: &'static [&'static [u8]]) -> Self {
        self.magic = magic;
        self
    }

    /// A cheap look at the resource, where first bytes are not enough.
    pub const fn accepts(mut self, accepts: fn(&Request) -> Result<bool>) -> Self {
        self.accepts = Some(accepts);
        self
    }

    /// Whether it reads, writes or both. Default: reads.
    pub const fn modes(mut self, modes: Modes) -> Self {
        self.modes = modes;
        self
    }

    /// Letters of the v2 image modes it serves, of `iIvV`. Default: `iI`.
    pub const fn image_modes(mut self, letters: &'static str) -> Self {
        self.image_modes = letters;
        self
    }

    /// Its place beside others for the same extension. Default: [`Tier::Standard`].
    pub const fn tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }

    /// What runs on the bytes of a file. Default: [`Trust::MemorySafe`].
    pub const fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// What to enable or install where its backend is missing.
    pub const fn install_hint(mut self, hint: &'static str) -> Self {
        self.install_hint = Some(hint);
        self
    }

    /// Programs and libraries that `imageio download-bin` fetches for it. Default: none.
    pub const fn binaries(mut self, binaries: &'static [Binary]) -> Self {
        self.binaries = binaries;
        self
    }

    /// The options of reading, and so of `properties` and `metadata`.
    pub const fn read_options<T: PluginOptions>(mut self) -> Self {
        self.read_options = Some(OptionTable::of::<T>());
        self
    }

    /// The options of writing.
    pub const fn write_options<T: PluginOptions>(mut self) -> Self {
        self.write_options = Some(OptionTable::of::<T>());
        self
    }

    /// The options of opening.
    pub const fn open_options<T: PluginOptions>(mut self) -> Self {
        self.open_options = Some(OptionTable::of::<T>());
        self
    }

    /// The crate it comes from; [`register_plugin!`](crate::register_plugin) fills it in.
    pub const fn origin(mut self, origin: &'static str) -> Self {
        self.origin = origin;
        self
    }
}

impl PluginInfo {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Other names that mean it.
    pub const fn other_names(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// What it handles.
    pub const fn about(&self) -> &'static str {
        self.description
    }

    /// Extensions that it reads.
    pub const fn readable(&self) -> &'static [&'static str] {
        self.extensions
    }

    /// Extensions that it writes; none for a reader.
    pub const fn writable(&self) -> &'static [&'static str] {
        if self.modes.write {
            self.write_extensions
        } else {
            &[]
        }
    }

    /// Whether it reads.
    pub const fn can_read(&self) -> bool {
        self.modes.read
    }

    /// Whether it writes.
    pub const fn can_write(&self) -> bool {
        self.modes.write
    }

    /// Letters of the v2 image modes it serves.
    pub const fn v2_modes(&self) -> &'static str {
        self.image_modes
    }

    /// Whether it serves the v2 image mode.
    pub fn serves(&self, mode: ImageMode) -> bool {
        mode == ImageMode::Any || self.image_modes.contains(mode.letter())
    }

    /// Its place beside others.
    pub const fn place(&self) -> Tier {
        self.tier
    }

    /// What runs on the bytes of a file.
    pub const fn trusted_as(&self) -> Trust {
        self.trust
    }

    /// What to enable or install.
    pub const fn hint(&self) -> Option<&'static str> {
        self.install_hint
    }

    /// Programs and libraries that can be downloaded for it, for all machines.
    pub const fn all_binaries(&self) -> &'static [Binary] {
        self.binaries
    }

    /// The crate it comes from.
    pub const fn from_crate(&self) -> &'static str {
        self.origin
    }

    /// One row for each option of reading.
    pub fn read_spec(&self) -> &'static [OptionSpec] {
        self.read_options.map_or(&[], |table| table.spec)
    }

    /// One row for each option of writing.
    pub fn write_spec(&self) -> &'static [OptionSpec] {
        self.write_options.map_or(&[], |table| table.spec)
    }

    /// One row for each option of opening.
    pub fn open_spec(&self) -> &'static [OptionSpec] {
        self.open_options.map_or(&[], |table| table.spec)
    }

    /// Whether `options` were made for this plugin.
    pub(crate) fn owns_options(&self, id: TypeId) -> bool {
        [self.read_options, self.write_options, self.open_options]
            .iter()
            .flatten()
            .any(|table| (table.id)() == id)
    }

    /// Why it cannot be opened with `options`, which a search may mean for another plugin.
    pub(crate) fn refuses_to_open_with(&self, options: &Options) -> Option<String> {
        let typed = options
            .typed_id()
            .filter(|(id, _)| self.open_options.is_none_or(|table| (table.id)() != *id));
        if let Some((_, name)) = typed {
            return Some(format!("does not take `{name}` when opening"));
        }
        let known = |key: &str| self.open_spec().iter().any(|option| option.name == key);
        let (unknown, _) = options.iter().find(|(key, _)| !known(key))?;
        Some(format!("does not take the option `{unknown}` when opening"))
    }

    /// Whether the first bytes, or its own look, speak for this plugin.
    pub(crate) fn looks_right(&self, request: &Request) -> Result<bool> {
        let longest = self
            .magic
            .iter()
            .map(|magic| magic.len())
            .max()
            .unwrap_or(0);
        if longest > 0 {
            let head = request.first_bytes(longest)?;
            if self.magic.iter().any(|magic| head.starts_with(magic)) {
                return Ok(true);
            }
        }
        self.accepts.map_or(Ok(false), |accepts| accepts(request))
    }

    pub(crate) fn open(&self, request: Request, options: &Options) -> Result<Box<dyn PluginV3>> {
        match self.open {
            Opener::Plain(open) => open(request, options),
            Opener::With(open) => open(request, options),
        }
    }
}

impl std::fmt::Debug for PluginInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "PluginInfo({} from {})",
            self.name,
            if self.origin.is_empty() {
                "?"
            } else {
                self.origin
            }
        )
    }
}

/// Whether a plugin reads, writes or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes {
    read: bool,
    write: bool,
}

impl Modes {
    /// Reads.
    pub const READ: Modes = Modes {
        read: true,
        write: false,
    };
    /// Writes.
    pub const WRITE: Modes = Modes {
        read: false,
        write: true,
    };
    /// Reads and writes.
    pub const READ_WRITE: Modes = Modes {
        read: true,
        write: true,
    };
}

/// Where a plugin stands among those that the extension table does not name.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Before the table's own plugins.
    Preferred,
    /// After the table's own plugins.
    Standard,
    /// After all others for the extension.
    Fallback,
    /// In no search: only where it is named, or put first for an extension by the program.
    Named,
}

/// What runs on the bytes of a file, from safest to least.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Code whose memory errors the compiler rules out.
    MemorySafe,
    /// A native library inside this process.
    Native,
    /// Another program.
    Program,
}

/// Registers a card for every program that links the crate.
///
/// The crate is linked only where the program names it: `use imageio_toy as _;`.
#[macro_export]
macro_rules! register_plugin {
    ($info:expr) => {
        $crate::inventory::submit! {
            $crate::Registered($info.origin(env!("CARGO_PKG_NAME")))
        }
    };
}

/// A card on its way through `inventory`.
#[doc(hidden)]
pub struct Registered(pub PluginInfo);

inventory::collect!(Registered);
