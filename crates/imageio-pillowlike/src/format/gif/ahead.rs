//! Frames unpacked ahead of the one that is drawn, as no frame's data needs another's.

use std::collections::VecDeque;
use std::thread::{Builder, scope};

use imageio_core::{Error, Limits, Result, cores};

use super::lzw::Indices;
use super::pixels::Packed;
use super::scan::{FrameRecord, Scan};
use crate::format::Input;

/// The most frames that are unpacked at once.
const FRAMES: usize = 16;

/// The most bytes that they may take.
const BYTES: u64 = 16 << 20;

/// The most threads that unpack.
const THREADS: usize = 4;

/// Pixels below which a thread does not pay.
const PIXELS: usize = 1 << 15;

/// Frames that wait to be drawn. The more of them are asked for in order, the more are unpacked ahead.
#[derive(Default)]
pub(super) struct Ahead {
    ready: VecDeque<(usize, Result<Indices>)>,
    /// The frame after the last one taken.
    next: usize,
    batch: usize,
}

/// One frame to unpack.
struct Job<'a> {
    position: usize,
    frame: &'a FrameRecord,
    packed: Packed,
    indices: Option<Result<Indices>>,
}

impl Ahead {
    /// The pixels of frame `position`, while `reserved` bytes of the budget are kept for what is drawn.
    pub(super) fn take(
        &mut self,
        input: &mut Input,
        scan: &Scan,
        position: usize,
        reserved: u64,
        limits: &Limits,
    ) -> Result<Indices> {
        self.ready.retain(|(ready, _)| *ready >= position);
        if self.ready.front().is_none_or(|front| front.0 != position) {
            let in_order = position == self.next && position > 0;
            self.batch = if in_order { self.batch * 2 } else { 1 }.min(FRAMES);
            self.unpack(input, scan, position, reserved, limits)?;
        }
        self.next = position + 1;
        match self.ready.pop_front() {
            Some((_, indices)) => indices,
            None => Err(Error::out_of_range(position, scan.frames.len())),
        }
    }

    fn unpack(
        &mut self,
        input: &mut Input,
        scan: &Scan,
        first: usize,
        reserved: u64,
        limits: &Limits,
    ) -> Result<()> {
        self.ready.clear();
        let free = limits.image_budget().saturating_sub(limits.live());
        let mut allowed = (free.saturating_sub(reserved) / 2).min(BYTES);
        let mut jobs = Vec::new();
        for (position, frame) in scan.frames.iter().enumerate().skip(first).take(self.batch) {
            let span = frame.data();
            let cost = Indices::cost(frame.area()) as u64 + (span.end - span.start);
            if position > first && (cost > allowed || frame.cut) {
                break;
            }
            allowed = allowed.saturating_sub(cost);
            let packed = match Packed::read(input, frame, limits) {
                Ok(packed) => packed,
                Err(error) if position == first => return Err(error),
                // Whoever asks for that frame is told.
                Err(_) => break,
            };
            jobs.push(Job {
                position,
                frame,
                packed,
                indices: None,
            });
        }
        run(&mut jobs, limits);
        let ready = jobs.into_iter();
        self.ready
            .extend(ready.filter_map(|job| Some((job.position, job.indices?))));
        Ok(())
    }
}

/// Does all jobs, in several threads where that pays.
fn run(jobs: &mut [Job<'_>], limits: &Limits) {
    let pixels: usize = jobs.iter().map(|job| job.frame.area()).sum();
    let threads = (pixels / PIXELS).min(cores()).clamp(1, THREADS);
    let work = |jobs: &mut [Job<'_>]| {
        for job in jobs {
            job.indices = Some(job.packed.unpack(job.frame, limits));
        }
    };
    let share = jobs.len().div_ceil(threads).max(1);
    scope(|scope| {
        let mut shares = jobs.chunks_mut(share);
        let own = shares.next();
        for share in shares {
            let spawned = Builder::new().spawn_scoped(scope, move || work(share));
            if spawned.is_err() {
                break;
            }
        }
        work(own.unwrap_or_default());
    });
    // A machine that gives no thread unpacks on this one.
    for job in jobs.iter_mut().filter(|job| job.indices.is_none()) {
        job.indices = Some(job.packed.unpack(job.frame, limits));
    }
}
