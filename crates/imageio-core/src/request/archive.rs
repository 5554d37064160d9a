//! Archives: files whose members are resources of their own.

use std::fmt;
use std::fs::File;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use super::input::Resource;
use super::kind;
use super::source::{Source, absolute, open_path};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// A format of archives, for a [`ResourceKind::of_archives`](super::ResourceKind::of_archives).
///
/// Names of members have `/` between folders. Core finds the archive in what the user wrote, says what is missing, and
/// puts a written archive in its place.
pub trait Archive: fmt::Debug + Send + Sync {
    /// The names of all members, in the archive's order; those of folders end in `/`.
    fn members(&self, archive: &Arc<dyn Resource>) -> Result<Vec<String>>;

    /// The bytes of `member`; nothing where there is no such member.
    ///
    /// # For implementors
    /// What a member takes when it is unpacked comes from the file, so it asks `limits`.
    fn open(
        &self,
        archive: &Arc<dyn Resource>,
        member: &str,
        limits: &Limits,
    ) -> Result<Option<Arc<dyn Resource>>>;

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

/// One member of one archive.
pub(super) struct Member {
    archive: &'static dyn Archive,
    container: Container,
    name: String,
}

/// Where an archive is.
enum Container {
    Path(PathBuf),
    Address(String),
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
                archive,
                container: Container::Path(absolute(PathBuf::from(head))),
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
    Some(Member {
        archive: archive_called(&kind::archives(), path)?,
        container: Container::Address(address.to_owned()),
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
        match &self.container {
            Container::Path(path) => Some(path),
            Container::Address(_) => None,
        }
    }

    pub(super) fn open(&self, limits: &Limits) -> Result<Arc<dyn Resource>> {
        let archive = self.container(limits)?;
        match self.archive.open(&archive, &self.name, limits) {
            Ok(Some(member)) => Ok(member),
            Ok(None) => Err(self.missing(&self.archive.members(&archive)?)),
            Err(error) => Err(self.placed(error)),
        }
    }

    /// The archive `old` with `content` as this member goes to `new`.
    pub(super) fn put(
        &self,
        old: Option<&mut File>,
        content: &mut File,
        new: &mut File,
    ) -> Result<()> {
        let done = self.archive.put(old, &self.name, content, new);
        done.map_err(|error| self.placed(error))
    }

    /// Refuses a member that cannot be written.
    pub(super) fn check_writable(&self) -> Result<()> {
        let plain = |part: &str| !matches!(part, "" | "." | "..");
        if !self.name.split('/').all(plain) {
            let message = format!("`{}` is no name for a member of {self}", self.name);
            return Err(Error::bad_option(message));
        }
        let Container::Path(path) = &self.container else {
            let message = format!("{self} is read-only: an address");
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
        let archive = open_path(path, &Limits::new())?;
        let members = self.archive.members(&archive);
        let members = members.map_err(|error| self.placed(error))?;
        self.nested(&members).map_or(Ok(()), Err)
    }

    /// Names in the folder of this member, sorted: its own where it is a folder of the archive.
    pub(super) fn list(&self, limits: &Limits) -> Result<Vec<String>> {
        let archive = self.container(limits)?;
        let members = self.archive.members(&archive);
        let members = members.map_err(|error| self.placed(error))?;
        let folder = self.folder(&members);
        let mut names: Vec<String> = members
            .iter()
            .filter_map(|member| member.strip_prefix(&folder))
            .filter_map(|rest| rest.split('/').next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// What names the member called `name` in the folder of this one.
    pub(super) fn sibling(&self, name: &str) -> Source {
        let folder = match self.name.rfind('/') {
            Some(end) => &self.name[..=end],
            None => "",
        };
        match &self.container {
            Container::Path(path) => Source::Path(path.join(folder).join(name)),
            Container::Address(address) => Source::Uri(format!("{address}#{folder}{name}")),
        }
    }

    /// The folder that this is, else the one it lies in, with its `/`.
    fn folder(&self, members: &[String]) -> String {
        let own = format!("{}/", self.name.trim_end_matches('/'));
        if members.iter().any(|member| member.starts_with(&own)) {
            return own;
        }
        let end = self.name.rfind('/').map_or(0, |at| at + 1);
        self.name[..end].to_owned()
    }

    fn container(&self, limits: &Limits) -> Result<Arc<dyn Resource>> {
        match &self.container {
            Container::Path(path) => open_path(path, limits),
            Container::Address(address) => Source::Uri(address.clone()).open(limits),
        }
    }

    fn placed(&self, error: Error) -> Error {
        error.at(self)
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
        let what = match self.name.as_str() {
            "" => format!("no member of {self} is named"),
            name => format!("no member {} in {self}", shortened(name)),
        };
        not_found(format!("{what}; {members}"))
    }

    /// Says so where the name leads into a member.
    fn nested(&self, members: &[String]) -> Option<Error> {
        let inner = members.iter().find(|member| {
            let rest = self.name.strip_prefix(member.as_str());
            !member.ends_with('/') && rest.is_some_and(|rest| rest.starts_with(['/', '#']))
        })?;
        Some(Error::unsupported(format!(
            "{self} is read, but no archive inside it: {} is a member",
            shortened(inner)
        )))
    }
}

impl fmt::Display for Member {
    /// The archive, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.container {
            Container::Path(path) => write!(f, "'{}'", path.display()),
            Container::Address(address) => write!(f, "'{}'", kind::shown(address)),
        }
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
