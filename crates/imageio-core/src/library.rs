//! Where a shared library may be, for plugins that drive one. Nothing is loaded here.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Folders in which systems keep libraries.
const SYSTEM: [&str; 6] = [
    "/lib",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/local/lib",
    "/opt/local/lib",
];

/// Folders beside that of the running program in which it may bring libraries of its own.
const OWN: [&str; 5] = ["bin", "lib", "DLLs", "Library/bin", "shared"];

/// What to try to load, best first, and where it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LibraryPlaces {
    /// The exact names, which the system's loader finds by its own rules, then the files.
    pub candidates: Vec<PathBuf>,
    /// The folders that were searched.
    pub searched: Vec<PathBuf>,
}

/// Looks for a shared library: by `exact` names, and by `prefixes`, in lower case, of the names of files in `dirs`, in
/// those of the system, in those of the program and in `~/lib`.
///
/// In one folder short names come first, and of names of one length the later version.
///
/// # Errors
/// `BadOption` without any name.
pub fn find_library(exact: &[&str], prefixes: &[&str], dirs: &[PathBuf]) -> Result<LibraryPlaces> {
    if exact.is_empty() && prefixes.is_empty() {
        return Err(Error::bad_option("no library name given"));
    }
    let mut searched: Vec<PathBuf> = Vec::new();
    for folder in dirs.iter().cloned().chain(usual_folders()) {
        if folder.is_dir() && !searched.contains(&folder) {
            searched.push(folder);
        }
    }
    let mut candidates: Vec<PathBuf> = exact.iter().map(PathBuf::from).collect();
    for folder in &searched {
        let names = names_in(folder);
        for prefix in prefixes {
            let fits = |name: &&String| name.to_lowercase().starts_with(prefix) && is_library(name);
            let paths = names.iter().filter(fits).map(|name| folder.join(name));
            candidates.extend(paths.filter(|path| path.is_file()));
        }
    }
    Ok(LibraryPlaces {
        candidates,
        searched,
    })
}

impl LibraryPlaces {
    /// The error where nothing could be loaded: it tells each failure, or where nothing was found.
    pub fn not_loaded(&self, what: &str, failures: &[(PathBuf, String)]) -> Error {
        let reasons: Vec<String> = if failures.is_empty() {
            let folders = self.searched.iter();
            folders.map(|path| path.display().to_string()).collect()
        } else {
            let failures = failures.iter();
            failures
                .map(|(path, error)| format!("{}: {error}", path.display()))
                .collect()
        };
        let message = if failures.is_empty() {
            format!("no {what} library in {}", reasons.join(", "))
        } else {
            format!("no {what} library could be loaded: {}", reasons.join("; "))
        };
        Error::new(ErrorKind::NotInstalled, message)
    }
}

fn usual_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
    let program = std::env::current_exe().ok();
    if let Some(prefix) = program
        .as_deref()
        .and_then(Path::parent)
        .and_then(Path::parent)
    {
        folders.extend(OWN.iter().map(|name| prefix.join(name)));
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    folders.extend(home.map(|home| PathBuf::from(home).join("lib")));
    folders
}

/// The names in a folder, short ones first, and among those of one length the last of the alphabet.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_by(|a, b| (a.len(), b).cmp(&(b.len(), a)));
    names
}

fn is_library(name: &str) -> bool {
    let ends = |extension: &str| {
        let extension = Some(std::ffi::OsStr::new(extension));
        Path::new(name).extension() == extension
    };
    name.contains(".so.") || ["so", "dylib", "dll"].into_iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: C-093, C-094
    #[test]
    fn short_names_and_later_versions_come_first() -> Result<()> {
        let (one, two) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for name in [
            "libToy-3.15.so",
            "libtoy-3.18.so",
            "libtoy.so.3",
            "libtoy.txt",
            "libtoy.dll",
            "other.so",
            "libtoybox.dylib",
        ] {
            std::fs::write(one.path().join(name), "")?;
        }
        std::fs::create_dir(one.path().join("libtoy.so"))?;
        std::fs::write(two.path().join("toy.so"), "")?;
        let gone = one.path().join("gone");
        let dirs = [
            one.path().to_path_buf(),
            gone.clone(),
            two.path().to_path_buf(),
            one.path().to_path_buf(),
        ];
        let places = find_library(&["libtoy.so.9"], &["libtoy", "toy"], &dirs)?;
        let mut expected = vec![PathBuf::from("libtoy.so.9")];
        for name in [
            "libtoy.dll",
            "libtoy.so.3",
            "libtoy-3.18.so",
            "libToy-3.15.so",
            "libtoybox.dylib",
        ] {
            expected.push(one.path().join(name));
        }
        expected.push(two.path().join("toy.so"));
        assert_eq!(places.candidates, expected);
        assert_eq!(places.searched[..2], [one.path(), two.path()]);
        assert!(
            !places.searched.contains(&gone),
            "only those that are there"
        );
        let all = usual_folders();
        assert!(all.len() > SYSTEM.len());
        assert!(SYSTEM.iter().zip(&all).all(|(a, b)| Path::new(a) == b));
        for folder in all.iter().filter(|folder| folder.is_dir()) {
            let count = places.searched.iter().filter(|one| *one == folder).count();
            assert_eq!(count, 1, "{}", folder.display());
        }
        Ok(())
    }

    // checklist: C-095
    #[test]
    fn nothing_to_look_for_and_nothing_found_are_errors() -> Result<()> {
        let error = find_library(&[], &[], &[]).expect_err("no name");
        assert_eq!(error.message(), "no library name given");
        let folder = tempfile::tempdir()?;
        let dirs = [folder.path().to_path_buf()];
        let places = find_library(&[], &["lib-that-nobody-has"], &dirs)?;
        assert!(places.candidates.is_empty());
        let error = places.not_loaded("toy", &[]);
        assert_eq!(error.kind(), ErrorKind::NotInstalled);
        let searched = folder.path().display().to_string();
        assert!(error.message().contains(&searched), "{error}");
        let failed = [(PathBuf::from("/x/libtoy.so"), "wrong class".to_owned())];
        let text = places.not_loaded("toy", &failed).to_string();
        assert!(text.contains("/x/libtoy.so: wrong class"), "{text}");
        Ok(())
    }
}
