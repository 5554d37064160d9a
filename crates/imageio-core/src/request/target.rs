//! Where written bytes go, so that a write never harms what was there.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

use super::archive::Member;
use super::input::temporary;
use super::lock;
use super::output::{Finished, Store, WriteAny};
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};

/// Everything that one request has written so far. Positions stay as they are, so that an output that lives
/// longer than its file never touches another one.
#[derive(Default)]
pub(super) struct WriteState {
    slots: Vec<Option<Slot>>,
}

/// One file on its way; its store is lent to an [`Output`](super::Output) and comes back when that is dropped.
struct Slot {
    /// Name of a file beside the one that the request names; nothing for that one itself.
    sibling: Option<String>,
    target: Target,
    store: Option<Store>,
    failed: Option<std::io::Error>,
}

/// What the bytes become at commit.
enum Target {
    /// A temporary file takes the place of this path.
    Replace(PathBuf),
    /// The archive is replaced by one that holds this member too.
    Member(Box<Member>, PathBuf),
    /// The bytes are handed to the caller.
    Memory,
    /// The bytes go to this writer.
    Writer(Option<Box<dyn WriteAny>>),
    /// The bytes have gone through already.
    Through,
}

/// How the bytes are going to be written.
#[derive(Clone, Copy)]
pub(super) enum Access<'a> {
    /// In any order.
    Seek,
    /// From first to last.
    Stream,
    /// By another program, to a path that ends in this extension.
    Path(&'a str),
}

impl WriteState {
    /// Begins a file anew, whatever an earlier writer made of it; gives its slot and its store.
    pub(super) fn begin(
        &mut self,
        source: &Source,
        sibling: Option<&str>,
        access: Access<'_>,
    ) -> Result<(usize, Store)> {
        self.discard(source, |slot| slot.sibling.as_deref() == sibling);
        let (target, store) = begin(source, access)?;
        self.slots.push(Some(Slot {
            sibling: sibling.map(str::to_owned),
            target,
            store: None,
            failed: None,
        }));
        Ok((self.slots.len() - 1, store))
    }

    /// The path that another program writes to, made at the first call.
    pub(super) fn local_path(&mut self, source: &Source, extension: &str) -> Result<PathBuf> {
        let begun = self
            .slots
            .iter()
            .flatten()
            .find_map(|slot| match &slot.store {
                Some(Store::Path(path)) => Some(path.to_path_buf()),
                _ => None,
            });
        if let Some(path) = begun {
            return Ok(path);
        }
        let (slot, store) = self.begin(source, None, Access::Path(extension))?;
        let path = match &store {
            Store::Path(path) => path.to_path_buf(),
            _ => PathBuf::new(),
        };
        self.park(slot, store, Ok(()));
        Ok(path)
    }

    /// Takes a store back from the output that worked on it.
    pub(super) fn park(&mut self, slot: usize, store: Store, flushed: std::io::Result<()>) {
        if let Some(Some(slot)) = self.slots.get_mut(slot) {
            slot.store = Some(store);
            slot.failed = slot.failed.take().or(flushed.err());
        }
    }

    /// Forgets everything that was written; a caller's writer goes back to `source`.
    pub(super) fn abandon(&mut self, source: &Source) {
        self.discard(source, |_| true);
    }

    fn discard(&mut self, source: &Source, which: impl Fn(&Slot) -> bool) {
        for entry in &mut self.slots {
            let gone = entry.take_if(|slot| which(slot));
            if let (Some(writer), Source::Writer(home)) = (gone.and_then(Slot::into_writer), source)
            {
                *lock(home) = Some(writer);
            }
        }
    }

    /// Puts every file in its place, the named one last: side files are there before what refers to them.
    pub(super) fn commit(&mut self) -> Result<Finished> {
        let mut slots: Vec<Slot> = self.slots.iter_mut().filter_map(Option::take).collect();
        if let Some(error) = slots.iter_mut().find_map(|slot| slot.failed.take()) {
            return Err(error.into());
        }
        if slots.iter().any(|slot| slot.store.is_none()) {
            return Err(Error::new(
                ErrorKind::Io,
                "an output is still in use at the end of the write",
            ));
        }
        slots.sort_by_key(|slot| slot.sibling.is_none());
        let mut finished = Finished::default();
        for slot in slots {
            finished = slot.commit()?;
        }
        Ok(finished)
    }
}

impl Slot {
    /// The caller's writer, where this slot holds it.
    fn into_writer(self) -> Option<Box<dyn WriteAny>> {
        match (self.target, self.store) {
            (Target::Writer(writer), _) => writer,
            (Target::Through, Some(Store::Through(writer))) => Some(writer.into_parts().0),
            _ => None,
        }
    }

    fn commit(self) -> Result<Finished> {
        match (self.target, self.store) {
            (Target::Replace(path), Some(Store::File(file))) => {
                let file = file
                    .into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?;
                file.persist(&path)
                    .map_err(|error| Error::from(error.error).at(path.display()))?;
                Ok(Finished::default())
            }
            (Target::Replace(path), Some(Store::Path(file))) => {
                file.persist(&path)
                    .map_err(|error| Error::from(error.error).at(path.display()))?;
                Ok(Finished::default())
            }
            (Target::Member(member, archive), Some(Store::File(file))) => {
                let mut file = file
                    .into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?;
                put_member(&member, &archive, file.as_file_mut())
            }
            (Target::Member(member, archive), Some(Store::Path(file))) => {
                put_member(&member, &archive, &mut File::open(&file)?)
            }
            (Target::Memory, Some(Store::Memory(bytes))) => {
                Ok(Finished::of_bytes(bytes.into_inner()))
            }
            (Target::Memory, Some(Store::Path(file))) => {
                Ok(Finished::of_bytes(std::fs::read(&file)?))
            }
            (Target::Writer(Some(mut writer)), Some(Store::Memory(bytes))) => {
                writer.write_all(bytes.get_ref())?;
                writer.flush()?;
                Ok(Finished::of_writer(writer))
            }
            (Target::Writer(Some(mut writer)), Some(Store::Path(file))) => {
                std::io::copy(&mut File::open(&file)?, &mut writer)?;
                writer.flush()?;
                Ok(Finished::of_writer(writer))
            }
            (Target::Through, Some(Store::Through(writer))) => {
                let writer = writer
                    .into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?;
                Ok(Finished::of_writer(writer))
            }
            _ => Err(Error::new(ErrorKind::Io, "the write was committed twice")),
        }
    }
}

/// Archives are rewritten one after the other, so that two members written at once are both kept.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Puts an archive in the place of `archive` that also holds what is in `content`.
fn put_member(member: &Member, archive: &Path, content: &mut File) -> Result<Finished> {
    let _turn = lock(&ONE_AT_A_TIME);
    let place = |error: std::io::Error| Error::from(error).at(archive.display());
    let mut old = match File::open(archive) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(place(error)),
    };
    let mut new = beside(archive, ".tmp")?;
    content.seek(SeekFrom::Start(0))?;
    member.put(old.as_mut(), content, new.as_file_mut())?;
    // Some systems replace no file that is open.
    drop(old);
    new.persist(archive).map_err(|failed| place(failed.error))?;
    Ok(Finished::default())
}

fn begin(source: &Source, access: Access<'_>) -> Result<(Target, Store)> {
    match (target_of(source)?, access) {
        (Target::Replace(path), Access::Path(extension)) => {
            let file = beside(&path, extension)?.into_temp_path();
            Ok((Target::Replace(path), Store::Path(file)))
        }
        (Target::Replace(path), _) => {
            let file = BufWriter::with_capacity(1 << 16, beside(&path, ".tmp")?);
            Ok((Target::Replace(path), Store::File(file)))
        }
        (Target::Member(member, archive), Access::Path(extension)) => {
            let file = beside(&archive, extension)?.into_temp_path();
            Ok((Target::Member(member, archive), Store::Path(file)))
        }
        (Target::Member(member, archive), _) => {
            let file = BufWriter::with_capacity(1 << 16, beside(&archive, ".tmp")?);
            Ok((Target::Member(member, archive), Store::File(file)))
        }
        (target, Access::Path(extension)) => {
            let file = temporary().suffix(extension).tempfile()?.into_temp_path();
            Ok((target, Store::Path(file)))
        }
        (Target::Writer(Some(writer)), Access::Stream) => {
            Ok((Target::Through, Store::Through(BufWriter::new(writer))))
        }
        (target, _) => Ok((target, Store::Memory(Cursor::default()))),
    }
}

fn target_of(source: &Source) -> Result<Target> {
    if source.is_memory() {
        return Ok(Target::Memory);
    }
    if let Source::Writer(writer) = source {
        let writer = lock(writer).take();
        let taken = || Error::new(ErrorKind::Io, "the writer was taken already");
        return Ok(Target::Writer(Some(writer.ok_or_else(taken)?)));
    }
    let read_only = || Error::new(ErrorKind::ReadOnly, "the resource is read-only");
    if let Some(member) = source.member(true) {
        let archive = follow_links(member.archive_path().ok_or_else(read_only)?)?;
        return Ok(Target::Member(Box::new(member), archive));
    }
    let path = source.path().ok_or_else(read_only)?;
    match special_file(&path)? {
        Some(file) => Ok(Target::Writer(Some(Box::new(file)))),
        None => Ok(Target::Replace(follow_links(&path)?)),
    }
}

/// A device, pipe or other special file, opened to be written straight through; nothing for a regular or absent one.
fn special_file(path: &Path) -> Result<Option<File>> {
    // What a shell has opened already is written to even where it is a regular file.
    let inherited = ["/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"]
        .iter()
        .any(|p| path.to_string_lossy().starts_with(p));
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(Error::new(
            ErrorKind::ReadOnly,
            format!("'{}' is a folder", path.display()),
        )),
        Ok(metadata) if inherited || !metadata.is_file() => Ok(Some(
            // What the shell redirected goes on where it stands, as `>>` wants it.
            OpenOptions::new()
                .write(true)
                .append(inherited)
                .open(path)
                .map_err(|error| Error::from(error).at(path.display()))?,
        )),
        _ => Ok(None),
    }
}

/// A temporary file beside `target`, with the target's mode or a new file's.
fn beside(target: &Path, suffix: &str) -> Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let old = std::fs::metadata(target).ok();
    if old.is_some() {
        // A rename would replace a file that its owner has protected.
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => {
                Error::from(error).with_kind(ErrorKind::ReadOnly)
            }
            _ => Error::from(error),
        };
        OpenOptions::new()
            .write(true)
            .open(target)
            .map_err(|error| refused(error).at(target.display()))?;
    }
    let mut builder = tempfile::Builder::new();
    let prefix = format!(".{}.", name.chars().take(40).collect::<String>());
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder
        .tempfile_in(folder)
        .map_err(|error| Error::from(std::io::Error::from(error.kind())).at(folder.display()))?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

/// The file at the end of a chain of symbolic links, whether or not it exists.
fn follow_links(path: &Path) -> Result<PathBuf> {
    let mut path = path.to_path_buf();
    // As many links as Linux follows.
    for _ in 0..40 {
        match std::fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new(".")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(Error::new(
        ErrorKind::Io,
        format!("'{}': too many symbolic links", path.display()),
    ))
}
