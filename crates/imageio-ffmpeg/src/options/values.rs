//! Values that only video has.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use imageio_core::{Error, IntoOption, OptionValue, Result, Value};
use num_rational::Rational64;

/// Largest denominator that a decimal number becomes a fraction with, as in Python's `limit_denominator`.
const DENOMINATOR: i64 = 1_000_000;

/// Frames per second, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(Rational64);

impl Rate {
    /// The rate `numerator / denominator`; nothing unless it is above zero.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        let valid = numerator > 0 && denominator > 0;
        valid.then(|| Rate(Rational64::new(numerator, denominator)))
    }

    /// A whole number of frames per second.
    pub(crate) const fn whole(frames: i64) -> Self {
        Rate(Rational64::new_raw(frames, 1))
    }

    /// The nearest fraction with a denominator up to a million.
    pub fn nearest(rate: f64) -> Option<Self> {
        if !rate.is_finite() || rate <= 0.0 || rate > 1e9 {
            return None;
        }
        // Continued fractions: each step is the best approximation for its denominator.
        let (mut p, mut q) = ((1i64, 0i64), (0i64, 1i64));
        let mut rest = rate;
        loop {
            let whole = rest.floor();
            let next_q = (whole as i64).saturating_mul(q.0).saturating_add(q.1);
            if next_q > DENOMINATOR {
                break;
            }
            let next_p = (whole as i64).saturating_mul(p.0).saturating_add(p.1);
            (p, q) = ((next_p, p.0), (next_q, q.0));
            let close = (p.0 as f64 / q.0 as f64 - rate).abs() <= rate * 1e-12;
            if close || rest - whole < 1e-9 {
                break;
            }
            rest = 1.0 / (rest - whole);
        }
        Rate::new(p.0, q.0)
    }

    /// The fraction.
    pub fn ratio(self) -> Rational64 {
        self.0
    }

    /// The quotient.
    pub fn to_f64(self) -> f64 {
        *self.0.numer() as f64 / *self.0.denom() as f64
    }
}

impl fmt::Display for Rate {
    /// As ffmpeg takes it: `24`, `30000/1001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = || Error::bad_option(format!("{text:?} is no number of frames per second"));
        let text = text.trim();
        match text.split_once('/') {
            Some((above, below)) => {
                let part = |part: &str| part.trim().parse().map_err(|_| refuse());
                Rate::new(part(above)?, part(below)?).ok_or_else(refuse)
            }
            None => Rate::nearest(text.parse().map_err(|_| refuse())?).ok_or_else(refuse),
        }
    }
}

impl OptionValue for Rate {
    fn type_name() -> String {
        "float or fraction".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        let rate = match value {
            Value::Str(text) => return text.parse(),
            Value::Rational(exact) => Rate::new(exact.numerator, exact.denominator),
            other => other.as_f64().and_then(Rate::nearest),
        };
        rate.ok_or_else(|| {
            Error::bad_option(format!("{value} is no number of frames per second above 0"))
        })
    }

    fn to_value(&self) -> Value {
        match *self.0.denom() {
            1 => Value::from(*self.0.numer()),
            _ => Value::from(self.to_string().as_str()),
        }
    }
}

/// A rate that nobody can mean becomes one frame per second, which ffmpeg would refuse to go below.
macro_rules! rate_from {
    ($($type:ty),*) => {$(
        impl IntoOption<Rate> for $type {
            fn into_option(self) -> Rate {
                Rate::nearest(f64::from(self)).unwrap_or(Rate::whole(1))
            }
        }
    )*};
}
rate_from!(f64, f32, i32, u32);

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSize {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl fmt::Display for FrameSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl OptionValue for FrameSize {
    fn type_name() -> String {
        "WxH".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        let refuse = || {
            let what = "size must be a pair of numbers or \"WxH\"";
            Error::bad_option(format!("{what}, not {value}"))
        };
        let number = |part: &str| part.trim().parse::<u32>().ok().filter(|&n| n > 0);
        let pair = match value {
            Value::Str(text) => {
                let text = text.trim().trim_matches(['(', ')', '[', ']']);
                let (width, height) = text.split_once(['x', ',']).ok_or_else(refuse)?;
                number(width).zip(number(height))
            }
            Value::List(values) => match values.as_slice() {
                [width, height] => {
                    let number = |value: &Value| number(&value.to_string());
                    number(width).zip(number(height))
                }
                _ => None,
            },
            _ => None,
        };
        let (width, height) = pair.ok_or_else(refuse)?;
        Ok(FrameSize { width, height })
    }

    fn to_value(&self) -> Value {
        Value::from(self.to_string().as_str())
    }
}

impl From<(u32, u32)> for FrameSize {
    fn from((width, height): (u32, u32)) -> Self {
        FrameSize { width, height }
    }
}

/// Arguments for ffmpeg, one string each; no shell ever sees them.
///
/// As text they are split at spaces, with quotes around what holds one: `-vf "scale=320:240,hflip"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<String>);

impl Deref for Params {
    type Target = Vec<String>;

    fn deref(&self) -> &Vec<String> {
        &self.0
    }
}

impl<S: Into<String>> FromIterator<S> for Params {
    fn from_iter<I: IntoIterator<Item = S>>(items: I) -> Self {
        Params(items.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> IntoOption<Params> for [S; N] {
    fn into_option(self) -> Params {
        self.into_iter().collect()
    }
}

impl<S: Into<String>> IntoOption<Params> for Vec<S> {
    fn into_option(self) -> Params {
        self.into_iter().collect()
    }
}

impl OptionValue for Params {
    fn type_name() -> String {
        "list of str".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        let one = |value: &Value| match value {
            Value::Str(_) | Value::Int(_) | Value::Float(_) => Ok(value.to_string()),
            other => {
                let got = other.type_name();
                Err(Error::bad_option(format!(
                    "expected a list of str, got {got} in it"
                )))
            }
        };
        match value {
            Value::Null => Ok(Params::default()),
            Value::List(values) => values
                .iter()
                .map(one)
                .collect::<Result<Vec<_>>>()
                .map(Params),
            Value::Str(text) => words(text).map(Params),
            other => {
                let got = other.type_name();
                Err(Error::bad_option(format!(
                    "expected a list of str, got {got}"
                )))
            }
        }
    }

    fn to_value(&self) -> Value {
        Value::List(
            self.0
                .iter()
                .map(|word| Value::from(word.as_str()))
                .collect(),
        )
    }
}

/// Splits at spaces, or at commas inside brackets; quotes keep what they enclose together.
fn words(text: &str) -> Result<Vec<String>> {
    let text = text.trim();
    let bracketed = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let is_gap = |letter: char| letter.is_whitespace() || (bracketed.is_some() && letter == ',');
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for letter in bracketed.unwrap_or(text).chars() {
        match quote {
            Some(end) if letter == end => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if is_gap(letter) => words.extend(word.take()),
            None => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err(Error::bad_option(format!("a quote is open in {text:?}")));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        let rate = |value: Value| Rate::from_value(&value).map(|rate| rate.to_string()).ok();
        assert_eq!(rate(Value::from(24)).as_deref(), Some("24"));
        assert_eq!(rate(Value::from(29.97)).as_deref(), Some("2997/100"));
        assert_eq!(
            rate(Value::from(30000.0 / 1001.0)).as_deref(),
            Some("30000/1001")
        );
        assert_eq!(
            rate(Value::from("30000/1001")).as_deref(),
            Some("30000/1001")
        );
        assert_eq!(rate(Value::from("12.5")).as_deref(), Some("25/2"));
        assert_eq!(rate(Value::from(1.0 / 3.0)).as_deref(), Some("1/3"));
        for bad in [
            Value::from(0),
            Value::from("-1"),
            Value::from(f64::NAN),
            Value::from("x"),
        ] {
            assert_eq!(rate(bad), None);
        }
    }

    // checklist: E-410
    #[test]
    fn sizes_are_pairs_or_text() {
        let size = |value: &Value| FrameSize::from_value(value).map(|size| size.to_string());
        let pair = Value::List(vec![Value::from(320), Value::from(240)]);
        assert_eq!(size(&pair).ok().as_deref(), Some("320x240"));
        assert_eq!(size(&"640x480".into()).ok().as_deref(), Some("640x480"));
        for bad in [
            Value::from("640"),
            Value::from("0x4"),
            Value::from(3),
            Value::List(vec![]),
        ] {
            let error = size(&bad).expect_err("no size");
            assert!(
                error.message().starts_with("size must be a pair"),
                "{error}"
            );
        }
    }

    #[test]
    fn params_as_text_are_words() {
        let words = |text: &str| Params::from_value(&text.into()).map(|params| params.0).ok();
        let expected = ["-vf", "scale=3:2, hflip", "-an"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(words("-vf 'scale=3:2, hflip' -an"), Some(expected.clone()));
        assert_eq!(words("['-vf', \"scale=3:2, hflip\", -an]"), Some(expected));
        assert_eq!(words(""), Some(vec![]));
        assert_eq!(words("-vf 'x"), None);
    }
}
