//! The bytes of the format: the header of an array, and where its elements lie.

pub(crate) mod header;
pub(crate) mod literal;
pub(crate) mod order;
