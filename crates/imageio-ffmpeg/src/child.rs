//! A process of our own: never left behind, never waited for without end.

use std::io::Read;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use imageio_core::{Error, ErrorKind, Result};

use crate::program::{self, INSTALL, NO_PREVENT_SIGINT};

mod log;
mod outlet;

pub(crate) use log::Log;
pub(crate) use outlet::Outlet;

/// Bytes of one look at a pipe.
const CHUNK: usize = 1 << 16;

/// Chunks that wait for whoever takes them.
const WAITING: usize = 4;

/// Which of its streams are ours.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pipes {
    /// Whether we write its standard input; else it has none.
    pub(crate) input: bool,
    /// Whether we read its standard output; else nobody does.
    pub(crate) output: bool,
}

/// A running program. Dropped, it is ended, waited for and its threads are joined.
///
/// Nothing outlives a parent that is killed either: ffmpeg ends when its standard input does, and when nobody reads
/// what it writes. A signal at the parent's death would be wrong, as it is sent at the death of the thread.
#[derive(Debug)]
pub(crate) struct Child {
    process: std::process::Child,
    output: Option<Outlet>,
    log: Log,
    listener: Option<JoinHandle<()>>,
    ended: Option<ExitStatus>,
}

impl Child {
    /// Starts `command` and listens to what it says.
    ///
    /// # Errors
    /// `NotInstalled` where there is no such program.
    pub(crate) fn start(mut command: Command, pipes: Pipes) -> Result<Child> {
        let (output, stdout) = if pipes.output {
            let (ours, theirs) = outlet::open()?;
            (Some(ours), theirs)
        } else {
            (None, Stdio::null())
        };
        let stdin = if pipes.input {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        command
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .env("AV_LOG_FORCE_NOCOLOR", "1");
        apart(&mut command);
        let mut process = command.spawn().map_err(|error| {
            let name = command.get_program().to_string_lossy().into_owned();
            match error.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied => {
                    let message = format!("'{name}' does not run: {error}");
                    Error::new(ErrorKind::NotInstalled, message)
                        .with_help(INSTALL)
                        .with_source(error)
                }
                _ => Error::from(error).at(format_args!("'{name}'")),
            }
        })?;
        let log = Log::default();
        let listener = process.stderr.take().map(|stderr| {
            let log = log.clone();
            std::thread::spawn(move || log.listen(stderr))
        });
        Ok(Child {
            process,
            output,
            log,
            listener,
            ended: None,
        })
    }

    /// Its standard input, once.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.process.stdin.take()
    }

    /// Its standard output, once.
    pub(crate) fn take_stdout(&mut self) -> Option<Outlet> {
        self.output.take()
    }

    /// What it says.
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Waits for its end as long as it shows signs of life.
    ///
    /// # Errors
    /// `External` when it was silent for `stall`; then it is ended.
    pub(crate) fn wait(&mut self, stall: Duration) -> Result<ExitStatus> {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(status) = self.ended {
                return Ok(status);
            }
            if let Some(status) = self.process.try_wait()? {
                self.ended = Some(status);
                self.join();
                return Ok(status);
            }
            let silent = self.log.silent_for().min(begun.elapsed());
            if silent >= stall {
                self.end();
                return Err(stuck(silent));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// Ends it at once and waits until it is gone.
    pub(crate) fn end(&mut self) {
        if self.ended.is_none() {
            // Both fail only where it is gone already.
            let _ = self.process.kill();
            self.ended = self.process.wait().ok();
        }
        self.join();
    }

    fn join(&mut self) {
        if let Some(listener) = self.listener.take() {
            // It has no way to fail but a panic, which loses some of the log.
            let _ = listener.join();
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

/// The error for a program that shows no sign of life.
pub(crate) fn stuck(silent: Duration) -> Error {
    let seconds = silent.as_secs_f64();
    Error::new(
        ErrorKind::External,
        format!("ffmpeg was silent for {seconds:.1} s and was ended"),
    )
    .with_help("a higher `timeout`")
}

/// A duration of that many seconds; an odd number is as long as it gets.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
}

/// What a program that ended has said.
pub(crate) struct Told {
    pub(crate) stdout: Vec<u8>,
    pub(crate) log: Log,
    pub(crate) success: bool,
}

/// Runs `command` to its end and keeps what it prints, `most` bytes of it.
pub(crate) fn output(command: Command, stall: Duration, most: usize) -> Result<Told> {
    let mut stdout = Vec::new();
    let (log, success) = each_chunk(command, stall, |chunk| {
        if stdout.len() + chunk.len() > most {
            let message = format!("ffmpeg tells more than {most} bytes about the file");
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        stdout.extend_from_slice(chunk);
        Ok(())
    })?;
    Ok(Told {
        stdout,
        log,
        success,
    })
}

/// Runs `command` to its end and hands over each line that it prints.
pub(crate) fn each_line(
    command: Command,
    stall: Duration,
    mut line: impl FnMut(&str) -> Result<()>,
) -> Result<(Log, bool)> {
    // Lines of numbers are short; what is longer is cut.
    const LONGEST: usize = 1 << 12;
    let mut rest = Vec::new();
    let ended = each_chunk(command, stall, |chunk| {
        for &byte in chunk {
            if byte == b'\n' {
                line(&String::from_utf8_lossy(&rest))?;
                rest.clear();
            } else if rest.len() < LONGEST {
                rest.push(byte);
            }
        }
        Ok(())
    })?;
    if !rest.is_empty() {
        line(&String::from_utf8_lossy(&rest))?;
    }
    Ok(ended)
}

fn each_chunk(
    command: Command,
    stall: Duration,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<(Log, bool)> {
    let pipes = Pipes {
        input: false,
        output: true,
    };
    let mut child = Child::start(command, pipes)?;
    let (sender, receiver) = mpsc::sync_channel::<Vec<u8>>(WAITING);
    let pump = child.take_stdout().map(|mut stdout| {
        std::thread::spawn(move || {
            let mut chunk = vec![0; CHUNK];
            while let Ok(count @ 1..) = stdout.read(&mut chunk) {
                let Some(part) = chunk.get(..count) else {
                    break;
                };
                if sender.send(part.to_vec()).is_err() {
                    break;
                }
            }
        })
    });
    let mut last = Instant::now();
    let taken = loop {
        match receiver.recv_timeout(stall.min(Duration::from_millis(250))) {
            Ok(chunk) => {
                last = Instant::now();
                if let Err(error) = take(&chunk) {
                    break Err(error);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break child.wait(stall),
            Err(RecvTimeoutError::Timeout) => {
                let silent = last.elapsed().min(child.log().silent_for());
                if silent >= stall {
                    break Err(stuck(silent));
                }
            }
        }
    };
    drop(receiver);
    child.end();
    if let Some(pump) = pump {
        // The pipe is closed, so it is at its end.
        let _ = pump.join();
    }
    let status = taken?;
    Ok((child.log().clone(), status.success()))
}

/// In a group of its own, an interrupt from the terminal is the program's to handle.
fn apart(command: &mut Command) {
    if program::is_set(NO_PREVENT_SIGINT) {
        return;
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        // CREATE_NO_WINDOW and CREATE_NEW_PROCESS_GROUP.
        const FLAGS: u32 = 0x0800_0000 | 0x0000_0200;
        std::os::windows::process::CommandExt::creation_flags(command, FLAGS);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_silent_program_is_ended() {
        let begun = Instant::now();
        let stall = Duration::from_millis(200);
        let error = output(shell("exec sleep 30"), stall, 100)
            .err()
            .expect("stuck");
        assert_eq!(error.kind(), ErrorKind::External);
        assert!(error.message().contains("silent for 0.2 s"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_a_program_says_is_kept() {
        let told = output(
            shell("echo out; echo err >&2; exit 3"),
            Duration::from_secs(20),
            100,
        );
        let told = told.expect("it runs");
        assert_eq!(
            (told.stdout.as_slice(), told.success),
            (&b"out\n"[..], false)
        );
        assert_eq!(told.log.tail(), "err");
        let stall = Duration::from_secs(20);
        let flood = output(shell("yes"), stall, 1 << 20)
            .err()
            .expect("too much");
        assert_eq!(flood.kind(), ErrorKind::LimitExceeded);
        let mut lines = Vec::new();
        each_line(shell("printf 'a\\nb\\nc'"), stall, |line| {
            lines.push(line.to_owned());
            Ok(())
        })
        .expect("it runs");
        assert_eq!(lines, ["a", "b", "c"]);
    }

    #[test]
    fn a_missing_program_is_told_how_to_get() {
        let stall = Duration::from_secs(1);
        let error = output(Command::new("/no/such/ffmpeg"), stall, 100)
            .err()
            .expect("missing");
        assert_eq!(error.kind(), ErrorKind::NotInstalled);
        assert!(error.to_string().contains("IMAGEIO_FFMPEG_EXE"), "{error}");
    }
}
