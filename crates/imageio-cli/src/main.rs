//! The `imageio` program: describes, reads, converts and shows images of every format that ImageIO knows.

mod cli;
mod convert;
mod exit;
mod frames;
mod help;
mod info;
mod npy_file;
mod plugin_options;
mod preview;
mod progress;
mod read;
mod source;
mod tables;
mod target;
mod terminal;
mod values;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use imageio::Result;

use cli::{Cli, Command, CompletionsArgs};

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => dispatch(&cli.command),
        Err(error) => return exit::usage(&error),
    };
    match done {
        Ok(code) => code,
        Err(error) => exit::fail(&error),
    }
}

fn dispatch(command: &Command) -> Result<ExitCode> {
    let done = match command {
        Command::Info(args) => return info::run(args),
        Command::Read(args) => read::run(args),
        Command::Convert(args) => {
            convert::run(args)?;
            return info::of_files(args);
        }
        Command::Frames(args) => frames::run(args),
        Command::Preview(args) => preview::run(args),
        Command::Formats(args) => tables::formats(args),
        Command::Plugins(args) => tables::plugins(args),
        Command::Help(args) => help::run(args),
        Command::Completions(args) => completions(args),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn completions(args: &CompletionsArgs) -> Result<()> {
    // The generator stops loudly where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "imageio", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(())
}
