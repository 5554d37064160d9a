//! Strips that are stored as they are needed: read straight into the output.

use std::thread::Builder;

use imageio_core::Result;

use super::fetch::cores;
use super::plan::{Job, Plan, Target};
use super::samples::{Store, to_native, turn_bits};
use super::segment::Segments;
use super::{Region, fetch, name_of, nodata};
use crate::format::page::Page;
use crate::format::source::Source;

/// Bytes that are read before their order is turned; what lies in memory is turned while it is near.
const PIECE: usize = 8 << 20;
const NEAR_PIECE: usize = 256 << 10;

/// Bytes from which on all cores read.
const THREADS_FROM: usize = 4 << 20;

/// A part of the file and its place in the output.
type Part<'o> = (u64, &'o mut [u8]);

/// Reads `region`, which is inside of the page and not empty, into `out`.
pub(super) fn read(
    source: &Source,
    page: &Page,
    segments: &Segments<'_>,
    region: &Region,
    out: &mut [u8],
) -> Result<()> {
    let all_samples = segments.grid.planes > 1 || region.samples.len() == segments.grid.samples;
    if !all_samples {
        return fetch::read(source, page, segments, region, out);
    }
    let len = out.len();
    let mut plan = Plan::new(source, page, region, segments.dtype.size(), out);
    let mut parts = Vec::new();
    loop {
        let jobs = plan.take(u64::MAX, 4096)?;
        if jobs.is_empty() {
            break;
        }
        for job in jobs {
            add_parts(source, page, segments, job, &mut parts)?;
        }
    }
    let Store::Plain { unit, .. } = segments.store else {
        return Ok(());
    };
    let finish = |bytes: &mut [u8]| {
        to_native(bytes, unit, source.order());
        if page.fill_order == 2 {
            turn_bits(bytes);
        }
    };
    let is_native = unit == 1 || source.order().is_native();
    if is_native && page.fill_order != 2 && (parts.len() < 3 || len < THREADS_FROM) {
        return source.read_ranges(&mut parts);
    }
    read_finished(source, parts, len, &finish)
}

/// The bytes of a strip that are wanted; fills what is not stored.
fn add_parts<'o>(
    source: &Source,
    page: &Page,
    segments: &Segments<'_>,
    job: Job<'o>,
    parts: &mut Vec<Part<'o>>,
) -> Result<()> {
    let Target::Joined(mut rest) = job.target else {
        return Ok(());
    };
    if job.span.is_empty() {
        nodata::fill(rest, segments.nodata(source));
        return Ok(());
    }
    let row = segments.row_len()?;
    let pixel = row / segments.grid.segment[2].max(1);
    let whole = job.cut.columns.len() == segments.grid.segment[2];
    let (lines, len) = if whole {
        (job.cut.rows.start..job.cut.rows.start + 1, rest.len())
    } else {
        (job.cut.rows.clone(), job.cut.columns.len() * pixel)
    };
    for line in lines {
        let start = (line * row + job.cut.columns.start * pixel) as u64;
        let (part, after) = rest.split_at_mut(len.min(rest.len()));
        rest = after;
        let stored = job.span.len.saturating_sub(start).min(part.len() as u64) as usize;
        if stored < part.len() {
            let name = name_of(page, job.index);
            let (has, needs) = (job.span.len, start + part.len() as u64);
            source.warn(format!("{name}: {has} bytes, expected {needs}"));
        }
        let (part, missing) = part.split_at_mut(stored);
        missing.fill(0);
        if !part.is_empty() {
            let offset = job.span.offset.saturating_add(start);
            let checked = source.check(offset, stored as u64);
            checked.map_err(|error| error.at(name_of(page, job.index)))?;
            parts.push((offset, part));
        }
    }
    Ok(())
}

/// Reads all parts and calls `finish` for each piece of them, on all cores.
fn read_finished(
    source: &Source,
    parts: Vec<Part<'_>>,
    len: usize,
    finish: &(impl Fn(&mut [u8]) + Sync),
) -> Result<()> {
    let piece = if source.as_slice().is_some() {
        NEAR_PIECE
    } else {
        PIECE
    };
    let threads = if len < THREADS_FROM { 1 } else { cores() };
    let mut groups: Vec<Vec<Part<'_>>> = Vec::new();
    groups.resize_with(threads, Vec::new);
    let mut before = 0;
    for (mut offset, part) in parts {
        for part in part.chunks_mut(piece) {
            let group = (before as u128 * threads as u128 / len.max(1) as u128) as usize;
            before += part.len();
            let next = offset + part.len() as u64;
            if let Some(group) = groups.get_mut(group) {
                group.push((offset, part));
            }
            offset = next;
        }
    }
    let run = |group: Vec<Part<'_>>| read_group(source, group, piece, finish);
    std::thread::scope(|scope| {
        let mut groups = groups.into_iter();
        let first = groups.next().unwrap_or_default();
        let mut others = Vec::new();
        let mut here = vec![first];
        for group in groups.filter(|group| !group.is_empty()) {
            let (give, take) = std::sync::mpsc::channel();
            let spawned =
                Builder::new().spawn_scoped(scope, move || take.recv().map_or(Ok(()), run));
            match spawned {
                // The other end lives as long as the thread waits.
                Ok(thread) => {
                    let _ = give.send(group);
                    others.push(thread);
                }
                Err(_) => here.push(group),
            }
        }
        let mut done = here.into_iter().try_for_each(run);
        for other in others {
            let result = other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            done = done.and(result);
        }
        done
    })
}

/// Reads several small parts in one go, so that a remote resource can fetch them together.
fn read_group(
    source: &Source,
    mut group: Vec<Part<'_>>,
    piece: usize,
    finish: &impl Fn(&mut [u8]),
) -> Result<()> {
    let mut rest = &mut group[..];
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |(_, part): &&Part<'_>| {
            bytes += part.len();
            bytes <= piece
        };
        let count = rest.iter().take_while(fits).count().max(1);
        let (now, after) = rest.split_at_mut(count);
        source.read_ranges(now)?;
        for (_, part) in now {
            finish(part);
        }
        rest = after;
    }
    Ok(())
}
