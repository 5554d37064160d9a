//! Work on several threads whose results are taken in their order, a bounded number of them at a time.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

use imageio_core::{Error, Result};

/// Results that may wait for each thread.
const AHEAD: usize = 4;

/// Threads for `jobs` pieces of work, unless the caller says how many.
pub(super) fn threads(asked: Option<usize>, jobs: usize) -> usize {
    let cores = || available_parallelism().map_or(1, NonZero::get);
    asked
        .filter(|&count| count > 0)
        .unwrap_or_else(cores)
        .min(jobs)
}

/// Where the work stands.
struct Board<T> {
    next: usize,
    taken: usize,
    results: BTreeMap<usize, Result<T>>,
    given_up: bool,
    lost: bool,
}

struct Shared<T> {
    board: Mutex<Board<T>>,
    changed: Condvar,
}

/// Makes `make(0)` to `make(count - 1)` on `threads` threads and hands the results to `take` in their order.
///
/// Each thread has a state of its own.
pub(super) fn in_order<T: Send, S: Default>(
    count: usize,
    threads: usize,
    make: impl Fn(usize, &mut S) -> Result<T> + Sync,
    mut take: impl FnMut(usize, T) -> Result<()>,
) -> Result<()> {
    let mut state = S::default();
    if threads <= 1 {
        return (0..count).try_for_each(|at| take(at, make(at, &mut state)?));
    }
    let shared = Shared {
        board: Mutex::new(Board {
            next: 0,
            taken: 0,
            results: BTreeMap::new(),
            given_up: false,
            lost: false,
        }),
        changed: Condvar::new(),
    };
    let window = threads * AHEAD;
    scope(|scope| {
        for _ in 1..threads {
            // A machine that gives no thread works on this one.
            let _ = Builder::new().spawn_scoped(scope, || {
                let mut state = S::default();
                let _lost = Lost(&shared);
                while let Some(at) = shared.wait_for_work(count, window) {
                    shared.put(at, make(at, &mut state));
                }
            });
        }
        let done = (0..count).try_for_each(|at| {
            let result = shared.result(at, (count, window), |other| make(other, &mut state))?;
            take(at, result)
        });
        shared.give_up();
        done
    })
}

/// Tells the others when its thread panics: they would wait for its result.
struct Lost<'a, T>(&'a Shared<T>);

impl<T> Drop for Lost<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().lost = true;
            self.0.changed.notify_all();
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Board<T>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece of work, once it is not too far ahead.
    fn wait_for_work(&self, count: usize, window: usize) -> Option<usize> {
        let mut board = self.lock();
        loop {
            if board.given_up || board.next >= count {
                return None;
            }
            if board.next < board.taken + window {
                board.next += 1;
                return Some(board.next - 1);
            }
            board = self
                .changed
                .wait(board)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn put(&self, at: usize, result: Result<T>) {
        self.lock().results.insert(at, result);
        self.changed.notify_all();
    }

    /// Result `at`; while it is not there, other work is done.
    fn result(
        &self,
        at: usize,
        (count, window): (usize, usize),
        mut make: impl FnMut(usize) -> Result<T>,
    ) -> Result<T> {
        let mut board = self.lock();
        loop {
            if let Some(result) = board.results.remove(&at) {
                board.taken = at + 1;
                drop(board);
                self.changed.notify_all();
                return result;
            }
            if board.next < count && board.next < board.taken + window {
                let other = board.next;
                board.next += 1;
                drop(board);
                let result = make(other);
                board = self.lock();
                board.results.insert(other, result);
                continue;
            }
            if board.lost {
                return Err(Error::unsupported("another thread gave up"));
            }
            board = self
                .changed
                .wait(board)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_up(&self) {
        self.lock().given_up = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_their_order() {
        for threads in [1, 2, 5] {
            let mut seen = Vec::new();
            let done = in_order(
                100,
                threads,
                |at, (): &mut ()| Ok(at * 2),
                |at, twice| {
                    seen.push((at, twice));
                    Ok(())
                },
            );
            assert!(done.is_ok());
            assert_eq!(seen, (0..100).map(|at| (at, at * 2)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        let make = |at: usize, (): &mut ()| match at {
            7 => Err(Error::unsupported("seven")),
            other => Ok(other),
        };
        let mut seen = 0;
        let done = in_order(1000, 3, make, |_, _| {
            seen += 1;
            Ok(())
        });
        assert_eq!((done.is_err(), seen), (true, 7));
    }
}
