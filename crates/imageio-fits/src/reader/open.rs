//! Opening: whose file it is, and the first header.

use flate2::bufread::MultiGzDecoder;
use imageio_core::{Error, ErrorKind, Request, Result};
use std::io::Read as _;

use super::FitsReader;
use crate::options::FitsReadOptions;

/// What every file begins with (section 3.3.1).
pub(crate) const MAGIC: &[u8] = b"SIMPLE  ";

const GZIP: &[u8] = &[0x1f, 0x8b, 8];

impl FitsReader {
    /// Opens a FITS file, or one inside gzip: reads the first header.
    ///
    /// # Errors
    /// `NotThisFormat` when it does not begin as a FITS file, `Corrupt` when its first header is broken.
    pub fn open(request: impl Into<Request>, options: &FitsReadOptions) -> Result<Self> {
        let request = request.into();
        let source = if request.first_bytes(GZIP.len())?.starts_with(GZIP) {
            inflated(&request)?
        } else {
            request.clone()
        };
        let head = match source.first_bytes(MAGIC.len()) {
            Err(error) if error.kind() != ErrorKind::LimitExceeded => return Err(no_fits()),
            head => head?,
        };
        if !head.starts_with(MAGIC) {
            return Err(no_fits());
        }
        let mut reader = FitsReader {
            request,
            source,
            hdus: Vec::new(),
            next: Some(0),
            checked: false,
        };
        reader.scan_next(options)?;
        Ok(reader)
    }

    /// Whether gzip holds a FITS file; plain ones are known by their first bytes.
    pub(crate) fn recognises(request: &Request) -> Result<bool> {
        let head = request.first_bytes(4096)?;
        if !head.starts_with(GZIP) {
            return Ok(false);
        }
        let mut start = [0; MAGIC.len()];
        let whole = MultiGzDecoder::new(&head[..]).read_exact(&mut start);
        Ok(whole.is_ok() && start == *MAGIC)
    }
}

fn no_fits() -> Error {
    Error::not_this_format("it does not begin with the keyword `SIMPLE`")
}

/// What is inside, inflated as far as it is asked for and kept, inside the budget of one image.
fn inflated(request: &Request) -> Result<Request> {
    let limits = request.limits();
    let budget = limits.image_budget();
    let stream = MultiGzDecoder::new(request.reader()?);
    Ok(Request::from_reader(stream).with_limits(limits.bytes(budget)))
}
