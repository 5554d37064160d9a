//! `cargo xtask bench`: processor time, time on the clock and peak memory of us and the peers, on the same files in one run.
//!
//! Every library has its process; rounds go round the libraries, so that what disturbs the machine disturbs all. The
//! least time of all rounds counts. Memory is measured in a fresh process: the peak above the start.

mod workloads;

use crate::args::Args;
use crate::run::{self, Result};
use crate::worker::Worker;
use crate::{program, setup, workspace};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use workloads::{WORKLOADS, Workload};

/// How the program is built that calls us, and the `image` crate.
const OURS: [&str; 7] = [
    "--release",
    "--package",
    "imageio-tests",
    "--features",
    "bench",
    "--bin",
    "imageio-bench",
];
/// A call this slow is steady enough after two rounds.
const SLOW_NS: f64 = 2e9;
const MIB: f64 = 1024.0 * 1024.0;
/// What a decoder of an uncompressed format may hold beside its output.
const MEMORY_MARGIN: f64 = 16.0;

pub(crate) fn run(mut args: Args) -> Result {
    let quick = args.flag("--quick");
    let only = args.value("--only")?;
    args.finish()?;
    let root = workspace::root();
    let bench = Bench {
        ours: program::executable(&root, &OURS)?,
        python: setup::python(&root)?,
        script: root.join("xtask/py/bench_peers.py"),
        files: root.join(if quick {
            "target/bench/quick"
        } else {
            "target/bench/full"
        }),
        rounds: if quick { 2 } else { 5 },
    };
    bench.make_files(if quick { "0.1" } else { "1" })?;
    println!(
        "processor time, then time on the clock: the least of {} rounds, in milliseconds; ratio = ours / theirs",
        bench.rounds
    );
    println!(
        "memory: MiB at the peak above the start of the call, in a fresh process, beside the bytes of the result"
    );
    let mut missed = 0;
    for workload in WORKLOADS
        .iter()
        .filter(|w| only.as_deref().is_none_or(|word| w.name.contains(word)))
    {
        missed += bench.one(workload)?;
    }
    println!(
        "\n{missed} targets missed{}",
        if quick {
            " (small files: ratios are rough)"
        } else {
            ""
        }
    );
    Ok(())
}

struct Bench {
    ours: PathBuf,
    python: PathBuf,
    script: PathBuf,
    files: PathBuf,
    rounds: usize,
}

/// What one library needs for one workload.
struct Figure {
    lib: &'static str,
    cpu_ns: Option<f64>,
    wall_ns: Option<f64>,
    memory: Option<(f64, f64)>,
    problem: String,
}

impl Bench {
    fn make_files(&self, scale: &str) -> Result {
        let done = self.files.join("made");
        let made = std::fs::read_to_string(&done).unwrap_or_default();
        let recipe =
            std::fs::read(&self.script).map_err(|e| format!("{}: {e}", self.script.display()))?;
        let recipe = crate::files::sha256(&recipe);
        if made == recipe {
            return Ok(());
        }
        println!("bench: making the files in {} (once)", self.files.display());
        run::run(
            Command::new(&self.python)
                .arg(&self.script)
                .arg("make")
                .arg(&self.files)
                .arg(scale),
        )?;
        std::fs::write(&done, recipe).map_err(|e| format!("{}: {e}", done.display()))
    }

    /// Measures and prints one workload; gives the number of missed targets.
    fn one(&self, workload: &Workload) -> Result<usize> {
        let mut figures = Vec::new();
        for lib in std::iter::once("ours").chain(workload.peers.iter().copied()) {
            figures.push(Figure {
                lib,
                cpu_ns: None,
                wall_ns: None,
                memory: None,
                problem: String::new(),
            });
        }
        let mut workers: Vec<Worker> = figures
            .iter()
            .map(|f| self.worker(f.lib))
            .collect::<Result<_>>()?;
        for round in 0..self.rounds {
            for (figure, worker) in figures.iter_mut().zip(&mut workers) {
                if round >= 2 && figure.cpu_ns.is_some_and(|ns| ns > SLOW_NS) {
                    continue;
                }
                self.time(workload, figure, worker)?;
            }
        }
        drop(workers);
        if workload.memory {
            for figure in figures
                .iter_mut()
                .filter(|figure| figure.problem.is_empty())
            {
                self.memory(workload, figure)?;
            }
        }
        Ok(print(workload, &figures))
    }

    fn worker(&self, lib: &str) -> Result<Worker> {
        let mut command = if ["ours", "image"].contains(&lib) {
            Command::new(&self.ours)
        } else {
            let mut python = Command::new(&self.python);
            python.arg(&self.script);
            python
        };
        Worker::start(command.env("OMP_NUM_THREADS", "1"))
    }

    fn request(&self, workload: &Workload, lib: &str) -> serde_json::Value {
        json!({
            "op": workload.op,
            "lib": lib,
            "path": self.files.join(workload.file),
            "extension": Path::new(workload.file).extension().map(|e| format!(".{}", e.to_string_lossy())),
            "index": 1,
            "batch": workload.batch,
            "repeat": 1,
        })
    }

    fn time(&self, workload: &Workload, figure: &mut Figure, worker: &mut Worker) -> Result {
        if !figure.problem.is_empty() {
            return Ok(());
        }
        let answer = worker.ask(&self.request(workload, figure.lib))?;
        if let Some(error) = answer["error"].as_str() {
            error.clone_into(&mut figure.problem);
        }
        let least = |key: &str, before: Option<f64>| {
            let times = answer[key].as_array().into_iter().flatten();
            times
                .filter_map(serde_json::Value::as_f64)
                .chain(before)
                .reduce(f64::min)
        };
        figure.cpu_ns = least("cpu_ns", figure.cpu_ns);
        figure.wall_ns = least("wall_ns", figure.wall_ns);
        Ok(())
    }

    fn memory(&self, workload: &Workload, figure: &mut Figure) -> Result {
        let mut request = self.request(workload, figure.lib);
        request["repeat"] = json!(0);
        request["memory"] = json!(true);
        let answer = self.worker(figure.lib)?.ask(&request)?;
        let number = |key: &str| answer[key].as_f64().map(|bytes| bytes / MIB);
        figure.memory = number("peak").zip(number("output"));
        Ok(())
    }
}

fn print(workload: &Workload, figures: &[Figure]) -> usize {
    println!("\n{}", workload.name);
    let ours = figures.first();
    for figure in figures {
        let column = |time: fn(&Figure) -> Option<f64>| {
            let said = time(figure).map_or_else(|| "–".to_owned(), |ns| format!("{:.4}", ns / 1e6));
            let ratio = match (ours.and_then(time), time(figure)) {
                (Some(ours), Some(theirs)) if figure.lib != "ours" => {
                    format!("{:.3}", ours / theirs)
                }
                _ => String::new(),
            };
            format!("{said:>12} ms {ratio:>8}")
        };
        let (cpu, wall) = (column(|f| f.cpu_ns), column(|f| f.wall_ns));
        let memory = figure.memory.map_or_else(String::new, |(peak, output)| {
            format!("{peak:.1} ({output:.1})")
        });
        println!(
            "  {:<8} {cpu} {wall} {memory:>18}  {}",
            figure.lib, figure.problem
        );
    }
    targets(workload, figures)
        .into_iter()
        .filter(|(met, line)| {
            println!("  {} {line}", if *met { "met:   " } else { "MISSED:" });
            !met
        })
        .count()
}

/// Each target of the workload, whether it is met, and how it reads.
fn targets(workload: &Workload, figures: &[Figure]) -> Vec<(bool, String)> {
    let mut lines = Vec::new();
    let ours = figures.first();
    let figure = |lib: &str| figures.iter().find(|f| f.lib == lib);
    if let Some((peer, most)) = workload.at_most {
        let time = |lib| {
            figure(lib).and_then(|f| {
                if workload.by_clock {
                    f.wall_ns
                } else {
                    f.cpu_ns
                }
            })
        };
        let ratio = time("ours")
            .zip(time(peer))
            .map(|(ours, theirs)| ours / theirs);
        let said = ratio.map_or("not measured".to_owned(), |r| format!("{r:.3}"));
        lines.push((
            ratio.is_some_and(|r| r <= most),
            format!(
                "{said} of {peer}'s {}, target {most}",
                if workload.by_clock {
                    "time on the clock"
                } else {
                    "time"
                }
            ),
        ));
    }
    if let Some(most) = workload.most_ns {
        let ns = ours.and_then(|f| f.cpu_ns);
        let said = ns.map_or("not measured".to_owned(), |ns| format!("{ns:.0} ns"));
        lines.push((
            ns.is_some_and(|ns| ns <= most),
            format!("{said}, target {most} ns"),
        ));
    }
    if workload.tight {
        let extra = ours
            .and_then(|f| f.memory)
            .map(|(peak, output)| peak - output);
        let said = extra.map_or("not measured".to_owned(), |mib| format!("{mib:.1} MiB"));
        let met = extra.is_some_and(|mib| mib <= MEMORY_MARGIN);
        lines.push((
            met,
            format!("{said} beyond the result, target {MEMORY_MARGIN} MiB"),
        ));
    }
    lines
}
