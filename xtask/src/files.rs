//! The files of the repository, as git knows them.

use crate::run::{self, Result};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::process::Command;

/// Paths from the root with forward slashes, sorted: what is committed or would be by `git add --all`.
pub(crate) fn list(root: &Path) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let text = run::capture(&mut git)?;
    let exists = |path: &&str| !path.is_empty() && root.join(path).is_file();
    let mut paths: Vec<String> = text.split('\0').filter(exists).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Paths of the files in a folder, from that folder, with forward slashes; none where there is no folder.
pub(crate) fn under(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(
                under(&entry.path())
                    .into_iter()
                    .map(|rest| format!("{name}/{rest}")),
            );
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

pub(crate) fn read(root: &Path, path: &str) -> Result<String> {
    std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))
}

/// Writes only what differs, so that nothing is built again for nothing.
pub(crate) fn write(root: &Path, path: &str, text: &str) -> Result<bool> {
    let place = root.join(path);
    if std::fs::read_to_string(&place).is_ok_and(|old| old == text) {
        return Ok(false);
    }
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    std::fs::write(&place, text).map_err(|e| format!("{path}: {e}"))?;
    Ok(true)
}

/// SHA-256 as lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The rows of a tab-separated table without blank lines, `#` comments and the heading, which begins with `first`.
pub(crate) fn tsv(root: &Path, path: &str, first: &str) -> Result<Vec<Vec<String>>> {
    let text = read(root, path)?;
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let rows = lines.map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    Ok(rows
        .filter(|row| row.first().is_none_or(|cell| cell != first))
        .collect())
}

/// Whether `text` is what `pattern` describes, where `*` stands for any run of characters.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(head) else {
        return false;
    };
    (0..=rest.len())
        .filter(|&at| rest.is_char_boundary(at))
        .any(|at| rest.get(at..).is_some_and(|rest| matches(tail, rest)))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn matches_patterns_with_several_stars() {
        assert!(matches("dev/*/a*.png", "dev/png/x/abc.png"));
        assert!(matches("*", ""));
        assert!(!matches("dev/*.png", "dev/a.gif"));
    }
}
