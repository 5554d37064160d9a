//! The `imageio` program: describes, reads, converts and shows images of every format that ImageIO knows.

mod binaries;
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

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use imageio::Result;

use cli::{Cli, Command, CompletionsArgs};

fn main() -> ExitCode {
    let done = match Cli::try_parse_from(named_command(std::env::args_os())) {
        Ok(cli) => dispatch(&cli.command),
        Err(error) => return exit::usage(&error),
    };
    match done {
        Ok(code) => code,
        Err(error) => exit::fail(&error),
    }
}

/// The historical programs `imageio_download_bin` and `imageio_remove_bin` are commands here.
fn named_command(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    let program = args.first().map(Path::new).and_then(Path::file_stem);
    let program = program.map(|name| name.to_string_lossy().replace('-', "_"));
    let command = match program.as_deref() {
        Some("imageio_download_bin") => "download-bin",
        Some("imageio_remove_bin") => "remove-bin",
        _ => return args,
    };
    args.insert(1, command.into());
    args
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
        Command::DownloadBin(args) => binaries::download(args),
        Command::RemoveBin(args) => binaries::remove(args),
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
