//! `cargo xtask tidy`: rules of this repository that no compiler checks. `cargo test -p xtask` checks them too.

mod arrows;
mod documents;
mod features;
mod fixtures;
mod licences;
mod names;
mod plugins;
mod tags;

use crate::args::Args;
use crate::files;
use crate::run::Result;
use crate::workspace::{self, Package};
use std::path::PathBuf;

/// What it is called, and what it finds wrong: one line a problem.
type Rule = (&'static str, fn(&Repository) -> Result<Vec<String>>);

const RULES: &[Rule] = &[
    ("who may depend on whom", arrows::check),
    ("licences of what we depend on", licences::check),
    ("core names no format", names::core_names_no_format),
    ("file names and sizes", names::files),
    ("no place of one machine", names::places),
    ("shape of plugin crates", plugins::shape),
    ("plugins ask the request", plugins::ask_the_request),
    (
        "features, built-in list and re-exports agree",
        features::agree,
    ),
    ("features are looked at in two files", features::looked_at),
    ("fixtures and their manifest agree", fixtures::agree),
    ("documents list what there is", documents::list),
    ("checklist ids exist", tags::exist),
];

pub(crate) fn run(args: Args) -> Result {
    args.finish()?;
    let repository = Repository::load()?;
    let mut problems = 0;
    for (name, check) in RULES {
        let found = check(&repository).unwrap_or_else(|problem| vec![problem]);
        println!(
            "tidy: {} {name}",
            if found.is_empty() { "ok  " } else { "FAIL" }
        );
        for line in &found {
            println!("        {line}");
        }
        problems += found.len();
    }
    if problems == 0 {
        Ok(())
    } else {
        Err(format!("{problems} problems"))
    }
}

/// What every rule looks at.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    /// Paths of all files, from the root.
    pub(crate) files: Vec<String>,
    pub(crate) packages: Vec<Package>,
}

impl Repository {
    fn load() -> Result<Self> {
        let root = workspace::root();
        Ok(Self {
            files: files::list(&root)?,
            packages: workspace::packages(&root)?,
            root,
        })
    }

    fn read(&self, path: &str) -> Result<String> {
        files::read(&self.root, path)
    }

    fn has(&self, path: &str) -> bool {
        self.files
            .binary_search_by(|file| file.as_str().cmp(path))
            .is_ok()
    }

    /// Files under a folder with an extension.
    fn under<'a>(&'a self, folder: &str, extension: &str) -> impl Iterator<Item = &'a String> {
        let (folder, extension) = (folder.to_owned(), format!(".{extension}"));
        self.files
            .iter()
            .filter(move |path| path.starts_with(&folder) && path.ends_with(&extension))
    }

    /// Sources under a folder, as far as users get them: without what stands after `#[cfg(test)]`.
    fn sources(&self, folder: &str) -> Result<Vec<(&str, String)>> {
        let mut sources = Vec::new();
        for path in self
            .under(folder, "rs")
            .filter(|path| !path.ends_with("/tests.rs") && !path.contains("/tests/"))
        {
            let text = self.read(path)?;
            let code = text
                .split_once("\n#[cfg(test)]\nmod ")
                .map_or(&*text, |(code, _)| code);
            sources.push((path.as_str(), code.to_owned()));
        }
        Ok(sources)
    }

    fn plugins(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_plugin())
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, Repository};

    #[test]
    fn the_repository_keeps_its_rules() {
        let repository = Repository::load().unwrap();
        let mut problems = Vec::new();
        for (name, check) in RULES {
            let found = check(&repository).unwrap_or_else(|problem| vec![problem]);
            problems.extend(found.into_iter().map(|line| format!("{name}: {line}")));
        }
        assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    }
}
