//! JPEG 2000, part 1: raw codestreams and JP2 files, to the samples that they hold, of any depth and sign.
//!
//! [`Header::find`] looks at headers only. Samples of up to 16 bits that were coded reversibly come back exactly.

mod decode;
mod header;

#[cfg(test)]
mod tests;

pub use crate::sample::Sample;
pub use decode::decode;
pub use header::{Component, Header};
