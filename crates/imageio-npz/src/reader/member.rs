//! The bytes of one array file, wherever they lie.

use imageio_core::{Error, ErrorKind, Request, Result, cores};

use super::inflate::Inflater;
use crate::format::header::{Header, PREFIX};

/// Deflate makes no more than this many bytes of one.
const DEFLATE_RATIO: u64 = 1032;

/// Bytes that are stepped over at once in a packed member.
const SKIP: usize = 1 << 16;

/// Stretches that are asked for together, so that a remote resource can join them.
const BATCH: usize = 64;

/// Parts below this are not worth a thread.
const PART: usize = 4 << 20;

/// Bytes that are summed at once, while they are at hand.
const SUMMED: usize = 1 << 18;

/// More threads than this do not read faster.
const THREADS: usize = 4;

/// Where an array file lies in the resource.
#[derive(Debug)]
pub(super) struct Place {
    /// What it is called in its archive.
    pub(super) name: Option<String>,
    pub(super) start: u64,
    /// Bytes in the resource.
    pub(super) stored: u64,
    /// Bytes once unpacked.
    pub(super) len: u64,
    pub(super) is_packed: bool,
    pub(super) checksum: Option<u32>,
}

impl Place {
    /// All of `request`.
    pub(super) fn whole(request: &Request) -> Result<Self> {
        let len = request.len()?;
        Ok(Place {
            name: None,
            start: 0,
            stored: len,
            len,
            is_packed: false,
            checksum: None,
        })
    }

    /// Refuses lengths that cannot be.
    pub(super) fn checked(self, request: &Request) -> Result<Self> {
        let (end, len) = (self.start.saturating_add(self.stored), request.len()?);
        if end > len {
            return Err(self.corrupt(&format!("reaches to byte {end} of an archive of {len}")));
        }
        if !self.is_packed && self.stored != self.len {
            let (stored, len) = (self.stored, self.len);
            return Err(self.corrupt(&format!("is stored as {stored} bytes, not as {len}")));
        }
        if self.is_packed && self.len / DEFLATE_RATIO > self.stored.saturating_add(1) {
            let (stored, len) = (self.stored, self.len);
            return Err(self.corrupt(&format!(
                "cannot unpack to {len} bytes, there are {stored} packed ones"
            )));
        }
        Ok(self)
    }

    /// The header of the array.
    pub(super) fn header(&self, request: &Request) -> Result<Header> {
        let mut reader = MemberReader::new(request, self);
        let mut bytes = vec![0; PREFIX.min(usize::try_from(self.len).unwrap_or(PREFIX))];
        reader.read(0, &mut bytes)?;
        let len = Header::len_of(&bytes).map_err(|error| self.named(error))?;
        if len as u64 > self.len {
            let message = format!("has a header of {len} bytes, but only {} in all", self.len);
            return Err(self.corrupt(&message));
        }
        let start = bytes.len();
        bytes.resize(len, 0);
        if let Some(rest) = bytes.get_mut(start..) {
            reader.read(start as u64, rest)?;
        }
        let header = Header::parse(&bytes).map_err(|error| self.named(error))?;
        let end = header
            .data_len()
            .and_then(|len| len.checked_add(header.len as u64));
        match end {
            Some(end) if end <= self.len => Ok(header),
            _ => Err(self.corrupt(&format!(
                "has {} bytes of elements, too few for shape {:?} of type {}",
                self.len - header.len as u64,
                header.shape,
                header.dtype
            ))),
        }
    }

    pub(super) fn corrupt(&self, what: &str) -> Error {
        match &self.name {
            Some(name) => Error::corrupt(format!("`{name}` {what}")),
            None => Error::corrupt(format!("the file {what}")),
        }
    }

    /// `error` with the name of the array in front.
    fn named(&self, error: Error) -> Error {
        match &self.name {
            Some(name) => error.at(format_args!("`{name}`")),
            None => error,
        }
    }
}

/// Reads an array file from front to back, and checks it where all of it is read.
pub(super) struct MemberReader<'a> {
    request: &'a Request,
    place: &'a Place,
    inflater: Option<Inflater<'a>>,
    /// Unpacked bytes so far.
    unpacked: u64,
    sum: crc32fast::Hasher,
    /// Bytes from the first one on that the sum is of.
    summed: u64,
}

impl<'a> MemberReader<'a> {
    pub(super) fn new(request: &'a Request, place: &'a Place) -> Self {
        let inflater = place
            .is_packed
            .then(|| Inflater::new(request, place.start, place.stored));
        MemberReader {
            request,
            place,
            inflater,
            unpacked: 0,
            sum: crc32fast::Hasher::new(),
            summed: 0,
        }
    }

    /// Fills `out` from byte `offset` of the file, which lies behind what was read before.
    pub(super) fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        if self.inflater.is_none() {
            let start = self.place.start.saturating_add(offset);
            if self.place.checksum.is_some() && self.summed == offset && out.len() >= 2 * PART {
                self.sum.combine(&read_summed(self.request, start, out)?);
                self.summed += out.len() as u64;
                return Ok(());
            }
            self.request.read_exact_at(start, out)?;
        } else {
            self.skip_to(offset)?;
            self.unpack(out)?;
        }
        self.add(offset, out);
        Ok(())
    }

    /// Fills stretches of `out`, each `len` bytes, from the ascending offsets.
    pub(super) fn read_runs(
        &mut self,
        offsets: impl Iterator<Item = u64>,
        len: usize,
        out: &mut [u8],
    ) -> Result<()> {
        let stretches = offsets.zip(out.chunks_exact_mut(len.max(1)));
        if self.inflater.is_some() {
            for (offset, part) in stretches {
                self.read(offset, part)?;
            }
            return Ok(());
        }
        let mut parts = Vec::with_capacity(BATCH);
        for (offset, part) in stretches {
            parts.push((self.place.start.saturating_add(offset), part));
            if parts.len() == BATCH {
                self.request.read_ranges(&mut parts)?;
                parts.clear();
            }
        }
        self.request.read_ranges(&mut parts)
    }

    /// Begins the sum with the header, which whoever reads all of the elements has not read.
    pub(super) fn sum_header(&mut self, len: usize) -> Result<()> {
        if self.place.checksum.is_some() {
            let mut header = vec![0; len];
            self.read(0, &mut header)?;
        }
        Ok(())
    }

    /// Compares the checksum, where all of the file was read.
    pub(super) fn finish(self) -> Result<()> {
        let sum = self.sum.finalize();
        match self.place.checksum {
            Some(expected) if self.summed == self.place.len && sum != expected => {
                let what = format!("has the checksum {sum:08x}, expected {expected:08x}");
                Err(self.place.corrupt(&what))
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, offset: u64, bytes: &[u8]) {
        if self.place.checksum.is_some() && self.summed == offset {
            self.sum.update(bytes);
            self.summed += bytes.len() as u64;
        }
    }

    fn skip_to(&mut self, offset: u64) -> Result<()> {
        let mut buffer = Vec::new();
        while self.unpacked < offset {
            let rest = usize::try_from(offset - self.unpacked).unwrap_or(SKIP);
            buffer.resize(rest.min(SKIP), 0);
            self.unpack(&mut buffer)?;
        }
        Ok(())
    }

    fn unpack(&mut self, out: &mut [u8]) -> Result<()> {
        let Some(inflater) = &mut self.inflater else {
            return Ok(());
        };
        let count = inflater.read(out).map_err(|error| {
            if error.kind() == ErrorKind::Corrupt {
                let message = format!("cannot be unpacked: {}", error.message());
                return self.place.corrupt(&message);
            }
            error
        })?;
        self.unpacked += count as u64;
        if count == out.len() {
            return Ok(());
        }
        Err(self.place.corrupt(&format!(
            "unpacks to {} bytes, {} were announced",
            self.unpacked, self.place.len
        )))
    }
}

/// Fills `out` from byte `start` and sums it, by several threads: either alone keeps a core busy.
fn read_summed(request: &Request, start: u64, out: &mut [u8]) -> Result<crc32fast::Hasher> {
    let parts = (out.len() / PART).clamp(1, cores().min(THREADS));
    // Whole huge pages, so that no two threads touch one first.
    let size = out.len().div_ceil(parts).next_multiple_of(2 << 20);
    std::thread::scope(|scope| {
        let mut parts = (start..).step_by(size).zip(out.chunks_mut(size));
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|(start, part)| scope.spawn(move || read_part(request, start, part)))
            .collect();
        let mut sum = match first {
            Some((start, part)) => read_part(request, start, part)?,
            None => crc32fast::Hasher::new(),
        };
        for other in others {
            let part = other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            sum.combine(&part);
        }
        Ok(sum)
    })
}

fn read_part(request: &Request, start: u64, out: &mut [u8]) -> Result<crc32fast::Hasher> {
    let mut sum = crc32fast::Hasher::new();
    for (start, chunk) in (start..).step_by(SUMMED).zip(out.chunks_mut(SUMMED)) {
        request.read_exact_at(start, chunk)?;
        sum.update(chunk);
    }
    Ok(sum)
}
