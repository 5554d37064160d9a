//! Lines of a header as they stand in a file.

use imageio_core::{Error, Result, Value};

use super::{LEN, is_commentary};

/// Appends the lines for one keyword.
///
/// Keywords that the standard does not allow go under `HIERARCH`, texts that do not fit go on under `CONTINUE`.
///
/// # Errors
/// `Unsupported` for what a header cannot hold.
pub(crate) fn put(out: &mut Vec<u8>, keyword: &str, value: &Value, comment: &str) -> Result<()> {
    check_text(keyword, keyword)?;
    check_text(keyword, comment)?;
    if is_commentary(keyword) {
        return put_commentary(out, keyword, value);
    }
    let start = start(keyword);
    if let Value::Str(text) = value {
        return put_text(out, (keyword, &start), text, comment);
    }
    let field = field(keyword, value)?;
    let standard = start.len() == 10;
    let mut line = if standard {
        format!("{start}{field:>20}")
    } else {
        format!("{start}{field}")
    };
    if line.len() > LEN {
        return Err(too_long(keyword));
    }
    add_comment(&mut line, comment);
    put_line(out, &line);
    Ok(())
}

/// Appends the last line and fills the block.
pub(crate) fn end(out: &mut Vec<u8>) {
    put_line(out, "END");
    let whole = super::super::whole_blocks(out.len() as u64);
    out.resize(whole as usize, b' ');
}

/// The line up to its value.
fn start(keyword: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if keyword.len() <= 8 && keyword.bytes().all(plain) {
        format!("{keyword:8}= ")
    } else {
        format!("HIERARCH {keyword} = ")
    }
}

fn too_long(keyword: &str) -> Error {
    Error::unsupported(format!("`{keyword}` does not fit a line of a FITS header"))
}

fn check_text(keyword: &str, text: &str) -> Result<()> {
    match text.chars().find(|c| !(' '..='~').contains(c)) {
        Some(c) => {
            let message = format!(
                "`{}` holds {c:?}; a FITS header is plain ASCII",
                keyword.escape_debug()
            );
            Err(Error::unsupported(message))
        }
        None => Ok(()),
    }
}

fn put_line(out: &mut Vec<u8>, line: &str) {
    out.extend(format!("{line:LEN$}").bytes().take(LEN));
}

/// Appends what fits of the comment.
fn add_comment(line: &mut String, comment: &str) {
    if !comment.is_empty() && line.len() + 3 < LEN {
        line.push_str(" / ");
        let room = LEN - line.len();
        line.push_str(&comment[..comment.len().min(room)]);
    }
}

fn put_commentary(out: &mut Vec<u8>, keyword: &str, value: &Value) -> Result<()> {
    let texts = match value {
        Value::List(values) => values.iter().map(ToString::to_string).collect(),
        Value::Null => Vec::new(),
        value => vec![value.to_string()],
    };
    for text in texts.iter().flat_map(|text| text.split('\n')) {
        check_text(keyword, text)?;
        let mut rest = text;
        loop {
            let (part, behind) = rest.split_at(rest.len().min(LEN - 8));
            put_line(out, &format!("{keyword:8}{part}"));
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

/// A value other than a text.
fn field(keyword: &str, value: &Value) -> Result<String> {
    Ok(match value {
        Value::Null => String::new(),
        Value::Bool(value) => if *value { "T" } else { "F" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(keyword, *value)?,
        Value::Rational(value) => float(keyword, value.to_f64())?,
        Value::List(parts) => match parts.as_slice() {
            [
                real @ (Value::Int(_) | Value::Float(_)),
                imaginary @ (Value::Int(_) | Value::Float(_)),
            ] => {
                format!(
                    "({}, {})",
                    field(keyword, real)?,
                    field(keyword, imaginary)?
                )
            }
            _ => return Err(cannot_hold(keyword, value)),
        },
        _ => return Err(cannot_hold(keyword, value)),
    })
}

fn cannot_hold(keyword: &str, value: &Value) -> Error {
    let type_name = value.type_name();
    Error::unsupported(format!("`{keyword}`: a FITS header holds no {type_name}"))
}

/// The shortest digits that give the number back.
fn float(keyword: &str, value: f64) -> Result<String> {
    if !value.is_finite() {
        return Err(Error::unsupported(format!(
            "`{keyword}`: a FITS header does not hold {value}"
        )));
    }
    let plain = format!("{value:?}");
    Ok(plain.replace('e', "E"))
}

fn put_text(
    out: &mut Vec<u8>,
    (keyword, start): (&str, &str),
    text: &str,
    comment: &str,
) -> Result<()> {
    check_text(keyword, text)?;
    let quoted = text.replace('\'', "''");
    let room = LEN
        .checked_sub(start.len() + 2)
        .filter(|&room| room >= 8)
        .ok_or_else(|| too_long(keyword))?;
    if quoted.len() <= room {
        let quoted = format!("'{quoted:8}'");
        // Comments begin in one column, as others write them; astropy compares checksums of such lines.
        let mut line = if comment.is_empty() {
            format!("{start}{quoted}")
        } else {
            format!("{start}{quoted:20}")
        };
        add_comment(&mut line, comment);
        put_line(out, &line);
        return Ok(());
    }
    let mut rest = quoted.as_str();
    let mut start = start.to_owned();
    loop {
        let room = LEN - start.len() - 3;
        if rest.len() <= room {
            let mut line = format!("{start}'{rest}'");
            add_comment(&mut line, comment);
            put_line(out, &line);
            return Ok(());
        }
        let mut at = room;
        // Neither half of a pair of quotes may stand alone.
        let quotes = rest[..at]
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'\'')
            .count();
        at -= quotes % 2;
        // A blank before the mark of continuation is part of the text.
        put_line(out, &format!("{start}'{}&'", &rest[..at]));
        rest = &rest[at..];
        "CONTINUE  ".clone_into(&mut start);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Card;
    use super::*;

    fn line(keyword: &str, value: impl Into<Value>, comment: &str) -> String {
        let mut out = Vec::new();
        put(&mut out, keyword, &value.into(), comment).expect("a good card");
        assert_eq!(out.len() % LEN, 0);
        String::from_utf8(out).expect("ASCII").trim_end().to_owned()
    }

    #[test]
    fn lines_have_the_fixed_format() {
        assert_eq!(
            line("SIMPLE", true, "conforms"),
            "SIMPLE  =                    T / conforms"
        );
        assert_eq!(line("EXPTIME", 0.1, ""), "EXPTIME =                  0.1");
        assert_eq!(line("BIG", 1e300, ""), "BIG     =                1E300");
        assert_eq!(
            line("OBJECT", "it's", "c"),
            "OBJECT  = 'it''s   '           / c"
        );
        assert_eq!(line("ESO DET ID", 4, ""), "HIERARCH ESO DET ID = 4");
        assert_eq!(
            line("HISTORY", ["a", "b"], ""),
            format!("{:80}HISTORY b", "HISTORY a")
        );
    }

    #[test]
    fn long_texts_come_back() {
        let text = "x''' &".repeat(40);
        let all = line("LONG", text.as_str(), "end");
        let all = format!("{all:width$}", width = all.len().next_multiple_of(LEN));
        let mut lines = all.as_bytes().chunks(LEN);
        let first = Card::parse(lines.next().unwrap_or_default());
        let mut joined = first.value.to_string();
        for line in lines {
            joined.truncate(joined.len() - 1);
            joined += &Card::continued(line).expect("a continuation").0;
        }
        assert_eq!(joined, text);
    }

    #[test]
    fn what_a_header_cannot_hold_is_refused() {
        for (keyword, value) in [
            ("A", Value::from(f64::NAN)),
            ("B", Value::from("µ")),
            ("C", Value::from(vec![1u8])),
            ("é", Value::from(1)),
        ] {
            assert!(
                put(&mut Vec::new(), keyword, &value, "").is_err(),
                "{keyword}"
            );
        }
    }
}
