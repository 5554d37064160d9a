//! Tests against servers on loopback.

mod ftp;
mod http;
mod https;
mod server;
mod standard;

use std::sync::Once;
use std::time::Duration;

/// How long the servers of these tests may be silent.
const TIMEOUT: Duration = Duration::from_millis(700);

/// Sets the time for all tests of this process.
fn ready() {
    static READY: Once = Once::new();
    READY.call_once(|| imageio_net::set_timeout(Some(TIMEOUT)));
}

/// Bytes whose value says where they lie.
fn fill(at: u64, buf: &mut [u8]) {
    for (at, byte) in (at..).zip(buf) {
        *byte = (at ^ (at >> 8) ^ (at >> 16)) as u8;
    }
}

fn bytes(at: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    fill(at, &mut bytes);
    bytes
}
