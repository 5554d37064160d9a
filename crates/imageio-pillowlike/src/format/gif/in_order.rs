//! Work on numbered things by several threads, whose results come in order.

use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, scope};

use imageio_core::{Error, Result};

/// The positions of one thread.
pub(super) type Positions = std::iter::StepBy<Range<usize>>;

/// Calls `work` in each of `threads` threads with the positions of its own, for each of which it sends one result;
/// `take` gets them in the order of the positions. Each thread is at most two results ahead.
///
/// With one thread, or on a machine that gives no more, everything is done on this one.
pub(super) fn map<T: Send>(
    positions: Range<usize>,
    threads: usize,
    work: impl Fn(Positions, &mut dyn FnMut(T) -> Result<()>) -> Result<()> + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let threads = threads.clamp(1, positions.len().max(1));
    if threads == 1 {
        return work(positions.step_by(1), &mut take);
    }
    let work = &work;
    scope(|scope| {
        let mut results = Vec::new();
        for number in 0..threads {
            let own = (positions.start + number..positions.end).step_by(threads);
            let (sender, receiver) = sync_channel(1);
            let run = move || drop(work(own, &mut |result| send(&sender, result)));
            if Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
            results.push(receiver);
        }
        if results.len() < threads {
            // The threads that did start end as soon as nobody listens.
            drop(results);
            return work(positions.step_by(1), &mut take);
        }
        for receiver in results.iter().cycle().take(positions.len()) {
            take(receiver.recv().map_err(|_| stopped())?)?;
        }
        Ok(())
    })
}

fn send<T>(sender: &SyncSender<T>, result: T) -> Result<()> {
    sender.send(result).map_err(|_| stopped())
}

fn stopped() -> Error {
    Error::unsupported("a thread stopped before its work was done")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(count: usize, threads: usize) -> Result<Vec<usize>> {
        let mut all = Vec::new();
        map(
            3..3 + count,
            threads,
            |mut positions, send| positions.try_for_each(|position| send(position * position)),
            |square| {
                all.push(square);
                Ok(())
            },
        )?;
        Ok(all)
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for count in [0, 1, 2, 3, 50] {
            let expected: Vec<usize> = (3..3 + count).map(|n| n * n).collect();
            for threads in [0, 1, 2, 3, 7, 60] {
                assert_eq!(squares(count, threads).unwrap(), expected);
            }
        }
    }

    #[test]
    fn an_error_ends_all_threads() {
        for threads in [1, 3] {
            let result = map(
                0..1000,
                threads,
                |mut positions, send| positions.try_for_each(&mut *send),
                |position| match position {
                    20 => Err(Error::corrupt("enough")),
                    _ => Ok(()),
                },
            );
            assert_eq!(result.unwrap_err().message(), "enough");
        }
    }
}
