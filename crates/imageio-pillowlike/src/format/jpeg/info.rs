//! Metadata by Pillow's names, from the segments before the first scan.

use imageio_core::{Metadata, Value};

use super::header::{Header, Segment, marker};
use crate::format::exif;
use imageio_codecs::jpeg::Coding;

pub(super) const EXIF: &[u8] = exif::PREFIX;
pub(super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
pub(super) const FLASHPIX: &[u8] = b"FPXR\0";
pub(super) const ICC: &[u8] = b"ICC_PROFILE\0";
pub(super) const MP: &[u8] = b"MPF\0";
pub(super) const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// Dots per inch of a file that states none, as Pillow has it.
const DEFAULT_DPI: f64 = 72.0;

/// What the segments of one picture say; `single` where the file holds no other picture.
pub(super) fn collect(header: &Header, single: bool) -> Metadata {
    let mut info = Metadata::new();
    let mut frame_seen = false;
    for segment in &header.segments {
        if segment.after_frame && !frame_seen {
            frame_seen = true;
            add_frame(header, &mut info);
        }
        add_segment(segment, single, &mut info);
    }
    if !frame_seen {
        add_frame(header, &mut info);
    }
    if !info.contains_key("dpi")
        && let Some(Value::Bytes(block)) = info.get("exif")
    {
        let dpi = dpi_in_exif(block).unwrap_or(DEFAULT_DPI);
        info.insert("dpi", [dpi, dpi]);
    }
    info
}

fn add_frame(header: &Header, info: &mut Metadata) {
    if header.frame.coding == Coding::Progressive {
        info.extend([("progressive", 1), ("progression", 1)]);
    }
    if let Some(profile) = icc_profile(&header.segments) {
        info.insert("icc_profile", profile);
    }
}

fn add_segment(segment: &Segment, single: bool, info: &mut Metadata) {
    let payload = segment.payload.as_slice();
    match segment.marker {
        marker::APP0 => add_jfif(payload, info),
        marker::APP1 if payload.starts_with(EXIF) => add_exif(payload, info),
        marker::APP1 => {
            info.insert("xmp", payload.get(XMP.len()..).unwrap_or_default());
        }
        marker::APP2 if payload.starts_with(FLASHPIX) => {
            info.insert("flashpix", payload);
        }
        marker::APP2 if payload.starts_with(MP) => {
            info.insert("mp", payload.get(MP.len()..).unwrap_or_default());
            if single {
                info.insert("mpoffset", segment.offset + MP.len() as u64);
            }
        }
        marker::APP13 => add_photoshop(payload, info),
        marker::APP14 => add_adobe(payload, info),
        marker::COM => {
            info.insert("comment", payload);
        }
        _ => {}
    }
}

/// JFIF 1.02, annex B.
fn add_jfif(payload: &[u8], info: &mut Metadata) {
    let &[_, _, _, _, _, major, minor, ref rest @ ..] = payload else {
        return;
    };
    info.insert("jfif", u16::from_be_bytes([major, minor]));
    info.insert("jfif_version", [major, minor]);
    let &[unit, x1, x0, y1, y0, ..] = rest else {
        return;
    };
    let density = [u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0])];
    let to_inches = match unit {
        1 => Some(1.0),
        2 => Some(2.54),
        _ => None,
    };
    if let Some(factor) = to_inches {
        info.insert("dpi", density.map(|dots| f64::from(dots) * factor));
    }
    info.insert("jfif_unit", unit);
    info.insert("jfif_density", density);
}

/// A block over 64 KiB goes on in the next segments, each with the prefix.
fn add_exif(payload: &[u8], info: &mut Metadata) {
    if let Some(Value::Bytes(mut block)) = info.get("exif").cloned() {
        block.extend(exif::without_prefix(payload));
        info.insert("exif", block);
    } else {
        info.insert("exif", payload);
    }
}

/// Adobe technical note 5116, section 18.
fn add_adobe(payload: &[u8], info: &mut Metadata) {
    if let Some(&[high, low]) = payload.get(5..7) {
        info.insert("adobe", u16::from_be_bytes([high, low]));
    }
    if let Some(&transform) = payload.get(11) {
        info.insert("adobe_transform", transform);
    }
}

/// The profile, put together from its parts (ICC.1:2022, annex B.4); null where parts are missing.
fn icc_profile(segments: &[Segment]) -> Option<Value> {
    let parts_of = |after_frame: bool| {
        let segments = segments
            .iter()
            .filter(move |s| s.marker == marker::APP2 && s.after_frame == after_frame);
        let parts = segments.filter_map(|segment| match segment.payload.strip_prefix(ICC)? {
            [number, count, data @ ..] => Some((*number, *count, data)),
            _ => None,
        });
        parts.collect::<Vec<_>>()
    };
    // Some files repeat the profile behind the frame header.
    let mut parts = parts_of(false);
    if parts.is_empty() {
        parts = parts_of(true);
    }
    parts.sort_by_key(|(number, ..)| *number);
    let (_, count, _) = *parts.first()?;
    if usize::from(count) != parts.len() {
        return Some(Value::Null);
    }
    let profile: Vec<u8> = parts
        .into_iter()
        .flat_map(|(_, _, data)| data)
        .copied()
        .collect();
    Some(profile.into())
}

/// Image resource blocks (Adobe Photoshop File Formats, "Image Resource Blocks"), by their number.
fn add_photoshop(payload: &[u8], info: &mut Metadata) {
    const RESOLUTION: u16 = 0x03ed;
    let mut resources = match info.get("photoshop") {
        Some(Value::Map(map)) => map.clone(),
        _ => Metadata::new(),
    };
    let mut rest = payload.get(PHOTOSHOP.len()..).unwrap_or_default();
    while let Some((number, data, after)) = resource(rest) {
        let value = match number {
            RESOLUTION => resolution(data).map(Value::Map),
            _ => Some(data.into()),
        };
        if let Some(value) = value {
            resources.insert(number.to_string(), value);
        }
        rest = after;
    }
    info.insert("photoshop", resources);
}

/// Number and data of the first resource, and what follows it. A resource that breaks off ends the list.
fn resource(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (&[n1, n0, name_len], rest) = bytes.strip_prefix(b"8BIM")?.split_first_chunk()?;
    // Name with its length, and data, are padded to an even number of bytes each.
    let name_len = (usize::from(name_len) + 1).next_multiple_of(2) - 1;
    let (&size, rest) = rest.get(name_len..)?.split_first_chunk()?;
    let size = usize::try_from(u32::from_be_bytes(size)).ok()?;
    let data = rest.get(..size.min(rest.len()))?;
    let after = rest
        .get(size.checked_next_multiple_of(2)?..)
        .unwrap_or_default();
    Some((u16::from_be_bytes([n1, n0]), data, after))
}

/// The resolution resource: dots per inch as 16.16 fixed point, and the units to show them in.
fn resolution(data: &[u8]) -> Option<Metadata> {
    let fixed = |at: usize| {
        let bytes = data.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(u32::from_be_bytes(bytes)) / 65536.0)
    };
    let unit = |at: usize| {
        let bytes = data.get(at..at + 2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    };
    let mut map = Metadata::new();
    map.insert("XResolution", fixed(0)?);
    map.insert("DisplayedUnitsX", unit(4)?);
    map.insert("YResolution", fixed(8)?);
    map.insert("DisplayedUnitsY", unit(12)?);
    Some(map)
}

/// Dots per inch that the EXIF tags state.
fn dpi_in_exif(block: &[u8]) -> Option<f64> {
    let tags = exif::parse(block).ok()?;
    let unit = tags.get("ResolutionUnit")?.as_i64()?;
    let resolution = tags.get("XResolution")?.as_f64()?;
    let dpi = if unit == 3 {
        resolution * 2.54
    } else {
        resolution
    };
    (!dpi.is_nan()).then_some(dpi)
}
