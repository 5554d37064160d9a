//! Where colours go in a histogram.

use super::Rgba;

/// Bits of a colour's place in the histogram.
const BITS: u32 = 16;

/// Where colours go in the histogram: the range of each channel, finest where it is narrow.
#[derive(Clone, Default)]
pub(super) struct Layout {
    /// What each value of each channel adds to the place.
    parts: [Vec<u16>; 3],
    places: usize,
}

impl Layout {
    pub(super) fn new(low: [u8; 3], high: [u8; 3]) -> Self {
        let mut bits = [0; 3];
        for (bits, (low, high)) in bits.iter_mut().zip(low.into_iter().zip(high)) {
            *bits = 8 - high.saturating_sub(low).leading_zeros();
        }
        let mut shift = [0; 3];
        // Blue goes first where channels are equally wide, as the eye sees it worst, and green last.
        while bits.iter().sum::<u32>() > BITS {
            let [r, g, b] = bits;
            let widest = match (b >= r && b >= g, r >= g) {
                (true, _) => 2,
                (_, true) => 0,
                _ => 1,
            };
            bits[widest] -= 1;
            shift[widest] += 1;
        }
        let mut below = bits.iter().sum::<u32>();
        let parts = [0, 1, 2].map(|channel: usize| {
            below -= bits[channel];
            // Outside the range, the nearest place in it.
            let part = |value: u8| {
                let offset = value.min(high[channel]).saturating_sub(low[channel]);
                u16::from(offset >> shift[channel]) << below
            };
            (0..=255).map(part).collect()
        });
        Layout {
            parts,
            places: 1 << bits.iter().sum::<u32>(),
        }
    }

    /// Places in all, at most two to the power of `BITS`.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// The range of the opaque pixels.
    pub(super) fn of(pixels: &[Rgba]) -> Self {
        // Four pixels at once, as a vector instruction takes them.
        let mut low = [255; 16];
        let mut high = [0; 16];
        let (blocks, rest) = pixels.as_flattened().as_chunks::<16>();
        let mut widen = |lane: usize, value: u8, opaque: u8| {
            low[lane] = (value | !opaque).min(low[lane]);
            high[lane] = (value & opaque).max(high[lane]);
        };
        for block in blocks {
            for lane in 0..16 {
                widen(lane, block[lane], block[lane | 3]);
            }
        }
        for pixel in rest.chunks_exact(4) {
            for lane in 0..4 {
                widen(lane, pixel[lane], pixel[3]);
            }
        }
        let of_channel =
            |channel: usize, lanes: [u8; 16]| [0, 4, 8, 12].map(|first| lanes[first | channel]);
        let least = |channel| of_channel(channel, low).into_iter().min();
        let most = |channel| of_channel(channel, high).into_iter().max();
        Layout::new(
            [0, 1, 2].map(|channel| least(channel).unwrap_or(0)),
            [0, 1, 2].map(|channel| most(channel).unwrap_or(255)),
        )
    }

    /// The place of `color`, or of the nearest colour in the range.
    #[inline]
    pub(super) fn place(&self, color: [u8; 3]) -> u16 {
        let parts = self.parts.iter().zip(color);
        parts.fold(0, |place, (part, value)| {
            place | part.get(usize::from(value)).copied().unwrap_or(0)
        })
    }
}
