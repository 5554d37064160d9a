//! Pyramids: series that are smaller versions of others become their levels.

use super::Series;

/// Factors between levels that are looked for.
const FACTORS: [usize; 3] = [2, 3, 4];

/// Steps that one level may be below another.
const STEPS: u32 = 16;

/// Makes each series that is one step smaller than another the other's next level. With `reduced`, only series of
/// pages marked as reduced can be one; what hangs below a page cannot be the top.
pub(super) fn build(series: &mut Vec<Series>, reduced: bool) {
    let mut top = 0;
    while top < series.len() {
        if !series[top].is_subifd {
            let below = series.split_off(top + 1);
            let rest = take_levels(&mut series[top], below, reduced);
            series.extend(rest);
        }
        top += 1;
    }
}

/// Moves the levels of `top` out of `candidates`; gives those that are none.
fn take_levels(top: &mut Series, candidates: Vec<Series>, reduced: bool) -> Vec<Series> {
    let mut factor = None;
    let mut rest = Vec::new();
    for candidate in candidates {
        let last = top.levels.last().unwrap_or(top);
        let is_step = |factor: &usize| steps(last, &candidate, *factor) == Some(1);
        let found = match factor {
            _ if reduced && !candidate.keyframe.is_reduced() => None,
            Some(known) => Some(known).filter(is_step),
            None => FACTORS.into_iter().find(is_step),
        };
        if found.is_some() {
            factor = found;
            top.levels.push(candidate);
        } else {
            rest.push(candidate);
        }
    }
    rest
}

/// How many steps of `factor` lie between two series that differ in the size of the image alone.
fn steps(large: &Series, small: &Series, factor: usize) -> Option<u32> {
    let ((shape, axes), (small_shape, small_axes)) =
        (large.dimensions(None), small.dimensions(None));
    if axes != small_axes || large.dtype().ok() != small.dtype().ok() {
        return None;
    }
    let fits = |len: usize, small: usize, step: u32| {
        let divisor = factor.checked_pow(step)?;
        (divisor <= len && (len / divisor == small || len.div_ceil(divisor) == small)).then_some(())
    };
    let mut level = None;
    for ((axis, &len), &small) in axes.chars().zip(&shape).zip(&small_shape) {
        if !matches!(axis, 'X' | 'Y' | 'Z') {
            if len != small {
                return None;
            }
            continue;
        }
        match level {
            Some(level) => fits(len, small, level)?,
            None => level = Some((0..STEPS).find(|&step| fits(len, small, step).is_some())?),
        }
    }
    level
}
