//! Every fixture against what the reference answers for it.

use std::path::Path;

use imageio_core::{Index, Value};
use imageio_lytro::LytroReadOptions;
use serde_json::{Value as Json, json};

use crate::support::{files_in, fixtures, json, name_of, open, read, sha256};

fn expected(path: &Path) -> Json {
    let file = fixtures()
        .join("expected/lytro")
        .join(format!("{}.json", name_of(path)));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

// checklist: E-378, E-379, E-380, E-381, E-383, E-389, E-390, E-391, E-394
#[test]
fn pixels_of_every_fixture_are_as_they_were_made() {
    let mut agreed = 0;
    for path in files_in(&fixtures().join("lytro")) {
        let name = name_of(&path);
        let expected = expected(&path);
        let reader = open(&path).expect(&name);
        let image = read(&reader);
        let ours = json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())});
        assert_eq!(ours, expected["frames"][0], "{name}");
        if let Some(theirs) = expected.pointer("/reference/frames/0") {
            assert_eq!(ours, *theirs, "{name}");
            agreed += 1;
        }
        let known = reader
            .properties(Index::All, &LytroReadOptions::new())
            .expect(&name);
        assert_eq!(
            (known.n_images, known.shape[1..].to_vec()),
            (Some(1), image.shape().to_vec())
        );
    }
    assert!(agreed >= 4, "the reference reads {agreed} of them");
}

// checklist: E-384, E-394
#[test]
fn metadata_of_every_fixture_is_the_references() {
    let mut compared = 0;
    for path in files_in(&fixtures().join("lytro")) {
        let name = name_of(&path);
        let reader = open(&path).expect(&name);
        let metadata = reader
            .metadata(Index::Default, &LytroReadOptions::new())
            .expect(&name);
        assert!(metadata.lookup("metadata.camera.model").is_some(), "{name}");
        assert!(
            metadata
                .lookup("privateMetadata.camera.serialNumber")
                .is_some(),
            "{name}"
        );
        let Some(theirs) = expected(&path).get("metadata").cloned() else {
            continue;
        };
        let mut ours = json(&metadata);
        // Which the reference gives for the other camera alone.
        if path.extension().is_some_and(|ending| ending == "lfp")
            && let Some(map) = ours.as_object_mut()
        {
            map.remove("thumbnail");
        }
        if let Some(thumbnail) = ours.get_mut("thumbnail") {
            let Some(Value::Array(image)) = metadata.lookup("thumbnail.image") else {
                panic!("{name}: a thumbnail without an image")
            };
            let array = json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())});
            thumbnail["image"] = json!({ "$array": array });
        }
        assert_eq!(ours, theirs, "{name}");
        compared += 1;
    }
    assert!(compared >= 4, "{compared}");
}

// checklist: E-382, F-065
#[test]
fn bad_files_end_in_the_error_they_should() {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("the manifest");
    for path in files_in(&fixtures().join("bad/lytro")) {
        let name = name_of(&path);
        let row = manifest
            .split("[[file]]")
            .find(|row| row.contains(&format!("path = \"bad/lytro/{name}\"")))
            .unwrap_or_else(|| panic!("{name} has no row"));
        let kinds = row
            .lines()
            .filter(|line| line.starts_with("error =") || line.starts_with("or_error ="));
        let allowed: Vec<&str> = kinds
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .collect();
        let result =
            open(&path).and_then(|reader| reader.read(Index::Default, &LytroReadOptions::new()));
        let error = result.expect_err(&name);
        let kind = format!("{:?}", error.kind());
        assert!(
            allowed.contains(&kind.as_str()),
            "{name}: {error:?}, allowed {allowed:?}"
        );
    }
}
