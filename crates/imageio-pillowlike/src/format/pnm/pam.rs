//! The header of PAM: a line for each fact, until `ENDHDR`.

use imageio_core::{Error, Result};

use super::header::{Coding, Header, checked_maxval, checked_size};
use super::scan::{byte, number};
use crate::format::{Input, Mode};

/// The facts as they come.
#[derive(Default)]
struct Facts {
    width: Option<u32>,
    height: Option<u32>,
    depth: Option<u32>,
    maxval: Option<u32>,
    tuple_type: String,
}

/// Longer lines are an error, as are tuple types.
const LONGEST: usize = 1000;

/// Reads the lines after `P7`.
pub(super) fn read_header(input: &mut Input) -> Result<Header> {
    let mut facts = Facts::default();
    let mut line = String::new();
    loop {
        read_line(input, &mut line)?;
        let text = line.trim();
        let (name, value) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let value = value.trim();
        match name {
            "ENDHDR" => break,
            "" => {}
            _ if name.starts_with('#') => {}
            "WIDTH" => facts.width = Some(number(value, "width")?),
            "HEIGHT" => facts.height = Some(number(value, "height")?),
            "DEPTH" => facts.depth = Some(number(value, "depth")?),
            "MAXVAL" => facts.maxval = Some(number(value, "maxval")?),
            "TUPLTYPE" => facts.add_tuple_type(value)?,
            _ => {
                return Err(Error::corrupt(format!(
                    "there is no PAM header line {name:?}"
                )));
            }
        }
    }
    facts.header(input.position())
}

fn read_line(input: &mut Input, line: &mut String) -> Result<()> {
    line.clear();
    loop {
        match byte(input)? {
            Some(b'\n') => return Ok(()),
            Some(_) if line.len() >= LONGEST => {
                return Err(Error::corrupt("a PAM header line without end"));
            }
            Some(byte) => line.push(char::from(byte)),
            None => return Err(Error::corrupt("the file ends before `ENDHDR`")),
        }
    }
}

impl Facts {
    /// Several lines are one type, joined by blanks.
    fn add_tuple_type(&mut self, part: &str) -> Result<()> {
        if self.tuple_type.len() + part.len() > LONGEST {
            return Err(Error::corrupt("a tuple type without end"));
        }
        if !self.tuple_type.is_empty() {
            self.tuple_type.push(' ');
        }
        self.tuple_type.push_str(part);
        Ok(())
    }

    fn header(&self, start: u64) -> Result<Header> {
        let known = |value: Option<u32>, name: &str| {
            value.ok_or_else(|| Error::corrupt(format!("the PAM header has no {name}")))
        };
        let (width, height) =
            checked_size(known(self.width, "WIDTH")?, known(self.height, "HEIGHT")?)?;
        let maxval = checked_maxval(known(self.maxval, "MAXVAL")?)?;
        let (mode, coding) = self.meaning(known(self.depth, "DEPTH")?, maxval)?;
        Ok(Header {
            width,
            height,
            mode,
            coding,
            maxval,
            start,
        })
    }

    fn meaning(&self, depth: u32, maxval: u32) -> Result<(Mode, Coding)> {
        let tuple_type = self.tuple_type.as_str();
        let mode = match tuple_type {
            "BLACKANDWHITE" if maxval == 1 => Mode::Bilevel,
            "BLACKANDWHITE" | "GRAYSCALE" => Mode::Gray,
            "BLACKANDWHITE_ALPHA" | "GRAYSCALE_ALPHA" => Mode::GrayAlpha,
            "RGB" => Mode::Rgb,
            "RGB_ALPHA" => Mode::Rgba,
            "CMYK" if maxval <= 255 => Mode::Cmyk,
            "CMYK" => return Err(Error::unsupported("a PAM of CMYK with more than 8 bits")),
            _ => match depth {
                0 | 65_536.. => return Err(Error::corrupt(format!("a PAM of depth {depth}"))),
                1 => Mode::Gray,
                2 => Mode::GrayAlpha,
                3 => Mode::Rgb,
                4 => Mode::Rgba,
                _ => {
                    let message = format!("a PAM of depth {depth} and tuple type {tuple_type:?}");
                    return Err(Error::unsupported(message));
                }
            },
        };
        if mode.channels() != depth as usize {
            let message = format!("a PAM of tuple type {tuple_type} has depth {depth}");
            return Err(Error::corrupt(message));
        }
        let coding = match mode {
            Mode::Bilevel => Coding::Flags,
            _ => Coding::Samples,
        };
        Ok((mode, coding))
    }
}
