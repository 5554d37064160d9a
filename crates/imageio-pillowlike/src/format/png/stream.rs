//! The image data of one frame: what its chunks hold, one after the other.

use std::io::{BufRead, Error as IoError, Read, Seek, SeekFrom};

use flate2::Crc;
use imageio_core::{Error, Result};

use super::chunks::{self, Chunk};
use super::walk::FrameControl;
use crate::format::Input;

/// The data of the `IDAT` or `fdAT` chunks of one frame, whose checksums are verified on the way.
pub(super) struct FrameStream<'a> {
    input: &'a mut Input,
    in_fdat: bool,
    /// Bytes of the current chunk that are still in the input.
    remaining: u32,
    crc: Crc,
    state: State,
}

enum State {
    /// Before the first chunk.
    Start,
    /// Inside a chunk, or at its checksum.
    Data,
    /// After the last chunk.
    Done,
}

impl<'a> FrameStream<'a> {
    /// The image of `IDAT`, whose first chunk begins at `data`.
    pub(super) fn still(input: &'a mut Input, data: u64) -> Result<Self> {
        FrameStream::new(input, data, false)
    }

    /// One frame of an animation.
    pub(super) fn frame(input: &'a mut Input, frame: &FrameControl) -> Result<Self> {
        FrameStream::new(input, frame.data, frame.in_fdat)
    }

    fn new(input: &'a mut Input, data: u64, in_fdat: bool) -> Result<Self> {
        input.seek(SeekFrom::Start(data))?;
        Ok(FrameStream {
            input,
            in_fdat,
            remaining: 0,
            crc: Crc::new(),
            state: State::Start,
        })
    }

    /// Goes to the next chunk with data.
    fn next_chunk(&mut self) -> Result<()> {
        if let State::Data = self.state {
            self.check_sum()?;
        }
        if let Some(len) = self.find_chunk()? {
            self.remaining = len;
            self.state = State::Data;
        } else {
            self.state = State::Done;
        }
        Ok(())
    }

    fn check_sum(&mut self) -> Result<()> {
        let mut sum = [0; 4];
        let whole = chunks::read_some(self.input, &mut sum)? == sum.len();
        if whole && u32::from_be_bytes(sum) != self.crc.sum() {
            let at = self.input.position();
            let message = format!("wrong checksum of the image data before offset {at}");
            return Err(Error::corrupt(message));
        }
        Ok(())
    }

    /// Finds the next chunk of this frame and gives the length of its data; nothing after the last.
    fn find_chunk(&mut self) -> Result<Option<u32>> {
        let wanted = if self.in_fdat { b"fdAT" } else { b"IDAT" };
        loop {
            // What follows the last chunk of the image is not the image's business.
            let chunk = match Chunk::next(self.input) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(None),
                Err(_) if matches!(self.state, State::Data) => return Ok(None),
                Err(error) => return Err(error),
            };
            if &chunk.name == wanted {
                self.crc.reset();
                self.crc.update(wanted);
                return self.behind_sequence(chunk.len).map(Some);
            }
            // Image data is in a row of chunks, but an animation may hold other ones in between.
            if !self.in_fdat || matches!(&chunk.name, b"fcTL" | b"IEND") {
                return Ok(None);
            }
            chunk.skip(self.input)?;
        }
    }

    fn behind_sequence(&mut self, len: u32) -> Result<u32> {
        if !self.in_fdat {
            return Ok(len);
        }
        let mut number = [0; 4];
        let read = chunks::read_some(self.input, &mut number)?;
        self.crc.update(&number);
        len.checked_sub(4)
            .filter(|_| read == number.len())
            .ok_or_else(|| Error::corrupt("an fdAT is shorter than its sequence number"))
    }
}

impl Read for FrameStream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buf.len());
        buf[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for FrameStream<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        while self.remaining == 0 && !matches!(self.state, State::Done) {
            self.next_chunk().map_err(IoError::other)?;
        }
        let buffered = self.input.fill_buf()?;
        let count = buffered.len().min(self.remaining as usize);
        Ok(&buffered[..count])
    }

    fn consume(&mut self, count: usize) {
        // The bytes are buffered already, so this reads nothing and does not fail.
        if let Ok(buffered) = self.input.fill_buf() {
            let count = count.min(buffered.len());
            self.crc.update(&buffered[..count]);
            self.input.consume(count);
            self.remaining = self.remaining.saturating_sub(count as u32);
        }
    }
}
