//! Philips DP: XML in the description of the first page.

use imageio_core::Result;

use crate::document::Document;
use crate::metadata::xml;

/// Whether the description of the first page is theirs.
pub(crate) fn is(document: &Document) -> bool {
    let texts = document.texts();
    let end = texts.description.trim_end();
    texts.software.starts_with("Philips DP") && end.ends_with("</DataObject>")
}

/// Distances between rows and columns, level by level.
///
/// # Errors
/// `Corrupt`, `LimitExceeded`.
pub(crate) fn spacing(document: &Document) -> Result<Vec<(f64, f64)>> {
    let text = &document.texts().description;
    xml::parse(document.source().limits(), text, |xml| Ok(all_spacing(xml)))
}

fn all_spacing(xml: &roxmltree::Document<'_>) -> Vec<(f64, f64)> {
    let of_level = |node: &roxmltree::Node<'_, '_>| {
        node.attribute("Name") == Some("DICOM_PIXEL_SPACING")
            && node.parent().is_some_and(|parent| {
                parent.attribute("ObjectType") == Some("PixelDataRepresentation")
            })
    };
    let numbers = |text: &str| {
        let text = text.replace('"', "");
        let mut numbers = text
            .split_whitespace()
            .map(|number| number.parse::<f64>().ok());
        Some((numbers.next()??, numbers.next()??))
    };
    xml.descendants()
        .filter(of_level)
        .filter_map(|node| numbers(node.text()?))
        .collect()
}
