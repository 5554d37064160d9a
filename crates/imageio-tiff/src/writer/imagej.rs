//! The description of an ImageJ hyperstack, and what such a file can hold.

use std::fmt::Write as _;

use imageio_core::{DType, Error, Metadata, Result, Value};

use super::layout::Asked;
use crate::format::build::{Tag, Width, kind};
use crate::format::source::ByteOrder;
use crate::options::{Photometric, PlanarConfig};

/// Keys of the metadata that become a tag of their own, with their names in it.
const BLOCKS: [(&str, &[u8; 4]); 8] = [
    ("Info", b"info"),
    ("Labels", b"labl"),
    ("Ranges", b"rang"),
    ("LUTs", b"luts"),
    ("Plot", b"plot"),
    ("ROI", b"roi "),
    ("Overlays", b"over"),
    ("Properties", b"prop"),
];

/// Keys of the metadata that the description tells in its own way.
const SAID: [&str; 10] = [
    "images",
    "channels",
    "slices",
    "frames",
    "SCIFIO",
    "ImageJ",
    "hyperstack",
    "mode",
    "loop",
    "axes",
];

const IJ_METADATA_COUNTS: u16 = 50838;
const IJ_METADATA: u16 = 50839;

/// Settles what ImageJ decides by itself.
///
/// # Errors
/// `Unsupported` for what it cannot hold.
pub(super) fn settle(shape: &[usize], dtype: DType, asked: &mut Asked<'_>) -> Result<()> {
    if !matches!(dtype, DType::U8 | DType::U16 | DType::I16 | DType::F32) {
        return Err(Error::unsupported(format!(
            "ImageJ holds uint8, uint16, int16 and float32, not {dtype}"
        )));
    }
    if asked.planar == Some(PlanarConfig::Separate) {
        return Err(Error::unsupported("ImageJ holds no planes of samples"));
    }
    let mut rgb = asked.photometric.map(|it| it == Photometric::Rgb);
    if dtype != DType::U8 {
        if rgb == Some(true) {
            return Err(Error::unsupported(format!(
                "ImageJ holds no RGB of {dtype}"
            )));
        }
        rgb = Some(false);
    }
    if asked.colormap {
        rgb = Some(false);
    }
    let stack = hyperstack(shape, rgb, asked.axes)?;
    asked.planar = None;
    if matches!(stack[5], 3 | 4) {
        asked.photometric = Some(Photometric::Rgb);
        asked.planar = Some(PlanarConfig::Contig);
    } else if asked.colormap && dtype == DType::U8 {
        asked.photometric = Some(Photometric::Palette);
    } else if asked.photometric.is_none() {
        asked.photometric = Some(Photometric::MinIsBlack);
    }
    Ok(())
}

/// The shape in the order `TZCYXS`.
pub(super) fn hyperstack(
    shape: &[usize],
    rgb: Option<bool>,
    axes: Option<&str>,
) -> Result<[usize; 6]> {
    let refuse = |what: &str| {
        Err(Error::bad_option(format!(
            "an ImageJ hyperstack of shape {shape:?}: {what}"
        )))
    };
    let ndim = shape.len();
    if !(1..=6).contains(&ndim) {
        return refuse("it has 1 to 6 axes");
    }
    let mut stack = [1; 6];
    if let Some(axes) = axes {
        if axes.len() != ndim {
            return refuse(&format!("axes {axes:?} do not fit"));
        }
        let mut from = 0;
        for (letter, &size) in axes.to_ascii_uppercase().chars().zip(shape) {
            match "TZCYXS".find(letter).filter(|&place| place >= from) {
                Some(place) => (stack[place], from) = (size, place + 1),
                None => return refuse(&format!("axes {axes:?} are not in the order TZCYXS")),
            }
        }
        if !matches!(stack[5], 1 | 3 | 4) {
            return refuse("there are 1, 3 or 4 samples");
        }
        return Ok(stack);
    }
    let last = shape.last().copied().unwrap_or(1);
    let rgb = rgb.unwrap_or(matches!(last, 3 | 4) && ndim > 2);
    if rgb && !matches!(last, 3 | 4) {
        return refuse("it is no RGB image");
    }
    if !rgb && ndim == 6 && last != 1 {
        return refuse("it is no gray image");
    }
    let end = if rgb || last == 1 { 6 } else { 5 };
    for (place, &size) in stack[..end].iter_mut().rev().zip(shape.iter().rev()) {
        *place = size;
    }
    Ok(stack)
}

/// The text of the description.
pub(super) fn description(
    shape: &[usize],
    (rgb, colormap): (Option<bool>, bool),
    axes: Option<&str>,
    metadata: &Metadata,
) -> Result<String> {
    let rgb = if colormap { Some(false) } else { rgb };
    let stack = hyperstack(shape, rgb, axes)?;
    let [frames, slices, channels, _, _, samples] = stack;
    let flag = |key: &str| metadata.get(key).and_then(Value::as_bool);
    let said = |key: &str| metadata.get(key).map(ToString::to_string);
    let hyperstack = flag("hyperstack").or(colormap.then_some(false));
    let mode = said("mode").or_else(|| {
        let gray = !matches!(samples, 3 | 4) && !colormap;
        gray.then(|| "grayscale".to_owned())
    });
    let mut text = format!(
        "ImageJ={}\nimages={}\n",
        said("ImageJ").unwrap_or_else(|| "1.11a".to_owned()),
        frames * slices * channels
    );
    for (name, count) in [
        ("channels", channels),
        ("slices", slices),
        ("frames", frames),
    ] {
        if count > 1 {
            let _ = writeln!(text, "{name}={count}");
        }
    }
    let stacked = hyperstack.unwrap_or(true);
    let _ = writeln!(text, "hyperstack={stacked}");
    if let Some(mode) = mode.filter(|_| stacked) {
        let _ = writeln!(text, "mode={mode}");
    }
    if flag("loop").is_some() || frames > 1 {
        let _ = writeln!(text, "loop={}", flag("loop").unwrap_or(false));
    }
    let own = |key: &str| {
        BLOCKS
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(key))
    };
    for (key, value) in metadata.iter() {
        if !SAID.contains(&key) && !own(key) && *value != Value::Null {
            let _ = writeln!(text, "{}={value}", key.to_ascii_lowercase());
        }
    }
    Ok(text)
}

/// The two tags that hold what the description has no place for.
pub(super) fn tags(metadata: &Metadata, width: Width) -> Result<Vec<Tag>> {
    let mut header = match width.order {
        ByteOrder::Big => b"IJIJ".to_vec(),
        ByteOrder::Little => b"JIJI".to_vec(),
    };
    let mut counts = vec![0u32];
    let mut body = Vec::new();
    for (key, name) in BLOCKS {
        let value = metadata
            .get(key)
            .or_else(|| metadata.get(&key.to_ascii_lowercase()));
        let Some(value) = value.filter(|value| **value != Value::Null) else {
            continue;
        };
        let blocks = blocks(key, value, width)?;
        let mut name = *name;
        if width.order == ByteOrder::Little {
            name.reverse();
        }
        header.extend(name);
        header.extend(width.long(blocks.len() as u32));
        for block in blocks {
            counts.push(block.len() as u32);
            body.extend(block);
        }
    }
    if counts.len() == 1 {
        return Ok(Vec::new());
    }
    counts[0] = header.len() as u32;
    header.extend(body);
    Ok(vec![
        Tag::bytes(IJ_METADATA, kind::BYTE, header).once(),
        width.longs(IJ_METADATA_COUNTS, &counts).once(),
    ])
}

fn blocks(key: &str, value: &Value, width: Width) -> Result<Vec<Vec<u8>>> {
    let text = |text: &str| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| width.short(unit))
            .collect()
    };
    let bad = || Error::bad_option(format!("metadata `{key}`: a {}", value.type_name()));
    Ok(match (key, value) {
        ("Ranges", Value::List(values)) => {
            let numbers = values.iter().map(|it| it.as_f64().ok_or_else(bad));
            let numbers = numbers.collect::<Result<Vec<f64>>>()?;
            let bytes = numbers.iter().flat_map(|it| width.long8(it.to_bits()));
            vec![bytes.collect()]
        }
        ("Properties", Value::Map(map)) => map
            .iter()
            .flat_map(|(key, value)| [text(key), text(&value.to_string())])
            .collect(),
        ("Info" | "Labels" | "Properties", Value::List(values)) => {
            values.iter().map(|it| text(&it.to_string())).collect()
        }
        ("Info" | "Labels" | "Properties", one) => vec![text(&one.to_string())],
        (_, Value::List(values)) => values
            .iter()
            .map(|it| block(it).ok_or_else(bad))
            .collect::<Result<_>>()?,
        (_, one) => vec![block(one).ok_or_else(bad)?],
    })
}

fn block(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Array(array) if array.dtype() == DType::U8 => Some(array.as_bytes().into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyperstack_is_described_as_tifffile_does() {
        let text = description(&[51, 5, 2, 196, 171], (None, false), None, &Metadata::new());
        let expected = "ImageJ=1.11a\nimages=510\nchannels=2\nslices=5\nframes=51\nhyperstack=true\n\
                        mode=grayscale\nloop=false\n";
        assert_eq!(text.as_deref().ok(), Some(expected));
        let axes = hyperstack(&[4, 6, 7], None, Some("ZYX"));
        assert_eq!(axes.ok(), Some([1, 4, 1, 6, 7, 1]));
        assert!(hyperstack(&[4, 6, 7], None, Some("XYZ")).is_err());
    }
}
