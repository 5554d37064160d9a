//! Broken, cut and damaged files: an error or an image, never a panic.

use std::path::Path;

use imageio_core::{ErrorKind, Index, Limits, Request, Window};
use imageio_spe::{SpeReadOptions, SpeReader};

use crate::support::{files_in, fixtures, name_of, named};

/// Uses everything that a file offers; gives whether all of it worked.
fn use_all(request: Request) -> bool {
    let Ok(mut reader) = SpeReader::open(request.with_limits(Limits::new().bytes(64 << 20))) else {
        return false;
    };
    let options = SpeReadOptions::new();
    let unchecked = SpeReadOptions::new().check_filesize(false).roi(1);
    let known = reader.properties(Index::All, &options);
    let read = reader.read(Index::All, &options);
    if let (Ok(known), Ok(image)) = (&known, &read) {
        assert_eq!(
            (known.shape.as_slice(), known.dtype),
            (image.shape(), image.dtype())
        );
    }
    let frame = reader.read(Index::At(0), &options);
    let part = reader.read_window(Index::At(0), &Window::new([0..1, 0..1]), &options);
    let metadata = reader.metadata(Index::At(0), &options);
    _ = reader.metadata(Index::All, &unchecked);
    for index in [Index::At(0), Index::At(1000), Index::All] {
        _ = reader.read(index, &unchecked);
    }
    known.is_ok() && read.is_ok() && frame.is_ok() && part.is_ok() && metadata.is_ok()
}

/// The kinds of error that the manifest allows for a bad file.
fn allowed(name: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(fixtures().join("manifest.toml")).expect("the manifest");
    let row = manifest
        .split("[[file]]")
        .find(|row| row.contains(&format!("path = \"bad/spe/{name}\"")))
        .unwrap_or_else(|| panic!("{name} has no row"));
    let kinds = row
        .lines()
        .filter(|line| line.starts_with("error =") || line.starts_with("or_error ="));
    kinds
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

// checklist: E-227, E-230
#[test]
fn bad_files_end_in_the_error_they_should() {
    for path in files_in(&fixtures().join("bad/spe")) {
        let name = name_of(&path);
        let result = SpeReader::open(&path)
            .and_then(|mut reader| reader.read(Index::All, &SpeReadOptions::new()));
        let error = result.expect_err(&name);
        let (kind, allowed) = (format!("{:?}", error.kind()), allowed(&name));
        assert!(
            allowed.contains(&kind),
            "{name}: {kind} {error}, {allowed:?}"
        );
    }
}

// checklist: E-227
#[test]
fn files_of_other_formats_are_declined() {
    let mut others = 0;
    for folder in ["bmp", "gif", "jpeg", "png", "pnm"] {
        for entry in std::fs::read_dir(fixtures().join(folder)).expect(folder) {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a fixture");
            for request in [Request::from(&path), named(bytes)] {
                let error = SpeReader::open(request).expect_err("another format");
                assert_eq!(
                    error.kind(),
                    ErrorKind::NotThisFormat,
                    "{}: {error}",
                    path.display()
                );
            }
            others += 1;
        }
    }
    assert!(others > 20, "{others} files of other formats");
}

#[test]
fn cut_fixtures_do_no_harm() {
    let (mut tried, mut whole) = (0, 0);
    for path in files_in(&fixtures().join("spe")) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let lengths = [0, 1, 107, 2000, 4095, 4096, 4099]
            .into_iter()
            .chain((4100..bytes.len()).step_by(7));
        for len in lengths {
            whole += usize::from(use_all(named(&bytes[..len.min(bytes.len())])));
            tried += 1;
        }
        assert!(use_all(named(bytes)), "{}", path.display());
    }
    assert!(
        tried > 1000 && whole > 0,
        "{tried} files tried, {whole} read"
    );
}

#[test]
fn flipped_bits_do_no_harm() {
    let (mut tried, mut whole) = (0, 0);
    for path in files_in(&fixtures().join("spe")) {
        let bytes = std::fs::read(&path).expect("a fixture");
        // The fields that decide on sizes, then all over the file.
        let deciding = [
            42, 43, 108, 109, 656, 657, 678, 679, 685, 1446, 1449, 1510, 1992, 1995,
        ];
        let all_over = (0..bytes.len()).step_by(61);
        for (n, at) in deciding.into_iter().chain(all_over).enumerate() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (n % 8);
            // With its name, or as bytes that the header alone must speak for.
            let request = if n % 4 == 0 {
                Request::from(damaged)
            } else {
                named(damaged)
            };
            whole += usize::from(use_all(request));
            tried += 1;
        }
    }
    assert!(
        tried > 3000 && whole > tried / 2,
        "{tried} files tried, {whole} read"
    );
}

/// The corpus of broken files beside the one that `IMAGEIO_CORPUS` names.
#[test]
fn hostile_files_do_no_harm() {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: no hostile files tried");
        return;
    };
    let folder = Path::new(&corpus).join("../hostile/spe");
    let files = files_in(&folder);
    let whole = files
        .iter()
        .filter(|path| use_all(Request::from(*path)))
        .count();
    eprintln!("{} hostile files tried, {whole} read", files.len());
}
