//! The order in which the arrays of an archive are counted.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

/// Compares names by what follows their last `_`, numbers as numbers.
///
/// The reference sorts as text, where `arr_10` comes before `arr_2`.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (tail(a).chars().peekable(), tail(b).chars().peekable());
    loop {
        let digits =
            |chars: &mut Peekable<Chars<'_>>| chars.peek().is_some_and(char::is_ascii_digit);
        let ordering = if digits(&mut a) && digits(&mut b) {
            number(&mut a).cmp(&number(&mut b))
        } else {
            match (a.next(), b.next()) {
                (None, None) => return Ordering::Equal,
                (x, y) => x.cmp(&y),
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

fn tail(name: &str) -> &str {
    name.rsplit('_').next().unwrap_or(name)
}

/// A number of any size: the one with more digits is larger.
fn number(chars: &mut Peekable<Chars<'_>>) -> (usize, String) {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if !digits.is_empty() || digit != '0' {
            digits.push(digit);
        }
    }
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-306, E-307
    #[test]
    fn numbers_count_as_numbers() {
        let mut names = [
            "arr_10",
            "arr_2",
            "arr_1",
            "b_0",
            "a_0",
            "x_007",
            "plain",
            "x_y_3",
            "arr_2b",
            "arr_99999999999999999999999",
        ];
        names.sort_by(|a, b| compare(a, b));
        let expected = [
            "b_0",
            "a_0",
            "arr_1",
            "arr_2",
            "arr_2b",
            "x_y_3",
            "x_007",
            "arr_10",
            "arr_99999999999999999999999",
            "plain",
        ];
        assert_eq!(names, expected);
    }
}
