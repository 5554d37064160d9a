//! Frames on their way into an encoder: a thread writes, so that one that is stuck can be ended.

use super::*;
use std::io::Read as _;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::time::Instant;

/// How long one look waits before it asks whether the process lives.
const LOOK: Duration = Duration::from_millis(20);

/// An encoder that takes frames. Dropped unfinished, it ends the process.
#[derive(Debug)]
pub(super) struct Feed {
    child: Child,
    frames: Option<SyncSender<NdImage>>,
    writer: Option<JoinHandle<std::io::Result<()>>>,
    listener: Option<JoinHandle<()>>,
    stall: Duration,
    command: String,
}

impl Feed {
    /// Starts `command`.
    pub(super) fn start(command: std::process::Command, stall: Duration) -> Result<Feed> {
        let shown = command::shown(&command);
        let pipes = Pipes {
            input: true,
            output: true,
        };
        let mut child = Child::start(command, pipes)?;
        let (sender, frames) = mpsc::sync_channel(1);
        let writer = child.take_stdin().map(|stdin| {
            let log = child.log().clone();
            std::thread::spawn(move || write_all(stdin, &frames, &log))
        });
        let listener = child.take_stdout().map(|mut stdout| {
            let log = child.log().clone();
            std::thread::spawn(move || {
                let mut progress = [0; 1024];
                while let Ok(1..) = stdout.read(&mut progress) {
                    log.touch();
                }
            })
        });
        Ok(Feed {
            child,
            frames: Some(sender),
            writer,
            listener,
            stall,
            command: shown,
        })
    }

    /// Hands a frame over; waits while two are on their way.
    pub(super) fn put(&mut self, frame: &NdImage) -> Result<()> {
        let begun = Instant::now();
        let mut frame = frame.clone();
        loop {
            let Some(frames) = &self.frames else {
                return Err(self.failure(None));
            };
            match frames.try_send(frame) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(_)) => {
                    self.frames = None;
                    let status = self.child.wait(self.stall).ok();
                    return Err(self.failure(status));
                }
                Err(TrySendError::Full(back)) => frame = back,
            }
            let silent = begun.elapsed().min(self.child.log().silent_for());
            if silent >= self.stall {
                self.child.end();
                return Err(child::stuck(silent));
            }
            std::thread::sleep(
                Duration::from_micros(300)
                    .max(begun.elapsed() / 8)
                    .min(LOOK),
            );
        }
    }

    /// Tells ffmpeg that this was all, and waits for its end.
    pub(super) fn finish(mut self) -> Result<()> {
        self.frames = None;
        let status = self.child.wait(self.stall)?;
        let written = self.writer.take().and_then(|writer| writer.join().ok());
        match written {
            Some(Ok(())) if status.success() => Ok(()),
            _ => Err(self.failure(Some(status))),
        }
    }

    fn failure(&self, status: Option<std::process::ExitStatus>) -> Error {
        let status = status.map_or_else(String::new, |status| format!(" with {status}"));
        let said = last_words(&self.child.log().tail());
        let said = if said.is_empty() {
            "nothing".to_owned()
        } else {
            said
        };
        let command = &self.command;
        Error::new(
            ErrorKind::External,
            format!("ffmpeg ended{status} and said: {said}; the command was {command}"),
        )
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // The process goes first: a kill leaves no time to finish a file that nobody asked for.
        if self.frames.is_some() {
            self.child.end();
        }
        self.frames = None;
        self.child.end();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn write_all(
    mut stdin: ChildStdin,
    frames: &Receiver<NdImage>,
    log: &child::Log,
) -> std::io::Result<()> {
    widen(&stdin);
    loop {
        match frames.recv_timeout(Duration::from_hours(1)) {
            Ok(frame) => {
                stdin.write_all(&frame.as_bytes())?;
                log.touch();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// A wide pipe lets both sides work longer at a time; where the system refuses, it stays narrow.
fn widen(stdin: &ChildStdin) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::pipe::fcntl_setpipe_size(stdin, 1 << 18);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stdin;
}
