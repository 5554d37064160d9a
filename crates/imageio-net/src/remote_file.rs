//! Files that are downloaded once and kept.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use imageio_core::{Error, ErrorKind, Result, Setting};
use sha2::{Digest, Sha256};

use crate::address::{Address, not_found};
use crate::folders::{appdata_dir, resource_dirs};
use crate::progress::{Progress, tell};
use crate::standard::{MIRROR, STANDARD_URL};
use crate::{date, http};

/// Tries before a download counts as failed.
const TRIES: u32 = 4;

/// How often a continuous integration asks again after all tries failed.
const ROUNDS_ON_CI: u32 = 3;

const PAUSE_ON_CI: Duration = Duration::from_millis(500);

/// Bytes of the beginning and the end that a look at a file gets.
const LOOK: usize = 64;

/// Threads of one process wait for each other; other processes bring a file of their own, and the last one stays.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

type Look = fn(name: &str, head: &[u8], tail: &[u8]) -> Result<()>;

/// A file that is published with ImageIO, and its copy on this machine.
///
/// # Examples
/// ```no_run
/// let path = imageio_net::RemoteFile::new("images/chelsea.png").get()?;
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RemoteFile {
    name: String,
    directory: Option<PathBuf>,
    force: Force,
    auto: bool,
    sha256: Option<String>,
    look: Option<Look>,
    url: Option<String>,
}

#[derive(Clone, Debug)]
enum Force {
    Never,
    Always,
    OlderThan(String),
}

impl RemoteFile {
    /// The file with this path below the published address, as `images/chelsea.png`.
    pub fn new(name: impl Into<String>) -> Self {
        RemoteFile {
            name: name.into(),
            directory: None,
            force: Force::Never,
            auto: true,
            sha256: None,
            look: None,
            url: None,
        }
    }

    /// Downloads the file from this address, or from this path below the published one. Default: its name.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Keeps the file in this folder, and looks there first. Default: [`appdata_dir`].
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Downloads the file even where it is there already. Default: `false`.
    pub fn force_download(mut self, force: bool) -> Self {
        self.force = if force { Force::Always } else { Force::Never };
        self
    }

    /// Downloads the file where it is older than `date`, as `2026-01-31`. Default: however old.
    pub fn newer_than(mut self, date: impl Into<String>) -> Self {
        self.force = Force::OlderThan(date.into());
        self
    }

    /// Whether a download may begin by itself. Default: `true`.
    pub fn auto(mut self, auto: bool) -> Self {
        self.auto = auto;
        self
    }

    /// The SHA-256 that the file must have, in hexadecimal. Default: any.
    pub fn sha256(mut self, sum: impl Into<String>) -> Self {
        self.sha256 = Some(sum.into());
        self
    }

    pub(crate) fn looks_like(mut self, look: Look) -> Self {
        self.look = Some(look);
        self
    }

    /// The path of the file on this machine, downloaded if need be.
    ///
    /// # Errors
    /// `Io` where it must be downloaded and cannot be, or `IMAGEIO_NO_INTERNET` forbids it; `NotFound` where it must
    /// be downloaded and [`auto`](RemoteFile::auto) is off; `BadOption` for a name that leaves its folder.
    pub fn get(&self) -> Result<PathBuf> {
        self.check_name()?;
        let directory = match &self.directory {
            Some(directory) => directory.clone(),
            None => appdata_dir()?,
        };
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = self.find(&directory)? {
            return Ok(found);
        }
        if Setting::NO_INTERNET.is_on() {
            let name = Setting::NO_INTERNET.name();
            let error = Error::new(
                ErrorKind::Io,
                format!("will not download `{}`, because {name} is set", self.name),
            );
            let place = directory.join(&self.name);
            return Err(error
                .with_help(format!("{name} unset"))
                .with_help(format!("the file at {}", place.display())));
        }
        if !self.auto {
            let message = format!(
                "`{}` is not on this machine, and must be downloaded",
                self.name
            );
            return Err(not_found(message));
        }
        let target = directory.join(&self.name);
        self.download(&target)?;
        Ok(target)
    }

    fn check_name(&self) -> Result<()> {
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        if self.name.split('/').all(plain) {
            return Ok(());
        }
        let message = format!("`{}` is no name of a published file", self.name);
        Err(Error::bad_option(message))
    }

    /// A copy that need not be downloaded, in the folder that was asked for.
    fn find(&self, directory: &Path) -> Result<Option<PathBuf>> {
        let places = std::iter::once(directory.to_path_buf()).chain(resource_dirs());
        for place in places {
            let found = place.join(&self.name);
            let Ok(metadata) = std::fs::metadata(&found) else {
                continue;
            };
            if !metadata.is_file() {
                continue;
            }
            match &self.force {
                Force::Never => {}
                Force::Always => return Ok(None),
                Force::OlderThan(date) => {
                    let limit = date::start_of(date)?;
                    if metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH) < limit {
                        tell(&Progress::Outdated { date });
                        return Ok(None);
                    }
                }
            }
            if self.directory.is_none() || place == directory {
                return Ok(Some(found));
            }
            let target = directory.join(&self.name);
            let mut part = part_beside(&target)?;
            std::io::copy(&mut File::open(&found)?, part.as_file_mut())?;
            keep(part, &target)?;
            return Ok(Some(target));
        }
        Ok(None)
    }

    fn download(&self, target: &Path) -> Result<()> {
        tell(&Progress::Missing { name: &self.name });
        let on_ci = ["CI", "CONTINUOUS_INTEGRATION"]
            .into_iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        let rounds = if on_ci { ROUNDS_ON_CI } else { 1 };
        let mut round = 1;
        loop {
            match self.download_round(target) {
                Err(error) if round < rounds && error.kind() == ErrorKind::Io => {
                    std::thread::sleep(PAUSE_ON_CI);
                    round += 1;
                }
                done => return done,
            }
        }
    }

    fn download_round(&self, target: &Path) -> Result<()> {
        let address = Address::parse(&self.address())?;
        let mut last = None;
        for attempt in 1..=TRIES {
            match self.transfer(&address, target, attempt) {
                Ok(()) => {
                    tell(&Progress::Saved {
                        path: &target.display().to_string(),
                    });
                    return Ok(());
                }
                Err(error) => {
                    tell(&Progress::Failed {
                        error: &error.to_string(),
                    });
                    // No try gives what the server does not have, nor what the program may not do.
                    let lasting = error.kind() != ErrorKind::Io;
                    last = Some(error);
                    if lasting {
                        break;
                    }
                }
            }
        }
        let Some(last) = last else {
            return Ok(());
        };
        let message = format!(
            "unable to download `{}` ({}); perhaps there is no internet connection? If there is, please report this \
             problem",
            self.name,
            last.message()
        );
        Err(Error::new(last.kind(), message).with_source(last))
    }

    fn address(&self) -> String {
        let path = self.url.as_deref().unwrap_or(&self.name);
        if path.contains("://") {
            return path.to_owned();
        }
        let base = MIRROR.get().map(|base| base.to_string_lossy().into_owned());
        let base = base.unwrap_or_else(|| STANDARD_URL.to_owned());
        let slash = if base.ends_with('/') { "" } else { "/" };
        format!("{base}{slash}{path}")
    }

    fn transfer(&self, address: &Address, target: &Path, attempt: u32) -> Result<()> {
        let (reached, mut response) = http::whole(address)?;
        let total = http::content_length(response.headers()).ok_or_else(|| {
            Error::new(
                ErrorKind::Io,
                format!("{reached}: the server tells no length"),
            )
        })?;
        tell(&Progress::Started {
            attempt,
            address: &reached.to_string(),
            total,
        });
        let mut part = part_beside(target)?;
        let mut reader = response.body_mut().as_reader();
        let mut sum = Sha256::new();
        let mut chunk = [0; 1 << 13];
        let mut done = 0;
        loop {
            let count = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(http::broken_off(error, done, Some(total))),
            };
            sum.update(&chunk[..count]);
            part.write_all(&chunk[..count])?;
            done += count as u64;
            tell(&Progress::Advanced { done, total });
        }
        if done != total {
            let end = std::io::ErrorKind::UnexpectedEof.into();
            return Err(http::broken_off(end, done, Some(total)));
        }
        self.verify(part.as_file_mut(), &hexadecimal(&sum.finalize()), done)?;
        keep(part, target)
    }

    /// Refuses what is not the file.
    fn verify(&self, file: &mut File, sum: &str, len: u64) -> Result<()> {
        if let Some(expected) = &self.sha256
            && !expected.eq_ignore_ascii_case(sum)
        {
            let message = format!(
                "`{}` arrived with the SHA-256 {sum}, expected {expected}",
                self.name
            );
            return Err(Error::corrupt(message));
        }
        let Some(look) = self.look else {
            return Ok(());
        };
        let mut ends = [[0; LOOK]; 2];
        let count = usize::try_from(len).unwrap_or(LOOK).min(LOOK);
        let [head, tail] = &mut ends;
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut head[..count])?;
        file.seek(SeekFrom::Start(len - count as u64))?;
        file.read_exact(&mut tail[..count])?;
        look(&self.name, &head[..count], &tail[..count])
            .map_err(|error| error.at(format!("`{}`, {len} bytes", self.name)))
    }
}

/// A new file in the folder of `target`, which is made if need be; gone unless it is kept.
fn part_beside(target: &Path) -> Result<tempfile::NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Error::from(error).at(folder.display()))?;
    let mut part = tempfile::Builder::new();
    part.prefix("imageio_").suffix(".part");
    // As any file that a program saves, not private as a temporary one.
    #[cfg(unix)]
    part.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(part.tempfile_in(folder)?)
}

/// Puts a finished file in its place at once, so that nobody ever sees half of it.
fn keep(part: tempfile::NamedTempFile, target: &Path) -> Result<()> {
    part.as_file().sync_all()?;
    match part.persist(target) {
        Ok(_) => Ok(()),
        Err(failed) => Err(Error::from(failed.error).at(target.display())),
    }
}

/// The SHA-256 of a file on this machine.
pub(crate) fn sha256_of(path: &Path) -> Result<String> {
    let mut sum = Sha256::new();
    let mut file = File::open(path).map_err(|error| Error::from(error).at(path.display()))?;
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => sum.update(&chunk[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(hexadecimal(&sum.finalize()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    bytes
        .iter()
        .flat_map(|&byte| [digit(byte >> 4), digit(byte)])
        .collect()
}
