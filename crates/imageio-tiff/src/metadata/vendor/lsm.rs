//! Zeiss LSM: the structure `CZ_LSMINFO` and what it points to (LSM 5/7 file format specification).

use imageio_core::{Metadata, Result, Value};

use super::cursor::{Cursor, Field, Layout, array, invalid, text_of};
use crate::format;
use crate::format::ifd::Entry;
use crate::format::lsm::Counts;
use crate::format::page::Page;
use crate::format::source::{ByteOrder, Source};

mod names;
mod scan;

const MAGIC: [u32; 2] = [0x0300_494c, 0x0400_494c];

/// The fields in their order; files of older versions end before the last ones.
const LAYOUT: &Layout = &[
    ("MagicNumber", Field::U32),
    ("StructureSize", Field::I32),
    ("DimensionX", Field::I32),
    ("DimensionY", Field::I32),
    ("DimensionZ", Field::I32),
    ("DimensionChannels", Field::I32),
    ("DimensionTime", Field::I32),
    ("DataType", Field::I32),
    ("ThumbnailX", Field::I32),
    ("ThumbnailY", Field::I32),
    ("VoxelSizeX", Field::F64),
    ("VoxelSizeY", Field::F64),
    ("VoxelSizeZ", Field::F64),
    ("OriginX", Field::F64),
    ("OriginY", Field::F64),
    ("OriginZ", Field::F64),
    ("ScanType", Field::U16),
    ("SpectralScan", Field::U16),
    ("TypeOfData", Field::U32),
    ("OffsetVectorOverlay", Field::U32),
    ("OffsetInputLut", Field::U32),
    ("OffsetOutputLut", Field::U32),
    ("OffsetChannelColors", Field::U32),
    // Spelt as in the specification.
    ("TimeIntervall", Field::F64),
    ("OffsetChannelDataTypes", Field::U32),
    ("OffsetScanInformation", Field::U32),
    ("OffsetKsData", Field::U32),
    ("OffsetTimeStamps", Field::U32),
    ("OffsetEventList", Field::U32),
    ("OffsetRoi", Field::U32),
    ("OffsetBleachRoi", Field::U32),
    ("OffsetNextRecording", Field::U32),
    ("DisplayAspectX", Field::F64),
    ("DisplayAspectY", Field::F64),
    ("DisplayAspectZ", Field::F64),
    ("DisplayAspectTime", Field::F64),
    ("OffsetMeanOfRoisOverlay", Field::U32),
    ("OffsetTopoIsolineOverlay", Field::U32),
    ("OffsetTopoProfileOverlay", Field::U32),
    ("OffsetLinescanOverlay", Field::U32),
    ("ToolbarFlags", Field::U32),
    ("OffsetChannelWavelength", Field::U32),
    ("OffsetChannelFactors", Field::U32),
    ("ObjectiveSphereCorrection", Field::F64),
    ("OffsetUnmixParameters", Field::U32),
    ("OffsetAcquisitionParameters", Field::U32),
    ("OffsetCharacteristics", Field::U32),
    ("OffsetPalette", Field::U32),
    ("TimeDifferenceX", Field::F64),
    ("TimeDifferenceY", Field::F64),
    ("TimeDifferenceZ", Field::F64),
    ("InternalUse1", Field::U32),
    ("DimensionP", Field::I32),
    ("DimensionM", Field::I32),
    ("DimensionsReserved", Field::Many(&Field::I32, 16)),
    ("OffsetTilePositions", Field::U32),
    ("", Field::Skip(36)),
    ("OffsetPositions", Field::U32),
];

/// How a structure that an offset leads to is read.
type Reader = fn(&mut Cursor<'_>) -> Result<Value>;

/// Structures by the name of their offset.
const PARTS: &[(&str, &str, Reader)] = &[
    ("ScanInformation", "OffsetScanInformation", scan::read),
    ("TimeStamps", "OffsetTimeStamps", time_stamps),
    ("EventList", "OffsetEventList", events),
    ("ChannelColors", "OffsetChannelColors", colours),
    ("Positions", "OffsetPositions", positions),
    ("TilePositions", "OffsetTilePositions", positions),
    ("InputLut", "OffsetInputLut", lookup_table),
    ("OutputLut", "OffsetOutputLut", lookup_table),
    ("ChannelDataTypes", "OffsetChannelDataTypes", data_types),
    ("ChannelWavelength", "OffsetChannelWavelength", wavelengths),
];

/// The fields alone, which is enough to know the axes.
pub(crate) fn header(source: &Source, entry: &Entry) -> Result<Metadata> {
    let mut cursor = Cursor::new(source, entry.at);
    let (magic, size) = (cursor.u32()?, cursor.u32()?);
    if source.order() != ByteOrder::Little || !MAGIC.contains(&magic) {
        return Err(invalid("CZ_LSMINFO"));
    }
    Cursor::new(source, entry.at).record(LAYOUT, size as usize)
}

/// How often places and times were visited; once where the fields cannot be read.
pub(crate) fn counts(source: &Source, entry: &Entry) -> Counts {
    let info = header(source, entry).unwrap_or_default();
    let count = |key: &str| {
        let count = info.get(key).and_then(Value::as_i64).unwrap_or(1);
        usize::try_from(count.max(1)).unwrap_or(1)
    };
    Counts {
        positions: count("DimensionP").saturating_mul(count("DimensionM")),
        times: count("DimensionTime"),
    }
}

/// The numbers of bits, where LSM has put them.
pub(super) fn bits(source: &Source, _page: &Page, entry: &Entry) -> Result<Value> {
    if source.lsm().is_none() || entry.count != 2 {
        return source.value(entry);
    }
    let stored = source.integers(entry, 0..2)?;
    match stored[..] {
        [a, b] => Ok(Value::from(format::lsm::bits(
            source,
            [a as u16, b as u16],
        )?)),
        _ => source.value(entry),
    }
}

/// The fields, and the structures that they lead to.
pub(super) fn read(source: &Source, entry: &Entry) -> Result<Value> {
    let mut info = header(source, entry)?;
    for (name, offset, reader) in PARTS {
        let Some(at) = info.get(offset).and_then(Value::as_i64) else {
            continue;
        };
        if at < 8 {
            continue;
        }
        match reader(&mut Cursor::new(source, at as u64)) {
            Ok(value) => {
                info.insert(*name, value);
            }
            Err(error) => source.warn(format!("CZ_LSMINFO: {name}: {}", error.message())),
        }
    }
    Ok(Value::from(info))
}

fn time_stamps(cursor: &mut Cursor<'_>) -> Result<Value> {
    let (size, count) = (cursor.u32()?, cursor.u32()?);
    let count = cursor.count(count, 8)?;
    if size as usize != 8 + 8 * count {
        return Err(invalid("a block of time stamps"));
    }
    array(&[count], cursor.numbers(count, f64::from_bits)?)
}

/// Time, type and text of each event.
fn events(cursor: &mut Cursor<'_>) -> Result<Value> {
    let _size = cursor.u32()?;
    let count = cursor.u32()?;
    let count = cursor.count(count, 16)?;
    let mut events = Vec::with_capacity(count.min(4096));
    for _ in 0..count {
        let size = cursor.u32()?;
        let (time, kind) = (cursor.f64()?, cursor.u32()?);
        let text = cursor.text((size as usize).saturating_sub(16))?;
        events.push(Value::List(vec![time.into(), kind.into(), text.into()]));
    }
    Ok(Value::List(events))
}

fn colours(cursor: &mut Cursor<'_>) -> Result<Value> {
    let start = cursor.position();
    let mut words = [0; 6];
    for word in &mut words {
        *word = cursor.u32()?;
    }
    let [size, colours, count, colours_at, names_at, mono] = words;
    if colours != count {
        return Err(invalid("a block of channel colours"));
    }
    let mut all = cursor.moved(start + u64::from(colours_at));
    let len = all.count(count, 4)?;
    let bytes = all.bytes(len * 4)?;
    let colours = bytes
        .chunks_exact(4)
        .map(|rgba| Value::List(rgba.iter().map(|&byte| Value::from(byte)).collect()));
    let len = size.saturating_sub(names_at) as usize;
    let names = cursor.moved(start + u64::from(names_at)).bytes(len)?;
    Ok(Value::from(Metadata::from_iter([
        ("Mono", Value::from(mono != 0)),
        ("Colors", Value::List(colours.collect())),
        ("ColorNames", Value::List(split_names(&names))),
    ])))
}

/// Texts with their length, NUL included, before them.
fn split_names(mut bytes: &[u8]) -> Vec<Value> {
    let mut names = Vec::new();
    while bytes.len() > 4 {
        let (len, rest) = bytes.split_at(4);
        let len = ByteOrder::Little.uint(len) as usize;
        let name = rest.get(..len.saturating_sub(1)).unwrap_or(rest);
        names.push(Value::from(text_of(name.to_vec())));
        bytes = rest.get(len..).unwrap_or_default();
    }
    names
}

fn positions(cursor: &mut Cursor<'_>) -> Result<Value> {
    let count = cursor.u32()?;
    let count = cursor.count(count, 24)?;
    array(&[count, 3], cursor.numbers(count * 3, f64::from_bits)?)
}

fn data_types(cursor: &mut Cursor<'_>) -> Result<Value> {
    let count = cursor.u32()?;
    let count = cursor.count(count, 4)?;
    array(&[count], cursor.numbers(count, |number| number as u32)?)
}

fn wavelengths(cursor: &mut Cursor<'_>) -> Result<Value> {
    let count = cursor.u32()?;
    let count = cursor.count(count, 16)?;
    array(&[count, 2], cursor.numbers(count * 2, f64::from_bits)?)
}

fn lookup_table(cursor: &mut Cursor<'_>) -> Result<Value> {
    let (size, blocks) = (cursor.u32()?, cursor.u32()?);
    let channels = cursor.u32()?;
    let (kind, advanced, current) = (cursor.u32()?, cursor.u32()?, cursor.u32()?);
    if size < 60 {
        return Err(invalid("a lookup table"));
    }
    cursor.skip(36);
    let mut all = Vec::new();
    for _ in 0..cursor.count(blocks, 8)? {
        let (kind, _size) = (cursor.i32()?, cursor.u32()?);
        let Some(data) = lookup_block(cursor, kind, channels)? else {
            break;
        };
        all.push(Value::from(Metadata::from_iter([
            ("Type", Value::from(kind)),
            ("Data", data),
        ])));
    }
    Ok(Value::from(Metadata::from_iter([
        ("LutType", Value::from(kind)),
        ("Advanced", Value::from(advanced)),
        ("NumberChannels", Value::from(channels)),
        ("CurrentChannel", Value::from(current)),
        ("SubBlocks", Value::List(all)),
    ])))
}

fn lookup_block(cursor: &mut Cursor<'_>, kind: i32, channels: u32) -> Result<Option<Value>> {
    Ok(Some(match kind {
        // Gamma, brightness, contrast.
        1..=3 => {
            let count = cursor.count(channels, 8)?;
            array(&[count], cursor.numbers(count, f64::from_bits)?)?
        }
        // The specification calls these doubles, which they are not.
        4 => {
            let count = cursor.count(channels, 16)?;
            array(
                &[count, 2, 2],
                cursor.numbers(count * 4, |n| n as u32 as i32)?,
            )?
        }
        5 => {
            let knots = cursor.u32()?;
            let knots = cursor.count(knots, 8)?;
            let count = cursor.count(channels, knots.saturating_mul(8))?;
            let numbers = cursor.numbers(count * knots * 2, |n| n as u32 as i32)?;
            array(&[count, knots, 2], numbers)?
        }
        6 => {
            let count = cursor.count(channels, 8192)?;
            array(
                &[count, 4096],
                cursor.numbers(count * 4096, |n| n as u16 as i16)?,
            )?
        }
        _ => return Ok(None),
    }))
}
