//! Which features build nothing but Rust.

use crate::run::{self, Result};
use crate::workspace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The features whose crates, with all they depend on, link no library and compile no C.
#[derive(Debug)]
pub(super) struct Purity(BTreeSet<String>);

impl Purity {
    pub(super) fn load(root: &Path) -> Result<Self> {
        let packages = workspace::packages(root)?;
        let umbrella = packages
            .iter()
            .find(|p| p.name == "imageio-rs")
            .ok_or("no package imageio-rs")?;
        let graph = Graph::load(root)?;
        let mut pure = BTreeSet::new();
        for feature in umbrella.features.keys() {
            let crates = crates_of(feature, &umbrella.features);
            if !crates.is_empty() && crates.iter().all(|name| graph.is_pure(name)) {
                pure.insert(feature.clone());
            }
        }
        Ok(Self(pure))
    }

    pub(super) fn of_feature(&self, feature: &str) -> bool {
        self.0.contains(feature)
    }
}

/// Crates that a feature brings, directly or through features that it switches on.
fn crates_of(feature: &str, features: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    let mut crates = BTreeSet::new();
    for on in features.get(feature).into_iter().flatten() {
        if let Some(name) = on.strip_prefix("dep:") {
            crates.insert(name.to_owned());
        } else if !on.contains('/') {
            crates.extend(crates_of(on, features));
        }
    }
    crates
}

struct Graph {
    /// Package id to its name and whether it is Rust alone.
    packages: BTreeMap<String, (String, bool)>,
    /// Package id to what it needs to run or be built.
    needs: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn load(root: &Path) -> Result<Self> {
        let mut cargo = run::cargo(root);
        cargo.args(["metadata", "--quiet", "--format-version=1"]);
        let json: Value = serde_json::from_str(&run::capture(&mut cargo)?)
            .map_err(|e| format!("cargo metadata: {e}"))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut packages = BTreeMap::new();
        for package in list(&json["packages"]) {
            let compiles = list(&package["dependencies"]).iter().any(|dependency| {
                dependency["kind"] == "build"
                    && ["cc", "cmake"]
                        .iter()
                        .any(|name| dependency["name"] == *name)
            });
            let name = text(&package["name"]);
            // Two crates use `links` to forbid two versions of themselves, and link nothing.
            let links = !package["links"].is_null()
                && !["imageio-core", "rayon-core"].contains(&name.as_str());
            packages.insert(text(&package["id"]), (name, !compiles && !links));
        }
        let mut needs = BTreeMap::new();
        for node in list(&json["resolve"]["nodes"]) {
            let wanted = list(&node["deps"]).into_iter().filter(|dependency| {
                list(&dependency["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"].is_null())
            });
            needs.insert(
                text(&node["id"]),
                wanted.map(|dependency| text(&dependency["pkg"])).collect(),
            );
        }
        Ok(Self { packages, needs })
    }

    fn is_pure(&self, name: &str) -> bool {
        let mut waiting: Vec<&String> = self
            .packages
            .iter()
            .filter(|(_, package)| package.0 == name)
            .map(|(id, _)| id)
            .collect();
        let mut seen = BTreeSet::new();
        let mut pure = true;
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                pure &= self.packages.get(id).is_none_or(|package| package.1);
                waiting.extend(self.needs.get(id).into_iter().flatten());
            }
        }
        pure
    }
}
