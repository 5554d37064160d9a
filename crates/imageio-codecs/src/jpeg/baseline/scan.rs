//! The entropy-coded scan, one row of units after the other.

use imageio_core::{Limits, Result, Scratch};

use super::huffman::{Bits, Table};
use super::stream::{Intervals, Stream};

/// The coefficients of one row of units, block by block as the scan has them.
pub(super) struct Band {
    /// 64 for each block, row by row.
    pub(super) coefficients: Scratch<i16>,
    /// For each block, the place behind its last coefficient in zigzag order; 1 where there is the mean only.
    pub(super) behind: Scratch<u8>,
}

impl Band {
    /// Room for a row of units of `stream`.
    pub(super) fn new(stream: &Stream<'_>, limits: &Limits) -> Result<Band> {
        let blocks = stream.units_across() * stream.blocks();
        Ok(Band {
            coefficients: limits.scratch(blocks * 64, "a row of JPEG blocks")?,
            behind: limits.scratch(blocks, "a row of JPEG blocks")?,
        })
    }
}

/// Reads the bands of a scan one by one.
pub(super) struct Reader<'a> {
    bits: Bits<'a>,
    intervals: &'a Intervals,
    /// The interval that is read.
    interval: usize,
    /// Units of it that are still to come.
    left: usize,
    restart: usize,
    /// Tables of each block of a unit, and its component.
    blocks: Vec<(&'a Table, &'a Table, usize)>,
    units: usize,
    means: [i32; 3],
}

impl<'a> Reader<'a> {
    /// A reader that stands before band `first`, or before one not far above; gives that one's number too.
    pub(super) fn new(
        stream: &'a Stream<'a>,
        intervals: &'a Intervals,
        first: usize,
    ) -> Option<(Reader<'a>, usize)> {
        let units = stream.units_across();
        // What lies in whole intervals above need not be read, where one of them begins with a band.
        let from = match stream.restart {
            0 => 0,
            restart => (0..=first)
                .rev()
                .find(|band| (band * units).is_multiple_of(restart))?,
        };
        let interval = (from * units).checked_div(stream.restart).unwrap_or(0);
        let start = match interval.checked_sub(1) {
            None => 0,
            Some(before) => *intervals.ends.get(before)?,
        };
        let mut blocks = Vec::with_capacity(stream.blocks());
        for (number, component) in stream.components.iter().enumerate() {
            let (dc, ac) = stream.tables(component)?;
            let own = std::iter::repeat_n((dc, ac, number), component.across * component.down);
            blocks.extend(own);
        }
        let reader = Reader {
            bits: Bits::new(&intervals.bytes, start),
            intervals,
            interval,
            left: stream.restart,
            restart: stream.restart,
            blocks,
            units,
            means: [0; 3],
        };
        Some((reader, from))
    }

    /// Reads the next band; nothing where the bits make no sense or do not last.
    pub(super) fn read(&mut self, band: &mut Band) -> Option<()> {
        let (blocks, _) = band.coefficients.as_chunks_mut::<64>();
        let mut places = blocks.iter_mut().zip(band.behind.iter_mut());
        let mut bits = self.bits;
        for _ in 0..self.units {
            if self.restart > 0 {
                if self.left == 0 {
                    bits = self.next_interval(bits)?;
                }
                self.left -= 1;
            }
            for &(dc, ac, component) in &self.blocks {
                let (block, behind) = places.next()?;
                *block = [0; 64];
                let mean = self.means.get_mut(component)?;
                *mean = mean.wrapping_add(bits.difference(dc)?);
                block[0] = i16::try_from(*mean).ok()?;
                *behind = bits.coefficients(ac, block)? as u8;
            }
        }
        self.bits = bits;
        self.lasts(&bits).then_some(())
    }

    /// Whether what was read so far lies inside the interval.
    fn lasts(&self, bits: &Bits<'_>) -> bool {
        let end = self.intervals.ends.get(self.interval);
        end.is_some_and(|end| bits.position() <= end * 8)
    }

    fn next_interval(&mut self, bits: Bits<'a>) -> Option<Bits<'a>> {
        let start = *self.intervals.ends.get(self.interval)?;
        if !self.lasts(&bits) {
            return None;
        }
        self.interval += 1;
        self.left = self.restart;
        self.means = [0; 3];
        Some(Bits::new(&self.intervals.bytes, start))
    }
}
