//! Durations as the fractions of a second that `fcTL` holds.

use imageio_core::{Error, Result};

/// The nearest fraction to `ms` milliseconds whose parts fit 16 bits, in seconds.
pub(super) fn fraction(ms: f64) -> Result<(u16, u16)> {
    let seconds = ms / 1000.0;
    if !(0.0..=f64::from(u16::MAX)).contains(&seconds) {
        return Err(Error::bad_option(format!(
            "duration is {ms} ms, expected 0 to {} s",
            u16::MAX
        )));
    }
    // Continued fractions: each step is the best approximation with parts of its size.
    let (mut below, mut above) = ((0u64, 1u64), (1u64, 0u64));
    let mut rest = seconds;
    loop {
        let whole = rest.floor();
        let next = (
            (whole as u64)
                .saturating_mul(above.0)
                .saturating_add(below.0),
            (whole as u64)
                .saturating_mul(above.1)
                .saturating_add(below.1),
        );
        let fits = |part: u64| u16::try_from(part).is_ok();
        if !fits(next.0) || !fits(next.1) {
            break;
        }
        (below, above) = (above, next);
        // What is left is the rounding of the caller's float.
        if rest - whole < 1e-9 {
            break;
        }
        rest = 1.0 / (rest - whole);
    }
    Ok((above.0 as u16, above.1 as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_durations_are_exact() {
        let cases = [
            (0.0, (0, 1)),
            (40.0, (1, 25)),
            (100.0, (1, 10)),
            (1000.0 / 60.0, (1, 60)),
            (3000.0 / 7.0, (3, 7)),
            (33.0, (33, 1000)),
            (1001.0 / 30.0, (1001, 30000)),
            (65_535_000.0, (65535, 1)),
        ];
        for (ms, expected) in cases {
            assert_eq!(fraction(ms).unwrap(), expected, "{ms}");
        }
    }

    #[test]
    fn durations_that_do_not_fit_are_refused() {
        for ms in [-1.0, f64::NAN, f64::INFINITY, 65_536_000.0] {
            assert!(fraction(ms).is_err(), "{ms}");
        }
        let tiny = fraction(1e-9).unwrap();
        assert_eq!(tiny.0, 0);
    }
}
