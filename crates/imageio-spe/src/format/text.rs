//! Text of fixed length in one of three encodings.

/// How the text of a header is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CharEncoding {
    /// ISO 8859-1, a character for every byte.
    #[default]
    Latin1,
    /// UTF-8.
    Utf8,
    /// ASCII, nothing above 127.
    Ascii,
}

impl CharEncoding {
    /// The encoding that Python calls `name`; case, `-` and `_` do not count.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let plain: String = name
            .trim()
            .chars()
            .filter(|c| !matches!(c, '-' | '_' | ' '))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "latin1" | "latin" | "l1" | "iso88591" | "88591" => Some(CharEncoding::Latin1),
            "utf8" | "utf" | "u8" => Some(CharEncoding::Utf8),
            "ascii" | "usascii" | "646" => Some(CharEncoding::Ascii),
            _ => None,
        }
    }

    /// The name in Python's usual spelling.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CharEncoding::Latin1 => "latin1",
            CharEncoding::Utf8 => "utf-8",
            CharEncoding::Ascii => "ascii",
        }
    }

    /// The text, or nothing where the bytes are not in this encoding.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            CharEncoding::Latin1 => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
            CharEncoding::Ascii if !bytes.is_ascii() => None,
            CharEncoding::Ascii | CharEncoding::Utf8 => {
                std::str::from_utf8(bytes).ok().map(str::to_owned)
            }
        }
    }
}

/// What stands before the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// The bytes without the NULs that fill a field up.
pub(crate) fn without_padding(bytes: &[u8]) -> &[u8] {
    let used = bytes
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |last| last + 1);
    bytes.get(..used).unwrap_or_default()
}

/// Characters `start` to `end` of `text`, fewer where it is shorter.
pub(crate) fn slice(text: &str, start: usize, end: usize) -> &str {
    let at = |position: usize| {
        text.char_indices()
            .nth(position)
            .map_or(text.len(), |(at, _)| at)
    };
    text.get(at(start)..at(end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_the_first_nul_or_at_their_padding() {
        assert_eq!(until_nul(b"ab\0cd\0"), b"ab");
        assert_eq!(until_nul(b"\0"), b"");
        assert_eq!(without_padding(b"ab\0cd\0\0"), b"ab\0cd");
        assert_eq!(without_padding(b"\0\0"), b"");
    }

    #[test]
    fn slices_count_characters() {
        assert_eq!(slice("Jän2018", 1, 3), "än");
        assert_eq!(slice("ab", 1, 9), "b");
        assert_eq!(slice("ab", 5, 9), "");
    }

    #[test]
    fn encodings_refuse_what_they_cannot_hold() {
        assert_eq!(CharEncoding::Latin1.decode(b"\xb5m").as_deref(), Some("µm"));
        assert_eq!(
            CharEncoding::Utf8.decode(b"\xc2\xb5m").as_deref(),
            Some("µm")
        );
        assert_eq!(CharEncoding::Utf8.decode(b"\xb5m"), None);
        assert_eq!(CharEncoding::Ascii.decode(b"\xc2\xb5m"), None);
        assert_eq!(CharEncoding::Ascii.decode(b"um").as_deref(), Some("um"));
    }
}
