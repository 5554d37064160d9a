//! How many bytes of pixels a read of several images may gather: a number with a unit, as Python writes it.

use imageio_core::{Error, ErrorKind, Result};

/// The most bytes that `mimread` and `mvolread` gather. Numbers, `true` and `false`, and texts as `"1.5GiB"` convert.
///
/// `true` is the default of the function, `false`, `None` and any zero are no limit. A text is digits, perhaps a dot
/// and digits, perhaps blanks, a unit, and perhaps a `B`: `k M G T P E Z Y` count in thousands, `Ki Mi Gi Ti Pi Ei Zi
/// Yi` in 1024.
///
/// # Examples
/// ```
/// use imageio::v2::MemTest;
/// assert_eq!(MemTest::from("1.5TB").bytes()?, Some(1_500_000_000_000.0));
/// assert_eq!(MemTest::from("1GiB").bytes()?, Some(1024.0 * 1024.0 * 1024.0));
/// assert_eq!(MemTest::from(false).bytes()?, None);
/// assert!(MemTest::from("1mb").bytes().is_err());
/// # Ok::<(), imageio::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MemTest(Wish);

#[derive(Clone, Debug, PartialEq)]
enum Wish {
    Default,
    Unlimited,
    Bytes(f64),
    Text(String),
}

/// Units with the power of their base.
const UNITS: [(&str, i32); 8] = [
    ("k", 1),
    ("M", 2),
    ("G", 3),
    ("T", 4),
    ("P", 5),
    ("E", 6),
    ("Z", 7),
    ("Y", 8),
];

impl MemTest {
    /// The limit in bytes; nothing where there is none, or where it is the default of the function.
    ///
    /// # Errors
    /// `BadOption` for a text outside the grammar, and for a number below 0.
    pub fn bytes(&self) -> Result<Option<f64>> {
        self.or_default("")
    }

    /// The limit in bytes, where `default` stands for `true`.
    pub(super) fn or_default(&self, default: &str) -> Result<Option<f64>> {
        let bytes = match &self.0 {
            Wish::Unlimited => return Ok(None),
            Wish::Default if default.is_empty() => return Ok(None),
            Wish::Default => parse(default)?,
            Wish::Bytes(bytes) => *bytes,
            Wish::Text(text) if text.is_empty() => return Ok(None),
            Wish::Text(text) => parse(text)?,
        };
        if bytes.is_nan() || bytes < 0.0 {
            return Err(Error::bad_option(format!(
                "memtest {bytes} is no number of bytes"
            )));
        }
        Ok((bytes > 0.0).then_some(bytes))
    }
}

impl Default for MemTest {
    fn default() -> Self {
        MemTest(Wish::Default)
    }
}

fn parse(text: &str) -> Result<f64> {
    let bad = || {
        Error::bad_option(format!(
            "memtest {text:?} is no number of bytes as \"1.5GiB\"; units are k, M, G, T, P, E, Z and Y, or Ki, Mi and \
             so on, and capitalisation counts"
        ))
    };
    let is_digit = |byte: char| byte.is_ascii_digit();
    let (number, rest) = text.split_at(text.find(|c| !is_digit(c)).unwrap_or(text.len()));
    let after_dot = rest.strip_prefix('.');
    let digits = after_dot.map_or(0, |rest| {
        1 + rest.find(|c| !is_digit(c)).unwrap_or(rest.len())
    });
    let (fraction, rest) = rest.split_at(digits);
    let rest = rest.trim_start();
    let unit = rest.strip_suffix('B').unwrap_or(rest);
    let value: f64 = format!("{number}{fraction}").parse().map_err(|_| bad())?;
    if number.is_empty() {
        return Err(bad());
    }
    let power = |name: &str, power_of: f64| {
        let found = UNITS.iter().find(|(letter, _)| *letter == name);
        found.map(|(_, power)| power_of.powi(*power))
    };
    let factor = match unit.strip_suffix('i') {
        _ if unit.is_empty() => Some(1.0),
        // 1024 is `Ki`, with the capital that 1000 lacks.
        Some("K") => power("k", 1024.0),
        Some("k") => None,
        Some(unit) => power(unit, 1024.0),
        None => power(unit, 1000.0),
    };
    Ok(value * factor.ok_or_else(bad)?)
}

impl From<bool> for MemTest {
    /// `true` is the default of the function, `false` no limit.
    fn from(on: bool) -> Self {
        MemTest(if on { Wish::Default } else { Wish::Unlimited })
    }
}

impl From<&str> for MemTest {
    fn from(text: &str) -> Self {
        MemTest(Wish::Text(text.to_owned()))
    }
}

impl From<String> for MemTest {
    fn from(text: String) -> Self {
        MemTest(Wish::Text(text))
    }
}

macro_rules! from_number {
    ($($type:ty),*) => {$(
        impl From<$type> for MemTest {
            /// A number of bytes.
            fn from(bytes: $type) -> Self {
                MemTest(Wish::Bytes(bytes as f64))
            }
        }
    )*};
}
from_number!(i32, i64, u32, u64, usize, f64);

impl<T: Into<MemTest>> From<Option<T>> for MemTest {
    /// Nothing is no limit.
    fn from(limit: Option<T>) -> Self {
        limit.map_or(MemTest(Wish::Unlimited), Into::into)
    }
}

/// Counts the bytes of images as they are gathered.
pub(super) struct Gathered {
    limit: Option<f64>,
    bytes: f64,
    function: &'static str,
}

impl Gathered {
    pub(super) fn new(limit: &MemTest, default: &str, function: &'static str) -> Result<Self> {
        Ok(Gathered {
            limit: limit.or_default(default)?,
            bytes: 0.0,
            function,
        })
    }

    pub(super) fn add(&mut self, bytes: usize) -> Result<()> {
        self.bytes += bytes as f64;
        match self.limit {
            Some(limit) if self.bytes > limit => Err(Error::new(
                ErrorKind::LimitExceeded,
                format!(
                    "{} has read over {limit} B of image data and stopped to avoid memory problems; use get_reader, a \
                     larger memtest, or memtest false",
                    self.function
                ),
            )),
            _ => Ok(()),
        }
    }
}
