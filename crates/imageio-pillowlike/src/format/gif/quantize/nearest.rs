//! The search for the nearest colour of a palette.

/// A palette in the order of the channel that tells its colours apart best, so that a search begins near its end.
#[derive(Default)]
pub(super) struct Nearest {
    axis: usize,
    /// Three samples and the index.
    entries: Vec<[i32; 4]>,
    /// For each value of the channel, the first entry that has it or a higher one.
    starts: Vec<u16>,
}

impl Nearest {
    /// A search in the first 256 colours of `palette`.
    pub(super) fn new(palette: &[[u8; 3]]) -> Self {
        let spread = |channel: &usize| {
            let values = palette.iter().map(|color| f64::from(color[*channel]));
            let mean = values.clone().sum::<f64>() / palette.len().max(1) as f64;
            values.map(|value| (value - mean).powi(2)).sum::<f64>()
        };
        // Green first, as it is spread the most in most pictures.
        let axes = [0, 2, 1].into_iter();
        let axis = axes.max_by(|a, b| spread(a).total_cmp(&spread(b)));
        let axis = axis.unwrap_or(0);
        let numbered = (0..256).zip(palette);
        let entries = numbered.map(|(index, &[r, g, b])| [r.into(), g.into(), b.into(), index]);
        let mut entries: Vec<[i32; 4]> = entries.collect();
        entries.sort_unstable_by_key(|entry| (entry[axis], entry[3]));
        let starts = (0..256).map(|value| entries.partition_point(|entry| entry[axis] < value));
        let starts = starts.map(|start| start as u16).collect();
        Nearest {
            axis,
            entries,
            starts,
        }
    }

    /// The nearest entry by squared distance; of equal ones the first in the palette.
    pub(super) fn find(&self, color: [u8; 3]) -> u8 {
        let axis = self.axis;
        let start = self.starts.get(usize::from(color[axis]));
        let start = start.copied().unwrap_or(0).into();
        let color = color.map(i32::from);
        let (below, above) = self.entries.split_at_checked(start).unwrap_or_default();
        let (mut below, mut above) = (below.iter().rev(), above.iter());
        let mut best = (i32::MAX, 0);
        let (mut falls, mut rises) = (below.next(), above.next());
        loop {
            // The channel alone is already farther than the best.
            rises = rises.filter(|entry| (entry[axis] - color[axis]).pow(2) <= best.0);
            falls = falls.filter(|entry| (entry[axis] - color[axis]).pow(2) <= best.0);
            if let Some(entry) = rises {
                best = best.min((distance(entry, color), entry[3]));
                rises = above.next();
            } else if falls.is_none() {
                break;
            }
            if let Some(entry) = falls {
                best = best.min((distance(entry, color), entry[3]));
                falls = below.next();
            }
        }
        best.1 as u8
    }
}

#[inline]
fn distance(entry: &[i32; 4], color: [i32; 3]) -> i32 {
    let [r, g, b, _] = entry;
    (r - color[0]).pow(2) + (g - color[1]).pow(2) + (b - color[2]).pow(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_looking_at_all_finds() {
        let mut state = 5u32;
        let mut value = move || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 24) as u8
        };
        for len in [1, 2, 7, 256] {
            let palette: Vec<[u8; 3]> = (0..len).map(|_| [value(), value(), value() / 8]).collect();
            let nearest = Nearest::new(&palette);
            for _ in 0..500 {
                let color = [value(), value(), value()];
                let far = |rgb: &[u8; 3]| -> u32 {
                    let channels = rgb.iter().zip(color);
                    channels
                        .map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2))
                        .sum()
                };
                let expected = (0..len).min_by_key(|&index| far(&palette[index]));
                assert_eq!(usize::from(nearest.find(color)), expected.unwrap());
            }
        }
        assert_eq!(Nearest::new(&[]).find([1, 2, 3]), 0);
    }
}
