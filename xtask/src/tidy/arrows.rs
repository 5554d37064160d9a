//! Who may depend on whom.

use super::Repository;
use crate::run::Result;
use crate::workspace::Package;

/// Anything that the table of `allowed` does not name is forbidden.
#[expect(clippy::unnecessary_wraps, reason = "every rule has this shape")]
pub(super) fn check(repository: &Repository) -> Result<Vec<String>> {
    let ours: Vec<&str> = repository
        .packages
        .iter()
        .map(|p| p.name.as_str())
        .collect();
    let mut found = Vec::new();
    for package in &repository.packages {
        for dependency in package
            .dependencies
            .iter()
            .filter(|d| ours.contains(&d.name.as_str()))
        {
            let to = repository
                .packages
                .iter()
                .find(|p| p.name == dependency.name);
            if to.is_some_and(|to| !allowed(package, to, dependency.dev)) {
                found.push(format!(
                    "{} may not depend on {}",
                    package.folder, dependency.name
                ));
            }
        }
    }
    Ok(found)
}

fn allowed(from: &Package, to: &Package, dev: bool) -> bool {
    match from.name.as_str() {
        "xtask" => false,
        // A crate's own tests may use its `testing` feature through itself.
        name if dev && name == to.name => true,
        "imageio-core" => false,
        "imageio-codecs" | "imageio-net" | "imageio-zip" => to.name == "imageio-core",
        "imageio-rs" => {
            to.is_plugin()
                || ["imageio-core", "imageio-net", "imageio-zip"].contains(&to.name.as_str())
        }
        "imageio-cli" => to.name == "imageio-rs",
        "imageio-tests" => ["imageio-rs", "imageio-core"].contains(&to.name.as_str()),
        _ => ["imageio-core", "imageio-codecs"].contains(&to.name.as_str()),
    }
}
