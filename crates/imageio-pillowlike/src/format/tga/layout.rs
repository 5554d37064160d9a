//! From stored bytes to samples.

use crate::format::bmp::bits::{flags, spread};
use crate::format::bmp::swizzle::{swap_3, swap_4};

static WHITE: [[bool; 8]; 256] = flags(1);

/// How the bytes of a row make pixels.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    /// One bit each, 1 for white.
    Bits,
    /// The samples as they are.
    Plain,
    /// 5 bits a colour, the top bit unused.
    Rgb15,
    /// 5 bits a colour; the top bit is set where nothing is seen.
    Rgba16,
    Bgr,
    Bgra,
    /// Indices of 16 bits: the colours, each of so many samples.
    Lookup(Vec<u8>, usize),
}

impl Layout {
    /// The layout of colours of so many bits, and its samples a pixel.
    pub(super) fn of_color(bits: u8) -> Option<(Self, usize)> {
        match bits {
            15 => Some((Layout::Rgb15, 3)),
            16 => Some((Layout::Rgba16, 4)),
            24 => Some((Layout::Bgr, 3)),
            32 => Some((Layout::Bgra, 4)),
            _ => None,
        }
    }

    /// Samples of whole bytes.
    pub(super) fn unpack(&self, bytes: &[u8], out: &mut [u8]) {
        match self {
            Layout::Bits | Layout::Plain => {
                for (to, from) in out.iter_mut().zip(bytes) {
                    *to = *from;
                }
            }
            Layout::Rgb15 => {
                for (pixel, word) in out.chunks_exact_mut(3).zip(words(bytes)) {
                    pixel.copy_from_slice(&five_bits(word));
                }
            }
            Layout::Rgba16 => {
                for (pixel, word) in out.chunks_exact_mut(4).zip(words(bytes)) {
                    let [r, g, b] = five_bits(word);
                    let alpha = if word & 0x8000 == 0 { 255 } else { 0 };
                    pixel.copy_from_slice(&[r, g, b, alpha]);
                }
            }
            Layout::Bgr => swap_3(bytes, out),
            Layout::Bgra => swap_4(bytes, out),
            Layout::Lookup(colors, channels) => {
                for (pixel, word) in out.chunks_exact_mut(*channels).zip(words(bytes)) {
                    let at = usize::from(word) * channels;
                    let color = colors.get(at..at + channels).unwrap_or_default();
                    for (to, from) in pixel.iter_mut().zip(color) {
                        *to = *from;
                    }
                }
            }
        }
    }

    /// Whether each bit is that of white, leaving out the first `skip`.
    pub(super) fn unpack_bits(bytes: &[u8], skip: usize, out: &mut [bool]) {
        spread(&WHITE, bytes, skip, out);
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let (words, _) = bytes.as_chunks();
    words.iter().map(|word| u16::from_le_bytes(*word))
}

/// Red, green and blue of a word, stretched to the full range as Pillow does it.
fn five_bits(word: u16) -> [u8; 3] {
    [10, 5, 0].map(|shift| ((word >> shift & 31) * 255 / 31) as u8)
}
