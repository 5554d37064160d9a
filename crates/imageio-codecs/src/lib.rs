#![doc = include_str!("../README.md")]

#[cfg(feature = "webp")]
pub mod webp;
