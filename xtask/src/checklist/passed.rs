//! Which tests pass, by running them all.

use super::Tag;
use crate::run::{self, Result};
use crate::workspace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;

/// Folder of a package with the path of a test in it: `("crates/imageio-spe", "reader::tests::reads_frames")`.
#[derive(Debug)]
pub(crate) struct Passed(BTreeSet<(String, String)>);

impl Passed {
    /// Whether the tagged test passed: same package, same function, and the file's module in its path.
    pub(crate) fn holds(&self, tag: &Tag) -> bool {
        let file = Path::new(&tag.file);
        let stem = file
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        // The first file of a program or library is no module of it.
        let is_first = ["main", "lib"].contains(&stem);
        let in_program = !tag.file.contains("/src/");
        self.0.iter().any(|(folder, path)| {
            let mut modules: Vec<&str> = path.split("::").collect();
            modules.pop() == Some(tag.test.as_str())
                && tag.file.starts_with(&format!("{folder}/"))
                && (is_first || (in_program && modules.is_empty()) || modules.contains(&stem))
        })
    }
}

/// Builds all test programs, runs them, and reads which tests they report as `ok`.
pub(crate) fn tests(root: &Path) -> Result<Passed> {
    let folders = programs(root)?;
    let mut cargo = run::cargo(root);
    cargo.args([
        "test",
        "--workspace",
        "--no-fail-fast",
        "--lib",
        "--bins",
        "--tests",
    ]);
    let log = root.join("target/checklist.log");
    std::fs::create_dir_all(root.join("target")).map_err(|e| format!("target: {e}"))?;
    let file = std::fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let twin = file
        .try_clone()
        .map_err(|e| format!("{}: {e}", log.display()))?;
    // One file for both streams: cargo names the program on one, the program its tests on the other.
    let status = cargo
        .stdout(Stdio::from(file))
        .stderr(Stdio::from(twin))
        .status();
    status.map_err(|e| format!("{}: {e}", run::show(&cargo)))?;
    let text = std::fs::read(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    Ok(Passed(parse(&String::from_utf8_lossy(&text), &folders)))
}

fn parse(text: &str, folders: &BTreeMap<String, String>) -> BTreeSet<(String, String)> {
    let mut passed = BTreeSet::new();
    let mut folder: Option<&String> = None;
    for line in text.lines() {
        if line.trim_start().starts_with("Running ") {
            folder = line
                .rsplit(['/', '\\'])
                .next()
                .and_then(|name| folders.get(name.trim_end_matches(')')));
        } else if let Some(folder) = folder
            && let Some(name) = line
                .strip_prefix("test ")
                .and_then(|rest| rest.strip_suffix(" ... ok"))
        {
            let name = name.trim_end_matches(" - should panic");
            passed.insert((folder.clone(), name.to_owned()));
        }
    }
    passed
}

/// File name of each test program to the folder of its package.
fn programs(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut cargo = run::cargo(root);
    cargo.args([
        "test",
        "--workspace",
        "--no-run",
        "--message-format=json",
        "--lib",
        "--bins",
        "--tests",
    ]);
    let text = run::capture(&mut cargo)?;
    let packages = workspace::packages(root)?;
    let mut programs = BTreeMap::new();
    for line in text.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let (Some(program), Some(manifest)) = (
            message["executable"].as_str(),
            message["manifest_path"].as_str(),
        ) else {
            continue;
        };
        let manifest = manifest.replace('\\', "/");
        let package = packages
            .iter()
            .find(|p| manifest.ends_with(&format!("/{}/Cargo.toml", p.folder)));
        let name = Path::new(program)
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        if let (Some(package), Some(name)) = (package, name) {
            programs.insert(name, package.folder.clone());
        }
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::{Passed, Tag, parse};
    use std::collections::BTreeMap;

    #[test]
    fn maps_passed_tests_to_tagged_ones() {
        let folders = BTreeMap::from([("it-12ab".to_owned(), "tests".to_owned())]);
        let log = "     Running it/main.rs (target/debug/deps/it-12ab)\n\
                   test front_door::reads ... ok\ntest front_door::fails ... FAILED\n";
        let passed = Passed(parse(log, &folders));
        let tag = |file: &str, test: &str| Tag {
            file: file.to_owned(),
            line: 1,
            test: test.to_owned(),
            ignored: false,
            ids: Vec::new(),
        };
        assert!(passed.holds(&tag("tests/it/front_door.rs", "reads")));
        assert!(!passed.holds(&tag("tests/it/front_door.rs", "fails")));
        assert!(!passed.holds(&tag("tests/it/hostile.rs", "reads")));
        assert!(!passed.holds(&tag("crates/imageio-spe/tests/it/front_door.rs", "reads")));
    }
}
