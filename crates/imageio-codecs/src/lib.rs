#![doc = include_str!("../README.md")]

#[cfg(feature = "jpeg")]
pub mod jpeg;
#[cfg(feature = "jpeg2000")]
pub mod jpeg2000;
#[cfg(feature = "jpegls")]
pub mod jpegls;
#[cfg(any(feature = "jpeg2000", feature = "jpegls"))]
mod sample;
#[cfg(feature = "webp")]
pub mod webp;
