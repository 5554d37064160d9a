//! Many colours reduced to a few: a histogram, a palette made from it, and the nearest entry of each colour.

use self::layout::Layout;
use self::nearest::Nearest;
use self::tally::Tally;

mod coverage;
mod layout;
mod median_cut;
mod nearest;
mod neuquant;
mod octree;
mod tally;

/// A pixel: red, green, blue, and 255, or 0 where it is transparent.
pub(crate) type Rgba = [u8; 4];

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
    /// Lets a chain of colours learn from samples (Dekker 1994). Slow and smooth.
    NeuQuant,
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

/// Makes palettes, and finds the nearest entry of any colour. Nothing of one picture changes the next one's.
#[derive(Default)]
pub(crate) struct Reducer {
    quantizer: Quantizer,
    /// The colours themselves, where they are few.
    tally: Option<Tally>,
    /// Else, and for colours that only dithering makes, places that several colours share.
    layout: Layout,
    bins: Vec<Bin>,
    /// Where each pixel of the picture went, in the tally or in the layout.
    places: Vec<u16>,
    /// One more than the entry nearest to the place's colour, 0 where nobody asked yet.
    nearest: Vec<u16>,
    /// The same for the slots of the tally.
    known: Vec<u16>,
    palette: Nearest,
}

impl Reducer {
    pub(crate) fn new(quantizer: Quantizer) -> Self {
        Reducer {
            quantizer,
            ..Reducer::default()
        }
    }

    /// At most `size` colours for the opaque ones of `pixels`, in ascending order.
    pub(crate) fn reduce(&mut self, pixels: &[Rgba], size: usize) -> Vec<[u8; 3]> {
        self.start(Layout::of(pixels));
        self.count(pixels);
        let bins = self.tally.as_ref().map_or(&self.bins[..], Tally::bins);
        let mut points: Vec<Point> = bins.iter().filter_map(Point::of).collect();
        let mut palette = match self.quantizer {
            Quantizer::MedianCut => median_cut::palette(&mut points, size),
            Quantizer::MaxCoverage => coverage::palette(&points, size),
            Quantizer::FastOctree => octree::palette(&points, size),
            Quantizer::NeuQuant => neuquant::palette(pixels, size),
        };
        palette.sort_unstable();
        palette.dedup();
        self.palette = Nearest::new(&palette);
        palette
    }

    /// The nearest entry of each of `pixels`, those that were [reduced](Reducer::reduce) last, and `transparent`
    /// for those that are.
    pub(crate) fn indices(&mut self, pixels: &[Rgba], transparent: u8, to: &mut Vec<u8>) {
        self.settle();
        let found = match &self.tally {
            Some(_) => &self.known,
            None => &self.nearest,
        };
        let start = to.len();
        let mut missed = false;
        to.extend(pixels.iter().zip(&self.places).map(|(pixel, &place)| {
            match found.get(usize::from(place)) {
                _ if pixel[3] == 0 => transparent,
                Some(&index @ 1..) => (index - 1) as u8,
                _ => {
                    missed = true;
                    0
                }
            }
        }));
        if missed {
            // Only every so many pixels of a huge picture were counted.
            let indices = to.get_mut(start..).unwrap_or_default();
            for (index, &[r, g, b, opaque]) in indices.iter_mut().zip(pixels) {
                if opaque != 0 {
                    *index = self.nearest([r, g, b]);
                }
            }
        }
    }

    /// Finds the nearest entry of everything that was counted.
    fn settle(&mut self) {
        let (bins, found) = match &self.tally {
            Some(tally) => (tally.bins(), &mut self.known),
            None => (&self.bins[..], &mut self.nearest),
        };
        for (bin, found) in bins.iter().zip(found) {
            if let Some(point) = Point::of(bin).filter(|_| *found == 0) {
                *found = u16::from(self.palette.find(point.color)) + 1;
            }
        }
    }

    /// Makes [`nearest`](Reducer::nearest) search in `palette`.
    pub(crate) fn take_palette(&mut self, palette: &[[u8; 3]]) {
        self.start(Layout::new([0; 3], [255; 3]));
        self.palette = Nearest::new(palette);
    }

    fn start(&mut self, layout: Layout) {
        self.tally = None;
        self.layout = layout;
        self.bins.clear();
        self.nearest.clear();
        self.nearest.resize(self.layout.places(), 0);
    }

    /// Counts pixels by colour, or by place where there are too many colours.
    fn count(&mut self, pixels: &[Rgba]) {
        self.places.clear();
        self.places.reserve(pixels.len());
        let mut tally = Tally::new();
        let slots = pixels.iter().map_while(|&[r, g, b, opaque]| match opaque {
            0 => Some(0),
            _ => tally.count([r, g, b]),
        });
        if pixels.len() <= SAMPLES {
            self.places.extend(slots);
        }
        if self.places.len() == pixels.len() {
            self.known.clear();
            self.known.resize(tally::SLOTS, 0);
            self.tally = Some(tally);
            return;
        }
        self.places.clear();
        self.bins.resize(self.layout.places(), Bin::default());
        let (layout, bins) = (&self.layout, &mut self.bins);
        let step = 1 + pixels.len() / SAMPLES;
        for pixels in pixels.chunks(step) {
            if let Some(&[r, g, b, 1..=255]) = pixels.first()
                && let Some(bin) = bins.get_mut(usize::from(layout.place([r, g, b])))
            {
                bin.count([r, g, b]);
            }
        }
        let places = pixels.iter().map(|&[r, g, b, _]| layout.place([r, g, b]));
        self.places.extend(places);
    }

    /// The entry nearest to `color`, or to the mean of the colours that share its place.
    #[inline]
    pub(crate) fn nearest(&mut self, color: [u8; 3]) -> u8 {
        if let Some(slot) = self.tally.as_ref().and_then(|tally| tally.slot(color))
            && let Some(known) = self.known.get_mut(slot)
        {
            if *known == 0 {
                *known = u16::from(self.palette.find(color)) + 1;
            }
            return (*known - 1) as u8;
        }
        let place = usize::from(self.layout.place(color));
        match self.nearest.get(place) {
            Some(&known @ 1..) => (known - 1) as u8,
            _ => self.search(place, color),
        }
    }

    #[cold]
    fn search(&mut self, place: usize, color: [u8; 3]) -> u8 {
        let seen = self.bins.get(place).and_then(Point::of);
        let index = self.palette.find(seen.map_or(color, |point| point.color));
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
