//! Writing chunks, in order and with their checksums.

use std::io::{BufWriter, Write};

use flate2::Crc;
use imageio_core::{Error, Result};

use crate::format::Sink;
use crate::format::png::chunks::SIGNATURE;
use crate::format::png::header::MAX_INT;

/// A file of chunks.
pub(super) struct Chunks<'a> {
    out: BufWriter<&'a mut dyn Sink>,
    /// Number of the next chunk of an animation.
    sequence: u32,
}

impl<'a> Chunks<'a> {
    /// Writes the signature.
    pub(super) fn start(out: &'a mut dyn Sink) -> Result<Self> {
        let mut out = BufWriter::new(out);
        out.write_all(&SIGNATURE)?;
        Ok(Chunks { out, sequence: 0 })
    }

    /// Writes a chunk of the `parts`, one after the other.
    pub(super) fn write(&mut self, name: [u8; 4], parts: &[&[u8]]) -> Result<()> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        let fits = u32::try_from(len).ok().filter(|&len| len <= MAX_INT);
        let len = fits.ok_or_else(|| {
            let name = String::from_utf8_lossy(&name);
            Error::unsupported(format!("{name} of {len} bytes, over {MAX_INT}"))
        })?;
        let mut crc = Crc::new();
        crc.update(&name);
        self.out.write_all(&len.to_be_bytes())?;
        self.out.write_all(&name)?;
        for part in parts {
            crc.update(part);
            self.out.write_all(part)?;
        }
        self.out.write_all(&crc.sum().to_be_bytes())?;
        Ok(())
    }

    /// Writes a chunk that begins with the number of an animation's chunk.
    pub(super) fn write_numbered(&mut self, name: [u8; 4], data: &[u8]) -> Result<()> {
        let number = self.sequence.to_be_bytes();
        self.sequence += 1;
        self.write(name, &[&number, data])
    }

    /// Writes the end and passes everything on.
    pub(super) fn finish(mut self) -> Result<()> {
        self.write(*b"IEND", &[])?;
        self.out.flush()?;
        Ok(())
    }
}
