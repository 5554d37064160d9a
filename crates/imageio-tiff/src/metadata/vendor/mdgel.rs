//! Molecular Dynamics gel scans, whose samples are meant on a scale of their own.

use std::sync::Arc;

use imageio_core::{Metadata, Result};

use crate::document::Document;
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags::{self, Dictionary};

/// Tags 33445 to 33452.
const TAGS: std::ops::RangeInclusive<u16> = tags::MD_FILE_TAG..=33452;

const SCALE_PIXEL: u16 = 33446;

/// `MD_FileTag` of samples that are square roots, and of those that are not.
const SQUARE_ROOT: u64 = 2;
const LINEAR: u64 = 128;

/// What samples are turned into when they are read: `sample² · factor` or `sample · factor`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scaling {
    pub(crate) is_square: bool,
    pub(crate) factor: f32,
}

/// The page with the tags: the first or the second.
pub(super) fn page(document: &mut Document) -> Option<Arc<Page>> {
    if document.first().ifd.has(tags::MD_FILE_TAG) {
        return Some(Arc::clone(document.first()));
    }
    let second = document.page(1).ok()??;
    second.ifd.has(tags::MD_FILE_TAG).then_some(second)
}

/// The tags, without the letters before their names.
pub(super) fn of_file(document: &mut Document) -> Result<Metadata> {
    let page = page(document);
    let source = document.source();
    let mut all = Metadata::new();
    let entries = page.iter().flat_map(|page| &page.ifd.entries);
    for entry in entries.filter(|entry| TAGS.contains(&entry.tag)) {
        let name = tags::name(entry.tag, Dictionary::Main);
        all.insert(
            name.strip_prefix("MD").unwrap_or(&name),
            source.value(entry)?,
        );
    }
    Ok(all)
}

/// Whether the file is of this kind.
pub(crate) fn is(document: &mut Document) -> bool {
    page(document).is_some()
}

/// What the tags say of samples; nothing where they are what they are.
pub(crate) fn scaling(document: &mut Document) -> Option<Scaling> {
    let page = page(document)?;
    let source: &Source = document.source();
    let kind = source.integer(page.ifd.get(tags::MD_FILE_TAG)?).ok()?;
    if !matches!(kind, SQUARE_ROOT | LINEAR) {
        return None;
    }
    let value = source.value(page.ifd.get(SCALE_PIXEL)?).ok()?;
    Some(Scaling {
        is_square: kind == SQUARE_ROOT,
        factor: value.as_f64()? as f32,
    })
}
