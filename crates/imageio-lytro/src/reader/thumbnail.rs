//! The small JPEG that the camera made of the picture.

use imageio_codecs::jpeg::{Area, Colours, FrameHeader, decode_u8, interchange};
use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, Value};

use super::open::read_chunk;
use super::{Content, LytroFormat, LytroReader};
use crate::format::json;

impl LytroReader {
    /// The decoded thumbnail and its size as the index tells it; nothing where there is none.
    pub(super) fn thumbnail(&self) -> Result<Option<Metadata>> {
        let Content::Container { container, index } = &self.content else {
            return Ok(None);
        };
        let list = match self.format {
            LytroFormat::Lfp => "/thumbnailArray/0",
            _ => "/thumbnails/0",
        };
        let Some(entry) = index.pointer(list) else {
            return Ok(None);
        };
        let reference = entry.get("imageRef").and_then(serde_json::Value::as_str);
        let Some(chunk) = reference.and_then(|reference| container.find(reference)) else {
            return Ok(None);
        };
        let bytes = read_chunk(&self.request, chunk, "the thumbnail")?;
        let image =
            decode(&bytes, &self.request.limits()).map_err(|error| error.at("thumbnail"))?;
        let number = |key| entry.get(key).cloned().map_or(Value::Null, json::to_value);
        let mut thumbnail = Metadata::new();
        thumbnail.insert("image", image);
        thumbnail.insert("height", number("height"));
        thumbnail.insert("width", number("width"));
        Ok(Some(thumbnail))
    }
}

fn decode(bytes: &[u8], limits: &Limits) -> Result<NdImage> {
    let bytes = interchange(None, bytes, Colours::AsMarked, limits)?;
    let frame = FrameHeader::find(&bytes)?;
    let (height, width) = (frame.height.into(), frame.width.into());
    let shape = match (frame.precision, frame.components.len()) {
        (8, 1) => vec![height, width],
        (8, 3) => vec![height, width, 3],
        (bits, channels) => {
            return Err(Error::unsupported(format!(
                "a JPEG of {channels} channels of {bits} bits"
            )));
        }
    };
    let len = limits.check_image(&shape, DType::U8)?;
    let mut pixels = limits.try_vec(len, "the thumbnail")?;
    decode_u8(&bytes, &frame, &Area::whole(&frame), &mut pixels, limits)?;
    NdImage::from_vec(&shape, pixels)
}
