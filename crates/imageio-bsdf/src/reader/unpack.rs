//! The bytes of a blob, from front to back, straight into their place.

use flate2::{FlushDecompress, Status};
use imageio_core::{Error, Request, Result};
use md5::{Digest as _, Md5};

use crate::format::blob::Blob;
use crate::format::packing::Compression;

/// Stored bytes that are fetched at once.
const BLOCK: usize = 1 << 18;

/// Bytes that are stepped over at once.
const SKIP: usize = 1 << 16;

/// Stretches that are asked for together, so that a remote resource can join them.
const BATCH: usize = 64;

/// Reads the bytes of a blob.
pub(super) struct BlobReader<'a> {
    request: &'a Request,
    blob: &'a Blob,
    unpacker: Option<Unpacker>,
    block: Vec<u8>,
    /// What of the block is used up.
    taken: usize,
    /// Stored bytes that were fetched.
    fetched: u64,
    /// Unpacked bytes so far.
    at: u64,
    /// Whether the packed stream has come to its end, after which there must be no further step.
    has_ended: bool,
    sum: Option<Md5>,
}

enum Unpacker {
    Zlib(flate2::Decompress),
    Bz2(bzip2::Decompress),
}

impl<'a> BlobReader<'a> {
    /// With `all`, everything is about to be read, so that the checksum can be compared.
    pub(super) fn new(request: &'a Request, blob: &'a Blob, all: bool) -> Self {
        let unpacker = match blob.compression {
            Compression::No => None,
            Compression::Zlib => Some(Unpacker::Zlib(flate2::Decompress::new(true))),
            Compression::Bz2 => Some(Unpacker::Bz2(bzip2::Decompress::new(false))),
        };
        BlobReader {
            request,
            blob,
            unpacker,
            block: Vec::new(),
            taken: 0,
            fetched: 0,
            at: 0,
            has_ended: false,
            sum: (all && blob.checksum.is_some()).then(Md5::new),
        }
    }

    /// Fills `out` from byte `offset`, which lies behind what was read before.
    pub(super) fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        if self.unpacker.is_none() {
            self.request
                .read_exact_at(self.blob.start.saturating_add(offset), out)?;
            if let Some(sum) = &mut self.sum {
                sum.update(&*out);
            }
            return Ok(());
        }
        let mut buffer = Vec::new();
        while self.at < offset {
            let rest = usize::try_from(offset - self.at).unwrap_or(SKIP);
            buffer.resize(rest.min(SKIP), 0);
            self.unpack(&mut buffer)?;
        }
        self.unpack(out)
    }

    /// Fills stretches of `out`, each `len` bytes, from the ascending offsets.
    pub(super) fn read_runs(
        &mut self,
        offsets: impl Iterator<Item = u64>,
        len: usize,
        out: &mut [u8],
    ) -> Result<()> {
        let stretches = offsets.zip(out.chunks_exact_mut(len.max(1)));
        if self.unpacker.is_some() {
            for (offset, part) in stretches {
                self.read(offset, part)?;
            }
            return Ok(());
        }
        let mut parts = Vec::with_capacity(BATCH);
        for (offset, part) in stretches {
            parts.push((self.blob.start.saturating_add(offset), part));
            if parts.len() == BATCH {
                self.request.read_ranges(&mut parts)?;
                parts.clear();
            }
        }
        self.request.read_ranges(&mut parts)
    }

    /// Once all was read: whether that was all, and whether the checksum fits.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.unpacker.is_some() {
            self.expect_end()?;
        }
        let Some(mut sum) = self.sum.take() else {
            return Ok(());
        };
        if self.unpacker.is_some() {
            // The checksum is of the stored bytes, also of those behind the packed stream.
            while self.fetched < self.blob.used {
                self.fetch()?;
                sum.update(&self.block);
            }
        }
        let sum: [u8; 16] = sum.finalize().into();
        match self.blob.checksum {
            Some(expected) if expected != sum => Err(Error::corrupt(format!(
                "the blob at byte {} has another checksum than it should",
                self.blob.start
            ))),
            _ => Ok(()),
        }
    }

    fn unpack(&mut self, out: &mut [u8]) -> Result<()> {
        let count = self.unpack_some(out)?;
        self.at += count as u64;
        if count == out.len() {
            return Ok(());
        }
        Err(self.corrupt(&format!(
            "unpacks to {} bytes, {} were announced",
            self.at, self.blob.size
        )))
    }

    /// Steps the unpacker to the end of its stream, where its own checksum is.
    fn expect_end(&mut self) -> Result<()> {
        if self.unpack_some(&mut [0])? > 0 {
            let size = self.blob.size;
            return Err(self.corrupt(&format!("unpacks to more than the {size} bytes announced")));
        }
        Ok(())
    }

    /// Fills `out` as far as the stream goes.
    fn unpack_some(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        while let Some(rest) = out.get_mut(done..).filter(|rest| !rest.is_empty()) {
            if self.has_ended {
                break;
            }
            if self.taken == self.block.len() {
                self.fetch_summed()?;
            }
            let input = self.block.get(self.taken..).unwrap_or_default();
            let step = match &mut self.unpacker {
                Some(Unpacker::Zlib(zlib)) => step_zlib(zlib, input, rest),
                Some(Unpacker::Bz2(bz2)) => step_bz2(bz2, input, rest),
                None => Ok((0, 0, true)),
            };
            let (taken, given, is_end) = step.map_err(|what| self.corrupt(&what))?;
            self.taken += taken;
            done += given;
            self.has_ended = is_end;
            let is_stuck = taken == 0 && given == 0 && !is_end;
            if is_stuck && self.taken == self.block.len() && self.fetched == self.blob.used {
                return Err(self.corrupt("is cut off"));
            }
        }
        Ok(done)
    }

    fn fetch_summed(&mut self) -> Result<()> {
        self.fetch()?;
        if let Some(sum) = &mut self.sum {
            sum.update(&self.block);
        }
        Ok(())
    }

    fn fetch(&mut self) -> Result<()> {
        let left = self.blob.used - self.fetched;
        let len = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        self.block.resize(len, 0);
        let start = self.blob.start.saturating_add(self.fetched);
        self.request.read_exact_at(start, &mut self.block)?;
        self.fetched += len as u64;
        self.taken = 0;
        Ok(())
    }

    fn corrupt(&self, what: &str) -> Error {
        Error::corrupt(format!("the blob at byte {} {what}", self.blob.start))
    }
}

/// Bytes taken, bytes given, and whether the stream has ended.
type Step = Result<(usize, usize, bool), String>;

fn step_zlib(zlib: &mut flate2::Decompress, input: &[u8], out: &mut [u8]) -> Step {
    let (taken, given) = (zlib.total_in(), zlib.total_out());
    let status = zlib
        .decompress(input, out, FlushDecompress::None)
        .map_err(|error| format!("cannot be unpacked: {error}"))?;
    Ok((
        (zlib.total_in() - taken) as usize,
        (zlib.total_out() - given) as usize,
        status == Status::StreamEnd,
    ))
}

fn step_bz2(bz2: &mut bzip2::Decompress, input: &[u8], out: &mut [u8]) -> Step {
    let (taken, given) = (bz2.total_in(), bz2.total_out());
    let status = bz2
        .decompress(input, out)
        .map_err(|error| format!("cannot be unpacked: {error}"))?;
    Ok((
        (bz2.total_in() - taken) as usize,
        (bz2.total_out() - given) as usize,
        status == bzip2::Status::StreamEnd,
    ))
}
