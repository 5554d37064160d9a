//! `cargo xtask ci`: the steps that `.ci/run` and the GitHub workflow run, each with its time.
//!
//! Later steps run even when an earlier one failed, so that one run tells all that is wrong.

use crate::args::Args;
use crate::run::{self, Result};
use crate::{checklist, setup, tables, test, tidy, workspace};
use std::path::Path;
use std::time::{Duration, Instant};

type Step = (&'static str, fn(&Path) -> Result);

/// `clippy` compiles what `features` and `docs` use again; `test` makes the only other build.
const STEPS: &[Step] = &[
    ("format", |root| {
        run::run(run::cargo(root).args(["fmt", "--all", "--check"]))
    }),
    ("clippy", clippy),
    ("tidy", |_| tidy::run(Args::new(Vec::new()))),
    ("setup", |_| setup::run(Args::new(Vec::new()))),
    ("test", |root| test::all(root, &[])),
    ("features", features),
    ("docs", docs),
    ("tables", |_| {
        tables::run(Args::new(vec!["--check".to_owned()]))
    }),
    ("checklist", |_| checklist::run(Args::new(Vec::new()))),
];

pub(crate) fn run(args: Args) -> Result {
    args.finish()?;
    let root = workspace::root();
    let mut done: Vec<(&str, Duration, Result)> = Vec::new();
    for (name, step) in STEPS {
        println!("\n==> {name}");
        let start = Instant::now();
        let result = step(&root);
        if let Err(problem) = &result {
            println!("==> {name}: {problem}");
        }
        done.push((name, start.elapsed(), result));
    }
    println!("\n{:<10} {:>8}", "step", "seconds");
    for (name, time, result) in &done {
        println!(
            "{name:<10} {:>8.1}  {}",
            time.as_secs_f64(),
            result.as_ref().err().map_or("ok", |e| e)
        );
    }
    let failed: Vec<&str> = done
        .iter()
        .filter(|step| step.2.is_err())
        .map(|step| step.0)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")))
    }
}

/// With the bench, which no other step builds.
fn clippy(root: &Path) -> Result {
    let mut cargo = run::cargo(root);
    cargo.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "imageio-tests/bench",
    ]);
    run::run(cargo.args(["--", "-D", "warnings"]))
}

/// The umbrella with nothing, and with each feature alone; core without what it has by default.
fn features(root: &Path) -> Result {
    let packages = workspace::packages(root)?;
    let mut problems = Vec::new();
    for package in packages
        .iter()
        .filter(|p| ["imageio-rs", "imageio-core"].contains(&p.name.as_str()))
    {
        let own = package
            .features
            .keys()
            .filter(|f| !["default", "full"].contains(&f.as_str()));
        for feature in std::iter::once("").chain(own.map(String::as_str)) {
            let mut cargo = run::cargo(root);
            cargo.args([
                "check",
                "--quiet",
                "--package",
                &package.name,
                "--no-default-features",
            ]);
            if !feature.is_empty() {
                cargo.args(["--features", feature]);
            }
            println!("{}", run::show(&cargo));
            problems.extend(run::run(&mut cargo).err());
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("; "))
    }
}

/// Libraries only: the program and the library are both called `imageio` and would write the same pages.
fn docs(root: &Path) -> Result {
    let mut cargo = run::cargo(root);
    cargo.args(["doc", "--workspace", "--no-deps", "--lib", "--keep-going"]);
    run::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}
