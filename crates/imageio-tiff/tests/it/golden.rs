//! Every fixture against what the reference answers for it.

use std::path::Path;

use imageio_core::Index;
use imageio_tiff::{TiffReadOptions, TiffReader};
use serde_json::{Value as Json, json};

use crate::support::{as_json, described, files_in, fixtures, map_as_json, name_of, same};

fn expected(path: &Path) -> Json {
    let name = format!("{}.json", name_of(path));
    let file = fixtures().join("expected/tiff").join(name);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

fn each(mut check: impl FnMut(&str, &mut TiffReader, &Json)) {
    for path in files_in(&fixtures().join("tiff")) {
        let name = name_of(&path);
        let mut reader = TiffReader::open(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        check(&name, &mut reader, &expected(&path));
    }
}

// checklist: E-132, E-136, E-138, E-139, E-142, E-143, E-144, E-145, E-147
#[test]
fn series_are_the_references() {
    each(|name, reader, expected| {
        let options = TiffReadOptions::new();
        let all = expected["series"].as_array().expect("series");
        assert_eq!(reader.n_series().expect(name), all.len(), "{name}");
        for (position, one) in all.iter().enumerate() {
            let index = Index::At(position);
            let image = reader.read(index, &options).expect(name);
            let known = reader.properties(index, &options).expect(name);
            let mut ours = described(&image);
            ours["axes"] = json!(known.axes);
            for key in ["shape", "dtype", "sha256", "axes"] {
                assert_eq!(ours[key], one[key], "{name} series {position} {key}");
            }
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
            assert!(!known.is_batch && known.n_images.is_none(), "{name}");
        }
    });
}

// checklist: E-138
#[test]
fn pages_are_the_references() {
    each(|name, reader, expected| {
        let pages = expected["pages"].as_array().expect("pages");
        assert_eq!(json!(reader.n_pages()), expected["n_pages"], "{name}");
        for (position, page) in pages.iter().enumerate() {
            let options = TiffReadOptions::new().page(position);
            let image = reader.read(Index::All, &options).expect(name);
            assert_eq!(described(&image), *page, "{name} page {position}");
            let known = reader.properties(Index::All, &options).expect(name);
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
        }
        let iterated = reader.iter_pages(Index::All).expect(name);
        let iterated: Vec<Json> = iterated.map(|page| described(&page.expect(name))).collect();
        assert_eq!(iterated, *pages, "{name}");
    });
}

#[test]
fn levels_are_the_references() {
    let mut pyramids = 0;
    each(|name, reader, expected| {
        for (position, one) in expected["series"]
            .as_array()
            .expect("series")
            .iter()
            .enumerate()
        {
            let index = Index::At(position);
            let known = reader
                .properties(index, &TiffReadOptions::new())
                .expect(name);
            let levels = one["levels"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            assert_eq!(
                known.levels.len(),
                if levels.is_empty() {
                    0
                } else {
                    levels.len() + 1
                }
            );
            for (level, expected) in levels.iter().enumerate() {
                pyramids += 1;
                let options = TiffReadOptions::new().level(level + 1);
                let image = reader.read(index, &options).expect(name);
                assert_eq!(described(&image), *expected, "{name} level {level}");
                assert_eq!(known.levels[level + 1], image.shape(), "{name}");
            }
        }
    });
    assert!(pyramids >= 6, "{pyramids} levels");
}

// checklist: E-111, E-116, E-118, F-054
#[test]
fn metadata_has_the_references_keys() {
    each(|name, reader, expected| {
        let options = TiffReadOptions::new();
        let ours = map_as_json(&reader.metadata(Index::Default, true, &options).expect(name));
        for (key, value) in expected["metadata"].as_object().expect("metadata") {
            assert!(
                same(&ours[key], value),
                "{name} {key}: {} is not {value}",
                ours[key]
            );
        }
    });
}

#[test]
fn tags_have_the_references_names_and_values() {
    each(|name, reader, expected| {
        let options = TiffReadOptions::new().tags(true);
        let ours = reader.metadata(Index::Default, true, &options).expect(name);
        for (tag, value) in expected["tags"].as_object().expect("tags") {
            let found = ours.get(tag).unwrap_or_else(|| panic!("{name}: no {tag}"));
            assert!(
                same(&as_json(found), value),
                "{name} {tag}: {found} is not {value}"
            );
        }
    });
}
