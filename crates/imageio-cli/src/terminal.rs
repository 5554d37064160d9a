//! Text on its way to people: widths, wrapping, and nothing that could command the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width};

/// Columns and rows to write to standard output in; nothing where it is no terminal and `COLUMNS` is not set.
pub(crate) fn columns() -> Option<usize> {
    let set = std::env::var("COLUMNS").ok();
    set.and_then(|text| text.trim().parse().ok())
        .filter(|&columns| columns > 0)
        .or_else(|| size().map(|(columns, _)| columns))
}

/// Columns and rows of the terminal that standard output is.
pub(crate) fn size() -> Option<(usize, usize)> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (Width(columns), Height(rows)) = terminal_size::terminal_size()?;
    Some((columns.into(), rows.into()))
}

/// The text with its control characters escaped: a file must not command the terminal, nor begin a line.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            cleaned.extend(c.escape_default());
        } else {
            cleaned.push(c);
        }
    }
    Cow::Owned(cleaned)
}

/// Control characters, and the marks that turn the direction of text around.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text cut to `width` characters, with a mark where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.chars().count() <= width {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    Cow::Owned(short)
}

/// Words in lines of at most `width` characters, each line behind `indent` blanks.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut wrapped = String::new();
    let mut used = usize::MAX;
    for word in text.split_whitespace() {
        let len = word.chars().count();
        if used.saturating_add(1 + len) > width.max(indent + 20) {
            let newline = if wrapped.is_empty() { "" } else { "\n" };
            // Writing to a `String` cannot fail.
            let _ = write!(wrapped, "{newline}{:indent$}{word}", "");
            used = indent + len;
        } else {
            wrapped.push(' ');
            wrapped.push_str(word);
            used += 1 + len;
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(clean("größe ✓"), "größe ✓");
    }

    #[test]
    fn long_text_is_cut_and_wrapped_by_characters() {
        assert_eq!(cut("größe", 5), "größe");
        assert_eq!(cut("größer", 5), "größ…");
        assert_eq!(wrap("aaa bbb ccc", 25, 5), "     aaa bbb ccc");
        assert_eq!(
            wrap("aaaaaaaaaa bbbbbbbbbb cc", 15, 2),
            "  aaaaaaaaaa\n  bbbbbbbbbb cc"
        );
    }
}
