//! Values of options that Python takes in several forms: resolutions, dates, palettes.

use std::time::{SystemTime, UNIX_EPOCH};

use imageio_core::{DType, Error, OptionValue as _, Result, Value};

use super::layout::Stored;
use crate::options::ResolutionUnit;

/// A fraction of two numbers of 32 bits.
pub(super) type Fraction = (u32, u32);

/// Resolution across and down, and the unit that a third value names.
pub(super) fn resolution(value: &Value) -> Result<(Option<[Fraction; 2]>, Option<ResolutionUnit>)> {
    let parts = match value {
        Value::Null => return Ok((None, None)),
        Value::List(parts) => parts.clone(),
        Value::Str(text) => {
            let text = text.trim().trim_matches(['(', ')', '[', ']']);
            text.split(',')
                .map(|part| Value::from(part.trim()))
                .collect()
        }
        one => vec![one.clone(), one.clone()],
    };
    let bad = || {
        Error::bad_option(format!(
            "resolution: {value}: two numbers of 0 and more are taken"
        ))
    };
    let (x, y, unit) = match parts.as_slice() {
        [x, y] => (x, y, None),
        [x, y, unit] => (x, y, Some(ResolutionUnit::from_value(unit)?)),
        _ => return Err(bad()),
    };
    let both = [fraction(x).ok_or_else(bad)?, fraction(y).ok_or_else(bad)?];
    Ok((Some(both), unit))
}

fn fraction(value: &Value) -> Option<Fraction> {
    match value {
        Value::Rational(it) => reduced(it.numerator, it.denominator),
        Value::List(pair) => match pair.as_slice() {
            [above, below] => reduced(above.as_i64()?, below.as_i64()?),
            _ => None,
        },
        Value::Str(text) => nearest(text.trim().parse().ok()?),
        number => nearest(number.as_f64()?),
    }
}

fn reduced(above: i64, below: i64) -> Option<Fraction> {
    let (above, below) = (u64::try_from(above).ok()?, u64::try_from(below).ok()?);
    let (mut a, mut b) = (above, below);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = a.max(1);
    Some((
        u32::try_from(above / divisor).ok()?,
        u32::try_from(below / divisor).ok()?,
    ))
}

/// The fraction nearest to `number` of two numbers of 32 bits: the last convergent that fits.
fn nearest(number: f64) -> Option<Fraction> {
    if !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return None;
    }
    // Convergents as (numerator, denominator): the last one and the one before.
    let (mut last, mut before) = ((number as u64, 1u64), (1u64, 0u64));
    let mut rest = number.fract();
    for _ in 0..64 {
        let exact = last.0 as f64 / last.1 as f64;
        if (exact - number).abs() < number * f64::EPSILON || rest < 1e-12 {
            break;
        }
        let inverse = 1.0 / rest;
        let whole = inverse as u64;
        let next = (
            whole.checked_mul(last.0)?.checked_add(before.0)?,
            whole.checked_mul(last.1)?.checked_add(before.1)?,
        );
        if next.0 > u64::from(u32::MAX) || next.1 > u64::from(u32::MAX) {
            break;
        }
        (before, last) = (last, next);
        rest = inverse.fract();
    }
    Some((u32::try_from(last.0).ok()?, u32::try_from(last.1).ok()?))
}

/// A date and time as a TIFF holds it, `2024:02:29 12:30:00`.
pub(super) fn date_time(value: &Value) -> Result<Option<String>> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(now())),
        Value::DateTime(it) => Ok(Some(format!(
            "{:04}:{:02}:{:02} {:02}:{:02}:{:02}",
            it.year, it.month, it.day, it.hour, it.minute, it.second
        ))),
        Value::Str(text) if text == "true" => Ok(Some(now())),
        Value::Str(text) if text.len() == 19 && text.as_bytes()[16] == b':' => {
            Ok(Some(text.clone()))
        }
        other => Err(Error::bad_option(format!(
            "datetime: {other} is not as `2024:02:29 12:30:00`"
        ))),
    }
}

/// The time in UTC: there is no way to the local one without a library.
fn now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let (days, seconds) = (since.as_secs() / 86400, since.as_secs() % 86400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// The date `days` after 1970-01-01, counted in eras of 400 years that begin in March.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let month_of_year = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month_of_year <= 2);
    (year, month_of_year, day - (153 * month + 2) / 5 + 1)
}

/// The numbers of a palette, all reds first.
pub(super) fn colormap(value: &Value, stored: &Stored) -> Result<Option<Vec<u16>>> {
    let numbers = match value {
        Value::Null => return Ok(None),
        Value::Array(array) if array.dtype() == DType::U16 => {
            let array = array.to_contiguous();
            array.as_slice::<u16>()?.to_vec()
        }
        Value::List(values) => {
            let mut flat = Vec::new();
            for value in values {
                flat.extend(Vec::<u16>::from_value(value)?);
            }
            flat
        }
        other => {
            return Err(Error::bad_option(format!(
                "colormap: a uint16 array is taken, not a {}",
                other.type_name()
            )));
        }
    };
    let colours = 3 * match stored.dtype {
        DType::U16 if stored.photometric.code() == 3 => 65536,
        _ => 256,
    };
    if numbers.len() != colours {
        return Err(Error::bad_option(format!(
            "colormap: {} numbers, {colours} expected",
            numbers.len()
        )));
    }
    Ok(Some(numbers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imageio_core::Rational;

    // checklist: E-125, E-154
    #[test]
    fn resolutions_are_fractions() {
        let both = |value: Value| resolution(&value).ok().and_then(|(both, _)| both);
        assert_eq!(both([100, 200].into()), Some([(100, 1), (200, 1)]));
        assert_eq!(both([0.5, 0.0].into()), Some([(1, 2), (0, 1)]));
        let thirds = Value::List(vec![[1, 3].into(), Rational::new(2, 6).into()]);
        assert_eq!(both(thirds), Some([(1, 3), (1, 3)]));
        assert_eq!(both("72, 72.25".into()), Some([(72, 1), (289, 4)]));
        assert_eq!(both("(0.1, 300)".into()), Some([(1, 10), (300, 1)]));
        assert!(resolution(&Value::from([-1, 2])).is_err());
        let named = Value::List(vec![2.into(), 3.into(), "CENTIMETER".into()]);
        assert_eq!(
            resolution(&named).ok().and_then(|(_, unit)| unit),
            Some(ResolutionUnit::Centimeter)
        );
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_819), (2027, 1, 1));
    }
}
