//! Real and hostile files, in the folders that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::{Index, Request};
use imageio_swf::{SwfReadOptions, SwfReader};

use crate::regression::use_all;
use crate::support::{files_in, name_of};

/// The folder of the corpus; nothing, with a word about it, where it is not there.
fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("IMAGEIO_CORPUS is not set: no real files are tried");
    }
    corpus
}

#[test]
fn every_real_file_opens_and_its_bitmaps_are_read() {
    let Some(corpus) = corpus() else { return };
    let files = files_in(&corpus.join("swf"));
    let (mut with_images, mut images) = (0, 0);
    for path in &files {
        let name = name_of(path);
        let mut reader = SwfReader::open(path).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut count = 0;
        while let Some(image) = reader
            .read_next(count, &SwfReadOptions::new())
            .unwrap_or_else(|e| panic!("{name}: {e}"))
        {
            let known = reader.properties(Index::At(count), &SwfReadOptions::new());
            assert_eq!(known.expect(&name).shape, image.shape(), "{name}");
            count += 1;
        }
        images += count;
        with_images += usize::from(count > 0);
    }
    println!(
        "{} files, {with_images} of them with {images} bitmaps",
        files.len()
    );
    assert!(files.len() > 30 && with_images > 0);
}

#[test]
fn hostile_files_are_survived() {
    let Some(corpus) = corpus() else { return };
    let files = files_in(&corpus.join("../hostile/swf"));
    let read = files
        .iter()
        .filter(|path| use_all(Request::from(*path)))
        .count();
    println!("{} hostile files, {read} of them read", files.len());
    assert!(files.len() > 10);
}
