//! The Haar transform of HCOMPRESS in whole numbers.

use super::Plane;
use super::coefficient::Coefficient;

/// Undoes [`forward`]; `between` is called before each level is undone, with what it will cover.
pub(super) fn inverse<T: Coefficient>(
    values: &mut [T],
    plane: Plane,
    line: &mut [T],
    between: impl Fn(&mut [T], Plane),
) {
    let levels = plane.levels();
    let (Some(sum), true) = (values.first_mut(), levels > 0) else {
        return;
    };
    let mut bit = 1i64 << (levels - 1);
    *sum = rounded(*sum, T::of(bit << 2));
    for level in (0..levels).rev() {
        let part = part(plane, level);
        unshuffle(values, part, plane.columns, line);
        between(values, part);
        let step = Step {
            bit: T::of(bit),
            last: level == 0,
            shift: if level == 0 { 2 } else { 1 },
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
fn rounded<T: Coefficient>(value: T, unit: T) -> T {
    // One less below zero: what `value < 0` is as all bits.
    let half = (unit >> 1).plus(sign(value));
    value.plus(half) & -unit
}

/// 0, or -1 below zero.
#[inline]
fn sign<T: Coefficient>(value: T) -> T {
    value >> (8 * size_of::<T>() as u32 - 1)
}

/// `value`, nearer to zero by `by`.
#[inline]
fn nearer<T: Coefficient>(value: T, by: T) -> T {
    let sign = sign(value);
    value.minus((by ^ sign).minus(sign))
}

/// One level of the inverse.
#[derive(Clone, Copy)]
struct Step<T> {
    bit: T,
    last: bool,
    shift: u32,
}

impl<T: Coefficient> Step<T> {
    #[inline]
    fn rows(self, upper: &mut [T], lower: &mut [T]) {
        let (uppers, upper_rest) = upper.as_chunks_mut::<2>();
        let (lowers, lower_rest) = lower.as_chunks_mut::<2>();
        // The lowest differences are kept to this bit; at the last level as they are.
        if self.last {
            for (upper, lower) in uppers.iter_mut().zip(lowers) {
                self.square(upper, lower, lower[1]);
            }
        } else {
            for (upper, lower) in uppers.iter_mut().zip(lowers) {
                self.square(upper, lower, rounded(lower[1], self.bit));
            }
        }
        if let ([upper], [lower]) = (upper_rest, lower_rest) {
            self.pair(upper, lower);
        }
    }

    #[inline]
    fn square(self, upper: &mut [T; 2], lower: &mut [T; 2], corner: T) {
        let high = self.bit << 1;
        let low = corner & self.bit;
        let down = nearer(rounded(lower[0], high), low);
        let right = nearer(rounded(upper[1], high), low);
        let odd = (corner ^ down ^ right) & high;
        let sum = match upper[0] {
            sum if sum >= T::default() => sum.plus(low).minus(odd),
            sum if low == T::default() => sum.plus(odd),
            sum => sum.plus(low.minus(odd)),
        };
        let (plus, minus) = (sum.plus(down), sum.minus(down));
        let (cross, turn) = (right.plus(corner), right.minus(corner));
        lower[1] = plus.plus(cross) >> self.shift;
        lower[0] = plus.minus(cross) >> self.shift;
        upper[1] = minus.plus(turn) >> self.shift;
        upper[0] = minus.minus(turn) >> self.shift;
    }

    /// The last row of an odd number.
    fn row(self, row: &mut [T]) {
        let (pairs, rest) = row.as_chunks_mut::<2>();
        for [left, right] in pairs {
            self.pair(left, right);
        }
        if let [single] = rest {
            *single = *single >> self.shift;
        }
    }

    #[inline]
    fn pair(self, first: &mut T, second: &mut T) {
        let high = self.bit << 1;
        let difference = rounded(*second, high);
        let sum = nearer(*first, difference & high);
        *second = sum.plus(difference) >> self.shift;
        *first = sum.minus(difference) >> self.shift;
    }
}

/// Puts sums back between their differences, in rows and in columns.
fn unshuffle<T: Coefficient>(values: &mut [T], part: Plane, stride: usize, line: &mut [T]) {
    let half = part.columns.div_ceil(2);
    for row in values.chunks_mut(stride).take(part.rows) {
        let line = &mut line[..part.columns];
        line.copy_from_slice(&row[..part.columns]);
        let (sums, differences) = line.split_at(half);
        let (pairs, rest) = row[..part.columns].as_chunks_mut::<2>();
        for ((pair, &sum), &difference) in pairs.iter_mut().zip(sums).zip(differences) {
            *pair = [sum, difference];
        }
        if let ([single], Some(&sum)) = (rest, sums.last()) {
            *single = sum;
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
            inverse(&mut values, plane, &mut line, |_, _| {});
            assert_eq!(values, before, "{rows} by {columns} {mid:?}");
        }
    }
}
