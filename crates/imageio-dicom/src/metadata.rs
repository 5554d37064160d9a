//! Headers as metadata.

use imageio_core::{Metadata, Value};

use crate::format::charset::Charsets;
use crate::format::data_set::{Content, DataSet, Element, Tag};
use crate::format::dictionary::{is_identifying, keyword, usual, vr_of};
use crate::format::file::Header;
use crate::format::value;
use crate::options::{DicomReadOptions, Tags};

/// What a file says: its usual elements under Python's names, then, where they are asked for, all others.
pub(crate) fn of_header(header: &Header, options: &DicomReadOptions) -> Metadata {
    let mut metadata = Metadata::new();
    let uid = &header.syntax.uid;
    let uid = (!uid.is_empty()).then_some(uid.as_str());
    metadata.insert("TransferSyntaxUID", uid);
    let charsets = Charsets::of(&header.data, None);
    let data = &header.data;
    for element in &data.elements {
        if let Some((name, vr)) = usual(element.tag)
            && shown(element, options)
            && let Content::Bytes(bytes) = &element.content
        {
            metadata.insert(name, value::usual(bytes, vr, data.big_endian, &charsets));
        }
    }
    if header.pixels.is_some() {
        metadata.insert("PixelData", "read with the image");
    }
    if options.tags == Tags::All {
        let own = Charsets::of(&header.meta, None);
        of_data_set(&header.meta, &own, options, &mut metadata);
        of_data_set(data, &charsets, options, &mut metadata);
    }
    metadata
}

fn shown(element: &Element, options: &DicomReadOptions) -> bool {
    options.identity || !is_identifying(element.tag, element.vr)
}

/// Adds the elements that are not there yet.
fn of_data_set(
    data: &DataSet,
    charsets: &Charsets,
    options: &DicomReadOptions,
    metadata: &mut Metadata,
) {
    for element in &data.elements {
        if !shown(element, options) {
            continue;
        }
        let name = name(element.tag);
        if !metadata.contains_key(&name) {
            metadata.insert(
                name,
                of_element(element, data.big_endian, charsets, options),
            );
        }
    }
}

/// The keyword of the standard; of others the numbers.
fn name(tag: Tag) -> String {
    match usual(tag) {
        Some((name, _)) => name.to_owned(),
        None => keyword(tag).map_or_else(|| tag.to_string(), str::to_owned),
    }
}

fn of_element(
    element: &Element,
    big_endian: bool,
    charsets: &Charsets,
    options: &DicomReadOptions,
) -> Value {
    match &element.content {
        Content::Items(items) => {
            let maps = items.iter().map(|item| {
                let mut map = Metadata::new();
                let charsets = Charsets::of(item, Some(charsets));
                of_data_set(item, &charsets, options, &mut map);
                Value::Map(map)
            });
            Value::List(maps.collect())
        }
        Content::Bytes(bytes) => {
            let told = element.vr.filter(|vr| vr != b"UN");
            let vr = told.or_else(|| vr_of(element.tag)).unwrap_or(*b"UN");
            value::value(bytes, vr, big_endian, charsets)
        }
    }
}
