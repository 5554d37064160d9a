//! Reduction to a palette: exact where the colours fit, else median cut
//! (P. Heckbert, "Color image quantization for frame buffer display", 1982).

use std::collections::HashMap;

use imageio_core::{Limits, Result};

/// Colours kept apart in the histogram: 5 bits each of red, green and blue, 3 of alpha.
const BINS: usize = 1 << 18;

/// RGBA colours and which of them a pixel gets.
pub(super) struct Quantizer {
    pub(super) colors: Vec<[u8; 4]>,
    lookup: Lookup,
}

enum Lookup {
    Exact(HashMap<[u8; 4], u8>),
    Bins(Vec<u8>),
}

impl Quantizer {
    /// Chooses at most `most` colours, 2 to 256, for all pixels that `pixels` gives each time it is called.
    pub(super) fn new<I: Iterator<Item = [u8; 4]>>(
        pixels: impl Fn() -> I,
        most: usize,
        limits: &Limits,
    ) -> Result<Self> {
        if let Some(colors) = distinct(pixels(), most) {
            let indices = colors.iter().zip(0u8..=255);
            let lookup = indices.map(|(&color, index)| (color, index)).collect();
            return Ok(Quantizer {
                colors,
                lookup: Lookup::Exact(lookup),
            });
        }
        let mut histogram: Vec<Bin> = limits.try_capacity(BINS, "histogram")?;
        histogram.resize_with(BINS, Bin::default);
        for color in pixels() {
            histogram[bin_of(color)].add(color);
        }
        let boxes = median_cut(&histogram, most);
        let mut bins = limits.try_vec(BINS, "colour table")?;
        let colors: Vec<[u8; 4]> = boxes
            .iter()
            .map(|members| mean_of(&histogram, members))
            .collect();
        for &member in boxes.iter().flatten() {
            bins[member] = nearest(&colors, histogram[member].mean());
        }
        Ok(Quantizer {
            colors,
            lookup: Lookup::Bins(bins),
        })
    }

    /// Index of the colour that stands for `color`, one of those that the quantizer was made from.
    pub(super) fn index(&self, color: [u8; 4]) -> u8 {
        match &self.lookup {
            Lookup::Exact(indices) => indices.get(&color).copied().unwrap_or(0),
            Lookup::Bins(bins) => bins[bin_of(color)],
        }
    }
}

/// The colours in ascending order, if there are at most `most`.
fn distinct(pixels: impl Iterator<Item = [u8; 4]>, most: usize) -> Option<Vec<[u8; 4]>> {
    let mut colors: Vec<[u8; 4]> = Vec::new();
    let mut last = None;
    for color in pixels {
        // Neighbours are often equal, which saves most of the searching.
        if last == Some(color) {
            continue;
        }
        last = Some(color);
        if let Err(place) = colors.binary_search(&color) {
            if colors.len() == most {
                return None;
            }
            colors.insert(place, color);
        }
    }
    Some(colors)
}

/// Pixels of nearly one colour.
#[derive(Clone, Default)]
struct Bin {
    count: u64,
    sums: [u64; 4],
}

impl Bin {
    fn add(&mut self, color: [u8; 4]) {
        self.count += 1;
        for (sum, channel) in self.sums.iter_mut().zip(color) {
            *sum += u64::from(channel);
        }
    }

    fn merge(&mut self, other: &Bin) {
        self.count += other.count;
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum += more;
        }
    }

    fn mean(&self) -> [u8; 4] {
        let count = self.count.max(1);
        self.sums.map(|sum| ((sum + count / 2) / count) as u8)
    }
}

fn bin_of([red, green, blue, alpha]: [u8; 4]) -> usize {
    let part = |channel: u8, bits: u32| usize::from(channel >> (8 - bits));
    part(red, 5) << 13 | part(green, 5) << 8 | part(blue, 5) << 3 | part(alpha, 3)
}

fn mean_of(histogram: &[Bin], members: &[usize]) -> [u8; 4] {
    let mut all = Bin::default();
    for &member in members {
        all.merge(&histogram[member]);
    }
    all.mean()
}

fn nearest(colors: &[[u8; 4]], wanted: [u8; 4]) -> u8 {
    let distance = |color: &[u8; 4]| -> u32 {
        let channels = color.iter().zip(wanted);
        channels
            .map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2))
            .sum()
    };
    let best = colors
        .iter()
        .zip(0u8..=255)
        .min_by_key(|(color, _)| distance(color));
    best.map_or(0, |(_, index)| index)
}

/// Splits the bins in use into at most `most` boxes, each at the median of its longest side.
fn median_cut(histogram: &[Bin], most: usize) -> Vec<Vec<usize>> {
    let used = (0..histogram.len())
        .filter(|&at| histogram[at].count > 0)
        .collect();
    let mut boxes: Vec<Vec<usize>> = vec![used];
    while boxes.len() < most {
        let sides = boxes.iter().map(|members| longest_side(histogram, members));
        // The fullest of the long boxes is worth most.
        let best = sides.enumerate().max_by_key(|&(_, (_, worth))| worth);
        let Some((place, (channel, worth))) = best else {
            break;
        };
        if worth == 0 {
            break;
        }
        let mut members = boxes.swap_remove(place);
        members.sort_by_key(|&at| histogram[at].mean()[channel]);
        let upper = members.split_off(median(histogram, &members));
        boxes.push(members);
        boxes.push(upper);
    }
    boxes
}

/// The channel in which the box is longest, and its length times its pixels.
fn longest_side(histogram: &[Bin], members: &[usize]) -> (usize, u64) {
    let mut low = [255u8; 4];
    let mut high = [0u8; 4];
    let mut count = 0;
    for &at in members {
        count += histogram[at].count;
        for (channel, value) in histogram[at].mean().into_iter().enumerate() {
            low[channel] = low[channel].min(value);
            high[channel] = high[channel].max(value);
        }
    }
    let lengths = (0..4).map(|channel| (channel, high[channel].saturating_sub(low[channel])));
    let (channel, length) = lengths.max_by_key(|&(_, length)| length).unwrap_or((0, 0));
    // A box of one bin cannot be split.
    let splits = u64::from(members.len() > 1);
    (channel, splits * u64::from(length) * count)
}

/// Where the sorted members split into halves of about as many pixels, neither of them empty.
fn median(histogram: &[Bin], members: &[usize]) -> usize {
    let all: u64 = members.iter().map(|&at| histogram[at].count).sum();
    let mut before = 0;
    let place = members.iter().position(|&at| {
        before += histogram[at].count;
        before * 2 >= all
    });
    place
        .map_or(1, |place| place + 1)
        .min(members.len() - 1)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_exactly() {
        let pixels = [
            [1, 2, 3, 255],
            [200, 2, 3, 255],
            [1, 2, 3, 255],
            [1, 2, 3, 0],
        ];
        let made = Quantizer::new(|| pixels.into_iter(), 4, &Limits::new()).unwrap();
        assert_eq!(made.colors.len(), 3);
        for color in pixels {
            assert_eq!(made.colors[usize::from(made.index(color))], color);
        }
    }

    #[test]
    fn many_colours_are_cut_at_the_median() {
        let ramp = || (0..=255u8).map(|level| [level, 255 - level, 7, 255]);
        for most in [2, 4, 16] {
            let made = Quantizer::new(ramp, most, &Limits::new()).unwrap();
            assert_eq!(made.colors.len(), most);
            let worst = ramp().map(|color| {
                let near = made.colors[usize::from(made.index(color))];
                assert_eq!(near[2..], [7, 255]);
                near[0].abs_diff(color[0])
            });
            assert!(usize::from(worst.max().unwrap()) <= 256 / most);
        }
    }
}
