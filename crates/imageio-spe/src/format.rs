//! The pure codec: bytes in, facts out. Knows nothing of requests and options.

pub(crate) mod data_type;
pub(crate) mod footer;
pub(crate) mod frames;
pub(crate) mod header;
pub(crate) mod layout;
pub(crate) mod sdt;
pub(crate) mod text;
pub(crate) mod xml;
