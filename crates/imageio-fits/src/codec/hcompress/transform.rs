//! The Haar transform of HCOMPRESS in whole numbers.

use super::{Plane, smooth};

/// Undoes [`forward`]; `smooth` is the scale to smooth for.
pub(super) fn inverse(values: &mut [i64], plane: Plane, smooth: Option<i64>, line: &mut [i64]) {
    let levels = plane.levels();
    if levels == 0 {
        return;
    }
    let mut bit = 1i64 << (levels - 1);
    values[0] = rounded(values[0], bit << 2);
    for level in (0..levels).rev() {
        let part = part(plane, level);
        unshuffle(values, part, plane.columns, line);
        if let Some(scale) = smooth {
            smooth::smooth(values, part, plane.columns, scale);
        }
        let shift = if level == 0 { 2 } else { 1 };
        let step = Step {
            bit,
            last: level == 0,
            shift,
        };
        let mut rows = values.chunks_mut(plane.columns).take(part.rows);
        while let Some(upper) = rows.next() {
            let upper = &mut upper[..part.columns];
            match rows.next() {
                Some(lower) => step.rows(upper, &mut lower[..part.columns]),
                None => step.row(upper),
            }
        }
        bit >>= 1;
    }
}

/// What of the plane the transform has reached at a level: the whole one at 0, half of it at 1.
fn part(plane: Plane, level: u32) -> Plane {
    Plane {
        rows: plane.rows.div_ceil(1 << level),
        columns: plane.columns.div_ceil(1 << level),
    }
}

/// `value` as a multiple of `unit`, a power of two.
#[inline]
fn rounded(value: i64, unit: i64) -> i64 {
    let half = unit >> 1;
    let half = if value >= 0 { half } else { half - 1 };
    value.wrapping_add(half) & unit.wrapping_neg()
}

/// `value`, nearer to zero by `by`.
#[inline]
fn nearer(value: i64, by: i64) -> i64 {
    if value >= 0 {
        value.wrapping_sub(by)
    } else {
        value.wrapping_add(by)
    }
}

/// One level of the inverse.
#[derive(Clone, Copy)]
struct Step {
    bit: i64,
    last: bool,
    shift: u32,
}

impl Step {
    /// The lowest differences are kept to this bit; at the last level as they are.
    #[inline]
    fn corner(self, value: i64) -> i64 {
        if self.last {
            value
        } else {
            rounded(value, self.bit)
        }
    }

    #[inline]
    fn rows(self, upper: &mut [i64], lower: &mut [i64]) {
        let high = self.bit << 1;
        let (uppers, upper_rest) = upper.as_chunks_mut::<2>();
        let (lowers, lower_rest) = lower.as_chunks_mut::<2>();
        for (upper, lower) in uppers.iter_mut().zip(lowers) {
            let corner = self.corner(lower[1]);
            let low = corner & self.bit;
            let down = nearer(rounded(lower[0], high), low);
            let right = nearer(rounded(upper[1], high), low);
            let odd = (corner ^ down ^ right) & high;
            let sum = match upper[0] {
                sum if sum >= 0 => sum.wrapping_add(low).wrapping_sub(odd),
                sum if low == 0 => sum.wrapping_add(odd),
                sum => sum.wrapping_add(low.wrapping_sub(odd)),
            };
            let (plus, minus) = (sum.wrapping_add(down), sum.wrapping_sub(down));
            let (cross, turn) = (right.wrapping_add(corner), right.wrapping_sub(corner));
            lower[1] = plus.wrapping_add(cross) >> self.shift;
            lower[0] = plus.wrapping_sub(cross) >> self.shift;
            upper[1] = minus.wrapping_add(turn) >> self.shift;
            upper[0] = minus.wrapping_sub(turn) >> self.shift;
        }
        if let ([upper], [lower]) = (upper_rest, lower_rest) {
            self.pair(upper, lower);
        }
    }

    /// The last row of an odd number.
    fn row(self, row: &mut [i64]) {
        let (pairs, rest) = row.as_chunks_mut::<2>();
        for [left, right] in pairs {
            self.pair(left, right);
        }
        if let [single] = rest {
            *single >>= self.shift;
        }
    }

    #[inline]
    fn pair(self, first: &mut i64, second: &mut i64) {
        let high = self.bit << 1;
        let difference = rounded(*second, high);
        let odd = difference & high;
        let sum = if *first >= 0 {
            first.wrapping_sub(odd)
        } else {
            first.wrapping_add(odd)
        };
        *second = sum.wrapping_add(difference) >> self.shift;
        *first = sum.wrapping_sub(difference) >> self.shift;
    }
}

/// Puts sums back between their differences, in rows and in columns.
fn unshuffle(values: &mut [i64], part: Plane, stride: usize, line: &mut [i64]) {
    let half = part.columns.div_ceil(2);
    for row in values.chunks_mut(stride).take(part.rows) {
        let line = &mut line[..part.columns];
        line.copy_from_slice(&row[..part.columns]);
        let (sums, differences) = line.split_at(half);
        for (at, &sum) in sums.iter().enumerate() {
            row[2 * at] = sum;
        }
        for (at, &difference) in differences.iter().enumerate() {
            row[2 * at + 1] = difference;
        }
    }
    let half = part.rows.div_ceil(2);
    let kept = (part.rows - half) * part.columns;
    for (row, room) in (half..part.rows).zip(line[..kept].chunks_exact_mut(part.columns)) {
        room.copy_from_slice(&values[row * stride..][..part.columns]);
    }
    for row in (1..half).rev() {
        values.copy_within(row * stride..row * stride + part.columns, 2 * row * stride);
    }
    for (at, kept) in line[..kept].chunks_exact(part.columns).enumerate() {
        values[(2 * at + 1) * stride..][..part.columns].copy_from_slice(kept);
    }
}

/// Sums and differences of squares of four, level by level, the sums in the upper left.
pub(super) fn forward(values: &mut [i64], plane: Plane, line: &mut [i64]) {
    let mut unit = 1i64;
    for level in 0..plane.levels() {
        let part = part(plane, level);
        let shift = u32::from(level > 0);
        let mut rows = values.chunks_mut(plane.columns).take(part.rows);
        while let Some(upper) = rows.next() {
            let upper = &mut upper[..part.columns];
            match rows.next() {
                Some(lower) => forward_rows(upper, &mut lower[..part.columns], unit, shift),
                None => forward_row(upper, unit, shift),
            }
        }
        shuffle(values, part, plane.columns, line);
        unit <<= 1;
    }
}

fn forward_rows(upper: &mut [i64], lower: &mut [i64], unit: i64, shift: u32) {
    let (uppers, upper_rest) = upper.as_chunks_mut::<2>();
    let (lowers, lower_rest) = lower.as_chunks_mut::<2>();
    for ([a, b], [c, d]) in uppers.iter_mut().zip(lowers) {
        let sum = (*d + *c + *b + *a) >> shift;
        let down = (*d + *c - *b - *a) >> shift;
        let right = (*d - *c + *b - *a) >> shift;
        *d = (*d - *c - *b + *a) >> shift;
        *c = kept_difference(down, unit);
        *b = kept_difference(right, unit);
        *a = kept_sum(sum, unit);
    }
    if let ([a], [c]) = (upper_rest, lower_rest) {
        forward_pair(a, c, unit, shift);
    }
}

fn forward_row(row: &mut [i64], unit: i64, shift: u32) {
    let (pairs, rest) = row.as_chunks_mut::<2>();
    for [a, b] in pairs {
        forward_pair(a, b, unit, shift);
    }
    if let [single] = rest {
        *single = kept_sum(*single << (2 - shift), unit);
    }
}

fn forward_pair(first: &mut i64, second: &mut i64, unit: i64, shift: u32) {
    let (sum, difference) = (*second + *first, *second - *first);
    *second = kept_difference(difference << (1 - shift), unit);
    *first = kept_sum(sum << (1 - shift), unit);
}

fn kept_difference(value: i64, unit: i64) -> i64 {
    let half = if value >= 0 { unit } else { 0 };
    (value + half) & -(unit << 1)
}

fn kept_sum(value: i64, unit: i64) -> i64 {
    let unit = unit << 1;
    let half = if value >= 0 { unit } else { unit - 1 };
    (value + half) & -(unit << 1)
}

/// Puts sums before differences, in rows and in columns.
fn shuffle(values: &mut [i64], part: Plane, stride: usize, line: &mut [i64]) {
    let half = part.columns.div_ceil(2);
    for row in values.chunks_mut(stride).take(part.rows) {
        let line = &mut line[..part.columns];
        line.copy_from_slice(&row[..part.columns]);
        for (at, &value) in line.iter().enumerate() {
            row[at / 2 + if at % 2 == 1 { half } else { 0 }] = value;
        }
    }
    let half = part.rows.div_ceil(2);
    for (row, room) in (0..part.rows).zip(line.chunks_exact_mut(part.columns)) {
        room.copy_from_slice(&values[row * stride..][..part.columns]);
    }
    for (row, kept) in (0..part.rows).zip(line.chunks_exact(part.columns)) {
        let to = row / 2 + if row % 2 == 1 { half } else { 0 };
        values[to * stride..][..part.columns].copy_from_slice(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes_the_transform() {
        for (rows, columns) in [(2, 2), (4, 4), (5, 7), (16, 33)] {
            let plane = Plane { rows, columns };
            let before: Vec<i64> = (0..(rows * columns) as i64)
                .map(|n| n * n * 31 % 97 - 30)
                .collect();
            let mut values = before.clone();
            let mut line = vec![0; before.len()];
            forward(&mut values, plane, &mut line);
            let mid = values.clone();
            inverse(&mut values, plane, None, &mut line);
            assert_eq!(values, before, "{rows} by {columns} {mid:?}");
        }
    }
}
