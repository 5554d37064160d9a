//! Attributes by their type.

use imageio_core::{Metadata, NdImage, Rational, Value};

use super::channel::Channel;
use super::codec::Compression;

/// One attribute of a header.
pub(super) struct Attribute {
    /// Its value by its type; bytes where the type is unknown or the bytes do not fit it.
    pub(super) value: Value,
    /// What the decoder itself needs of it.
    pub(super) meaning: Meaning,
}

/// Attributes that tell where pixels are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    Channels(Vec<Channel>),
    Compression(Compression),
    Box([i32; 4]),
    Tiles(TileDescription),
    Text(String),
    Floats(Vec<f32>),
    Other,
}

/// Size of tiles, and which smaller pictures there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TileDescription {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) levels: Levels,
    /// Sizes of levels are rounded up.
    pub(super) rounds_up: bool,
}

/// Which smaller pictures a tiled part has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Levels {
    One,
    Mip,
    Rip,
}

/// Reads numbers one after the other, low byte first.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub(super) fn int(&mut self) -> Option<i32> {
        self.take().map(i32::from_le_bytes)
    }

    fn unsigned(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn float(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    fn double(&mut self) -> Option<f64> {
        self.take().map(f64::from_le_bytes)
    }

    pub(super) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(first)
    }

    /// Text up to a zero byte.
    pub(super) fn name(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let name = text(self.bytes(end)?);
        self.byte()?;
        Some(name)
    }

    fn list<T: Into<Value>>(
        &mut self,
        count: usize,
        read: fn(&mut Self) -> Option<T>,
    ) -> Option<Value> {
        let values: Option<Vec<Value>> = (0..count).map(|_| read(self).map(Into::into)).collect();
        values.map(Value::List)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The attribute that `data` of type `kind` holds.
pub(super) fn parse(kind: &str, data: Vec<u8>) -> Attribute {
    let mut fields = Fields(&data);
    let parsed = parse_meaning(kind, &mut fields).or_else(|| {
        fields = Fields(&data);
        parse_value(kind, &mut fields).map(|value| (value, Meaning::Other))
    });
    // What is longer than its type is another thing than its type says.
    match parsed.filter(|_| fields.0.is_empty()) {
        Some((value, meaning)) => Attribute { value, meaning },
        None => Attribute {
            value: Value::Bytes(data),
            meaning: Meaning::Other,
        },
    }
}

fn parse_meaning(kind: &str, fields: &mut Fields<'_>) -> Option<(Value, Meaning)> {
    match kind {
        "chlist" => {
            let channels = Channel::parse_list(fields)?;
            let value: Vec<Value> = channels.iter().map(Channel::describe).collect();
            Some((value.into(), Meaning::Channels(channels)))
        }
        "compression" => {
            let compression = Compression::from_code(fields.byte()?);
            let value = compression.name();
            Some((value.into(), Meaning::Compression(compression)))
        }
        "box2i" => {
            let corners = [fields.int()?, fields.int()?, fields.int()?, fields.int()?];
            Some((corners.into(), Meaning::Box(corners)))
        }
        "tiledesc" => tiles(fields),
        "string" => {
            let all = text(std::mem::take(&mut fields.0));
            Some((all.as_str().into(), Meaning::Text(all)))
        }
        "chromaticities" => {
            let floats: Option<Vec<f32>> = (0..8).map(|_| fields.float()).collect();
            let floats = floats?;
            let value: Vec<Value> = floats.iter().copied().map(Value::from).collect();
            Some((value.into(), Meaning::Floats(floats)))
        }
        _ => None,
    }
}

fn tiles(fields: &mut Fields<'_>) -> Option<(Value, Meaning)> {
    let (width, height, mode) = (fields.unsigned()?, fields.unsigned()?, fields.byte()?);
    let (levels, name) = match mode & 15 {
        0 => (Levels::One, "one"),
        1 => (Levels::Mip, "mipmap"),
        2 => (Levels::Rip, "ripmap"),
        _ => return None,
    };
    let (rounds_up, rounding) = match mode >> 4 {
        0 => (false, "down"),
        1 => (true, "up"),
        _ => return None,
    };
    let value: Metadata = [
        ("xSize", Value::from(width)),
        ("ySize", height.into()),
        ("levelMode", name.into()),
        ("roundingMode", rounding.into()),
    ]
    .into_iter()
    .collect();
    let description = TileDescription {
        width,
        height,
        levels,
        rounds_up,
    };
    Some((value.into(), Meaning::Tiles(description)))
}

fn parse_value(kind: &str, fields: &mut Fields<'_>) -> Option<Value> {
    let one_of = |names: &[&'static str], code: u8| {
        let name = names.get(usize::from(code)).copied();
        name.map_or(Value::from(code), Value::from)
    };
    Some(match kind {
        "box2f" => fields.list(4, Fields::float)?,
        "double" => fields.double()?.into(),
        "float" => fields.float()?.into(),
        "int" => fields.int()?.into(),
        "lineOrder" => one_of(
            &["increasing y", "decreasing y", "random y"],
            fields.byte()?,
        ),
        "envmap" => one_of(&["latlong", "cube"], fields.byte()?),
        "deepImageState" => one_of(
            &["messy", "sorted", "non-overlapping", "tidy"],
            fields.byte()?,
        ),
        "keycode" => named(
            fields,
            &[
                "filmMfcCode",
                "filmType",
                "prefix",
                "count",
                "perfOffset",
                "perfsPerFrame",
                "perfsPerCount",
            ],
            Fields::int,
        )?,
        "timecode" => named(fields, &["timeAndFlags", "userData"], Fields::unsigned)?,
        "rational" => {
            let (numerator, denominator) = (fields.int()?, fields.unsigned()?);
            Rational::new(numerator.into(), denominator.into()).into()
        }
        "m33f" => fields.list(9, Fields::float)?,
        "m33d" => fields.list(9, Fields::double)?,
        "m44f" => fields.list(16, Fields::float)?,
        "m44d" => fields.list(16, Fields::double)?,
        "v2i" => fields.list(2, Fields::int)?,
        "v2f" => fields.list(2, Fields::float)?,
        "v2d" => fields.list(2, Fields::double)?,
        "v3i" => fields.list(3, Fields::int)?,
        "v3f" => fields.list(3, Fields::float)?,
        "v3d" => fields.list(3, Fields::double)?,
        "floatvector" => fields.list(fields.0.len() / 4, Fields::float)?,
        "stringvector" => texts(fields)?,
        "preview" => preview(fields)?,
        _ => return None,
    })
}

fn named<'a, T: Into<Value>>(
    fields: &mut Fields<'a>,
    names: &[&str],
    read: fn(&mut Fields<'a>) -> Option<T>,
) -> Option<Value> {
    let mut map = Metadata::new();
    for name in names {
        map.insert(*name, read(fields)?);
    }
    Some(map.into())
}

fn texts(fields: &mut Fields<'_>) -> Option<Value> {
    let mut texts = Vec::new();
    while !fields.0.is_empty() {
        let len = usize::try_from(fields.unsigned()?).ok()?;
        texts.push(Value::from(text(fields.bytes(len)?)));
    }
    Some(texts.into())
}

/// A small RGBA picture.
fn preview(fields: &mut Fields<'_>) -> Option<Value> {
    let (width, height) = (fields.unsigned()? as usize, fields.unsigned()? as usize);
    let len = width.checked_mul(height)?.checked_mul(4)?;
    let pixels = fields.bytes(len)?.to_vec();
    let picture = NdImage::from_vec(&[height, width, 4], pixels).ok()?;
    Some(picture.into())
}
