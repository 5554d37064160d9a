//! Folders in which downloads are kept and looked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use imageio_core::{Result, Setting};

/// The system, as far as it decides on folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Windows,
    MacOs,
    Other,
}

/// What the folders depend on.
struct Surroundings {
    system: System,
    user: Option<PathBuf>,
    home: Option<PathBuf>,
    /// `LOCALAPPDATA` of Windows.
    local: Option<PathBuf>,
    /// Folder of the running program.
    program: Option<PathBuf>,
}

const FALLBACK: &str = "/var/tmp";

const NAME: &str = "imageio";

impl Surroundings {
    fn now() -> Self {
        let folder = |value: Option<OsString>| value.map(PathBuf::from);
        let system = match std::env::consts::OS {
            "windows" => System::Windows,
            "macos" => System::MacOs,
            _ => System::Other,
        };
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
        let program = std::env::current_exe().ok();
        Surroundings {
            system,
            user: folder(Setting::USERDIR.get()),
            home: folder(home),
            local: folder(std::env::var_os("LOCALAPPDATA")),
            program: program.and_then(|program| program.parent().map(Path::to_path_buf)),
        }
    }

    fn appdata(&self) -> PathBuf {
        if let Some(portable) = self.portable() {
            return portable.join(NAME);
        }
        let home = self.home.clone().filter(|home| home.is_dir());
        let base = self
            .user
            .clone()
            .or(home)
            .unwrap_or_else(|| FALLBACK.into());
        let path = match self.system {
            System::Windows => self.local.clone().filter(|_| self.user.is_none()),
            System::MacOs => Some(base.join("Library").join("Application Support")),
            System::Other => None,
        };
        match path.filter(|path| path.is_dir()) {
            Some(path) => path.join(NAME),
            // In a folder of the user's own it stays out of sight.
            None => base.join(format!(".{NAME}")),
        }
    }

    /// A writable folder `settings` beside the program, or beside its folder, keeps all that belongs to it.
    fn portable(&self) -> Option<PathBuf> {
        let program = self.program.as_deref()?;
        let places = [Some(program), program.parent()].into_iter().flatten();
        places
            .map(|place| place.join("settings"))
            .find(|folder| folder.is_dir() && tempfile::tempfile_in(folder).is_ok())
    }
}

/// The folder in which ImageIO keeps what it downloads, made if it is not there: `~/.imageio` on Linux.
///
/// `IMAGEIO_USERDIR` stands in for the home directory. A writable folder `settings` beside the running program, or
/// beside its folder, goes before all.
pub fn appdata_dir() -> Result<PathBuf> {
    let folder = Surroundings::now().appdata();
    std::fs::create_dir_all(&folder)
        .map_err(|error| imageio_core::Error::from(error).at(folder.display()))?;
    Ok(folder)
}

/// Where downloads and files that come with a program are looked for: `resources` beside the running program,
/// [`appdata_dir`], and the program's own folder.
pub fn resource_dirs() -> Vec<PathBuf> {
    let around = Surroundings::now();
    let appdata = around.appdata();
    match around.program {
        Some(program) => vec![program.join("resources"), appdata, program],
        None => vec![appdata],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(system: System, home: &Path) -> Surroundings {
        Surroundings {
            system,
            user: None,
            home: Some(home.to_path_buf()),
            local: None,
            program: None,
        }
    }

    // checklist: C-084, C-086
    #[test]
    fn each_system_has_its_folder() -> std::io::Result<()> {
        let home = tempfile::tempdir()?;
        let home = home.path();
        let hidden = home.join(".imageio");
        assert_eq!(around(System::Other, home).appdata(), hidden);
        assert_eq!(around(System::MacOs, home).appdata(), hidden, "no Library");
        let library = home.join("Library").join("Application Support");
        std::fs::create_dir_all(&library)?;
        let mac = around(System::MacOs, home).appdata();
        assert_eq!(mac, library.join("imageio"));
        let windows = Surroundings {
            local: Some(library.clone()),
            ..around(System::Windows, home)
        };
        assert_eq!(windows.appdata(), library.join("imageio"));
        let gone = home.join("gone");
        let nobody = around(System::Other, &gone).appdata();
        assert_eq!(nobody, Path::new("/var/tmp/.imageio"));
        let user = Surroundings {
            user: Some(gone.clone()),
            ..around(System::Other, home)
        };
        assert_eq!(user.appdata(), gone.join(".imageio"));
        Ok(())
    }

    // checklist: C-085
    #[test]
    fn a_portable_program_keeps_its_own() -> std::io::Result<()> {
        let home = tempfile::tempdir()?;
        let program = home.path().join("app").join("bin");
        std::fs::create_dir_all(&program)?;
        let portable = || Surroundings {
            program: Some(program.clone()),
            ..around(System::Other, home.path())
        };
        assert_eq!(portable().appdata(), home.path().join(".imageio"));
        let beside = home.path().join("app").join("settings");
        std::fs::create_dir(&beside)?;
        assert_eq!(portable().appdata(), beside.join("imageio"));
        let inside = program.join("settings");
        std::fs::create_dir(&inside)?;
        assert_eq!(portable().appdata(), inside.join("imageio"));
        Ok(())
    }

    // checklist: C-087
    #[test]
    fn the_places_of_resources_have_an_order() {
        let dirs = resource_dirs();
        assert_eq!(dirs.len(), 3);
        assert_eq!(dirs[0].parent(), Some(&*dirs[2]));
        assert_eq!(dirs[1], Surroundings::now().appdata());
    }
}
