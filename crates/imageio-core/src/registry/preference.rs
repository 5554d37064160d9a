//! Which plugins come before all others, as `IMAGEIO_FORMAT_ORDER` or the program says.

use std::ffi::{OsStr, OsString};

use crate::info::PluginInfo;

/// Names, or ends of names, of the plugins that are asked first.
#[derive(Clone, Debug, Default)]
pub(super) struct Preference {
    names: Vec<String>,
    by_program: bool,
    /// What the setting held when it was read last.
    setting: Option<OsString>,
}

impl Preference {
    /// Whether the names are those of `setting`, or the program's, which no setting changes.
    pub(super) fn is_of(&self, setting: Option<&OsStr>) -> bool {
        self.by_program || self.setting.as_deref() == setting
    }

    /// Takes the names from `setting`, where commas stand between them; a dot can be in none.
    pub(super) fn read(&mut self, setting: Option<OsString>) {
        let text = setting.as_deref().unwrap_or_default().to_string_lossy();
        let names = text.split(',').map(|name| name.trim().to_uppercase());
        let (bad, good): (Vec<_>, Vec<_>) = names
            .filter(|name| !name.is_empty())
            .partition(|name| name.contains('.'));
        for name in bad {
            log::warn!("IMAGEIO_FORMAT_ORDER: `{name}` is no name of a format");
        }
        self.names = good;
        self.setting = setting;
    }

    pub(super) fn set(&mut self, names: Vec<String>) {
        self.names = names;
        self.by_program = true;
    }

    /// Whether `card` is one of those that come first.
    pub(super) fn names(&self, card: &PluginInfo) -> bool {
        self.rank(card) < self.names.len()
    }

    /// Puts them first; among equals the order stays.
    pub(super) fn sort(&self, cards: &mut [&'static PluginInfo]) {
        if !self.names.is_empty() {
            cards.sort_by_key(|card| self.rank(card));
        }
    }

    /// The first of the names that the plugin ends with; all others come after the last.
    fn rank(&self, card: &PluginInfo) -> usize {
        let is = |name: &String| card.name().ends_with(name.as_str());
        self.names.iter().position(is).unwrap_or(self.names.len())
    }
}
