//! Files that must be refused, and files that only must not do harm.

use std::path::{Path, PathBuf};

use imageio_core::{ErrorKind, Limits, Request, Result};

use super::{bytes_of, names, open};

/// The kinds that the manifest allows for each broken file.
fn expected_kinds() -> Vec<(String, Vec<String>)> {
    let manifest = String::from_utf8(bytes_of("manifest.toml")).unwrap();
    let rows = manifest.split("[[file]]");
    let quoted = |line: &str| -> Vec<String> {
        let parts = line.split('"').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    let rows = rows.filter_map(|row| {
        let path = row
            .lines()
            .find(|line| line.starts_with("path = \"bad/gif/"))?;
        let errors = row
            .lines()
            .filter(|line| line.starts_with("error") || line.starts_with("or_error"));
        Some((quoted(path).remove(0), errors.flat_map(quoted).collect()))
    });
    rows.collect()
}

/// Reads as a careful user would: every header first, then every frame, some twice.
fn read_everything(bytes: Vec<u8>, limits: &Limits) -> Result<usize> {
    let request = Request::from_owner(bytes);
    let mut decoder = open(request.reader()?, limits)?;
    let count = decoder.frame_count()?;
    decoder.metadata(None)?;
    for position in 0..count {
        let info = decoder.frame_info(position)?;
        decoder.metadata(Some(position))?;
        let frame = decoder.decode(position)?;
        assert_eq!(frame.pixels.shape(), info.shape());
    }
    Ok(count)
}

// checklist: E-001
#[test]
fn broken_files_end_in_the_kind_of_the_manifest() {
    let expected = expected_kinds();
    assert_eq!(expected.len(), names("bad/gif").len());
    for (path, kinds) in expected {
        let error = read_everything(bytes_of(&path), &Limits::new());
        let kind = error.map_err(|error| format!("{:?}", error.kind()));
        let kind = kind.expect_err(&path);
        assert!(kinds.contains(&kind), "{path}: {kind}, not {kinds:?}");
    }
}

#[test]
fn a_bomb_is_refused_before_anything_is_allocated() {
    let mut bytes = b"GIF89a\xFF\xFF\xFF\xFF\x00\x00\x00".to_vec();
    for _ in 0..10 {
        bytes.extend_from_slice(b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    let error = read_everything(bytes, &Limits::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}

#[test]
fn data_that_ends_with_its_code_but_too_early_is_corrupt() {
    let bytes = b"GIF89a\x09\0\x09\0\0\0\0,\0\0\0\0\x09\0\x09\0\0\x02\x02\x44\x01\0;".to_vec();
    let error = read_everything(bytes, &Limits::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

/// A small sequence of numbers that is the same in each run.
fn next_random(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6364136223846793005)
        .wrapping_add(1442695040888963407);
    (*state >> 33) as usize
}

#[test]
fn cut_and_changed_files_do_no_harm() {
    // A canvas that a changed header enlarges shall not slow the test down.
    let limits = Limits::new().bytes(1 << 22);
    let mut state = 7;
    let (mut read, mut refused) = (0, 0);
    for name in names("gif") {
        let bytes = bytes_of(&format!("gif/{name}"));
        for round in 0..60 {
            let mut changed = bytes.clone();
            if round % 3 == 0 {
                changed.truncate(next_random(&mut state) % bytes.len());
            } else {
                for _ in 0..=round % 5 {
                    let at = next_random(&mut state) % bytes.len().min(4000);
                    changed[at] = next_random(&mut state) as u8;
                }
            }
            match read_everything(changed, &limits) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    println!("{} files: {read} read, {refused} refused", read + refused);
    assert!(read > 0 && refused > 0);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let below = |path: PathBuf| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    };
    paths.flat_map(below).collect()
}

#[test]
fn the_corpora_do_no_harm() {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from) else {
        println!("IMAGEIO_CORPUS is unset: no corpus is read");
        return;
    };
    let mut files = files_below(&corpus.join("gif"));
    files.extend(files_below(&corpus.join("../hostile/gif")));
    assert!(!files.is_empty());
    let mut read = 0;
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        let start = std::time::Instant::now();
        read += usize::from(read_everything(bytes, &Limits::new()).is_ok());
        assert!(start.elapsed().as_secs() < 10, "{}", file.display());
    }
    println!(
        "{} files: {read} read, {} refused",
        files.len(),
        files.len() - read
    );
}
