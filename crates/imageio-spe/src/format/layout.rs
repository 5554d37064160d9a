//! Where the elements of an array lie in a file, and the fewest reads that fetch them.

use std::ops::Range;

/// An array inside a file: for each axis its length and the bytes from one position to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    offset: u64,
    axes: Vec<Axis>,
    item: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
    len: usize,
    stride: u64,
}

impl Layout {
    /// One element of `item` bytes at `offset`.
    pub(crate) fn new(offset: u64, item: u64) -> Self {
        Layout {
            offset,
            axes: Vec::new(),
            item,
        }
    }

    /// `len` such arrays, `stride` bytes apart, as a new first axis.
    pub(crate) fn repeated(mut self, len: usize, stride: u64) -> Self {
        self.axes.insert(0, Axis { len, stride });
        self
    }

    /// The same array `bytes` further on.
    pub(crate) fn shifted(mut self, bytes: u64) -> Self {
        self.offset = self.offset.saturating_add(bytes);
        self
    }

    /// The part inside `ranges`, one for each axis, all inside it.
    pub(crate) fn window(mut self, ranges: &[Range<usize>]) -> Self {
        for (axis, range) in self.axes.iter_mut().zip(ranges) {
            let skip = axis.stride.saturating_mul(range.start as u64);
            self.offset = self.offset.saturating_add(skip);
            axis.len = range.len();
        }
        self
    }

    /// Length of each axis.
    pub(crate) fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.len).collect()
    }

    /// Number of elements, where it can be counted.
    pub(crate) fn len(&self) -> Option<usize> {
        self.axes
            .iter()
            .try_fold(1usize, |len, axis| len.checked_mul(axis.len))
    }

    /// The first byte behind the last element; saturates, so that it lies outside of any file.
    pub(crate) fn end(&self) -> u64 {
        if self.axes.iter().any(|axis| axis.len == 0) {
            return self.offset;
        }
        let steps = self
            .axes
            .iter()
            .map(|axis| axis.stride.saturating_mul(axis.len as u64 - 1));
        steps.fold(self.offset.saturating_add(self.item), u64::saturating_add)
    }

    /// The stretches of bytes that make up the array, in its order, each as long as it can be.
    pub(crate) fn runs(&self) -> Runs {
        let mut len = self.item;
        let mut outer = self.axes.as_slice();
        while let Some((axis, rest)) = outer.split_last() {
            if axis.len != 1 && axis.stride != len {
                break;
            }
            len = len.saturating_mul(axis.len as u64);
            outer = rest;
        }
        let left = outer
            .iter()
            .fold(1u64, |n, axis| n.saturating_mul(axis.len as u64));
        Runs {
            len,
            next: self.offset,
            left: if len == 0 { 0 } else { left },
            axes: outer.to_vec(),
            position: vec![0; outer.len()],
        }
    }
}

/// Gives the offset of one run after the other.
#[derive(Debug)]
pub(crate) struct Runs {
    len: u64,
    next: u64,
    left: u64,
    axes: Vec<Axis>,
    position: Vec<usize>,
}

impl Runs {
    /// Bytes of each run.
    pub(crate) fn run_len(&self) -> u64 {
        self.len
    }

    /// Goes on like an odometer: the last axis first.
    fn advance(&mut self) {
        for (axis, position) in self.axes.iter().zip(&mut self.position).rev() {
            *position += 1;
            self.next = self.next.saturating_add(axis.stride);
            if *position < axis.len {
                return;
            }
            self.next = self
                .next
                .saturating_sub(axis.stride.saturating_mul(axis.len as u64));
            *position = 0;
        }
    }
}

impl Iterator for Runs {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let offset = self.next;
        self.advance();
        Some(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three frames of 4 by 5 pixels of 2 bytes, `gap` bytes between frames.
    fn stack(gap: u64) -> Layout {
        Layout::new(100, 2)
            .repeated(5, 2)
            .repeated(4, 10)
            .repeated(3, 40 + gap)
    }

    fn runs(layout: &Layout) -> (u64, Vec<u64>) {
        let runs = layout.runs();
        (runs.run_len(), runs.collect())
    }

    #[test]
    fn what_lies_together_is_one_run() {
        assert_eq!(runs(&stack(0)), (120, vec![100]));
        assert_eq!(runs(&stack(6)), (40, vec![100, 146, 192]));
        assert_eq!((stack(0).shape(), stack(0).end()), (vec![3, 4, 5], 220));
        assert_eq!(stack(6).end(), 232);
    }

    #[test]
    fn windows_skip_what_is_outside() {
        let rows = stack(0).window(&[1..2, 1..3, 0..5]);
        assert_eq!(runs(&rows), (20, vec![150]));
        let block = stack(6).window(&[0..2, 2..4, 1..3]);
        assert_eq!(runs(&block), (4, vec![122, 132, 168, 178]));
        assert_eq!(block.end(), 182);
        let column = stack(0).window(&[0..3, 0..1, 4..5]);
        assert_eq!(runs(&column), (2, vec![108, 148, 188]));
    }

    #[test]
    fn an_empty_window_needs_nothing() {
        let none = stack(0).window(&[0..3, 2..2, 0..5]);
        assert_eq!(runs(&none).1, Vec::<u64>::new());
        let none = stack(0).window(&[0..3, 0..4, 5..5]);
        assert_eq!(runs(&none).1, Vec::<u64>::new());
        assert_eq!(
            runs(&stack(6).window(&[3..3, 0..4, 0..5])).1,
            Vec::<u64>::new()
        );
    }

    #[test]
    fn absurd_strides_end_outside_of_any_file() {
        let layout = Layout::new(100, 2).repeated(usize::MAX, u64::MAX);
        assert_eq!(layout.end(), u64::MAX);
    }
}
