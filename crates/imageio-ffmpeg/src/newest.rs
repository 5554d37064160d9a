//! The newest frame of a stream that nobody can slow down.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use imageio_core::{Error, ErrorKind, NdImage, Result};

use crate::child;
use crate::frames::{FrameStream, Next};

/// How long one look for a frame waits before it asks whether it may stop.
const LOOK: Duration = Duration::from_millis(50);

/// A thread that takes every frame and keeps the last. Dropped, it ends the process.
#[derive(Debug)]
pub(crate) struct Newest {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    stall: Duration,
}

#[derive(Debug, Default)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
    stop: AtomicBool,
}

#[derive(Debug, Default)]
struct Slot {
    frame: Option<NdImage>,
    is_new: bool,
    /// Why there will be no more.
    end: Option<(ErrorKind, String)>,
}

impl Newest {
    /// Takes the frames of `stream`.
    pub(crate) fn of(stream: FrameStream, stall: Duration) -> Newest {
        let shared = Arc::new(Shared::default());
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.run(stream))
        };
        Newest {
            shared,
            thread: Some(thread),
            stall,
        }
    }

    /// The newest frame and whether nobody had it before; waits only for the first.
    ///
    /// # Errors
    /// `External` where nothing comes, or nothing any more.
    pub(crate) fn get(&self) -> Result<(NdImage, bool)> {
        self.wait(|slot| slot.frame.is_some())
    }

    /// A frame that nobody had before.
    ///
    /// # Errors
    /// As [`get`](Newest::get).
    pub(crate) fn get_new(&self) -> Result<NdImage> {
        self.wait(|slot| slot.is_new).map(|(frame, _)| frame)
    }

    fn wait(&self, ready: impl Fn(&Slot) -> bool) -> Result<(NdImage, bool)> {
        let begun = Instant::now();
        let mut slot = self.shared.slot();
        loop {
            let found = slot.frame.clone().filter(|_| ready(&slot));
            match (found, &slot.end) {
                // A frame that was there before the end is still somebody's first.
                (Some(frame), end) if slot.is_new || end.is_none() => {
                    let is_new = std::mem::take(&mut slot.is_new);
                    return Ok((frame, is_new));
                }
                (_, Some((kind, message))) => return Err(Error::new(*kind, message.clone())),
                _ => {}
            }
            let Some(rest) = self.stall.checked_sub(begun.elapsed()) else {
                return Err(child::stuck(begun.elapsed()));
            };
            let waited = self.shared.changed.wait_timeout(slot, rest);
            slot = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn run(&self, mut stream: FrameStream) {
        while !self.stop.load(Ordering::Relaxed) {
            let next = stream.look(LOOK);
            if matches!(next, Ok(Next::Nothing)) {
                continue;
            }
            let mut slot = self.slot();
            match next {
                Ok(Next::Frame(frame)) => {
                    slot.frame = Some(frame);
                    slot.is_new = true;
                }
                Ok(_) => {
                    let said = stream
                        .complaint()
                        .unwrap_or_else(|| "its frames ended".to_owned());
                    slot.end = Some((
                        ErrorKind::External,
                        format!("the camera gives no more: {said}"),
                    ));
                }
                Err(error) => slot.end = Some((error.kind(), error.message().to_owned())),
            }
            let ended = slot.end.is_some();
            drop(slot);
            self.changed.notify_all();
            if ended {
                return;
            }
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Newest {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // The stream ends with the thread that holds it.
            let _ = thread.join();
        }
    }
}
