//! The tables of `docs/metadata.md`.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::reasons::REASONS;
use super::{Fate, Fates};

const INTRO: &str = "\
# Metadata that survives

What becomes of metadata when a file is read and written again in the same format with its metadata, as
`imwrite(target, &image, WriteArgs::new().metadata([metadata]))` does.  Every fixture of the repository went through
it; `cargo xtask tables` writes this page, and a test fails when it is out of date. A key is *kept* when it came back equal from every file. Of the others the reason is given.
An option of the call goes before metadata. EXIF tags stand for all tags of the block, texts for all text chunks.
Whatever is not listed, the format or its reader does not have.

";

pub(super) fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/metadata.md")
}

/// The page, from the fates of each format and those of what other formats said.
pub(super) fn page(formats: &[(&str, Fates)], across: &[(&str, Fates)], keys: &[&str]) -> String {
    let mut page = INTRO.to_owned();
    for (format, fates) in formats {
        section(&mut page, format, fates);
    }
    page += "\
## From one format to another

The metadata of a JPEG with EXIF, XMP, ICC profile, comment and density, written with its pixels in each format.

";
    let cells: Vec<String> = keys.iter().map(|key| named(key)).collect();
    row(&mut page, &format!("Format | {}", cells.join(" | ")));
    row(&mut page, &format!("---{}", "|---".repeat(keys.len())));
    for (format, fates) in across {
        let cell = |key: &&str| match fates.get(*key).map(|entry| entry.0) {
            Some(Fate::Kept) => "kept",
            Some(Fate::Changed) => "rounded",
            _ => "–",
        };
        let cells: Vec<&str> = keys.iter().map(cell).collect();
        row(&mut page, &format!("{format} | {}", cells.join(" | ")));
    }
    page
}

fn section(page: &mut String, format: &str, fates: &Fates) {
    let of = |fate| fates.iter().filter(move |(_, entry)| entry.0 == fate);
    let kept: Vec<String> = of(Fate::Kept).map(|(key, _)| named(key)).collect();
    let kept = match kept.as_slice() {
        [] => "nothing but the pixels".to_owned(),
        some => some.join(", "),
    };
    let _ = write!(page, "## {format}\n\nKept: {kept}.\n\n");
    if fates.values().all(|entry| entry.0 == Fate::Kept) {
        return;
    }
    row(page, "Key | Becomes | Why");
    row(page, "---|---|---");
    for (fate, word) in [(Fate::Changed, "changed"), (Fate::Lost, "lost")] {
        for (key, _) in of(fate) {
            let why = why(format, key).unwrap_or_default();
            row(page, &format!("{} | {word} | {why}", named(key)));
        }
    }
    page.push('\n');
}

pub(super) fn why(format: &str, key: &str) -> Option<&'static str> {
    let reason = REASONS
        .iter()
        .find(|it| (it.format, it.key) == (format, key));
    reason.map(|it| it.why)
}

fn named(key: &str) -> String {
    match key {
        "EXIF tags" | "texts" => key.to_owned(),
        key => format!("`{key}`"),
    }
}

fn row(page: &mut String, cells: &str) {
    let _ = if cells.starts_with("---") {
        writeln!(page, "|{cells}|")
    } else {
        writeln!(page, "| {cells} |")
    };
}
