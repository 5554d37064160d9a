//! Kinds of resources that crates add: addresses, archives, cloud stores.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::archive::Archive;
use super::input::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// A kind of resource that is told by how its address begins or, for archives, by the extension of a file in a path.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResourceKind {
    /// Its name, for messages.
    pub name: &'static str,
    /// Beginnings of the addresses it serves, as `http://`. Case counts.
    pub prefixes: &'static [&'static str],
    /// Extensions of the files whose members it serves, in lower case with their dot.
    pub suffixes: &'static [&'static str],
    /// What stands behind an address.
    pub serve: Serve,
    /// The address that a path may have been meant for, where there is no such file.
    pub suggest: Option<fn(&str) -> Option<String>>,
}

/// What stands behind the addresses of a kind.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Serve {
    /// Bytes of its own.
    Open(fn(&str, &Limits) -> Result<Arc<dyn Resource>>),
    /// A file on this machine, which is handled as if the user had named it.
    File(fn(&str) -> Result<PathBuf>),
    /// Members of an archive, which is a file on this machine or stands behind an address itself.
    Members(&'static dyn Archive),
}

impl ResourceKind {
    /// A kind that reads addresses beginning with one of `prefixes`.
    pub const fn new(
        name: &'static str,
        prefixes: &'static [&'static str],
        open: fn(&str, &Limits) -> Result<Arc<dyn Resource>>,
    ) -> Self {
        ResourceKind {
            name,
            prefixes,
            suffixes: &[],
            serve: Serve::Open(open),
            suggest: None,
        }
    }

    /// A kind whose addresses stand for files on this machine, such as copies kept of something remote.
    pub const fn of_files(
        name: &'static str,
        prefixes: &'static [&'static str],
        file: fn(&str) -> Result<PathBuf>,
    ) -> Self {
        ResourceKind {
            name,
            prefixes,
            suffixes: &[],
            serve: Serve::File(file),
            suggest: None,
        }
    }

    /// A kind that reads and writes members of the files whose names end in one of `suffixes`.
    pub const fn of_archives(
        name: &'static str,
        suffixes: &'static [&'static str],
        archive: &'static dyn Archive,
    ) -> Self {
        ResourceKind {
            name,
            prefixes: &[],
            suffixes,
            serve: Serve::Members(archive),
            suggest: None,
        }
    }

    /// Looks at paths that do not exist, and gives the address that was meant, if any.
    pub const fn suggests(mut self, suggest: fn(&str) -> Option<String>) -> Self {
        self.suggest = Some(suggest);
        self
    }

    /// Adds the kind unless one of its name is there, for programs in which crates cannot register themselves.
    pub fn ensure(self) {
        let mut kinds = kinds().write().unwrap_or_else(PoisonError::into_inner);
        if !kinds.iter().any(|kind| kind.name == self.name) {
            kinds.push(self);
        }
    }

    /// Adds the kind at run time; it goes before those that are there.
    pub fn add(self) {
        kinds()
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self);
    }
}

/// Registers a kind of resource for every program that links the crate.
#[macro_export]
macro_rules! register_resource_kind {
    ($kind:expr) => {
        $crate::inventory::submit! { $crate::Submitted($kind) }
    };
}

/// A kind on its way through `inventory`.
#[doc(hidden)]
pub struct Submitted(pub ResourceKind);

inventory::collect!(Submitted);

/// Addresses that ImageIO knows, each with the feature that brings its kind. Marked: it has no bytes of its own.
const KNOWN: &[(&str, &str, bool)] = &[
    ("imageio:", "net", false),
    ("http://", "net", false),
    ("https://", "net", false),
    ("ftp://", "net", false),
    ("ftps://", "net", false),
    ("<video", "ffmpeg", true),
    ("<screen>", "grab", true),
    ("<clipboard>", "grab", true),
];

/// Archives that ImageIO knows, each with the feature that brings its kind.
const KNOWN_ARCHIVES: &[(&str, &str)] = &[(".zip", "zip")];

/// The kinds of archives that are registered, by the extension of their files.
pub(super) fn archives() -> Vec<(&'static str, &'static dyn Archive)> {
    let kinds = kinds().read().unwrap_or_else(PoisonError::into_inner);
    let mut archives = Vec::new();
    for kind in kinds.iter().rev() {
        if let Serve::Members(archive) = kind.serve {
            archives.extend(kind.suffixes.iter().map(|&suffix| (suffix, archive)));
        }
    }
    archives
}

/// The feature that would open members of the archive at `path`, where nothing in this program does.
pub(super) fn feature_of_archive(path: &str) -> Option<&'static str> {
    let path = path.to_ascii_lowercase();
    let known = KNOWN_ARCHIVES
        .iter()
        .find(|(suffix, _)| path.ends_with(suffix))?;
    let here = archives().iter().any(|&(suffix, _)| suffix == known.0);
    (!here).then_some(known.1)
}

/// The registered kind that serves `uri`.
pub(super) fn kind_of(uri: &str) -> Option<ResourceKind> {
    let kinds = kinds().read().unwrap_or_else(PoisonError::into_inner);
    kinds
        .iter()
        .rev()
        .find(|kind| kind.prefixes.iter().any(|prefix| uri.starts_with(prefix)))
        .copied()
}

/// The address that some kind takes the missing path `path` for.
pub(super) fn suggested(path: &str) -> Option<String> {
    let kinds = kinds().read().unwrap_or_else(PoisonError::into_inner);
    kinds.iter().find_map(|kind| kind.suggest?(path))
}

/// The address for people: what stands before the host may be a password.
pub(super) fn shown(uri: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Cow::Borrowed(uri);
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) if is_address(uri) => Cow::Owned(format!("{scheme}://{}", &rest[at + 1..])),
        _ => Cow::Borrowed(uri),
    }
}

/// Whether `uri` is an address that ImageIO knows, registered or not.
pub(super) fn is_address(uri: &str) -> bool {
    known(uri).is_some() || kind_of(uri).is_some()
}

/// Whether `uri` names a camera, the screen or the clipboard.
pub(super) fn is_device(uri: &str) -> bool {
    known(uri).is_some_and(|&(_, _, device)| device)
}

/// The error for an address whose kind is not registered.
pub(super) fn missing(uri: &str) -> Error {
    let (prefix, feature, _) = known(uri).copied().unwrap_or((uri, "", false));
    Error::new(
        ErrorKind::Unsupported,
        format!("nothing in this program opens `{prefix}` resources"),
    )
    .with_help(format!("feature `{feature}` of imageio-rs"))
}

/// The part of an address that an extension stands in: query, fragment and host are no part of it.
pub(super) fn file_name(uri: &str) -> &str {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme @ ("http" | "https" | "ftp" | "ftps"), rest)) = path.split_once("://") else {
        return path.rsplit('/').next().unwrap_or_default();
    };
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let name = path.rsplit('/').next().unwrap_or_default();
    match scheme {
        // The manner of transfer may stand behind the name.
        "ftp" | "ftps" => name.split(";type=").next().unwrap_or_default(),
        _ => name,
    }
}

fn known(uri: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    KNOWN.iter().find(|(prefix, _, _)| uri.starts_with(prefix))
}

fn kinds() -> &'static RwLock<Vec<ResourceKind>> {
    static KINDS: OnceLock<RwLock<Vec<ResourceKind>>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let mut kinds: Vec<_> = inventory::iter::<Submitted>
            .into_iter()
            .map(|submitted| submitted.0)
            .collect();
        // `inventory` promises no order.
        kinds.sort_by_key(|kind| kind.name);
        RwLock::new(kinds)
    })
}
