//! What the user pointed at, and the only way a plugin reaches bytes.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

mod archive;
mod folder;
mod input;
mod kind;
mod mode;
mod output;
mod reader;
mod source;
mod spool;
mod target;

pub use archive::{Archive, Members};
pub use input::Resource;
pub use kind::{ResourceKind, Serve, Submitted};
pub use mode::{ImageMode, Mode};
pub use output::{Finished, Output, WriteAny};
pub use reader::RequestReader;
pub use spool::Spool;

use archive::Member;
use source::Source;
use target::WriteState;

/// What the user pointed at: a path, an address, bytes, a reader or a writer.
///
/// Cheap to clone; nothing is opened until somebody asks. All clones share one view of the bytes, so that a stream
/// that can be read once serves every plugin that has a look.
///
/// # Examples
/// ```
/// use imageio_core::Request;
/// let request = Request::from(b"P5 1 1 255 \x07".to_vec());
/// assert_eq!(&request.first_bytes(2)?[..], b"P5");
/// assert_eq!(request.len()?, 12);
/// let mut pixel = [0];
/// request.read_exact_at(11, &mut pixel)?;
/// assert_eq!(pixel, [7]);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Request {
    source: Arc<Source>,
    mode: Mode,
    extension: Option<Arc<str>>,
    limits: Limits,
    shared: Arc<Shared>,
}

/// What clones have in common.
#[derive(Default)]
struct Shared {
    input: OnceLock<Arc<dyn Resource>>,
    /// The member of an archive that is read, once that was looked up.
    member: OnceLock<Option<Member>>,
    opening: Mutex<()>,
    is_folder: OnceLock<bool>,
    head: Mutex<Arc<[u8]>>,
    write: Mutex<WriteState>,
    copy: Mutex<Option<tempfile::TempPath>>,
    warnings: Mutex<Vec<String>>,
}

/// Bytes that the first look at a resource fetches.
const HEAD: usize = 4096;

impl Request {
    /// A request for what `uri` names: a path, `file://…`, `~/…`, `<bytes>`, or an address of a registered kind.
    pub fn new(uri: &str) -> Self {
        Source::Uri(uri.to_owned()).into()
    }

    /// A request to read bytes that `owner` holds, without a copy: a `Vec`, an `Arc`, a memory map.
    pub fn from_owner(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Source::Bytes(Arc::new(owner)).into()
    }

    /// A request to read a stream that cannot seek; it is kept as far as it was read.
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Source::Stream(Mutex::new(Some(Box::new(reader)))).into()
    }

    /// A request to read from where `reader` stands.
    pub fn from_seekable(reader: impl Read + Seek + Send + 'static) -> Self {
        Source::Seekable(Mutex::new(Some(Box::new(reader)))).into()
    }

    /// A request to write to `writer`, which [`Finished::into_writer`] gives back.
    pub fn from_writer(writer: impl Write + Send + 'static) -> Self {
        Request::from(Source::Writer(Mutex::new(Some(Box::new(writer))))).mode(Mode::WRITE)
    }

    /// A request to write to memory, which [`Finished::into_bytes`] gives back.
    pub fn to_bytes() -> Self {
        Request::new("<bytes>").mode(Mode::WRITE)
    }

    /// The direction and the v2 image mode. Default: [`Mode::READ`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Treats the resource as if it had `extension`, which begins with a dot. Default: its own.
    pub fn extension_hint(mut self, extension: Option<&str>) -> Result<Self> {
        if let Some(extension) = extension {
            if !extension.starts_with('.') || extension.len() < 2 {
                let message =
                    format!("the extension {extension:?} must begin with a dot, as \".ext\"");
                return Err(Error::bad_option(message));
            }
            self.extension = Some(extension.to_lowercase().into());
        }
        Ok(self)
    }

    /// The same resource with its own extension alone.
    pub(crate) fn without_hint(&self) -> Self {
        Request {
            extension: None,
            ..self.clone()
        }
    }

    /// The budgets. Default: [`Limits::new`].
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The direction and the v2 image mode.
    pub fn io_mode(&self) -> Mode {
        self.mode
    }

    /// The resource for people; the content of bytes never shows.
    pub fn name(&self) -> Cow<'_, str> {
        self.source.name()
    }

    /// The extension that was given, in lower case, if one was.
    pub fn hint(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The extension that counts, in lower case with its dot: the one given, else the last of the name.
    pub fn extension(&self) -> Option<Cow<'_, str>> {
        self.hint()
            .map(Cow::Borrowed)
            .or_else(|| self.own_extensions().pop().map(Cow::Owned))
    }

    /// Every suffix of the name that could be an extension, longest first: `.nii.gz`, then `.gz`.
    pub fn own_extensions(&self) -> Vec<String> {
        let name = self.source.file_name();
        // A name that begins with its only dot has no extension, as for Python.
        let starts = name
            .match_indices('.')
            .map(|(at, _)| at)
            .filter(|&at| at > 0 && at + 1 < name.len());
        starts
            .map(|at| name[at..].to_lowercase())
            .filter(|suffix| !suffix.contains(char::is_whitespace))
            .collect()
    }

    /// The budgets, grown with the input's size where that is known without reading on.
    pub fn limits(&self) -> Limits {
        match self.shared.input.get().and_then(|input| input.known_len()) {
            Some(len) => self.limits.for_input(len),
            None => self.limits.clone(),
        }
    }

    /// Keeps a warning for the caller and logs it.
    pub fn warn(&self, message: impl Into<String>) {
        let message = message.into();
        log::warn!("{}: {message}", self.name());
        lock(&self.shared.warnings).push(message);
    }

    /// The warnings so far.
    pub fn warnings(&self) -> Vec<String> {
        lock(&self.shared.warnings).clone()
    }
}

impl Request {
    /// The first `count` bytes, fewer where the resource is shorter. Repeated looks cost no reading.
    pub fn first_bytes(&self, count: usize) -> Result<Arc<[u8]>> {
        if self.is_dir() {
            return Ok(Arc::default());
        }
        let mut head = lock(&self.shared.head);
        if head.len() < count && (head.is_empty() || head.len() >= HEAD) {
            let mut bytes = vec![0; count.max(HEAD)];
            let filled = self.input()?.read_at(0, &mut bytes)?;
            bytes.truncate(filled);
            *head = bytes.into();
        }
        if head.len() <= count {
            Ok(Arc::clone(&head))
        } else {
            Ok(head[..count].into())
        }
    }

    /// Reads at `offset` until `buf` is full or the resource ends; gives the number of bytes.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.input()?.read_at(offset, buf)
    }

    /// Fills `buf` from `offset`.
    ///
    /// # Errors
    /// `Corrupt` with both figures when the resource ends before that.
    pub fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        let filled = self.read_at(offset, buf)?;
        if filled == buf.len() {
            return Ok(());
        }
        let len = buf.len();
        Err(Error::corrupt(format!(
            "the data ends too early: {filled} bytes at offset {offset}, expected {len}"
        )))
    }

    /// Fills several buffers, each from its offset, so that a remote resource can fetch them together.
    pub fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        self.input()?.read_ranges(parts)
    }

    /// Length in bytes; a stream is read to its end.
    pub fn len(&self) -> Result<u64> {
        self.input()?.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.first_bytes(1)?.is_empty())
    }

    /// All bytes: borrowed where they lie in memory, else read inside the budget.
    pub fn read_all(&self) -> Result<Cow<'_, [u8]>> {
        let input = self.input()?;
        if let Some(slice) = input.as_slice() {
            return Ok(Cow::Borrowed(slice));
        }
        let len = usize::try_from(input.len()?)
            .map_err(|_| Error::new(ErrorKind::LimitExceeded, "the input is larger than memory"))?;
        let mut bytes = self.limits().try_vec(len, "the whole input")?;
        let filled = input.read_at(0, &mut bytes)?;
        bytes.truncate(filled);
        Ok(Cow::Owned(bytes))
    }

    /// The bytes where they lie in memory already.
    pub fn as_slice(&self) -> Option<&[u8]> {
        self.input().ok()?.as_slice()
    }

    /// A buffered reader that can seek, from the first byte.
    pub fn reader(&self) -> Result<RequestReader> {
        let input = Arc::clone(self.input()?);
        let head = lock(&self.shared.head).to_vec();
        Ok(RequestReader::new(input, head))
    }

    /// A path that another program can open; other kinds are copied to a private temporary file first.
    ///
    /// In a write it is an empty temporary file, whose content goes to the target at commit.
    pub fn local_path(&self) -> Result<PathBuf> {
        let extension = self.extension();
        let extension = extension.as_deref().unwrap_or("");
        if self.mode.is_write() {
            return lock(&self.shared.write).local_path(&self.source, extension);
        }
        if let Some(path) = self.path() {
            return Ok(path);
        }
        match self.source.file_behind() {
            Some(file) if self.member()?.is_none() => file,
            _ => self.spooled(extension),
        }
    }

    /// A private copy on disk, made at the first call and kept as long as a clone of the request lives.
    fn spooled(&self, extension: &str) -> Result<PathBuf> {
        let mut copy = lock(&self.shared.copy);
        if copy.is_none() {
            *copy = Some(input::spool_to_disk(&**self.input()?, extension)?);
        }
        Ok(copy.as_deref().map(Path::to_path_buf).unwrap_or_default())
    }

    /// The path, for a resource that is one.
    pub fn path(&self) -> Option<PathBuf> {
        // Only in a write does `<bytes>` stand for memory.
        if self.mode.is_write() && self.source.is_memory() {
            return None;
        }
        let path = self.source.path()?;
        // What lies in an archive is nothing that another program could open.
        self.member()
            .is_ok_and(|found| found.is_none())
            .then_some(path)
    }

    /// The member of an archive that this is; the file that an address stands for may have to be fetched first.
    fn member(&self) -> Result<Option<Member>> {
        if self.mode.is_write() {
            return self.source.fetched_member(true);
        }
        if let Some(member) = self.shared.member.get() {
            return Ok(member.clone());
        }
        let member = self.source.fetched_member(false)?;
        Ok(self.shared.member.get_or_init(|| member).clone())
    }

    fn input(&self) -> Result<&Arc<dyn Resource>> {
        if let Some(input) = self.shared.input.get() {
            return Ok(input);
        }
        let _one_opens = lock(&self.shared.opening);
        if let Some(input) = self.shared.input.get() {
            return Ok(input);
        }
        let input = match self.member()? {
            Some(member) => member.open(&self.limits)?,
            None => self.source.open(&self.limits)?,
        };
        Ok(self.shared.input.get_or_init(|| input))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.mode, self.name())
    }
}

impl From<Source> for Request {
    fn from(source: Source) -> Self {
        Request {
            source: Arc::new(source),
            mode: Mode::READ,
            extension: None,
            limits: Limits::new(),
            shared: Arc::default(),
        }
    }
}

impl From<&Request> for Request {
    fn from(request: &Request) -> Self {
        request.clone()
    }
}

impl From<&str> for Request {
    fn from(uri: &str) -> Self {
        Request::new(uri)
    }
}

impl From<&String> for Request {
    fn from(uri: &String) -> Self {
        Request::new(uri)
    }
}

impl From<String> for Request {
    fn from(uri: String) -> Self {
        Source::Uri(uri).into()
    }
}

macro_rules! from_path {
    ($($type:ty),*) => {$(
        impl From<$type> for Request {
            /// Always a path, whatever it looks like.
            fn from(path: $type) -> Self {
                Source::Path(PathBuf::from(path)).into()
            }
        }
    )*};
}
from_path!(&Path, &PathBuf, PathBuf, &OsStr, std::ffi::OsString);

macro_rules! from_bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for Request {
            /// Without a copy.
            fn from(bytes: $type) -> Self {
                Request::from_owner(bytes)
            }
        }
    )*};
}
from_bytes!(Vec<u8>, Arc<[u8]>, Box<[u8]>);

impl From<&[u8]> for Request {
    /// Copies the bytes; [`Request::from_owner`] does not.
    fn from(bytes: &[u8]) -> Self {
        Request::from_owner(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Request {
    /// Copies the bytes; [`Request::from_owner`] does not.
    fn from(bytes: &[u8; N]) -> Self {
        Request::from_owner(*bytes)
    }
}

impl From<std::fs::File> for Request {
    /// Reads from where the file stands; a pipe or a device is read as a stream.
    fn from(file: std::fs::File) -> Self {
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            Request::from_seekable(file)
        } else {
            Request::from_reader(file)
        }
    }
}

/// A lock whose data stays usable after a panic elsewhere: every state in here is whole between two statements.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
