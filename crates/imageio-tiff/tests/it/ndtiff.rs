//! NDTiff: the series is what the index beside the files says.

use std::path::Path;

use imageio_core::{Index, NdImage};
use imageio_tiff::{TiffReadOptions, TiffReader};
use tempfile::TempDir;

use crate::support::{LONG, SHORT, file};

const WIDTH: usize = 4;
const HEIGHT: usize = 3;
const LEN: usize = WIDTH * HEIGHT;

/// Pixels of image `number`.
fn pixels(number: u8) -> Vec<u8> {
    (0..LEN as u8).map(|pixel| pixel + 20 * number).collect()
}

/// A file of version 3 with these images, only the first of which has a page; gives where the others are.
fn write(path: &Path, images: &[u8]) -> Vec<u32> {
    let summary = br#"{"Axes": "any"}"#;
    let tag = b"{\"Frame\": 1}\0";
    // The first 8 bytes are those of the header that `file` writes.
    let mut data: Vec<u8> = [483_729u32, 3, 3, 2_355_492, summary.len() as u32]
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    data.extend(summary);
    let tag_at = 8 + data.len() as u32;
    data.extend(tag);
    let mut places = Vec::new();
    for &image in images {
        places.push(8 + data.len() as u32);
        data.extend(pixels(image));
    }
    let tags = [
        (256, SHORT, 1, WIDTH as u32),
        (257, SHORT, 1, HEIGHT as u32),
        (258, SHORT, 1, 8),
        (259, SHORT, 1, 1),
        (262, SHORT, 1, 1),
        (273, LONG, 1, places[0]),
        (277, SHORT, 1, 1),
        (278, SHORT, 1, HEIGHT as u32),
        (279, LONG, 1, LEN as u32),
        (51123, 2, tag.len() as u32, tag_at),
    ];
    std::fs::write(path, file(&data, &tags)).expect("a file");
    places
}

/// An entry of the index.
fn entry(axes: &str, file: &str, at: u32, (width, pixel_type): (u32, u32)) -> Vec<u8> {
    let mut entry = Vec::new();
    for text in [axes, file] {
        entry.extend((text.len() as u32).to_le_bytes());
        entry.extend(text.as_bytes());
    }
    for number in [at, width, HEIGHT as u32, pixel_type, 0, 0, 0, 0] {
        entry.extend(number.to_le_bytes());
    }
    entry
}

const PLAIN: (u32, u32) = (WIDTH as u32, 0);

/// Three channels by name, two times from -1 on, over two files; an image is missing.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let first = write(&folder.path().join("a_NDTiffStack.tif"), &[0, 1, 2]);
    let second = write(&folder.path().join("a_NDTiffStack_1.tif"), &[3, 4]);
    let places = [
        ("red", -1, "a_NDTiffStack.tif", first[0]),
        ("blue", -1, "a_NDTiffStack.tif", first[1]),
        ("far", -1, "a_NDTiffStack.tif", first[2]),
        ("red", 0, "a_NDTiffStack_1.tif", second[0]),
        ("far", 0, "a_NDTiffStack_1.tif", second[1]),
    ];
    let index = places.iter().flat_map(|(channel, time, file, at)| {
        let axes = format!(r#"{{"channel": "{channel}", "z": 5, "time": {time}}}"#);
        entry(&axes, file, *at, PLAIN)
    });
    let index: Vec<u8> = index.collect();
    std::fs::write(folder.path().join("NDTiff.index"), index).expect("an index");
    folder
}

fn read(folder: &TempDir, options: &TiffReadOptions) -> (NdImage, String, Vec<String>) {
    let path = folder.path().join("a_NDTiffStack.tif");
    let request = imageio_core::Request::from(path.as_path());
    let mut reader = TiffReader::open_with(request.clone(), options).expect("a file");
    let image = reader.read(Index::Default, options).expect("an image");
    let known = reader
        .properties(Index::Default, options)
        .expect("properties");
    assert_eq!(known.shape.as_slice(), image.shape());
    (image, known.axes.unwrap_or_default(), request.warnings())
}

fn joined(images: &[Option<u8>]) -> Vec<u8> {
    let of = |image: &Option<u8>| image.map_or(vec![0; LEN], pixels);
    images.iter().flat_map(of).collect()
}

#[test]
fn the_index_tells_axes_and_places() {
    let folder = folder();
    let (image, axes, _) = read(&folder, &TiffReadOptions::new());
    // Times change least often, so they come first.
    assert_eq!(
        (axes.as_str(), image.shape()),
        ("TCYX", &[2, 3, HEIGHT, WIDTH][..])
    );
    let expected = joined(&[Some(0), Some(1), Some(2), Some(3), None, Some(4)]);
    assert_eq!(image.as_slice::<u8>().expect("bytes"), expected);
}

#[test]
fn a_file_that_is_missing_or_not_wanted_leaves_zeros() {
    let folder = folder();
    let first = joined(&[Some(0), Some(1), Some(2), None, None, None]);
    let (image, ..) = read(&folder, &TiffReadOptions::new().multifile(false));
    assert_eq!(image.as_slice::<u8>().expect("bytes"), first);
    std::fs::remove_file(folder.path().join("a_NDTiffStack_1.tif")).expect("removed");
    let (image, _, warnings) = read(&folder, &TiffReadOptions::new());
    assert_eq!(image.as_slice::<u8>().expect("bytes"), first);
    assert!(
        warnings.iter().any(|w| w.contains("a_NDTiffStack_1.tif")),
        "{warnings:?}"
    );
}

#[test]
fn without_an_index_that_fits_pages_are_what_counts() {
    let folder = folder();
    let index = folder.path().join("NDTiff.index");
    let axes = r#"{"time": 0}"#;
    let wrong = [
        entry(axes, "a_NDTiffStack.tif", 8, (9, 0)),
        entry(axes, "a_NDTiffStack.tif", 8, (WIDTH as u32, 1)),
        b"\xff\xff\xff\xff{".to_vec(),
    ];
    for bytes in wrong {
        std::fs::write(&index, bytes).expect("an index");
        let (image, axes, _) = read(&folder, &TiffReadOptions::new());
        assert_eq!((axes.as_str(), image.shape()), ("YX", &[HEIGHT, WIDTH][..]));
    }
    std::fs::remove_file(&index).expect("removed");
    let (image, ..) = read(&folder, &TiffReadOptions::new());
    assert_eq!(image.as_slice::<u8>().expect("bytes"), pixels(0));
}

#[test]
fn broken_indexes_are_survived() {
    let folder = folder();
    let path = folder.path().join("NDTiff.index");
    let index = std::fs::read(&path).expect("an index");
    let (mut series, mut pages) = (0, 0);
    for place in 0..index.len() {
        let mut changed = index.clone();
        changed[place] ^= 0x55;
        std::fs::write(&path, changed).expect("an index");
        let mut reader = TiffReader::open(folder.path().join("a_NDTiffStack.tif")).expect("a file");
        match reader.read(Index::Default, &TiffReadOptions::new()) {
            Ok(image) if image.ndim() > 2 => series += 1,
            Ok(_) => pages += 1,
            Err(error) => panic!("byte {place}: {error}"),
        }
    }
    println!("{series} changed indexes give a series, {pages} pages alone");
    assert!(series > 0 && pages > 0, "{series} series, {pages} pages");
}
