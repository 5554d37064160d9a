//! Which plugins there are, and in which order they are asked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::error::{Error, ErrorKind, Result};
use crate::formats::{self, FileExtension, normalise};
use crate::info::{PluginInfo, Registered, Tier};
use crate::settings::Setting;

mod preference;

use preference::Preference;

/// Plugins by name, and the formats that claim each extension.
///
/// The process has [one](Registry::global); another can be built by hand and used for single calls.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    plugins: Vec<&'static PluginInfo>,
    by_name: HashMap<String, &'static PluginInfo>,
    by_lower_name: HashMap<String, Vec<&'static PluginInfo>>,
    by_extension: HashMap<&'static str, Vec<&'static PluginInfo>>,
    formats: BTreeMap<String, Vec<FileExtension>>,
    conflicts: Vec<Conflict>,
    /// The order without any preference.
    arrival: Vec<&'static PluginInfo>,
    preference: Preference,
}

/// Two different plugins that claim one name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Conflict {
    /// The name that both claim.
    pub name: String,
    /// The plugin that has the name in searches.
    pub first: &'static PluginInfo,
    /// The plugin that came later and was left out.
    pub second: &'static PluginInfo,
}

impl Registry {
    /// A registry without plugins that knows the extension table.
    pub fn new() -> Self {
        Registry::default()
    }

    /// The registry of the process, with every plugin that registered itself at compile time.
    ///
    /// [`Setting::FORMAT_ORDER`] puts plugins first, until [`prefer`](Registry::prefer) says otherwise.
    pub fn global() -> Arc<Registry> {
        let order = Setting::FORMAT_ORDER.get();
        let global = Arc::clone(&lock().read().unwrap_or_else(PoisonError::into_inner));
        if global.preference.is_of(order.as_deref()) {
            return global;
        }
        Registry::update(|registry| {
            registry.preference.read(order);
            registry.apply_preference();
        });
        Arc::clone(&lock().read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the registry of the process; effects are immediate.
    pub fn update<R>(change: impl FnOnce(&mut Registry) -> R) -> R {
        change(Arc::make_mut(
            &mut lock().write().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    /// Adds a plugin, after the ones that its tier and the plugin table put first.
    ///
    /// The same card from the same crate may come twice, by the built-in list and by `inventory`.
    ///
    /// # Errors
    /// `BadOption` naming both crates when another plugin has the name or one of the aliases.
    pub fn add_plugin(&mut self, info: &'static PluginInfo) -> Result<()> {
        let names = || std::iter::once(info.name()).chain(info.other_names().iter().copied());
        for name in names() {
            match self.by_name.get(name) {
                Some(first) if same_card(first, info) => return Ok(()),
                Some(first) => {
                    let conflict = Conflict {
                        name: name.to_owned(),
                        first,
                        second: info,
                    };
                    let error = conflict.error();
                    self.conflicts.push(conflict);
                    return Err(error);
                }
                None => {}
            }
        }
        let key = |card: &PluginInfo| (card.place(), formats::search_position(card.name()));
        let at = self
            .arrival
            .partition_point(|other| key(other) <= key(info));
        self.arrival.insert(at, info);
        self.apply_preference();
        for name in names() {
            self.by_name.insert(name.to_owned(), info);
            let lower = self.by_lower_name.entry(name.to_lowercase()).or_default();
            if !lower.iter().any(|other| std::ptr::eq(*other, info)) {
                lower.push(info);
            }
        }
        for &extension in info.readable().iter().chain(info.writable()) {
            let claims = self.by_extension.entry(extension).or_default();
            if !claims.iter().any(|other| std::ptr::eq(*other, info)) {
                let at = claims.partition_point(|other| key(other) <= key(info));
                claims.insert(at, info);
            }
        }
        Ok(())
    }

    /// Takes the plugin called `name` out, by its own name or an alias; gives its card.
    pub fn remove_plugin(&mut self, name: &str) -> Option<&'static PluginInfo> {
        let gone = self.by_name.get(name).copied()?;
        let keep = |card: &&'static PluginInfo| !std::ptr::eq(*card, gone);
        self.arrival.retain(keep);
        self.plugins.retain(keep);
        self.by_name.retain(|_, card| keep(card));
        for cards in self.by_lower_name.values_mut() {
            cards.retain(keep);
        }
        for cards in self.by_extension.values_mut() {
            cards.retain(keep);
        }
        self.by_lower_name.retain(|_, cards| !cards.is_empty());
        self.by_extension.retain(|_, cards| !cards.is_empty());
        Some(gone)
    }

    /// Puts plugins whose name ends with one of `names` before all others, those of the first name first, in every
    /// search and for every extension. Each call starts from the default order, so no names restore it.
    ///
    /// # Examples
    /// ```
    /// # use imageio_core::{Error, PluginInfo, Registry};
    /// # const A: PluginInfo = PluginInfo::new("A-ONE", |_, _| Err(Error::not_this_format("toy")));
    /// # const B: PluginInfo = PluginInfo::new("A-TWO", |_, _| Err(Error::not_this_format("toy")));
    /// let mut registry = Registry::new();
    /// registry.add_plugin(&A)?;
    /// registry.add_plugin(&B)?;
    /// registry.prefer(["-TWO"]);
    /// assert_eq!(registry.plugins()[0].name(), "A-TWO");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn prefer<N: Into<String>>(&mut self, names: impl IntoIterator<Item = N>) {
        self.preference
            .set(names.into_iter().map(Into::into).collect());
        self.apply_preference();
    }

    fn apply_preference(&mut self) {
        self.plugins.clone_from(&self.arrival);
        self.preference.sort(&mut self.plugins);
    }

    /// Adds a format after those that claim its extension already.
    pub fn add_format(&mut self, format: FileExtension) {
        let extension = normalise(&format.extension);
        self.formats_mut(&extension).push(format);
    }

    /// The formats that claim `extension`, to change in place: their order and each one's priority list.
    pub fn formats_mut(&mut self, extension: &str) -> &mut Vec<FileExtension> {
        let extension = normalise(extension);
        self.formats
            .entry(extension.clone())
            .or_insert_with(|| formats::known_formats_of(&extension))
    }

    /// The formats that claim `extension`.
    pub fn formats_of(&self, extension: &str) -> Vec<FileExtension> {
        let extension = normalise(extension);
        self.formats
            .get(&extension)
            .cloned()
            .unwrap_or_else(|| formats::known_formats_of(&extension))
    }

    /// Every format, sorted by extension.
    pub fn formats(&self) -> Vec<FileExtension> {
        let untouched = formats::known_formats()
            .filter(|format| !self.formats.contains_key(&*format.extension));
        let mut all: Vec<_> = untouched
            .chain(self.formats.values().flatten().cloned())
            .collect();
        all.sort_by(|a, b| a.extension.cmp(&b.extension));
        all
    }

    /// Registered plugins in search order.
    pub fn plugins(&self) -> &[&'static PluginInfo] {
        &self.plugins
    }

    /// Different plugins that claim one name.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// The plugin called `name`, exactly or else without regard to case where that is unique.
    ///
    /// # Errors
    /// `UnknownPlugin` with the registered names and, for a known one, what brings it;
    /// `BadOption` for a name that two plugins claim.
    pub fn plugin(&self, name: &str) -> Result<&'static PluginInfo> {
        let contested = |same: fn(&str, &str) -> bool| {
            let mut conflicts = self.conflicts.iter();
            conflicts.find(|one| same(&one.name, name) || same(one.second.name(), name))
        };
        if let Some(conflict) = contested(|a, b| a == b) {
            return Err(conflict.error());
        }
        if let Some(exact) = self.by_name.get(name) {
            return Ok(exact);
        }
        if let Some(conflict) = contested(str::eq_ignore_ascii_case) {
            return Err(conflict.error());
        }
        let lower = self.by_lower_name.get(&name.to_lowercase());
        match lower.map(Vec::as_slice) {
            Some([only]) => Ok(only),
            _ => Err(self.unknown_plugin(name)),
        }
    }

    /// Plugins for `extension`: what the program set, preferred third parties, the table's own in order, then the
    /// rest that claim it.
    pub fn candidates(&self, extension: &str) -> Vec<&'static PluginInfo> {
        let extension = &*normalise(extension);
        let claims = self
            .by_extension
            .get(extension)
            .map_or(&[][..], Vec::as_slice);
        let mut found = Vec::with_capacity(claims.len() + 4);
        let card = |name: &str| self.by_name.get(name).copied();
        let changed = self.formats.get(extension).into_iter().flatten();
        let names = changed.filter(|format| format.priority != format.default_priority());
        push_all(
            &mut found,
            names
                .flat_map(|format| &format.priority)
                .filter_map(|name| card(name)),
        );
        push_all(
            &mut found,
            claims
                .iter()
                .filter(|card| card.place() == Tier::Preferred)
                .copied(),
        );
        let asked =
            |card: &&'static PluginInfo| card.place() != Tier::Named || self.preference.names(card);
        let searched = |name: &str| card(name).filter(asked);
        if let Some(formats) = self.formats.get(extension) {
            let names = formats.iter().flat_map(|format| &format.priority);
            push_all(&mut found, names.filter_map(|name| searched(name)));
        } else {
            let names = formats::known_priority_of(extension);
            push_all(&mut found, names.filter_map(searched));
        }
        let rest = claims.iter().copied();
        push_all(&mut found, rest.filter(asked));
        self.preference.sort(&mut found);
        found
    }

    /// Whether a format or a plugin claims `extension`.
    pub fn knows_extension(&self, extension: &str) -> bool {
        self.by_extension.contains_key(extension)
            || self.formats.contains_key(extension)
            || formats::known_priority_of(extension).next().is_some()
    }

    /// What would bring plugins that the table lists for `extension` and that are not registered; each once.
    pub(crate) fn missing_for(&self, extension: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for name in self
            .formats_of(extension)
            .iter()
            .flat_map(|format| &format.priority)
        {
            if self.by_name.contains_key(&**name) {
                continue;
            }
            lines.extend(self.what_brings(name).filter(|line| !lines.contains(line)));
        }
        lines
    }

    fn what_brings(&self, name: &str) -> Option<String> {
        let known = formats::known_plugin(name)?;
        // A feature that is on already and still lacks the name will not bring it.
        let on = self.plugins.iter().any(|card| {
            formats::known_plugin(card.name()).is_some_and(|k| k.feature == known.feature)
        });
        (!on).then(|| format!("feature `{}` of imageio-rs", known.feature))
    }

    fn unknown_plugin(&self, name: &str) -> Error {
        let names: Vec<_> = self.plugins.iter().map(|card| card.name()).collect();
        let known = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        let error = Error::new(
            ErrorKind::UnknownPlugin,
            format!("`{name}` is not a registered plugin name; registered: {known}"),
        );
        match self.what_brings(name) {
            Some(line) => error.with_help(line),
            None => error,
        }
    }
}

/// Adds a plugin to the registry of the process; see [`Registry::add_plugin`].
pub fn add_plugin(info: &'static PluginInfo) -> Result<()> {
    Registry::update(|registry| registry.add_plugin(info))
}

/// Adds a format to the registry of the process; see [`Registry::add_format`].
pub fn add_format(format: FileExtension) {
    Registry::update(|registry| registry.add_format(format));
}

/// Sets the order of plugins for every format of `extension` in the registry of the process.
pub fn set_priority<P: Into<Cow<'static, str>>>(
    extension: &str,
    plugins: impl IntoIterator<Item = P>,
) {
    let plugins: Vec<Cow<'static, str>> = plugins.into_iter().map(Into::into).collect();
    Registry::update(|registry| {
        let formats = registry.formats_mut(extension);
        if formats.is_empty() {
            formats.push(FileExtension::new(extension, "", plugins.iter().cloned()));
        }
        for format in formats {
            format.priority.clone_from(&plugins);
        }
    });
}

fn lock() -> &'static RwLock<Arc<Registry>> {
    static GLOBAL: OnceLock<RwLock<Arc<Registry>>> = OnceLock::new();
    GLOBAL.get_or_init(|| {
        let mut registry = Registry::new();
        let mut cards: Vec<_> = inventory::iter::<Registered>
            .into_iter()
            .map(|registered| &registered.0)
            .collect();
        // `inventory` promises no order.
        cards.sort_by_key(|card| {
            (
                card.place(),
                formats::search_position(card.name()),
                card.name(),
                card.from_crate(),
            )
        });
        for card in cards {
            // A conflict is kept and reported to whoever uses the name.
            if let Err(error) = registry.add_plugin(card) {
                log::warn!("{error}");
            }
        }
        RwLock::new(Arc::new(registry))
    })
}

fn push_all(
    found: &mut Vec<&'static PluginInfo>,
    cards: impl Iterator<Item = &'static PluginInfo>,
) {
    for card in cards {
        if !found.iter().any(|other| std::ptr::eq(*other, card)) {
            found.push(card);
        }
    }
}

/// Whether both are one card: a `const` is promoted to several addresses, and the copy in a built-in list has
/// no origin.
fn same_card(a: &PluginInfo, b: &PluginInfo) -> bool {
    let looks = |card: &PluginInfo| {
        (
            card.name(),
            card.about(),
            card.readable(),
            card.writable(),
            card.other_names(),
        )
    };
    let unknown = a.from_crate().is_empty() || b.from_crate().is_empty();
    (unknown || a.from_crate() == b.from_crate()) && looks(a) == looks(b)
}

impl Conflict {
    fn error(&self) -> Error {
        let from = |card: &PluginInfo| match card.from_crate() {
            "" => "a card of unknown crate".to_owned(),
            name => format!("crate `{name}`"),
        };
        Error::bad_option(format!(
            "two plugins are called `{}`: one from {}, one from {}",
            self.name,
            from(self.first),
            from(self.second)
        ))
    }
}
