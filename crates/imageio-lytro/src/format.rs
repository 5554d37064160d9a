//! The pure codec: bytes in, facts out. Knows nothing of requests and options.

pub(crate) mod container;
pub(crate) mod json;
pub(crate) mod packing;
pub(crate) mod sensor;
