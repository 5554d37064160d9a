//! Chunks: where they lie, their bytes, their checksums (PNG 5.3).

use std::io::{Read, Seek, SeekFrom};

use flate2::Crc;
use imageio_core::{Error, Limits, Result};

use super::header::MAX_INT;
use crate::format::Input;

pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// What memory is set aside for at first, before the bytes of a chunk have been seen.
const FIRST_READ: usize = 1 << 16;

/// A chunk's name and where its data lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) name: [u8; 4],
    pub(super) start: u64,
    pub(super) len: u32,
}

impl Chunk {
    /// Reads the length and name of the chunk at the input's position; nothing at the end of the data.
    pub(super) fn next(input: &mut Input) -> Result<Option<Self>> {
        let mut head = [0; 8];
        if read_some(input, &mut head)? < head.len() {
            return Ok(None);
        }
        let [l0, l1, l2, l3, name @ ..] = head;
        let len = u32::from_be_bytes([l0, l1, l2, l3]);
        let start = input.position();
        if !name.iter().all(u8::is_ascii_alphabetic) {
            let name = name.escape_ascii();
            let message = format!("chunk name `{name}` at offset {}", start - 4);
            return Err(Error::corrupt(message));
        }
        let chunk = Chunk { name, start, len };
        if len > MAX_INT {
            let message = format!("{} claims {len} bytes, over {MAX_INT}", chunk.text());
            return Err(Error::corrupt(message));
        }
        Ok(Some(chunk))
    }

    /// The name for messages.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }

    /// Moves the input behind the chunk, over its data and checksum.
    pub(super) fn skip(&self, input: &mut Input) -> Result<()> {
        input.seek(SeekFrom::Start(self.start + u64::from(self.len) + 4))?;
        Ok(())
    }

    /// The data, or nothing where the checksum is wrong. The input is left behind the chunk.
    ///
    /// # Errors
    /// `Corrupt` when the data ends first, `LimitExceeded` over the budget.
    pub(super) fn read(&self, input: &mut Input, limits: &Limits) -> Result<Option<Vec<u8>>> {
        let len = self.len as usize;
        let _held = limits.claim(len as u64, "a chunk")?;
        input.seek(SeekFrom::Start(self.start))?;
        let mut data: Vec<u8> = limits.try_capacity(len.min(FIRST_READ), "a chunk")?;
        input.take(u64::from(self.len)).read_to_end(&mut data)?;
        let mut sum = [0; 4];
        if data.len() < len || read_some(input, &mut sum)? < sum.len() {
            let message = format!("{} at offset {} is cut off", self.text(), self.start - 8);
            return Err(Error::corrupt(message));
        }
        let mut crc = Crc::new();
        crc.update(&self.name);
        crc.update(&data);
        Ok((crc.sum() == u32::from_be_bytes(sum)).then_some(data))
    }

    /// The data of a chunk that the image cannot do without.
    ///
    /// # Errors
    /// `Corrupt` also for a wrong checksum.
    pub(super) fn read_critical(&self, input: &mut Input, limits: &Limits) -> Result<Vec<u8>> {
        self.read(input, limits)?
            .ok_or_else(|| Error::corrupt(format!("{} has a wrong checksum", self.text())))
    }
}

/// Fills `buf` as far as the data goes; gives the number of bytes.
pub(super) fn read_some(input: &mut Input, buf: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buf.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
