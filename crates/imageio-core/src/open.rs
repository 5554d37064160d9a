//! Opening a resource: which plugins are asked, in which order, and the one loop that asks them.

use crate::error::{Error, ErrorKind, Result};
use crate::formats;
use crate::info::{PluginInfo, Tier, Trust};
use crate::limits::Limits;
use crate::options::Options;
use crate::registry::Registry;
use crate::request::Request;
use crate::resource::ImageResource;

/// How a resource is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenArgs {
    plugin: Option<PluginChoice>,
    options: Options,
    owner: Options,
    trust: Option<Trust>,
    extension: Option<String>,
    limits: Option<Limits>,
    by_image_mode: bool,
}

/// A plugin by name, or its card itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PluginChoice {
    /// A registered name or alias.
    Name(String),
    /// A card, registered or not.
    Card(&'static PluginInfo),
}

impl From<&str> for PluginChoice {
    fn from(name: &str) -> Self {
        PluginChoice::Name(name.to_owned())
    }
}

impl From<String> for PluginChoice {
    fn from(name: String) -> Self {
        PluginChoice::Name(name)
    }
}

impl From<&'static PluginInfo> for PluginChoice {
    fn from(card: &'static PluginInfo) -> Self {
        PluginChoice::Card(card)
    }
}

impl OpenArgs {
    /// Any plugin, no options.
    pub fn new() -> Self {
        OpenArgs::default()
    }

    /// The one plugin to use.
    pub fn plugin(mut self, plugin: impl Into<PluginChoice>) -> Self {
        self.plugin = Some(plugin.into());
        self
    }

    /// Options of opening, which every plugin that is asked receives.
    pub fn options(mut self, options: impl Into<Options>) -> Self {
        self.options = options.into();
        self
    }

    /// Options of a later call; a typed struct among them says which plugin is asked first.
    pub fn owner_of(mut self, options: &Options) -> Self {
        self.owner = options.clone();
        self
    }

    /// Treats the resource as if it had this extension, dot included. Default: its own.
    pub fn extension(mut self, extension: impl Into<String>) -> Self {
        self.extension = Some(extension.into());
        self
    }

    /// Budgets for what the file may make the library allocate. Default: the request's.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Asks only plugins that serve the image mode of the request. Default: the mode is a hint for the plugin.
    pub fn by_image_mode(mut self, only: bool) -> Self {
        self.by_image_mode = only;
        self
    }

    /// The most that may run on the bytes. Default: anything.
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }
}

impl OpenArgs {
    fn apply(&self, request: Request) -> Result<Request> {
        let request = request.extension_hint(self.extension.as_deref())?;
        Ok(match &self.limits {
            Some(limits) => request.with_limits(limits.clone()),
            None => request,
        })
    }
}

/// Opens `request` with the first plugin of the process that accepts it.
///
/// The order: the plugin named; the owner of typed options; the plugins of the extension that was given; those of
/// the resource's own extension; all others, with those first whose magic bytes match.
///
/// # Errors
/// `NotFound`, `ReadOnly`, `UnknownPlugin`, `NoPlugin` with each plugin's reason, or what the accepting plugin met.
pub fn imopen(request: impl Into<Request>, args: OpenArgs) -> Result<ImageResource> {
    // A snapshot, so that no lock is held while plugins run.
    imopen_in(&Registry::global(), request, args)
}

/// [`imopen`] with a registry of the caller's own.
pub fn imopen_in(
    registry: &Registry,
    request: impl Into<Request>,
    args: OpenArgs,
) -> Result<ImageResource> {
    let request = args.apply(request.into())?;
    let search = Search::plan(registry, &request, args);
    open(registry, &request, search)
}

/// The plugins to ask, in order.
struct Search {
    args: OpenArgs,
    /// The only plugin to ask, or why there is none.
    named: Option<Result<&'static PluginInfo>>,
    /// By typed options and by the extension that was given.
    hinted: Vec<&'static PluginInfo>,
    /// By the resource's own extension.
    by_extension: Vec<&'static PluginInfo>,
    others: Vec<&'static PluginInfo>,
}

impl Search {
    fn plan(registry: &Registry, request: &Request, args: OpenArgs) -> Self {
        let named = args.plugin.as_ref().map(|choice| match choice {
            PluginChoice::Card(card) => Ok(*card),
            PluginChoice::Name(name) => registry.plugin(name),
        });
        let owner = args.owner.typed_id().or(args.options.typed_id());
        let mut search = Search {
            args,
            named,
            hinted: vec![],
            by_extension: vec![],
            others: vec![],
        };
        if search.named.is_some() {
            return search;
        }
        if let Some((id, _)) = owner {
            search
                .hinted
                .extend(registry.plugins().iter().find(|card| card.owns_options(id)));
        }
        if let Some(hint) = request.hint() {
            search.hinted.extend(registry.candidates(hint));
        }
        if let Some(extension) = known_extension(registry, request) {
            search.by_extension = registry.candidates(&extension);
        }
        let all = registry.plugins().iter().copied();
        search.others = all.filter(|card| card.place() != Tier::Named).collect();
        search
    }
}

fn open(registry: &Registry, request: &Request, mut search: Search) -> Result<ImageResource> {
    let given = request;
    let place = |error: Error| error.in_resource(request.name());
    if let Some(named) = search.named.take() {
        let card = named.map_err(place)?;
        request.check().map_err(place)?;
        return open_named(card, request, &search.args).map_err(place);
    }
    request.check().map_err(place)?;
    let mut attempt = Attempt::new(&search);
    if let Some(opened) = attempt.ask(&search.hinted, request).map_err(place)? {
        return Ok(opened);
    }
    // From here on the hint is known to be wrong, so no plugin sees it.
    let request = &match request.hint() {
        Some(hint) => {
            request.warn(format!(
                "cannot be opened as a `{hint}` file; going on without the hint"
            ));
            if request.io_mode().is_write() {
                // What is written depends on the extension; what is read does not.
                attempt.asked.clear();
            }
            request.without_hint()
        }
        None => request.clone(),
    };
    if let Some(opened) = attempt.ask(&search.by_extension, request).map_err(place)? {
        return Ok(opened);
    }
    if request.is_dir() {
        let message = format!(
            "is a folder, which most plugins do not read; name the plugin that does, as plugin=\"{}\"",
            formats::READS_FOLDERS
        );
        return Err(place(Error::new(ErrorKind::NoPlugin, message)));
    }
    let others = attempt.likely_first(&search.others, request, given.hint());
    if let Some(opened) = attempt.ask(&others, request).map_err(place)? {
        return Ok(opened);
    }
    let error = nothing_fits(request, attempt.tried);
    let help = help(registry, given);
    let error = help
        .iter()
        .fold(error, |error, line| error.with_help(line.as_str()));
    Err(place(error))
}

fn open_named(
    card: &'static PluginInfo,
    request: &Request,
    args: &OpenArgs,
) -> Result<ImageResource> {
    if let Some(reason) = unfit(card, request, args) {
        return Err(Error::unsupported(reason).in_plugin(card.name()));
    }
    match open_with(card, request, args) {
        Err(error) if error.is_decline() => {
            Err(with_install_hint(error, card).at("cannot handle the resource"))
        }
        opened => opened,
    }
    .map_err(|error| error.in_plugin(card.name()))
}

fn open_with(
    card: &'static PluginInfo,
    request: &Request,
    args: &OpenArgs,
) -> Result<ImageResource> {
    match card.open(request.clone(), &args.options) {
        Ok(plugin) => Ok(ImageResource::new(plugin, card, request.clone())),
        Err(error) => {
            // Whatever it began to write is none of the next plugin's business.
            request.abandon();
            Err(error)
        }
    }
}

/// One search: the loop, and what it has learnt.
struct Attempt<'a> {
    args: &'a OpenArgs,
    asked: Vec<&'static PluginInfo>,
    tried: Vec<(String, String)>,
    /// Whether the options of opening are meant for some plugin, so that the others are passed over. Where they are
    /// nobody's, the first plugin that is asked says what is wrong with them.
    somebody_takes_options: bool,
}

impl<'a> Attempt<'a> {
    fn new(search: &'a Search) -> Self {
        let takes = |card: &&PluginInfo| card.refuses_to_open_with(&search.args.options).is_none();
        let somebody_takes_options = search.others.iter().any(takes);
        let (asked, tried) = (Vec::new(), Vec::new());
        Attempt {
            args: &search.args,
            asked,
            tried,
            somebody_takes_options,
        }
    }

    /// Asks each of `cards` that was not asked yet; the first that accepts wins.
    fn ask(
        &mut self,
        cards: &[&'static PluginInfo],
        request: &Request,
    ) -> Result<Option<ImageResource>> {
        for &card in cards {
            if self.was_asked(card) {
                continue;
            }
            self.asked.push(card);
            if let Some(reason) = unfit(card, request, self.args) {
                self.note(card, reason);
                continue;
            }
            let refused = card.refuses_to_open_with(&self.args.options);
            if let Some(reason) = refused.filter(|_| self.somebody_takes_options) {
                self.note(card, reason);
                continue;
            }
            match open_with(card, request, self.args) {
                Ok(opened) => return Ok(Some(opened)),
                Err(error) if error.is_decline() => {
                    self.note(card, with_install_hint(error, card).to_string());
                }
                Err(error) => return Err(error.in_plugin(card.name())),
            }
        }
        Ok(None)
    }

    /// Puts the plugins whose first bytes match before the others; those that will not be asked have no look.
    /// To write, only those are left that know what the extension asks for.
    fn likely_first(
        &mut self,
        cards: &[&'static PluginInfo],
        request: &Request,
        hint: Option<&str>,
    ) -> Vec<&'static PluginInfo> {
        if request.io_mode().is_write() {
            return self.those_that_may_write(cards, request, hint);
        }
        let looks_right = |card: &&'static PluginInfo| {
            let may_look = !self.was_asked(card) && unfit(card, request, self.args).is_none();
            may_look && card.looks_right(request).unwrap_or(false)
        };
        let (mut likely, rest): (Vec<_>, Vec<_>) = cards.iter().copied().partition(looks_right);
        likely.extend(rest);
        likely
    }

    fn those_that_may_write(
        &mut self,
        cards: &[&'static PluginInfo],
        request: &Request,
        hint: Option<&str>,
    ) -> Vec<&'static PluginInfo> {
        let mut own = request.own_extensions();
        if own.is_empty() {
            own.extend(hint.map(ToOwned::to_owned));
        }
        let told_otherwise = |card: &PluginInfo| {
            card.write_spec()
                .iter()
                .any(|option| option.name == "format")
        };
        let mut left = Vec::new();
        for &card in cards {
            let known = card.writable();
            let fits = own.is_empty()
                || known.is_empty()
                || own.iter().any(|one| known.contains(&one.as_str()))
                || told_otherwise(card);
            if fits {
                left.push(card);
            } else if card.can_write() && !self.was_asked(card) {
                self.note(card, format!("writes {}", known.join(", ")));
            }
        }
        left
    }

    fn was_asked(&self, card: &'static PluginInfo) -> bool {
        self.asked.iter().any(|other| std::ptr::eq(*other, card))
    }

    fn note(&mut self, card: &PluginInfo, reason: String) {
        let line = (card.name().to_owned(), reason);
        if !self.tried.contains(&line) {
            self.tried.push(line);
        }
    }
}

/// Why a plugin need not be asked at all.
fn unfit(card: &PluginInfo, request: &Request, args: &OpenArgs) -> Option<String> {
    match request.io_mode().is_write() {
        true if !card.can_write() => return Some("does not write".to_owned()),
        false if !card.can_read() => return Some("does not read".to_owned()),
        _ => {}
    }
    let mode = request.io_mode().image_mode();
    if args.by_image_mode && !card.serves(mode) {
        let served: Vec<_> = card
            .v2_modes()
            .split("")
            .filter(|one| !one.is_empty())
            .collect();
        let (mode, served) = (mode.letter(), served.join(", "));
        return Some(format!("does not serve mode {mode}; it serves {served}"));
    }
    let too_much = args.trust.is_some_and(|most| card.trusted_as() > most);
    too_much.then(|| format!("runs {:?} code, more than was allowed", card.trusted_as()))
}

fn with_install_hint(error: Error, card: &PluginInfo) -> Error {
    match card
        .hint()
        .filter(|_| error.kind() == ErrorKind::NotInstalled)
    {
        Some(hint) => error.with_help(hint),
        None => error,
    }
}

fn nothing_fits(request: &Request, tried: Vec<(String, String)>) -> Error {
    let what = if request.io_mode().is_write() {
        "write"
    } else {
        "read"
    };
    let extension = request.extension().map_or_else(String::new, |extension| {
        format!(" (extension `{extension}`)")
    });
    let message = format!("no plugin could {what} it{extension}");
    Error::new(ErrorKind::NoPlugin, message).with_tried(tried)
}

/// The longest extension of the resource that the tables know.
fn known_extension(registry: &Registry, request: &Request) -> Option<String> {
    let own = request.own_extensions();
    own.into_iter().find(|one| registry.knows_extension(one))
}

/// What would have helped to open `request`.
fn help(registry: &Registry, request: &Request) -> Vec<String> {
    let hint = request.hint().map(ToOwned::to_owned);
    let extensions = hint.into_iter().chain(known_extension(registry, request));
    let missing = extensions.flat_map(|extension| registry.missing_for(&extension));
    let of_resource = [request.missing_kind(), request.member_hint()];
    missing.chain(of_resource.into_iter().flatten()).collect()
}
