//! Real files, in the folder that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_bsdf::BsdfReadOptions;
use imageio_core::{DType, Index};

use crate::hostile::read_all;
use crate::support::{files_in, name_of, reader};

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("IMAGEIO_CORPUS is not set: the corpus is not tried");
    }
    corpus
}

fn real(name: &str) -> Option<PathBuf> {
    let files = files_in(&corpus()?.join("bsdf"));
    let found = files.into_iter().find(|path| name_of(path) == name);
    Some(found.unwrap_or_else(|| panic!("{name} is not in the corpus")))
}

#[test]
fn the_standard_images_are_read() {
    let options = BsdfReadOptions::new();
    if let Some(path) = real("chelsea.bsdf") {
        let image = reader(path)
            .read(Index::Default, &options)
            .expect("chelsea");
        assert_eq!(
            (image.shape(), image.dtype()),
            (&[300, 451, 3][..], DType::U8)
        );
    }
    if let Some(path) = real("newtonscradle.bsdf") {
        let mut all = reader(&path);
        let known = all.properties(Index::All, &options).expect("properties");
        assert_eq!(
            (known.shape.as_slice(), known.dtype),
            (&[36, 150, 200, 4][..], DType::U8)
        );
        let streaming = BsdfReadOptions::new().random_access(false);
        let mut forward = reader(&path);
        for position in [0, 10] {
            let image = forward
                .read(Index::At(position), &streaming)
                .expect("an image");
            assert_eq!(
                image,
                all.read(Index::At(position), &options).expect("an image")
            );
        }
        let error = forward
            .read(Index::At(9), &streaming)
            .expect_err("a way back");
        assert!(error.message().contains("rewinding"), "{error}");
    }
}

#[test]
fn hostile_files_are_survived() {
    let Some(corpus) = corpus() else {
        return;
    };
    let files = files_in(&corpus.join("../hostile/bsdf"));
    let read = |path: &PathBuf| read_all(&std::fs::read(path).expect("a file"));
    let read: usize = files.iter().map(read).sum();
    println!(
        "{} hostile files, {read} images read from them",
        files.len()
    );
}
