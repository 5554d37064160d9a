//! `cargo xtask release VERSION`: one version for all crates, published in the order of their dependencies.

use crate::args::Args;
use crate::files;
use crate::run::{self, Result};
use crate::workspace::{self, Package};
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn run(mut args: Args) -> Result {
    let execute = args.flag("--execute");
    // The default, so that it can be said as well.
    let _ = args.flag("--dry-run");
    let version = args
        .word()
        .ok_or("which version? `cargo xtask release 1.2.3`")?;
    args.finish()?;
    if !is_version(&version) {
        return Err(format!(
            "`{version}` is not three numbers with dots, and maybe a `-suffix`"
        ));
    }
    let root = workspace::root();
    let packages = workspace::packages(&root)?;
    let order = publish_order(&packages)?;
    let headings = [format!("## [{version}]"), format!("## {version}")];
    let changes = files::read(&root, "CHANGELOG.md")?;
    if !changes
        .lines()
        .any(|line| headings.iter().any(|heading| line.starts_with(heading)))
    {
        return Err(format!(
            "CHANGELOG.md has no heading `## {version}`: say there what is new"
        ));
    }
    let old = order
        .first()
        .map(|package| package.version.clone())
        .unwrap_or_default();
    if old != version {
        println!("the version becomes {version}, from {old}");
        if execute {
            set_version(&root, &old, &version)?;
            println!("set it; commit that, then run this again to publish");
        } else {
            println!("nothing was changed; `--execute` changes it, then publishes");
        }
    }
    println!("publishing goes in this order:");
    for package in &order {
        println!("  cargo publish --package {}", package.name);
    }
    if execute && old == version {
        for package in &order {
            run::run(run::cargo(&root).args(["publish", "--package", &package.name]))?;
        }
    }
    Ok(())
}

fn is_version(text: &str) -> bool {
    let (numbers, suffix) = text
        .split_once('-')
        .map_or((text, None), |(n, s)| (n, Some(s)));
    let parts: Vec<&str> = numbers.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok()) && suffix != Some("")
}

/// Each crate after all it depends on.
fn publish_order(packages: &[Package]) -> Result<Vec<&Package>> {
    let mut waiting: Vec<&Package> = packages.iter().filter(|package| package.publish).collect();
    let mut order: Vec<&Package> = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<&str> = waiting
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        let needs = |package: &Package| {
            let mut needed = package.dependencies.iter().filter(|d| !d.dev);
            needed.any(|d| names.contains(d.name.as_str()))
        };
        let (later, now): (Vec<_>, Vec<_>) =
            waiting.iter().copied().partition(|package| needs(package));
        if now.is_empty() {
            return Err(format!(
                "crates depend on each other in a circle: {names:?}"
            ));
        }
        order.extend(now);
        waiting = later;
    }
    Ok(order)
}

/// The root manifest holds the version of all crates, and that of each as a dependency of the others.
fn set_version(root: &Path, old: &str, new: &str) -> Result {
    let manifest = files::read(root, "Cargo.toml")?;
    let ours = |line: &&str| line.starts_with("version = ") || line.contains("path = \"crates/");
    let lines = manifest.lines().map(|line| {
        if ours(&line) {
            line.replace(&format!("\"{old}\""), &format!("\"{new}\""))
        } else {
            line.to_owned()
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    files::write(root, "Cargo.toml", &text)?;
    run::run(run::cargo(root).args(["update", "--workspace", "--quiet"]))
}

#[cfg(test)]
mod tests {
    use super::{is_version, publish_order};
    use crate::workspace::{Dependency, Package};
    use std::collections::BTreeMap;

    fn package(name: &str, needs: &[&str]) -> Package {
        let dependency = |name: &&str| Dependency {
            name: (*name).to_owned(),
            dev: false,
        };
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            folder: String::new(),
            publish: true,
            features: BTreeMap::new(),
            dependencies: needs.iter().map(dependency).collect(),
        }
    }

    #[test]
    fn publishes_what_is_needed_first() {
        let packages = [
            package("a", &["c"]),
            package("b", &["a", "c"]),
            package("c", &["serde"]),
        ];
        let names: Vec<&str> = publish_order(&packages)
            .unwrap()
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        assert_eq!(names, ["c", "a", "b"]);
        assert!(publish_order(&[package("a", &["b"]), package("b", &["a"])]).is_err());
    }

    #[test]
    fn knows_a_version() {
        assert!(is_version("1.0.2") && is_version("0.3.0-rc.1"));
        assert!(!is_version("1.0") && !is_version("v1.0.0") && !is_version("1.0.0-"));
    }
}
