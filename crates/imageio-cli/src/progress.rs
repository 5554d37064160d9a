//! A bar on standard error, for people, and only where the work is long.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work that ends sooner than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(700);
const TICK: Duration = Duration::from_millis(120);

/// Counts images; drop it to take the bar away.
pub(crate) struct Progress {
    begun: Instant,
    total: Option<usize>,
    done: usize,
    bar: Option<ProgressBar>,
    ending: Option<(Sender<()>, JoinHandle<()>)>,
    wanted: bool,
}

impl Progress {
    /// Work on `total` images, where that is known.
    pub(crate) fn new(total: Option<usize>) -> Self {
        Progress {
            begun: Instant::now(),
            total,
            done: 0,
            bar: None,
            ending: None,
            wanted: io::stderr().is_terminal(),
        }
    }

    /// One image more is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if !self.wanted || self.begun.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| new_bar(self.total));
        bar.set_position(self.done as u64);
    }

    /// The last image is handed over; what comes now gives no steps, as encoding that needs all images.
    pub(crate) fn finishing(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if !self.wanted {
            return;
        }
        let (over, waiting) = mpsc::channel();
        let done = self.done;
        let spin = move || {
            if waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let bar = styled(
                    ProgressBar::no_length(),
                    "{spinner} writing {pos} images, {elapsed}",
                );
                bar.set_position(done as u64);
                while waiting.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    bar.tick();
                }
                bar.finish_and_clear();
            }
        };
        self.ending = Some((over, thread::spawn(spin)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some((over, thread)) = self.ending.take() {
            drop(over);
            // The thread ends when its channel does; should it have failed, only the bar is lost.
            let _ = thread.join();
        }
    }
}

fn new_bar(total: Option<usize>) -> ProgressBar {
    match total {
        Some(total) => styled(
            ProgressBar::new(total as u64),
            "{wide_bar} {pos}/{len} images, {eta} left",
        ),
        None => styled(ProgressBar::no_length(), "{spinner} {pos} images"),
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
