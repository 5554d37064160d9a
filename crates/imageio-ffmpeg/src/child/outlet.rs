//! Where the standard output of a process arrives.

use std::io;
use std::process::Stdio;

/// The end that is ours.
///
/// On Linux it is a socket: reading 600 frames of 1080 lines through one took half the reads and about a tenth less
/// processor time, of both processes, than through a pipe of 256 KiB. Elsewhere neither was measured, so it is a pipe.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) type Outlet = std::os::unix::net::UnixStream;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) type Outlet = io::PipeReader;

/// Bytes that may be on their way, so that both sides work longer at a time.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ON_THE_WAY: usize = 1 << 19;

/// Our end and that of the process.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn open() -> io::Result<(Outlet, Stdio)> {
    let (ours, theirs) = Outlet::pair()?;
    // Where the system refuses, it stays as wide as it is.
    let _ = rustix::net::sockopt::set_socket_send_buffer_size(&theirs, ON_THE_WAY);
    Ok((ours, std::os::fd::OwnedFd::from(theirs).into()))
}

/// Our end and that of the process.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn open() -> io::Result<(Outlet, Stdio)> {
    let (ours, theirs) = io::pipe()?;
    Ok((ours, theirs.into()))
}
