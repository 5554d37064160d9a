//! An allocator that counts live bytes and their peak.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Counter;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counter = Counter;

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
}

// SAFETY: every call goes to the system's allocator with the arguments it came with.
unsafe impl GlobalAlloc for Counter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller keeps the promises of the same method.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller keeps the promises of the same method.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the promises of the same method.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the promises of the same method.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// The right to measure. Tests of this binary run one after another, since all allocate from one counter.
pub(crate) struct Meter {
    alone: MutexGuard<'static, ()>,
}

impl Meter {
    /// Waits until no other test of this binary runs.
    pub(crate) fn alone() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Meter {
            alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Runs `work`; gives its result and the bytes it held at most beside what was there.
    pub(crate) fn peak<T>(&self, work: impl FnOnce() -> T) -> (T, usize) {
        let () = *self.alone;
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        let result = work();
        (result, PEAK.load(Relaxed).saturating_sub(before))
    }
}
