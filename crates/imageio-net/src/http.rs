//! http and https.

use std::io::ErrorKind as IoKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use imageio_core::{Error, ErrorKind, Limits, Resource, Result, Spool};
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, header};

use crate::address::{Address, not_found};
use crate::blocks::{BLOCK, Blocks};
use crate::watched::Watched;
use crate::{ftp, settings};

mod agent;
mod ranges;

pub(crate) use agent::untrusted;
use ranges::{ContentRange, HttpRanges};

/// How servers see us.
const USER_AGENT: &str = concat!("imageio/", env!("CARGO_PKG_VERSION"));

/// Addresses that one request may be led to.
const MOST_REDIRECTS: usize = 10;

/// Times that a request is sent before a passing trouble counts as a lasting one.
pub(crate) const TRIES: u32 = 3;

/// How long to wait before the second try; each further wait is longer by as much.
const PAUSE: Duration = Duration::from_millis(150);

/// Opens an address of http or https.
pub(crate) fn open(uri: &str, limits: &Limits) -> Result<Arc<dyn Resource>> {
    open_address(&Address::parse(uri)?, limits)
}

fn open_address(address: &Address, limits: &Limits) -> Result<Arc<dyn Resource>> {
    let (address, mut response) = match get(address, Some((0, BLOCK)))? {
        Reached::Http(address, response) => (address, *response),
        Reached::Ftp(address) => return ftp::open_address(&address, limits),
    };
    if response.status() == StatusCode::PARTIAL_CONTENT {
        if let Some(range) = ContentRange::of(response.headers()).filter(|range| range.start == 0) {
            let len = range.total.filter(|&len| range.end <= len);
            let head = range.end.min(BLOCK) as usize;
            if let (Some(len), true) = (len, range.end > 0) {
                let ranges = HttpRanges::new(address, response.headers(), len);
                let mut bytes = vec![0; head];
                ranges.read_answer(&mut response, 0, &mut [(0, &mut bytes)])?;
                return Ok(Arc::new(Blocks::new(ranges, len, &bytes)));
            }
        }
        // A server that answers ranges so oddly is asked for all of it.
        response = whole(&address)?.1;
    } else if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
        // What no range of a file without bytes could satisfy.
        response = whole(&address)?.1;
    }
    Ok(Arc::new(spool(response, limits)))
}

/// All of a resource, from the first byte on.
///
/// # Errors
/// Also where the way leads to FTP.
pub(crate) fn whole(address: &Address) -> Result<(Address, Response<Body>)> {
    match get(address, None)? {
        Reached::Http(address, response) => Ok((address, *response)),
        Reached::Ftp(to) => Err(Error::unsupported(format!(
            "{address} now redirects to {to}"
        ))),
    }
}

fn spool(response: Response<Body>, limits: &Limits) -> Spool {
    let len = content_length(response.headers());
    let reader = Watched::new(response.into_body().into_reader(), len);
    Spool::new(Box::new(reader), len, limits)
}

/// The length that a server announces for the body.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return None;
    }
    text(headers, header::CONTENT_LENGTH)?.trim().parse().ok()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Where a request ended up.
enum Reached {
    /// An answer with 200, 206 or 416.
    Http(Address, Box<Response<Body>>),
    /// A redirect to an FTP server.
    Ftp(Address),
}

/// Asks for a resource, or for bytes `range.0..range.1` of it, and follows where the server leads.
fn get(start: &Address, range: Option<(u64, u64)>) -> Result<Reached> {
    let mut address = start.clone();
    let mut seen = vec![address.whole()];
    loop {
        let response = patiently(&address, range)?;
        let status = response.status();
        if !is_redirect(status) {
            check(&address, &response, range.is_some())?;
            return Ok(Reached::Http(address, Box::new(response)));
        }
        let place = text(response.headers(), header::LOCATION).ok_or_else(|| {
            Error::new(ErrorKind::Io, format!("{address} redirects, but nowhere"))
        })?;
        let next = address.join(place)?;
        if seen.contains(&next.whole()) {
            let message = format!("{address} redirects in a circle, to {next}");
            return Err(Error::new(ErrorKind::Io, message));
        }
        if seen.len() > MOST_REDIRECTS {
            let message = format!("{start} redirects more than {MOST_REDIRECTS} times");
            return Err(Error::new(ErrorKind::Io, message));
        }
        log::debug!("{address} redirects to {next}");
        if next.is_ftp() {
            return Ok(Reached::Ftp(next));
        }
        seen.push(next.whole());
        address = next;
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Sends a request, and sends it again after trouble that may pass, within the time that a server has.
fn patiently(address: &Address, range: Option<(u64, u64)>) -> Result<Response<Body>> {
    let timeout = settings::timeout()?;
    let begin = Instant::now();
    let mut pause = PAUSE;
    for attempt in 1.. {
        let more = attempt < TRIES && begin.elapsed() + pause < timeout;
        let sent = agent::send(&address.whole(), range, timeout);
        match sent {
            Ok(response) if more && is_passing(response.status()) => {
                log::debug!("{address}: status {}, trying again", response.status());
            }
            Err(error) if more && agent::is_passing(&error) => {
                log::debug!("{address}: {error}, trying again");
            }
            Ok(response) => return Ok(response),
            Err(error) => return Err(agent::explain(&error, address, timeout)),
        }
        std::thread::sleep(pause);
        pause += PAUSE;
    }
    Err(Error::new(ErrorKind::Io, format!("{address}: no answer")))
}

fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// Refuses what is no resource.
fn check(address: &Address, response: &Response<Body>, part: bool) -> Result<()> {
    let status = response.status();
    let encoding = text(response.headers(), header::CONTENT_ENCODING);
    match status.as_u16() {
        206 | 416 if !part => Err(Error::new(
            ErrorKind::Io,
            format!("{address}: status {status}, though all was asked for"),
        )),
        200 | 206 | 416 => match encoding.map(str::trim) {
            None | Some("" | "identity") => Ok(()),
            Some(encoding) => Err(Error::unsupported(format!(
                "{address} comes encoded as `{encoding}`, which was not asked for"
            ))),
        },
        404 | 410 => Err(not_found(format!("{address}: status {status}"))),
        _ => Err(Error::new(
            ErrorKind::Io,
            format!("{address}: status {status}"),
        )),
    }
}

/// The error of a transfer that broke off after `done` bytes.
pub(crate) fn broken_off(error: std::io::Error, done: u64, announced: Option<u64>) -> Error {
    let of = announced.map_or_else(String::new, |len| format!(" of {len}"));
    let why = match error.kind() {
        IoKind::UnexpectedEof => "the server closed the connection".to_owned(),
        IoKind::TimedOut | IoKind::WouldBlock => silent(settings::timeout().ok()),
        _ if agent::is_timeout(&error) => silent(settings::timeout().ok()),
        _ => error.to_string(),
    };
    let message = format!("the transfer broke off after {done}{of} bytes: {why}");
    Error::new(ErrorKind::Io, message).with_source(error)
}

/// What to say of a server that says nothing.
pub(crate) fn silent(timeout: Option<Duration>) -> String {
    let time = timeout.map_or_else(String::new, |time| format!(" for {} s", time.as_secs_f64()));
    format!("the server was silent{time} (IMAGEIO_REQUEST_TIMEOUT)")
}
