//! What the XML footer of version 3 says about the data.
//!
//! SPE 3.0 File Format Specification: `DataFormat` holds a `DataBlock` of type `Frame`, which holds one of type
//! `Region` for each region of interest; after the regions of a frame comes what its `MetaBlock` lists.

use imageio_core::{Error, Metadata, Result, Value};
use roxmltree::{Document, Node};

use super::data_type::DataType;

/// Blocks of fields that a frame may have; LightField writes one.
const MAX_BLOCKS: usize = 16;

/// Fields that a frame may have; the specification knows ten.
const MAX_FIELDS: usize = 256;

/// What the XML footer says about the data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footer {
    /// Number of frames.
    pub(crate) count: usize,
    /// Bytes of a frame's pixels.
    pub(crate) size: u64,
    /// Bytes from the start of a frame to the next.
    pub(crate) stride: u64,
    pub(crate) pixel_format: Option<DataType>,
    pub(crate) regions: Vec<RegionBlock>,
    /// What is stored behind the pixels of each frame.
    pub(crate) fields: Vec<FrameField>,
}

/// A region of interest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegionBlock {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) size: u64,
    pub(crate) stride: u64,
}

/// Something that is stored about each frame.
#[derive(Clone, Debug)]
pub(crate) struct FrameField {
    /// Name of the element, as `TimeStamp`.
    element: String,
    /// Which one of that name it is, as `ExposureStarted`.
    part: Option<String>,
    is_float: bool,
    bytes: usize,
}

impl Footer {
    /// Finds the description of the data.
    ///
    /// # Errors
    /// `Corrupt` where a number is missing or none.
    pub(crate) fn new(document: &Document<'_>) -> Result<Self> {
        let root = document.root_element();
        let frame = child(root, "DataFormat")
            .and_then(|format| blocks(format, "Frame").next())
            .ok_or_else(|| Error::corrupt("the XML footer describes no frame"))?;
        let region = |node| {
            Ok(RegionBlock {
                width: number(node, "width")?,
                height: number(node, "height")?,
                size: number(node, "size")?,
                stride: number(node, "stride")?,
            })
        };
        Ok(Footer {
            count: number(frame, "count")?,
            size: number(frame, "size")?,
            stride: number(frame, "stride")?,
            pixel_format: frame
                .attribute("pixelFormat")
                .and_then(DataType::from_pixel_format),
            regions: blocks(frame, "Region").map(region).collect::<Result<_>>()?,
            fields: fields(root, frame.attribute("metaFormat").unwrap_or_default())?,
        })
    }

    /// Bytes of what is stored about each frame.
    pub(crate) fn fields_len(&self) -> usize {
        self.fields
            .iter()
            .map(|field| field.bytes)
            .fold(0, usize::saturating_add)
    }

    /// What `bytes` say about one frame, by element and part.
    pub(crate) fn read_fields(&self, mut bytes: &[u8]) -> Metadata {
        let mut found = Metadata::new();
        for field in &self.fields {
            let Some((own, rest)) = bytes.split_at_checked(field.bytes) else {
                break;
            };
            bytes = rest;
            let value = field.read(own);
            match &field.part {
                None => _ = found.insert(field.element.as_str(), value),
                Some(part) => {
                    let mut parts = match found.get(&field.element) {
                        Some(Value::Map(parts)) => parts.clone(),
                        _ => Metadata::new(),
                    };
                    parts.insert(part.as_str(), value);
                    found.insert(field.element.as_str(), parts);
                }
            }
        }
        found
    }
}

impl FrameField {
    fn new(node: Node<'_, '_>) -> Result<Self> {
        let bits: usize = number(node, "bitDepth")?;
        if bits == 0 || bits > 64 || !bits.is_multiple_of(8) {
            return Err(Error::corrupt(format!(
                "a field of {bits} bits for each frame"
            )));
        }
        let part = node.attribute("event").or(node.attribute("component"));
        Ok(FrameField {
            element: node.tag_name().name().to_owned(),
            part: part.map(str::to_owned),
            is_float: node.attribute("type") == Some("Double"),
            bytes: bits / 8,
        })
    }

    fn read(&self, bytes: &[u8]) -> Value {
        if self.is_float {
            return bytes.try_into().ok().map(f64::from_le_bytes).into();
        }
        let mut wide = [0; 8];
        for (to, from) in wide.iter_mut().zip(bytes) {
            *to = *from;
        }
        // Shifting up and down again brings the sign along.
        let unused = 64 - 8 * bytes.len().min(8) as u32;
        (i64::from_le_bytes(wide).checked_shl(unused).unwrap_or(0) >> unused.min(63)).into()
    }
}

/// The fields of the `MetaBlock`s that `ids` names, with commas between.
fn fields(root: Node<'_, '_>, ids: &str) -> Result<Vec<FrameField>> {
    let Some(format) = child(root, "MetaFormat") else {
        return Ok(Vec::new());
    };
    let mut fields = Vec::new();
    for id in ids
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .take(MAX_BLOCKS)
    {
        let block = elements(format)
            .find(|node| node.has_tag_name_local("MetaBlock") && node.attribute("id") == Some(id));
        for node in block.iter().flat_map(|block| elements(*block)) {
            fields.push(FrameField::new(node)?);
        }
        if fields.len() > MAX_FIELDS {
            return Err(Error::corrupt(format!(
                "more than {MAX_FIELDS} fields for each frame"
            )));
        }
    }
    Ok(fields)
}

fn elements<'a, 'input: 'a>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

fn child<'a, 'input: 'a>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    elements(node).find(|child| child.has_tag_name_local(name))
}

fn blocks<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    kind: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    elements(node).filter(move |child| {
        child.has_tag_name_local("DataBlock") && child.attribute("type") == Some(kind)
    })
}

/// The attribute `name` of `node` as a number.
fn number<T: std::str::FromStr>(node: Node<'_, '_>, name: &str) -> Result<T> {
    let text = node.attribute(name).unwrap_or_default();
    text.trim().parse().map_err(|_| {
        let element = node.tag_name().name();
        Error::corrupt(format!(
            "{name} of {element} in the XML footer is \"{text}\", not a number"
        ))
    })
}

/// Names without regard to the namespace, whose year differs between versions.
trait LocalName {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.tag_name().name() == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::xml;

    const FIELDS: &str = r#"<SpeFormat><DataFormat>
        <DataBlock type="Frame" count="2" pixelFormat="MonochromeUnsigned32" size="8" stride="40" metaFormat="4, 5">
            <DataBlock type="Region" count="1" size="8" stride="8" width="2" height="1"/>
        </DataBlock></DataFormat>
        <MetaFormat>
            <MetaBlock id="9"><FrameTrackingNumber type="Int64" bitDepth="64"/></MetaBlock>
            <MetaBlock id="4">
                <TimeStamp event="ExposureStarted" type="Int64" bitDepth="64" resolution="1000000"/>
                <FrameTrackingNumber type="Int64" bitDepth="16"/>
            </MetaBlock>
            <MetaBlock id="5">
                <GateTracking component="Delay" type="Double" bitDepth="64"/>
                <GateTracking component="Width" type="Double" bitDepth="64"/>
            </MetaBlock>
        </MetaFormat></SpeFormat>"#;

    #[test]
    fn fields_of_a_frame_are_read_in_their_order() -> Result<()> {
        let footer = Footer::new(&xml::parse(FIELDS.as_bytes())?)?;
        assert_eq!((footer.count, footer.size, footer.stride), (2, 8, 40));
        assert_eq!(footer.pixel_format, Some(DataType::UInt32));
        assert_eq!(footer.fields_len(), 26);
        let bytes: Vec<u8> = (-5i64)
            .to_le_bytes()
            .into_iter()
            .chain((-2i16).to_le_bytes())
            .chain(0.25f64.to_le_bytes())
            .chain(1.5f64.to_le_bytes())
            .collect();
        assert_eq!(
            footer.read_fields(&bytes).to_json(),
            r#"{"TimeStamp": {"ExposureStarted": -5}, "FrameTrackingNumber": -2, "GateTracking": {"Delay": 0.25, "Width": 1.5}}"#
        );
        assert_eq!(
            footer
                .read_fields(bytes.get(..9).unwrap_or_default())
                .to_json(),
            r#"{"TimeStamp": {"ExposureStarted": -5}}"#
        );
        Ok(())
    }

    #[test]
    fn missing_numbers_are_named() {
        let text = FIELDS.replace("height=\"1\"", "height=\"one\"");
        let error = xml::parse(text.as_bytes())
            .and_then(|document| Footer::new(&document))
            .map(drop);
        assert_eq!(
            error.map_err(|error| error.message().to_owned()),
            Err("height of DataBlock in the XML footer is \"one\", not a number".to_owned())
        );
    }
}
