//! What a program or its environment sets for the whole process.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::sync::{PoisonError, RwLock};

/// A setting of the whole process: an environment variable, read at each use, that the program can overrule.
///
/// # Examples
/// ```
/// use imageio_core::Setting;
/// Setting::NO_INTERNET.set(Some("yes"));
/// assert!(Setting::NO_INTERNET.is_on());
/// Setting::NO_INTERNET.set(Some(""));
/// assert!(!Setting::NO_INTERNET.is_on());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    name: &'static str,
    doc: &'static str,
}

static OVERRULED: RwLock<Option<HashMap<&'static str, OsString>>> = RwLock::new(None);

impl Setting {
    /// `1`, `yes` or `true`, whatever the case: nothing is downloaded into the user directory.
    pub const NO_INTERNET: Setting = Setting::new(
        "IMAGEIO_NO_INTERNET",
        "`1`, `yes` or `true`: no standard image, program or library is downloaded. Default: they are.",
    );
    /// Path of the `ffmpeg` program.
    pub const FFMPEG_EXE: Setting = Setting::new(
        "IMAGEIO_FFMPEG_EXE",
        "Path of the ffmpeg program. Default: the first one found.",
    );
    /// Path of the FreeImage library.
    pub const FREEIMAGE_LIB: Setting = Setting::new(
        "IMAGEIO_FREEIMAGE_LIB",
        "Path of the FreeImage library. Default: the first one found.",
    );
    /// Names of formats, separated by commas, that come first in this order.
    pub const FORMAT_ORDER: Setting = Setting::new(
        "IMAGEIO_FORMAT_ORDER",
        "Names of formats or ends of them, separated by commas, that are asked first. Default: none.",
    );
    /// Seconds that a server may be silent.
    pub const REQUEST_TIMEOUT: Setting = Setting::new(
        "IMAGEIO_REQUEST_TIMEOUT",
        "Seconds that a server may take to answer and be silent, `2.5` too. Default: `5`.",
    );
    /// The folder that stands for the home directory.
    pub const USERDIR: Setting = Setting::new(
        "IMAGEIO_USERDIR",
        "Folder in which downloads are kept, in place of the home directory. Default: the home directory.",
    );

    /// The settings of ImageIO itself.
    pub const ALL: &'static [Setting] = &[
        Setting::NO_INTERNET,
        Setting::FFMPEG_EXE,
        Setting::FREEIMAGE_LIB,
        Setting::FORMAT_ORDER,
        Setting::REQUEST_TIMEOUT,
        Setting::USERDIR,
    ];

    /// A setting read from the environment variable `name`; `doc` says what it does and its default.
    pub const fn new(name: &'static str, doc: &'static str) -> Self {
        Setting { name, doc }
    }

    /// The environment variable.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it does, and its default.
    pub fn doc(&self) -> &'static str {
        self.doc
    }

    /// What the program set, else what the environment holds now; nothing where that is empty.
    pub fn get(&self) -> Option<OsString> {
        let overruled = OVERRULED.read().unwrap_or_else(PoisonError::into_inner);
        let set = overruled.as_ref().and_then(|all| all.get(self.name));
        set.cloned()
            .or_else(|| std::env::var_os(self.name))
            .filter(|value| !value.is_empty())
    }

    /// Sets the value for this process, whatever the environment holds; `None` gives the environment its word back.
    pub fn set<S: AsRef<OsStr>>(&self, value: Option<S>) {
        let mut overruled = OVERRULED.write().unwrap_or_else(PoisonError::into_inner);
        let all = overruled.get_or_insert_default();
        match value {
            Some(value) => all.insert(self.name, value.as_ref().to_owned()),
            None => all.remove(self.name),
        };
    }

    /// Whether the value is `1`, `yes` or `true`, whatever the case.
    pub fn is_on(&self) -> bool {
        let value = self.get().unwrap_or_default();
        let value = value.to_string_lossy().to_lowercase();
        matches!(value.as_str(), "1" | "yes" | "true")
    }
}
