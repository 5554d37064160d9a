//! `cargo xtask bench`: processor time, time on the clock and peak memory of us and the peers, on the same files in one run.
//!
//! Every library has its process; rounds go round the libraries, so that what disturbs the machine disturbs all. The
//! least time of all rounds counts. Memory is measured in a fresh process: the peak above the start.

mod arrays;
mod dicom;
mod fits;
mod own_formats;
mod targets;
mod tiff;
mod workloads;

use crate::args::Args;
use crate::run::{self, Result};
use crate::worker::Worker;
use crate::{program, setup, workspace};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use targets::targets;
use workloads::{Memory, VIDEO, WORKLOADS, Workload};

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
        .chain(arrays::WORKLOADS)
        .chain(dicom::WORKLOADS)
        .chain(fits::WORKLOADS)
        .chain(own_formats::WORKLOADS)
        .chain(tiff::WORKLOADS)
        .chain(VIDEO)
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
    /// Bytes of the result.
    size: Option<f64>,
    /// Decibels that a lossy encoder keeps.
    psnr: Option<f64>,
    problem: String,
}

impl Bench {
    fn make_files(&self, scale: &str) -> Result {
        let done = self.files.join("made");
        let made = std::fs::read_to_string(&done).unwrap_or_default();
        let recipe = self.recipe()?;
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

    /// A checksum over all scripts that make files.
    fn recipe(&self) -> Result<String> {
        let folder = self.script.parent().unwrap_or(Path::new("."));
        let mut scripts = crate::files::under(folder);
        let is_script = |name: &str| Path::new(name).extension().is_some_and(|end| end == "py");
        scripts.retain(|name| name.starts_with("bench_") && is_script(name));
        scripts.sort();
        let mut all = Vec::new();
        for name in scripts {
            let path = folder.join(name);
            all.extend(std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?);
        }
        Ok(crate::files::sha256(&all))
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
                size: None,
                psnr: None,
                problem: String::new(),
            });
        }
        let mut workers: Vec<Worker> = figures
            .iter()
            .map(|f| self.worker(workload, f.lib))
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
        if workload.memory != Memory::Unmeasured {
            for figure in figures
                .iter_mut()
                .filter(|figure| figure.problem.is_empty())
            {
                self.memory(workload, figure)?;
            }
        }
        if workload.quality.is_some() {
            for figure in &mut figures {
                self.quality(workload, figure)?;
            }
        }
        Ok(print(workload, &figures))
    }

    fn worker(&self, workload: &Workload, lib: &str) -> Result<Worker> {
        let is_rust = ["ours", "image"].contains(&library(lib).0);
        let program = if is_rust { &self.ours } else { &self.python };
        let mut command = if workload.one_thread || library(lib).1 == "one" {
            let mut pinned = Command::new("taskset");
            pinned
                .args(["-c", "0"])
                .arg(program)
                .env("OMP_NUM_THREADS", "1");
            pinned
        } else {
            Command::new(program)
        };
        if !is_rust {
            command.arg(&self.script);
        }
        Worker::start(&mut command)
    }

    fn request(&self, workload: &Workload, lib: &str) -> serde_json::Value {
        let own = Path::new(workload.file).extension();
        let own = own.map(|extension| format!(".{}", extension.to_string_lossy()));
        let (name, setting) = library(lib);
        json!({
            "op": workload.op,
            "lib": name,
            "setting": if lib == "ours" { workload.setting } else { setting },
            "path": self.files.join(workload.file),
            "extension": workload.extension.map_or(own, |extension| Some(extension.to_owned())),
            "index": 1,
            "batch": workload.batch,
            "repeat": 1,
            "one_thread": workload.one_thread,
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
        figure.size = answer["output"].as_f64().or(figure.size);
        Ok(())
    }

    fn memory(&self, workload: &Workload, figure: &mut Figure) -> Result {
        let mut request = self.request(workload, figure.lib);
        request["repeat"] = json!(0);
        request["memory"] = json!(true);
        let answer = self.worker(workload, figure.lib)?.ask(&request)?;
        let number = |key: &str| answer[key].as_f64().map(|bytes| bytes / MIB);
        figure.memory = number("peak").zip(number("output"));
        Ok(())
    }

    /// Python looks at what was written, ours too.
    fn quality(&self, workload: &Workload, figure: &mut Figure) -> Result {
        let coded = self.files.join("coded");
        let mut request = self.request(workload, figure.lib);
        request["quality"] = json!(true);
        request["coded"] = json!("");
        if figure.lib == "ours" {
            let mut saving = request.clone();
            saving["save"] = json!(coded);
            self.worker(workload, figure.lib)?.ask(&saving)?;
            request["lib"] = json!("pillow");
            request["repeat"] = json!(0);
            request["coded"] = json!(coded);
        }
        let answer = self.worker(workload, "pillow")?.ask(&request)?;
        figure.psnr = answer["psnr"].as_f64();
        Ok(())
    }
}

/// A peer's name and its setting.
fn library(peer: &str) -> (&str, &str) {
    peer.split_once(':').unwrap_or((peer, ""))
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
        let size = match figure.size {
            Some(size) if workload.op == "write" => format!("{:.3} MB", size / 1e6),
            _ => String::new(),
        };
        let psnr = figure
            .psnr
            .map_or_else(String::new, |psnr| format!("{psnr:.2} dB"));
        println!(
            "  {:<14} {cpu} {wall} {memory:>18} {size:>10} {psnr}  {}",
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
