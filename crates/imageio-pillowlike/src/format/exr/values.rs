//! From metadata to attributes of a header.

use imageio_core::{DType, Error, Metadata, Result, Value};

/// Attributes that say how the pixels are stored, and what reading adds; each file has its own.
const OF_THE_FILE: [&str; 14] = [
    "channels",
    "chunkCount",
    "compression",
    "dataWindow",
    "displayWindow",
    "layers",
    "levels",
    "lineOrder",
    "maxSamplesPerPixel",
    "mode",
    "shape",
    "tiles",
    "type",
    "version",
];

/// An attribute on its way into a header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) data: Vec<u8>,
}

/// What of a file's metadata is written again: all but how its pixels are stored, and what has no known type.
pub(crate) fn kept(metadata: &Metadata) -> Option<Metadata> {
    if !metadata.contains_key("channels") || !metadata.contains_key("dataWindow") {
        return None;
    }
    let known = metadata.iter().filter(|(name, value)| {
        let is_window = ["dataWindow", "displayWindow"].contains(name);
        is_window || attribute(name, value).is_some()
    });
    Some(known.map(|(name, value)| (name, value.clone())).collect())
}

/// The attributes that the values are, but for those of the file itself.
///
/// # Errors
/// `BadOption` naming the attribute, where no type of attribute holds its value.
pub(super) fn attributes(values: &Metadata) -> Result<Vec<Written>> {
    let named = values.iter();
    let asked = named.filter(|(name, _)| !OF_THE_FILE.contains(name));
    let written = asked.map(|(name, value)| {
        attribute(name, value).ok_or_else(|| {
            Error::bad_option(format!(
                "option `attributes`: no attribute `{name}` holds {} {value}",
                value.type_name()
            ))
        })
    });
    written.collect()
}

/// The four corners that a window has, where it is one.
pub(super) fn window(values: &Metadata, name: &str) -> Option<[i32; 4]> {
    let corners = values.get(name)?.as_list()?;
    let corners: Option<Vec<i32>> = corners
        .iter()
        .map(|corner| i32::try_from(corner.as_i64()?).ok())
        .collect();
    corners?.try_into().ok()
}

fn attribute(name: &str, value: &Value) -> Option<Written> {
    let fits = (1..=255).contains(&name.len()) && !name.contains('\0');
    if !fits || OF_THE_FILE.contains(&name) {
        return None;
    }
    let (kind, data) = match (name, value) {
        ("envmap", Value::Str(text)) => {
            let code = ["latlong", "cube"].iter().position(|it| it == text)?;
            ("envmap", vec![code as u8])
        }
        (_, Value::Str(text)) => ("string", text.clone().into_bytes()),
        (_, Value::Int(_)) => ("int", int(value)?),
        (_, Value::Float(number)) => {
            // The narrower type, where it loses nothing.
            let narrow = f64::from(*number as f32);
            if narrow.to_bits() == number.to_bits() {
                ("float", float(value)?)
            } else {
                ("double", number.to_le_bytes().to_vec())
            }
        }
        (_, Value::Rational(number)) => {
            let numerator = i32::try_from(number.numerator).ok()?.to_le_bytes();
            let denominator = u32::try_from(number.denominator).ok()?.to_le_bytes();
            ("rational", [numerator, denominator].concat())
        }
        (_, Value::List(values)) => list(name, values)?,
        (_, Value::Map(map)) => map_of_numbers(map)?,
        ("preview", Value::Array(picture)) => match picture.shape() {
            [height, width, 4] if picture.dtype() == DType::U8 => {
                let size = [u32::try_from(*width).ok()?, u32::try_from(*height).ok()?];
                let mut data: Vec<u8> = size.into_iter().flat_map(u32::to_le_bytes).collect();
                data.extend(picture.as_bytes().iter());
                ("preview", data)
            }
            _ => return None,
        },
        _ => return None,
    };
    let name = name.to_owned();
    Some(Written { name, kind, data })
}

fn list(name: &str, values: &[Value]) -> Option<(&'static str, Vec<u8>)> {
    let all = |write: fn(&Value) -> Option<Vec<u8>>| -> Option<Vec<u8>> {
        let parts: Option<Vec<Vec<u8>>> = values.iter().map(write).collect();
        parts.map(|parts| parts.concat())
    };
    if values.iter().any(|value| value.as_str().is_some()) {
        let text = |value: &Value| {
            let text = value.as_str()?.as_bytes();
            let len = u32::try_from(text.len()).ok()?.to_le_bytes();
            Some([&len, text].concat())
        };
        return Some(("stringvector", all(text)?));
    }
    let whole = values.iter().all(|value| matches!(value, Value::Int(_)));
    match (values.len(), whole && !values.is_empty()) {
        (2, true) => Some(("v2i", all(int)?)),
        (3, true) => Some(("v3i", all(int)?)),
        (4, true) => Some(("box2i", all(int)?)),
        (2, _) => Some(("v2f", all(float)?)),
        (3, _) => Some(("v3f", all(float)?)),
        (4, _) => Some(("box2f", all(float)?)),
        (8, _) if name == "chromaticities" => Some(("chromaticities", all(float)?)),
        (9, _) => Some(("m33f", all(float)?)),
        (16, _) => Some(("m44f", all(float)?)),
        _ => Some(("floatvector", all(float)?)),
    }
}

/// Time codes and key codes.
fn map_of_numbers(map: &Metadata) -> Option<(&'static str, Vec<u8>)> {
    let kind = match (map.len(), map.contains_key("timeAndFlags")) {
        (2, true) => "timecode",
        (7, _) if map.contains_key("filmMfcCode") => "keycode",
        _ => return None,
    };
    let number = |(_, value): (&str, &Value)| {
        let number = value.as_i64()?;
        let word = u32::try_from(number).ok();
        word.or_else(|| i32::try_from(number).ok().map(|number| number as u32))
    };
    let words: Option<Vec<u32>> = map.iter().map(number).collect();
    Some((
        kind,
        words?.into_iter().flat_map(u32::to_le_bytes).collect(),
    ))
}

fn int(value: &Value) -> Option<Vec<u8>> {
    let number = i32::try_from(value.as_i64()?).ok()?;
    Some(number.to_le_bytes().to_vec())
}

fn float(value: &Value) -> Option<Vec<u8>> {
    Some((value.as_f64()? as f32).to_le_bytes().to_vec())
}
