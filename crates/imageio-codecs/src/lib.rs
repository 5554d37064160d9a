#![doc = include_str!("../README.md")]

#[cfg(feature = "ccitt")]
pub mod ccitt;
#[cfg(feature = "deflate")]
pub mod deflate;
#[cfg(feature = "jpeg")]
pub mod jpeg;
#[cfg(feature = "jpeg2000")]
pub mod jpeg2000;
#[cfg(feature = "jpegls")]
pub mod jpegls;
#[cfg(feature = "lzma")]
pub mod lzma;
#[cfg(feature = "lzw")]
pub mod lzw;
#[cfg(feature = "packbits")]
pub mod packbits;
#[cfg(any(feature = "jpeg2000", feature = "jpegls"))]
mod sample;
#[cfg(feature = "webp")]
pub mod webp;
#[cfg(feature = "zstd")]
pub mod zstd;
