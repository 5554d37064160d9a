//! Olympus SIS: a text of sections that tells axes, positions and channels.

use imageio_core::{Error, Metadata, Result, Value};

use super::cursor::{array, text_of};
use super::settings::typed;
use crate::format::ifd::Entry;
use crate::format::source::Source;

/// Channels and parts that are believed.
const MAX_PARTS: usize = 1 << 12;

/// What the text says.
pub(super) fn ini(source: &Source, entry: &Entry) -> Result<Value> {
    parse(&text_of(source.bytes(entry)?)).map(Value::from)
}

/// What is known of the section that is read.
#[derive(Default)]
struct Section {
    name: String,
    /// There was one of that name before, and the first one counts.
    is_repeated: bool,
    keys: Metadata,
    /// `Band` and `ASD`: one for each channel or part.
    parts: Vec<Metadata>,
    /// The channel that was named last.
    part: usize,
    /// Colours of each channel.
    colours: Vec<Vec<u8>>,
    /// `Z` and `Time`: where planes are.
    places: Vec<f64>,
}

fn parse(text: &str) -> Result<Metadata> {
    let mut all = Metadata::new();
    let mut section = Section::default();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            std::mem::take(&mut section).close(&mut all)?;
            name.clone_into(&mut section.name);
            section.is_repeated = all.contains_key(name);
            if name == "Band" {
                section.make_parts(dimension(&all, "Band").unwrap_or(0))?;
            }
        } else if let Some((key, text)) = line.split_once('=').filter(|_| !line.starts_with(';')) {
            section.add(key.trim(), value(text))?;
        }
    }
    section.close(&mut all)?;
    Ok(all)
}

fn value(text: &str) -> Value {
    if text.trim().is_empty() {
        Value::Null
    } else if text.contains(',') {
        Value::List(text.split(',').map(typed).collect())
    } else {
        typed(text)
    }
}

/// The length of an axis.
fn dimension(all: &Metadata, axis: &str) -> Option<usize> {
    let len = all.get("Dimension")?.as_map()?.get(axis)?.as_i64()?;
    usize::try_from(len).ok()
}

/// A key without the number at its end, and what that counts.
fn numbered(key: &str) -> (&str, usize) {
    let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = key
        .get(name.len()..)
        .and_then(|digits| digits.parse::<usize>().ok());
    (name, number.unwrap_or(1).saturating_sub(1))
}

impl Section {
    /// Makes parts once: each takes more memory and time than the words that ask for it.
    fn make_parts(&mut self, count: usize) -> Result<()> {
        if self.is_repeated || !self.parts.is_empty() {
            return Ok(());
        }
        if count > MAX_PARTS {
            return Err(Error::corrupt(format!("{count} parts of `{}`", self.name)));
        }
        self.parts.resize(count, Metadata::new());
        self.colours.resize(count, Vec::new());
        Ok(())
    }

    fn add(&mut self, key: &str, value: Value) -> Result<()> {
        match self.name.as_str() {
            "ASD" if key == "Count" => {
                let count = value.as_i64().unwrap_or(0);
                self.make_parts(usize::try_from(count).unwrap_or(0))?;
            }
            "Band" if key.starts_with("LUT") => {
                let packed = value.as_i64().unwrap_or(0) as u32;
                if let Some(colours) = self.colours.get_mut(self.part) {
                    colours.extend_from_slice(&packed.to_le_bytes()[..3]);
                }
            }
            "Band" | "ASD" => {
                let (name, part) = numbered(key);
                self.part = part;
                if let Some(part) = self.parts.get_mut(part) {
                    part.insert(name, value);
                }
            }
            "Z" if key.starts_with("ZPos") => self.places.extend(value.as_f64()),
            "Time" if key.starts_with("TimePos") => self.places.extend(value.as_f64()),
            _ => {
                self.keys.insert(key, value);
            }
        }
        Ok(())
    }

    /// Enters the section.
    fn close(mut self, all: &mut Metadata) -> Result<()> {
        let name = self.name.as_str();
        let value = match name {
            "" => return Ok(()),
            _ if self.is_repeated => return Ok(()),
            "Band" => {
                for (part, colours) in self.parts.iter_mut().zip(self.colours) {
                    let shape = [colours.len() / 3, 3];
                    let shape = if colours.is_empty() {
                        &shape[..1]
                    } else {
                        &shape[..]
                    };
                    part.insert("LUT", array(shape, colours)?);
                }
                Value::List(self.parts.into_iter().map(Value::from).collect())
            }
            "ASD" => Value::List(self.parts.into_iter().map(Value::from).collect()),
            "Z" | "Time" => {
                if let Some(len) = dimension(all, name) {
                    self.places.truncate(len);
                    let places = if name == "Z" {
                        array(&[self.places.len()], self.places)?
                    } else {
                        let places = self.places.iter().map(|&place| place as i32).collect();
                        array(&[self.places.len()], places)?
                    };
                    self.keys.insert(format!("{name}Pos"), places);
                }
                Value::from(self.keys)
            }
            _ => Value::from(self.keys),
        };
        if let ("Dimension", Value::Map(map)) = (name, &value) {
            let (axes, shape) = axes(map);
            all.insert("axes", axes);
            all.insert("shape", shape);
        }
        all.insert(name, value);
        Ok(())
    }
}

/// Letters and lengths of the axes that have more than one place.
fn axes(lens: &Metadata) -> (String, Vec<Value>) {
    let long = lens.iter().filter_map(|(axis, len)| {
        let len = len.as_i64().filter(|&len| len > 1)?;
        let letter = match axis {
            "Band" => 'C',
            axis => axis.chars().next()?.to_ascii_uppercase(),
        };
        Some((letter, Value::from(len)))
    });
    long.unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_section_of_a_name_makes_parts() {
        let text = "[Dimension]\nBand=2\n[Band]\nBandName1=red\nBandName2=green\n[Band]\nBandName1=blue\n\
                    [ASD]\nCount=1\nASDNum1=4\nCount=3\n";
        let all = parse(text).expect("sections");
        let parts = |name| all.get(name).and_then(Value::as_list).unwrap_or_default();
        let name = |part: &Value| part.as_map().and_then(|part| part.get("BandName")).cloned();
        let names: Vec<_> = parts("Band").iter().filter_map(name).collect();
        assert_eq!(names, [Value::from("red"), Value::from("green")]);
        assert_eq!(parts("ASD").len(), 1);
    }
}
