//! Raw files, and the text files beside them.

use std::path::Path;

use imageio_core::{ErrorKind, Index, OpenArgs, Options, Request};
use imageio_lytro::{F01_RAW, ILLUM_RAW, LytroFormat, LytroReadOptions, LytroReader};

use crate::support::{found, none, search};

const ABOUT_10: &str =
    r#"{"image": {"width": 8, "height": 2, "pixelPacking": {"bitsPerPixel": 10}}, "name": "ä"}"#;
const ABOUT_12: &str =
    r#"{"image": {"width": 4, "height": 2, "rawDetails": {"pixelPacking": {"bitsPerPixel": 12}}}}"#;

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// A file of zeros of that length, which takes no room.
fn sparse(folder: &Path, name: &str, len: u64) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::File::create(&path)
        .and_then(|file| file.set_len(len))
        .expect("a file");
    path
}

// checklist: E-388, E-393, F-203, F-204
#[test]
fn the_length_tells_the_camera() {
    let folder = tempfile::tempdir().expect("a folder");
    let illum = sparse(folder.path(), "a.raw", 51_854_880);
    let f01 = sparse(folder.path(), "b.RAW", 16_137_600);
    let other = sparse(folder.path(), "c.raw", 16_137_599);
    let unnamed = sparse(folder.path(), "d.bin", 16_137_600);
    assert_eq!(found(illum.as_path()), Ok("LYTRO-ILLUM-RAW"));
    assert_eq!(found(f01.as_path()), Ok("LYTRO-F01-RAW"));
    assert!(found(other.as_path()).is_err() && found(unnamed.as_path()).is_err());
    let named = |path: &Path, card| {
        let opened = search(path, OpenArgs::new().plugin(card));
        opened
            .map(|it| it.plugin().name())
            .map_err(|error| error.kind())
    };
    assert_eq!(named(&f01, &F01_RAW), Ok("LYTRO-F01-RAW"));
    assert_eq!(named(&f01, &ILLUM_RAW), Err(ErrorKind::NotThisFormat));
    assert_eq!(named(&illum, &F01_RAW), Err(ErrorKind::NotThisFormat));
    assert_eq!(named(&unnamed, &F01_RAW), Err(ErrorKind::NotThisFormat));
    for card in [&ILLUM_RAW, &F01_RAW] {
        assert_eq!((card.readable(), card.v2_modes()), (&[".raw"][..], "i"));
    }
}

// checklist: E-392, F-208, F-209
#[test]
fn metadata_lie_beside_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for (len, name) in [(51_854_880, "illum.raw"), (16_137_600, "f01.raw")] {
        let path = sparse(folder.path(), name, len);
        let request = Request::from(&path);
        let mut opened = search(&request, OpenArgs::new()).expect("a file");
        assert!(opened.metadata(0, true, &none()).expect("none").is_empty());
        assert!(
            request
                .warnings()
                .iter()
                .any(|text| text.contains("no metadata file")),
            "{:?}",
            request.warnings()
        );
        assert_eq!(
            opened
                .metadata(1, true, &none())
                .expect_err("one image")
                .kind(),
            ErrorKind::OutOfRange
        );
        let stem = name.trim_end_matches(".raw");
        // The later in this order counts.
        for ending in ["txt", "TXT", "json", "JSON"] {
            put(
                folder.path(),
                &format!("{stem}.{ending}"),
                format!("{{\"from\": {ending:?}, \"deep\": {{\"n\": [1, 2.5]}}}}"),
            );
            let metadata = opened.metadata(0, true, &none()).expect("metadata");
            assert_eq!(
                metadata.to_string(),
                format!("{{from: {ending}, deep: {{n: [1, 2.5]}}}}")
            );
        }
        put(folder.path(), &format!("{stem}.JSON"), "no JSON");
        let error = opened.metadata(0, true, &none()).expect_err("no JSON");
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let only = Options::new().set("meta_only", true);
        assert_eq!(opened.read(0, &only).expect("nothing").shape(), [0]);
        assert_eq!(
            opened.read(1, &only).expect_err("one image").kind(),
            ErrorKind::OutOfRange
        );
        assert_eq!(
            opened.read(1, &none()).expect_err("one image").kind(),
            ErrorKind::OutOfRange
        );
        let thumbnail = Options::new().set("include_thumbnail", true);
        assert_eq!(
            opened
                .read(0, &thumbnail)
                .expect_err("no thumbnails")
                .kind(),
            ErrorKind::BadOption
        );
    }
}

#[test]
fn a_file_of_another_sensor_is_described_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let ten = put(folder.path(), "ten.raw", [1, 2, 3, 4, 0xe4].repeat(4));
    assert!(found(ten.as_path()).is_err());
    put(folder.path(), "ten.txt", ABOUT_10);
    assert_eq!(found(ten.as_path()), Ok("LYTRO-ILLUM-RAW"));
    let reader = LytroReader::open(&ten, LytroFormat::IllumRaw).expect("a file");
    let counts = reader
        .read(Index::Default, &LytroReadOptions::new().counts(true))
        .expect("an image");
    assert_eq!(counts.shape(), [2, 8]);
    assert_eq!(
        counts.into_vec::<u16>().expect("counts"),
        [4, 9, 14, 19].repeat(4)
    );
    let twelve = put(folder.path(), "twelve.raw", [0x12, 0x34, 0x56].repeat(4));
    put(folder.path(), "twelve.json", ABOUT_12);
    assert_eq!(found(twelve.as_path()), Ok("LYTRO-F01-RAW"));
}
