//! The stored bytes of a picture, handed out from the reader's own buffer.

use std::io::{BufRead, ErrorKind, Read, Seek, SeekFrom};

use imageio_core::{Error, Result};

use crate::format::Input;

/// Pieces end at multiples of this, so that no pixel of 1, 2, 3 or 4 bytes is cut.
const UNIT: usize = 24;

/// Where the bytes of one picture lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) start: u64,
    pub(crate) len: u64,
}

impl Stored {
    /// Fills `out` from `offset` inside the picture; large ones without a copy in between.
    ///
    /// # Errors
    /// `Corrupt` with both figures when the file ends before that.
    pub(crate) fn read(self, input: &mut Input, offset: u64, out: &mut [u8]) -> Result<()> {
        input.seek(SeekFrom::Start(self.start.saturating_add(offset)))?;
        input
            .read_exact(out)
            .map_err(|error| self.explain(input, error))
    }

    /// Gives `len` bytes from `offset` in pieces, without copying them where they are buffered.
    pub(crate) fn pieces(
        self,
        input: &mut Input,
        offset: u64,
        len: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<()> {
        input.seek(SeekFrom::Start(self.start.saturating_add(offset)))?;
        let mut left = len;
        while left > 0 {
            let buffered = input.fill_buf()?;
            let mut count = buffered.len().min(left);
            if count < left {
                count -= count % UNIT;
            }
            if count > 0 {
                take(buffered.get(..count).unwrap_or_default());
                input.consume(count);
            } else {
                // The end of what is buffered cuts a unit in two.
                let mut unit = [0; UNIT];
                count = UNIT.min(left);
                let unit = unit.get_mut(..count).unwrap_or_default();
                input
                    .read_exact(unit)
                    .map_err(|error| self.explain(input, error))?;
                take(unit);
            }
            left -= count;
        }
        Ok(())
    }

    /// Says how much is there where the file ends too early.
    fn explain(self, input: &mut Input, error: std::io::Error) -> Error {
        if error.kind() != ErrorKind::UnexpectedEof {
            return error.into();
        }
        let end = input
            .seek(SeekFrom::End(0))
            .unwrap_or_else(|_| input.position());
        let there = end.saturating_sub(self.start).min(self.len);
        Error::corrupt(format!(
            "pixel data ends too early: {there} bytes, expected {}",
            self.len
        ))
    }
}
