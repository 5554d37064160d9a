//! Every fixture against what the reference answers for it.

use imageio_core::{ErrorKind, Index};
use imageio_fits::{FitsReadOptions, FitsReader};
use serde_json::Value as Json;

use crate::support::{described, files_in, fixtures, name_of, open};

fn expected(name: &str) -> Json {
    let file = fixtures()
        .join("expected/fits")
        .join(format!("{name}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).expect("valid JSON")
}

// checklist: E-163, E-166, E-168, E-170, F-061, F-163, F-164
#[test]
fn pixels_of_every_fixture_are_the_references() {
    let options = FitsReadOptions::new();
    let mut images = 0;
    for path in files_in(&fixtures().join("fits")) {
        let name = name_of(&path);
        if name == "missing_end.fits" {
            continue;
        }
        let expected = expected(&name);
        let frames = expected["frames"].as_array().expect("frames");
        let mut reader = FitsReader::open(&path, &options).expect(&name);
        for (position, frame) in frames.iter().enumerate() {
            let index = Index::At(position);
            let image = reader.read(index, &options).expect(&name);
            let known = reader.properties(index, &options).expect(&name);
            assert_eq!(
                described(&image)["shape"],
                frame["shape"],
                "{name} {position}"
            );
            assert_eq!(
                described(&image)["dtype"],
                frame["dtype"],
                "{name} {position}"
            );
            if !has_nan(&image) {
                assert_eq!(described(&image), *frame, "{name} {position}");
            }
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype()),
                "{name}"
            );
            images += 1;
        }
        assert_eq!(reader.n_images(&options).ok(), Some(frames.len()), "{name}");
        let error = reader
            .read(Index::At(frames.len()), &options)
            .expect_err(&name);
        assert_eq!(error.kind(), ErrorKind::OutOfRange, "{name}: {error}");
    }
    println!("{images} images");
    assert!(images > 150);
}

/// NaN has many bit patterns; the parity run compares such images by value.
fn has_nan(image: &imageio_core::NdImage) -> bool {
    let nan32 = image
        .as_slice::<f32>()
        .is_ok_and(|v| v.iter().any(|x| x.is_nan()));
    nan32
        || image
            .as_slice::<f64>()
            .is_ok_and(|v| v.iter().any(|x| x.is_nan()))
}

// checklist: E-167
#[test]
fn cards_have_the_values_that_the_reference_reads() {
    let options = FitsReadOptions::new();
    let mut cards = 0;
    for path in files_in(&fixtures().join("fits")) {
        let name = name_of(&path);
        let expected = expected(&name);
        let Some(headers) = expected["headers"].as_array().filter(|h| !h.is_empty()) else {
            continue;
        };
        let mut reader = FitsReader::open(&path, &options).expect(&name);
        for (position, header) in headers.iter().enumerate() {
            let ours = reader
                .metadata(Index::At(position), false, &options)
                .expect(&name);
            let ours: Json = serde_json::from_str(&ours.to_json()).expect("valid JSON");
            for (key, value) in header.as_object().expect("a map") {
                // astropy leaves out, or changes, what it has applied; of two equal keywords it lists the last.
                if !["BITPIX", "BSCALE", "BZERO", "BLANK", "TWICE", "EXTNAME"]
                    .contains(&key.as_str())
                {
                    assert_eq!(ours.get(key), Some(value), "{name} {position} {key}");
                    cards += 1;
                }
            }
        }
    }
    assert!(cards > 200, "{cards}");
}

#[test]
fn a_header_keeps_order_comments_and_long_texts() {
    let options = FitsReadOptions::new();
    let mut reader = open("cards.fits");
    let metadata = reader
        .metadata(Index::At(0), true, &options)
        .expect("metadata");
    let keys: Vec<&str> = metadata.keys().take(6).collect();
    assert_eq!(
        keys,
        ["SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "INSTRUME"]
    );
    let ours: Json = serde_json::from_str(&metadata.to_json()).expect("valid JSON");
    assert_eq!(ours["comments"]["EXPTIME"], "[s] exposure time");
    assert_eq!(ours["comments"]["LONGTEXT"], "of three parts");
    let long = "a text that is longer than a line of a header can hold, so it goes on in the next one, and '' are two quotes.";
    assert_eq!(ours["LONGTEXT"], long);
    assert_eq!(
        ours["HISTORY"],
        serde_json::json!(["first step", "second step = 2"])
    );
    assert_eq!(ours["ESO DET OUT GAIN"], 1.75);
    assert_eq!(ours["GAIN"], serde_json::json!([1.5, -2.5]));
    assert_eq!(ours["NOTHING"], Json::Null);
    assert_eq!(ours["TWICE"], 1);
}

#[test]
fn every_broken_fixture_ends_in_its_error() {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("the manifest");
    let mut tried = 0;
    for block in manifest
        .split("[[file]]")
        .filter(|block| block.contains("\"bad/fits/"))
    {
        let field = |name: &str| {
            let line = block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
            line.map(|value| value.trim().trim_matches('"').to_owned())
        };
        let (path, kind) = (
            field("path").expect("a path"),
            field("error").expect("a kind"),
        );
        let also = field("or_error").unwrap_or_default();
        let options = FitsReadOptions::new();
        let read = FitsReader::open(fixtures().join(&path), &options)
            .and_then(|mut reader| reader.read(Index::Default, &options));
        let error = read.expect_err(&path);
        let found = format!("{:?}", error.kind());
        assert!(
            found == kind || also.contains(&found),
            "{path}: {error:?}, expected {kind}"
        );
        tried += 1;
    }
    assert!(tried > 8, "{tried}");
}
