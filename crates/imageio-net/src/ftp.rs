//! ftp and ftps.

use std::io::{ErrorKind as IoKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

use imageio_core::{Error, ErrorKind, Limits, Resource, Result, Spool};

use crate::address::Address;
use crate::blocks::{BLOCK, Blocks, Filled, Ranges};
use crate::http::broken_off;
use crate::watched::Watched;

mod session;

use session::{Session, Transfer};

/// Opens an address of ftp or ftps.
pub(crate) fn open(uri: &str, limits: &Limits) -> Result<Arc<dyn Resource>> {
    open_address(&Address::parse(uri)?, limits)
}

/// Positional reads where the server tells the length and takes an offset; else a stream.
pub(crate) fn open_address(address: &Address, limits: &Limits) -> Result<Arc<dyn Resource>> {
    let mut session = Session::open(address)?;
    let len = session.len();
    if let Some(len) = len.filter(|_| session.takes_offsets()) {
        let file = FtpFile {
            session: Mutex::new(Some(session)),
            address: address.clone(),
        };
        return Ok(Arc::new(Blocks::new(file, len, &[])));
    }
    let transfer = session.retrieve(0)?;
    let stream = Whole {
        transfer: Some(transfer),
        session,
    };
    Ok(Arc::new(Spool::new(
        Box::new(Watched::new(stream, len)),
        len,
        limits,
    )))
}

/// A file of which the server gives the rest from any offset.
///
/// The transfer stays open between reads, so that reading from front to back is one transfer.
struct FtpFile {
    address: Address,
    session: Mutex<Option<Session>>,
}

impl FtpFile {
    /// Reads into `parts` from where `filled` stands, with the transfer under way if it stands close before.
    fn go_on(
        &self,
        session: &mut Session,
        filled: &mut Filled,
        parts: &mut [(u64, &mut [u8])],
    ) -> Result<()> {
        let Some(start) = filled.position(parts) else {
            return Ok(());
        };
        let near = |at: u64| at <= start && start - at <= BLOCK;
        if !session.position().is_some_and(near) {
            session.seek(start)?;
        }
        let at = session.position().unwrap_or(start);
        let read = filled.read(session, at, parts);
        read.map_err(|error| {
            let first = parts.first().map_or(0, |(at, _)| *at);
            let done = filled.position(parts).map_or(0, |at| at - first);
            broken_off(error, done, None).at(format!("{}, from {first}", self.address))
        })
    }
}

impl Ranges for FtpFile {
    fn fetch(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        let mut filled = Filled::default();
        let mut slot = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = slot.as_mut() {
            match self.go_on(session, &mut filled, parts) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    // Servers drop who was idle for long; a new connection tells whether that was all.
                    let lost = session.is_lost();
                    *slot = None;
                    if !lost {
                        return Err(error);
                    }
                }
            }
        }
        let mut session = Session::open(&self.address)?;
        let done = self.go_on(&mut session, &mut filled, parts);
        if done.is_ok() {
            *slot = Some(session);
        }
        done
    }
}

/// A file from the first byte to the last, with the server's word that this was all.
struct Whole {
    transfer: Option<Transfer>,
    session: Session,
}

impl Read for Whole {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let Some(transfer) = &mut self.transfer else {
            return Ok(0);
        };
        let count = transfer.read(buf)?;
        if count == 0
            && !buf.is_empty()
            && let Some(transfer) = self.transfer.take()
        {
            self.session.finish(transfer)?;
        }
        Ok(count)
    }
}

/// Whether a new connection may succeed where this one failed.
fn is_lost(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        IoKind::UnexpectedEof
            | IoKind::ConnectionReset
            | IoKind::ConnectionAborted
            | IoKind::BrokenPipe
    )
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Io, message)
}
