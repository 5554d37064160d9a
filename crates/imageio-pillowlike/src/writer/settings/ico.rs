//! Settings of the encoder for icons and cursors.

use imageio_core::{Error, Metadata, Result, Value};

use crate::format::ico;
use crate::options::{IconFormat, PillowWriteOptions};

pub(in crate::writer) fn settings(
    options: &PillowWriteOptions,
    cursor: bool,
) -> Result<ico::Settings> {
    let pairs = |option: &str, lists: &[Vec<u16>]| {
        let pair = |list: &Vec<u16>| match *list.as_slice() {
            [both] => Ok((both, both)),
            [x, y] => Ok((x, y)),
            _ => Err(Error::bad_option(format!(
                "option `{option}`: {list:?} is no pair"
            ))),
        };
        lists.iter().map(pair).collect::<Result<Vec<(u16, u16)>>>()
    };
    let sizes = pairs("sizes", &options.sizes)?;
    Ok(ico::Settings {
        cursor,
        sizes: sizes
            .into_iter()
            .map(|(width, height)| (width.into(), height.into()))
            .collect(),
        bitmap_format: options.bitmap_format.map(|format| match format {
            IconFormat::Png => ico::BitmapFormat::Png,
            IconFormat::Bmp => ico::BitmapFormat::Bmp,
        }),
        hotspots: pairs("hotspots", &options.hotspots)?,
    })
}

/// Fills in what the metadata says, where no option does.
pub(super) fn adopt(options: &mut PillowWriteOptions, metadata: &Metadata) {
    if options.hotspots.is_empty() {
        let number = |value: &Value| value.as_i64().and_then(|n| u16::try_from(n).ok());
        let pair = |value: &Value| value.as_list()?.iter().map(number).collect();
        let stored = metadata.get("hotspots").and_then(Value::as_list);
        let stored = stored.unwrap_or_default().iter().map(pair);
        options.hotspots = stored.collect::<Option<_>>().unwrap_or_default();
    }
}
