//! Where colours go in a histogram.

use crate::format::gif::source::{Pixel, Source};

/// Bits of a colour's place in the histogram.
const BITS: u32 = 16;

/// Where colours go in the histogram: the range of each channel, finest where it is narrow.
#[derive(Clone, Copy, Default)]
pub(super) struct Layout {
    low: [u8; 3],
    high: [u8; 3],
    shift: [u32; 3],
    bits: [u32; 3],
}

impl Layout {
    pub(super) fn new(low: [u8; 3], high: [u8; 3]) -> Self {
        let mut layout = Layout {
            low,
            high,
            ..Layout::default()
        };
        for channel in 0..3 {
            layout.bits[channel] = 8 - (high[channel].saturating_sub(low[channel])).leading_zeros();
        }
        // Blue goes first where channels are equally wide, as the eye sees it worst, and green last.
        while layout.bits.iter().sum::<u32>() > BITS {
            let [r, g, b] = layout.bits;
            let widest = match (b >= r && b >= g, r >= g) {
                (true, _) => 2,
                (_, true) => 0,
                _ => 1,
            };
            layout.bits[widest] -= 1;
            layout.shift[widest] += 1;
        }
        layout
    }

    /// Places in all, at most 65536.
    pub(super) fn places(&self) -> usize {
        1 << self.bits.iter().sum::<u32>()
    }

    /// The range of the opaque pixels.
    pub(super) fn of(part: &Source<'_>) -> Self {
        let mut low = [255; 3];
        let mut high = [0; 3];
        for pixel in part.pixels() {
            if let Pixel::Opaque(color) = pixel {
                for channel in 0..3 {
                    low[channel] = color[channel].min(low[channel]);
                    high[channel] = color[channel].max(high[channel]);
                }
            }
        }
        Layout::new(low, high)
    }

    /// The place of `color`, or of the nearest colour in the range.
    #[inline]
    pub(super) fn place(&self, color: [u8; 3]) -> usize {
        let mut place = 0;
        for (channel, value) in color.into_iter().enumerate() {
            let offset = value
                .min(self.high[channel])
                .saturating_sub(self.low[channel]);
            let level = u32::from(offset) >> self.shift[channel];
            place = (place << self.bits[channel]) | level as usize;
        }
        place
    }
}
