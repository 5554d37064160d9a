#![doc = include_str!("../README.md")]

#[cfg(feature = "jpeg")]
pub mod jpeg;
#[cfg(feature = "webp")]
pub mod webp;
