//! Real files, in the folder that `IMAGEIO_CORPUS` names.

use std::path::PathBuf;

use imageio_core::{ErrorKind, ImageMode, Index, Limits, Mode, Request, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{files_in, name_of};

/// The files of a folder of the corpus; nothing, with a word about it, where the corpus is not there.
fn corpus(folder: &str) -> Option<Vec<PathBuf>> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: {folder} is not tried");
        return None;
    };
    Some(files_in(&PathBuf::from(corpus).join(folder)))
}

#[test]
fn real_files_are_read_or_refused_by_name() {
    let Some(files) = corpus("tiff") else { return };
    let (mut read, mut refused) = (0, 0);
    for path in &files {
        let name = name_of(path);
        let request = Request::from(path.as_path()).with_limits(Limits::new().bytes(1 << 28));
        let options = TiffReadOptions::new();
        let outcome = TiffReader::open(request).and_then(|mut reader| {
            let known = reader.properties(Index::Default, &options)?;
            reader.metadata(Index::All, true, &options)?;
            reader.metadata(Index::Default, true, &TiffReadOptions::new().tags(true))?;
            let image = reader.read(Index::Default, &options)?;
            assert_eq!(
                (known.shape.as_slice(), known.dtype),
                (image.shape(), image.dtype()),
                "{name}"
            );
            Ok(())
        });
        match outcome {
            Ok(()) => read += 1,
            Err(error) => {
                assert!(!error.message().is_empty(), "{name}");
                refused += 1;
            }
        }
    }
    println!("{} real files: {read} read, {refused} refused", files.len());
    assert!(
        read * 100 >= files.len() * 95,
        "{read} of {} are read",
        files.len()
    );
}

// checklist: E-110
#[test]
fn the_files_of_the_originals_tests_have_its_shapes() {
    let Some(files) = corpus("tiff") else { return };
    let find = |name: &str| files.iter().find(|path| name_of(path) == name);
    for (name, page, volume) in [
        ("multipage.tif", &[15, 10][..], &[2, 15, 10][..]),
        ("multipage_rgb.tif", &[3, 10, 10], &[2, 3, 10, 10]),
    ] {
        let Some(path) = find(name) else {
            panic!("{name} is not in the corpus");
        };
        let shape = |mode: ImageMode| {
            let request = Request::from(path.as_path()).mode(Mode::READ.images(mode));
            let mut reader = TiffReader::open(request).expect(name);
            reader
                .read(Index::At(0), &TiffReadOptions::new())
                .expect(name)
                .shape()
                .to_vec()
        };
        assert_eq!(shape(ImageMode::SingleImage), page, "{name}");
        assert_eq!(shape(ImageMode::SingleVolume), volume, "{name}");
    }
}

// checklist: E-140
#[test]
fn stacks_and_scans_of_microscopes_are_read() {
    for (folder, name, page, series) in [
        ("stk", "movie.stk", &[20, 20][..], &[2, 20, 20][..]),
        ("lsm", "sitk_u8_2d.lsm", &[72, 96], &[72, 96]),
        ("lsm", "sitk_rgb_2d.lsm", &[72, 96, 3], &[72, 96, 3]),
    ] {
        let Some(files) = corpus(folder) else { return };
        let path = files.iter().find(|path| name_of(path) == name);
        let path = path.unwrap_or_else(|| panic!("{name} is not in the corpus"));
        let mut reader = TiffReader::open(path.as_path()).expect(name);
        let options = TiffReadOptions::new();
        let all = reader.read(Index::At(0), &options).expect(name);
        let first = reader
            .read(Index::All, &TiffReadOptions::new().page(0))
            .expect(name);
        assert_eq!((first.shape(), all.shape()), (page, series), "{name}");
    }
}

#[test]
fn hostile_files_do_no_harm() {
    let Some(files) = corpus("../hostile/tiff") else {
        return;
    };
    let (mut read, mut refused, mut over) = (0, 0, 0);
    for path in &files {
        let request = Request::from(path.as_path()).with_limits(Limits::new().bytes(1 << 26));
        let options = TiffReadOptions::new();
        let outcome = TiffReader::open(request).and_then(|mut reader| {
            let _ = reader.metadata(Index::Default, true, &TiffReadOptions::new().tags(true));
            let _ = reader.read_window(Index::Default, &Window::new([0..1]), &options);
            reader.read(Index::Default, &options)
        });
        match outcome.map_err(|error| error.kind()) {
            Ok(_) => read += 1,
            Err(ErrorKind::LimitExceeded) => over += 1,
            Err(_) => refused += 1,
        }
    }
    println!(
        "{} hostile files: {read} read, {refused} refused, {over} over the budget",
        files.len()
    );
}
