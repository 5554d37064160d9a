//! Where an archive is, and what it holds once that was looked up.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{Archive, Members};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::request::input::Resource;
use crate::request::kind;
use crate::request::source::{Source, absolute, open_path};

/// An archive, shared by all its members that came from one another, so that its table is read once.
pub(super) struct Container {
    pub(super) place: Place,
    format: &'static dyn Archive,
    opened: OnceLock<Opened>,
}

/// Where an archive is.
pub(super) enum Place {
    Path(PathBuf),
    Address(String),
}

/// What an archive holds.
pub(super) struct Opened {
    pub(super) members: Box<dyn Members>,
    /// Names of all members, sorted.
    names: Vec<String>,
}

impl Container {
    /// The archive that is a file.
    pub(super) fn file(format: &'static dyn Archive, path: &Path) -> Self {
        Container::new(format, Place::Path(absolute(path.to_path_buf())))
    }

    /// The archive behind an address.
    pub(super) fn address(format: &'static dyn Archive, address: &str) -> Self {
        Container::new(format, Place::Address(address.to_owned()))
    }

    fn new(format: &'static dyn Archive, place: Place) -> Self {
        Container {
            place,
            format,
            opened: OnceLock::new(),
        }
    }

    pub(super) fn format(&self) -> &'static dyn Archive {
        self.format
    }

    /// What the archive held when it was first looked into.
    pub(super) fn opened(&self, limits: &Limits) -> Result<&Opened> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let members = self.look(limits)?;
        let mut names = members.names();
        names.sort_unstable();
        Ok(self.opened.get_or_init(|| Opened { members, names }))
    }

    /// Looks into the archive anew.
    pub(super) fn look(&self, limits: &Limits) -> Result<Box<dyn Members>> {
        let archive: Arc<dyn Resource> = match &self.place {
            Place::Path(path) => open_path(path, limits)?,
            Place::Address(address) => Source::Uri(address.clone()).open(limits)?,
        };
        self.format
            .open(archive)
            .map_err(|error| self.placed(error))
    }

    pub(super) fn placed(&self, error: Error) -> Error {
        error.at(self)
    }
}

impl Opened {
    /// Names of the members that begin with `folder`, sorted.
    pub(super) fn inside(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = self.names.partition_point(|name| name.as_str() < folder);
        let names = self.names.iter().skip(start).map(String::as_str);
        names.take_while(move |name| name.starts_with(folder))
    }
}

impl fmt::Display for Container {
    /// The archive, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Path(path) => write!(f, "'{}'", path.display()),
            Place::Address(address) => write!(f, "'{}'", kind::shown(address)),
        }
    }
}
