//! Whole slides: an image with its pyramid, and pictures of the slide, of its label, and of both.

use std::sync::Arc;

use imageio_core::{Error, Result, Value};

use super::{Frame, Series, generic};
use crate::document::{Document, Texts};
use crate::format::page::Page;
use crate::metadata::xml;

/// Levels of a pyramid that are believed.
const MAX_LEVELS: usize = 64;

/// Channels and planes of a level that are believed.
const MAX_PLANES: usize = 1 << 16;

pub(super) const BASELINE: &str = "Baseline";
const RESOLUTION: &str = "Resolution";

/// `NDPI_Magnification`: the power of the lens, or what else the page shows.
const NDPI_MAGNIFICATION: u16 = 65421;
const NDPI_LABEL: u16 = 65427;

/// Aperio SVS: the image, a thumbnail, its other resolutions, the label and the whole slide.
pub(super) fn svs(document: &mut Document) -> Result<Vec<Series>> {
    let first = Arc::clone(document.first());
    if first.tile.is_none() {
        return Ok(Vec::new());
    }
    let Some(thumbnail) = document.page(1)? else {
        return Ok(vec![stack("svs", BASELINE, 'Z', &[first])]);
    };
    // Pages of one size are planes of focus; each smaller size is a level.
    let mut levels: Vec<Vec<Arc<Page>>> = vec![vec![first]];
    let mut rest = Vec::new();
    let mut index = 2;
    while let Some(page) = document.page(index)? {
        if page.tile.is_none() || page.is_reduced() {
            rest.push(page);
            break;
        }
        match levels
            .iter_mut()
            .find(|level| level[0].shape() == page.shape())
        {
            Some(level) => level.push(page),
            None => levels.push(vec![page]),
        }
        index += 1;
    }
    let planes = levels[0].len();
    let is_even = levels.iter().all(|level| level.len() == planes);
    if !is_even {
        document
            .source()
            .warn("the levels of the pyramid have different numbers of planes");
        for level in &mut levels {
            level.truncate(1);
        }
    }
    let mut all = pyramid("svs", 'Z', &levels);
    all.push(single("svs", "Thumbnail", &thumbnail));
    if !rest.is_empty() {
        rest.extend(document.page(index + 1)?);
    }
    for page in &rest {
        let name = if page.subfile_type == 9 {
            "Macro"
        } else {
            "Label"
        };
        all.push(single("svs", name, page));
    }
    Ok(all)
}

/// PerkinElmer QPI: a page for each channel, level by level.
pub(super) fn qpi(document: &mut Document) -> Result<Vec<Series>> {
    let first = Arc::clone(document.first());
    let mut shape = first.shape();
    let mut index = 0;
    let mut levels = vec![run(document, &mut index, &shape)?];
    let mut extra = Vec::new();
    if let Some(page) = document.page(index)? {
        extra.push(single("qpi", "Thumbnail", &page));
        index += 1;
    }
    while first.tile.is_some() && levels.len() < MAX_LEVELS {
        for len in shape.iter_mut().take(2) {
            *len /= 2;
        }
        let level = run(document, &mut index, &shape)?;
        if level.is_empty() || level.len() != levels[0].len() {
            break;
        }
        levels.push(level);
    }
    if levels.len() > 1 {
        for name in ["Macro", "Label"] {
            if let Some(page) = document.page(index)? {
                extra.push(single("qpi", name, &page));
                index += 1;
            }
        }
    }
    let mut all = pyramid("qpi", 'C', &levels);
    all.extend(extra);
    Ok(all)
}

/// The pages of `shape` from `index` on, which goes on behind them.
fn run(document: &mut Document, index: &mut usize, shape: &[usize]) -> Result<Vec<Arc<Page>>> {
    let mut pages = Vec::new();
    while let Some(page) = document.page(*index)? {
        if page.shape() != shape {
            break;
        }
        pages.push(page);
        *index += 1;
    }
    Ok(pages)
}

/// Hamamatsu NDPI: what pages have in common tells all but the names.
#[expect(clippy::unnecessary_wraps, reason = "one of a table")]
pub(super) fn ndpi(document: &mut Document) -> Result<Vec<Series>> {
    let mut all = generic::find(document);
    for series in &mut all {
        series.kind = "ndpi";
        let (shape, axes) = series.dimensions(None);
        if let Some(rest) = axes.strip_prefix('I') {
            series.set_dimensions(shape, format!("Z{rest}"));
        }
        let page = Arc::clone(&series.keyframe);
        let value = |tag| {
            let entry = page.ifd.get(tag)?;
            document.source().value(entry).ok()
        };
        series.name = if series.levels.is_empty() {
            match value(NDPI_MAGNIFICATION).and_then(|power| power.as_f64()) {
                Some(-1.0) => "Macro".to_owned(),
                Some(-2.0) => "Map".to_owned(),
                _ => String::new(),
            }
        } else {
            let label = value(NDPI_LABEL);
            let label = label.as_ref().and_then(Value::as_str);
            label
                .filter(|label| !label.is_empty())
                .unwrap_or(BASELINE)
                .to_owned()
        };
    }
    Ok(all)
}

/// Ventana BIF: the description of each page says what it is.
pub(super) fn bif(document: &mut Document) -> Result<Vec<Series>> {
    let mut levels: Vec<Vec<Arc<Page>>> = Vec::new();
    let mut others = Vec::new();
    let mut index = 0;
    while let Some(page) = document.page(index)? {
        let text = Texts::of(document.source(), &page).description;
        let name = if text.starts_with("Label") {
            "Label"
        } else if text == "Thumbnail" || text.starts_with("Probability") {
            "Thumbnail"
        } else {
            "Unknown"
        };
        if name != "Unknown" || !text.contains("level") {
            others.push(single("bif", name, &page));
        } else if levels.len() < MAX_LEVELS {
            levels.push(vec![page]);
        }
        index += 1;
    }
    let mut all = pyramid("bif", 'I', &levels);
    all.extend(others);
    Ok(all)
}

/// A page of a level of SCN.
struct Plane {
    level: usize,
    channel: usize,
    z: usize,
    ifd: usize,
}

/// Leica SCN: XML tells image by image, level by level, which page has which channel.
pub(super) fn scn(document: &mut Document) -> Result<Vec<Series>> {
    let source = document.source().clone();
    let text = document.texts().description.clone();
    let images = xml::parse(source.limits(), &text, |xml| {
        let mut images = Vec::new();
        for node in xml
            .descendants()
            .filter(|node| node.has_tag_name_local("pixels"))
        {
            let image = node.parent_element();
            let name = image.and_then(|image| image.attribute("name"));
            let planes: Result<Vec<Plane>> = node
                .children()
                .filter(|node| node.has_tag_name_local("dimension"))
                .map(plane)
                .collect();
            images.push((name.unwrap_or("Unknown").to_owned(), planes?));
        }
        Ok(images)
    })?;
    let mut all = Vec::new();
    for (name, mut planes) in images {
        planes.sort_by_key(|plane| plane.level);
        let mut levels = Vec::new();
        for group in planes.chunk_by(|a, b| a.level == b.level) {
            levels.push(scn_level(document, &name, group)?);
        }
        let mut levels = levels.into_iter();
        if let Some(mut top) = levels.next() {
            top.levels.extend(levels);
            all.push(top);
        }
    }
    Ok(all)
}

fn plane(node: roxmltree::Node<'_, '_>) -> Result<Plane> {
    let number = |name: &str| match node.attribute(name) {
        None => Ok(0),
        Some(text) => text
            .trim()
            .parse::<usize>()
            .map_err(|_| Error::corrupt(format!("a dimension with {name} `{text}`"))),
    };
    Ok(Plane {
        level: number("r")?,
        channel: number("c")?,
        z: number("z")?,
        ifd: number("ifd")?,
    })
}

fn scn_level(document: &mut Document, name: &str, planes: &[Plane]) -> Result<Series> {
    let channels = planes.iter().map(|plane| plane.channel).max().unwrap_or(0);
    let depth = planes.iter().map(|plane| plane.z).max().unwrap_or(0);
    if channels >= MAX_PLANES || depth >= MAX_PLANES {
        return Err(Error::corrupt(format!("channel {channels}, plane {depth}")));
    }
    let (channels, depth) = (channels + 1, depth + 1);
    let count = channels.saturating_mul(depth);
    document.source().limits().check_frames(count)?;
    if count > MAX_PLANES {
        return Err(Error::corrupt(format!(
            "{channels} channels of {depth} planes"
        )));
    }
    let mut frames = vec![Frame::Missing; count];
    let mut keyframe = None;
    for plane in planes {
        let page = document.page(plane.ifd)?;
        let page = page.ok_or_else(|| Error::corrupt(format!("there is no page {}", plane.ifd)))?;
        frames[plane.channel * depth + plane.z] = frame(&page);
        if keyframe.is_none() || (plane.channel, plane.z) == (0, 0) {
            keyframe = Some(page);
        }
    }
    let keyframe = keyframe.ok_or_else(|| Error::corrupt("a level without a page"))?;
    let shape = [vec![channels, depth], keyframe.shape()].concat();
    let axes = format!("CZ{}", keyframe.axes());
    Ok(Series::new("scn", &keyframe, frames, (shape, axes)).named(name))
}

/// The first level as a series with the others below it; nothing without any.
fn pyramid(kind: &'static str, axis: char, levels: &[Vec<Arc<Page>>]) -> Vec<Series> {
    let mut names = std::iter::once(BASELINE).chain(std::iter::repeat(RESOLUTION));
    let mut series = levels
        .iter()
        .filter(|level| !level.is_empty())
        .map(|level| stack(kind, names.next().unwrap_or(RESOLUTION), axis, level));
    let Some(mut top) = series.next() else {
        return Vec::new();
    };
    top.levels.extend(series);
    vec![top]
}

/// Pages one above the other; at least one.
fn stack(kind: &'static str, name: &str, axis: char, pages: &[Arc<Page>]) -> Series {
    let page = &pages[0];
    let frames: Vec<Frame> = pages.iter().map(|page| frame(page)).collect();
    let shape = [vec![frames.len()], page.shape()].concat();
    let axes = format!("{axis}{}", page.axes());
    Series::new(kind, page, frames, (shape, axes)).named(name)
}

/// One page as an image.
pub(super) fn single(kind: &'static str, name: &str, page: &Arc<Page>) -> Series {
    Series::new(kind, page, vec![frame(page)], (page.shape(), page.axes())).named(name)
}

fn frame(page: &Page) -> Frame {
    Frame::Ifd {
        file: 0,
        offset: page.ifd.offset,
        data: None,
    }
}

/// Names without regard to their namespace.
trait LocalName {
    fn has_tag_name_local(&self, name: &str) -> bool;
}

impl LocalName for roxmltree::Node<'_, '_> {
    fn has_tag_name_local(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
