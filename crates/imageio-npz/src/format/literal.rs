//! Python's literals, in which NPY writes its header.

use imageio_core::{Error, Result};

/// Deeper nesting than any header has.
const DEPTH: usize = 16;

/// A value as Python source has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    /// `None`, `True`, `False`.
    Name(String),
    Int(u64),
    Text(String),
    /// A tuple or a list.
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

impl Literal {
    /// Reads `text`, which holds one literal and blanks.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser { text, at: 0 };
        let literal = parser.value(0)?;
        match parser.peek() {
            None => Ok(literal),
            Some(_) => Err(parser.error("something follows the dictionary")),
        }
    }

    /// The value of `key`, where this is a dictionary.
    pub(crate) fn get(&self, key: &str) -> Option<&Literal> {
        let Literal::Dict(items) = self else {
            return None;
        };
        let is_key = |name: &Literal| matches!(name, Literal::Text(text) if text == key);
        let (_, value) = items.iter().rev().find(|(name, _)| is_key(name))?;
        Some(value)
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn error(&self, what: &str) -> Error {
        Error::corrupt(format!("byte {} of the array's header: {what}", self.at))
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no blank.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start().len();
        self.at += blanks;
        self.rest().chars().next()
    }

    /// Steps over `wanted` where it comes next.
    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Literal> {
        if depth > DEPTH {
            return Err(self.error("values nest too deeply"));
        }
        match self.peek() {
            Some('{') => self.dict(depth),
            Some('(') => self.list(')', depth),
            Some('[') => self.list(']', depth),
            Some(quote @ ('\'' | '"')) => self.quoted(quote).map(Literal::Text),
            Some('0'..='9') => self.number(),
            Some('A'..='Z' | 'a'..='z') => {
                let name = self.word();
                // Python 2 marked texts with a `u` or a `b`.
                match (name.as_str(), self.rest().chars().next()) {
                    ("u" | "b", Some(quote @ ('\'' | '"'))) => {
                        self.quoted(quote).map(Literal::Text)
                    }
                    _ => Ok(Literal::Name(name)),
                }
            }
            _ => Err(self.error("no value")),
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Literal> {
        self.take('{');
        let mut items = Vec::new();
        while !self.take('}') {
            let key = self.value(depth + 1)?;
            if !self.take(':') {
                return Err(self.error("no colon after a key"));
            }
            items.push((key, self.value(depth + 1)?));
            if !self.take(',') && self.peek() != Some('}') {
                return Err(self.error("neither a comma nor a brace"));
            }
        }
        Ok(Literal::Dict(items))
    }

    fn list(&mut self, end: char, depth: usize) -> Result<Literal> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.value(depth + 1)?);
            if !self.take(',') && self.peek() != Some(end) {
                return Err(self.error("neither a comma nor a bracket"));
            }
        }
        Ok(Literal::List(items))
    }

    fn quoted(&mut self, quote: char) -> Result<String> {
        self.at += quote.len_utf8();
        let mut text = String::new();
        let mut escaped = false;
        for (at, letter) in self.rest().char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' => {
                    escaped = true;
                    continue;
                }
                _ if letter == quote => {
                    self.at += at + quote.len_utf8();
                    return Ok(text);
                }
                _ => {}
            }
            text.push(letter);
        }
        Err(self.error("a text without an end"))
    }

    fn number(&mut self) -> Result<Literal> {
        let digits: String = self
            .rest()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let number = digits
            .parse()
            .map_err(|_| self.error(&format!("{digits} is too large")))?;
        self.at += digits.len();
        // Python 2 wrote long numbers as `3L`.
        if self.rest().starts_with('L') {
            self.at += 1;
        }
        Ok(Literal::Int(number))
    }

    fn word(&mut self) -> String {
        let is_part = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
        let word: String = self.rest().chars().take_while(is_part).collect();
        self.at += word.len();
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read() {
        let text = "{'descr': '<u2', \"fortran_order\": False, 'shape': (3L, 4), }   \n";
        let header = Literal::parse(text).expect("a header");
        assert_eq!(header.get("descr"), Some(&Literal::Text("<u2".to_owned())));
        assert_eq!(
            header.get("fortran_order"),
            Some(&Literal::Name("False".to_owned()))
        );
        let shape = Literal::List(vec![Literal::Int(3), Literal::Int(4)]);
        assert_eq!(header.get("shape"), Some(&shape));
        assert_eq!(header.get("order"), None);
        let fields = Literal::parse(r"[('a\'b', u'<f4', ()), None]").expect("a list");
        let Literal::List(items) = fields else {
            panic!("a list")
        };
        let first = vec![
            Literal::Text("a'b".to_owned()),
            Literal::Text("<f4".to_owned()),
            Literal::List(Vec::new()),
        ];
        assert_eq!(items[0], Literal::List(first));
        assert_eq!(Literal::parse("{}").ok(), Some(Literal::Dict(Vec::new())));
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        let deep = "(".repeat(100_000);
        for text in [
            "",
            "{",
            "{'a'}",
            "{'a': 1 'b': 2}",
            "(1 2)",
            "'abc",
            "99999999999999999999999",
            "{} {}",
            "-3",
            "{'a': é}",
            &deep,
        ] {
            let error = Literal::parse(text).expect_err("no literal");
            assert_eq!(error.kind(), imageio_core::ErrorKind::Corrupt);
        }
    }
}
