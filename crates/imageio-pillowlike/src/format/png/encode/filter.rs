//! Filtering rows (PNG 9), each with the filter that leaves the smallest values.

/// Filters the rows of one image.
pub(super) struct Filters {
    /// Bytes from one pixel to the next.
    pixel: usize,
    /// Whether there is a choice, or every row stays as it is.
    choose: bool,
    /// The row in each of the filters 1 to 4.
    tried: [Vec<u8>; 4],
}

impl Filters {
    pub(super) fn new(pixel: usize, choose: bool) -> Self {
        Filters {
            pixel,
            choose,
            tried: Default::default(),
        }
    }

    /// Adds the filter's byte and the filtered row; `above` is the row before, zeros for the first.
    pub(super) fn add(&mut self, above: &[u8], row: &[u8], out: &mut Vec<u8>) {
        if !self.choose {
            out.push(0);
            out.extend_from_slice(row);
            return;
        }
        let [left, up, mean, paeth] = &mut self.tried;
        let n = self.pixel;
        apply(n, above, row, left, |x, a, _, _| x.wrapping_sub(a));
        apply(n, above, row, up, |x, _, b, _| x.wrapping_sub(b));
        apply(n, above, row, mean, |x, a, b, _| {
            x.wrapping_sub((a & b) + ((a ^ b) >> 1))
        });
        apply(n, above, row, paeth, |x, a, b, c| {
            x.wrapping_sub(predict(a, b, c))
        });
        let mut best = (size(row), 0, row);
        for (tried, filter) in self.tried.iter().zip(1..) {
            let size = size(tried);
            if size < best.0 {
                best = (size, filter, tried);
            }
        }
        out.push(best.1);
        out.extend_from_slice(best.2);
    }
}

/// Fills `out` with `filter` of each byte, that of the pixel to the left, above, and above the left one.
#[inline]
fn apply(
    pixel: usize,
    above: &[u8],
    row: &[u8],
    out: &mut Vec<u8>,
    filter: impl Fn(u8, u8, u8, u8) -> u8,
) {
    out.resize(row.len(), 0);
    let first = pixel.min(row.len());
    let (out_first, out) = out.split_at_mut(first);
    let (row_first, later) = row.split_at(first);
    let (above_first, above_later) = above.split_at(first);
    for ((out, x), b) in out_first.iter_mut().zip(row_first).zip(above_first) {
        *out = filter(*x, 0, *b, 0);
    }
    let left = row.iter().zip(above);
    let here = later.iter().zip(above_later);
    for ((out, (x, b)), (a, c)) in out.iter_mut().zip(here).zip(left) {
        *out = filter(*x, *a, *b, *c);
    }
}

#[inline]
fn predict(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_left, to_above) = (b - c, a - c);
    let to_corner = (to_left + to_above).abs();
    let (to_left, to_above) = (to_left.abs(), to_above.abs());
    let other = if to_above <= to_corner { above } else { corner };
    if to_left <= to_above.min(to_corner) {
        left
    } else {
        other
    }
}

/// The sum of the values as signed bytes, without their signs.
fn size(row: &[u8]) -> u64 {
    // 256 times 128 is the most that fits.
    let sums = row.chunks(256).map(|part| {
        let sum: u16 = part
            .iter()
            .map(|&byte| u16::from(byte.min(byte.wrapping_neg())))
            .sum();
        u64::from(sum)
    });
    sums.sum()
}
