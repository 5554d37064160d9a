//! The scan information of LSM: blocks in blocks, each entry with its number, type and size.

use imageio_core::{Error, Metadata, Result, Value};

use super::names::{ATTRIBUTES, BLOCKS, LISTS};
use crate::metadata::vendor::cursor::{Cursor, invalid};

const RECORDING: u32 = 0x1000_0000;
const END: u32 = 0xFFFF_FFFF;

/// Blocks inside blocks that are followed.
const MAX_DEPTH: usize = 64;

/// A block that is being read.
enum Open {
    /// Attributes, and where the block goes in the one around it: under a name, or at the end of a list.
    Block(Metadata),
    List(&'static str, Vec<Value>),
}

/// Everything up to the end of the recording.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Value> {
    if cursor.u32()? != RECORDING {
        return Err(invalid("the scan information"));
    }
    cursor.skip(8);
    let mut around: Vec<Open> = Vec::new();
    let mut block = Open::Block(Metadata::new());
    loop {
        let (number, kind, size) = (cursor.u32()?, cursor.u32()?, cursor.u32()?);
        let value = match kind {
            2 => Value::from(cursor.text(size as usize)?),
            4 => Value::from(cursor.i32()?),
            5 => Value::from(cursor.f64()?),
            _ => {
                cursor.skip(size.into());
                Value::from(0)
            }
        };
        if number == END {
            let Some(outer) = around.pop() else {
                return Ok(close(block));
            };
            block = put(outer, block);
        } else if let Some((_, name)) = LISTS.iter().find(|(known, _)| *known == number) {
            around.push(std::mem::replace(&mut block, Open::List(name, Vec::new())));
        } else if BLOCKS.contains(&number) {
            around.push(std::mem::replace(&mut block, Open::Block(Metadata::new())));
        } else if let Open::Block(attributes) = &mut block {
            attributes.insert(name_of(number), value);
        }
        if around.len() > MAX_DEPTH {
            return Err(Error::corrupt(format!("{MAX_DEPTH} blocks in blocks")));
        }
    }
}

fn name_of(number: u32) -> String {
    match ATTRIBUTES.binary_search_by_key(&number, |(known, _)| *known) {
        Ok(at) => ATTRIBUTES[at].1.to_owned(),
        Err(_) => format!("Entry0x{number:x}"),
    }
}

/// Puts a finished block into the one around it.
fn put(outer: Open, inner: Open) -> Open {
    match (outer, inner) {
        (Open::Block(mut block), Open::List(name, list)) => {
            block.insert(name, Value::List(list));
            Open::Block(block)
        }
        (Open::List(name, mut list), inner) => {
            list.push(close(inner));
            Open::List(name, list)
        }
        // A block belongs into a list; without one it has no name.
        (outer @ Open::Block(_), Open::Block(_)) => outer,
    }
}

fn close(block: Open) -> Value {
    match block {
        Open::Block(block) => Value::from(block),
        Open::List(_, list) => Value::List(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(ATTRIBUTES.is_sorted_by_key(|(number, _)| *number));
        assert_eq!(name_of(0x4000_0019), "PixelTime");
        assert_eq!(name_of(0x7fff_0000), "Entry0x7fff0000");
    }
}
