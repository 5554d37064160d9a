//! How the program ends: exit codes, and the one line that says why.

use std::error::Error as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use imageio::{Error, ErrorKind};

use crate::cli::Cli;
use crate::terminal::clean;

/// The exit codes for people; `code_of` is the same for the program.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the system refused to read or write, or a backend failed
  2  a wrong command line, option or argument
  3  no such file
  4  no plugin for it: unknown, not in this build, or the file is of no known format
  5  the file breaks the rules of its format
  6  a budget would be exceeded; --limit-bytes raises it
  7  the format or plugin cannot do this
  8  no such image, or a window outside the image
  9  the target cannot be written to";

/// The exit code of an error.
pub(crate) fn code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::BadOption => 2,
        ErrorKind::NotFound => 3,
        ErrorKind::NoPlugin
        | ErrorKind::UnknownPlugin
        | ErrorKind::NotInstalled
        | ErrorKind::NotThisFormat => 4,
        ErrorKind::Corrupt => 5,
        ErrorKind::LimitExceeded => 6,
        ErrorKind::Unsupported => 7,
        ErrorKind::OutOfRange => 8,
        ErrorKind::ReadOnly => 9,
        _ => 1,
    }
}

/// Ends with an error. A reader that went away is no error: it had all that it wanted.
pub(crate) fn fail(error: &Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    say(&line(error));
    ExitCode::from(code_of(error.kind()))
}

/// The error as one line; a stream goes by the name that it has on the command line.
pub(crate) fn line(error: &Error) -> String {
    let text = error.to_string();
    let text = match text.strip_prefix("<file>: ") {
        Some(rest) => format!("-: {rest}"),
        None => text,
    };
    // The library names what a program would change; here it is an argument.
    text.replace("`Limits::bytes`", "--limit-bytes")
        .replace("plugin=\"DICOM\"", "--plugin DICOM")
}

/// Ends after the command line was read: with the help that was asked for, or with what is wrong.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if !error.use_stderr() {
        // Whoever closed the pipe wants no more help.
        let _ = io::stdout().lock().write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    } else {
        say(&one_line(&text, &command_in_use()));
    }
    ExitCode::from(code_of(ErrorKind::BadOption))
}

/// Tells something that stops nothing.
pub(crate) fn note(text: &str) {
    say(&format!("note: {text}"));
}

/// Writes one line to standard error; there is nowhere to report that it cannot be written.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "imageio: {}", clean(text));
}

/// Whether the other end of a pipe was closed.
pub(crate) fn is_broken_pipe(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The program and the command that was called, as far as it is one.
fn command_in_use() -> String {
    let first = std::env::args().nth(1);
    let program = Cli::command();
    let command = first.filter(|first| program.find_subcommand(first).is_some());
    match command {
        Some(command) => format!("imageio {command}"),
        None => "imageio".to_owned(),
    }
}

/// What clap says in paragraphs, without the usage, as one line.
fn one_line(text: &str, fallback: &str) -> String {
    let what = text
        .split("\n\nUsage:")
        .next()
        .and_then(|text| text.split("\n\nFor more information").next())
        .unwrap_or_default();
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let paragraphs: Vec<String> = what
        .trim_start_matches("error: ")
        .split("\n\n")
        .map(|paragraph| {
            let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
            lines.join(" ").trim().to_owned()
        })
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    let command: Vec<&str> = usage
        .unwrap_or(fallback)
        .split_whitespace()
        .take_while(|word| !word.starts_with(['[', '<', '-']))
        .collect();
    let command = command.join(" ");
    format!("{}; see `{command} --help`", paragraphs.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(words: &[&str]) -> String {
        let error = Cli::command().try_get_matches_from(words);
        one_line(
            &error.expect_err("a wrong line").render().to_string(),
            "imageio",
        )
    }

    #[test]
    fn a_wrong_command_line_is_one_line() {
        assert_eq!(
            wrong(&["imageio", "info"]),
            "the following required arguments were not provided: <FILE>...; see `imageio info --help`"
        );
        assert_eq!(
            wrong(&["imageio", "inof"]),
            "unrecognized subcommand 'inof'; tip: a similar subcommand exists: 'info'; see `imageio --help`"
        );
    }

    #[test]
    fn a_closed_pipe_is_found_below_other_errors() {
        let pipe = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&Error::from(pipe)));
        assert!(!is_broken_pipe(&Error::corrupt("short")));
    }
}
