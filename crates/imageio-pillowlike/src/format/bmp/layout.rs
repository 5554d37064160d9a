//! From stored bytes to samples.

use super::bits::{flags, samples, spread};
use super::header::{Coding, Header};
use super::swizzle::{reverse_3_of_4, reverse_4, swap_3, swap_4};
use crate::format::Mode;

static SAMPLES_1: [[u8; 8]; 256] = samples();
static SAMPLES_2: [[u8; 4]; 256] = samples();
static SAMPLES_4: [[u8; 2]; 256] = samples();
static WHITE_1: [[bool; 8]; 256] = flags(1);
static WHITE_2: [[bool; 4]; 256] = flags(1);
static WHITE_4: [[bool; 2]; 256] = flags(1);
static WHITE_8: [[bool; 1]; 256] = flags(1);

/// How the bytes of a row make pixels.
#[derive(Clone, Debug)]
pub(super) enum Layout {
    /// Indices or gray levels of so many bits.
    Indices(u16),
    Bgr,
    /// The fourth byte says nothing.
    Bgrx,
    Bgra,
    Rgba,
    Abgr,
    /// Blue, green, red and alpha as fixed point numbers of 16 bits, linear in light.
    Fixed,
    /// Words of so many bytes with a mask for each channel.
    Masks(usize, Vec<Channel>),
}

impl Layout {
    /// The layout, and the mode where there is no palette.
    pub(super) fn of(header: &Header) -> (Self, Mode) {
        const WORDS_555: [u32; 4] = [0x7c00, 0x3e0, 0x1f, 0];
        const WORDS_565: [u32; 4] = [0xf800, 0x7e0, 0x1f, 0];
        match (header.bits, header.coding) {
            (1..=8, _) => (Layout::Indices(header.bits), Mode::Palette),
            (16, Coding::Masks([r, g, b, a])) => {
                // The bit that is left over is no alpha to Pillow.
                let is_opaque = [WORDS_555, WORDS_565].contains(&[r, g, b, 0]);
                Layout::masked(2, [r, g, b, if is_opaque { 0 } else { a }])
            }
            (16, _) => Layout::masked(2, WORDS_555),
            (24, Coding::Masks([r, g, b, _])) if [r, g, b] != [0xff_0000, 0xff00, 0xff] => {
                Layout::masked(3, [r, g, b, 0])
            }
            (32, Coding::Masks(masks)) => Layout::of_word(masks),
            (32, _) => (Layout::Bgrx, Mode::Rgb),
            (64, _) => (Layout::Fixed, Mode::Rgba),
            _ => (Layout::Bgr, Mode::Rgb),
        }
    }

    /// Layouts of 32 bits that need no masks, where there are such.
    fn of_word(masks: [u32; 4]) -> (Self, Mode) {
        match masks {
            [0xff_0000, 0xff00, 0xff, 0] => (Layout::Bgrx, Mode::Rgb),
            [0xff_0000, 0xff00, 0xff, 0xff00_0000] | [0, 0, 0, 0] => (Layout::Bgra, Mode::Rgba),
            [0xff, 0xff00, 0xff_0000, 0xff00_0000] => (Layout::Rgba, Mode::Rgba),
            [0xff00_0000, 0xff_0000, 0xff00, 0xff] => (Layout::Abgr, Mode::Rgba),
            masks => Layout::masked(4, masks),
        }
    }

    fn masked(size: usize, masks: [u32; 4]) -> (Self, Mode) {
        let (count, mode) = match masks {
            [_, _, _, 0] => (3, Mode::Rgb),
            _ => (4, Mode::Rgba),
        };
        let channels = masks.iter().take(count).map(|&mask| Channel::of(mask));
        (Layout::Masks(size, channels.collect()), mode)
    }

    /// Samples of 8 bits: those of `bytes`, leaving out the first `skip` of them.
    pub(super) fn unpack(&self, bytes: &[u8], skip: usize, out: &mut [u8]) {
        match self {
            Layout::Indices(1) => spread(&SAMPLES_1, bytes, skip, out),
            Layout::Indices(2) => spread(&SAMPLES_2, bytes, skip, out),
            Layout::Indices(4) => spread(&SAMPLES_4, bytes, skip, out),
            Layout::Indices(_) | Layout::Rgba => {
                for (to, from) in out.iter_mut().zip(bytes) {
                    *to = *from;
                }
            }
            Layout::Bgr => swap_3(bytes, out),
            Layout::Bgrx => reverse_3_of_4(bytes, out),
            Layout::Bgra => swap_4(bytes, out),
            Layout::Abgr => reverse_4(bytes, out),
            Layout::Masks(size, channels) => match (size, channels.as_slice()) {
                (2, [r, g, b]) => unpack_words::<2, 3>(bytes, [r, g, b], out),
                (2, [r, g, b, a]) => unpack_words::<2, 4>(bytes, [r, g, b, a], out),
                (3, [r, g, b]) => unpack_words::<3, 3>(bytes, [r, g, b], out),
                (4, [r, g, b]) => unpack_words::<4, 3>(bytes, [r, g, b], out),
                (4, [r, g, b, a]) => unpack_words::<4, 4>(bytes, [r, g, b, a], out),
                _ => {}
            },
            // Those are no samples of 8 bits.
            Layout::Fixed => {}
        }
    }

    /// Samples of 64 bits a pixel, 1.0 for white: a sign, two bits before the point and 13 behind it.
    pub(super) fn unpack_fixed(bytes: &[u8], out: &mut [f32]) {
        let (pixels, _) = bytes.as_chunks::<8>();
        for (to, pixel) in out.chunks_exact_mut(4).zip(pixels) {
            let (samples, _) = pixel.as_chunks();
            for (sample, stored) in [2, 1, 0, 3].into_iter().zip(samples) {
                if let Some(to) = to.get_mut(sample) {
                    *to = f32::from(i16::from_le_bytes(*stored)) / 8192.0;
                }
            }
        }
    }

    /// Whether each index is that of white; other layouts have no such question.
    pub(super) fn unpack_white(&self, bytes: &[u8], skip: usize, out: &mut [bool]) {
        match self {
            Layout::Indices(1) => spread(&WHITE_1, bytes, skip, out),
            Layout::Indices(2) => spread(&WHITE_2, bytes, skip, out),
            Layout::Indices(4) => spread(&WHITE_4, bytes, skip, out),
            _ => spread(&WHITE_8, bytes, skip, out),
        }
    }
}

/// One channel of a word.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    mask: u32,
    shift: u32,
    /// The eight-bit sample of each value; of channels above eight bits the leading eight.
    samples: [u8; 256],
}

impl Channel {
    fn of(mask: u32) -> Self {
        let mut samples = [0; 256];
        let lowest = mask.trailing_zeros().min(31);
        let width = (32 - mask.leading_zeros()).saturating_sub(lowest);
        let shift = lowest + width.saturating_sub(8);
        let largest = (mask >> shift).clamp(1, 255);
        for (value, sample) in (0..=largest).zip(&mut samples) {
            // Pillow cuts off where others round.
            *sample = (value * 255 / largest) as u8;
        }
        Channel {
            mask,
            shift,
            samples,
        }
    }

    fn sample(&self, word: u32) -> u8 {
        self.samples[usize::from(((word & self.mask) >> self.shift) as u8)]
    }
}

fn unpack_words<const SIZE: usize, const CHANNELS: usize>(
    bytes: &[u8],
    channels: [&Channel; CHANNELS],
    out: &mut [u8],
) {
    let pixels = out.chunks_exact_mut(CHANNELS);
    for (pixel, stored) in pixels.zip(bytes.chunks_exact(SIZE)) {
        let mut word = [0; 4];
        for (to, from) in word.iter_mut().zip(stored) {
            *to = *from;
        }
        let word = u32::from_le_bytes(word);
        for (sample, channel) in pixel.iter_mut().zip(channels) {
            *sample = channel.sample(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_reach_the_full_range() {
        for (mask, word, sample) in [
            (0x1f, 0x1f, 255),
            (0x1f, 3, 24),
            (0xf800, 0x8000, 131),
            (0x3ff0_0000, 0x3ff0_0000, 255),
            (0xffff_ffff, 0x8000_0000, 128),
            (0x8000_0000, 0xffff_ffff, 255),
            (0, 0xffff_ffff, 0),
        ] {
            assert_eq!(Channel::of(mask).sample(word), sample, "{mask:x}");
        }
    }
}
