//! The file's head: signature, version, and the attributes of each part.

use std::io::{BufRead, Read, Seek, SeekFrom};

use imageio_core::{Error, Limits, Metadata, Result, Value};

use super::attributes::{self, Attribute};
use super::part::{Part, Structure};
use crate::format::Input;

/// What a file begins with: 20000630, low byte first.
pub(super) const SIGNATURE: [u8; 4] = [0x76, 0x2f, 0x31, 0x01];

/// The version's flags.
const TILED: u32 = 0x200;
const LONG_NAMES: u32 = 0x400;
const DEEP: u32 = 0x800;
const SEVERAL_PARTS: u32 = 0x1000;

/// The longest name of an attribute or type.
const LONGEST_NAME: usize = 255;

/// What the file's head says.
pub(super) struct Head {
    pub(super) parts: Vec<Part>,
    /// Chunks begin with the number of their part.
    pub(super) numbered: bool,
    pub(super) file_len: u64,
}

/// Reads everything before the pixels, and works out where they are.
///
/// # Errors
/// `NotThisFormat` without the signature, `Unsupported` for another version, `Corrupt` for a broken header.
pub(super) fn read_head(input: &mut Input, limits: &Limits) -> Result<Head> {
    let file_len = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(0))?;
    let mut signature = [0; 4];
    let complete = input.read_exact(&mut signature).is_ok();
    if !complete || signature != SIGNATURE {
        return Err(Error::not_this_format(
            "the first bytes are not 76 2f 31 01",
        ));
    }
    let version = u32::from_le_bytes(bytes(input)?);
    let unknown = version & !(0xff | TILED | LONG_NAMES | DEEP | SEVERAL_PARTS);
    if !(1..=2).contains(&(version & 0xff)) || unknown != 0 {
        return Err(Error::unsupported(format!(
            "OpenEXR of version {version:#x}"
        )));
    }
    let numbered = version & SEVERAL_PARTS != 0;
    let structure = match version & (TILED | DEEP) {
        _ if numbered => Structure::ByType,
        TILED => Structure::Tiles,
        0 => Structure::Lines,
        _ => Structure::Deep,
    };
    let mut parts = Vec::new();
    while let Some(attributes) = read_attributes(input, file_len, limits)? {
        let number = parts.len();
        let part = Part::new(attributes, structure)
            .map_err(|error| error.at(format_args!("part {number}")))?;
        parts.push(part);
        if !numbered {
            break;
        }
    }
    if parts.is_empty() {
        return Err(Error::corrupt("a header without attributes"));
    }
    find_tables(&mut parts, input.position(), file_len)?;
    Ok(Head {
        parts,
        numbered,
        file_len,
    })
}

/// The tables of the chunks' places follow the headers, one after the other.
fn find_tables(parts: &mut [Part], start: u64, file_len: u64) -> Result<()> {
    let mut at = start;
    for (number, part) in parts.iter_mut().enumerate() {
        part.table = at;
        let count = part.chunk_count();
        at = at.saturating_add(count.saturating_mul(8));
        if at > file_len {
            let left = file_len.saturating_sub(part.table);
            return Err(Error::corrupt(format!(
                "part {number}: {count} chunks, whose places take more than the {left} bytes that follow"
            )));
        }
    }
    Ok(())
}

/// The attributes up to the empty name that ends them; nothing where there are none.
fn read_attributes(
    input: &mut Input,
    file_len: u64,
    limits: &Limits,
) -> Result<Option<Vec<(String, Attribute)>>> {
    let mut attributes = Vec::new();
    loop {
        let name = read_name(input)?;
        if name.is_empty() {
            return Ok(Some(attributes).filter(|attributes| !attributes.is_empty()));
        }
        let kind = read_name(input)?;
        let len = u32::from_le_bytes(bytes(input)?);
        let left = file_len.saturating_sub(input.position());
        if u64::from(len) > left {
            return Err(Error::corrupt(format!(
                "attribute `{name}`: {len} bytes, and {left} follow"
            )));
        }
        let mut data = limits.try_vec::<u8>(len as usize, "an attribute")?;
        input.read_exact(&mut data)?;
        attributes.push((name, attributes::parse(&kind, data)));
    }
}

/// Text that ends with a zero byte.
fn read_name(input: &mut Input) -> Result<String> {
    let mut name = Vec::new();
    let limit = LONGEST_NAME as u64 + 1;
    input.by_ref().take(limit).read_until(0, &mut name)?;
    if name.pop() != Some(0) {
        let len = name.len();
        return Err(Error::corrupt(format!(
            "a name that does not end after {len} bytes"
        )));
    }
    Ok(String::from_utf8_lossy(&name).into_owned())
}

fn bytes<const N: usize>(input: &mut Input) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// All attributes of a part by name, with what else there is to know of its channels.
pub(super) fn metadata_of(part: &Part) -> Metadata {
    let named = part.attributes.iter();
    let mut metadata: Metadata = named
        .map(|(name, attribute)| (name.clone(), attribute.value.clone()))
        .collect();
    let layers = part.layers();
    if !layers.is_empty() && !metadata.contains_key("layers") {
        let layers: Vec<Value> = layers.into_iter().map(Value::from).collect();
        metadata.insert("layers", layers);
    }
    if let Some(levels) = part.level_count().filter(|levels| *levels > 1) {
        metadata.insert("levels", levels);
    }
    metadata
}
