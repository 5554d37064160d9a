//! Documents that list things list all of them.

use super::Repository;
use crate::run::Result;

const ADR: &str = "docs/adr/";
const ARCHITECTURE: &str = "docs/architecture.md";

pub(super) fn list(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let index = repository.read("docs/adr/README.md")?;
    for path in repository.under(ADR, "md") {
        let name = path.strip_prefix(ADR).unwrap_or(path);
        if name != "README.md" && !index.contains(&format!("({name})")) {
            found.push(format!("docs/adr/README.md does not link {name}"));
        }
    }
    let architecture = repository.read(ARCHITECTURE)?;
    for package in &repository.packages {
        let name = if package.name == "imageio-tests" {
            "tests"
        } else {
            &package.name
        };
        let folder = package.folder.trim_start_matches("crates/");
        if !architecture.contains(&format!("`{name}`"))
            && !architecture.contains(&format!("`{folder}`"))
        {
            found.push(format!("{ARCHITECTURE} does not name `{name}`"));
        }
    }
    Ok(found)
}
