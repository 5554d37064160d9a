//! Parts of a resource, each by a request of its own.

use std::io::{ErrorKind as IoKind, Read};

use imageio_core::{Error, ErrorKind, Result};
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use super::{Reached, TRIES, broken_off, content_length, get, text};
use crate::address::Address;
use crate::blocks::{Filled, Ranges};

/// What `Content-Range` says: bytes `start..end` of `total`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) total: Option<u64>,
}

impl ContentRange {
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        Self::parse(text(headers, header::CONTENT_RANGE)?)
    }

    fn parse(text: &str) -> Option<Self> {
        let (unit, rest) = text.trim().split_once(' ')?;
        let (range, total) = rest.trim().split_once('/')?;
        let (start, last) = range.split_once('-')?;
        let (start, last): (u64, u64) = (start.trim().parse().ok()?, last.trim().parse().ok()?);
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        let end = last.checked_add(1)?;
        let fits = unit.eq_ignore_ascii_case("bytes") && start < end;
        fits.then_some(ContentRange { start, end, total })
    }
}

/// A resource of which the server gives any range.
pub(super) struct HttpRanges {
    address: Address,
    len: u64,
    /// What tells one version of the resource from another.
    version: Version,
}

#[derive(Debug, PartialEq, Eq)]
struct Version {
    etag: Option<String>,
    modified: Option<String>,
}

impl Version {
    fn of(headers: &HeaderMap) -> Self {
        let get = |name| text(headers, name).map(str::to_owned);
        Version {
            etag: get(header::ETAG),
            modified: get(header::LAST_MODIFIED),
        }
    }

    /// Whether two answers may be of one version; the entity tag decides where both have one.
    fn may_be(&self, other: &Version) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => Some(a != b),
            _ => None,
        };
        let by_time = || differ(&self.modified, &other.modified);
        !differ(&self.etag, &other.etag)
            .or_else(by_time)
            .unwrap_or(false)
    }
}

impl HttpRanges {
    pub(super) fn new(address: Address, headers: &HeaderMap, len: u64) -> Self {
        HttpRanges {
            address,
            len,
            version: Version::of(headers),
        }
    }

    /// Fills `parts` from an answer that begins at `start`.
    pub(super) fn read_answer(
        &self,
        response: &mut Response<Body>,
        start: u64,
        parts: &mut [(u64, &mut [u8])],
    ) -> Result<()> {
        let mut filled = Filled::default();
        let read = filled.read(&mut response.body_mut().as_reader(), start, parts);
        match read {
            Ok(()) => {
                finish(response);
                Ok(())
            }
            // What is missing is asked for again, as in any later read.
            Err(error) if is_lost(&error) => self.fetch_on(&mut filled, parts),
            Err(error) => Err(self.broken_off(error, &filled, parts)),
        }
    }

    fn fetch_on(&self, filled: &mut Filled, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        let Some(end) = parts.last().map(|(at, buf)| at + buf.len() as u64) else {
            return Ok(());
        };
        for attempt in 1.. {
            let Some(start) = filled.position(parts).filter(|&start| start < end) else {
                break;
            };
            let mut response = self.ask(start, end)?;
            let read = filled.read(&mut response.body_mut().as_reader(), start, parts);
            match read {
                Ok(()) => {
                    finish(&mut response);
                    break;
                }
                Err(error) if is_lost(&error) && attempt < TRIES => {
                    log::debug!("{}: {error}, going on from there", self.address);
                }
                Err(error) => return Err(self.broken_off(error, filled, parts)),
            }
        }
        Ok(())
    }

    /// Asks for `start..end`, and makes sure that this is what comes.
    fn ask(&self, start: u64, end: u64) -> Result<Response<Body>> {
        let response = match get(&self.address, Some((start, end)))? {
            Reached::Http(_, response) => *response,
            Reached::Ftp(to) => {
                let message = format!("{} now redirects to {to}", self.address);
                return Err(Error::unsupported(message));
            }
        };
        let changed = |what: String| {
            let message = format!("{} changed while it was read: {what}", self.address);
            Err(Error::new(ErrorKind::Io, message))
        };
        let headers = response.headers();
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            return changed(format!("bytes {start}..{end} are no longer there"));
        }
        if !self.version.may_be(&Version::of(headers)) {
            return changed("the server names another version".to_owned());
        }
        let range = ContentRange::of(headers);
        let range = range.filter(|_| response.status() == StatusCode::PARTIAL_CONTENT);
        let Some(range) = range else {
            let message = format!(
                "{}: asked for bytes {start}..{end}, the server sends something else",
                self.address
            );
            return Err(Error::new(ErrorKind::Io, message));
        };
        if range.total.is_some_and(|total| total != self.len) {
            let total = range.total.unwrap_or_default();
            return changed(format!("{total} bytes instead of {}", self.len));
        }
        let sent = content_length(headers);
        if range.start != start || range.end < end || sent.is_some_and(|sent| sent < end - start) {
            let (from, to) = (range.start, range.end);
            let sent = sent.map_or_else(String::new, |sent| format!(" in {sent} bytes"));
            let message = format!(
                "{}: asked for bytes {start}..{end}, the server sends {from}..{to}{sent}",
                self.address
            );
            return Err(Error::new(ErrorKind::Io, message));
        }
        Ok(response)
    }

    fn broken_off(
        &self,
        error: std::io::Error,
        filled: &Filled,
        parts: &[(u64, &mut [u8])],
    ) -> Error {
        let first = parts.first().map_or(0, |(at, _)| *at);
        let end = parts.last().map_or(0, |(at, buf)| at + buf.len() as u64);
        let done = filled.position(parts).unwrap_or(end) - first;
        broken_off(error, done, Some(end - first)).at(format!("{}, from {first}", self.address))
    }
}

impl Ranges for HttpRanges {
    fn fetch(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        self.fetch_on(&mut Filled::default(), parts)
    }
}

/// Whether the connection was lost, so that another may give the rest.
fn is_lost(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        IoKind::UnexpectedEof | IoKind::ConnectionReset | IoKind::ConnectionAborted
    )
}

/// Reads the end of the body, which gives the connection back for the next request.
fn finish(response: &mut Response<Body>) {
    let mut rest = [0; 1];
    // Whether there is more, or an error, does not matter to what was read.
    let _ = response.body_mut().as_reader().read(&mut rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_content_ranges() {
        let range = |start, end, total| Some(ContentRange { start, end, total });
        for (text, expected) in [
            ("bytes 0-99/1000", range(0, 100, Some(1000))),
            ("Bytes 5-5/*", range(5, 6, None)),
            ("bytes 9-5/10", None),
            ("bytes */10", None),
            ("lines 0-1/2", None),
            ("bytes 0-18446744073709551615/*", None),
            ("bytes 0-9/-3", None),
        ] {
            assert_eq!(ContentRange::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn versions_differ_by_tag_then_time() {
        let version = |etag: Option<&str>, modified: Option<&str>| Version {
            etag: etag.map(str::to_owned),
            modified: modified.map(str::to_owned),
        };
        let (a, b) = (version(Some("a"), Some("1")), version(Some("b"), Some("1")));
        assert!(!a.may_be(&b));
        assert!(a.may_be(&version(Some("a"), Some("2"))));
        assert!(!a.may_be(&version(None, Some("2"))));
        assert!(a.may_be(&version(None, None)));
    }
}
