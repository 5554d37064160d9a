//! The scaffold, made in a copy of the repository: it builds, passes conformance, serves `imread`, and goes away again.

use super::{make, unmake, wiring};
use crate::run::{capture, cargo, run};
use crate::{files, workspace};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder that goes away with the test.
struct Copy(PathBuf);

impl Copy {
    fn of(root: &Path) -> Self {
        // The same place in every run, or each would fill the target folder with builds of its own.
        let name = files::sha256(root.display().to_string().as_bytes());
        let folder = std::env::temp_dir().join(format!("imageio-new-plugin-{}", &name[..12]));
        let _ = std::fs::remove_dir_all(&folder);
        for path in files::list(root)
            .unwrap()
            .iter()
            .filter(|path| !path.starts_with("fixtures/"))
        {
            let to = folder.join(path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(root.join(path), to).unwrap();
        }
        Self(folder)
    }

    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let paths = files::under(&self.0)
            .into_iter()
            .filter(|path| path != "Cargo.lock");
        paths
            .map(|path| (path.clone(), std::fs::read(self.0.join(&path)).unwrap()))
            .collect()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_new_plugin_passes_conformance_at_once_and_can_be_taken_back() {
    let root = workspace::root();
    let copy = Copy::of(&root);
    let before = copy.contents();
    let edits = wiring::edits(&copy.0, "trial").unwrap();
    make(&copy.0, "trial", &edits).unwrap();
    // Dependencies that were built for this test need not be built again.
    let target = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(3)
        .unwrap()
        .to_path_buf();
    let cargo = |words: &[&str]| {
        let mut cargo = cargo(&copy.0);
        cargo
            .args(words)
            .arg("--offline")
            .env("CARGO_TARGET_DIR", &target);
        cargo
    };
    let said = capture(&mut cargo(&[
        "test",
        "--package",
        "imageio-trial",
        "--test",
        "it",
    ]))
    .unwrap();
    assert!(
        said.contains("test conformance::keeps_the_promises_of_its_card ... ok"),
        "{said}"
    );
    let umbrella = [
        "check",
        "--package",
        "imageio-rs",
        "--no-default-features",
        "--features",
        "trial",
    ];
    run(&mut cargo(&umbrella)).unwrap();
    unmake(&copy.0, "trial", &edits).unwrap();
    assert!(copy.contents() == before, "something is left behind");
}
