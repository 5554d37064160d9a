//! The XML footer, read and parsed inside the budget.

use imageio_core::{Error, ErrorKind, Limits, Request, Result};
use roxmltree::Document;

use crate::format::xml;

/// The bytes of the footer.
pub(super) fn read(request: &Request, start: u64, end: u64) -> Result<Vec<u8>> {
    let len = end.saturating_sub(start);
    if len == 0 {
        return Err(Error::corrupt("there is no XML footer"));
    }
    let len = usize::try_from(len).map_err(|_| {
        Error::new(
            ErrorKind::LimitExceeded,
            format!("an XML footer of {len} bytes"),
        )
    })?;
    let mut bytes = request.limits().try_vec(len, "the XML footer")?;
    request.read_exact_at(start, &mut bytes)?;
    Ok(bytes)
}

/// Parses `bytes` for as long as `then` looks at them.
pub(super) fn parse<R>(
    limits: &Limits,
    bytes: &[u8],
    then: impl FnOnce(&Document<'_>) -> Result<R>,
) -> Result<R> {
    let memory = (bytes.len() as u64).saturating_mul(xml::MEMORY_FACTOR);
    let _claim = limits.claim(memory, "the parsed XML footer")?;
    then(&xml::parse(bytes)?)
}
