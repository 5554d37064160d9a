//! The footer and the extension area of version 2.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::Input;

/// What the last 18 bytes of a file of version 2 are.
pub(super) const SIGNATURE: &[u8; 18] = b"TRUEVISION-XFILE.\0";

/// Bytes of the area.
const LEN: usize = 495;
const COMMENT_LINE: usize = 81;

/// Where the texts stand, by name: the first byte and the number of bytes with the closing zero.
const TEXTS: [(&str, usize, usize); 3] = [
    ("author", 2, 41),
    ("job_name", 379, 41),
    ("software", 426, 41),
];
const COMMENTS: usize = 43;
const DATE: usize = 367;
const JOB_TIME: usize = 420;
const VERSION: usize = 467;
const KEY_COLOR: usize = 470;
const RATIO: usize = 474;
const GAMMA: usize = 478;
const ATTRIBUTES: usize = 494;

/// An extension area as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Extension(Box<[u8; LEN]>);

/// Reads the area, where a footer says that there is one and the file has all of it.
pub(super) fn read(input: &mut Input) -> Result<Option<Extension>> {
    let end = input.seek(SeekFrom::End(0))?;
    let Some(footer) = end.checked_sub(26) else {
        return Ok(None);
    };
    let mut bytes = [0; 26];
    input.seek(SeekFrom::Start(footer))?;
    input.read_exact(&mut bytes)?;
    let [a, b, c, d, ..] = bytes;
    let offset = u32::from_le_bytes([a, b, c, d]);
    if !bytes.ends_with(SIGNATURE) || offset == 0 {
        return Ok(None);
    }
    let mut area = Box::new([0; LEN]);
    input.seek(SeekFrom::Start(offset.into()))?;
    match input.read_exact(area.as_mut_slice()) {
        Ok(()) => Ok(Some(Extension(area))),
        // Nothing in it is needed to see the picture.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Extension {
    /// An area that says nothing but what kind of alpha there is: 3 for a useful one, 0 for none.
    pub(super) fn new(has_alpha: bool) -> Self {
        let mut area = Extension(Box::new([0; LEN]));
        area.put_half(0, LEN as u16);
        // A space stands for no letter behind the version.
        area.put(VERSION + 2, b" ");
        area.put(ATTRIBUTES, &[if has_alpha { 3 } else { 0 }]);
        area
    }

    /// The area that gives `map`.
    ///
    /// # Errors
    /// `BadOption` for a name that is not known and for a value that does not fit.
    pub(super) fn from_metadata(map: &Metadata, has_alpha: bool) -> Result<Self> {
        let mut area = Extension::new(has_alpha);
        for (name, value) in map.iter() {
            if !area.set(name, value, has_alpha) {
                return Err(Error::bad_option(format!(
                    "option `extension_area`: `{name}` cannot be {value}"
                )));
            }
        }
        Ok(area)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether it says that the fourth sample is no alpha.
    pub(super) fn denies_alpha(&self) -> bool {
        self.byte(ATTRIBUTES) == 0
    }

    /// What it says, by names of the specification; what is not set is left out.
    pub(super) fn to_metadata(&self) -> Metadata {
        let mut map = Metadata::new();
        for (name, at, len) in TEXTS {
            insert_text(&mut map, name, text(self.part(at, len)));
        }
        let lines =
            (0..4).map(|line| text(self.part(COMMENTS + line * COMMENT_LINE, COMMENT_LINE)));
        let lines: Vec<String> = lines.collect();
        insert_text(&mut map, "comments", lines.join("\n").trim_end().to_owned());
        let [month, day, year, hour, minute, second] =
            [0, 2, 4, 6, 8, 10].map(|at| self.half(DATE + at));
        if [month, day, year] != [0, 0, 0] {
            let date = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
            map.insert("date", date);
        }
        let job_time = [0, 2, 4].map(|at| self.half(JOB_TIME + at));
        if job_time != [0, 0, 0] {
            let [hours, minutes, seconds] = job_time;
            map.insert("job_time", format!("{hours}:{minutes:02}:{seconds:02}"));
        }
        let version = self.half(VERSION);
        if version != 0 {
            let letter = char::from(self.byte(VERSION + 2));
            let letter = Some(letter).filter(char::is_ascii_alphabetic);
            let letter = letter.map(String::from).unwrap_or_default();
            let number = format!("{}.{:02}{letter}", version / 100, version % 100);
            map.insert("software_version", number);
        }
        self.insert_numbers(&mut map);
        map
    }

    fn insert_numbers(&self, map: &mut Metadata) {
        let [b, g, r, a] = [0, 1, 2, 3].map(|at| self.byte(KEY_COLOR + at));
        if [r, g, b, a] != [0; 4] {
            map.insert("key_color", [r, g, b, a].map(i64::from));
        }
        let ratio = [0, 2].map(|at| self.half(RATIO + at));
        if ratio.iter().all(|&part| part != 0) {
            map.insert("pixel_aspect_ratio", ratio.map(i64::from));
        }
        let [raised, unit] = [0, 2].map(|at| self.half(GAMMA + at));
        if raised != 0 && unit != 0 {
            map.insert("gamma", f64::from(raised) / f64::from(unit));
        }
        map.insert("attributes_type", i64::from(self.byte(ATTRIBUTES)));
    }

    /// Whether there is such a field and it can hold the value.
    fn set(&mut self, name: &str, value: &Value, has_alpha: bool) -> bool {
        if let Some((_, at, len)) = TEXTS.iter().copied().find(|(known, ..)| *known == name) {
            return value
                .as_str()
                .is_some_and(|text| self.put_text(at, len, text));
        }
        let numbers = |count: usize| numbers(value, count);
        match (name, value.as_str()) {
            ("comments", Some(text)) => self.put_comments(text),
            ("date", Some(text)) => self.put_date(text),
            ("job_time", Some(text)) => match split(text, &[':'], 3).as_deref() {
                Some(parts) => self.put_halves(JOB_TIME, parts),
                None => false,
            },
            ("software_version", Some(text)) => self.put_version(text),
            ("key_color", _) => match numbers(4).as_deref() {
                Some(&[r, g, b, a]) => {
                    let bytes = [b, g, r, a].map(|sample| sample.min(255) as u8);
                    self.put(KEY_COLOR, &bytes);
                    [r, g, b, a].iter().all(|&sample| sample <= 255)
                }
                _ => false,
            },
            ("pixel_aspect_ratio", _) => {
                numbers(2).is_some_and(|ratio| self.put_halves(RATIO, &ratio))
            }
            ("gamma", _) => value.as_f64().is_some_and(|gamma| self.put_gamma(gamma)),
            ("attributes_type", _) => match value.as_i64().and_then(|n| u8::try_from(n).ok()) {
                // Readers would drop the alpha that is there.
                Some(0) if has_alpha => true,
                Some(kind) => {
                    self.put(ATTRIBUTES, &[kind]);
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    fn put_text(&mut self, at: usize, len: usize, text: &str) -> bool {
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
        match bytes.filter(|bytes| bytes.len() < len) {
            Some(bytes) => {
                self.put(at, &bytes);
                true
            }
            None => false,
        }
    }

    fn put_comments(&mut self, text: &str) -> bool {
        let lines: Vec<&str> = text.split('\n').collect();
        lines.len() <= 4
            && lines.iter().enumerate().all(|(line, text)| {
                self.put_text(COMMENTS + line * COMMENT_LINE, COMMENT_LINE, text)
            })
    }

    fn put_date(&mut self, text: &str) -> bool {
        match split(text, &['-', 'T', ':'], 6).as_deref() {
            Some(&[year, month, day, hour, minute, second]) => {
                self.put_halves(DATE, &[month, day, year, hour, minute, second])
            }
            _ => false,
        }
    }

    fn put_version(&mut self, text: &str) -> bool {
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let letter = text.get(number.len()..).unwrap_or_default().as_bytes();
        let version = number
            .parse::<f64>()
            .ok()
            .map(|number| (number * 100.0).round())
            .filter(|hundredths| (0.0..=65535.0).contains(hundredths));
        match (version, letter) {
            (Some(version), [] | [_]) => {
                self.put_half(VERSION, version as u16);
                self.put(VERSION + 2, if letter.is_empty() { b" " } else { letter });
                true
            }
            _ => false,
        }
    }

    /// Writes a ratio with the least power of ten below it that gives the number back.
    fn put_gamma(&mut self, gamma: f64) -> bool {
        let exact = |unit: &f64| ((gamma * unit).round() / unit - gamma).abs() < 1e-9;
        let units = [1.0, 10.0, 100.0, 1000.0];
        let unit = units.into_iter().find(exact).unwrap_or(1000.0);
        let raised = (gamma * unit).round();
        if !(0.0..=65535.0).contains(&raised) {
            return false;
        }
        self.put_halves(GAMMA, &[raised as u16, unit as u16])
    }

    fn put_halves(&mut self, at: usize, values: &[u16]) -> bool {
        for (place, value) in values.iter().enumerate() {
            self.put_half(at + place * 2, *value);
        }
        true
    }

    fn put_half(&mut self, at: usize, value: u16) {
        self.put(at, &value.to_le_bytes());
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        let places = self.0.iter_mut().skip(at);
        for (to, from) in places.zip(bytes) {
            *to = *from;
        }
    }

    fn part(&self, at: usize, len: usize) -> &[u8] {
        self.0.get(at..at + len).unwrap_or_default()
    }

    fn half(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.byte(at), self.byte(at + 1)])
    }

    fn byte(&self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }
}

/// Text up to its closing zero, without the spaces that fill it up.
fn text(bytes: &[u8]) -> String {
    let text = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let text: String = text.iter().map(|&byte| char::from(byte)).collect();
    text.trim_end().to_owned()
}

fn insert_text(map: &mut Metadata, name: &str, text: String) {
    if !text.is_empty() {
        map.insert(name, text);
    }
}

/// `count` numbers that fit 16 bits, parted by any of `separators`.
fn split(text: &str, separators: &[char], count: usize) -> Option<Vec<u16>> {
    let parts = text.split(|c| separators.contains(&c));
    let parts: Option<Vec<u16>> = parts.map(|part| part.trim().parse().ok()).collect();
    parts.filter(|parts| parts.len() == count)
}

fn numbers(value: &Value, count: usize) -> Option<Vec<u16>> {
    let number = |value: &Value| value.as_i64().and_then(|n| u16::try_from(n).ok());
    let numbers: Option<Vec<u16>> = value.as_list()?.iter().map(number).collect();
    numbers.filter(|numbers| numbers.len() == count)
}
