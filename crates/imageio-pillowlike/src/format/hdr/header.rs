//! The header: a signature, variables a line, an empty line, and the resolution line.

use std::io::BufRead;

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::Input;

/// What a picture begins with.
pub(super) const SIGNATURES: [&[u8]; 2] = [b"#?RADIANCE", b"#?RGBE"];

/// Bytes that a header may have; no known writer comes near.
const LONGEST: usize = 1 << 20;

/// What the three numbers of a pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Red, green, blue.
    Rgb,
    /// CIE XYZ.
    Xyz,
}

/// What the header says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) height: usize,
    pub(super) width: usize,
    /// A scan line is a column of the upright picture.
    pub(super) lines_are_columns: bool,
    /// The lowest row is stored first.
    pub(super) rows_backwards: bool,
    /// The rightmost column is stored first.
    pub(super) columns_backwards: bool,
    pub(super) space: Space,
    pub(super) variables: Metadata,
    /// Where the pixels start.
    pub(super) start: u64,
}

impl Header {
    /// Pixels of one scan line.
    pub(super) fn line_len(&self) -> usize {
        if self.lines_are_columns {
            self.height
        } else {
            self.width
        }
    }

    pub(super) fn line_count(&self) -> usize {
        if self.lines_are_columns {
            self.width
        } else {
            self.height
        }
    }
}

/// Reads the header at the start of `input`.
///
/// # Errors
/// `NotThisFormat` without a signature, `Unsupported` for a format of pixels that is not known, `Corrupt` otherwise.
pub(super) fn read_header(input: &mut Input) -> Result<Header> {
    let begins = input.fill_buf()?;
    if !SIGNATURES.iter().any(|it| begins.starts_with(it)) {
        return Err(Error::not_this_format(
            "the first bytes are neither `#?RADIANCE` nor `#?RGBE`",
        ));
    }
    let mut left = LONGEST;
    let mut next = || line(input, &mut left);
    next()?;
    let (mut variables, mut comments, mut space) = (Metadata::new(), Vec::new(), Space::Rgb);
    loop {
        let line = next()?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches('\r');
        if text.is_empty() {
            break;
        }
        if let Some(comment) = text.strip_prefix('#') {
            comments.push(comment.trim().to_owned());
        } else if let Some((key, value)) = text.split_once('=') {
            let key = key.trim().to_lowercase();
            if key == "format" {
                space = space_of(value.trim())?;
            }
            add(&mut variables, key, value.trim());
        } else {
            // A command that made the picture.
            append(&mut variables, "history", text.trim());
        }
    }
    if !comments.is_empty() {
        variables.insert("comment", comments.join("\n"));
    }
    let resolution = next()?;
    let (rows, columns, lines_are_columns) = resolution_of(&String::from_utf8_lossy(&resolution))?;
    Ok(Header {
        height: rows.1,
        width: columns.1,
        lines_are_columns,
        // `+Y` counts from the bottom, `+X` from the left.
        rows_backwards: rows.0,
        columns_backwards: !columns.0,
        space,
        variables,
        start: input.position(),
    })
}

fn space_of(format: &str) -> Result<Space> {
    match format {
        "32-bit_rle_rgbe" => Ok(Space::Rgb),
        "32-bit_rle_xyze" => Ok(Space::Xyz),
        other => Err(Error::unsupported(format!(
            "a Radiance picture of format {other:?}"
        ))),
    }
}

/// Bytes up to the next line feed, without it.
fn line(input: &mut Input, left: &mut usize) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    loop {
        let buffered = input.fill_buf()?;
        if buffered.is_empty() {
            let len = line.len();
            return Err(Error::corrupt(format!(
                "the header ends after {len} bytes of a line"
            )));
        }
        let end = buffered.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(buffered.len());
        if taken >= *left {
            return Err(Error::corrupt(format!("a header over {LONGEST} bytes")));
        }
        line.extend(buffered.iter().take(taken));
        let consumed = taken + usize::from(end.is_some());
        *left = left.saturating_sub(consumed);
        input.consume(consumed);
        if end.is_some() {
            return Ok(line);
        }
    }
}

/// Enters a variable by its type. Those that programs multiply up stand once with their product.
fn add(variables: &mut Metadata, key: String, value: &str) {
    let numbers: Option<Vec<f64>> = value
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect();
    match (key.as_str(), numbers.as_deref()) {
        ("exposure" | "pixaspect", Some([factor])) => {
            let before = variables.get(&key).and_then(Value::as_f64).unwrap_or(1.0);
            variables.insert(key, before * factor);
        }
        ("gamma", Some([number])) => {
            variables.insert(key, *number);
        }
        ("colorcorr", Some([r, g, b])) => {
            let before = variables.get(&key).and_then(Value::as_list).map(|values| {
                let values: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
                values
            });
            let before = before.unwrap_or_else(|| vec![1.0; 3]);
            let product = before
                .iter()
                .zip([r, g, b])
                .map(|(a, b)| Value::from(a * b));
            variables.insert(key, product.collect::<Vec<_>>());
        }
        ("primaries", Some(numbers @ [_, _, _, _, _, _, _, _])) => {
            let numbers = numbers.iter().copied().map(Value::from);
            variables.insert(key, numbers.collect::<Vec<_>>());
        }
        _ => append(variables, &key, value),
    }
}

/// Text that may stand several times, a line each.
fn append(variables: &mut Metadata, key: &str, text: &str) {
    let joined = match variables.get(key).and_then(Value::as_str) {
        Some(before) => format!("{before}\n{text}"),
        None => text.to_owned(),
    };
    variables.insert(key, joined);
}

/// Sign and length of the rows' and the columns' axis, and whether the columns' comes first.
type Resolution = ((bool, usize), (bool, usize), bool);

fn resolution_of(line: &str) -> Result<Resolution> {
    let bad = || {
        let line: String = line.chars().take(80).collect();
        Error::corrupt(format!("the resolution line is {line:?}"))
    };
    let words: Vec<&str> = line.split_whitespace().take(5).collect();
    let [first, first_len, second, second_len] = *words.as_slice() else {
        return Err(bad());
    };
    let len = |text: &str| text.parse::<u32>().ok().filter(|len| *len > 0);
    let (Some(first_len), Some(second_len)) = (len(first_len), len(second_len)) else {
        return Err(bad());
    };
    let axis = |word: &str, len: u32| (word.starts_with('+'), len as usize);
    match (first, second) {
        ("-Y" | "+Y", "-X" | "+X") => Ok((axis(first, first_len), axis(second, second_len), false)),
        ("-X" | "+X", "-Y" | "+Y") => Ok((axis(second, second_len), axis(first, first_len), true)),
        _ => Err(bad()),
    }
}
