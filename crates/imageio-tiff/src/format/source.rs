//! The bytes of a TIFF file, with its byte order and the width of its offsets.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use imageio_core::{Error, ErrorKind, Limits, Request, Result};

use super::lsm::Mended;

/// Bytes that one look at structures fetches: an IFD and most of its values lie together.
const BLOCK: usize = 4096;

/// Warnings that one file gives at most; the rest would say the same.
const MAX_WARNINGS: usize = 32;

/// Order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ByteOrder {
    /// `II`.
    Little,
    /// `MM`.
    Big,
}

impl ByteOrder {
    /// The order of this machine.
    pub(crate) const NATIVE: ByteOrder = if cfg!(target_endian = "big") {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };

    /// Whether numbers in this order can be used as they are.
    pub(crate) fn is_native(self) -> bool {
        self == ByteOrder::NATIVE
    }

    /// Python's sign for it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            ByteOrder::Little => "<",
            ByteOrder::Big => ">",
        }
    }

    /// The unsigned number of up to eight bytes.
    pub(crate) fn uint(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self {
            ByteOrder::Little => bytes.iter().rev().fold(0, add),
            ByteOrder::Big => bytes.iter().fold(0, add),
        }
    }

    /// Two bytes as a number.
    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }

    /// Four bytes as a number.
    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            ByteOrder::Little => u32::from_le_bytes(bytes),
            ByteOrder::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// How wide offsets and counts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Flavour {
    /// TIFF 6.0: 32 bits.
    Classic,
    /// BigTIFF: 64 bits.
    Big,
    /// Hamamatsu NDPI: classic entries, whose upper 32 bits stand behind the IFD.
    Ndpi,
}

impl Flavour {
    /// Bytes of an offset between structures.
    pub(crate) fn offset_size(self) -> usize {
        match self {
            Flavour::Classic => 4,
            Flavour::Big | Flavour::Ndpi => 8,
        }
    }

    /// Bytes of the number of entries before an IFD.
    pub(crate) fn count_size(self) -> usize {
        match self {
            Flavour::Classic | Flavour::Ndpi => 2,
            Flavour::Big => 8,
        }
    }

    /// Bytes of an entry.
    pub(crate) fn entry_size(self) -> usize {
        match self {
            Flavour::Classic | Flavour::Ndpi => 12,
            Flavour::Big => 20,
        }
    }

    /// Bytes of a value that fit into its entry.
    pub(crate) fn inline_size(self) -> usize {
        match self {
            Flavour::Classic | Flavour::Ndpi => 4,
            Flavour::Big => 8,
        }
    }
}

/// The bytes of a TIFF file: the whole resource or a part of it. Clones share everything.
#[derive(Clone, Debug)]
pub(crate) struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    request: Request,
    /// Where the embedded file begins in the resource.
    base: u64,
    len: u64,
    order: ByteOrder,
    flavour: Flavour,
    /// Where the offset of the first IFD stands.
    first_at: u64,
    limits: Limits,
    head: Arc<[u8]>,
    /// Where the strips of LSM are; only of such files.
    lsm: OnceLock<Mended>,
    /// The structures that were looked at last.
    block: Mutex<Block>,
}

#[derive(Debug, Default)]
struct Block {
    offset: u64,
    bytes: Arc<[u8]>,
}

impl Source {
    /// Opens the TIFF file of `size` bytes at `offset` of `request`, both of them the whole resource where absent.
    ///
    /// # Errors
    /// `NotThisFormat` when no TIFF header is there.
    pub(crate) fn open(request: Request, offset: Option<u64>, size: Option<u64>) -> Result<Self> {
        let base = offset.unwrap_or(0);
        let head = head_at(&request, base)?;
        let (order, flavour, first_at) = parse_header(&head, &request)?;
        let rest = request.len()?.saturating_sub(base);
        let len = size.map_or(rest, |size| size.min(rest));
        let limits = request.limits();
        Ok(Source(Arc::new(Inner {
            request,
            base,
            len,
            order,
            flavour,
            first_at,
            limits,
            head,
            lsm: OnceLock::new(),
            block: Mutex::default(),
        })))
    }

    /// Order of the bytes of numbers.
    pub(crate) fn order(&self) -> ByteOrder {
        self.0.order
    }

    /// Width of offsets.
    pub(crate) fn flavour(&self) -> Flavour {
        self.0.flavour
    }

    /// Length of the TIFF file in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.0.len
    }

    /// The budgets.
    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The resource.
    pub(crate) fn request(&self) -> &Request {
        &self.0.request
    }

    /// Where the offset of the first IFD stands.
    pub(crate) fn first_at(&self) -> u64 {
        self.0.first_at
    }

    /// Takes note that the file is LSM; its pages are read accordingly from now on.
    pub(crate) fn set_lsm(&self, mended: Mended) {
        // Only opening does this, once.
        let _ = self.0.lsm.set(mended);
    }

    /// What is known beside what pages say; of LSM alone.
    pub(crate) fn lsm(&self) -> Option<&Mended> {
        self.0.lsm.get()
    }

    /// Warns once, however often the same thing is met.
    pub(crate) fn warn(&self, message: impl Into<String>) {
        let message = message.into();
        let warnings = self.0.request.warnings();
        if warnings.len() < MAX_WARNINGS && !warnings.contains(&message) {
            self.0.request.warn(message);
        }
    }

    /// Fills `buf` from `offset`.
    ///
    /// # Errors
    /// `Corrupt` when the file ends before that.
    pub(crate) fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.check(offset, buf.len() as u64)?;
        self.0.request.read_exact_at(self.0.base + offset, buf)
    }

    /// Fills several buffers, each from its offset, so that a remote resource can fetch them together.
    pub(crate) fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        for (offset, buf) in parts.iter_mut() {
            self.check(*offset, buf.len() as u64)?;
            *offset += self.0.base;
        }
        self.0.request.read_ranges(parts)
    }

    /// The bytes where they lie in memory already.
    pub(crate) fn as_slice(&self) -> Option<&[u8]> {
        let start = usize::try_from(self.0.base).ok()?;
        let len = usize::try_from(self.0.len).ok()?;
        self.0
            .request
            .as_slice()?
            .get(start..start.checked_add(len)?)
    }

    /// `len` bytes of structures at `offset`; neighbours are fetched along, so that the next look is free.
    pub(crate) fn structure(&self, offset: u64, len: usize) -> Result<Cow<'_, [u8]>> {
        self.check(offset, len as u64)?;
        if let Some(part) = slice_at(&self.0.head, 0, offset, len) {
            return Ok(Cow::Borrowed(part));
        }
        if let Some(part) = self
            .as_slice()
            .and_then(|all| slice_at(all, 0, offset, len))
        {
            return Ok(Cow::Borrowed(part));
        }
        if len > BLOCK {
            let mut bytes = self.limits().try_vec(len, "a structure of the file")?;
            self.read_exact_at(offset, &mut bytes)?;
            return Ok(Cow::Owned(bytes));
        }
        let mut block = self.0.block.lock().unwrap_or_else(PoisonError::into_inner);
        if slice_at(&block.bytes, block.offset, offset, len).is_none() {
            let ahead = usize::try_from(self.len() - offset).map_or(BLOCK, |rest| rest.min(BLOCK));
            let mut bytes = vec![0; ahead];
            self.read_exact_at(offset, &mut bytes)?;
            *block = Block {
                offset,
                bytes: bytes.into(),
            };
        }
        let part = slice_at(&block.bytes, block.offset, offset, len).unwrap_or_default();
        Ok(Cow::Owned(part.to_vec()))
    }

    /// Refuses what lies outside the file.
    pub(crate) fn check(&self, offset: u64, len: u64) -> Result<()> {
        if self.contains(offset, len) {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "{len} bytes at offset {offset} lie outside the file of {} bytes",
            self.0.len
        )))
    }

    /// Whether the file has these bytes.
    pub(crate) fn contains(&self, offset: u64, len: u64) -> bool {
        offset.checked_add(len).is_some_and(|end| end <= self.0.len)
    }
}

/// The part of `bytes`, which begin at `start`, from `offset` on.
fn slice_at(bytes: &[u8], start: u64, offset: u64, len: usize) -> Option<&[u8]> {
    let from = usize::try_from(offset.checked_sub(start)?).ok()?;
    bytes.get(from..from.checked_add(len)?)
}

fn head_at(request: &Request, base: u64) -> Result<Arc<[u8]>> {
    if base == 0 {
        return request.first_bytes(BLOCK);
    }
    let mut bytes = vec![0; BLOCK];
    let filled = request.read_at(base, &mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes.into())
}

/// Byte order, flavour, and where the offset of the first IFD stands (TIFF 6.0 §2; BigTIFF design).
fn parse_header(head: &[u8], request: &Request) -> Result<(ByteOrder, Flavour, u64)> {
    let refuse = || Error::new(ErrorKind::NotThisFormat, "it does not begin as a TIFF file");
    let (mark, rest) = head.split_first_chunk::<2>().ok_or_else(refuse)?;
    let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(refuse)?;
    let order = match mark {
        b"II" | b"EP" => ByteOrder::Little,
        b"MM" => ByteOrder::Big,
        _ => return Err(refuse()),
    };
    match order.u16(*version) {
        43 => match rest.first_chunk::<4>() {
            Some(&[a, b, c, d]) if (order.u16([a, b]), order.u16([c, d])) == (8, 0) => {
                Ok((order, Flavour::Big, 8))
            }
            _ => Err(Error::not_this_format(
                "a BigTIFF header with offsets of other than 8 bytes",
            )),
        },
        // 0x4352 marks a DNG camera profile, 0x55, 0x4F52 and 0x5352 raw files of Panasonic and Olympus.
        42 | 0x4352 | 0x55 | 0x4F52 | 0x5352 => {
            let is_ndpi = order == ByteOrder::Little
                && rest.len() >= 8
                && request.extension().as_deref() == Some(".ndpi");
            let flavour = if is_ndpi {
                Flavour::Ndpi
            } else {
                Flavour::Classic
            };
            Ok((order, flavour, 4))
        }
        version => Err(Error::not_this_format(format!(
            "TIFF version {version} does not exist"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Result<Source> {
        Source::open(Request::from(bytes), None, None)
    }

    // checklist: E-132
    #[test]
    fn headers_tell_order_and_flavour() {
        let of = |bytes: &[u8]| {
            source(bytes)
                .map(|s| (s.order(), s.flavour(), s.first_at()))
                .ok()
        };
        let (little, big) = (ByteOrder::Little, ByteOrder::Big);
        assert_eq!(of(b"II*\0\x08\0\0\0"), Some((little, Flavour::Classic, 4)));
        assert_eq!(of(b"MM\0*\0\0\0\x08"), Some((big, Flavour::Classic, 4)));
        assert_eq!(of(b"II+\0\x08\0\0\0"), Some((little, Flavour::Big, 8)));
        assert_eq!(of(b"MM\0+\0\x08\0\0"), Some((big, Flavour::Big, 8)));
        for bad in [
            &b"II+\0\x04\0\0\0"[..],
            b"II*",
            b"",
            b"MM*\0",
            b"\x89PNG\r\n",
        ] {
            assert_eq!(
                source(bad).map_err(|e| e.kind()).err(),
                Some(ErrorKind::NotThisFormat)
            );
        }
    }

    #[test]
    fn reads_stay_inside_the_embedded_file() {
        let bytes = b"....II*\0\x08\0\0\0abcd....".to_vec();
        let source = Source::open(Request::from(bytes), Some(4), Some(12)).unwrap();
        assert_eq!(source.len(), 12);
        assert_eq!(&*source.structure(8, 4).unwrap(), b"abcd");
        assert_eq!(source.as_slice().map(<[u8]>::len), Some(12));
        let mut buf = [0; 4];
        source.read_exact_at(8, &mut buf).unwrap();
        assert_eq!(&buf, b"abcd");
        let error = source.read_exact_at(9, &mut buf).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::Corrupt,
                "4 bytes at offset 9 lie outside the file of 12 bytes"
            )
        );
        assert!(source.check(u64::MAX, 2).is_err());
    }

    #[test]
    fn numbers_are_read_in_both_orders() {
        assert_eq!(ByteOrder::Little.uint(&[1, 2, 3]), 0x030201);
        assert_eq!(ByteOrder::Big.uint(&[1, 2, 3]), 0x010203);
    }
}
