//! Settings of the JPEG encoder.

use imageio_core::{Error, Metadata, Result, Value};

use super::{dpi_of, exif_of, filled};
use crate::format::jpeg;
use crate::options::{PillowMode, PillowWriteOptions, Subsampling};
use crate::writer::bytes_of;

pub(in crate::writer) fn settings(
    options: &PillowWriteOptions,
    kept: &[Metadata],
) -> Result<jpeg::Settings> {
    let tables = options.qtables.iter().map(|table| {
        let len = table.len();
        table
            .as_slice()
            .try_into()
            .map_err(|_| Error::bad_option(format!("option `qtables`: a table of {len} values")))
    });
    let tables = tables.collect::<Result<Vec<[u16; 64]>>>()?;
    Ok(jpeg::Settings {
        quality: options.quality.unwrap_or(75),
        subsampling: match options.subsampling {
            Subsampling::S444 => jpeg::Subsampling::S444,
            Subsampling::S422 => jpeg::Subsampling::S422,
            Subsampling::S420 => jpeg::Subsampling::S420,
        },
        progressive: options.progressive,
        optimize: options.optimize,
        qtables: Some(tables).filter(|tables| !tables.is_empty()),
        dpi: dpi_of(&options.dpi)?,
        exif: exif_of(&options.exif)?,
        icc_profile: filled(&options.icc_profile),
        comment: bytes_of(&options.comment)?,
        xmp: filled(&options.xmp),
        photoshop: kept.first().cloned().unwrap_or_default(),
        restart_blocks: options.restart_marker_blocks,
        restart_rows: options.restart_marker_rows,
        cmyk: options.mode == Some(PillowMode::Cmyk),
        keep_rgb: options.keep_rgb,
        several: false,
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    let passes = metadata.get("progressive").and_then(Value::as_i64);
    options.progressive |= passes == Some(1);
    let transform = metadata.get("adobe_transform").and_then(Value::as_i64);
    let is_rgb = metadata.get("mode").and_then(Value::as_str) == Some("RGB");
    // The encoder takes these two together with no other subsampling than its own.
    if transform == Some(0) && is_rgb && options.subsampling != Subsampling::S422 {
        options.keep_rgb = true;
    }
}
