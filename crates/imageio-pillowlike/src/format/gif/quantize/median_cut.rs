//! Median cut, after P. Heckbert, "Color image quantization for frame buffer display", 1982.

use super::{Point, Total};

/// Points that one palette entry stands for.
struct Cell {
    start: usize,
    end: usize,
    /// The channel along which the points are spread the most.
    axis: usize,
    /// Squared error along that channel.
    error: f64,
}

/// At most `size` means, cutting where the error is largest. Puts `points` into another order.
pub(super) fn palette(points: &mut [Point], size: usize) -> Vec<[u8; 3]> {
    let mut cells = vec![Cell::new(points, 0, points.len())];
    while cells.len() < size {
        let widest = cells
            .iter_mut()
            .max_by(|a, b| a.error.total_cmp(&b.error))
            .filter(|cell| cell.error > 0.0);
        let Some(cell) = widest else {
            break;
        };
        let (start, end) = (cell.start, cell.end);
        let middle = start + cut(&mut points[start..end], cell.axis);
        *cell = Cell::new(points, start, middle);
        cells.push(Cell::new(points, middle, end));
    }
    let mean = |cell: &Cell| {
        let mut total = Total::default();
        for point in &points[cell.start..cell.end] {
            total.add(&point.bin);
        }
        total.mean()
    };
    cells.iter().map(mean).collect()
}

impl Cell {
    fn new(points: &[Point], start: usize, end: usize) -> Self {
        let mut count = 0u64;
        let mut sums = [0u64; 3];
        let mut squares = [0u64; 3];
        for Point { color, bin } in &points[start..end] {
            let weight = u64::from(bin.count);
            count += weight;
            for channel in 0..3 {
                let value = u64::from(color[channel]);
                sums[channel] += weight * value;
                squares[channel] += weight * value * value;
            }
        }
        let mut cell = Cell {
            start,
            end,
            axis: 0,
            error: 0.0,
        };
        for axis in 0..3 {
            let sum = u128::from(sums[axis]);
            // Whole numbers, so that equal points give an error of exactly nothing.
            let spread = u128::from(squares[axis]) * u128::from(count) - sum * sum;
            let error = spread as f64 / count.max(1) as f64;
            if error > cell.error {
                (cell.axis, cell.error) = (axis, error);
            }
        }
        cell
    }
}

/// Puts the points up to the median along `axis` first, and gives their number. Neither part is empty, as the
/// points differ along `axis`.
fn cut(points: &mut [Point], axis: usize) -> usize {
    let mut weights = [0u64; 256];
    let mut highest = 0;
    for Point { color, bin } in &*points {
        weights[usize::from(color[axis])] += u64::from(bin.count);
        highest = color[axis].max(highest);
    }
    let half = weights.iter().sum::<u64>() / 2;
    let mut seen = 0;
    let median = (0..highest)
        .find(|&level| {
            seen += weights[usize::from(level)];
            seen >= half
        })
        .unwrap_or(highest.saturating_sub(1));
    let mut lower = 0;
    for at in 0..points.len() {
        if points[at].color[axis] <= median {
            points.swap(at, lower);
            lower += 1;
        }
    }
    lower
}
