//! Checks before opening, folders, and files beside the one pointed at.

use std::path::{Path, PathBuf};

use super::Request;
use super::kind;
use super::source::no_such_file;
use crate::error::{Error, ErrorKind, Result};

impl Request {
    /// Refuses a resource that cannot be there, before any plugin is asked.
    ///
    /// # Errors
    /// `NotFound` for a missing file, or a missing folder to write into; `ReadOnly` for a target that cannot be
    /// written.
    pub fn check(&self) -> Result<()> {
        if self.mode.is_write() {
            return self.check_writable();
        }
        let is_member = self.member()?.is_some();
        let path = self.source.given_path().filter(|_| !is_member);
        let Some(path) = path else {
            self.source.check_readable()?;
            // A server that does not answer is asked once, not by each plugin that would like a look.
            if (is_member || self.source.is_address()) && !self.is_dir() {
                self.input()?;
            }
            return Ok(());
        };
        match std::fs::metadata(path) {
            Ok(metadata) => {
                self.shared.is_folder.get_or_init(|| metadata.is_dir());
                Ok(())
            }
            Err(error) => {
                let path = self.path().unwrap_or_default();
                Err(match error.kind() {
                    std::io::ErrorKind::NotFound => self.not_found(&path),
                    _ => Error::from(error).at(path.display()),
                })
            }
        }
    }

    fn check_writable(&self) -> Result<()> {
        if self.source.is_address() {
            let message = if self.source.is_device() {
                "is read-only"
            } else {
                "cannot be written to: an address"
            };
            return Err(Error::new(
                ErrorKind::ReadOnly,
                format!("`{}` {message}", self.name()),
            ));
        }
        if self.source.is_memory() {
            return Ok(());
        }
        if let Some(member) = self.member()? {
            return member.check_writable();
        }
        let Some(path) = self.path() else {
            return self.source.check_writer();
        };
        if path.is_dir() {
            return Err(Error::new(
                ErrorKind::ReadOnly,
                format!("'{}' is a folder", path.display()),
            ));
        }
        match path.parent() {
            Some(folder) if !folder.is_dir() => Err(Error::new(
                ErrorKind::NotFound,
                format!("the directory '{}' does not exist", folder.display()),
            )),
            _ => Ok(()),
        }
    }

    fn not_found(&self, path: &Path) -> Error {
        let error = no_such_file(path);
        if let Some(address) = kind::suggested(&self.name()) {
            return error.with_help(format!("the address `{address}`"));
        }
        let behind = path.ancestors().skip(1).find(|part| part.is_file());
        let feature = behind.and_then(|part| kind::feature_of_archive(&part.to_string_lossy()));
        if let Some(feature) = feature {
            return error.with_help(format!("feature `{feature}` of imageio-rs"));
        }
        // `scheme://` of no registered kind is read as a path; say why it cannot be one.
        match self.name().split_once("://") {
            Some((scheme, _))
                if scheme.chars().all(|c| c.is_ascii_alphanumeric()) && scheme != "file" =>
            {
                error.with_help(format!(
                    "a crate that registers the resource kind `{scheme}://`"
                ))
            }
            _ => error,
        }
    }

    /// Whether this is a folder, on the disk or in an archive; what an archive is named with a `/` behind is one too.
    pub fn is_dir(&self) -> bool {
        let look = || match self.member() {
            Ok(Some(member)) => member.is_folder(&self.limits),
            Ok(None) => self.source.given_path().is_some_and(|path| path.is_dir()),
            Err(_) => false,
        };
        !self.mode.is_write() && *self.shared.is_folder.get_or_init(look)
    }

    /// The file called `name` in the folder of this one, or inside it where this is a folder. Beside a member of an
    /// archive it is a member too.
    ///
    /// # Errors
    /// `Unsupported` for a resource without a folder, `BadOption` for a name that leaves it.
    pub fn sibling(&self, name: &str) -> Result<Request> {
        let mut parts = Path::new(name).components();
        let plain = matches!(
            (parts.next(), parts.next()),
            (Some(std::path::Component::Normal(part)), None) if part == name
        );
        if !plain {
            return Err(Error::bad_option(format!("`{name}` is no plain file name")));
        }
        let sibling = match self.member()? {
            Some(member) => {
                let member = member.sibling(name, &self.limits);
                let sibling = Request::from(member.source());
                sibling.shared.member.get_or_init(|| Some(member));
                sibling
            }
            None => Request::from(self.folder()?.join(name)),
        };
        Ok(sibling.mode(self.mode).with_limits(self.limits.clone()))
    }

    /// Names in the folder, sorted: of this one where it is a folder, else of the one it lies in.
    ///
    /// # Errors
    /// `Unsupported` for a resource without a folder.
    pub fn list(&self) -> Result<Vec<String>> {
        if let Some(member) = self.member()? {
            return member.list(&self.limits);
        }
        let folder = self.folder()?;
        let entries =
            std::fs::read_dir(&folder).map_err(|error| Error::from(error).at(folder.display()))?;
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn folder(&self) -> Result<PathBuf> {
        let path = self
            .path()
            .ok_or_else(|| Error::unsupported(format!("{} has no folder", self.name())))?;
        if path.is_dir() {
            return Ok(path);
        }
        Ok(path
            .parent()
            .map_or_else(|| PathBuf::from("."), Path::to_path_buf))
    }

    /// What would serve a camera, the screen or the clipboard that this names.
    pub(crate) fn missing_kind(&self) -> Option<String> {
        let error = self.source.missing_kind()?;
        error.help().first().cloned()
    }

    /// What to say where nothing reads a whole archive.
    pub(crate) fn member_hint(&self) -> Option<String> {
        let extension = self.own_extensions().pop()?;
        let archives = kind::archives();
        let is_archive = archives.iter().any(|(suffix, _)| *suffix == extension);
        (is_archive && !self.mode.is_write()).then(|| {
            let name = self.name();
            format!(
                "the name of a member, as in `{name}#NAME`, or `{name}#/` for all of it as a folder"
            )
        })
    }

    /// Whether this names a camera, the screen or the clipboard, which have no bytes of their own.
    pub fn is_device(&self) -> bool {
        self.source.is_device()
    }
}
