//! Real files, in the folder that `IMAGEIO_CORPUS` names, and hostile ones beside it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imageio_core::{ErrorKind, Index, Limits, Request};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};

/// The files below a folder of the corpus; nothing, with a word about it, where the corpus is not there.
fn files(kind: &str) -> Option<Vec<PathBuf>> {
    let Some(corpus) = std::env::var_os("IMAGEIO_CORPUS") else {
        eprintln!("IMAGEIO_CORPUS is not set: the {kind} files are not tried");
        return None;
    };
    let corpus = PathBuf::from(corpus);
    let folder = match kind {
        "hostile" => corpus.parent().expect("a folder").join("hostile/video"),
        _ => corpus.join("video"),
    };
    let mut found = Vec::new();
    collect(&folder, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no files in {}", folder.display());
    Some(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Compares frames read out of order with those of a decoding from the start; gives their number.
fn check(path: &Path) -> imageio_core::Result<usize> {
    const MOST: usize = 60;
    let options = FfmpegReadOptions::new();
    let mut reader = FfmpegReader::open(path)?;
    let mut frames = Vec::new();
    while let Some(frame) = reader.read_next(frames.len(), &options)? {
        frames.push(frame);
        if frames.len() == MOST {
            break;
        }
    }
    let mut other = FfmpegReader::open(path)?;
    for position in [MOST - 2, 31, 5] {
        if position < frames.len() {
            let frame = other.read(Index::At(position), &options)?;
            assert!(
                frame == frames[position],
                "{}: frame {position}",
                path.display()
            );
        }
    }
    if frames.len() < MOST {
        assert_eq!(other.count_frames()?, frames.len(), "{}", path.display());
    }
    let known = other.properties(Index::At(0), &options)?;
    assert_eq!(
        known.shape,
        frames
            .first()
            .map_or(known.shape.clone(), |frame| frame.shape().to_vec())
    );
    Ok(frames.len())
}

// checklist: E-436
#[test]
fn real_videos_are_read_exactly() {
    let Some(files) = files("real") else {
        return;
    };
    let (mut read, mut frames) = (0, 0);
    for path in &files {
        let name = path.display();
        match check(path) {
            Ok(count) => {
                (read, frames) = (read + 1, frames + count);
                if path.ends_with("realshort.mp4") {
                    assert_eq!(count, 36);
                }
            }
            Err(error) => {
                let fine = [ErrorKind::Corrupt, ErrorKind::NotThisFormat];
                assert!(fine.contains(&error.kind()), "{name}: {error}");
                println!("{name}: {error}");
            }
        }
    }
    println!("{read} of {} files, {frames} frames", files.len());
    assert!(read * 10 >= files.len() * 7, "{read} of {}", files.len());
}

#[test]
fn hostile_videos_come_to_an_end() {
    let Some(files) = files("hostile") else {
        return;
    };
    let options = FfmpegReadOptions::new().timeout(20.0);
    let (mut opened, mut refused) = (0, 0);
    for path in &files {
        let begun = Instant::now();
        let request = Request::from(path).with_limits(Limits::new().bytes(256 << 20));
        let read = FfmpegReader::open_with(request, &options).and_then(|mut reader| {
            reader.metadata(Index::All, &options)?;
            for position in 0..5 {
                if reader.read_next(position, &options)?.is_none() {
                    break;
                }
            }
            Ok(())
        });
        let took = begun.elapsed();
        assert!(
            took < Duration::from_secs(45),
            "{}: {took:?}",
            path.display()
        );
        match read {
            Ok(()) => opened += 1,
            Err(_) => refused += 1,
        }
    }
    println!(
        "{} hostile files: {opened} opened, {refused} refused",
        files.len()
    );
}
