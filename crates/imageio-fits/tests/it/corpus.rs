//! Real and hostile files, in the folder that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::{Index, Limits, Request};
use imageio_fits::{FitsReadOptions, FitsReader};

use crate::support::{files_in, fixtures, name_of};

/// Files of the folder beside the corpus, or inside it; nothing, with a word about it, where there is none.
fn files(folder: &str) -> Option<Vec<PathBuf>> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: {folder} is not tried");
        return None;
    };
    Some(files_in(&PathBuf::from(corpus).join(folder)))
}

// checklist: E-168, F-163
#[test]
fn real_files_hold_the_images_that_they_are_known_for() {
    let Some(files) = files("fits") else {
        return;
    };
    let options = FitsReadOptions::new();
    let mut images = 0;
    for path in &files {
        let name = name_of(path);
        let mut reader = FitsReader::open(path, &options).expect(&name);
        let count = reader.n_images(&options).expect(&name);
        for position in 0..count {
            reader.read(Index::At(position), &options).expect(&name);
            images += 1;
        }
        let known = match name.as_str() {
            "simple.fits" => Some((1, vec![256, 256])),
            "multi.fits" => Some((3, vec![288, 132])),
            "m13_rice.fits" => Some((1, vec![300, 300])),
            _ => None,
        };
        if let Some((units, shape)) = known {
            let properties = reader.properties(Index::At(0), &options).expect(&name);
            assert_eq!((count, properties.shape), (units, shape), "{name}");
        }
    }
    println!("{} files, {images} images", files.len());
    assert!(files.len() > 50 && images > 50);
}

/// Reads all that can be read, inside a budget; gives whether something could.
fn survive(bytes: Vec<u8>) -> bool {
    let options = FitsReadOptions::new().checksum(imageio_fits::Checksum::Verify);
    let request = Request::from(bytes).with_limits(Limits::new().bytes(64 << 20));
    let Ok(mut reader) = FitsReader::open(request, &options) else {
        return false;
    };
    let mut read = false;
    for position in 0..reader.n_images(&options).unwrap_or(1).min(8) {
        read |= reader.read(Index::At(position), &options).is_ok();
        let _ = reader.metadata(Index::At(position), true, &options);
    }
    let _ = reader.metadata(Index::All, true, &options);
    read
}

#[test]
fn hostile_files_are_refused_or_read() {
    let Some(files) = files("../hostile/fits") else {
        return;
    };
    let read = files
        .iter()
        .filter(|path| survive(std::fs::read(path).expect("a file")))
        .count();
    println!(
        "{} hostile files, {read} of them give an image",
        files.len()
    );
}

#[test]
fn damaged_fixtures_are_refused_or_read() {
    let (mut tried, mut read) = (0, 0);
    for path in files_in(&fixtures().join("fits")) {
        let whole = std::fs::read(&path).expect("a fixture");
        let step = (whole.len() / 23).max(1);
        let cuts = (0..whole.len())
            .step_by(step)
            .map(|len| whole[..len].to_vec());
        let flips = (0..60usize).map(|n| {
            let mut bytes = whole.clone();
            let at = (n * 7919 + n * n * 31) % bytes.len();
            bytes[at] ^= 1 << (n % 8);
            bytes
        });
        for bytes in cuts.chain(flips) {
            tried += 1;
            read += usize::from(survive(bytes));
        }
    }
    println!("{tried} damaged files, {read} of them give an image");
    assert!(tried > 2000);
}

#[test]
fn damaged_tiles_are_refused_or_read() {
    let mut tried = 0;
    for name in ["tiled.fits.fz", "plio_unsigned.fits.fz"] {
        let whole = crate::support::fixture(name);
        for at in (5760..whole.len()).step_by(3) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            survive(bytes);
            tried += 1;
        }
    }
    println!("{tried} files with damaged tiles");
}
