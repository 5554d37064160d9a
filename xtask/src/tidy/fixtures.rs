//! Every fixture has a row in the manifest, with what it shows and its digest; every row has its file.

use super::Repository;
use crate::files::sha256;
use crate::run::Result;
use std::collections::BTreeSet;

const MANIFEST: &str = "fixtures/manifest.toml";

pub(super) fn agree(repository: &Repository) -> Result<Vec<String>> {
    if !repository.has(MANIFEST) {
        return Ok(vec![format!("{MANIFEST} is missing")]);
    }
    let manifest: toml::Table =
        toml::from_str(&repository.read(MANIFEST)?).map_err(|e| format!("{MANIFEST}: {e}"))?;
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for row in manifest
        .values()
        .filter_map(toml::Value::as_array)
        .flatten()
    {
        let text = |key: &str| {
            row.get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
        };
        let path = format!("fixtures/{}", text("path").trim_start_matches("fixtures/"));
        for key in ["sha256", "recipe", "shows"]
            .iter()
            .filter(|key| text(key).is_empty())
        {
            found.push(format!("{MANIFEST}: {path} has no `{key}`"));
        }
        match std::fs::read(repository.root.join(&path)) {
            Ok(bytes) if sha256(&bytes) != text("sha256") => {
                found.push(format!(
                    "{path} is not the file of the manifest: its SHA-256 differs"
                ));
            }
            Ok(_) => {}
            Err(e) => found.push(format!("{MANIFEST} names {path}: {e}")),
        }
        if !named.insert(path.clone()) {
            found.push(format!("{MANIFEST} names {path} twice"));
        }
    }
    for path in repository
        .files
        .iter()
        .filter(|path| is_fixture(path) && !named.contains(*path))
    {
        found.push(format!("{path} is not in {MANIFEST}"));
    }
    Ok(found)
}

/// Recipes, notes and expected values are not inputs.
fn is_fixture(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("fixtures/") else {
        return false;
    };
    let other = [".py", ".md", ".toml"]
        .iter()
        .any(|end| rest.ends_with(end));
    !other && !rest.starts_with("expected/")
}
