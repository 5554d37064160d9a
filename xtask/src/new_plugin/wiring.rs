//! The lines outside its folder that a plugin crate needs.

use crate::files;
use crate::run::Result;
use std::path::Path;

/// A text that is put into a file, before a mark of that file.
#[derive(Debug)]
pub(super) struct Edit {
    path: &'static str,
    /// The text goes before the first place, after `after`, at which `before` stands; an empty one is the end.
    after: &'static str,
    before: &'static str,
    text: String,
}

const UMBRELLA: &str = "crates/imageio/Cargo.toml";

/// What a plugin called `name` needs.
pub(super) fn edits(root: &Path, name: &str) -> Result<Vec<Edit>> {
    let manifest = files::read(root, "Cargo.toml")?;
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = "))
        .unwrap_or("\"0.0.0\"");
    let edit = |path, after, before, text| Edit {
        path,
        after,
        before,
        text,
    };
    Ok(vec![
        edit(
            "Cargo.toml",
            "[workspace.dependencies]",
            "imageio-rs = ",
            format!(
                "imageio-{name} = {{ path = \"crates/imageio-{name}\", version = {version} }}\n"
            ),
        ),
        edit(UMBRELLA, "default = [", "]\n", format!(", \"{name}\"")),
        edit(
            UMBRELLA,
            "[features]",
            "\n[dependencies]",
            format!("# The {name} format.\n{name} = [\"dep:imageio-{name}\"]\n"),
        ),
        edit(
            UMBRELLA,
            "imageio-core.workspace = true\n",
            "",
            format!("imageio-{name} = {{ workspace = true, optional = true }}\n"),
        ),
        edit(
            "crates/imageio/src/builtin.rs",
            "static BUILTIN",
            "];",
            format!("    #[cfg(feature = \"{name}\")]\n    &[&imageio_{name}::PLUGIN],\n"),
        ),
        edit(
            "crates/imageio/src/lib.rs",
            "",
            "",
            format!("#[cfg(feature = \"{name}\")]\npub use imageio_{name} as {name};\n"),
        ),
        edit(
            "docs/architecture.md",
            "",
            "",
            format!("\n`imageio-{name}`: the {name} format.\n"),
        ),
    ])
}

/// The files with all edits made.
pub(super) fn apply<'a>(root: &Path, edits: &'a [Edit]) -> Result<Vec<(&'a str, String)>> {
    change(root, edits, |text, edit| {
        if text.contains(&edit.text) {
            return Err(format!("{} has `{}` already", edit.path, edit.text.trim()));
        }
        let at = edit
            .place(text)
            .ok_or_else(|| format!("{} has no place for `{}`", edit.path, edit.text.trim()))?;
        let (head, tail) = text.split_at(at);
        Ok(format!("{head}{}{tail}", edit.text))
    })
}

/// The files with all edits taken back.
pub(super) fn revert<'a>(root: &Path, edits: &'a [Edit]) -> Result<Vec<(&'a str, String)>> {
    change(root, edits, |text, edit| {
        match text.matches(&edit.text).count() {
            1 => Ok(text.replacen(&edit.text, "", 1)),
            _ => Err(format!(
                "{} has not `{}` as it was made: nothing was removed",
                edit.path,
                edit.text.trim()
            )),
        }
    })
}

fn change<'a>(
    root: &Path,
    edits: &'a [Edit],
    one: impl Fn(&str, &Edit) -> Result<String>,
) -> Result<Vec<(&'a str, String)>> {
    let mut texts: Vec<(&str, String)> = Vec::new();
    for edit in edits {
        if texts.iter().all(|(path, _)| *path != edit.path) {
            texts.push((edit.path, files::read(root, edit.path)?));
        }
        for (path, text) in &mut texts {
            if *path == edit.path {
                *text = one(text, edit)?;
            }
        }
    }
    Ok(texts)
}

impl Edit {
    fn place(&self, text: &str) -> Option<usize> {
        let start = text.find(self.after)? + self.after.len();
        match (self.before, self.after) {
            ("", "") => Some(text.len()),
            (before, _) => Some(start + text.get(start..)?.find(before)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Edit;

    #[test]
    fn finds_the_place() {
        let edit = |after, before| Edit {
            path: "",
            after,
            before,
            text: String::new(),
        };
        let text = "[a]\nx = [1]\n[b]\ny = [2]\n";
        assert_eq!(edit("[b]", "]\n").place(text), Some(text.len() - 2));
        assert_eq!(edit("x = [1]\n", "").place(text), Some(12));
        assert_eq!(edit("", "").place(text), Some(text.len()));
        assert_eq!(edit("[c]", "]").place(text), None);
    }
}
