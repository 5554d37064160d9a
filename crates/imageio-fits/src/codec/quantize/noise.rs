//! Choosing the steps: a share of the noise that a tile has.

use super::{BLANK, Dither, Randoms, ZERO};

/// Integers that stand for something else than a value.
const RESERVED: f64 = 10.0;

/// A tile as integers.
pub(crate) struct Quantized {
    pub(crate) values: Vec<i32>,
    pub(crate) scale: f64,
    pub(crate) zero: f64,
}

/// Quantizes a tile with rows of `columns`: steps are the noise over `level`, or `-level` where that is negative.
///
/// Nothing where the noise is none or the steps are more than integers count; such tiles stay as they are.
pub(crate) fn quantize(
    values: &[f64],
    columns: usize,
    level: f64,
    (dither, row): (Dither, i64),
) -> Option<Quantized> {
    let finite = || values.iter().copied().filter(|value| !value.is_nan());
    if finite().any(f64::is_infinite) {
        return None;
    }
    let least = finite().reduce(f64::min).unwrap_or(0.0);
    let most = finite().reduce(f64::max).unwrap_or(0.0);
    let scale = if level < 0.0 {
        -level
    } else {
        noise(values, columns) / if level == 0.0 { 4.0 } else { level }
    };
    let span = (most - least) / scale;
    if scale <= 0.0 || !span.is_finite() || span > 2.0 * 2_147_483_647.0 - RESERVED {
        return None;
    }
    let plain = finite().count() == values.len() && dither != Dither::Two;
    let zero = if !plain {
        // All values lie above the reserved integers.
        least - scale * (f64::from(BLANK) + 1.0 + RESERVED)
    } else if span < 2_147_483_647.0 - RESERVED {
        (least / scale + 0.5).floor() * scale
    } else {
        f64::midpoint(least, most)
    };
    let mut randoms = (dither != Dither::None).then(|| Randoms::new(row));
    let values = values.iter().map(|&value| {
        let random = randoms.as_mut().map_or(0.5, Randoms::next);
        match value {
            value if value.is_nan() => BLANK,
            0.0 if dither == Dither::Two => ZERO,
            value => ((value - zero) / scale + random - 0.5).round() as i32,
        }
    });
    Some(Quantized {
        values: values.collect(),
        scale,
        zero,
    })
}

/// The noise: from the median of third-order differences along rows, which follow no slope.
fn noise(values: &[f64], columns: usize) -> f64 {
    let mut differences: Vec<f64> = Vec::new();
    for row in values.chunks(columns.max(1)) {
        let kept: Vec<f64> = row
            .iter()
            .copied()
            .filter(|value| !value.is_nan())
            .collect();
        let triples = kept.windows(5).map(|v| (2.0 * v[2] - v[0] - v[4]).abs());
        differences.extend(triples);
    }
    let middle = differences.len() / 2;
    if differences.is_empty() {
        return 0.0;
    }
    let (_, median, _) = differences.select_nth_unstable_by(middle, f64::total_cmp);
    // The factor that makes the median of such differences the deviation of normal noise.
    0.6052697 * *median
}
