//! Many colours reduced to a few: a histogram, a palette made from it, and the nearest entry of each colour.

use self::layout::Layout;
use self::planes::Planes;
use self::tally::Tally;
use super::source::{Pixel, Source};

mod coverage;
mod layout;
mod median_cut;
mod octree;
mod planes;
mod tally;

/// How a palette is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quantizer {
    /// Cuts the colours where the most error is (Heckbert 1982). The best of the three for photographs.
    #[default]
    MedianCut,
    /// Takes colours as far from each other as can be, so that rare ones live.
    MaxCoverage,
    /// Merges the branches of an octree with the fewest pixels (Gervautz and Purgathofer 1988). Fast and coarse.
    FastOctree,
}

/// The most pixels that are counted, so that the sums of a place cannot overflow.
const SAMPLES: usize = 1 << 24;

/// Colours that fall on one place of the histogram.
#[derive(Clone, Copy, Default)]
struct Bin {
    count: u32,
    sums: [u32; 3],
}

impl Bin {
    #[inline]
    fn count(&mut self, color: [u8; 3]) {
        self.count += 1;
        for (sum, &value) in self.sums.iter_mut().zip(&color) {
            *sum += u32::from(value);
        }
    }
}

/// The mean colour of a place, and what it stands for.
#[derive(Clone, Copy)]
struct Point {
    color: [u8; 3],
    bin: Bin,
}

/// Sums over several places.
#[derive(Clone, Copy, Default)]
struct Total {
    count: u64,
    sums: [u64; 3],
}

impl Total {
    fn add(&mut self, bin: &Bin) {
        self.count += u64::from(bin.count);
        for (total, &sum) in self.sums.iter_mut().zip(&bin.sums) {
            *total += u64::from(sum);
        }
    }

    fn mean(&self) -> [u8; 3] {
        let half = self.count / 2;
        self.sums
            .map(|sum| ((sum + half) / self.count.max(1)) as u8)
    }
}

/// Makes palettes, and finds the nearest entry of any colour.
#[derive(Default)]
pub(super) struct Reducer {
    quantizer: Quantizer,
    /// The colours themselves, where they are few.
    tally: Option<Tally>,
    /// Else, and for colours that only dithering makes, places that several colours share.
    layout: Layout,
    bins: Vec<Bin>,
    /// One more than the entry nearest to the place's colour, 0 where nobody asked yet.
    nearest: Vec<u16>,
    palette: Planes,
}

impl Reducer {
    pub(super) fn new(quantizer: Quantizer) -> Self {
        Reducer {
            quantizer,
            ..Reducer::default()
        }
    }

    /// At most `size` colours for the opaque pixels of `part`, in ascending order.
    pub(super) fn reduce(&mut self, part: &Source<'_>, size: usize) -> Vec<[u8; 3]> {
        self.start(Layout::of(part));
        self.count(part);
        let bins = self
            .tally
            .as_ref()
            .map_or(self.bins.as_slice(), Tally::bins);
        let mut points: Vec<Point> = bins.iter().filter_map(Point::of).collect();
        let mut palette = match self.quantizer {
            Quantizer::MedianCut => median_cut::palette(&mut points, size),
            Quantizer::MaxCoverage => coverage::palette(&points, size),
            Quantizer::FastOctree => octree::palette(&points, size),
        };
        palette.sort_unstable();
        palette.dedup();
        self.palette = Planes::new(&palette);
        palette
    }

    /// Makes [`nearest`](Reducer::nearest) search in `palette`.
    pub(super) fn take_palette(&mut self, palette: &[[u8; 3]]) {
        self.start(Layout::new([0; 3], [255; 3]));
        self.palette = Planes::new(palette);
    }

    fn start(&mut self, layout: Layout) {
        self.tally = None;
        self.layout = layout;
        self.bins.clear();
        self.nearest.clear();
        self.nearest.resize(layout.places(), 0);
    }

    /// Counts pixels by colour, or by place where there are too many colours.
    fn count(&mut self, part: &Source<'_>) {
        let step = 1 + part.width * part.height / SAMPLES;
        let opaque = |pixel| match pixel {
            Pixel::Opaque(color) => Some(color),
            Pixel::Clear(_) => None,
        };
        let colors = || part.pixels().step_by(step).filter_map(opaque);
        let mut tally = Tally::new();
        if colors().all(|color| tally.count(color)) {
            self.tally = Some(tally);
            return;
        }
        self.bins.resize(self.layout.places(), Bin::default());
        for color in colors() {
            if let Some(bin) = self.bins.get_mut(self.layout.place(color)) {
                bin.count(color);
            }
        }
    }

    /// The entry nearest to `color`, or to the mean of the colours that share its place.
    #[inline]
    pub(super) fn nearest(&mut self, color: [u8; 3]) -> u8 {
        if let Some(known) = self.tally.as_mut().and_then(|tally| tally.known(color)) {
            if *known == 0 {
                *known = u16::from(self.palette.nearest(color)) + 1;
            }
            return (*known - 1) as u8;
        }
        let place = self.layout.place(color);
        match self.nearest.get(place) {
            Some(&known @ 1..) => (known - 1) as u8,
            _ => self.search(place, color),
        }
    }

    #[cold]
    fn search(&mut self, place: usize, color: [u8; 3]) -> u8 {
        let seen = self.bins.get(place).and_then(Point::of);
        let index = self
            .palette
            .nearest(seen.map_or(color, |point| point.color));
        if let Some(slot) = self.nearest.get_mut(place) {
            *slot = u16::from(index) + 1;
        }
        index
    }
}

impl Point {
    fn of(bin: &Bin) -> Option<Point> {
        let mut total = Total::default();
        total.add(bin);
        (bin.count > 0).then(|| Point {
            color: total.mean(),
            bin: *bin,
        })
    }
}
