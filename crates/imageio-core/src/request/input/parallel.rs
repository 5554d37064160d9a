//! Large reads by several threads: copying out of the page cache into fresh memory keeps one core busy.

use std::thread::{Builder, ScopedJoinHandle, scope};

use crate::cores::cores;
use crate::error::Result;

/// Parts below this are not worth a thread.
const PART: usize = 4 << 20;

/// More threads than this do not read faster.
const THREADS: usize = 4;

/// Fills `buf` by calling `read` with an offset inside it and the part there; gives the bytes up to the first gap.
pub(super) fn read(
    buf: &mut [u8],
    read: impl Fn(u64, &mut [u8]) -> Result<usize> + Sync,
) -> Result<usize> {
    let parts = (buf.len() / PART).min(threads());
    if parts < 2 {
        return read(0, buf);
    }
    // Whole huge pages, so that no two threads touch one first.
    let size = buf.len().div_ceil(parts).next_multiple_of(2 << 20);
    let read = &read;
    let total = scope(|scope| -> Result<Option<usize>> {
        let mut parts = buf.chunks_mut(size).enumerate();
        let first = parts.next().map(|(_, part)| part).unwrap_or_default();
        let mut others = Vec::new();
        for (number, part) in parts {
            let (len, offset) = (part.len(), (number * size) as u64);
            let work = move || read(offset, part);
            match Builder::new().spawn_scoped(scope, work) {
                Ok(thread) => others.push((len, thread)),
                Err(_) => return Ok(None),
            }
        }
        let len = first.len();
        let mut total = read(0, first)?;
        let mut whole = total == len;
        for (len, other) in others {
            let filled = join(other)?;
            if whole {
                total += filled;
            }
            whole &= filled == len;
        }
        Ok(Some(total))
    })?;
    // A machine that gives no thread reads on this one.
    total.map_or_else(|| read(0, buf), Ok)
}

fn join(thread: ScopedJoinHandle<'_, Result<usize>>) -> Result<usize> {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn threads() -> usize {
    cores().min(THREADS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn parts_come_together_and_end_at_the_first_gap() {
        let source: Vec<u8> = (0..20 << 20).map(|i: u32| (i % 251) as u8).collect();
        let from = |end: usize| {
            let source = &source;
            move |offset: u64, part: &mut [u8]| {
                let rest = source[..end].get(offset as usize..).unwrap_or_default();
                let count = rest.len().min(part.len());
                part[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        };
        let mut buf = vec![0; 18 << 20];
        assert_eq!(read(&mut buf, from(source.len())).ok(), Some(18 << 20));
        assert!(buf == source[..18 << 20]);
        assert_eq!(read(&mut buf, from(5 << 20)).ok(), Some(5 << 20));
        let failed = read(&mut buf, |offset, part| match offset {
            0 => Ok(part.len()),
            _ => Err(Error::corrupt("a bad sector")),
        });
        // One core reads in one part.
        assert_eq!(failed.is_err(), threads() > 1);
    }
}
