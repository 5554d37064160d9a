//! TIFF as bytes: container, pages and pixels.

pub(crate) mod build;
pub(crate) mod ifd;
pub(crate) mod lsm;
pub(crate) mod page;
pub(crate) mod pixels;
pub(crate) mod raw;
pub(crate) mod source;
pub(crate) mod tags;
pub(crate) mod value;
