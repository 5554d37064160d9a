//! Part of a file as one slice, for decoders that take nothing else.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{Error, ErrorKind, Limits, Result};

use super::Input;

/// Calls `with` with the bytes of `range`; they are copied only where the file does not lie in memory.
pub(crate) fn with_span<T>(
    input: &mut Input,
    range: Range<u64>,
    limits: &Limits,
    what: &str,
    with: impl FnOnce(&[u8]) -> Result<T>,
) -> Result<T> {
    let len = range.end.saturating_sub(range.start);
    let len = usize::try_from(len)
        .map_err(|_| Error::new(ErrorKind::LimitExceeded, format!("{what} of {len} bytes")))?;
    input.seek(SeekFrom::Start(range.start))?;
    if let Some(bytes) = input.fill_buf()?.get(..len) {
        return with(bytes);
    }
    let mut bytes = limits.scratch::<u8>(len, what)?;
    input.read_exact(&mut bytes)?;
    with(&bytes)
}

/// The bytes of `range`, to be kept.
pub(crate) fn read_span(
    input: &mut Input,
    range: &Range<u64>,
    limits: &Limits,
    what: &str,
) -> Result<Vec<u8>> {
    with_span(input, range.clone(), limits, what, |bytes| {
        let mut kept = limits.try_capacity(bytes.len(), what)?;
        kept.extend_from_slice(bytes);
        Ok(kept)
    })
}
