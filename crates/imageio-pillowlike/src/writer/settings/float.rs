//! Settings of the encoders for OpenEXR and Radiance pictures.

use imageio_core::{Error, Metadata, OptionValue, Result, Value};

use crate::format::{exr, hdr};
use crate::options::PillowWriteOptions;
use crate::writer::bytes_of;

pub(in crate::writer) fn exr(
    options: &PillowWriteOptions,
    kept: &[Metadata],
) -> Result<exr::Settings> {
    // A part of which nothing is known takes what all parts have.
    let parts = if kept.iter().any(Metadata::is_empty) {
        Vec::new()
    } else {
        kept.to_vec()
    };
    Ok(exr::Settings {
        compression: options.compression.to_value().as_str().map(str::to_owned),
        attributes: attributes(options)?,
        parts,
    })
}

pub(in crate::writer) fn hdr(options: &PillowWriteOptions) -> Result<hdr::Settings> {
    let comment = bytes_of(&options.comment)?;
    Ok(hdr::Settings {
        comment: comment.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        variables: attributes(options)?,
    })
}

fn attributes(options: &PillowWriteOptions) -> Result<Metadata> {
    match &options.attributes {
        Value::Null => Ok(Metadata::new()),
        Value::Map(attributes) => Ok(attributes.clone()),
        other => Err(Error::bad_option(format!(
            "option `attributes`: expected a map, got {}",
            other.type_name()
        ))),
    }
}

/// Fills in what the metadata of an OpenEXR says, where no option does.
pub(super) fn adopt_exr(options: &mut PillowWriteOptions, metadata: &Metadata) {
    if options.attributes == Value::Null {
        options.attributes = exr::kept(metadata).map_or(Value::Null, Value::from);
    }
}

/// The same for a Radiance picture.
pub(super) fn adopt_hdr(options: &mut PillowWriteOptions, metadata: &Metadata) {
    if options.attributes == Value::Null {
        options.attributes = hdr::kept(metadata).map_or(Value::Null, Value::from);
    }
}
