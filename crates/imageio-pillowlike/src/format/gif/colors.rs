//! Colours that a table can hold exactly, and the entry of each.

use super::quantize::Rgba;
use super::source::{Pixel, Source};

/// Slots of the hash table: a power of two with room to spare for 256 colours.
const SLOTS: usize = 1024;

/// Marks a slot in use.
const USED: u32 = 1 << 24;

/// At most 256 colours, each with its index.
#[derive(Clone)]
pub(super) struct ColorMap {
    slots: Vec<(u32, u8)>,
    colors: Vec<[u8; 3]>,
}

impl ColorMap {
    fn new() -> Self {
        ColorMap {
            slots: vec![(0, 0); SLOTS],
            colors: Vec::new(),
        }
    }

    /// The first 256 of `colors` with their positions; of equal ones the first counts.
    pub(super) fn of(colors: &[[u8; 3]]) -> Self {
        let mut map = ColorMap::new();
        for &color in colors.iter().take(256) {
            let slot = map.slot(color);
            if let Some((key, index)) = map.slots.get_mut(slot).filter(|(key, _)| *key == 0) {
                *key = key_of(color);
                *index = map.colors.len() as u8;
            }
            map.colors.push(color);
        }
        map
    }

    /// The colours in the order of their indices.
    pub(super) fn colors(&self) -> &[[u8; 3]] {
        &self.colors
    }

    /// The index of `color`, if it is there.
    #[inline]
    pub(super) fn index(&self, color: [u8; 3]) -> Option<u8> {
        match self.slots.get(self.slot(color)) {
            Some(&(key, index)) if key != 0 => Some(index),
            _ => None,
        }
    }

    /// Puts `color` in; false where it would be one more than `limit`.
    fn insert(&mut self, color: [u8; 3], limit: usize) -> bool {
        let slot = self.slot(color);
        match self.slots.get_mut(slot) {
            Some((0, _)) if self.colors.len() >= limit => false,
            Some(free @ (0, _)) => {
                *free = (key_of(color), self.colors.len() as u8);
                self.colors.push(color);
                true
            }
            _ => true,
        }
    }

    /// The same colours in ascending order.
    fn sorted(mut self) -> Self {
        self.colors.sort_unstable();
        ColorMap::of(&self.colors)
    }

    /// The slot that holds `color`, or the free one where it would go.
    #[inline]
    fn slot(&self, color: [u8; 3]) -> usize {
        let key = key_of(color);
        let mut slot = (key.wrapping_mul(0x9E37_79B1) >> 22) as usize;
        while let Some(&(held, _)) = self.slots.get(slot)
            && held != key
            && held != 0
        {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

fn key_of([r, g, b]: [u8; 3]) -> u32 {
    USED | u32::from_be_bytes([0, r, g, b])
}

/// What the pixels of some frames ask of a table.
pub(super) struct Survey {
    /// All opaque colours in ascending order, if they are no more than the limit.
    pub(super) exact: Option<ColorMap>,
    /// The colour beneath the first transparent pixel.
    pub(super) clear: Option<[u8; 3]>,
}

/// Looks at all pixels of `sources`, as long as they can tell more.
pub(super) fn survey<'a>(sources: impl Iterator<Item = Source<'a>>, limit: usize) -> Survey {
    let mut colors = Some(ColorMap::new());
    let mut clear = None;
    for source in sources {
        let mut last = None;
        for pixel in source.pixels() {
            if last == Some(pixel) {
                continue;
            }
            last = Some(pixel);
            match pixel {
                Pixel::Clear(beneath) => clear = clear.or(Some(beneath)),
                Pixel::Opaque(color) => {
                    colors.take_if(|colors| !colors.insert(color, limit));
                }
            }
            if colors.is_none() && (clear.is_some() || !source.has_alpha()) {
                break;
            }
        }
    }
    Survey {
        exact: colors.map(ColorMap::sorted),
        clear,
    }
}

/// All opaque colours of `pixels` in ascending order, if they are no more than `limit`.
pub(super) fn exact(pixels: &[Rgba], limit: usize) -> Option<ColorMap> {
    let mut colors = ColorMap::new();
    let mut last = None;
    for &[r, g, b, opaque] in pixels {
        let color = [r, g, b];
        if opaque == 0 || last == Some(color) {
            continue;
        }
        last = Some(color);
        if !colors.insert(color, limit) {
            return None;
        }
    }
    Some(colors.sorted())
}

#[cfg(test)]
mod tests {
    use imageio_core::NdImage;

    use super::*;

    #[test]
    fn holds_256_colours_and_no_more() {
        let colors: Vec<[u8; 3]> = (0..=255u8)
            .map(|v| [v, v.wrapping_mul(7), 255 - v])
            .collect();
        let map = ColorMap::of(&colors);
        for (index, &color) in (0..=255).zip(&colors) {
            assert_eq!(map.index(color), Some(index));
        }
        assert_eq!(map.index([1, 2, 3]), None);
        let flat: Vec<u8> = colors.iter().rev().flatten().copied().collect();
        let image = NdImage::from_vec(&[2, 128, 3], flat).unwrap();
        let seen = |limit| survey(Source::new(&image, None).into_iter(), limit);
        assert!(seen(255).exact.is_none());
        assert_eq!(seen(256).exact.unwrap().colors(), colors);
        assert_eq!(seen(256).clear, None);
    }
}
