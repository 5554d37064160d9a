//! GIF's compression, GIF89a appendix F: codes of growing width for ever longer runs of indices.

mod decode;
mod encode;

#[cfg(test)]
mod tests;

pub(super) use self::decode::{Indices, decode};
pub(super) use self::encode::Encoder;

/// Codes are at most this wide.
const WIDEST: u32 = 12;

/// Codes in all.
const CODES: usize = 1 << WIDEST;
