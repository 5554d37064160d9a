//! From the words of a chunk to their place in the picture.

use std::ops::Range;

use imageio_core::Element;
use imageio_core::half::f16;

use super::channel::Stored;
use super::codec::{Layout, Plane, Samples, Words};

/// An element that samples become.
pub(super) trait Sample: Element + Copy {
    /// From the bits of a half float.
    fn of_half(bits: u16) -> Self;
    /// From the bits of a 32-bit sample.
    fn of_word(bits: u32, stored: Stored) -> Self;
    /// Nearest to a number; for colour that is computed.
    fn of_number(number: f32) -> Self;
    fn number(self) -> f32;
}

impl Sample for f16 {
    fn of_half(bits: u16) -> Self {
        f16::from_bits(bits)
    }

    fn of_word(bits: u32, _stored: Stored) -> Self {
        f16::from_f32(f32::from_bits(bits))
    }

    fn of_number(number: f32) -> Self {
        f16::from_f32(number)
    }

    fn number(self) -> f32 {
        self.to_f32()
    }
}

impl Sample for f32 {
    fn of_half(bits: u16) -> Self {
        f16::from_bits(bits).to_f32()
    }

    fn of_word(bits: u32, _stored: Stored) -> Self {
        f32::from_bits(bits)
    }

    fn of_number(number: f32) -> Self {
        number
    }

    fn number(self) -> f32 {
        self
    }
}

impl Sample for u32 {
    fn of_half(bits: u16) -> Self {
        bits.into()
    }

    fn of_word(bits: u32, _stored: Stored) -> Self {
        bits
    }

    fn of_number(number: f32) -> Self {
        number as u32
    }

    fn number(self) -> f32 {
        self as f32
    }
}

impl Sample for f64 {
    fn of_half(bits: u16) -> Self {
        f16::from_bits(bits).to_f64()
    }

    fn of_word(bits: u32, stored: Stored) -> Self {
        match stored {
            Stored::U32 => bits.into(),
            _ => f32::from_bits(bits).into(),
        }
    }

    fn of_number(number: f32) -> Self {
        number.into()
    }

    fn number(self) -> f32 {
        self as f32
    }
}

/// A part of the picture: whole rows of it, each of `columns`.
pub(super) struct Canvas<'a, T> {
    pub(super) pixels: &'a mut [T],
    /// Rows and columns of the part that they are, counted from its first.
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    /// Numbers of the channels that make a pixel.
    pub(super) channels: &'a [usize],
}

impl<T: Sample> Canvas<'_, T> {
    /// Puts in what a chunk holds, which begins at column `left`.
    pub(super) fn put(
        &mut self,
        samples: &Samples<'_>,
        layout: &Layout,
        left: usize,
        steps: &[usize],
    ) {
        // Where each channel's next line begins, in words.
        let mut starts = vec![0; layout.planes.len()];
        let mut start = 0;
        if samples.by_channel {
            for (place, plane) in starts.iter_mut().zip(&layout.planes) {
                *place = start;
                start += plane.line_words() * plane.height;
            }
        }
        for line in layout.lines.clone() {
            for (place, plane) in starts.iter_mut().zip(&layout.planes) {
                if !samples.by_channel {
                    *place = start;
                    start += if plane.has(line) {
                        plane.line_words()
                    } else {
                        0
                    };
                }
            }
            self.put_line(line, samples, layout, &starts, left, steps);
            for (place, plane) in starts.iter_mut().zip(&layout.planes) {
                *place += if plane.has(line) {
                    plane.line_words()
                } else {
                    0
                };
            }
        }
    }

    fn put_line(
        &mut self,
        line: usize,
        samples: &Samples<'_>,
        layout: &Layout,
        starts: &[usize],
        left: usize,
        steps: &[usize],
    ) {
        if !self.rows.contains(&line) {
            return;
        }
        let depth = self.channels.len();
        let width = self.columns.len() * depth;
        let first = (line - self.rows.start) * width;
        let Some(row) = self.pixels.get_mut(first..first + width) else {
            return;
        };
        for (band, channel) in self.channels.iter().enumerate() {
            let (Some(plane), Some(start), Some(step)) = (
                layout.planes.get(*channel),
                starts.get(*channel),
                steps.get(*channel),
            ) else {
                continue;
            };
            if !plane.has(line) {
                continue;
            }
            // The columns that both have, as samples of the chunk.
            let right = left + plane.width * step;
            let from = self.columns.start.max(left);
            let to = self.columns.end.min(right);
            if from >= to {
                continue;
            }
            let kept = Kept {
                words: samples.words,
                samples: (from - left) / step..(to - left).div_ceil(*step),
                start: *start,
                plane,
            };
            let places = row
                .get_mut((from - self.columns.start) * depth + band..)
                .unwrap_or_default()
                .iter_mut()
                .step_by(depth)
                .take(to - from);
            match step {
                1 => kept.each(places, |place, sample| *place = sample),
                _ => kept.each_repeated(places, *step, (from - left) % step),
            }
        }
    }
}

/// Samples of one line of a channel.
struct Kept<'a> {
    words: Words<'a>,
    /// Number of the first and behind the last sample of the line.
    samples: Range<usize>,
    /// Where the line begins, in words.
    start: usize,
    plane: &'a Plane,
}

impl Kept<'_> {
    fn each_repeated<'p, T: Sample>(
        &self,
        places: impl Iterator<Item = &'p mut T>,
        step: usize,
        skipped: usize,
    ) {
        // A few lines of chroma: not worth more than a loop.
        let mut samples = Vec::with_capacity(self.samples.len());
        self.each(self.samples.clone(), |_, sample: T| samples.push(sample));
        let repeated = samples
            .iter()
            .flat_map(|sample| std::iter::repeat_n(*sample, step));
        places
            .zip(repeated.skip(skipped))
            .for_each(|(place, sample)| *place = sample);
    }

    /// Calls `put` with each place and its sample.
    #[inline]
    fn each<P, T: Sample>(&self, places: impl Iterator<Item = P>, mut put: impl FnMut(P, T)) {
        let size = self.plane.stored.words();
        let words = self.start + self.samples.start * size..self.start + self.samples.end * size;
        let stored = self.plane.stored;
        match (self.words, size) {
            (Words::Bytes(bytes), 1) => {
                let bytes = bytes
                    .get(words.start * 2..words.end * 2)
                    .unwrap_or_default();
                let halves = bytes.as_chunks::<2>().0;
                for (place, half) in places.zip(halves) {
                    put(place, T::of_half(u16::from_le_bytes(*half)));
                }
            }
            (Words::Bytes(bytes), _) => {
                let bytes = bytes
                    .get(words.start * 2..words.end * 2)
                    .unwrap_or_default();
                let wides = bytes.as_chunks::<4>().0;
                for (place, wide) in places.zip(wides) {
                    put(place, T::of_word(u32::from_le_bytes(*wide), stored));
                }
            }
            (Words::Halves(low, high), 1) => {
                let low = low.get(words.clone()).unwrap_or_default();
                let high = high.get(words).unwrap_or_default();
                for (place, (low, high)) in places.zip(low.iter().zip(high)) {
                    put(place, T::of_half(u16::from_le_bytes([*low, *high])));
                }
            }
            (Words::Halves(low, high), _) => {
                let low = low
                    .get(words.clone())
                    .unwrap_or_default()
                    .as_chunks::<2>()
                    .0;
                let high = high.get(words).unwrap_or_default().as_chunks::<2>().0;
                for (place, ([a, c], [b, d])) in places.zip(low.iter().zip(high)) {
                    put(
                        place,
                        T::of_word(u32::from_le_bytes([*a, *b, *c, *d]), stored),
                    );
                }
            }
            (Words::Native(native), 1) => {
                let native = native.get(words).unwrap_or_default();
                for (place, half) in places.zip(native) {
                    put(place, T::of_half(*half));
                }
            }
            (Words::Native(native), _) => {
                let native = native.get(words).unwrap_or_default();
                for (place, [low, high]) in places.zip(native.as_chunks::<2>().0) {
                    put(
                        place,
                        T::of_word(u32::from(*high) << 16 | u32::from(*low), stored),
                    );
                }
            }
        }
    }
}
