//! `imageio download-bin` and `imageio remove-bin`: programs and libraries that plugins drive.

use std::io::{self, Write};
use std::path::PathBuf;

use imageio::{Error, ErrorKind, PluginInfo, Result};

use crate::cli::{DownloadBinArgs, RemoveBinArgs};

/// The word for every plugin that declares some.
const ALL: &str = "all";

pub(crate) fn download(args: &DownloadBinArgs) -> Result<()> {
    let cards = cards(&args.plugins)?;
    ascertain(&cards)?;
    let directory = if args.package_dir {
        Some(package_dir()?)
    } else {
        None
    };
    for card in cards {
        for path in imageio::download_binaries(card, directory.as_deref())? {
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
        match imageio::remove_binaries(card) {
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

fn package_dir() -> Result<PathBuf> {
    let unknown = || Error::new(ErrorKind::Io, "the folder of this program is not known");
    imageio::package_dir().ok_or_else(unknown)
}

fn tell(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

#[cfg(test)]
mod tests;
