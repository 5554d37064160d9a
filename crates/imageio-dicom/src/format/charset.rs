//! Texts in the character sets of PS3.3 C.12.1.1.2, with the code extensions of PS3.5 6.1.2.5.

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252,
    WINDOWS_1254,
};

use super::data_set::{DataSet, Tag};

/// A set of characters, as the code elements G0 or G1 hold one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repertoire {
    Ascii,
    /// Bytes from 0x80 on are in this encoding.
    Upper(&'static Encoding),
    /// Pairs of bytes, JIS X 0208.
    Kanji,
    /// Pairs of bytes, JIS X 0212.
    MoreKanji,
}

/// The character sets of a data set.
#[derive(Clone, Debug)]
pub(crate) struct Charsets {
    first: Repertoire,
    /// Whether escape sequences switch between several.
    extended: bool,
    /// Whether nothing is said, so that the bytes have to tell.
    unsaid: bool,
}

impl Charsets {
    /// The character sets that a data set names, else those of the one around it.
    pub(crate) fn of(data: &DataSet, around: Option<&Charsets>) -> Charsets {
        let told = data
            .text(Tag::CHARACTER_SET)
            .filter(|text| !text.is_empty());
        match (told, around) {
            (Some(told), _) => Charsets::named(&told),
            (None, Some(around)) => around.clone(),
            (None, None) => Charsets {
                first: Repertoire::Ascii,
                extended: false,
                unsaid: true,
            },
        }
    }

    fn named(told: &str) -> Charsets {
        let terms: Vec<&str> = told.split('\\').map(str::trim).collect();
        let first = terms.first().copied().unwrap_or_default();
        let extended = terms.len() > 1 || first.starts_with("ISO 2022");
        let repertoire = match number(first) {
            "" | "6" => Repertoire::Ascii,
            "101" => Repertoire::Upper(ISO_8859_2),
            "109" => Repertoire::Upper(ISO_8859_3),
            "110" => Repertoire::Upper(ISO_8859_4),
            "144" => Repertoire::Upper(ISO_8859_5),
            "127" => Repertoire::Upper(ISO_8859_6),
            "126" => Repertoire::Upper(ISO_8859_7),
            "138" => Repertoire::Upper(ISO_8859_8),
            "148" => Repertoire::Upper(WINDOWS_1254),
            "203" => Repertoire::Upper(ISO_8859_15),
            "13" => Repertoire::Upper(SHIFT_JIS),
            "166" => Repertoire::Upper(WINDOWS_874),
            "149" => Repertoire::Upper(EUC_KR),
            "58" | "GBK" => Repertoire::Upper(GBK),
            "192" => Repertoire::Upper(UTF_8),
            "GB18030" => Repertoire::Upper(GB18030),
            _ => Repertoire::Upper(WINDOWS_1252),
        };
        let whole = [UTF_8, GB18030]
            .map(Repertoire::Upper)
            .contains(&repertoire)
            || first == "GBK";
        Charsets {
            first: repertoire,
            extended: extended && !whole,
            unsaid: false,
        }
    }

    /// The text that `bytes` are; of a person's name, whose parts each begin anew, where `is_name`.
    pub(crate) fn decode(&self, bytes: &[u8], is_name: bool) -> String {
        if self.extended && bytes.contains(&ESCAPE) {
            return self.decode_extended(bytes, is_name);
        }
        match self.first {
            Repertoire::Upper(encoding) => {
                encoding.decode_without_bom_handling(bytes).0.into_owned()
            }
            _ if self.unsaid => match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
                    .into_owned(),
            },
            _ => WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        }
    }

    fn decode_extended(&self, bytes: &[u8], is_name: bool) -> String {
        let (mut low, mut high) = (Repertoire::Ascii, self.first);
        let mut text = String::new();
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if byte == ESCAPE {
                rest = switch(after, &mut low, &mut high);
                continue;
            }
            let pairs = matches!(low, Repertoire::Kanji | Repertoire::MoreKanji)
                && (0x21..0x7f).contains(&byte);
            let count = if pairs {
                2.min(rest.len())
            } else if byte < 0x80 {
                1
            } else {
                rest.iter().take_while(|&&byte| byte >= 0x80).count()
            };
            let (part, after) = rest.split_at(count);
            rest = after;
            match (pairs, byte < 0x80, high) {
                (true, ..) => text.push_str(&kanji(part, low)),
                (false, true, _) => {
                    text.push(char::from(byte));
                    // 6.1.2.5.3: what ends a value, a line or a part of a name ends the switches too.
                    let ends = matches!(byte, b'\\' | b'\r' | b'\n' | b'\t' | 0x0c);
                    if ends || (is_name && matches!(byte, b'^' | b'=')) {
                        (low, high) = (Repertoire::Ascii, self.first);
                    }
                }
                (false, false, Repertoire::Upper(encoding)) => {
                    text.push_str(&encoding.decode_without_bom_handling(part).0);
                }
                (false, false, _) => {
                    text.push_str(&WINDOWS_1252.decode_without_bom_handling(part).0);
                }
            }
        }
        text
    }
}

const ESCAPE: u8 = 0x1b;

/// A defined term without what all of its kind begin with.
fn number(term: &str) -> &str {
    let known = [
        "ISO_IR ",
        "ISO 2022 IR ",
        "ISO-IR ",
        "ISO IR ",
        "ISO_IR_",
        "ISO 2022-IR ",
    ];
    known
        .iter()
        .find_map(|start| term.strip_prefix(start))
        .unwrap_or(term)
        .trim()
}

/// Does what the escape sequence at the front of `rest` says, and gives what follows it. PS3.3 table C.12-3.
fn switch<'a>(rest: &'a [u8], low: &mut Repertoire, high: &mut Repertoire) -> &'a [u8] {
    let upper = Repertoire::Upper;
    let (target, repertoire, len) = match rest {
        [b'(', b'B' | b'J', ..] => (low, Repertoire::Ascii, 2),
        [b')', b'I', ..] => (high, upper(SHIFT_JIS), 2),
        [b'-', b'A', ..] => (high, upper(WINDOWS_1252), 2),
        [b'-', b'B', ..] => (high, upper(ISO_8859_2), 2),
        [b'-', b'C', ..] => (high, upper(ISO_8859_3), 2),
        [b'-', b'D', ..] => (high, upper(ISO_8859_4), 2),
        [b'-', b'L', ..] => (high, upper(ISO_8859_5), 2),
        [b'-', b'G', ..] => (high, upper(ISO_8859_6), 2),
        [b'-', b'F', ..] => (high, upper(ISO_8859_7), 2),
        [b'-', b'H', ..] => (high, upper(ISO_8859_8), 2),
        [b'-', b'M', ..] => (high, upper(WINDOWS_1254), 2),
        [b'-', b'T', ..] => (high, upper(WINDOWS_874), 2),
        [b'-', b'b', ..] => (high, upper(ISO_8859_15), 2),
        [b'$', b'B' | b'@', ..] => (low, Repertoire::Kanji, 2),
        [b'$', b'(', b'D', ..] => (low, Repertoire::MoreKanji, 3),
        [b'$', b')', b'C', ..] => (high, upper(EUC_KR), 3),
        [b'$', b')', b'A', ..] => (high, upper(GBK), 3),
        // What is not known is left out.
        _ => return rest.get(1..).unwrap_or_default(),
    };
    *target = repertoire;
    rest.get(len..).unwrap_or_default()
}

/// A pair of bytes in the form that EUC-JP gives it.
fn kanji(pair: &[u8], repertoire: Repertoire) -> String {
    let mut bytes = Vec::with_capacity(3);
    if repertoire == Repertoire::MoreKanji {
        bytes.push(0x8f);
    }
    bytes.extend(pair.iter().map(|byte| byte | 0x80));
    EUC_JP.decode_without_bom_handling(&bytes).0.into_owned()
}
