//! The repository as cargo sees it.

use crate::run::{self, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The top folder of the repository.
pub(crate) fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let xtask = xtask.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    xtask
        .parent()
        .map_or_else(|| xtask.clone(), Path::to_path_buf)
}

/// One member of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Folder, with forward slashes, from the root: `crates/imageio-spe`.
    pub(crate) folder: String,
    pub(crate) publish: bool,
    /// What each feature switches on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Needed by tests, examples and benches only.
    pub(crate) dev: bool,
}

impl Package {
    /// A plugin crate: everything `imageio-…` under crates/ but the parts that all of them share or stand on.
    pub(crate) fn is_plugin(&self) -> bool {
        const SHARED: [&str; 6] = [
            "imageio-core",
            "imageio-codecs",
            "imageio-net",
            "imageio-zip",
            "imageio-rs",
            "imageio-cli",
        ];
        self.folder.starts_with("crates/imageio-") && !SHARED.contains(&self.name.as_str())
    }
}

/// The members, by name.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>> {
    let text =
        run::capture(run::cargo(root).args(["metadata", "--no-deps", "--format-version=1"]))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let list = json["packages"]
        .as_array()
        .ok_or("cargo metadata lists no packages")?;
    let mut packages: Vec<Package> = list.iter().map(|value| package(root, value)).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

fn package(root: &Path, value: &Value) -> Package {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| value[key].as_array().into_iter().flatten();
    let folder = PathBuf::from(text("manifest_path"));
    let folder = folder
        .parent()
        .unwrap_or(root)
        .strip_prefix(root)
        .unwrap_or(Path::new(""));
    let feature = |(name, on): (&String, &Value)| {
        let on = on
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        (name.clone(), on.map(str::to_owned).collect())
    };
    let dependency = |value: &Value| Dependency {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        dev: value["kind"].as_str() == Some("dev"),
    };
    Package {
        name: text("name"),
        version: text("version"),
        folder: folder.to_string_lossy().replace('\\', "/"),
        // Cargo says `null` for "anywhere" and an empty list for "nowhere".
        publish: value["publish"]
            .as_array()
            .is_none_or(|registries| !registries.is_empty()),
        features: value["features"]
            .as_object()
            .into_iter()
            .flatten()
            .map(feature)
            .collect(),
        dependencies: list("dependencies").map(dependency).collect(),
    }
}
