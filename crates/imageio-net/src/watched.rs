//! A stream from a server, whose end says how far it came.

use std::io::{ErrorKind as IoKind, Read, Result};

use crate::http::broken_off;

/// Reads from a server, and tells after how many bytes it broke off.
pub(crate) struct Watched<R> {
    reader: R,
    done: u64,
    announced: Option<u64>,
}

impl<R: Read> Watched<R> {
    pub(crate) fn new(reader: R, announced: Option<u64>) -> Self {
        Watched {
            reader,
            done: 0,
            announced,
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let broken_off = |error| broken_off(error, self.done, self.announced).into();
        match self.reader.read(buf) {
            Ok(0) if !buf.is_empty() && self.announced.is_some_and(|len| self.done < len) => {
                Err(broken_off(IoKind::UnexpectedEof.into()))
            }
            Err(error) if error.kind() != IoKind::Interrupted => Err(broken_off(error)),
            Ok(count) => {
                self.done += count as u64;
                Ok(count)
            }
            interrupted => interrupted,
        }
    }
}
