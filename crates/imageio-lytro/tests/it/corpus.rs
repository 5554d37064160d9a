//! Real and hostile files, in the folders that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::{ErrorKind, Index, Request};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};

use crate::regression::use_all;
use crate::support::{files_in, json};

/// The folder of the corpus; nothing, with a word about it, where it is not there.
fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("IMAGEIO_CORPUS is not set: no real files are tried");
    }
    corpus
}

// The pixels of the real file were cut off; its metadata are whole.
#[test]
fn a_real_file_tells_its_metadata() {
    let Some(corpus) = corpus() else { return };
    let files = files_in(&corpus.join("lytro"));
    assert_eq!(files.len(), 1);
    let request = Request::from(&files[0]);
    let reader = LytroReader::open(&request, LytroFormat::Lfp).expect("a real file");
    let options = LytroReadOptions::new();
    let found = json(&reader.metadata(Index::Default, &options).expect("metadata"));
    assert_eq!(found["metadata"]["image"]["width"], 3280);
    assert_eq!(
        found["metadata"]["image"]["color"]["gamma"],
        0.416_660_010_814_666_75
    );
    assert_eq!(
        found["metadata"]["image"]["rawDetails"]["mosaic"]["upperLeftPixel"],
        "b"
    );
    let private = &found["privateMetadata"];
    assert_eq!(private["camera"]["serialNumber"], "A202110453");
    assert!(request.warnings().is_empty(), "{:?}", request.warnings());
    let error = reader
        .read(Index::Default, &options)
        .expect_err("no pixels");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn hostile_files_are_survived() {
    let Some(corpus) = corpus() else { return };
    let files = files_in(&corpus.join("../hostile/lytro"));
    let used = files.iter().flat_map(|path| {
        [LytroFormat::Lfp, LytroFormat::Lfr].map(|format| use_all(Request::from(path), format))
    });
    println!(
        "{} hostile files, {} uses that worked",
        files.len(),
        used.filter(|all| *all).count()
    );
}
