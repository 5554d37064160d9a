//! Which stretches of a row-major array a window takes.

use std::ops::Range;

/// The stretches of elements, in ascending order, that a window of a row-major array is made of.
#[derive(Debug)]
pub struct Runs {
    /// Elements from one position to the next, and the range, along each axis that is walked.
    axes: Vec<(u64, Range<u64>)>,
    /// Where each walked axis stands.
    at: Vec<u64>,
    /// Elements from a position of the walked axes to its stretch.
    start: u64,
    /// Elements of a stretch.
    len: u64,
    is_done: bool,
}

impl Runs {
    /// The stretches for one range for each axis of `shape`.
    pub fn new(shape: &[usize], ranges: &[Range<usize>]) -> Self {
        let mut axes = Vec::new();
        let (mut start, mut len, mut step) = (0, 1, 1);
        // From the last axis on, whole axes and then one partial one make up a stretch.
        let mut is_whole = true;
        for (&axis, range) in shape.iter().zip(ranges).rev() {
            let range = range.start as u64..range.end as u64;
            if is_whole {
                start += range.start * step;
                len *= range.end - range.start;
                is_whole = range == (0..axis as u64);
            } else {
                axes.push((step, range));
            }
            step *= axis as u64;
        }
        axes.reverse();
        let is_done = len == 0 || axes.iter().any(|(_, range)| range.is_empty());
        Runs {
            at: axes.iter().map(|(_, range)| range.start).collect(),
            axes,
            start,
            len,
            is_done,
        }
    }

    /// Elements of each stretch.
    pub fn run_len(&self) -> u64 {
        self.len
    }

    fn step(&mut self) {
        for ((_, range), at) in self.axes.iter().zip(&mut self.at).rev() {
            *at += 1;
            if *at < range.end {
                return;
            }
            *at = range.start;
        }
        self.is_done = true;
    }
}

impl Iterator for Runs {
    /// The first element of a stretch.
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.is_done {
            return None;
        }
        let walked = self.axes.iter().zip(&self.at);
        let start = walked.fold(self.start, |start, ((step, _), at)| start + at * step);
        self.step();
        Some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(shape: &[usize], ranges: &[Range<usize>]) -> (Vec<u64>, u64) {
        let runs = Runs::new(shape, ranges);
        let len = runs.run_len();
        (runs.collect(), len)
    }

    #[test]
    fn whole_axes_join() {
        assert_eq!(stretches(&[4, 5, 6], &[0..4, 0..5, 0..6]), (vec![0], 120));
        assert_eq!(stretches(&[4, 5, 6], &[1..3, 0..5, 0..6]), (vec![30], 60));
        assert_eq!(
            stretches(&[4, 5, 6], &[1..3, 2..4, 0..6]),
            (vec![42, 72], 12)
        );
        let parts = stretches(&[4, 5, 6], &[1..3, 2..4, 1..3]);
        assert_eq!(parts, (vec![43, 49, 73, 79], 2));
    }

    #[test]
    fn nothing_has_no_stretch() {
        assert_eq!(stretches(&[4, 5], &[2..2, 0..5]).0, Vec::<u64>::new());
        assert_eq!(stretches(&[4, 5], &[0..4, 3..3]).0, Vec::<u64>::new());
        assert_eq!(stretches(&[], &[]), (vec![0], 1));
    }
}
