//! Settings of the TGA encoder.

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::tga;
use crate::options::PillowWriteOptions;

pub(in crate::writer) fn settings(options: &PillowWriteOptions) -> Result<tga::Settings> {
    let wrong = |option: &str, value: &Value| {
        Error::bad_option(format!("option `{option}`: {} is none", value.type_name()))
    };
    Ok(tga::Settings {
        rle: options.rle.unwrap_or(false),
        top_down: options.orientation.unwrap_or(-1) > 0,
        id_section: match &options.id_section {
            Value::Null => Vec::new(),
            Value::Str(text) => text.clone().into_bytes(),
            Value::Bytes(bytes) => bytes.clone(),
            other => return Err(wrong("id_section", other)),
        },
        extension_area: match &options.extension_area {
            Value::Null => Metadata::new(),
            Value::Map(fields) => fields.clone(),
            other => return Err(wrong("extension_area", other)),
        },
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    let get = |key| metadata.get(key).cloned().unwrap_or_default();
    if options.rle.is_none() && get("compression").as_str() == Some("tga_rle") {
        options.rle = Some(true);
    }
    if options.orientation.is_none() {
        let stored = get("orientation").as_i64();
        options.orientation = stored.and_then(|side| i8::try_from(side).ok());
    }
    if options.id_section == Value::Null {
        options.id_section = get("id_section");
    }
    if options.extension_area == Value::Null {
        options.extension_area = get("extension_area");
    }
}
