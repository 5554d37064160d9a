//! `cargo xtask tables`: the tables of README.md and docs/ that the plugins' own cards fill;
//! and docs/metadata.md, which tests of the plugins write.
//!
//! A table stands between `<!-- begin:NAME -->` and `<!-- end:NAME -->`; nobody edits it by hand.

mod purity;

use crate::args::Args;
use crate::run::{self, Result, cargo};
use crate::{files, program, workspace};
use program::strings;
use serde_json::Value;
use std::path::Path;

const FORMATS_INTRO: &str = "\
# Formats

Every extension that ImageIO knows, and which plugin reads or writes it. A plugin that is not in the list \"here\" comes
with another feature or is not written yet. `imageio formats` prints the same for your build.
";

const OPTIONS_INTRO: &str = "\
# Options

What each plugin takes, for reading and for writing. `imageio help NAME` prints the same for your build.
";

pub(crate) fn run(mut args: Args) -> Result {
    let check = args.flag("--check");
    args.finish()?;
    let root = workspace::root();
    let program = program::quick_build(&root)?;
    let mut plugins = program::ask(&program, "plugins")?;
    // The program also names plugins of Python's that are not written yet.
    plugins.retain(|plugin| plugin["installed"] == true);
    let formats = program::ask(&program, "formats")?;
    let pure = purity::Purity::load(&root)?;
    let blocks = [
        ("README.md", "formats", "", readme(&plugins, &pure)),
        (
            "docs/formats.md",
            "formats",
            FORMATS_INTRO,
            all_formats(&formats),
        ),
        (
            "docs/options.md",
            "options",
            OPTIONS_INTRO,
            options(&plugins),
        ),
    ];
    if !check {
        // The tests find it out and compare it on every run.
        let mut survival = cargo(&root);
        survival.args([
            "test",
            "-p",
            "imageio-pillowlike",
            "--test",
            "it",
            "survival",
        ]);
        run::run(survival.env("IMAGEIO_WRITE_DOCS", "1"))?;
    }
    let mut stale = Vec::new();
    for (path, block, intro, table) in blocks {
        let old = if root.join(path).exists() {
            files::read(&root, path)?
        } else {
            page(intro, block)
        };
        let new = replace(&old, block, &(table.join("\n") + "\n")).ok_or_else(|| {
            format!("{path} has no `<!-- begin:{block} -->` … `<!-- end:{block} -->` for the table")
        })?;
        if differs(&root, path, &new) {
            stale.push(path);
            if !check {
                files::write(&root, path, &new)?;
                println!("tables: wrote {path}");
            }
        }
    }
    if check && !stale.is_empty() {
        return Err(format!(
            "{} differ from what the plugins say: run `cargo xtask tables`",
            stale.join(", ")
        ));
    }
    if stale.is_empty() {
        println!("tables: all agree with what the plugins say");
    }
    Ok(())
}

fn differs(root: &Path, path: &str, new: &str) -> bool {
    files::read(root, path).ok().as_deref() != Some(new)
}

fn page(intro: &str, block: &str) -> String {
    format!("{intro}\n<!-- begin:{block} -->\n<!-- end:{block} -->\n")
}

/// The text with another block; `None` when it has no place for one.
fn replace(text: &str, block: &str, table: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- begin:{block} -->\n"),
        format!("<!-- end:{block} -->"),
    );
    let (head, rest) = text.split_once(&begin)?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}{table}{end}{tail}"))
}

/// One row a plugin: what a newcomer must know to pick features.
fn readme(plugins: &[Value], pure: &purity::Purity) -> Vec<String> {
    let mut lines = heading(&["Formats", "Plugin", "Feature", "Read", "Write", "Pure Rust"]);
    for plugin in plugins {
        let modes = text(plugin, "modes");
        let (read, write) = (
            strings(plugin, "extensions"),
            strings(plugin, "write_extensions"),
        );
        let lacks: Vec<&str> = read
            .iter()
            .filter(|e| !write.contains(e))
            .copied()
            .collect();
        let more = write.iter().any(|extension| !read.contains(extension));
        let writes = match (modes.contains('w'), lacks.as_slice()) {
            (false, _) => "–".to_owned(),
            (true, []) if !more => "yes".to_owned(),
            (true, few) if !more && few.len() < write.len() => format!("all but {}", code(few)),
            (true, _) => code(&write),
        };
        let reads = if modes.contains('r') { "yes" } else { "–" };
        let (name, feature) = (text(plugin, "name"), text(plugin, "feature"));
        let pure = if pure.of_feature(feature) {
            "yes"
        } else {
            "no"
        };
        let read = code(&read);
        lines.push(format!(
            "| {read} | {name} | `{feature}` | {reads} | {writes} | {pure} |"
        ));
    }
    lines
}

fn all_formats(formats: &[Value]) -> Vec<String> {
    let mut lines = heading(&[
        "Extension",
        "Format",
        "Plugins, in order",
        "Here",
        "Read",
        "Write",
    ]);
    let tick = |row: &Value, key: &str| if row[key] == true { "yes" } else { "" };
    for row in formats {
        let (extension, name) = (text(row, "extension"), cell(text(row, "name")));
        let (plugins, here) = (
            strings(row, "plugins").join(", "),
            strings(row, "installed").join(", "),
        );
        let (read, write) = (tick(row, "read"), tick(row, "write"));
        lines.push(format!(
            "| `{extension}` | {name} | {plugins} | {here} | {read} | {write} |"
        ));
    }
    lines
}

fn options(plugins: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    for plugin in plugins {
        let (name, about) = (text(plugin, "name"), text(plugin, "description"));
        lines.extend([
            String::new(),
            format!("## {name}"),
            String::new(),
            about.to_owned(),
        ]);
        match text(plugin, "feature") {
            "" => {}
            feature => lines.push(format!("Feature `{feature}`.")),
        }
        for (key, title) in [("read_options", "Reading"), ("write_options", "Writing")] {
            let rows: Vec<&Value> = plugin[key].as_array().into_iter().flatten().collect();
            if !rows.is_empty() {
                lines.extend([String::new(), format!("### {title}"), String::new()]);
                lines.extend(heading(&["Option", "Type", "Default", "What it does"]));
                lines.extend(rows.into_iter().map(option));
            }
        }
    }
    lines.push(String::new());
    lines
}

fn option(row: &Value) -> String {
    let default = match &row["default"] {
        Value::Null => "None".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (name, kind, doc) = (
        text(row, "name"),
        cell(text(row, "type")),
        cell(text(row, "doc")),
    );
    format!("| `{name}` | `{kind}` | `{}` | {doc} |", cell(&default))
}

fn heading(cells: &[&str]) -> Vec<String> {
    vec![
        format!("| {} |", cells.join(" | ")),
        format!("|{}", "---|".repeat(cells.len())),
    ]
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn code(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text that cannot end its cell or its row.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::{page, replace};

    #[test]
    fn replaces_what_stands_between_the_marks() {
        let old = page("# Title\n", "x");
        let once = replace(&old, "x", "| a |\n").unwrap();
        assert!(once.contains("begin:x -->\n| a |\n<!-- end:x"));
        assert_eq!(replace(&once, "x", "| a |\n").unwrap(), once);
        assert_eq!(replace("no marks", "x", ""), None);
    }
}
