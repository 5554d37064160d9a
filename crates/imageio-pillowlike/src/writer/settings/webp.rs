//! Settings of the WebP encoder.

use imageio_codecs::webp as codec;
use imageio_core::{Metadata, Result, Value};

use super::{exif_of, filled};
use crate::format::webp;
use crate::options::PillowWriteOptions;

pub(in crate::writer) fn settings(
    options: &PillowWriteOptions,
    durations_ms: Vec<f64>,
) -> Result<webp::Settings> {
    let plain = webp::Settings::default();
    Ok(webp::Settings {
        picture: codec::Settings {
            lossless: options.lossless,
            quality: options.quality.map_or(plain.picture.quality, f32::from),
            alpha_quality: options.alpha_quality,
            exact: options.exact,
            ..plain.picture
        },
        method: options.method,
        durations_ms,
        loop_count: options.r#loop.unwrap_or(0),
        // A single value is a GIF's index.
        background: options
            .background
            .as_slice()
            .try_into()
            .unwrap_or(plain.background),
        minimize_size: options.minimize_size,
        allow_mixed: options.allow_mixed,
        kmin: options.kmin,
        kmax: options.kmax,
        icc_profile: filled(&options.icc_profile),
        exif: exif_of(&options.exif)?,
        xmp: filled(&options.xmp),
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    if options.background.is_empty() {
        let levels = metadata.get("background").and_then(Value::as_list);
        let level = |value: &Value| value.as_i64().and_then(|level| u8::try_from(level).ok());
        options.background = levels
            .and_then(|levels| levels.iter().map(level).collect())
            .unwrap_or_default();
    }
}
