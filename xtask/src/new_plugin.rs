//! `cargo xtask new-plugin NAME`: a plugin crate of the house's shape, wired in, that passes conformance at once.
//!
//! It reads and writes a made-up gray format; what must become the real one is `format.rs` and the calls to it.

#[cfg(test)]
mod trial;
mod wiring;

use crate::args::Args;
use crate::run::Result;
use crate::{files, workspace};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use wiring::Edit;

/// Path in the crate, and what stands there.
const TEMPLATES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../templates/Cargo.toml.txt")),
    ("README.md", include_str!("../templates/README.md.txt")),
    ("src/lib.rs", include_str!("../templates/lib.rs.txt")),
    ("src/plugin.rs", include_str!("../templates/plugin.rs.txt")),
    (
        "src/options.rs",
        include_str!("../templates/options.rs.txt"),
    ),
    ("src/reader.rs", include_str!("../templates/reader.rs.txt")),
    ("src/writer.rs", include_str!("../templates/writer.rs.txt")),
    ("src/format.rs", include_str!("../templates/format.rs.txt")),
    (
        "tests/it/main.rs",
        include_str!("../templates/tests_main.rs.txt"),
    ),
    (
        "tests/it/conformance.rs",
        include_str!("../templates/tests_conformance.rs.txt"),
    ),
    (
        "tests/it/options.rs",
        include_str!("../templates/tests_options.rs.txt"),
    ),
];

pub(crate) fn run(mut args: Args) -> Result {
    let remove = args.flag("--remove");
    let name = args
        .word()
        .ok_or("which name? `cargo xtask new-plugin toy`")?;
    args.finish()?;
    check_name(&name)?;
    let root = workspace::root();
    let edits = wiring::edits(&root, &name)?;
    if remove {
        unmake(&root, &name, &edits)
    } else {
        make(&root, &name, &edits)
    }
}

fn check_name(name: &str) -> Result {
    const TAKEN: [&str; 9] = [
        "core", "codecs", "cli", "rs", "tests", "net", "zip", "default", "full",
    ];
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if plain && name.len() > 1 && !TAKEN.contains(&name) {
        return Ok(());
    }
    Err(format!(
        "`{name}`: a name is a short word of small letters and digits, as in `imageio-spe`"
    ))
}

fn make(root: &Path, name: &str, edits: &[Edit]) -> Result {
    let folder = format!("crates/imageio-{name}");
    if root.join(&folder).exists() {
        return Err(format!("{folder} is there already"));
    }
    // All edits are worked out before the first file is written.
    let edited: Vec<(&str, String)> = wiring::apply(root, edits)?;
    for (path, text) in formatted(root, name)? {
        files::write(root, &format!("{folder}/{path}"), &text)?;
        println!("wrote   {folder}/{path}");
    }
    for (path, text) in edited {
        files::write(root, path, &text)?;
        println!("changed {path}");
    }
    println!(
        "\nNow: cargo test -p imageio-{name}\nThen replace src/format.rs, add fixtures with their recipe and rows in \
         fixtures/manifest.toml, and run `cargo xtask tables`."
    );
    Ok(())
}

/// Takes away what `make` made, and nothing that was changed since.
fn unmake(root: &Path, name: &str, edits: &[Edit]) -> Result {
    let folder = format!("crates/imageio-{name}");
    let contents = formatted(root, name)?;
    let inside = files::under(&root.join(&folder));
    for path in &inside {
        let same = contents.iter().any(|(ours, text)| {
            ours == path
                && files::read(root, &format!("{folder}/{path}")).is_ok_and(|now| now == *text)
        });
        if !same {
            return Err(format!(
                "{folder}/{path} is not as `new-plugin` made it: nothing was removed"
            ));
        }
    }
    if inside.is_empty() {
        return Err(format!("{folder} is not there"));
    }
    let edited = wiring::revert(root, edits)?;
    std::fs::remove_dir_all(root.join(&folder)).map_err(|e| format!("{folder}: {e}"))?;
    println!("removed {folder}");
    for (path, text) in edited {
        files::write(root, path, &text)?;
        println!("changed {path} back");
    }
    Ok(())
}

/// The files of the crate as `cargo fmt` leaves them: line breaks depend on the length of the name.
fn formatted(root: &Path, name: &str) -> Result<Vec<(&'static str, String)>> {
    let mut contents = contents(name);
    for (path, text) in contents.iter_mut().filter(|(path, _)| path.contains(".rs")) {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt
            .args(["--edition", "2024", "--config-path"])
            .arg(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = rustfmt.spawn().map_err(|e| format!("rustfmt: {e}"))?;
        // The text is far shorter than a pipe holds, so writing all before reading cannot block.
        let sent = child
            .stdin
            .take()
            .map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
        let output = sent
            .and_then(|()| child.wait_with_output())
            .map_err(|e| format!("rustfmt: {e}"))?;
        if !output.status.success() {
            return Err(format!("rustfmt does not take the template of {path}"));
        }
        *text = String::from_utf8(output.stdout).map_err(|e| format!("rustfmt: {e}"))?;
    }
    Ok(contents)
}

/// The files of the crate, by their path in it.
fn contents(name: &str) -> Vec<(&'static str, String)> {
    let fill = |template: &str| {
        let capital =
            name.get(..1).unwrap_or_default().to_uppercase() + name.get(1..).unwrap_or_default();
        let text = template
            .replace("{{Name}}", &capital)
            .replace("{{NAME}}", &name.to_uppercase());
        text.replace("{{name}}", name)
    };
    TEMPLATES
        .iter()
        .map(|(path, template)| (*path, fill(template)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{check_name, contents};

    #[test]
    fn fills_every_gap() {
        for (path, text) in contents("toy") {
            assert!(
                !text.contains("{{") && !text.contains("}}"),
                "{path}:\n{text}"
            );
        }
    }

    #[test]
    fn refuses_names_that_are_taken_or_odd() {
        assert!(check_name("toy2").is_ok());
        for odd in ["core", "Toy", "2d", "a-b", ""] {
            assert!(check_name(odd).is_err(), "{odd}");
        }
    }
}
