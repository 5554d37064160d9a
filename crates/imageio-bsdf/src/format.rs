//! The bytes of the format: values, and the blobs in which elements lie.

pub(crate) mod blob;
pub(crate) mod bz2;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod node;
pub(crate) mod packing;

/// What every file begins with.
pub(crate) const MAGIC: &[u8] = b"BSDF";

/// The version that is written: major, minor.
pub(crate) const VERSION: [u8; 2] = [2, 1];

/// Bytes before the one value of a file.
pub(crate) const HEAD: u64 = 6;

/// Deeper nesting of lists and mappings than any file needs; it bounds the stack.
pub(crate) const DEPTH: usize = 100;
