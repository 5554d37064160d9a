//! A body that is one zlib stream.

use flate2::{Decompress, FlushDecompress, Status};
use imageio_core::{Error, Request, Result};

/// Compressed bytes that are read at once.
const INPUT: usize = 1 << 16;

/// Inflates the bytes of a resource from an offset on.
pub(super) struct Inflater {
    stream: Decompress,
    input: Vec<u8>,
    /// How much of the input is used.
    used: usize,
    /// Where the next input lies.
    at: u64,
    ended: bool,
}

impl Inflater {
    pub(super) fn new(at: u64) -> Self {
        Inflater {
            stream: Decompress::new(true),
            input: Vec::new(),
            used: 0,
            at,
            ended: false,
        }
    }

    /// Reads until `out` is full or the stream ends, as it does where the file is cut.
    pub(super) fn read(&mut self, request: &Request, out: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < out.len() && !self.ended {
            if self.used == self.input.len() {
                self.input.resize(INPUT, 0);
                let got = request.read_at(self.at, &mut self.input)?;
                self.input.truncate(got);
                self.at += got as u64;
                self.used = 0;
                if got == 0 {
                    self.ended = true;
                    break;
                }
            }
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let input = self.input.get(self.used..).unwrap_or_default();
            let output = out.get_mut(filled..).unwrap_or_default();
            let status = self.stream.decompress(input, output, FlushDecompress::None);
            self.used += (self.stream.total_in() - before_in) as usize;
            filled += (self.stream.total_out() - before_out) as usize;
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) => {}
                Err(error) => return Err(corrupt("the compressed body", &error)),
            }
        }
        Ok(filled)
    }
}

/// The error for a stream that cannot be inflated.
pub(crate) fn corrupt(what: &str, error: &flate2::DecompressError) -> Error {
    Error::corrupt(format!("{what}: {error}"))
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inflater(at {})", self.at)
    }
}
