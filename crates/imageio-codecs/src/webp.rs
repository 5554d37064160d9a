//! WebP: the [container](https://developers.google.com/speed/webp/docs/riff_container), and its pictures by libwebp.
//!
//! [`Container`] reads headers only. [`decode`] takes one picture's bytes, as a container or a TIFF strip holds them.

mod animation;
mod chunks;
mod container;
mod decode;
mod encode;
mod extras;
mod sys;

#[cfg(test)]
mod tests;

pub use animation::{Animation, Animator};
pub use container::{Container, FrameHeader};
pub use decode::{Area, Features, decode, features};
pub use encode::{Picture, Settings, encode};
pub use extras::{Extras, with_extras};

/// Rows and columns that a picture may have.
pub const LONGEST: usize = 16_383;

/// The samples of a pixel, a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha, which is not multiplied in.
    Rgba,
}

impl Layout {
    /// Bytes of one pixel.
    pub const fn channels(self) -> usize {
        match self {
            Layout::Rgb => 3,
            Layout::Rgba => 4,
        }
    }
}

/// How the pixels of one picture are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As a key frame of the VP8 video format.
    Lossy,
    /// Exactly.
    Lossless,
}
