//! Deflated bytes, unpacked from front to back straight into their place.

use flate2::{Decompress, FlushDecompress, Status};
use imageio_core::{Error, Request, Result};

/// Packed bytes that are fetched at first: enough for a header.
const FIRST_BLOCK: usize = 1 << 12;

/// Packed bytes that are fetched at once further on.
const BLOCK: usize = 1 << 18;

/// Unpacks a deflated stream.
pub(super) struct Inflater<'a> {
    request: &'a Request,
    state: Decompress,
    block: Vec<u8>,
    /// What of the block is used up.
    used: usize,
    /// Where the next block is, and how many packed bytes are left from there.
    next: u64,
    left: u64,
}

impl<'a> Inflater<'a> {
    /// `stored` bytes from `start` on.
    pub(super) fn new(request: &'a Request, start: u64, stored: u64) -> Self {
        Inflater {
            request,
            state: Decompress::new(false),
            block: Vec::new(),
            used: 0,
            next: start,
            left: stored,
        }
    }

    /// Unpacks the next bytes until `out` is full; fewer where the stream ends.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while let Some(rest) = out.get_mut(done..).filter(|rest| !rest.is_empty()) {
            if self.used == self.block.len() {
                self.fetch()?;
            }
            let input = self.block.get(self.used..).unwrap_or_default();
            let (taken, given) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, rest, FlushDecompress::None)
                .map_err(|error| Error::corrupt(error.to_string()))?;
            let taken = self.state.total_in() - taken;
            let given = self.state.total_out() - given;
            self.used += taken as usize;
            done += given as usize;
            let is_stuck = taken == 0 && given == 0 && self.left == 0;
            if status == Status::StreamEnd || is_stuck {
                break;
            }
        }
        Ok(done)
    }

    fn fetch(&mut self) -> Result<()> {
        let most = match self.block.len() {
            0 => FIRST_BLOCK,
            len => (len * 8).min(BLOCK),
        };
        let len = usize::try_from(self.left).map_or(most, |left| left.min(most));
        self.block.resize(len, 0);
        self.request.read_exact_at(self.next, &mut self.block)?;
        self.next += len as u64;
        self.left -= len as u64;
        self.used = 0;
        Ok(())
    }
}
