//! Blocks of metadata that makers of instruments and programs store in ways of their own.

use std::sync::Arc;

use imageio_core::{Error, ErrorKind, Metadata, Result, Value};

use super::flags;
use crate::document::{Document, Texts};
use crate::format::ifd::Entry;
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;

mod cursor;
mod fields;
pub(crate) mod fluoview;
pub(crate) mod geotiff;
pub(crate) mod lsm;
pub(crate) mod mdgel;
pub(crate) mod micromanager;
mod olympus;
pub(crate) mod philips;
pub(crate) mod scanimage;
mod settings;
pub(crate) mod stk;

pub(crate) use mdgel::Scaling;

/// How the value of a private tag is read. A new one is a row.
type Decoder = fn(&Source, &Page, &Entry) -> Result<Value>;

const DECODERS: &[(u16, Decoder)] = &[
    (tags::BITS_PER_SAMPLE, lsm::bits),
    (tags::UIC1_TAG, stk::read),
    (tags::UIC2_TAG, stk::read),
    (tags::UIC3_TAG, stk::read),
    (tags::UIC4_TAG, stk::read),
    (tags::CZ_SEM, |source, _, entry| {
        settings::zeiss(source, entry)
    }),
    (tags::MM_HEADER, |source, _, entry| {
        fluoview::header(source, entry).map(Value::from)
    }),
    (tags::MM_STAMP, |source, _, entry| {
        fluoview::stamp(source, entry)
    }),
    (tags::CZ_LSM_INFO, |source, _, entry| {
        lsm::read(source, entry)
    }),
    (tags::FEI_SFEG, |source, _, entry| {
        settings::fei(source, entry)
    }),
    (tags::FEI_HELIOS, |source, _, entry| {
        settings::fei(source, entry)
    }),
    (tags::NIH_IMAGE_HEADER, |source, _, entry| {
        fields::nih(source, entry)
    }),
    (tags::OLYMPUS_SIS, |source, _, entry| {
        fields::sis(source, entry)
    }),
    (tags::OLYMPUS_INI, |source, _, entry| {
        olympus::ini(source, entry)
    }),
    (tags::MICRO_MANAGER_METADATA, |source, _, entry| {
        micromanager::of_page(source, entry)
    }),
];

/// The value of a private tag; nothing for a tag that is read as its type says.
pub(crate) fn value(source: &Source, page: &Page, entry: &Entry) -> Option<Result<Value>> {
    let (_, decode) = DECODERS.iter().find(|(tag, _)| *tag == entry.tag)?;
    Some(decode(source, page, entry))
}

/// What a kind of file says about the whole, under tifffile's name for it. A new one is a row.
struct Block {
    name: &'static str,
    /// Whether a file is of this kind, of which its flags are known.
    detect: fn(&Document, &Metadata) -> bool,
    read: fn(&mut Document) -> Result<Value>,
}

const BLOCKS: &[Block] = &[
    Block {
        name: "lsm_metadata",
        detect: |_, flags| holds(flags, "is_lsm"),
        read: |document| tag(document, &[tags::CZ_LSM_INFO]),
    },
    Block {
        name: "stk_metadata",
        detect: |_, flags| holds(flags, "is_stk"),
        read: |document| Ok(Value::from(stk::of_file(document))),
    },
    Block {
        name: "fluoview_metadata",
        detect: |_, flags| holds(flags, "is_fluoview"),
        read: |document| fluoview::of_file(document).map(Value::from),
    },
    Block {
        name: "nih_metadata",
        detect: |_, flags| holds(flags, "is_nih"),
        read: |document| tag(document, &[tags::NIH_IMAGE_HEADER]),
    },
    Block {
        name: "fei_metadata",
        detect: |_, flags| holds(flags, "is_fei"),
        read: |document| tag(document, &[tags::FEI_SFEG, tags::FEI_HELIOS]),
    },
    Block {
        name: "sem_metadata",
        detect: |_, flags| holds(flags, "is_sem"),
        read: |document| tag(document, &[tags::CZ_SEM]),
    },
    Block {
        name: "sis_metadata",
        detect: |_, flags| holds(flags, "is_sis"),
        read: |document| {
            let known = sis(document)?;
            Ok(if known.is_empty() {
                Value::Null
            } else {
                Value::from(known)
            })
        },
    },
    Block {
        name: "mdgel_metadata",
        detect: |_, flags| holds(flags, "is_mdgel"),
        read: |document| mdgel::of_file(document).map(Value::from),
    },
    Block {
        name: "micromanager_metadata",
        detect: |_, flags| holds(flags, "is_micromanager"),
        read: |document| micromanager::of_file(document.source()).map(Value::from),
    },
    Block {
        name: "geotiff_metadata",
        detect: |_, flags| holds(flags, "is_geotiff"),
        read: |document| geotiff::of_page(document.source(), document.first()).map(Value::from),
    },
    Block {
        name: "gdal_metadata",
        detect: |_, flags| holds(flags, "is_gdal"),
        read: |document| tag(document, &[tags::GDAL_METADATA]),
    },
    Block {
        name: "scn_metadata",
        detect: |_, flags| holds(flags, "is_scn"),
        read: |document| Ok(Value::from(document.texts().description.as_str())),
    },
    Block {
        name: "philips_metadata",
        detect: |document, _| philips::is(document),
        read: |document| Ok(Value::from(document.texts().description.as_str())),
    },
    Block {
        name: "scanimage_metadata",
        detect: |document, _| scanimage::is(document),
        read: |document| scanimage::of_file(document.source()).map(Value::from),
    },
];

fn holds(flags: &Metadata, flag: &str) -> bool {
    flags.get(flag).and_then(Value::as_bool) == Some(true)
}

/// Adds each block that the file has: under its name, and, as Python's plugin does, its keys beside all others.
pub(super) fn add(document: &mut Document, metadata: &mut Metadata) -> Result<()> {
    for block in BLOCKS {
        if !(block.detect)(document, metadata) {
            continue;
        }
        match (block.read)(document) {
            Ok(Value::Null) => {}
            Ok(value) => {
                if let Value::Map(map) = &value {
                    metadata.extend(map.clone());
                }
                metadata.insert(block.name, value);
            }
            Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
            Err(error) => {
                let message = format!("{}: {}", block.name, error.message());
                document.source().warn(message);
            }
        }
    }
    if let Some(map) = geotiff::structure(document.source()) {
        metadata.insert("gdal_structural_metadata", map);
    }
    Ok(())
}

/// What both tags of Olympus SIS say; nothing of one whose structure is another.
pub(crate) fn sis(document: &mut Document) -> Result<Metadata> {
    let mut all = Metadata::new();
    for code in [tags::OLYMPUS_INI, tags::OLYMPUS_SIS] {
        match tag(document, &[code]) {
            Ok(Value::Map(map)) => all.extend(map),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
            Err(error) => document.source().warn(error.message()),
        }
    }
    Ok(all)
}

/// The values of tags of the first page, maps joined.
fn tag(document: &mut Document, tags: &[u16]) -> Result<Value> {
    let page = Arc::clone(document.first());
    let source = document.source();
    let mut all = Metadata::new();
    for entry in tags.iter().filter_map(|&tag| page.ifd.get(tag)) {
        let read = value(source, &page, entry).unwrap_or_else(|| source.value(entry))?;
        match read {
            Value::Map(map) => all.extend(map),
            other => return Ok(other),
        }
    }
    Ok(if all.is_empty() {
        Value::Null
    } else {
        Value::from(all)
    })
}

/// Whether the first page, or the second, is of a kind; some kinds keep their tags on the second.
pub(super) fn second_page_flags(document: &mut Document, metadata: &mut Metadata) {
    if metadata.get("is_mdgel").and_then(Value::as_bool) == Some(false) && mdgel::is(document) {
        metadata.insert("is_mdgel", true);
    }
}

/// Whether a flag of [`flags::of_page`] holds for the first page.
pub(crate) fn is(document: &Document, flag: &str) -> bool {
    let texts: &Texts = document.texts();
    let mut flags = flags::of_page(document.source(), document.first(), texts);
    flags.any(|(name, holds)| name == flag && holds)
}

/// JSON as metadata.
fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map(super::from_json)
        .map_err(|error| Error::corrupt(format!("JSON: {error}")))
}
