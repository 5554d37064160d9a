//! The zlib stream of an image, its stripes deflated side by side.
//!
//! Where the stripes lie depends on the image alone, so the file is the same whatever the number of threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread::{Builder, scope};

use imageio_core::{Result, cores};

use super::filter::Filters;
use super::rows::Picture;
use crate::format::png::deflate::{Effort, deflate};
use crate::format::png::passes::{self, Batch, Pass};

/// Filtered bytes of a stripe.
const STRIPE: usize = 1 << 20;

/// How far back deflate looks.
const HISTORY: usize = 1 << 15;

/// More threads than this are not worth their memory.
const THREADS: usize = 8;

/// How an image is compressed.
#[derive(Clone, Copy)]
pub(super) struct Method {
    pub(super) effort: Effort,
    /// Whether rows are filtered.
    pub(super) filter: bool,
}

/// Gives the zlib stream of `picture` to `take`, part after part.
pub(super) fn compress(
    picture: &Picture<'_>,
    passes: &[Pass],
    method: Method,
    take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    compress_with(picture, passes, method, cores(), take)
}

/// `compress` on so many threads.
pub(super) fn compress_with(
    picture: &Picture<'_>,
    passes: &[Pass],
    method: Method,
    threads: usize,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let stripes = stripes_of(passes);
    let count = stripes.len();
    let make = |at: usize| Stripe {
        batches: stripes.get(at).map_or(&[], Vec::as_slice),
        before: before(&stripes, at),
        picture,
        method,
    };
    let mut sum = 1;
    let mut number = 0;
    in_order(
        count,
        threads.min(THREADS),
        |at| make(at).deflated(at + 1 == count),
        |piece| {
            sum = combine(sum, piece.sum, piece.len);
            number += 1;
            let mut bytes = Vec::new();
            if number == 1 {
                bytes.extend_from_slice(head(method.effort));
            }
            bytes.extend_from_slice(&piece.bytes);
            if number == count {
                bytes.extend_from_slice(&sum.to_be_bytes());
            }
            take(&bytes)
        },
    )
}

/// The first bytes of a zlib stream (RFC 1950).
fn head(effort: Effort) -> &'static [u8; 2] {
    match effort {
        Effort::Store | Effort::Fast => b"\x78\x01",
        Effort::Balanced => b"\x78\x9c",
        Effort::High => b"\x78\xda",
    }
}

/// The rows in stripes, at least one.
fn stripes_of(passes: &[Pass]) -> Vec<Vec<Batch>> {
    let mut stripes = vec![Vec::new()];
    let mut len = 0;
    for batch in passes::batches(passes, STRIPE, usize::MAX) {
        if len >= STRIPE / 2 {
            stripes.push(Vec::new());
            len = 0;
        }
        len += batch.len();
        if let Some(stripe) = stripes.last_mut() {
            stripe.push(batch);
        }
    }
    stripes
}

/// The rows before stripe `at` that deflate may look back at.
fn before(stripes: &[Vec<Batch>], at: usize) -> Vec<Batch> {
    let mut found = Vec::new();
    let mut missing = HISTORY;
    let earlier = stripes.get(..at).unwrap_or_default();
    for batch in earlier.iter().rev().flat_map(|stripe| stripe.iter().rev()) {
        if missing == 0 {
            break;
        }
        let row = batch.pass.row_bytes + 1;
        let rows = missing.div_ceil(row).min(batch.rows.len());
        missing = missing.saturating_sub(rows * row);
        found.push(Batch {
            pass: batch.pass,
            rows: batch.rows.end - rows..batch.rows.end,
        });
    }
    found.reverse();
    found
}

struct Stripe<'a> {
    batches: &'a [Batch],
    before: Vec<Batch>,
    picture: &'a Picture<'a>,
    method: Method,
}

/// A stripe of the stream.
struct Piece {
    bytes: Vec<u8>,
    /// Adler-32 of its data, and how long that is.
    sum: u32,
    len: usize,
}

impl Stripe<'_> {
    fn deflated(&self, last: bool) -> Piece {
        let mut data = Vec::new();
        for batch in &self.before {
            self.filter(batch, &mut data);
        }
        let start = data.len();
        for batch in self.batches {
            self.filter(batch, &mut data);
        }
        let far = start.saturating_sub(HISTORY);
        let own = data.get(start..).unwrap_or_default();
        let mut sum = simd_adler32::Adler32::new();
        sum.write(own);
        Piece {
            sum: sum.finish(),
            len: own.len(),
            bytes: deflate(
                data.get(far..).unwrap_or_default(),
                start - far,
                self.method.effort,
                last,
            ),
        }
    }

    fn filter(&self, batch: &Batch, data: &mut Vec<u8>) {
        let mut filters = Filters::new(self.picture.pixel_bytes(), self.method.filter);
        let mut row = vec![0; batch.pass.row_bytes];
        let mut above = vec![0; batch.pass.row_bytes];
        if let Some(earlier) = batch.rows.start.checked_sub(1) {
            self.picture.row(&batch.pass, earlier, &mut above);
        }
        for index in batch.rows.clone() {
            self.picture.row(&batch.pass, index, &mut row);
            filters.add(&above, &row, data);
            std::mem::swap(&mut row, &mut above);
        }
    }
}

/// Makes `count` things on so many threads and takes them in their order.
fn in_order<T: Send>(
    count: usize,
    threads: usize,
    make: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    if threads.min(count) < 2 {
        return (0..count).try_for_each(|at| take(make(at)));
    }
    let next = AtomicUsize::new(0);
    let (send, receive) = channel();
    scope(|scope| {
        let mut sender = Some(send);
        for _ in 0..threads.min(count) {
            let (Some(send), next, make) = (sender.clone(), &next, &make) else {
                break;
            };
            let work = move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count || send.send((at, make(at))).is_err() {
                        break;
                    }
                }
            };
            if Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        sender = None;
        drop(sender);
        let mut early = BTreeMap::new();
        for at in 0..count {
            let made = loop {
                if let Some(made) = early.remove(&at) {
                    break made;
                }
                match receive.recv() {
                    Ok((at, made)) => drop(early.insert(at, made)),
                    // A machine that gives no thread: what is missing is made here.
                    Err(_) => break make(at),
                }
            };
            if let Err(error) = take(made) {
                next.store(count, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    })
}

/// Adler-32 of two parts, the second `len` bytes long (RFC 1950 8.2).
fn combine(first: u32, second: u32, len: usize) -> u32 {
    const BASE: u64 = 65521;
    let halves = |sum: u32| (u64::from(sum & 0xffff), u64::from(sum >> 16));
    let ((a1, b1), (a2, b2)) = (halves(first), halves(second));
    let len = len as u64 % BASE;
    let a = (a1 + a2 + BASE - 1) % BASE;
    let b = (b1 + b2 + len * (a1 + BASE - 1)) % BASE;
    (b as u32) << 16 | a as u32
}
