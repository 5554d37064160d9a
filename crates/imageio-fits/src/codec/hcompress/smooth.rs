//! Smoothing between two levels of the inverse transform, as CFITSIO does it for the option `SMOOTH`.

use super::Plane;

/// Moves each difference towards the slope that its neighbours suggest, by no more than half the scale.
pub(super) fn smooth(values: &mut [i64], part: Plane, stride: usize, scale: i64) {
    let most = scale >> 1;
    if most <= 0 {
        return;
    }
    for row in (2..part.rows.saturating_sub(2)).step_by(2) {
        for column in (0..part.columns).step_by(2) {
            let at = row * stride + column;
            let around = [values[at - 2 * stride], values[at], values[at + 2 * stride]];
            slope(&mut values[at + stride], around, most);
        }
    }
    for row in (0..part.rows).step_by(2) {
        for column in (2..part.columns.saturating_sub(2)).step_by(2) {
            let at = row * stride + column;
            let around = [values[at - 2], values[at], values[at + 2]];
            slope(&mut values[at + 1], around, most);
        }
    }
    for row in (2..part.rows.saturating_sub(2)).step_by(2) {
        for column in (2..part.columns.saturating_sub(2)).step_by(2) {
            bend(values, row * stride + column, stride, most);
        }
    }
}

/// One difference, between the values before and behind it.
fn slope(difference: &mut i64, [before, here, behind]: [i64; 3], most: i64) {
    let (up, down) = (behind.wrapping_sub(here), here.wrapping_sub(before));
    let top = up.min(down).max(0) << 2;
    let bottom = up.max(down).min(0) << 2;
    if bottom >= top {
        return;
    }
    let wanted = behind.wrapping_sub(before).min(top).max(bottom);
    let step = divided(wanted.wrapping_sub(*difference << 3), 3);
    *difference = difference.wrapping_add(step.min(most).max(-most));
}

/// The difference of differences at `at`.
fn bend(values: &mut [i64], at: usize, stride: usize, most: i64) {
    let rows = 2 * stride;
    let here = values[at];
    let [mm, pm, mp, pp] = [at - rows - 2, at + rows - 2, at - rows + 2, at + rows + 2]
        .map(|corner| values[corner].wrapping_sub(here));
    let (x, y) = (values[at + stride] << 1, values[at + 1] << 1);
    let sums = |bound: fn(i64) -> i64| {
        [
            (
                bound(pp).wrapping_sub(x).wrapping_sub(y),
                bound(pm.wrapping_neg()).wrapping_add(x).wrapping_sub(y),
            ),
            (
                bound(mp.wrapping_neg()).wrapping_sub(x).wrapping_add(y),
                bound(mm).wrapping_add(x).wrapping_add(y),
            ),
        ]
    };
    let [first, second] = sums(|value| value.max(0));
    let top = first.0.min(first.1).min(second.0.min(second.1)) << 4;
    let [first, second] = sums(|value| value.min(0));
    let bottom = first.0.max(first.1).max(second.0.max(second.1)) << 4;
    if bottom >= top {
        return;
    }
    let wanted = pp.wrapping_add(mm).wrapping_sub(mp).wrapping_sub(pm);
    let difference = &mut values[at + stride + 1];
    let wanted = wanted.min(top).max(bottom);
    let step = divided(wanted.wrapping_sub(*difference << 6), 6);
    *difference = difference.wrapping_add(step.min(most).max(-most));
}

/// `value` over a power of two, towards zero.
fn divided(value: i64, shift: u32) -> i64 {
    let up = if value >= 0 { 0 } else { (1 << shift) - 1 };
    value.wrapping_add(up) >> shift
}
