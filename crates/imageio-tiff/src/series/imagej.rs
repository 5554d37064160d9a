//! ImageJ's hyperstacks: the description counts frames, slices and channels, and the data of a large one stands
//! behind the first page without further IFDs.

use std::sync::Arc;

use imageio_core::{Error, Metadata, Result, Value};

use super::{Frame, Series, axes, shaped};
use crate::document::Document;
use crate::metadata::imagej;

/// What the description says of the axes.
struct Counts {
    frames: usize,
    slices: usize,
    channels: usize,
    images: usize,
    order: String,
}

impl Counts {
    fn of(description: &Metadata) -> Result<Self> {
        let count = |key: &str| match description.get(key) {
            None => Ok(1),
            Some(Value::Int(count @ 1..)) => usize::try_from(*count)
                .map_err(|_| Error::corrupt(format!("ImageJ's description: {count} {key}"))),
            Some(value) => Err(Error::corrupt(format!(
                "ImageJ's description: {value} {key}"
            ))),
        };
        let order = description.get("order").and_then(Value::as_str);
        Ok(Counts {
            frames: count("frames")?,
            slices: count("slices")?,
            channels: count("channels")?,
            images: count("images")?,
            order: order.unwrap_or("czt").to_lowercase(),
        })
    }

    /// The axes of pages, slowest first; the order names the fastest first.
    fn axes(&self) -> Vec<(usize, char)> {
        let (t, z, c) = ((self.frames, 'T'), (self.slices, 'Z'), (self.channels, 'C'));
        match self.order.as_str() {
            "ctz" => vec![z, t, c],
            "zct" => vec![t, c, z],
            "ztc" => vec![c, t, z],
            "tcz" => vec![z, c, t],
            "tzc" => vec![c, z, t],
            _ => vec![t, z, c],
        }
    }
}

/// The one series of an ImageJ file.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let description = imagej::description(document.texts().imagej().unwrap_or_default());
    let mut counts = Counts::of(&description)?;
    let page = Arc::clone(document.first());
    let [planes, .., samples] = page.shaped();
    let planes_are_channels = planes > 1 && planes == counts.channels;
    let stack = counts.frames.saturating_mul(counts.slices);
    let mut images = if counts.channels == 1 || planes_are_channels {
        stack
    } else if counts.images == stack && samples == counts.channels {
        // The samples of a pixel are declared as channels.
        counts.channels = 1;
        stack
    } else {
        stack.saturating_mul(counts.channels)
    };
    let is_multipage = document.page_offset(1).is_some();
    if images == 1 && is_multipage {
        images = document.page_count();
    }
    let frames = frames(document, images)?;
    let dimensions = dimensions(document, &counts, images)?;
    let pages = axes::product(&dimensions.0).zip(page.size());
    let needed = pages.and_then(|(all, page)| all.checked_div(page));
    if needed != Some(frames.len()) {
        let (held, shape) = (frames.len(), dimensions.0);
        let message = format!("ImageJ's description means shape {shape:?}, there are {held} pages");
        return Err(Error::corrupt(message));
    }
    let mut series = Series::new("imagej", &page, frames, dimensions);
    let spacing = description.get("spacing").and_then(Value::as_f64);
    series
        .spacing
        .extend(spacing.map(|distance| ('Z', distance)));
    Ok(vec![series])
}

/// The pages, or what stands for them behind the first one.
fn frames(document: &mut Document, images: usize) -> Result<Vec<Frame>> {
    let page = Arc::clone(document.first());
    let next = document.page_offset(1);
    let data = page.contiguous(document.source())?;
    let nbytes = (page.nbytes().unwrap_or(0) as u64).saturating_mul(images as u64);
    if let Some(at) = data {
        // The next IFD stands behind the data, where the data is whole.
        let is_virtual = images <= 1 || next.is_none_or(|next| at.saturating_add(nbytes) <= next);
        if is_virtual {
            return shaped::raw(document, &page, at, images.max(1));
        }
    }
    let count = document.page_count();
    let mut frames = document
        .source()
        .limits()
        .try_capacity(count, "the places of pages")?;
    for index in 0..count {
        let offset = document.page_offset(index).unwrap_or(0);
        frames.push(Frame::Ifd {
            file: 0,
            offset,
            data: None,
        });
    }
    Ok(frames)
}

/// Lengths and letters of the axes, those of the page last.
fn dimensions(document: &Document, counts: &Counts, images: usize) -> Result<(Vec<usize>, String)> {
    let page = document.first();
    let planes = page.shaped()[0];
    let mut order = counts.axes();
    let stack: usize = order.iter().fold(1, |n, (len, _)| n.saturating_mul(*len));
    let rest = images.checked_div(stack).unwrap_or(1);
    if rest > 1 {
        order.insert(0, (rest, 'I'));
    }
    if planes > 1 {
        // Separate samples are the channels; they stand where the last axis of the pages would.
        match order.pop() {
            Some((_, 'C')) => {}
            _ => {
                return Err(Error::corrupt(
                    "planes of samples that are not ImageJ's channels",
                ));
            }
        }
        order.push((planes, 'C'));
        let inner = page.shape();
        let (mut shape, mut axes): (Vec<usize>, String) = order.into_iter().unzip();
        shape.extend(inner.iter().skip(1));
        axes.extend(page.axes().chars().skip(1));
        return Ok(axes::with_samples(shape, axes));
    }
    let (mut shape, mut axes): (Vec<usize>, String) = order.into_iter().unzip();
    shape.extend(page.shape());
    axes.push_str(&page.axes());
    Ok(axes::with_samples(shape, axes))
}
