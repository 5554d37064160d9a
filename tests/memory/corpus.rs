//! Real and hostile files: no panic, no hang, inside the budget.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imageio::v3 as iio;
use imageio::{Error, Index, Limits, Options};

use crate::counter::Meter;

const BUDGET: u64 = 256 << 20;
const SLACK: u64 = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// The folder named by `IMAGEIO_CORPUS`; where it is not set, says that the test did not run.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("IMAGEIO_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        say("did not run: IMAGEIO_CORPUS is not set");
    }
    folder
}

/// Says a line past the test runner, which shows what a passing test prints to nobody.
fn say(line: &str) {
    // A reader that went away is no failure of the test.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn files_under(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files_under(&entry, files);
        } else if entry.extension().is_none_or(|extension| extension != "tsv") {
            files.push(entry);
        }
    }
}

/// Asks everything of a file that a caller may.
fn exercise(path: &Path) -> Result<usize, Error> {
    let none = Options::new();
    let limits = Limits::new().bytes(BUDGET);
    let mut resource = iio::imopen_with(path, "r", iio::OpenArgs::new().limits(limits))?;
    let _ = resource.metadata(Index::All, false, &none);
    let _ = resource.properties(Index::All, &none);
    let _ = resource.read_window(0, &iio::Window::new([0..1, 0..1]), &none);
    let mut count = 0;
    for image in resource.iter(&none).take(1000) {
        image?;
        count += 1;
    }
    Ok(count)
}

/// Exercises every file; gives how many ended in which way, and what broke a promise.
fn survey(files: &[PathBuf]) -> (BTreeMap<String, usize>, Vec<String>) {
    let meter = Meter::alone();
    let mut outcomes = BTreeMap::new();
    let mut broken = Vec::new();
    for file in files {
        let start = Instant::now();
        let (outcome, peak) = meter.peak(|| catch_unwind(AssertUnwindSafe(|| exercise(file))));
        let outcome = match outcome {
            Ok(Ok(_)) => "read".to_owned(),
            Ok(Err(error)) => format!("{:?}", error.kind()),
            Err(_) => {
                broken.push(format!("{}: panic", file.display()));
                "panic".to_owned()
            }
        };
        *outcomes.entry(outcome).or_default() += 1;
        if start.elapsed() > PATIENCE {
            broken.push(format!("{}: took {:?}", file.display(), start.elapsed()));
        }
        if peak as u64 > BUDGET + SLACK {
            broken.push(format!("{}: held {peak} bytes", file.display()));
        }
    }
    (outcomes, broken)
}

#[test]
fn the_hostile_corpus_ends_in_images_or_errors() {
    let Some(corpus) = corpus() else { return };
    let mut files = Vec::new();
    files_under(&corpus.join("../hostile"), &mut files);
    assert!(
        !files.is_empty(),
        "no hostile files beside {}",
        corpus.display()
    );
    let (outcomes, broken) = survey(&files);
    say(&format!("{} hostile files: {outcomes:?}", files.len()));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_formats_of_this_build_read_the_real_corpus() {
    let Some(corpus) = corpus() else { return };
    let mut files = Vec::new();
    for format in [
        "png", "apng", "jpeg", "mpo", "gif", "bmp", "webp", "pnm", "pfm", "tga", "ico", "cur",
        "qoi", "hdr", "exr", "spe",
    ] {
        files_under(&corpus.join(format), &mut files);
    }
    assert!(!files.is_empty(), "no files in {}", corpus.display());
    let (outcomes, broken) = survey(&files);
    say(&format!("{} real files: {outcomes:?}", files.len()));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let read = outcomes.get("read").copied().unwrap_or(0);
    assert!(
        read * 10 >= files.len() * 8,
        "only {read} of {} were read: {outcomes:?}",
        files.len()
    );
}
