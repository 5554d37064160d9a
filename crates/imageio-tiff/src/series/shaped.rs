//! Files that tifffile, and ImageIO, write: the description of a series' first page tells its shape.

use std::sync::Arc;

use imageio_core::{Error, Result};

use super::{Frame, Series, axes, pyramid};
use crate::document::{Document, Texts};
use crate::format::page::Page;
use crate::format::tags;

/// SubIFDs below SubIFDs that are followed.
const MAX_DEPTH: usize = 4;

/// What the description says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Description {
    pub(crate) shape: Vec<usize>,
    axes: Option<String>,
    name: String,
    /// Whether pages after the first have no IFD.
    truncated: Option<bool>,
}

impl Description {
    /// The description in `text`, `{"shape": [2, 3]}` or, in old files, `shape=(2, 3)`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(list) = text.strip_prefix("shape=") {
            let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
            let numbers = list
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            let shape = numbers
                .map(|part| part.parse().ok())
                .collect::<Option<_>>()?;
            return Some(Description {
                shape,
                ..Description::default()
            });
        }
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let number = |value: &serde_json::Value| usize::try_from(value.as_u64()?).ok();
        let shape = json.get("shape")?.as_array()?;
        let shape = shape.iter().map(number).collect::<Option<_>>()?;
        let text = |key| json.get(key).and_then(serde_json::Value::as_str);
        Some(Description {
            shape,
            axes: text("axes").map(str::to_owned),
            name: text("name").unwrap_or_default().to_owned(),
            truncated: json.get("truncated").and_then(serde_json::Value::as_bool),
        })
    }
}

/// The pages that a walk goes over.
enum Pages {
    Main(usize),
    /// The SubIFDs of the pages of a series that stand at one place in each.
    Below(Vec<u64>),
}

impl Pages {
    fn count(&self) -> usize {
        match self {
            Pages::Main(count) => *count,
            Pages::Below(offsets) => offsets.len(),
        }
    }

    fn offset(&self, document: &mut Document, index: usize) -> Result<u64> {
        let offset = match self {
            Pages::Main(_) => document.page_offset(index),
            Pages::Below(offsets) => offsets.get(index).copied(),
        };
        offset.ok_or_else(|| Error::corrupt(format!("there is no page {index}")))
    }

    fn page(&self, document: &mut Document, index: usize) -> Result<Arc<Page>> {
        let offset = self.offset(document, index)?;
        match self {
            Pages::Main(_) if index == 0 => Ok(Arc::clone(document.first())),
            _ => Page::read(document.source(), offset).map(Arc::new),
        }
    }
}

/// One series for each description, pyramids joined.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let pages = Pages::Main(document.page_count());
    let mut series = Vec::new();
    walk(document, &pages, 0, &mut series)?;
    pyramid::build(&mut series, true);
    Ok(series)
}

fn walk(document: &mut Document, pages: &Pages, depth: usize, all: &mut Vec<Series>) -> Result<()> {
    let mut index = 0;
    while index < pages.count() {
        let keyframe = pages.page(document, index)?;
        let texts = Texts::of(document.source(), &keyframe);
        let description = texts.shaped().and_then(Description::parse).ok_or_else(|| {
            Error::corrupt(format!("page {index} has no description of its shape"))
        })?;
        let size = axes::product(&description.shape).unwrap_or(usize::MAX);
        let page_size = keyframe.size().unwrap_or(0);
        let claimed = match size.checked_rem(page_size) {
            Some(0) if size > 0 => size / page_size,
            Some(0) => 1,
            _ => {
                let (shape, page) = (&description.shape, keyframe.shape());
                let message = format!("shape {shape:?} is not made up of pages of shape {page:?}");
                return Err(Error::corrupt(message));
            }
        };
        let below = sub_ifds(document, &keyframe)?;
        let found = frames(document, pages, index, &keyframe, claimed, &description)?;
        index += found.pages;
        let mut series = series(document, &keyframe, &found, description);
        series.is_subifd = depth > 0;
        all.push(series);
        if depth < MAX_DEPTH {
            for (place, &offset) in below.iter().enumerate() {
                if offset >= 8 {
                    let level = level(document, &found.frames, place, below.len())?;
                    walk(document, &Pages::Below(level), depth + 1, all)?;
                }
            }
        }
    }
    Ok(())
}

/// The frames of a series, and the number of pages that it takes from those walked over.
struct Found {
    frames: Vec<Frame>,
    pages: usize,
}

fn frames(
    document: &mut Document,
    pages: &Pages,
    index: usize,
    keyframe: &Arc<Page>,
    claimed: usize,
    description: &Description,
) -> Result<Found> {
    let has_below = keyframe.ifd.has(tags::SUB_IFDS);
    let truncated = description.truncated.or(has_below.then_some(false));
    let first = Frame::Ifd {
        file: 0,
        offset: keyframe.ifd.offset,
        data: None,
    };
    let data = keyframe.contiguous(document.source())?;
    if claimed <= 1 || claimed > pages.count() - index || truncated == Some(true) {
        let is_whole = claimed > 1 && truncated != Some(false);
        let frames = match data.filter(|_| is_whole) {
            Some(at) => raw(document, keyframe, at, claimed)?,
            None => vec![first],
        };
        return Ok(Found {
            // Only pages that are there can be taken.
            pages: if truncated == Some(true) {
                1
            } else {
                claimed.clamp(1, pages.count() - index)
            },
            frames,
        });
    }
    let next = pages.offset(document, index + 1)?;
    let nbytes = (keyframe.nbytes().unwrap_or(0) as u64).saturating_mul(claimed as u64);
    let ends_before_next = keyframe.ifd.offset.saturating_add(nbytes) < next;
    if let Some(at) = data.filter(|_| ends_before_next && !has_below) {
        // All data stands before the next IFD, as tifffile writes it: the other pages need no look.
        if document.source().contains(at, nbytes) {
            return Ok(Found {
                frames: raw(document, keyframe, at, claimed)?,
                pages: claimed,
            });
        }
    }
    let mut frames = vec![first];
    for index in index + 1..index + claimed {
        let offset = pages.offset(document, index)?;
        frames.push(Frame::Ifd {
            file: 0,
            offset,
            data: None,
        });
    }
    Ok(Found {
        frames,
        pages: claimed,
    })
}

/// Pages that stand one after the other from `at` on, without IFDs.
pub(super) fn raw(document: &Document, page: &Page, at: u64, count: usize) -> Result<Vec<Frame>> {
    let step = page.nbytes().unwrap_or(0) as u64;
    let all = step.saturating_mul(count as u64);
    document
        .source()
        .check(at, all)
        .map_err(|error| error.at(format_args!("{count} pages")))?;
    let limits = document.source().limits();
    let mut frames = limits.try_capacity(count, "the places of pages")?;
    frames.extend((0..count as u64).map(|n| Frame::Raw {
        file: 0,
        at: at + n * step,
    }));
    Ok(frames)
}

/// The series that `found` makes up, with the axes of the description where they fit.
fn series(
    document: &Document,
    page: &Arc<Page>,
    found: &Found,
    description: Description,
) -> Series {
    let Description {
        shape: claimed,
        axes: letters,
        name,
        ..
    } = description;
    let (mut shape, mut axes) = (page.shape(), page.axes());
    let mut add = |count: usize, shape: &mut Vec<usize>| {
        shape.insert(0, count);
        axes.insert(0, 'Q');
    };
    if found.frames.len() > 1 {
        add(found.frames.len(), &mut shape);
    }
    let fits =
        axes::tiles(&page.shape(), &claimed) && axes::product(&claimed) == axes::product(&shape);
    if !fits {
        let message = format!(
            "shape {claimed:?} does not fit pages of shape {:?}",
            page.shape()
        );
        document.source().warn(message);
        return Series::new("shaped", page, found.frames.clone(), (shape, axes))
            .named(name)
            .unsqueezed();
    }
    let letters = letters.filter(|letters| letters.chars().count() == claimed.len());
    let axes = letters.or_else(|| axes::reshape(&axes, &shape, &claimed));
    let axes = axes.unwrap_or_else(|| "Q".repeat(claimed.len()));
    Series::new("shaped", page, found.frames.clone(), (claimed, axes))
        .named(name)
        .unsqueezed()
}

fn sub_ifds(document: &Document, page: &Page) -> Result<Vec<u64>> {
    let entry = page.ifd.get(tags::SUB_IFDS);
    let offsets = entry.map(|entry| document.source().integers(entry, 0..entry.count));
    Ok(offsets.transpose()?.unwrap_or_default())
}

/// Where SubIFD `place` of each frame is.
fn level(document: &Document, frames: &[Frame], place: usize, count: usize) -> Result<Vec<u64>> {
    let of = |frame: &Frame| {
        let Frame::Ifd { offset, .. } = frame else {
            return Err(Error::corrupt("a page without an IFD has no SubIFDs"));
        };
        let ifd = document.source().read_ifd(*offset)?;
        let entry = ifd
            .get(tags::SUB_IFDS)
            .filter(|entry| entry.count >= count as u64);
        let entry = entry.ok_or_else(|| {
            Error::corrupt(format!(
                "the page at offset {offset} lacks SubIFDs of the first one"
            ))
        })?;
        let place = place as u64;
        let offset = document.source().integers(entry, place..place + 1)?;
        Ok(offset.first().copied().unwrap_or(0))
    };
    frames.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-143
    #[test]
    fn descriptions_are_json_or_the_old_way() {
        let new = r#"{"shape": [2, 5, 7], "axes": "ZYX", "name": "n", "truncated": true}"#;
        assert_eq!(
            Description::parse(new),
            Some(Description {
                shape: vec![2, 5, 7],
                axes: Some("ZYX".to_owned()),
                name: "n".to_owned(),
                truncated: Some(true),
            })
        );
        let of = |text: &str| Description::parse(text).map(|description| description.shape);
        assert_eq!(of("shape=(256, 256, 3)"), Some(vec![256, 256, 3]));
        assert_eq!(of("shape=(5,)"), Some(vec![5]));
        for bad in [
            "shape=5",
            "{\"shape\": 5}",
            "{\"shape\": [-1]}",
            "{",
            "shape=(a)",
        ] {
            assert_eq!(of(bad), None);
        }
    }
}
