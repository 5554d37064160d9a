//! `imageio download-bin` and `imageio remove-bin`: programs and libraries that plugins drive.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use imageio::{Error, ErrorKind, PluginInfo, Result};

use crate::cli::{DownloadBinArgs, RemoveBinArgs};

/// The word for every plugin that declares some.
const ALL: &str = "all";

pub(crate) fn download(args: &DownloadBinArgs) -> Result<()> {
    let cards = cards(&args.plugins)?;
    ascertain(&cards)?;
    let directory = if args.package_dir {
        Some(backend::package_dir()?)
    } else {
        None
    };
    for card in cards {
        for path in backend::download(card, directory.as_deref())? {
            tell(&format!("{}: {}", card.name(), path.display()))?;
        }
    }
    Ok(())
}

pub(crate) fn remove(args: &RemoveBinArgs) -> Result<()> {
    let cards = cards(&args.plugins)?;
    ascertain(&cards)?;
    let mut failed = Vec::new();
    for card in cards {
        match backend::remove(card) {
            Ok(folders) if folders.is_empty() => {
                tell(&format!("{}: nothing is here", card.name()))?;
            }
            Ok(folders) => {
                for folder in folders {
                    tell(&format!("{}: removed {}", card.name(), folder.display()))?;
                }
            }
            Err(error) => failed.push(error),
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = failed.iter().map(ToString::to_string).collect();
    let message = format!(
        "files of these plugins could not be removed: {}",
        lines.join("; ")
    );
    Err(Error::new(ErrorKind::Io, message))
}

/// The plugins that were named, each once; `all` means those that declare something.
fn cards(names: &[String]) -> Result<Vec<&'static PluginInfo>> {
    let registry = imageio::registry();
    let mut cards: Vec<&'static PluginInfo> = Vec::new();
    for name in names {
        if name == ALL {
            let declaring = registry.plugins().iter();
            cards.extend(declaring.filter(|card| !card.all_binaries().is_empty()));
            continue;
        }
        let card = registry.plugin(name).ok();
        let card = card.filter(|card| !card.all_binaries().is_empty());
        let unknown = || {
            let message = format!("plugin {name} is not registered for binary download");
            Error::new(ErrorKind::UnknownPlugin, message)
        };
        cards.push(card.ok_or_else(unknown)?);
    }
    let mut once: Vec<&'static PluginInfo> = Vec::new();
    for card in cards {
        if !once.iter().any(|other| other.name() == card.name()) {
            once.push(card);
        }
    }
    Ok(once)
}

fn ascertain(cards: &[&PluginInfo]) -> Result<()> {
    let names: Vec<&str> = cards.iter().map(|card| card.name()).collect();
    match names.as_slice() {
        [] => tell("No plugin of this build needs a download"),
        names => tell(&format!("Ascertaining binaries for: {}", names.join(", "))),
    }
}

fn tell(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// What downloads, where this build has it.
#[cfg(feature = "net")]
mod backend {
    use super::{Error, ErrorKind, Path, PathBuf, PluginInfo, Result};

    pub(super) use imageio::net::download_binaries as download;
    pub(super) use imageio::net::remove_binaries as remove;

    pub(super) fn package_dir() -> Result<PathBuf> {
        let unknown = || Error::new(ErrorKind::Io, "the folder of this program is not known");
        imageio::net::package_dir().ok_or_else(unknown)
    }

    // Both backends have the same three functions.
    const _: fn(&PluginInfo, Option<&Path>) -> Result<Vec<PathBuf>> = download;
}

#[cfg(not(feature = "net"))]
mod backend {
    use super::{Error, Path, PathBuf, PluginInfo, Result};

    fn lacking() -> Error {
        Error::unsupported("this build has no network").with_help("feature `net` of imageio-cli")
    }

    pub(super) fn download(_: &PluginInfo, _: Option<&Path>) -> Result<Vec<PathBuf>> {
        Err(lacking())
    }

    pub(super) fn remove(_: &PluginInfo) -> Result<Vec<PathBuf>> {
        Err(lacking())
    }

    pub(super) fn package_dir() -> Result<PathBuf> {
        Err(lacking())
    }
}

#[cfg(all(test, feature = "net"))]
mod tests;
