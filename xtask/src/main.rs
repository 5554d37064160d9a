//! Chores of this repository: `cargo xtask` lists them.
//!
//! Links none of our crates, so that it builds when they do not; what it must know about plugins
//! it asks the built `imageio` program.
#![expect(
    clippy::print_stdout,
    reason = "a command line program talks to people"
)]

mod args;
mod bench;
mod checklist;
mod ci;
mod files;
mod new_plugin;
mod parity;
mod program;
mod release;
mod run;
mod setup;
mod tables;
mod test;
mod tidy;
mod worker;
mod workspace;

use std::process::ExitCode;

const HELP: &str = include_str!("help.txt");

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let args = args::Args::new(words.collect());
    let done = match name.as_str() {
        "setup" => setup::run(args),
        "test" => test::run(args),
        "ci" => ci::run(args),
        "tidy" => tidy::run(args),
        "checklist" => checklist::run(args),
        "tables" => tables::run(args),
        "parity" => parity::run(args),
        "bench" => bench::run(args),
        "new-plugin" => new_plugin::run(args),
        "release" => release::run(args),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("no such command\n\n{HELP}")),
    };
    let Err(problem) = done else {
        return ExitCode::SUCCESS;
    };
    eprintln!("xtask {name}: {problem}");
    ExitCode::FAILURE
}
