//! Programs and libraries that plugins declare: downloaded on request, verified, and removed again.

use std::path::{Path, PathBuf};

use imageio_core::{Binary, Error, ErrorKind, PluginInfo, Result};

use crate::folders::resource_dirs;
use crate::remote_file::{RemoteFile, sha256_of};

/// Downloads what a plugin declares for this machine, unless it is there; gives the files.
///
/// They go to the folder of the plugin's name in `directory`, or in [`appdata_dir`](crate::appdata_dir). A file that
/// does not have its checksum is downloaded anew.
///
/// # Errors
/// `Unsupported` where there is nothing for this machine, and the errors of [`RemoteFile::get`].
pub fn download_binaries(card: &PluginInfo, directory: Option<&Path>) -> Result<Vec<PathBuf>> {
    let fitting: Vec<&Binary> = card.all_binaries().iter().filter(|b| b.fits()).collect();
    if fitting.is_empty() {
        let message = format!(
            "there is no binary of `{}` for {}",
            card.name(),
            Binary::this_platform()
        );
        return Err(Error::unsupported(message));
    }
    let place = |error: Error| error.in_plugin(card.name());
    fitting
        .into_iter()
        .map(|binary| fetch(card, binary, directory).map_err(place))
        .collect()
}

fn fetch(card: &PluginInfo, binary: &Binary, directory: Option<&Path>) -> Result<PathBuf> {
    let mut file = RemoteFile::new(format!("{}/{}", folder_of(card), binary.file))
        .url(binary.url)
        .sha256(binary.sha256);
    if let Some(directory) = directory {
        file = file.directory(directory);
    }
    let mut path = file.get()?;
    // What was there already may be another file, or half of one.
    if !sha256_of(&path)?.eq_ignore_ascii_case(binary.sha256) {
        path = file.force_download(true).get()?;
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode)
            .map_err(|error| Error::from(error).at(path.display()))?;
    }
    Ok(path)
}

/// Removes the plugin's folder wherever downloads are looked for; gives the folders that are gone.
///
/// # Errors
/// `Io` that lists what could not be removed; the rest is gone.
pub fn remove_binaries(card: &PluginInfo) -> Result<Vec<PathBuf>> {
    let places = resource_dirs().into_iter();
    let folders = places.map(|place| place.join(folder_of(card)));
    remove_all(folders, |folder| std::fs::remove_dir_all(folder))
        .map_err(|error| error.in_plugin(card.name()))
}

fn remove_all(
    folders: impl Iterator<Item = PathBuf>,
    remove: impl Fn(&Path) -> std::io::Result<()>,
) -> Result<Vec<PathBuf>> {
    let mut removed = Vec::new();
    let mut left = Vec::new();
    for folder in folders {
        // A link or a file of that name is none of ours.
        let is_folder = std::fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
        if !is_folder {
            continue;
        }
        match remove(&folder) {
            Ok(()) => removed.push(folder),
            Err(error) => left.push(format!("{}: {error}", folder.display())),
        }
    }
    if left.is_empty() {
        return Ok(removed);
    }
    let message = format!("these files could not be removed: {}", left.join(", "));
    Err(Error::new(ErrorKind::Io, message))
}

/// The folder that comes with the program: `resources` beside it.
pub fn package_dir() -> Option<PathBuf> {
    let dirs = resource_dirs();
    // The last is the program's own folder, where that is known; the first then lies in it.
    match dirs.as_slice() {
        [package, _, _] => Some(package.clone()),
        _ => None,
    }
}

/// The name that a plugin's files are kept under.
fn folder_of(card: &PluginInfo) -> String {
    card.name().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: C-098, C-102
    #[test]
    fn all_folders_are_tried_and_those_that_stay_are_told() -> Result<()> {
        let home = tempfile::tempdir()?;
        let path = |name: &str| home.path().join(name);
        for name in ["one", "stuck", "two"] {
            std::fs::create_dir(path(name))?;
        }
        std::fs::write(path("file"), "a program of that name")?;
        let names = ["gone", "one", "file", "stuck", "two"];
        let error = remove_all(names.into_iter().map(path), |folder| {
            if folder.ends_with("stuck") {
                return Err(std::io::ErrorKind::PermissionDenied.into());
            }
            std::fs::remove_dir_all(folder)
        })
        .expect_err("one stays");
        let text = error.to_string();
        let stuck = path("stuck").display().to_string();
        assert!(
            text.contains("could not be removed") && text.contains(&stuck),
            "{text}"
        );
        assert!(!text.contains("one") && !text.contains("gone"), "{text}");
        assert!(!path("one").exists() && !path("two").exists());
        assert!(path("file").exists());
        Ok(())
    }
}
