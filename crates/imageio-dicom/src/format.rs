//! The format: bytes and what they mean. Nothing in here knows requests or options.

pub(crate) mod charset;
pub(crate) mod coding;
pub(crate) mod colour;
pub(crate) mod cursor;
pub(crate) mod data_set;
pub(crate) mod dictionary;
pub(crate) mod file;
pub(crate) mod fragments;
pub(crate) mod frames;
pub(crate) mod inflated;
pub(crate) mod native;
pub(crate) mod pixels;
pub(crate) mod rescale;
pub(crate) mod rle;
pub(crate) mod sample;
pub(crate) mod spacing;
pub(crate) mod syntax;
pub(crate) mod value;
pub(crate) mod walker;
