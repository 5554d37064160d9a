//! The rows of the tables: the catalogue joined with the cards of this build.

use imageio::{FileExtension, Metadata, OptionSpec, PluginInfo, Value};

/// One format of one extension.
pub(crate) struct FormatEntry {
    pub(crate) extension: String,
    pub(crate) name: String,
    /// Names in the order in which they are asked.
    pub(crate) plugins: Vec<String>,
    /// Those of `plugins` that plugins of this build answer to and handle the extension under.
    pub(crate) here: Vec<String>,
    /// Names of the cards behind `here`.
    installed: Vec<String>,
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// Every format, sorted by extension, with those that only a plugin of this build names.
pub(crate) fn formats() -> Vec<FormatEntry> {
    let cards = imageio::plugins();
    let mut entries: Vec<FormatEntry> = Vec::new();
    for row in imageio::formats() {
        let entry = FormatEntry::new(&row, &cards);
        // The table holds some rows twice, where two libraries describe a format alike.
        let twin = entries
            .iter()
            .rev()
            .take_while(|other| other.extension == entry.extension)
            .any(|other| other.name == entry.name && other.plugins == entry.plugins);
        if !twin {
            entries.push(entry);
        }
    }
    for card in cards {
        for &extension in card.readable().iter().chain(card.writable()) {
            add_claim(&mut entries, extension, card);
        }
    }
    entries.sort_by(|a, b| a.extension.cmp(&b.extension));
    entries
}

/// Lists a plugin that claims an extension for which the table does not name it; it is asked last.
fn add_claim(entries: &mut Vec<FormatEntry>, extension: &str, card: &'static PluginInfo) {
    let of_extension = |entry: &&mut FormatEntry| entry.extension == extension;
    if entries
        .iter()
        .filter(|entry| entry.extension == extension)
        .any(|entry| entry.installed.iter().any(|name| name == card.name()))
    {
        return;
    }
    if let Some(entry) = entries.iter_mut().find(of_extension) {
        entry.plugins.push(card.name().to_owned());
        entry.here.push(card.name().to_owned());
        entry.add(card);
        return;
    }
    let row = FileExtension::new(extension, "", [card.name()]);
    entries.push(FormatEntry::new(&row, &[card]));
}

impl FormatEntry {
    fn new(row: &FileExtension, cards: &[&'static PluginInfo]) -> Self {
        let extension = row.extension.as_ref();
        let handles = |card: &PluginInfo| {
            card.readable().contains(&extension) || card.writable().contains(&extension)
        };
        let mut entry = FormatEntry {
            extension: extension.to_owned(),
            name: row.name.clone().into_owned(),
            plugins: Vec::new(),
            here: Vec::new(),
            installed: Vec::new(),
            read: false,
            write: false,
        };
        for name in &row.priority {
            entry.plugins.push(name.clone().into_owned());
            let answers = |card: &&&'static PluginInfo| {
                card.name() == name || card.other_names().contains(&name.as_ref())
            };
            let Some(card) = cards.iter().find(answers).filter(|card| handles(card)) else {
                continue;
            };
            entry.here.push(name.clone().into_owned());
            entry.add(card);
        }
        entry
    }

    fn add(&mut self, card: &PluginInfo) {
        let extension = self.extension.as_str();
        self.read |= card.can_read() && card.readable().contains(&extension);
        self.write |= card.can_write() && card.writable().contains(&extension);
        if !self.installed.iter().any(|name| name == card.name()) {
            self.installed.push(card.name().to_owned());
        }
    }

    /// An extension with its dot must be that one; other text may be a part of any name.
    pub(crate) fn matches(&self, search: &str) -> bool {
        if search.starts_with('.') {
            return self.extension.eq_ignore_ascii_case(search);
        }
        contains(&self.extension, search)
            || contains(&self.name, search)
            || self.plugins.iter().any(|plugin| contains(plugin, search))
    }

    pub(crate) fn json(&self) -> Metadata {
        let mut json = Metadata::new();
        json.insert("extension", self.extension.as_str());
        json.insert("name", self.name.as_str());
        json.insert("plugins", list(&self.plugins));
        json.insert("installed", list(&self.installed));
        json.insert("read", self.read);
        json.insert("write", self.write);
        json
    }
}

/// One plugin, of this build or only known.
pub(crate) struct PluginEntry {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) description: String,
    pub(crate) extensions: Vec<String>,
    pub(crate) write_extensions: Vec<String>,
    pub(crate) feature: String,
    pub(crate) install_hint: String,
    image_modes: String,
    pub(crate) card: Option<&'static PluginInfo>,
}

/// The plugins of this build in search order, and after them the known ones that it lacks.
pub(crate) fn plugins() -> Vec<PluginEntry> {
    let registry = imageio::registry();
    let here = registry.plugins().iter().copied().map(PluginEntry::of_card);
    // A feature that is on and still lacks a name will not bring it.
    let features_here: Vec<&str> = registry
        .plugins()
        .iter()
        .filter_map(|card| imageio::known_plugin(card.name()))
        .map(|known| known.feature)
        .collect();
    let missing = imageio::known_plugins().filter(|known| registry.plugin(known.name).is_err());
    let missing = missing.map(|known| PluginEntry {
        name: known.name.to_owned(),
        aliases: Vec::new(),
        description: String::new(),
        extensions: extensions_of(known.name),
        write_extensions: Vec::new(),
        feature: known.feature.to_owned(),
        install_hint: if features_here.contains(&known.feature) {
            String::new()
        } else {
            format!("feature `{}` of imageio-rs", known.feature)
        },
        image_modes: known.image_modes.to_owned(),
        card: None,
    });
    here.chain(missing).collect()
}

impl PluginEntry {
    fn of_card(card: &'static PluginInfo) -> Self {
        let known = imageio::known_plugin(card.name());
        PluginEntry {
            name: card.name().to_owned(),
            aliases: owned(card.other_names()),
            description: card.about().to_owned(),
            extensions: owned(card.readable()),
            write_extensions: owned(card.writable()),
            feature: known.map_or_else(String::new, |known| known.feature.to_owned()),
            install_hint: card.hint().unwrap_or_default().to_owned(),
            image_modes: card.v2_modes().to_owned(),
            card: Some(card),
        }
    }

    pub(crate) fn matches(&self, search: &str) -> bool {
        if search.starts_with('.') {
            let mut all = self.extensions.iter().chain(&self.write_extensions);
            return all.any(|extension| extension.eq_ignore_ascii_case(search));
        }
        contains(&self.name, search)
            || contains(&self.description, search)
            || contains(&self.feature, search)
            || self.aliases.iter().any(|alias| contains(alias, search))
            || self.extensions.iter().any(|one| contains(one, search))
    }

    pub(crate) fn json(&self) -> Metadata {
        let modes = self
            .card
            .map_or("", |card| match (card.can_read(), card.can_write()) {
                (true, true) => "rw",
                (true, false) => "r",
                (false, true) => "w",
                (false, false) => "",
            });
        let spec = |of: fn(&PluginInfo) -> &'static [OptionSpec]| self.card.map_or(&[][..], of);
        let mut json = Metadata::new();
        json.insert("name", self.name.as_str());
        json.insert("aliases", list(&self.aliases));
        json.insert("description", self.description.as_str());
        json.insert("extensions", list(&self.extensions));
        json.insert("write_extensions", list(&self.write_extensions));
        json.insert("modes", modes);
        json.insert("image_modes", self.image_modes.as_str());
        json.insert("feature", self.feature.as_str());
        json.insert("installed", self.card.is_some());
        json.insert("install_hint", self.install_hint.as_str());
        json.insert("read_options", options(spec(PluginInfo::read_spec)));
        json.insert("write_options", options(spec(PluginInfo::write_spec)));
        json.insert("open_options", options(spec(PluginInfo::open_spec)));
        json
    }
}

fn options(spec: &[OptionSpec]) -> Value {
    let row = |option: &OptionSpec| {
        let mut row = Metadata::new();
        row.insert("name", option.name);
        row.insert("type", option.type_name());
        row.insert("default", option.default());
        row.insert("doc", option.doc.trim());
        Value::from(row)
    };
    Value::List(spec.iter().map(row).collect())
}

/// The extensions that the catalogue gives to a plugin.
fn extensions_of(plugin: &str) -> Vec<String> {
    let mut extensions: Vec<String> = imageio::known_formats()
        .filter(|format| format.priority.iter().any(|name| name == plugin))
        .map(|format| format.extension.into_owned())
        .collect();
    extensions.dedup();
    extensions
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn list(texts: &[String]) -> Value {
    Value::List(
        texts
            .iter()
            .map(|text| Value::from(text.as_str()))
            .collect(),
    )
}
