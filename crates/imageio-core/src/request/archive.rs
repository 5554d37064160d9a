//! Archives: files whose members are resources of their own.

use std::fmt;
use std::fs::File;
use std::path::{MAIN_SEPARATOR, Path};
use std::sync::Arc;

mod container;

use super::input::Resource;
use super::kind;
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

use container::{Container, Place};

/// A format of archives, for a [`ResourceKind::of_archives`](super::ResourceKind::of_archives).
///
/// Core finds the archive in what the user wrote, says what is missing, and puts a written archive in its place.
pub trait Archive: fmt::Debug + Send + Sync {
    /// Reads which members `archive` has.
    fn open(&self, archive: Arc<dyn Resource>) -> Result<Box<dyn Members>>;

    /// Writes to `new`, which is empty, the archive `old` with `content` as `member`, added or in the place of the old
    /// one. Without `old` the archive has that member alone.
    fn put(
        &self,
        old: Option<&mut File>,
        member: &str,
        content: &mut File,
        new: &mut File,
    ) -> Result<()> {
        let (_, _, _, _) = (old, member, content, new);
        Err(Error::new(
            ErrorKind::ReadOnly,
            "archives of this kind are not written",
        ))
    }
}

/// The members of an opened archive. Their names have `/` between folders.
pub trait Members: Send + Sync {
    /// The names of all members, in the archive's order; those of folders end in `/`.
    fn names(&self) -> Vec<String>;

    /// The bytes of the member called `name`; nothing where there is none, or where it is a folder.
    ///
    /// # For implementors
    /// What a member takes when it is unpacked comes from the file, so it asks `limits`. One member is opened after the
    /// other, as often as there are members.
    fn open(&self, name: &str, limits: &Limits) -> Result<Option<Arc<dyn Resource>>>;
}

/// One member of one archive, or a folder in it.
#[derive(Clone)]
pub(super) struct Member {
    container: Arc<Container>,
    name: String,
}

/// Names that an error shows before it only counts the rest.
const SHOWN: usize = 10;

/// Letters of a name that an error shows.
const SHOWN_LETTERS: usize = 60;

/// The member that a path leads to: the first part of it that is a file of a known kind is the archive.
///
/// A folder is gone into, whatever its name. In text, `#` may stand for the separator.
pub(super) fn of_path(path: &Path, is_text: bool, writing: bool) -> Option<Member> {
    let text = path.to_str()?;
    let archives = kind::archives();
    for (at, separator) in text.match_indices(['/', '\\', '#']) {
        if separator == "#" && !is_text {
            continue;
        }
        let (head, rest) = (&text[..at], &text[at + 1..]);
        let Some(archive) = archive_called(&archives, head) else {
            continue;
        };
        let is_native = separator == "/" || separator.starts_with(MAIN_SEPARATOR);
        if !is_native && is_name_of_file(text, at) {
            continue;
        }
        let is_archive = match std::fs::metadata(head) {
            Ok(metadata) => metadata.is_file(),
            Err(error) => writing && error.kind() == std::io::ErrorKind::NotFound,
        };
        if is_archive {
            return Some(Member {
                container: Arc::new(Container::file(archive, Path::new(head))),
                name: member_name(rest),
            });
        }
    }
    None
}

/// The member that the fragment of an address names.
pub(super) fn of_address(uri: &str) -> Option<Member> {
    let (address, rest) = uri.split_once('#').filter(|(_, rest)| !rest.is_empty())?;
    let path = address.split('?').next().unwrap_or_default();
    let archive = archive_called(&kind::archives(), path)?;
    Some(Member {
        container: Arc::new(Container::address(archive, address)),
        name: member_name(rest),
    })
}

/// The kind of archive that a file called `path` is; an extension alone is no name.
fn archive_called(
    archives: &[(&str, &'static dyn Archive)],
    path: &str,
) -> Option<&'static dyn Archive> {
    let ends = |suffix: &str| {
        let start = path.len().checked_sub(suffix.len()).filter(|&at| at > 0);
        start
            .and_then(|at| path.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    archives
        .iter()
        .find(|(suffix, _)| ends(suffix))
        .map(|&(_, archive)| archive)
}

/// Whether the sign at `at` belongs to the name of a file or folder that is there.
fn is_name_of_file(text: &str, at: usize) -> bool {
    let end = text[at..]
        .find(['/', MAIN_SEPARATOR])
        .map_or(text.len(), |len| at + len);
    std::fs::symlink_metadata(&text[..end]).is_ok()
}

fn member_name(text: &str) -> String {
    text.trim_start_matches(['/', '\\']).replace('\\', "/")
}

impl Member {
    /// The part of the name behind the last folder.
    pub(super) fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The path of the archive, where it is a file on this machine.
    pub(super) fn archive_path(&self) -> Option<&Path> {
        match &self.container.place {
            Place::Path(path) => Some(path),
            Place::Address(_) => None,
        }
    }

    pub(super) fn open(&self, limits: &Limits) -> Result<Arc<dyn Resource>> {
        let opened = self.container.opened(limits)?;
        match opened.members.open(&self.name, limits) {
            Ok(Some(member)) => Ok(member),
            Ok(None) if self.is_folder(limits) => {
                let name = shortened(&self.name);
                let message = format!("{name} in {} is a folder", self.container);
                Err(Error::unsupported(message))
            }
            Ok(None) => Err(self.missing(&opened.members.names())),
            Err(error) => Err(self.container.placed(error)),
        }
    }

    /// Whether it is a folder of the archive, or with no name all of it.
    pub(super) fn is_folder(&self, limits: &Limits) -> bool {
        let opened = self.container.opened(limits);
        opened.is_ok_and(|opened| {
            self.name.is_empty() || opened.inside(&self.own_folder()).next().is_some()
        })
    }

    /// The archive `old` with `content` as this member goes to `new`.
    pub(super) fn put(
        &self,
        old: Option<&mut File>,
        content: &mut File,
        new: &mut File,
    ) -> Result<()> {
        let format = self.container.format();
        let done = format.put(old, &self.name, content, new);
        done.map_err(|error| self.container.placed(error))
    }

    /// Refuses a member that cannot be written.
    pub(super) fn check_writable(&self) -> Result<()> {
        let container = &self.container;
        let plain = |part: &str| !matches!(part, "" | "." | "..");
        if !self.name.split('/').all(plain) {
            let message = format!("`{}` is no name for a member of {container}", self.name);
            return Err(Error::bad_option(message));
        }
        let Some(path) = self.archive_path() else {
            let message = format!("{container} is read-only: an address");
            return Err(Error::new(ErrorKind::ReadOnly, message));
        };
        match path.parent() {
            Some(folder) if !folder.is_dir() => {
                let message = format!("the directory '{}' does not exist", folder.display());
                return Err(not_found(message));
            }
            _ => {}
        }
        if !path.exists() {
            return Ok(());
        }
        // Another write may have changed the archive.
        let members = container.look(&Limits::new())?;
        self.nested(&members.names()).map_or(Ok(()), Err)
    }

    /// Names in the folder of this member, sorted: its own where it is a folder of the archive.
    pub(super) fn list(&self, limits: &Limits) -> Result<Vec<String>> {
        let opened = self.container.opened(limits)?;
        let folder = if self.is_folder(limits) {
            self.own_folder()
        } else {
            self.outer_folder().to_owned()
        };
        let mut names: Vec<String> = opened
            .inside(&folder)
            .filter_map(|name| name.strip_prefix(&folder)?.split('/').next())
            .filter(|name| !matches!(*name, "" | "." | ".."))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// The member called `name` in the folder of this one, or in it where it is a folder itself.
    pub(super) fn sibling(&self, name: &str, limits: &Limits) -> Member {
        let folder = if self.is_folder(limits) {
            self.own_folder()
        } else {
            self.outer_folder().to_owned()
        };
        Member {
            container: Arc::clone(&self.container),
            name: folder + name,
        }
    }

    /// What a user would write for it.
    pub(super) fn source(&self) -> Source {
        match &self.container.place {
            Place::Path(path) => Source::Path(path.join(&self.name)),
            Place::Address(address) => Source::Uri(format!("{address}#{}", self.name)),
        }
    }

    /// What the names of all members begin with that lie in this one.
    fn own_folder(&self) -> String {
        match self.name.trim_end_matches('/') {
            "" => String::new(),
            name => format!("{name}/"),
        }
    }

    /// The folder that it lies in, with its `/`.
    fn outer_folder(&self) -> &str {
        let end = self.name.rfind('/').map_or(0, |at| at + 1);
        &self.name[..end]
    }

    fn missing(&self, members: &[String]) -> Error {
        if let Some(error) = self.nested(members) {
            return error;
        }
        let files: Vec<&String> = members.iter().filter(|name| !name.ends_with('/')).collect();
        let shown: Vec<String> = files
            .iter()
            .take(SHOWN)
            .map(|name| shortened(name))
            .collect();
        let mut shown = shown.join(", ");
        if files.len() > SHOWN {
            shown = format!("{shown} and {} more", files.len() - SHOWN);
        }
        let members = match files.len() {
            0 => "it is empty".to_owned(),
            1 => format!("its only member is {shown}"),
            _ => format!("members are {shown}"),
        };
        let (name, container) = (shortened(&self.name), &self.container);
        not_found(format!("no member {name} in {container}; {members}"))
    }

    /// Says so where the name leads into a member.
    fn nested(&self, members: &[String]) -> Option<Error> {
        let inner = members.iter().find(|member| {
            let rest = self.name.strip_prefix(member.as_str());
            !member.ends_with('/') && rest.is_some_and(|rest| rest.starts_with(['/', '#']))
        })?;
        Some(Error::unsupported(format!(
            "{} is read, but no archive inside it: {} is a member",
            self.container,
            shortened(inner)
        )))
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= SHOWN_LETTERS {
        return format!("`{name}`");
    }
    let begin: String = name.chars().take(SHOWN_LETTERS - 1).collect();
    format!("`{begin}…`")
}

fn not_found(message: String) -> Error {
    let cause = std::io::Error::from(std::io::ErrorKind::NotFound);
    Error::new(ErrorKind::NotFound, message).with_source(cause)
}
