//! Brings the bytes of segments and decodes them, on all cores.

use std::collections::VecDeque;
use std::num::NonZero;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Builder;

use imageio_core::{Error, Result, Scratch};

use super::plan::{Job, Plan};
use super::segment::{Segments, Workspace};
use super::{Region, name_of};
use crate::format::page::Page;
use crate::format::source::Source;

/// Stored bytes that are fetched at once: what a window needs comes in one go.
const FIRST_BATCH: u64 = 4 << 20;

/// Stored bytes that a core fetches for itself, so that memory stays bounded.
const BATCH: u64 = 1 << 20;

/// Segments of a batch.
const BATCH_JOBS: usize = 1024;

/// Decoded bytes below which a second core costs more than it saves.
const THREADS_FROM: usize = 1 << 17;

/// More cores than this wait for memory.
const MOST_THREADS: usize = 16;

/// Decodes `region`, which is inside of the page and not empty, into `out`.
pub(super) fn read(
    source: &Source,
    page: &Page,
    segments: &Segments<'_>,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    let threads = if out.len() < THREADS_FROM { 1 } else { cores() };
    let shared = Shared {
        source,
        page,
        segments,
        state: Mutex::new(State {
            plan: Plan::new(source, page, region, segments.dtype.size(), out),
            ready: VecDeque::new(),
            first: true,
            failed: None,
        }),
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // A machine that gives no thread decodes on this one.
            if Builder::new()
                .spawn_scoped(scope, || shared.work())
                .is_err()
            {
                break;
            }
        }
        shared.work();
    });
    let state = shared
        .state
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    state.failed.map_or(Ok(()), |(_, error)| Err(error))
}

/// How many threads work at once.
pub(super) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| {
        let cores = std::thread::available_parallelism();
        cores.map_or(1, NonZero::get).min(MOST_THREADS)
    })
}

/// The stored bytes of a segment.
pub(super) enum Stored<'a> {
    /// In the memory of the resource.
    Slice(&'a [u8]),
    /// In what was fetched together.
    Batch(Arc<Scratch<u8>>, Range<usize>),
}

impl Stored<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Stored::Slice(bytes) => bytes,
            Stored::Batch(batch, range) => batch.get(range.clone()).unwrap_or_default(),
        }
    }
}

struct Shared<'a, 'o> {
    source: &'a Source,
    page: &'a Page,
    segments: &'a Segments<'a>,
    state: Mutex<State<'a, 'o>>,
}

struct State<'a, 'o> {
    plan: Plan<'a, 'o>,
    /// Fetched, not decoded.
    ready: VecDeque<(Job<'o>, Stored<'a>)>,
    first: bool,
    /// The error of the first segment that has one.
    failed: Option<(u64, Error)>,
}

impl<'a, 'o> Shared<'a, 'o> {
    fn lock(&self) -> MutexGuard<'_, State<'a, 'o>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decodes segment after segment until none is left.
    fn work(&self) {
        let mut workspace = Workspace::new(self.source);
        loop {
            match self.next() {
                Ok(work) if work.is_empty() => return,
                Ok(work) => {
                    for (mut job, stored) in work {
                        let done = self.segments.decode(
                            self.source,
                            &mut job,
                            stored.bytes(),
                            &mut workspace,
                        );
                        if let Err(error) = done {
                            let place = name_of(self.page, job.index);
                            return self.fail(job.index, error.at(place));
                        }
                    }
                }
                Err(error) => return self.fail(u64::MAX, error),
            }
        }
    }

    fn fail(&self, index: u64, error: Error) {
        let mut state = self.lock();
        if state
            .failed
            .as_ref()
            .is_none_or(|(first, _)| index < *first)
        {
            state.failed = Some((index, error));
        }
    }

    /// Fetched segments; none when all are taken, or one failed.
    fn next(&self) -> Result<Vec<(Job<'o>, Stored<'a>)>> {
        let mut state = self.lock();
        if state.failed.is_some() {
            return Ok(Vec::new());
        }
        if let Some(work) = state.ready.pop_front() {
            return Ok(vec![work]);
        }
        let bytes = if state.first { FIRST_BATCH } else { BATCH };
        state.first = false;
        let jobs = state.plan.take(bytes, BATCH_JOBS)?;
        if !state.plan.is_done() {
            drop(state);
            return self.fetch(jobs);
        }
        // The last ones are for everybody; whoever comes meanwhile waits for them.
        let fetched = self.fetch(jobs)?;
        state.ready.extend(fetched);
        Ok(state.ready.pop_front().into_iter().collect())
    }

    /// Reads the bytes of `jobs` in one go.
    fn fetch(&self, mut jobs: Vec<Job<'o>>) -> Result<Vec<(Job<'o>, Stored<'a>)>> {
        for job in &mut jobs {
            self.segments.trim(self.source, job);
            if !job.span.is_empty() {
                let place = || name_of(self.page, job.index);
                let checked = self.source.check(job.span.offset, job.span.len);
                checked.map_err(|error| error.at(place()))?;
            }
        }
        if let Some(all) = self.source.as_slice() {
            let stored = |job: Job<'o>| {
                let start = usize::try_from(job.span.offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(job.span.len as usize);
                (job, Stored::Slice(all.get(start..end).unwrap_or_default()))
            };
            return Ok(jobs.into_iter().map(stored).collect());
        }
        let lens = jobs.iter().map(|job| {
            if job.span.is_empty() {
                0
            } else {
                job.span.len as usize
            }
        });
        let len = lens.clone().sum();
        let mut batch = self
            .source
            .limits()
            .scratch::<u8>(len, "strips or tiles as they are stored")?;
        let mut parts = Vec::with_capacity(jobs.len());
        let mut rest = &mut batch[..];
        for (job, len) in jobs.iter().zip(lens.clone()).filter(|(_, len)| *len > 0) {
            let (part, after) = rest.split_at_mut(len);
            parts.push((job.span.offset, part));
            rest = after;
        }
        self.source.read_ranges(&mut parts)?;
        let batch = Arc::new(batch);
        let mut at = 0;
        let ranges: Vec<Range<usize>> = lens
            .map(|len| {
                at += len;
                at - len..at
            })
            .collect();
        let stored = |(job, range)| (job, Stored::Batch(Arc::clone(&batch), range));
        Ok(jobs.into_iter().zip(ranges).map(stored).collect())
    }
}
