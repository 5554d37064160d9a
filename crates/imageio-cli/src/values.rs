//! What the text of an argument means.

use std::ops::Range;

use imageio::Index;

/// `a:b` of `--frames`: images `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameRange {
    pub(crate) start: usize,
    pub(crate) end: Option<usize>,
}

/// `y0:y1,x0:x1` of `--window`; an end that is left out is the edge of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WindowText(Vec<FrameRange>);

impl WindowText {
    /// Whether the shape of the image must be known.
    pub(crate) fn has_open_end(&self) -> bool {
        self.0.iter().any(|range| range.end.is_none())
    }

    /// The ranges in an image of `shape`.
    pub(crate) fn ranges(&self, shape: &[usize]) -> Vec<Range<usize>> {
        let edge = |axis: usize| shape.get(axis).copied().unwrap_or(usize::MAX);
        self.0
            .iter()
            .enumerate()
            .map(|(axis, range)| range.start..range.end.unwrap_or(edge(axis)))
            .collect()
    }
}

/// `KEY=VALUE`.
pub(crate) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

/// A number of bytes: digits with k, M, G or T for powers of 1000, or Ki, Mi, Gi or Ti for powers of 1024.
pub(crate) fn byte_count(text: &str) -> Result<u64, String> {
    let wrong = || "expected a number of bytes, as 500000, 64M or 2GiB".to_owned();
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, suffix) = text.split_at(split);
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let suffix = suffix.trim().to_ascii_lowercase();
    let unit: u64 = match suffix.strip_suffix('b').unwrap_or(&suffix) {
        "" => 1,
        "k" => 1000,
        "m" => 1000 * 1000,
        "g" => 1000 * 1000 * 1000,
        "t" => 1000 * 1000 * 1000 * 1000,
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        "ti" => 1 << 40,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(unit)
        .ok_or_else(|| "more bytes than can be counted".to_owned())
}

/// The number of an image, or `all`.
pub(crate) fn index(text: &str) -> Result<Index, String> {
    match text {
        "all" => Ok(Index::All),
        _ => text
            .parse()
            .map(Index::At)
            .map_err(|_| "expected the number of an image, from 0, or `all`".to_owned()),
    }
}

/// `a:b`, `a:`, `:b`, or `a` for that one alone.
pub(crate) fn frame_range(text: &str) -> Result<FrameRange, String> {
    let range = slice(text).ok_or("expected A:B with numbers from 0, as 2:10, 5: or :3")?;
    match range.end {
        Some(end) if end <= range.start => Err(format!("{text} holds no image")),
        _ => Ok(range),
    }
}

/// One `a:b` for each of the first axes, with commas between.
pub(crate) fn window(text: &str) -> Result<WindowText, String> {
    let ranges: Option<Vec<_>> = text.split(',').map(|part| slice(part.trim())).collect();
    ranges
        .map(WindowText)
        .ok_or_else(|| "expected one A:B for each of the first axes, as 10:20,0:64".to_owned())
}

fn slice(text: &str) -> Option<FrameRange> {
    let Some((start, end)) = text.split_once(':') else {
        let one: usize = text.parse().ok()?;
        return Some(FrameRange {
            start: one,
            end: Some(one.checked_add(1)?),
        });
    };
    let start = if start.is_empty() {
        0
    } else {
        start.parse().ok()?
    };
    let end = if end.is_empty() {
        None
    } else {
        Some(end.parse().ok()?)
    };
    Some(FrameRange { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_suffixes_of_both_kinds() {
        for (text, bytes) in [
            ("0", 0),
            ("500000", 500_000),
            ("64M", 64_000_000),
            ("64MB", 64_000_000),
            ("2k", 2_000),
            ("3K", 3_000),
            ("2Gi", 2 << 30),
            ("2GiB", 2 << 30),
            ("7KiB", 7 << 10),
            ("12B", 12),
        ] {
            assert_eq!(byte_count(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "1 apple", "99999999999999T"] {
            assert!(byte_count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_read_like_slices() {
        let range = |start, end| Ok(FrameRange { start, end });
        assert_eq!(frame_range("2:10"), range(2, Some(10)));
        assert_eq!(frame_range("5:"), range(5, None));
        assert_eq!(frame_range(":3"), range(0, Some(3)));
        assert_eq!(frame_range("4"), range(4, Some(5)));
        for text in ["3:3", "-1:", "a:b", "", "1:2:3"] {
            assert!(frame_range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn open_windows_reach_the_edge() {
        let window = window("1:2, 3:,:").expect("a window");
        assert!(window.has_open_end());
        assert_eq!(window.ranges(&[9, 8, 3]), [1..2, 3..8, 0..3]);
    }

    #[test]
    fn options_are_cut_at_the_first_sign() {
        assert_eq!(key_value("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(key_value("a="), Ok(("a".to_owned(), String::new())));
        assert!(key_value("a").is_err() && key_value("=b").is_err());
    }
}
