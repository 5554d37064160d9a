//! The umbrella's features, its built-in list and its re-exports say the same.

use super::Repository;
use crate::run::Result;
use std::collections::BTreeSet;

const FOLDER: &str = "crates/imageio";

pub(super) fn agree(repository: &Repository) -> Result<Vec<String>> {
    let Some(umbrella) = repository.packages.iter().find(|p| p.folder == FOLDER) else {
        return Ok(vec![format!("{FOLDER} is no member of the workspace")]);
    };
    let builtin = repository.read(&format!("{FOLDER}/src/builtin.rs"))?;
    let lib = repository.read(&format!("{FOLDER}/src/lib.rs"))?;
    let features: BTreeSet<&str> = umbrella.features.keys().map(String::as_str).collect();
    let mut found = Vec::new();
    for plugin in repository.plugins() {
        let crate_name = plugin.name.replace('-', "_");
        let listed = named(&builtin, &crate_name);
        if !umbrella
            .dependencies
            .iter()
            .any(|d| d.name == plugin.name && !d.dev)
        {
            found.push(format!(
                "{FOLDER}/Cargo.toml does not depend on {}",
                plugin.name
            ));
        }
        if listed.is_empty() {
            found.push(format!(
                "{FOLDER}/src/builtin.rs does not list {crate_name} under a feature"
            ));
        }
        if named(&lib, &crate_name).is_empty() {
            found.push(format!(
                "{FOLDER}/src/lib.rs does not re-export {crate_name} under a feature"
            ));
        }
    }
    for (file, text) in [("builtin.rs", &builtin), ("lib.rs", &lib)] {
        for name in feature_names(text).filter(|name| !features.contains(name)) {
            found.push(format!(
                "{FOLDER}/src/{file}: no feature `{name}` in Cargo.toml"
            ));
        }
    }
    Ok(found)
}

/// Features under which lines name a crate.
fn named<'a>(text: &'a str, crate_name: &str) -> Vec<&'a str> {
    let mut features = Vec::new();
    let mut under: Vec<&str> = Vec::new();
    for line in text.lines() {
        under.extend(feature_names(line));
        if line.contains(&format!("{crate_name}::"))
            || line.contains(&format!("use {crate_name} as "))
        {
            features.append(&mut under);
        }
        if line.trim_end().ends_with([',', ';', '}']) && !line.trim_start().starts_with("feature") {
            under.clear();
        }
    }
    features
}

fn feature_names(text: &str) -> impl Iterator<Item = &str> {
    text.split("feature = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

/// `cfg(feature)` elsewhere than in the umbrella's two files makes builds that no one tested.
pub(super) fn looked_at(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in repository.under("crates/", "rs") {
        let both = ["src/builtin.rs", "src/lib.rs"].map(|file| format!("{FOLDER}/{file}"));
        // A plugin may choose between real alternatives, such as two libraries for one codec.
        let plugin = repository
            .plugins()
            .any(|p| path.starts_with(&format!("{}/", p.folder)));
        // Each codec that plugins share is there for those who ask for it.
        let codecs = path == "crates/imageio-codecs/src/lib.rs";
        if both.contains(path) || plugin || codecs {
            continue;
        }
        let core = path.starts_with("crates/imageio-core/");
        for (number, line) in repository.read(path)?.lines().enumerate() {
            let names: Vec<&str> = feature_names(line).collect();
            let is_cfg =
                line.contains("cfg(") || line.contains("cfg!(") || line.contains("cfg_attr(");
            if is_cfg && names.iter().any(|name| !(core && *name == "testing")) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    Ok(found)
}
