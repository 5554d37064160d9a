//! How a download goes, for people.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, PoisonError, RwLock};

/// What happens in a download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The file is not on this machine.
    Missing {
        /// The file, as `images/chelsea.png`.
        name: &'a str,
    },
    /// The file is there, but older than was asked for.
    Outdated {
        /// The date it should have been made after, as `2026-01-31`.
        date: &'a str,
    },
    /// A transfer begins.
    Started {
        /// Counts from 1.
        attempt: u32,
        /// The address, without a login.
        address: &'a str,
        /// Bytes to come.
        total: u64,
    },
    /// Some bytes came.
    Advanced {
        /// Bytes that are here.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A try failed.
    Failed {
        /// The error, in one line.
        error: &'a str,
    },
    /// The file is in its place.
    Saved {
        /// Its path.
        path: &'a str,
    },
}

type Hook = Arc<dyn Fn(&Progress<'_>) + Send + Sync>;

static HOOK: RwLock<Option<Hook>> = RwLock::new(None);

/// Tells `hook` how downloads go. Default, and with `None`: lines on standard error, where that is a terminal.
pub fn set_progress(hook: Option<impl Fn(&Progress<'_>) + Send + Sync + 'static>) {
    let hook = hook.map(|hook| Arc::new(hook) as Hook);
    *HOOK.write().unwrap_or_else(PoisonError::into_inner) = hook;
}

pub(crate) fn tell(progress: &Progress<'_>) {
    let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(hook) = hook {
        return hook(progress);
    }
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() {
        // Nobody waits for what cannot be shown.
        let _ = terminal.write_all(line(progress).as_bytes());
    }
}

/// What a terminal shows.
fn line(progress: &Progress<'_>) -> String {
    match progress {
        Progress::Missing { name } => {
            format!("Imageio: '{name}' was not found on your computer; downloading it now.\n")
        }
        Progress::Outdated { date } => format!("File older than {date}, updating...\n"),
        Progress::Started {
            attempt,
            address,
            total,
        } => format!(
            "Try {attempt}. Download from {address} ({})\n",
            size_text(*total)
        ),
        Progress::Advanced { done, total } => {
            let percent = 100.0 * *done as f64 / (*total).max(1) as f64;
            let of = format!("{done}/{total} bytes ({percent:.1}%)");
            let end = if done == total { "\n" } else { "" };
            format!("\rDownloading: {of}{end}")
        }
        Progress::Failed { error } => format!("Error while fetching file: {error}.\n"),
        Progress::Saved { path } => format!("File saved as {path}.\n"),
    }
}

/// A number of bytes for people: `1 byte`, `221 kB`, `1.4 MB`, in steps of 1024.
pub fn size_text(bytes: u64) -> String {
    const UNITS: [(&str, usize); 6] = [
        ("bytes", 0),
        ("kB", 0),
        ("MB", 1),
        ("GB", 2),
        ("TB", 2),
        ("PB", 2),
    ];
    if bytes == 1 {
        return "1 byte".to_owned();
    }
    let step = bytes.max(1).ilog2() as usize / 10;
    let step = step.min(UNITS.len() - 1);
    let (unit, decimals) = UNITS[step];
    let number = bytes as f64 / 1024f64.powi(step as i32);
    format!("{number:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: C-081
    #[test]
    fn sizes_read_as_python_writes_them() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 kB"),
            (221_294, "216 kB"),
            (1_500_000, "1.4 MB"),
            (3 << 30, "3.00 GB"),
            (5 << 40, "5.00 TB"),
            (u64::MAX, "16384.00 PB"),
        ] {
            assert_eq!(size_text(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn a_terminal_shows_the_known_lines() {
        let name = "images/chelsea.png";
        let missing = line(&Progress::Missing { name });
        assert!(missing.contains("not found on your computer; downloading it now"));
        let started = Progress::Started {
            attempt: 2,
            address: "http://h/a",
            total: 2048,
        };
        assert_eq!(line(&started), "Try 2. Download from http://h/a (2 kB)\n");
    }
}
