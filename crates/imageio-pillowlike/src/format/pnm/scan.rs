//! Words and numbers of headers and of plain pixels.

use std::io::BufRead;

use imageio_core::{Error, Result};

use crate::format::Input;

/// The white space of the specification, which has the vertical tab too.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The next byte, or nothing at the end.
pub(super) fn byte(input: &mut Input) -> Result<Option<u8>> {
    let next = input.fill_buf()?.first().copied();
    input.consume(next.map_or(0, |_| 1));
    Ok(next)
}

/// Skips the rest of a comment, its line end included.
fn skip_comment(input: &mut Input) -> Result<()> {
    while let Some(next) = byte(input)? {
        if matches!(next, b'\n' | b'\r') {
            break;
        }
    }
    Ok(())
}

/// The next word of a header, with the one blank after it or the comment up to its line end.
///
/// # Errors
/// `Corrupt` when the file ends before the word, or the word is longer than any could be.
pub(super) fn word(input: &mut Input, what: &str) -> Result<String> {
    const LONGEST: usize = 40;
    let mut word = String::new();
    while let Some(next) = byte(input)? {
        match next {
            b'#' => skip_comment(input)?,
            _ if is_blank(next) => {}
            _ if word.len() == LONGEST => {
                return Err(Error::corrupt(format!(
                    "the {what} has more than {LONGEST} letters"
                )));
            }
            _ => {
                word.push(char::from(next));
                continue;
            }
        }
        if !word.is_empty() {
            break;
        }
    }
    if word.is_empty() {
        return Err(Error::corrupt(format!("the file ends before the {what}")));
    }
    Ok(word)
}

/// A decimal number of a header.
pub(super) fn number(text: &str, what: &str) -> Result<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .ok_or_else(|| Error::corrupt(format!("the {what} is {text:?}")))
}

/// Samples that are written as text.
pub(super) struct Plain {
    /// Samples of the picture.
    pub(super) count: usize,
    /// The largest allowed; 0 for bits, which need no blanks between them.
    pub(super) maxval: u32,
}

/// Where in the text the scanner is.
struct Scanner {
    /// The number that its next blank ends.
    number: Option<u32>,
    in_comment: bool,
    /// Samples to come.
    left: usize,
}

impl Plain {
    /// Gives each sample to `put`, and leaves `input` after the last.
    ///
    /// # Errors
    /// `Corrupt` for what is no sample and when there are too few.
    pub(super) fn scan(&self, input: &mut Input, mut put: impl FnMut(u32)) -> Result<()> {
        let mut scanner = Scanner {
            number: None,
            in_comment: false,
            left: self.count,
        };
        while scanner.left > 0 {
            let bytes = input.fill_buf()?;
            if bytes.is_empty() {
                // The end of the file ends a number too.
                scanner.end_number(&mut put);
                break;
            }
            let used = if self.maxval == 0 {
                scanner.bits(bytes, &mut put)?
            } else {
                scanner.numbers(bytes, self.maxval, &mut put)?
            };
            input.consume(used);
        }
        match scanner.left {
            0 => Ok(()),
            left => Err(Error::corrupt(format!(
                "pixel data ends too early: {} samples, expected {}",
                self.count - left,
                self.count
            ))),
        }
    }
}

impl Scanner {
    /// Scans until the last sample or the end of `bytes`; gives how many were used.
    fn numbers(&mut self, bytes: &[u8], maxval: u32, put: &mut impl FnMut(u32)) -> Result<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 && !self.in_comment {
                // What came before is at most 65,535, so that nothing overflows.
                let number = self.number.unwrap_or(0) * 10 + u32::from(digit);
                if number > maxval {
                    let message = format!("a sample of {number} or more, above maxval {maxval}");
                    return Err(Error::corrupt(message));
                }
                self.number = Some(number);
                continue;
            }
            self.between(byte)?;
            self.end_number(put);
            if self.left == 0 {
                return Ok(at + 1);
            }
        }
        Ok(bytes.len())
    }

    /// The same for bits, which end without a blank.
    fn bits(&mut self, bytes: &[u8], put: &mut impl FnMut(u32)) -> Result<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            if matches!(byte, b'0' | b'1') && !self.in_comment {
                put(u32::from(byte & 1));
                self.left -= 1;
                if self.left == 0 {
                    return Ok(at + 1);
                }
            } else {
                self.between(byte)?;
            }
        }
        Ok(bytes.len())
    }

    fn end_number(&mut self, put: &mut impl FnMut(u32)) {
        if let Some(number) = self.number.take() {
            put(number);
            self.left -= 1;
        }
    }

    /// Takes a byte that is no digit of a sample.
    fn between(&mut self, byte: u8) -> Result<()> {
        if self.in_comment {
            self.in_comment = !matches!(byte, b'\n' | b'\r');
        } else if byte == b'#' {
            self.in_comment = true;
        } else if !is_blank(byte) {
            let byte = byte.escape_ascii();
            return Err(Error::corrupt(format!("`{byte}` among the samples")));
        }
        Ok(())
    }
}
