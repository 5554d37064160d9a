//! Every crate we depend on has a licence that `deny.toml` allows.

use super::Repository;
use crate::run::{self, Result};
use serde_json::Value;

pub(super) fn check(repository: &Repository) -> Result<Vec<String>> {
    let deny: toml::Table =
        toml::from_str(&repository.read("deny.toml")?).map_err(|e| format!("deny.toml: {e}"))?;
    let allow = deny
        .get("licenses")
        .and_then(|table| table.get("allow"))
        .and_then(|list| list.as_array());
    let allow: Vec<&str> = allow
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect();
    let host = run::capture(std::process::Command::new("rustc").arg("-vV"))?;
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();
    let mut cargo = run::cargo(&repository.root);
    cargo.args([
        "metadata",
        "--quiet",
        "--format-version=1",
        "--filter-platform",
        host,
    ]);
    let json: Value = serde_json::from_str(&run::capture(&mut cargo)?)
        .map_err(|e| format!("cargo metadata: {e}"))?;
    let mut found = Vec::new();
    for package in json["packages"].as_array().into_iter().flatten() {
        let licence = package["license"].as_str().unwrap_or("");
        if !permitted(licence, &allow) {
            found.push(format!(
                "{} {}: `{licence}`",
                package["name"], package["version"]
            ));
        }
    }
    Ok(found)
}

/// Whether an SPDX expression can be met with the allowed licences; `/` is the old spelling of `OR`.
fn permitted(expression: &str, allow: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ");
    let bare = |part: &str| part.trim().trim_matches(['(', ')', ' ']).to_owned();
    // `(A OR B) AND C` is the only nesting in use: read as all of its `AND` parts, each with a choice.
    if expression.contains(") AND ") || expression.contains("AND (") {
        return expression.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|name| allow.contains(&bare(name).as_str()))
        });
    }
    expression.split(" OR ").any(|choice| {
        choice
            .split(" AND ")
            .all(|name| allow.contains(&bare(name).as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::permitted;

    #[test]
    fn reads_licence_expressions() {
        let allow = ["MIT", "Apache-2.0", "Unicode-3.0"];
        assert!(permitted("MIT/GPL-3.0", &allow));
        assert!(permitted("(MIT OR GPL-2.0) AND Unicode-3.0", &allow));
        assert!(!permitted("MIT AND GPL-3.0", &allow));
        assert!(!permitted("GPL-3.0 OR (MIT AND LGPL-2.1)", &allow));
        assert!(!permitted("", &allow));
    }
}
