//! Enlarging of halved colour planes by a triangle filter, as libjpeg does it (jdsample.c).

/// Three quarters of `near` and a quarter of `far`, for halved rows that are of full width.
pub(super) fn double_rows(near: &[u8], far: &[u8], bias: u16, out: &mut [u8]) {
    for ((to, near), far) in out.iter_mut().zip(near).zip(far) {
        *to = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
    }
}

/// Two samples for each of a row: three quarters of it and a quarter of its left or right neighbour.
///
/// `rule` says whether rows are mixed likewise before, what is added on the left and on the right side to
/// round, and by how many bits the sums are cut.
pub(super) fn double(
    near: &[u8],
    far: &[u8],
    sums: &mut [u16],
    wide: &mut [u16],
    rule: (u16, u16, u16, u32),
) {
    let (mixed, round_left, round_right, shift) = rule;
    // The sums stand between copies of the first and the last.
    let count = near.len();
    if let Some(middle) = sums.get_mut(1..=count) {
        if mixed == 0 {
            middle
                .iter_mut()
                .zip(near)
                .for_each(|(sum, near)| *sum = (*near).into());
        } else {
            for ((sum, near), far) in middle.iter_mut().zip(near).zip(far) {
                *sum = 3 * u16::from(*near) + u16::from(*far);
            }
        }
    }
    let ends = (sums.get(1).copied(), sums.get(count).copied());
    if let (Some(first), Some(last)) = ends {
        sums.first_mut().into_iter().for_each(|sum| *sum = first);
        sums.get_mut(count + 1)
            .into_iter()
            .for_each(|sum| *sum = last);
    }
    let (Some(before), Some(this), Some(after)) = (
        sums.get(..count),
        sums.get(1..=count),
        sums.get(2..count + 2),
    ) else {
        return;
    };
    let sides = before.iter().zip(this).zip(after);
    for (pair, ((before, this), after)) in wide.iter_mut().zip(sides) {
        let triple = 3 * *this;
        let left = (triple + *before + round_left) >> shift;
        let right = (triple + *after + round_right) >> shift;
        *pair = (left | right << 8).to_le();
    }
}
