//! Data sets that are deflated as a whole, PS3.5 A.5: inflated as far as they are read.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};
use imageio_core::{Claim, Error, Limits, Result};

use super::cursor::{Source, read_exact_at};

/// Bytes that are fetched, or inflated, at once.
const CHUNK: usize = 64 << 10;

/// The file as if what is deflated stood in it plainly.
pub(crate) struct Inflated<S> {
    source: S,
    /// Where deflated data begins.
    start: u64,
    state: RefCell<State>,
    limits: Limits,
}

struct State {
    stream: Decompress,
    /// Where the next deflated bytes lie.
    next: u64,
    fetched: Vec<u8>,
    /// What is inflated, from the start.
    plain: Vec<u8>,
    claim: Option<Claim>,
    ended: bool,
}

impl<S: Source> Inflated<S> {
    /// `source`, deflated from `start` on.
    pub(crate) fn new(source: S, start: u64, limits: Limits) -> Self {
        Inflated {
            source,
            start,
            state: RefCell::new(State {
                stream: Decompress::new(false),
                next: start,
                fetched: Vec::new(),
                plain: Vec::new(),
                claim: None,
                ended: false,
            }),
            limits,
        }
    }

    /// Inflates until `end` bytes are there, or all.
    fn reach(&self, state: &mut State, end: usize) -> Result<()> {
        while state.plain.len() < end && !state.ended {
            if state.fetched.is_empty() {
                state.fetched.resize(CHUNK, 0);
                let filled = self.source.read_at(state.next, &mut state.fetched)?;
                state.fetched.truncate(filled);
                state.next += filled as u64;
            }
            if state.plain.capacity() < state.plain.len() + CHUNK {
                let wanted = (state.plain.len() * 3 / 2).max(2 * CHUNK);
                state.claim = None;
                state.claim = Some(self.limits.claim(wanted as u64, "the inflated data set")?);
                state.plain.reserve_exact(wanted - state.plain.len());
            }
            let (before_in, before_out) = (state.stream.total_in(), state.plain.len());
            let flush = if state.fetched.is_empty() {
                FlushDecompress::Finish
            } else {
                FlushDecompress::None
            };
            let status = state
                .stream
                .decompress_vec(&state.fetched, &mut state.plain, flush)
                .map_err(|error| Error::corrupt(format!("a deflated data set: {error}")))?;
            let used = usize::try_from(state.stream.total_in() - before_in).unwrap_or(usize::MAX);
            let stuck = used == 0 && state.plain.len() == before_out;
            state.fetched.drain(..used.min(state.fetched.len()));
            state.ended =
                status == Status::StreamEnd || (stuck && flush == FlushDecompress::Finish);
        }
        Ok(())
    }
}

impl<S: Source> Source for Inflated<S> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let Some(inside) = offset.checked_sub(self.start) else {
            return self.source.read_at(offset, buf);
        };
        let mut state = self.state.borrow_mut();
        let from = usize::try_from(inside).unwrap_or(usize::MAX);
        self.reach(&mut state, from.saturating_add(buf.len()))?;
        let rest = state.plain.get(from..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        for (to, byte) in buf.iter_mut().zip(rest) {
            *to = *byte;
        }
        Ok(count)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        for (offset, buf) in parts {
            read_exact_at(self, *offset, buf)?;
        }
        Ok(())
    }

    fn len(&self) -> Result<u64> {
        let mut state = self.state.borrow_mut();
        self.reach(&mut state, usize::MAX)?;
        Ok(self.start + state.plain.len() as u64)
    }
}
