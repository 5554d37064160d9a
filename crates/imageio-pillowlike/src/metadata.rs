//! What the plugin adds to a decoder's info.

use imageio_core::{Metadata, NdImage, Value};

use crate::convert;
use crate::format::{FrameInfo, Mode, exif};

/// `stored` with `mode`, `shape` as (width, height), and the EXIF tags of the main image by name.
///
/// Without `exclude_applied` the orientation and the palette are in it too.
pub(crate) fn complete(stored: Metadata, info: &FrameInfo, exclude_applied: bool) -> Metadata {
    let mut metadata = stored;
    let palette = metadata.remove("palette");
    metadata.insert("mode", convert::stored_name(info));
    metadata.insert("shape", [info.width, info.height]);
    if info.mode == Mode::Palette && !exclude_applied {
        metadata.insert("palette", palette.map_or(Value::Null, palette_array));
    }
    let tags = metadata
        .get("exif")
        .and_then(Value::as_bytes)
        .map(exif::parse);
    // A broken EXIF block is no reason to refuse the rest; its bytes stay under `exif`.
    if let Some(Ok(tags)) = tags {
        for (name, value) in tags {
            let is_left_out = exclude_applied && name == "Orientation";
            if !is_left_out && !metadata.contains_key(&name) {
                metadata.insert(name, value);
            }
        }
    }
    metadata
}

/// RGB or RGBA bytes as an array of one colour a row.
fn palette_array(palette: Value) -> Value {
    let Value::Map(map) = palette else {
        return palette;
    };
    let channels = map
        .get("channels")
        .and_then(Value::as_i64)
        .and_then(|n| usize::try_from(n).ok());
    let colors = map.get("colors").and_then(Value::as_bytes);
    match (channels, colors) {
        (Some(channels), Some(colors)) if channels > 0 && colors.len() % channels == 0 => {
            let shape = [colors.len() / channels, channels];
            NdImage::from_vec(&shape, colors.to_vec()).map_or(Value::Null, Value::from)
        }
        _ => Value::Null,
    }
}
