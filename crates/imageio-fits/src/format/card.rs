//! One line of a header: keyword, value, comment (section 4).

use imageio_core::Value;

mod write;

pub(crate) use write::{end, put};

/// Bytes of a line.
pub(crate) const LEN: usize = 80;

/// One line of a header, or several that hold one long text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Card {
    pub(crate) keyword: String,
    pub(crate) value: Value,
    pub(crate) comment: String,
}

impl Card {
    /// What a line says.
    pub(crate) fn parse(line: &[u8]) -> Self {
        // Latin-1 shows what is not ASCII; the standard has no such bytes.
        let text: String = line.iter().map(|&byte| char::from(byte)).collect();
        let (keyword, rest) = split(&text);
        let Some(field) = rest.filter(|_| !is_commentary(&keyword)) else {
            let at = text.char_indices().nth(8).map_or(text.len(), |(at, _)| at);
            let value = text[at..].trim_end_matches([' ', '\0']);
            return Card {
                keyword,
                value: value.into(),
                comment: String::new(),
            };
        };
        let (value, comment) = parse_field(field);
        Card {
            keyword,
            value,
            comment: comment.trim().to_owned(),
        }
    }

    /// The text of a `CONTINUE` line, with its comment.
    pub(crate) fn continued(line: &[u8]) -> Option<(String, String)> {
        let text: String = line.iter().map(|&byte| char::from(byte)).collect();
        let field = text.strip_prefix("CONTINUE")?;
        match parse_field(field) {
            (Value::Str(text), comment) => Some((text, comment.trim().to_owned())),
            _ => None,
        }
    }

    /// Whether the keyword may stand in a header many times, with text alone.
    pub(crate) fn is_commentary(&self) -> bool {
        is_commentary(&self.keyword)
    }
}

fn is_commentary(keyword: &str) -> bool {
    matches!(keyword, "" | "COMMENT" | "HISTORY")
}

/// Keyword and, behind the `=`, the field of value and comment.
fn split(text: &str) -> (String, Option<&str>) {
    // ESO's convention of long keywords.
    if let Some(rest) = text.strip_prefix("HIERARCH ")
        && let Some((keyword, field)) = rest.split_once('=')
    {
        let words: Vec<&str> = keyword.split_whitespace().collect();
        return (words.join(" ").to_uppercase(), Some(field));
    }
    let at = text.char_indices().nth(8).map_or(text.len(), |(at, _)| at);
    let (keyword, rest) = text.split_at(at);
    if let Some(field) = rest.strip_prefix('=') {
        return (keyword.trim_end().to_uppercase(), Some(field));
    }
    // Some programs put the sign right behind a short keyword.
    match keyword.split_once('=') {
        Some((short, _)) if !short.trim().is_empty() && !short.trim_end().contains(' ') => {
            let field = text.split_once('=').map(|(_, field)| field);
            (short.trim_end().to_uppercase(), field)
        }
        _ => (keyword.trim_end().to_uppercase(), None),
    }
}

/// Value and comment. What is no value of the standard is given as the text that it is.
fn parse_field(field: &str) -> (Value, &str) {
    let field = field.trim_start();
    if let Some(quoted) = field.strip_prefix('\'') {
        let (text, rest) = parse_text(quoted);
        let comment = rest.split_once('/').map_or("", |(_, comment)| comment);
        return (text.into(), comment);
    }
    let (value, comment) = field.split_once('/').unwrap_or((field, ""));
    (parse_plain(value.trim_matches([' ', '\0'])), comment)
}

/// A text up to its closing quote; two quotes stand for one, blanks at its end do not count.
fn parse_text(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let Some(at) = rest.find('\'') else {
            text.push_str(rest);
            rest = "";
            break;
        };
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(behind) => {
                text.push('\'');
                rest = behind;
            }
            None => break,
        }
    }
    text.truncate(text.trim_end_matches(' ').len());
    (text, rest)
}

fn parse_plain(text: &str) -> Value {
    let pair = text
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    match (text, pair) {
        ("", _) => Value::Null,
        ("T", _) => true.into(),
        ("F", _) => false.into(),
        (_, Some(pair)) => {
            let parts: Option<Vec<Value>> = pair
                .split(',')
                .map(|part| parse_number(part.trim()))
                .collect();
            match parts {
                Some(parts) if parts.len() == 2 => parts.into(),
                _ => text.into(),
            }
        }
        _ => parse_number(text).unwrap_or_else(|| text.into()),
    }
}

/// A whole number or a float, whose exponent may be marked by D.
fn parse_number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(whole) = text.parse::<i128>()
    {
        return Some(whole.into());
    }
    let known = |c: char| c.is_ascii_digit() || ".+-eEdD".contains(c);
    if !digits.chars().all(known) {
        return None;
    }
    let text = text.replace(['d', 'D', 'e'], "E");
    text.parse::<f64>().ok().map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> (String, Value, String) {
        let card = Card::parse(format!("{line:80}").as_bytes());
        (card.keyword, card.value, card.comment)
    }

    fn expect(line: &str, keyword: &str, value: impl Into<Value>, comment: &str) {
        assert_eq!(
            parse(line),
            (keyword.to_owned(), value.into(), comment.to_owned()),
            "{line}"
        );
    }

    #[test]
    fn values_have_their_types() {
        expect(
            "SIMPLE  =                    T / conforms",
            "SIMPLE",
            true,
            "conforms",
        );
        expect("BITPIX  =                  -32", "BITPIX", -32, "");
        expect(
            "EXPTIME =             1.50D+02 / [s] exposure",
            "EXPTIME",
            150.0,
            "[s] exposure",
        );
        expect("BLANK   =", "BLANK", Value::Null, "");
        expect(
            "GAIN    = (1.5, -2)",
            "GAIN",
            vec![Value::from(1.5), Value::from(-2)],
            "",
        );
        expect("NUL     = ''", "NUL", "", "");
        expect(
            "OBJECT  = 'Barnard''s / star  '/ a name",
            "OBJECT",
            "Barnard's / star",
            "a name",
        );
        expect(
            "LONG    = 18446744073709551616",
            "LONG",
            18446744073709551616_i128,
            "",
        );
        expect("ODD     = nan / no number", "ODD", "nan", "no number");
        expect("OPEN    = 'no end", "OPEN", "no end", "");
        expect("FOO= 7 / close", "FOO", 7, "close");
    }

    #[test]
    fn commentary_and_long_keywords() {
        expect("HISTORY   = not a value", "HISTORY", "  = not a value", "");
        expect("COMMENT ab / cd", "COMMENT", "ab / cd", "");
        expect("", "", "", "");
        expect("HIERARCH ESO DET NAME = 'x' / c", "ESO DET NAME", "x", "c");
        expect("NOTHING here", "NOTHING", "here", "");
    }
}
