//! The codecs of tile compression (FITS 4.0, section 10.4), each from bytes to pixels and back.

pub(crate) mod bits;
pub(crate) mod gzip;
pub(crate) mod hcompress;
pub(crate) mod plio;
pub(crate) mod quantize;
pub(crate) mod rice;
