//! Every fixture against what the reference reads of it.

use imageio_bsdf::{BsdfReadOptions, BsdfReader};
use imageio_core::{ErrorKind, Index, Limits, NdImage};
use serde_json::{Value as Json, json};

use crate::support::{fixtures, good, name_of, sha256};

fn described(image: &NdImage) -> Json {
    json!({"shape": image.shape(), "dtype": image.dtype().name(), "sha256": sha256(&image.as_bytes())})
}

// checklist: E-314, E-315, E-316, E-317, E-318, E-322, E-324, E-325, E-327, E-328, E-333, E-336, F-080
#[test]
fn images_and_metadata_of_every_fixture_are_the_references() {
    let options = BsdfReadOptions::new();
    for path in good() {
        let name = name_of(&path);
        let file = fixtures().join(format!("expected/bsdf/{name}.json"));
        let text = std::fs::read_to_string(file).expect(&name);
        let expected: Json = serde_json::from_str(&text).expect(&name);
        let frames = expected["frames"].as_array().expect("frames");
        let mut reader = BsdfReader::open(&path).expect(&name);
        for (position, frame) in frames.iter().enumerate() {
            let index = Index::At(position);
            let image = reader.read(index, &options).expect(&name);
            assert_eq!(described(&image), *frame, "{name} image {position}");
            let known = reader.properties(index, &options).expect(&name);
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
            let metadata = reader.metadata(index, &options).expect(&name).to_json();
            let metadata: Json = serde_json::from_str(&metadata).expect("valid JSON");
            assert_eq!(
                metadata, expected["metadata"][position],
                "{name} image {position}"
            );
            let mut out =
                NdImage::zeros(image.dtype(), image.shape(), &Limits::new()).expect("zeros");
            reader.read_into(index, &mut out, &options).expect(&name);
            assert_eq!(out, image, "{name} image {position} into a buffer");
        }
        let first = reader.read(Index::Default, &options).expect(&name);
        assert_eq!(described(&first), frames[0], "{name}");
        assert!(
            reader
                .metadata(Index::All, &options)
                .expect(&name)
                .is_empty()
        );
        let error = reader
            .read(Index::At(frames.len()), &options)
            .expect_err(&name);
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{name}: {error}");
    }
}

// checklist: E-334
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
        if !path.starts_with("bad/bsdf/") {
            continue;
        }
        let options = BsdfReadOptions::new();
        let read = BsdfReader::open(fixtures().join(&path))
            .and_then(|mut reader| reader.read(Index::Default, &options));
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
    assert!(count > 30);
}
