//! EXIF, GPS and interoperability: IFDs that hold no image but facts about one.

use imageio_core::{Metadata, Value};

use crate::format::ifd::Ifd;
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags::{self, Dictionary};

/// Adds `ExifTag` and `GPSTag`, where the page has them.
pub(super) fn add(source: &Source, page: &Page, metadata: &mut Metadata) {
    for (tag, dictionary) in [
        (tags::EXIF_IFD, Dictionary::Exif),
        (tags::GPS_IFD, Dictionary::Gps),
    ] {
        if let Some(values) = below(source, &page.ifd, tag, dictionary) {
            metadata.insert(tags::name(tag, Dictionary::Main), values);
        }
    }
}

/// The tags of the IFD that `tag` leads to; nothing where it leads nowhere.
fn below(source: &Source, ifd: &Ifd, tag: u16, dictionary: Dictionary) -> Option<Metadata> {
    let offset = source.integer(ifd.get(tag)?).ok()?;
    let below = match source.read_ifd(offset) {
        Ok(below) => below,
        Err(error) => {
            source.warn(format!(
                "{}: {}",
                tags::name(tag, Dictionary::Main),
                error.message()
            ));
            return None;
        }
    };
    let mut values = Metadata::new();
    for entry in &below.entries {
        let name = tags::name(entry.tag, dictionary);
        let nested = (dictionary == Dictionary::Exif && entry.tag == tags::INTEROPERABILITY_IFD)
            .then(|| self::below(source, &below, entry.tag, Dictionary::Interoperability))
            .flatten();
        match nested.map_or_else(|| source.value(entry), |nested| Ok(Value::from(nested))) {
            Ok(value) => {
                values.insert(name, value);
            }
            Err(error) => source.warn(error.message()),
        }
    }
    Some(values)
}
