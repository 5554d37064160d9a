//! One value of an option or of metadata.

use std::fmt;

use crate::image::NdImage;
use crate::metadata::Metadata;

mod json;

/// A value whose type is known at run time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing; Python's `None`.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number, wide enough for every integer that a format stores.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A fraction, as cameras store resolutions and exposure times.
    Rational(Rational),
    /// Text.
    Str(String),
    /// Bytes without a known encoding.
    Bytes(Vec<u8>),
    /// Several values.
    List(Vec<Value>),
    /// Nested values by name.
    Map(Metadata),
    /// A date and time.
    DateTime(DateTime),
    /// An array, as a palette.
    Array(Box<NdImage>),
}

impl Value {
    /// The truth value, of [`Bool`](Value::Bool) alone.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The whole number, where it fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(value) => i64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The number as a float; whole numbers and fractions convert.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            Value::Rational(value) => Some(value.to_f64()),
            _ => None,
        }
    }

    /// The text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(value) => Some(value),
            _ => None,
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(value) => Some(value),
            _ => None,
        }
    }

    /// The list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(value) => Some(value),
            _ => None,
        }
    }

    /// The nested map.
    pub fn as_map(&self) -> Option<&Metadata> {
        match self {
            Value::Map(value) => Some(value),
            _ => None,
        }
    }

    /// What the value is, in one word.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Rational(_) => "rational",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::DateTime(_) => "datetime",
            Value::Array(_) => "array",
        }
    }
}

impl fmt::Display for Value {
    /// For people: text as it stands, bytes escaped, lists in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("none"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Float(value) => write!(f, "{value}"),
            Value::Rational(value) => write!(f, "{value}"),
            Value::Str(value) => f.write_str(value),
            Value::Bytes(value) => write!(f, "b\"{}\"", value.escape_ascii()),
            Value::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Value::Map(map) => write!(f, "{map}"),
            Value::DateTime(value) => write!(f, "{value}"),
            Value::Array(value) => write!(f, "{} array {:?}", value.dtype(), value.shape()),
        }
    }
}

/// A fraction. Denominator 0 is kept as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rational {
    /// Above the line.
    pub numerator: i64,
    /// Below the line.
    pub denominator: i64,
}

impl Rational {
    /// The fraction `numerator / denominator`.
    pub const fn new(numerator: i64, denominator: i64) -> Self {
        Rational {
            numerator,
            denominator,
        }
    }

    /// The quotient; not a number or infinite where the denominator is 0.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// A date and time of the Gregorian calendar; `Display` writes it as ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 60.
    pub second: u8,
    /// Nanosecond, 0 to 999,999,999.
    pub nanosecond: u32,
    /// Minutes that local time is ahead of UTC, where known.
    pub utc_offset: Option<i16>,
}

impl DateTime {
    /// A local date and time to the second, or nothing when a part is out of its range.
    pub fn new(year: i32, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let valid =
            (1..=days_in(year, month)).contains(&day) && hour < 24 && minute < 60 && second <= 60;
        valid.then_some(DateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond: 0,
            utc_offset: None,
        })
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if self.nanosecond != 0 {
            let digits = format!("{:09}", self.nanosecond);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        match self.utc_offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                write!(
                    f,
                    "{sign}{:02}:{:02}",
                    offset.unsigned_abs() / 60,
                    offset.unsigned_abs() % 60
                )
            }
        }
    }
}

macro_rules! from_int {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Value::Int(value as i128)
            }
        }
    )*};
}
from_int!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, i128);

macro_rules! from_into {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}
from_into! {
    bool => Bool, f32 => Float, f64 => Float, Rational => Rational, &str => Str, String => Str,
    Vec<u8> => Bytes, &[u8] => Bytes, Metadata => Map, DateTime => DateTime, NdImage => Array,
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Value::List(values)
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(values: [T; N]) -> Self {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<std::time::Duration> for Value {
    /// Milliseconds, the unit of frame durations.
    fn from(duration: std::time::Duration) -> Self {
        Value::Float(duration.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_checked_and_iso() {
        assert_eq!(
            DateTime::new(2018, 7, 2, 9, 46, 15)
                .map(|d| d.to_string())
                .as_deref(),
            Some("2018-07-02T09:46:15")
        );
        assert_eq!(DateTime::new(2023, 2, 29, 0, 0, 0), None);
        assert_eq!(DateTime::new(2024, 13, 1, 0, 0, 0), None);
        let zoned = DateTime::new(2024, 2, 29, 1, 2, 3).map(|d| DateTime {
            nanosecond: 250_000_000,
            utc_offset: Some(-90),
            ..d
        });
        assert_eq!(
            zoned.map(|d| d.to_string()).as_deref(),
            Some("2024-02-29T01:02:03.25-01:30")
        );
    }

    #[test]
    fn numbers_convert_without_loss() {
        assert_eq!(Value::from(u64::MAX).as_i64(), None);
        assert_eq!(Value::from(u64::MAX), Value::Int(i128::from(u64::MAX)));
        assert_eq!(Value::from(Rational::new(1, 4)).as_f64(), Some(0.25));
    }
}
