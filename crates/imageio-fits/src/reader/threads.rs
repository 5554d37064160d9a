//! Work on parts of an output by several threads.

use std::thread::{Builder, scope};

use imageio_core::{Result, cores};

/// More threads than this do not help where memory is the limit.
const MOST: usize = 4;

/// How many threads this machine has for us.
pub(super) fn count() -> usize {
    cores().min(MOST)
}

/// Runs `work` on each of `parts`, the first on this thread; gives the first error.
pub(super) fn each<P: Send>(parts: Vec<P>, work: impl Fn(P) -> Result<()> + Sync) -> Result<()> {
    let work = &work;
    scope(|scope| {
        let mut parts = parts.into_iter();
        let first = parts.next();
        let mut others = Vec::new();
        let mut here = Vec::new();
        for part in parts {
            let mut held = Some(part);
            // A machine that gives no thread does the work on this one; the part comes back with the refusal.
            let slot = std::sync::Arc::new(std::sync::Mutex::new(held.take()));
            let given = std::sync::Arc::clone(&slot);
            let take = move || given.lock().ok().and_then(|mut part| part.take());
            match Builder::new().spawn_scoped(scope, move || take().map_or(Ok(()), work)) {
                Ok(thread) => others.push(thread),
                Err(_) => here.push(slot),
            }
        }
        let mut done = first.map_or(Ok(()), work);
        for slot in here {
            let part = slot.lock().ok().and_then(|mut part| part.take());
            done = done.and(part.map_or(Ok(()), work));
        }
        for thread in others {
            let other = thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            done = done.and(other);
        }
        done
    })
}
