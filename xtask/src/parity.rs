//! `cargo xtask parity`: the same files read by us and by the Python reference, and what differs.
//!
//! Then pictures that we write, read by other software.
//! A difference is accepted only when `tests/parity-accepted.tsv` lists it with its reason.

mod compare;
mod list;
mod npy;
mod ours;
mod reference;
mod written;
mod written_tiff;

use crate::args::Args;
use crate::run::Result;
use crate::{files, program, setup, workspace};
use compare::{Difference, compare};
use std::collections::BTreeMap;
use std::path::Path;

const ACCEPTED: &str = "tests/parity-accepted.tsv";

pub(crate) fn run(mut args: Args) -> Result {
    let corpus = args
        .value("--corpus")?
        .or_else(|| std::env::var("IMAGEIO_CORPUS").ok());
    let format = args.value("--format")?;
    let only_written = args.flag("--written");
    args.finish()?;
    let root = workspace::root();
    let program = program::build(&root)?;
    let python = setup::python(&root)?;
    if corpus.is_none() {
        println!(
            "parity: IMAGEIO_CORPUS is not set and --corpus not given: only fixtures are compared"
        );
    }
    let wanted = list::list(
        &root,
        corpus.as_deref().map(Path::new),
        &program,
        format.as_deref(),
    )?;
    let mut reference = reference::Reference::start(&python, &root)?;
    let work = root.join("target/parity");
    std::fs::create_dir_all(&work).map_err(|e| format!("{}: {e}", work.display()))?;
    let accepted = Accepted::load(&root)?;
    let mut report = Report::default();
    for file in wanted.iter().filter(|_| !only_written) {
        let theirs = reference.read(file, &work.join("theirs.npy"))?;
        let ours = ours::read(&program, file, &work.join("ours.npy"))?;
        report.add(
            &file.format,
            &file.name,
            &compare(file, &ours, &theirs),
            &accepted,
        );
    }
    let places = (&*root, &*program, &*python, &*work);
    written::run(places, format.as_deref(), &accepted, &mut report)?;
    written_tiff::run(places, format.as_deref(), &accepted, &mut report)?;
    report.print();
    let unused = accepted.unused(
        &report,
        corpus.is_some() && format.is_none() && !only_written,
    );
    for row in &unused {
        println!("{ACCEPTED}: nothing differs any more as `{row}` says");
    }
    match report.unlisted {
        0 => Ok(()),
        n => Err(format!("{n} differences that {ACCEPTED} does not list")),
    }
}

/// Rows of [`ACCEPTED`]: a pattern of the file's name, a pattern of the difference, the reason.
struct Accepted(Vec<(String, String)>);

impl Accepted {
    fn load(root: &Path) -> Result<Self> {
        if !root.join(ACCEPTED).exists() {
            return Ok(Self(Vec::new()));
        }
        let row = |row: Vec<String>| match <[String; 3]>::try_from(row) {
            Ok([file, what, reason]) if !reason.trim().is_empty() => Ok((file, what)),
            Ok([file, ..]) => Err(format!("{ACCEPTED}: `{file}` has no reason")),
            Err(row) => Err(format!(
                "{ACCEPTED}: `{}` has not three columns",
                row.join(" ")
            )),
        };
        files::tsv(root, ACCEPTED, "file")?
            .into_iter()
            .map(row)
            .collect::<Result<_>>()
            .map(Self)
    }

    fn position(&self, name: &str, what: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|row| files::matches(&row.0, name) && files::matches(&row.1, what))
    }

    /// Rows that no difference needed, in a run over everything.
    fn unused(&self, report: &Report, whole: bool) -> Vec<String> {
        let rows = self
            .0
            .iter()
            .enumerate()
            .filter(|(at, _)| whole && !report.used.contains_key(at));
        rows.map(|(_, (file, what))| format!("{file} {what}"))
            .collect()
    }
}

#[derive(Default)]
struct Report {
    formats: BTreeMap<String, Counts>,
    /// How often each accepted row was needed.
    used: BTreeMap<usize, usize>,
    unlisted: usize,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    files: usize,
    same: usize,
    accepted: usize,
    different: usize,
    both_refuse: usize,
    only_we_read: usize,
}

impl Report {
    fn add(&mut self, format: &str, name: &str, outcome: &compare::Outcome, accepted: &Accepted) {
        let counts = self.formats.entry(format.to_owned()).or_default();
        counts.files += 1;
        let differences: &[Difference] = match outcome {
            compare::Outcome::BothRefuse => {
                counts.both_refuse += 1;
                return;
            }
            compare::Outcome::OnlyWeRead => {
                counts.only_we_read += 1;
                return;
            }
            compare::Outcome::Compared(differences) => differences,
        };
        let mut unlisted = 0;
        for difference in differences {
            if let Some(row) = accepted.position(name, &difference.what) {
                *self.used.entry(row).or_default() += 1;
            } else {
                println!("{name}\t{}\t{}", difference.what, difference.detail);
                unlisted += 1;
            }
        }
        self.unlisted += unlisted;
        match (differences.len(), unlisted) {
            (0, _) => counts.same += 1,
            (_, 0) => counts.accepted += 1,
            _ => counts.different += 1,
        }
    }

    fn print(&self) {
        println!(
            "\n{:<10} {:>6} {:>6} {:>9} {:>10} {:>12} {:>13}",
            "format", "files", "same", "accepted", "different", "both refuse", "only we read"
        );
        let mut total = Counts::default();
        for (format, counts) in &self.formats {
            counts.line(format);
            total.add(*counts);
        }
        total.line("total");
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.same += other.same;
        self.accepted += other.accepted;
        self.different += other.different;
        self.both_refuse += other.both_refuse;
        self.only_we_read += other.only_we_read;
    }

    fn line(&self, name: &str) {
        println!(
            "{name:<10} {:>6} {:>6} {:>9} {:>10} {:>12} {:>13}",
            self.files,
            self.same,
            self.accepted,
            self.different,
            self.both_refuse,
            self.only_we_read
        );
    }
}
