//! ScanImage: slices, times and channels as the settings before the first page tell them.

use std::sync::Arc;

use imageio_core::{Metadata, Result, Value};

use super::Series;
use super::instruments::all_pages;
use crate::document::Document;
use crate::metadata::vendor::scanimage;

/// All pages as one image.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let page = Arc::clone(document.first());
    let mut frames = all_pages(document)?;
    let settings = scanimage::of_file(document.source()).unwrap_or_else(|error| {
        document.source().warn(error.message());
        Metadata::new()
    });
    let data = settings.get("FrameData").and_then(Value::as_map);
    let lens = data.and_then(|data| lens(data, frames.len()));
    let (outer, letters) = match lens {
        Some(lens) => {
            // A recording that was stopped has a rest.
            frames.truncate(lens.iter().product());
            (lens.to_vec(), "ZTC")
        }
        None => (vec![frames.len()], "I"),
    };
    let shape = [outer, page.shape()].concat();
    let axes = format!("{letters}{}", page.axes());
    Ok(vec![Series::new("scanimage", &page, frames, (shape, axes))])
}

/// Slices, times and channels of so many pages; nothing where they are not told.
fn lens(data: &Metadata, pages: usize) -> Option<[usize; 3]> {
    let channels = match data.get("SI.hChannels.channelSave")? {
        Value::List(channels) => channels.len(),
        _ => 1,
    };
    let frames = data
        .get("SI.hStackManager.framesPerSlice")
        .and_then(Value::as_f64);
    let frames = frames.filter(|frames| frames.is_finite());
    let (slices, frames) = match frames {
        Some(frames) => {
            let frames = frames as usize;
            let stack = frames.checked_mul(channels).filter(|&stack| stack > 0)?;
            ((pages / stack).max(1), frames)
        }
        None => (
            1,
            pages
                .checked_div(channels)
                .filter(|n| n * channels == pages)?,
        ),
    };
    let count = slices.checked_mul(frames)?.checked_mul(channels)?;
    (1..=pages)
        .contains(&count)
        .then_some([slices, frames, channels])
}
