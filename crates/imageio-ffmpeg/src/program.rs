//! Where the ffmpeg program is, and what it can do.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use imageio_core::{Error, ErrorKind, Result, Setting};

use crate::child;

/// The input that `<videoN>` stands for, as `format:name`, in place of the system's cameras. `%d` in the name is the
/// number of the camera.
pub const CAMERA: Setting = Setting::new(
    "IMAGEIO_FFMPEG_CAMERA",
    "Input of ffmpeg that `<videoN>` stands for, as `format:name`. Default: the system's camera N.",
);

/// A value that is neither empty nor `0`, `no` or `false` leaves ffmpeg in the process group of the program, so that
/// an interrupt from the terminal reaches it too.
pub const NO_PREVENT_SIGINT: Setting = Setting::new(
    "IMAGEIO_FFMPEG_NO_PREVENT_SIGINT",
    "Set: an interrupt from the terminal reaches ffmpeg too. Default: only the program itself.",
);

/// The command that installs the program on this kind of machine.
pub(crate) const INSTALL: &str = if cfg!(target_os = "macos") {
    "the ffmpeg program: `brew install ffmpeg`, or its path in IMAGEIO_FFMPEG_EXE"
} else if cfg!(windows) {
    "the ffmpeg program: `winget install --id Gyan.FFmpeg`, or its path in IMAGEIO_FFMPEG_EXE"
} else {
    "the ffmpeg program: `apt-get install ffmpeg` (`dnf install ffmpeg-free`, `pacman -S ffmpeg`, `apk add ffmpeg`), \
     or its path in IMAGEIO_FFMPEG_EXE"
};

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// A working ffmpeg.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// The program that tells what is in a file, where it lies beside it.
    pub ffprobe: Option<PathBuf>,
    /// Its version.
    pub version: Version,
}

/// A version of ffmpeg.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// As it calls itself, with what built it.
    pub text: String,
    /// The two first numbers of a release; nothing for a build between releases.
    pub release: Option<(u32, u32)>,
}

impl Program {
    /// The program that [`Setting::FFMPEG_EXE`] names, else the first that works: in the user's folder for ImageIO,
    /// beside the running program, in the environment that is active, on the `PATH`.
    ///
    /// # Errors
    /// `NotInstalled` with the command that installs it.
    pub fn find() -> Result<Arc<Program>> {
        match Setting::FFMPEG_EXE.get() {
            // The system's, whatever else is there.
            Some(name) if name == "ffmpeg" => first_working(&on_path()),
            Some(path) => Program::at(Path::new(&path)),
            None => first_working(&places()),
        }
    }

    /// The program at `path`.
    ///
    /// # Errors
    /// `NotInstalled` where it does not run or is something else.
    pub fn at(path: &Path) -> Result<Arc<Program>> {
        static KNOWN: Mutex<Option<HashMap<PathBuf, Arc<Program>>>> = Mutex::new(None);
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = known().get_or_insert_default().get(path) {
            return Ok(Arc::clone(program));
        }
        let program = Arc::new(Program {
            path: path.to_path_buf(),
            ffprobe: beside(path),
            version: version_of(path)?,
        });
        known()
            .get_or_insert_default()
            .insert(path.to_path_buf(), Arc::clone(&program));
        Ok(program)
    }

    /// The arguments that make it give each decoded frame once, whatever the times.
    pub(crate) fn each_frame_once(&self) -> [&'static str; 2] {
        match self.version.release {
            // `-fps_mode` came with 5.1; `-vsync` went with 8.0.
            Some(release) if release < (5, 1) => ["-vsync", "passthrough"],
            _ => ["-fps_mode", "passthrough"],
        }
    }

    /// The arguments that make it leave frames out and repeat them to keep a rate.
    pub(crate) fn constant_rate(&self) -> [&'static str; 2] {
        match self.version.release {
            Some(release) if release < (5, 1) => ["-vsync", "cfr"],
            _ => ["-fps_mode", "cfr"],
        }
    }
}

fn first_working(places: &[PathBuf]) -> Result<Arc<Program>> {
    let mut failed = Vec::new();
    for place in places.iter().filter(|place| place.is_file()) {
        match Program::at(place) {
            Ok(program) => return Ok(program),
            Err(error) => failed.push(error.message().to_owned()),
        }
    }
    let reason = if failed.is_empty() {
        "no ffmpeg program was found".to_owned()
    } else {
        failed.join("; ")
    };
    Err(not_installed(reason))
}

fn not_installed(message: String) -> Error {
    Error::new(ErrorKind::NotInstalled, message).with_help(INSTALL)
}

/// Where the program may be, best first.
fn places() -> Vec<PathBuf> {
    let name = file_name();
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(Path::parent);
    let environments = ["CONDA_PREFIX", "VIRTUAL_ENV"].map(std::env::var_os);
    let folders = user_folder()
        .into_iter()
        .map(|folder| folder.join("ffmpeg"));
    let folders = folders.chain(own.map(|own| own.join("resources").join("ffmpeg")));
    let folders = folders.chain(own.map(Path::to_path_buf));
    let folders = folders.chain(environments.into_iter().flatten().flat_map(|prefix| {
        let prefix = PathBuf::from(prefix);
        [prefix.join("bin"), prefix.join("Library").join("bin")]
    }));
    folders
        .map(|folder| folder.join(&name))
        .chain(on_path())
        .collect()
}

fn on_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // An empty entry would be the working folder, where a file of that name may come from anywhere.
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(file_name())).collect()
}

fn file_name() -> String {
    format!("ffmpeg{}", std::env::consts::EXE_SUFFIX)
}

/// The folder in which ImageIO keeps downloads.
fn user_folder() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    let user = Setting::USERDIR.get().map(PathBuf::from);
    let is_own = user.is_some();
    let home = user.or_else(|| var("HOME").or_else(|| var("USERPROFILE")))?;
    let special = if cfg!(windows) && !is_own {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(home.join("Library").join("Application Support"))
    } else {
        None
    };
    Some(match special.filter(|folder| folder.is_dir()) {
        Some(folder) => folder.join("imageio"),
        None => home.join(".imageio"),
    })
}

/// `ffprobe` beside a program whose name is `ffmpeg` with or without more around it.
fn beside(ffmpeg: &Path) -> Option<PathBuf> {
    let real = match ffmpeg.components().count() {
        // A bare name is looked for by the system.
        1 => on_path().into_iter().find(|path| path.is_file())?,
        _ => ffmpeg.to_path_buf(),
    };
    let name = real.file_name()?.to_str()?;
    let probe = real.with_file_name(name.replacen("ffmpeg", "ffprobe", 1));
    (probe != real && probe.is_file()).then_some(probe)
}

fn version_of(path: &Path) -> Result<Version> {
    let mut command = Command::new(path);
    command.arg("-version");
    let told = child::output(command, PATIENCE, 1 << 20)
        .map_err(|error| not_installed(format!("'{}': {}", path.display(), error.message())))?;
    let text = String::from_utf8_lossy(&told.stdout);
    Version::parse(&text)
        .filter(|_| told.success)
        .ok_or_else(|| {
            let first = text.lines().next().unwrap_or_default().to_owned();
            not_installed(format!(
                "'{}' is no ffmpeg, it says {first:?}",
                path.display()
            ))
        })
}

impl Version {
    /// From what `-version` prints.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let mut lines = text.lines();
        let first = lines.next()?.strip_prefix("ffmpeg version ")?;
        let name = first.split(" Copyright").next().unwrap_or(first).trim();
        let built = lines.next().unwrap_or_default().trim();
        let digits = name.trim_start_matches(['n', 'v']);
        let mut numbers = digits
            .split(['.', '-', '+', '~', ' '])
            .map(str::parse::<u32>);
        let release = match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
            (Some(Ok(major)), _) => Some((major, 0)),
            _ => None,
        };
        // A build between releases begins with the number of its revision or with a date.
        let release = release.filter(|&(major, _)| major < 100 && !name.starts_with("N-"));
        Some(Version {
            text: format!("{name} {built}").trim().to_owned(),
            release,
        })
    }
}

/// Whether a setting has a value that does not say no.
pub(crate) fn is_set(setting: Setting) -> bool {
    let value: OsString = setting.get().unwrap_or_default();
    let value = value.to_string_lossy().to_lowercase();
    !matches!(value.trim(), "" | "0" | "no" | "false" | "off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_revisions() {
        let release = |text: &str| Version::parse(text).and_then(|version| version.release);
        let debian = "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026\nbuilt with gcc 12\n";
        assert_eq!(release(debian), Some((5, 1)));
        assert_eq!(
            release("ffmpeg version n9.0.2-17-g2a57 Copyright (c)\n"),
            Some((9, 0))
        );
        assert_eq!(release("ffmpeg version 7 Copyright (c)\n"), Some((7, 0)));
        assert_eq!(
            release("ffmpeg version N-112233-gabc Copyright (c)\n"),
            None
        );
        assert_eq!(
            release("ffmpeg version 2024-01-02-git-x Copyright (c)\n"),
            None
        );
        assert_eq!(Version::parse("avconv version 9"), None);
        let text = Version::parse(debian).map(|version| version.text);
        assert_eq!(text.as_deref(), Some("5.1.9-0+deb12u1 built with gcc 12"));
    }
}
