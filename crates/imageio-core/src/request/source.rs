//! From what the user wrote to something that can be opened.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::archive::{self, Member};
use super::input::{BytesInput, FileInput, ReadSeek, Resource, SeekInput, StreamInput};
use super::kind::{ResourceKind, Serve};
use super::output::WriteAny;
use super::{kind, lock};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// What the user pointed at. Readers and writers are handed out once.
pub(super) enum Source {
    Uri(String),
    Path(PathBuf),
    Bytes(Arc<dyn AsRef<[u8]> + Send + Sync>),
    Stream(Mutex<Option<Box<dyn Read + Send>>>),
    Seekable(Mutex<Option<Box<dyn ReadSeek>>>),
    Writer(Mutex<Option<Box<dyn WriteAny>>>),
}

/// Begins the name of a target in memory: `<bytes>` or `<bytes>.ext`.
const MEMORY: &str = "<bytes>";

impl Source {
    /// The resource for people.
    pub(super) fn name(&self) -> Cow<'_, str> {
        match self {
            Source::Uri(uri) => kind::shown(uri),
            Source::Path(path) => path.to_string_lossy(),
            Source::Bytes(_) => Cow::Borrowed(MEMORY),
            Source::Stream(_) | Source::Seekable(_) | Source::Writer(_) => Cow::Borrowed("<file>"),
        }
    }

    /// The part of the name that an extension stands in.
    pub(super) fn file_name(&self) -> Cow<'_, str> {
        // Whether the archive is there makes no difference to the name of its member.
        if let Some(member) = self.member(true) {
            return Cow::Owned(member.file_name().to_owned());
        }
        match self {
            Source::Uri(uri) if kind::is_address(uri) => Cow::Borrowed(kind::file_name(uri)),
            Source::Uri(_) | Source::Path(_) => match self.given_path() {
                Some(path) => Cow::Owned(
                    path.file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned(),
                ),
                None => Cow::Borrowed(""),
            },
            _ => Cow::Borrowed(""),
        }
    }

    /// The path, absolute, for a resource that is one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        self.given_path().map(absolute)
    }

    /// The path as it was given, which spares a look at the working folder.
    pub(super) fn given_path(&self) -> Option<PathBuf> {
        let path = match self {
            Source::Path(path) => path.clone(),
            Source::Uri(uri) if kind::is_address(uri) => return None,
            Source::Uri(uri) => match uri.strip_prefix("file://") {
                // The rest is taken as it stands: no host, no percent-decoding, as the manual has it.
                Some(rest) => PathBuf::from(rest),
                None => expand_home(uri),
            },
            _ => return None,
        };
        let is_empty = path.as_os_str().is_empty();
        Some(if is_empty { PathBuf::from(".") } else { path })
    }

    /// The member of an archive that it names. To be written, the archive need not be there yet.
    pub(super) fn member(&self, writing: bool) -> Option<Member> {
        match self {
            Source::Uri(uri) if kind::is_address(uri) => archive::of_address(uri),
            // A path as such has no fragment.
            Source::Path(path) => archive::of_path(path, false, writing),
            Source::Uri(_) => archive::of_path(&self.given_path()?, true, writing),
            _ => None,
        }
    }

    /// The same, also where an address stands for a file on this machine, which may have to be fetched first.
    pub(super) fn fetched_member(&self, writing: bool) -> Result<Option<Member>> {
        match (self.member(writing), self.file_behind()) {
            (None, Some(file)) => Ok(archive::of_path(&file?, false, writing)),
            (member, _) => Ok(member),
        }
    }

    /// Whether it names a camera, the screen or the clipboard.
    pub(super) fn is_device(&self) -> bool {
        matches!(self, Source::Uri(uri) if kind::is_device(uri))
    }

    /// Whether it is an address of another kind than a path.
    pub(super) fn is_address(&self) -> bool {
        matches!(self, Source::Uri(uri) if kind::is_address(uri))
    }

    /// The file on this machine that an address stands for, if it stands for one.
    pub(super) fn file_behind(&self) -> Option<Result<PathBuf>> {
        match self {
            Source::Uri(uri) if kind::is_address(uri) => match kind::kind_of(uri)?.serve {
                Serve::File(file) => Some(file(uri)),
                Serve::Open(_) | Serve::Members(_) => None,
            },
            _ => None,
        }
    }

    /// Whether it names a target in memory.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self, Source::Uri(uri) if uri.starts_with(MEMORY))
    }

    /// Refuses what can never be read.
    pub(super) fn check_readable(&self) -> Result<()> {
        match self {
            // The plugin of a device takes the name alone.
            _ if self.is_device() => Ok(()),
            Source::Writer(_) => Err(Error::unsupported("a writer cannot be read")),
            _ => self.missing_kind().map_or(Ok(()), Err),
        }
    }

    /// What to say of an address whose kind nothing in this program opens.
    pub(super) fn missing_kind(&self) -> Option<Error> {
        match self {
            Source::Uri(uri) if self.is_address() && kind::kind_of(uri).is_none() => {
                Some(kind::missing(uri))
            }
            _ => None,
        }
    }

    /// Refuses what is no target.
    pub(super) fn check_writer(&self) -> Result<()> {
        match self {
            Source::Writer(_) => Ok(()),
            _ => Err(Error::new(
                ErrorKind::ReadOnly,
                "bytes and readers cannot be written to",
            )),
        }
    }

    /// What it names; members of archives are opened by their [`Member`].
    pub(super) fn open(&self, limits: &Limits) -> Result<Arc<dyn Resource>> {
        match self {
            Source::Uri(uri) if kind::is_address(uri) => match kind::kind_of(uri) {
                Some(ResourceKind {
                    serve: Serve::Open(open),
                    ..
                }) => open(uri, limits),
                Some(ResourceKind {
                    serve: Serve::File(file),
                    ..
                }) => open_path(&file(uri)?, limits),
                // No other plugin may stumble over it on the way to the one that takes the name.
                None if kind::is_device(uri) => Ok(Arc::new(BytesInput::new(Arc::new([])))),
                _ => Err(kind::missing(uri)),
            },
            Source::Uri(_) | Source::Path(_) => {
                open_path(&self.given_path().unwrap_or_default(), limits)
            }
            Source::Bytes(bytes) => Ok(Arc::new(BytesInput::new(Arc::clone(bytes)))),
            Source::Stream(reader) => Ok(Arc::new(StreamInput::new(take(reader)?, limits))),
            Source::Seekable(reader) => Ok(Arc::new(SeekInput::new(take(reader)?)?)),
            Source::Writer(_) => Err(Error::unsupported("a writer cannot be read")),
        }
    }
}

fn take<T: ?Sized>(slot: &Mutex<Option<Box<T>>>) -> Result<Box<T>> {
    lock(slot)
        .take()
        .ok_or_else(|| Error::new(ErrorKind::Io, "the reader was taken already"))
}

pub(super) fn open_path(path: &Path, limits: &Limits) -> Result<Arc<dyn Resource>> {
    let missing = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            no_such_file(&absolute(path.to_path_buf())).with_source(error)
        }
        _ => Error::from(error).at(absolute(path.to_path_buf()).display()),
    };
    let file = File::open(path).map_err(missing)?;
    let metadata = file.metadata().map_err(missing)?;
    if metadata.is_file() {
        return Ok(Arc::new(FileInput::new(file, metadata.len())));
    }
    // A pipe or a device has no length and reads once.
    Ok(Arc::new(StreamInput::new(Box::new(file), limits)))
}

/// The error for a path that is not there.
pub(super) fn no_such_file(path: &Path) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("no such file: '{}'", path.display()),
    )
    .with_source(std::io::Error::from(std::io::ErrorKind::NotFound))
}

pub(super) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

fn expand_home(uri: &str) -> PathBuf {
    let home = || {
        std::env::var_os("HOME")
            .or_else(|| std::env::var_os("USERPROFILE"))
            .map(PathBuf::from)
    };
    match uri.strip_prefix('~') {
        Some("") => home().unwrap_or_else(|| PathBuf::from(uri)),
        Some(rest) if rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => {
            home().map_or_else(|| PathBuf::from(uri), |home| home.join(&rest[1..]))
        }
        _ => PathBuf::from(uri),
    }
}
