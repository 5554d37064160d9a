//! The pure codec: tags and bitmaps to pixels and back. Section numbers are those of the SWF file format
//! specification, version 19.

pub(crate) mod bitmap;
pub(crate) mod bits;
pub(crate) mod body;
pub(crate) mod jpeg;
pub(crate) mod lossless;
pub(crate) mod tags;
