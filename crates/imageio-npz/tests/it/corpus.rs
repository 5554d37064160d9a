//! Real files, in the folder that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::Index;
use imageio_npz::NpzReader;

use crate::hostile::read_all;
use crate::support::files_in;

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("IMAGEIO_CORPUS is not set: the corpus is not tried");
    }
    corpus
}

#[test]
fn every_file_of_the_corpus_is_read() {
    let Some(corpus) = corpus() else {
        return;
    };
    let mut count = 0;
    for path in files_in(&corpus.join("npz")) {
        let mut reader = NpzReader::open(&path).expect("a real file");
        for position in 0..reader.n_arrays() {
            let image = reader.read(Index::At(position)).expect("an array");
            let known = reader.properties(Index::At(position)).expect("properties");
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype())
            );
            count += 1;
        }
    }
    println!("{count} arrays");
    assert!(count > 2);
}

#[test]
fn hostile_files_are_survived() {
    let Some(corpus) = corpus() else {
        return;
    };
    let files = files_in(&corpus.join("../hostile/npz"));
    let read: usize = files
        .iter()
        .map(|path| read_all(std::fs::read(path).expect("a file")))
        .sum();
    println!(
        "{} hostile files, {read} arrays read from them",
        files.len()
    );
}
