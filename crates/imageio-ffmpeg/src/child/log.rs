//! What a program says on its standard error: the beginning, the end, and when it last said something.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lines of the beginning, in which ffmpeg describes input and output.
const HEAD: usize = 512;

/// Lines of the end, in which it says what went wrong.
const TAIL: usize = 24;

/// Bytes of one line; a file's own text may be longer.
const LINE: usize = 1 << 10;

/// What a program has said so far; clones are the same log.
#[derive(Clone, Debug)]
pub(crate) struct Log(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug)]
struct State {
    head: Vec<String>,
    tail: VecDeque<String>,
    /// The last line that says how many frames are done.
    progress: Option<String>,
    last: Instant,
    ended: bool,
}

impl Default for Log {
    fn default() -> Self {
        let state = State {
            head: Vec::new(),
            tail: VecDeque::new(),
            progress: None,
            last: Instant::now(),
            ended: false,
        };
        Log(Arc::new((Mutex::new(state), Condvar::new())))
    }
}

impl Log {
    /// Keeps what `stderr` gives until it ends.
    pub(super) fn listen(&self, mut stderr: impl Read) {
        let mut chunk = [0; 4096];
        let mut line = Vec::new();
        while let Ok(count @ 1..) = stderr.read(&mut chunk) {
            for &byte in chunk.get(..count).unwrap_or_default() {
                match byte {
                    // Progress overwrites its own line.
                    b'\n' | b'\r' => self.line(&std::mem::take(&mut line)),
                    _ if line.len() < LINE => line.push(byte),
                    _ => {}
                }
            }
            self.touch();
        }
        self.line(&line);
        self.state().ended = true;
        self.0.1.notify_all();
    }

    /// Notes a sign of life that came another way.
    pub(crate) fn touch(&self) {
        self.state().last = Instant::now();
    }

    /// How long it has said nothing.
    pub(crate) fn silent_for(&self) -> Duration {
        self.state().last.elapsed()
    }

    /// What went wrong: the last lines that are no progress.
    pub(crate) fn tail(&self) -> String {
        let state = self.state();
        state
            .tail
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The beginning.
    pub(crate) fn head(&self) -> Vec<String> {
        self.state().head.clone()
    }

    /// Number of frames in the last line of progress.
    pub(crate) fn frames(&self) -> Option<u64> {
        let state = self.state();
        let rest = state
            .progress
            .as_ref()?
            .split("frame=")
            .last()?
            .trim_start();
        rest.split(|letter: char| !letter.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    }

    /// What `find` makes of the beginning, as soon as it makes something of it; nothing where the log ends before or
    /// nothing comes for `stall`.
    pub(crate) fn wait_for<T>(
        &self,
        stall: Duration,
        find: impl Fn(&[String]) -> Option<T>,
    ) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(found) = find(&state.head) {
                return Some(found);
            }
            let rest = stall.checked_sub(state.last.elapsed())?;
            if state.ended {
                return None;
            }
            let rest = rest.max(Duration::from_millis(1));
            let waited = self.0.1.wait_timeout(state, rest);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn line(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let line = String::from_utf8_lossy(bytes).trim_end().to_owned();
        let mut state = self.state();
        if line.starts_with("frame=") {
            state.progress = Some(line);
            return;
        }
        if state.head.len() < HEAD {
            state.head.push(line.clone());
        }
        if state.tail.len() == TAIL {
            state.tail.pop_front();
        }
        if !line.is_empty() {
            state.tail.push_back(line);
        }
        drop(state);
        self.0.1.notify_all();
    }

    /// Every state in here is whole between two statements.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginning_end_and_progress_are_told_apart() {
        let log = Log::default();
        let lines = (0..600).map(|n| format!("line {n}\nframe={n:5} fps=1 time=x\r"));
        let said = format!("first\n{}", lines.collect::<Vec<_>>().concat());
        log.listen(said.as_bytes());
        assert_eq!(log.head().len(), HEAD);
        assert_eq!(log.frames(), Some(599));
        let tail = log.tail();
        assert_eq!(tail.lines().count(), TAIL);
        assert!(tail.ends_with("line 599") && !tail.contains("frame="));
        let found = log.wait_for(Duration::from_secs(1), |lines| lines.get(3).cloned());
        assert_eq!(found.as_deref(), Some("line 2"));
        assert_eq!(log.wait_for(Duration::from_secs(9), |_| None::<()>), None);
    }
}
