//! A header: its lines in order, and by keyword.

use std::collections::HashMap;

use imageio_core::{Error, Result, Value};

use super::card::{Card, LEN};

/// The lines of a header unit up to `END`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    cards: Vec<Card>,
    /// Where a keyword stands first.
    first: HashMap<String, usize>,
}

impl Header {
    /// What the lines of `bytes` say.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut header = Header::default();
        for line in bytes.chunks_exact(LEN) {
            if let Some((text, comment)) = Card::continued(line)
                && header.go_on(&text, &comment)
            {
                continue;
            }
            header.push(Card::parse(line));
        }
        header
    }

    /// Where the line `END` is in `bytes`, from line `from` on.
    pub(crate) fn find_end(bytes: &[u8], from: usize) -> Option<usize> {
        let is_end = |line: &[u8]| match line.strip_prefix(b"END") {
            Some([next, ..]) => !(next.is_ascii_alphanumeric() || b"-_".contains(next)),
            _ => false,
        };
        let lines = bytes.chunks_exact(LEN).enumerate().skip(from / LEN);
        lines
            .into_iter()
            .find(|(_, line)| is_end(line))
            .map(|(at, _)| at * LEN)
    }

    /// Appends a continuation to the text before it, where that says that it goes on.
    fn go_on(&mut self, text: &str, comment: &str) -> bool {
        let Some(Card {
            value: Value::Str(long),
            comment: first,
            ..
        }) = self.cards.last_mut().filter(|card| !card.is_commentary())
        else {
            return false;
        };
        let Some(kept) = long.strip_suffix('&').map(str::len) else {
            return false;
        };
        long.truncate(kept);
        long.push_str(text);
        if !first.is_empty() && !comment.is_empty() {
            first.push(' ');
        }
        first.push_str(comment);
        true
    }

    fn push(&mut self, card: Card) {
        if !self.first.contains_key(&card.keyword) {
            self.first.insert(card.keyword.clone(), self.cards.len());
        }
        self.cards.push(card);
    }

    /// The lines in order.
    pub(crate) fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The value that `keyword` has first.
    pub(crate) fn get(&self, keyword: &str) -> Option<&Value> {
        self.cards
            .get(*self.first.get(keyword)?)
            .map(|card| &card.value)
    }

    /// The text that `keyword` has first.
    pub(crate) fn text(&self, keyword: &str) -> Option<&str> {
        self.get(keyword).and_then(Value::as_str)
    }

    /// Whether `keyword` is true.
    pub(crate) fn is_true(&self, keyword: &str) -> bool {
        self.get(keyword).and_then(Value::as_bool) == Some(true)
    }

    /// The whole number of `keyword`, where it is there.
    pub(crate) fn int(&self, keyword: &str) -> Result<Option<i64>> {
        match self.get(keyword) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| {
                Error::corrupt(format!("`{keyword}` is {value}, expected a whole number"))
            }),
        }
    }

    /// The whole number of `keyword`, which must be there.
    pub(crate) fn need_int(&self, keyword: &str) -> Result<i64> {
        self.int(keyword)?
            .ok_or_else(|| Error::corrupt(format!("`{keyword}` is missing")))
    }

    /// The number of `keyword`, where it is there and one.
    pub(crate) fn number(&self, keyword: &str) -> Option<f64> {
        self.get(keyword).and_then(Value::as_f64)
    }

    /// Lengths of the axes that `prefix` counts, as `NAXIS1`, `NAXIS2`, … in the order of the file.
    pub(crate) fn axes(&self, prefix: &str) -> Result<Vec<u64>> {
        let count = self.need_int(prefix)?;
        // Section 4.4.1.1.
        if !(0..=999).contains(&count) {
            return Err(Error::corrupt(format!(
                "`{prefix}` is {count}, expected 0 to 999"
            )));
        }
        let axis = |n| {
            let keyword = format!("{prefix}{n}");
            let len = self.need_int(&keyword)?;
            u64::try_from(len).map_err(|_| Error::corrupt(format!("`{keyword}` is {len}")))
        };
        (1..=count).map(axis).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(lines: &[&str]) -> Header {
        let lines: Vec<String> = lines.iter().map(|line| format!("{line:80}")).collect();
        let bytes = lines.concat();
        Header::parse(bytes.as_bytes())
    }

    #[test]
    fn long_texts_are_joined() {
        let header = header(&[
            "LONG    = 'first &' / one",
            "CONTINUE  'second&'",
            "CONTINUE  ' third' / two",
            "OTHER   = 'ends here'",
            "CONTINUE  'an orphan'",
        ]);
        assert_eq!(header.text("LONG"), Some("first second third"));
        assert_eq!(header.cards()[0].comment, "one two");
        assert_eq!(header.text("OTHER"), Some("ends here"));
        assert_eq!(header.cards().len(), 3);
    }

    #[test]
    fn the_end_is_a_keyword_of_its_own() {
        let bytes: String = ["ENDING  = 1", "END_ONE = 2", "END"]
            .map(|line| format!("{line:80}"))
            .concat();
        assert_eq!(Header::find_end(bytes.as_bytes(), 0), Some(160));
        assert_eq!(Header::find_end(&bytes.as_bytes()[..160], 0), None);
    }

    #[test]
    fn axes_are_checked() {
        assert_eq!(
            header(&["NAXIS   = 2", "NAXIS1  = 5", "NAXIS2  = 3"])
                .axes("NAXIS")
                .ok(),
            Some(vec![5, 3])
        );
        for lines in [
            &["NAXIS   = 1"][..],
            &["NAXIS   = 1000"],
            &["NAXIS   = 1", "NAXIS1  = -1"],
            &["NAXIS = 'x'"],
        ] {
            assert!(header(lines).axes("NAXIS").is_err(), "{lines:?}");
        }
    }
}
