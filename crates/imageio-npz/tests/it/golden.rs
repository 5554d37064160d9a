//! Every fixture against what NumPy reads of it.

use std::path::Path;

use imageio_core::{ErrorKind, Index, NdImage};
use imageio_npz::NpzReader;
use serde_json::{Value as Json, json};

use crate::support::{fixtures, good, name_of, sha256};

fn expected(path: &Path) -> Json {
    let name = name_of(path);
    let folder = &name[name.len() - 3..];
    let file = fixtures().join(format!("expected/{folder}/{name}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

fn described(image: &NdImage) -> Json {
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())})
}

// checklist: E-305, E-306, E-310, E-312
#[test]
fn arrays_of_every_fixture_are_numpys() {
    for path in good() {
        let name = name_of(&path);
        let expected = expected(&path);
        let frames = expected["frames"].as_array().expect("frames");
        let mut reader = NpzReader::open(&path).expect(&name);
        assert_eq!(reader.n_arrays(), frames.len(), "{name}");
        let names = expected.get("names").cloned().unwrap_or(json!([]));
        assert_eq!(json!(reader.names()), names, "{name}");
        for (position, frame) in frames.iter().enumerate() {
            let known = reader.properties(Index::At(position)).expect(&name);
            let image = reader.read(Index::At(position)).expect(&name);
            assert_eq!(described(&image), *frame, "{name} array {position}");
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
            let mut out = image.cast(image.dtype()).compact();
            out = NdImage::zeros(out.dtype(), out.shape(), &imageio_core::Limits::new())
                .expect("zeros");
            reader
                .read_into(Index::At(position), &mut out)
                .expect(&name);
            assert_eq!(out, image, "{name} array {position} into a buffer");
        }
        assert_eq!(
            described(&reader.read(Index::Default).expect(&name)),
            frames[0],
            "{name}"
        );
        let error = reader.read(Index::At(frames.len())).expect_err(&name);
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{name}: {error}");
    }
}

#[test]
fn bad_fixtures_are_refused_with_the_kind_they_name() {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("a manifest");
    let mut count = 0;
    for block in manifest.split("\n[[file]]\n") {
        let field = |key: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.trim_start_matches(" = ").to_owned())
        };
        let path = field("path").unwrap_or_default().replace('"', "");
        if !path.starts_with("bad/npz/") && !path.starts_with("bad/npy/") {
            continue;
        }
        let read =
            NpzReader::open(fixtures().join(&path)).and_then(|mut it| it.read(Index::Default));
        let error = read.expect_err(&path);
        let kinds = [field("error"), field("or_error")]
            .map(Option::unwrap_or_default)
            .concat();
        assert!(
            kinds.contains(&format!("{:?}", error.kind())),
            "{path}: {error:?}"
        );
        count += 1;
    }
    println!("{count} bad fixtures");
    assert!(count > 25);
}
