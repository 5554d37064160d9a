//! NDTiff, versions 2 and 3: a file beside the others lists all images with their place on each axis.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use imageio_core::{DType, Error, ErrorKind, Result, Value};

use super::{Frame, Series, axes};
use crate::document::{Document, TiffInput};
use crate::format::page::{Page, UNCOMPRESSED};
use crate::metadata::vendor::{self, micromanager};

const INDEX: &str = "NDTiff.index";

/// Version of the files whose index this is.
const FROM_VERSION: i64 = 2;

/// Bytes of an entry behind its two texts.
const FACTS: usize = 32;

/// An image that the index lists.
struct Entry<'a> {
    axes: Vec<(String, Place)>,
    file: &'a str,
    at: u32,
    width: u32,
    height: u32,
    pixels: u32,
    compression: u32,
}

/// Where an image is on an axis.
#[derive(Clone, PartialEq)]
enum Place {
    Number(i64),
    Name(String),
}

/// Whether the file is one of such a series.
pub(super) fn is(document: &Document) -> bool {
    vendor::is(document, "is_micromanager")
        && micromanager::of_file(document.source()).is_ok_and(|all| {
            let version = all.get("MajorVersion").and_then(Value::as_i64);
            version.is_some_and(|version| version >= FROM_VERSION)
        })
}

/// The one series, over all files that the index names; nothing without an index.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let request = document.source().request().clone();
    let Ok(index) = request.sibling(INDEX) else {
        return Ok(Vec::new());
    };
    let index = match index.read_all() {
        Ok(index) => index,
        Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
        Err(_) => return Ok(Vec::new()),
    };
    let entries = entries(document, &index);
    let mut files = Files::of(document);
    let mut names = Vec::new();
    let mut letters = Vec::new();
    let mut met: HashMap<Vec<i64>, Frame> = HashMap::new();
    let mut order: Vec<Vec<i64>> = Vec::new();
    for entry in entries {
        if letters.is_empty() {
            letters.extend(entry.axes.iter().map(|(axis, _)| axis.clone()));
            names = vec![HashMap::new(); letters.len()];
        }
        let place = position(&entry, &letters, &mut names);
        let place = place.ok_or_else(|| Error::corrupt("images that differ in their axes"))?;
        let frame = files.frame(document, &entry)?;
        if met.insert(place.clone(), frame).is_none() {
            order.push(place);
        }
    }
    if order.is_empty() {
        return Ok(Vec::new());
    }
    series(document, &letters, &order, met).map(|series| vec![series])
}

/// The entries up to the first that is broken.
fn entries<'a>(document: &Document, index: &'a [u8]) -> Vec<Entry<'a>> {
    let mut rest = index;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let Some((entry, after)) = entry(rest) else {
            let at = index.len() - rest.len();
            let message = format!("{INDEX}: the entry at offset {at} is broken");
            document.source().warn(message);
            break;
        };
        entries.push(entry);
        rest = after;
    }
    entries
}

fn entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (axes, rest) = text(bytes)?;
    let (file, rest) = text(rest)?;
    let (facts, rest) = rest.split_at_checked(FACTS)?;
    let mut facts = facts
        .as_chunks::<4>()
        .0
        .iter()
        .map(|number| u32::from_le_bytes(*number));
    let serde_json::Value::Object(axes) = serde_json::from_str(axes).ok()? else {
        return None;
    };
    let place = |value: &serde_json::Value| match value {
        serde_json::Value::String(name) => Some(Place::Name(name.clone())),
        number => number.as_i64().map(Place::Number),
    };
    let axes = axes
        .iter()
        .map(|(axis, value)| Some((axis.clone(), place(value)?)));
    let entry = Entry {
        axes: axes.collect::<Option<_>>()?,
        file,
        at: facts.next()?,
        width: facts.next()?,
        height: facts.next()?,
        pixels: facts.next()?,
        compression: facts.next()?,
    };
    Some((entry, rest))
}

/// A text behind its length.
fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

/// The place on each axis; names count in the order in which they come.
fn position(
    entry: &Entry<'_>,
    axes: &[String],
    names: &mut [HashMap<String, i64>],
) -> Option<Vec<i64>> {
    if entry.axes.len() != axes.len() {
        return None;
    }
    let place = |(axis, names): (&String, &mut HashMap<String, i64>)| {
        let (_, place) = entry.axes.iter().find(|(name, _)| name == axis)?;
        match place {
            Place::Number(number) => Some(*number),
            Place::Name(name) => {
                let next = names.len() as i64;
                Some(*names.entry(name.clone()).or_insert(next))
            }
        }
    };
    axes.iter().zip(names).map(place).collect()
}

/// The files of the series that were met.
struct Files {
    own: String,
    /// Number and first page; nothing of one that cannot be read.
    known: HashMap<String, Option<(usize, Arc<Page>)>>,
    /// Files that were warned of.
    refused: HashSet<String>,
}

impl Files {
    fn of(document: &Document) -> Self {
        let name = document.source().request().name().into_owned();
        let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let first = (0, Arc::clone(document.first()));
        Files {
            own: own.to_owned(),
            known: HashMap::from([(own.to_owned(), Some(first))]),
            refused: HashSet::new(),
        }
    }

    /// Where the pixels of an image are.
    fn frame(&mut self, document: &mut Document, entry: &Entry<'_>) -> Result<Frame> {
        let first = Arc::clone(document.first());
        check(&first, entry)?;
        if !document.is_multifile() && entry.file != self.own {
            return Ok(Frame::Missing);
        }
        if !self.known.contains_key(entry.file) {
            let opened = open(document, entry.file);
            if let Err(error) = &opened {
                let message = format!("{}: {}: its images are zeros", entry.file, error.message());
                document.source().warn(message);
            }
            self.known.insert(entry.file.to_owned(), opened.ok());
        }
        let Some(Some((file, page))) = self.known.get(entry.file) else {
            return Ok(Frame::Missing);
        };
        let (at, len) = (u64::from(entry.at), first.nbytes().unwrap_or(0) as u64);
        let alike = page.shaped() == first.shaped() && page.dtype().ok() == first.dtype().ok();
        if !alike || !document.file_source(*file).contains(at, len) {
            if self.refused.insert(entry.file.to_owned()) {
                let message = format!("{}: it lacks images: they are zeros", entry.file);
                document.source().warn(message);
            }
            return Ok(Frame::Missing);
        }
        Ok(Frame::Raw { file: *file, at })
    }
}

fn open(document: &mut Document, name: &str) -> Result<(usize, Arc<Page>)> {
    let request = document.source().request().sibling(name)?;
    let mut file = TiffInput::open(request, None, None)?;
    let at = file.page_offset(0).unwrap_or(0);
    let page = Arc::new(Page::read(&file.source, at)?);
    Ok((document.add_file(file), page))
}

/// Refuses an image that is not as the pages are.
fn check(page: &Page, entry: &Entry<'_>) -> Result<()> {
    let dtype = match entry.pixels {
        0 | 2 => DType::U8,
        1 | 3..=6 => DType::U16,
        code => return Err(Error::corrupt(format!("{INDEX}: pixel type {code}"))),
    };
    let shape = (page.length, page.width);
    let fits = shape == (entry.height as usize, entry.width as usize)
        && page.dtype().is_ok_and(|of_page| of_page == dtype);
    if !fits || entry.compression != 0 || page.compression != UNCOMPRESSED {
        return Err(Error::corrupt(format!(
            "{INDEX}: an image of {} by {} {dtype} by compression {}, the page is {} by {}",
            entry.height, entry.width, entry.compression, shape.0, shape.1
        )));
    }
    Ok(())
}

/// All images in the order of their axes, of which the one that changes most often is the last.
fn series(
    document: &Document,
    names: &[String],
    order: &[Vec<i64>],
    mut met: HashMap<Vec<i64>, Frame>,
) -> Result<Series> {
    let steps = |axis: usize| {
        let pairs = order.iter().zip(order.iter().skip(1));
        let step = |(a, b): (&Vec<i64>, &Vec<i64>)| a[axis].abs_diff(b[axis]);
        pairs.map(step).fold(0u64, u64::saturating_add)
    };
    let mut sorted: Vec<usize> = (0..names.len()).collect();
    sorted.sort_by_cached_key(|&axis| steps(axis));
    let ends = |axis: usize| {
        let places = order.iter().map(|place| place[axis]);
        let least = places.clone().min().unwrap_or(0);
        (least, places.max().unwrap_or(0).abs_diff(least))
    };
    let mut shape = Vec::new();
    for &axis in &sorted {
        let len = usize::try_from(ends(axis).1.saturating_add(1)).unwrap_or(usize::MAX);
        shape.push(len);
    }
    let count = axes::product(&shape).ok_or_else(|| Error::corrupt("more images than can be"))?;
    let limits = document.source().limits();
    limits.check_frames(count)?;
    let mut frames = limits.try_capacity(count, "the places of images")?;
    frames.resize(count, Frame::Missing);
    let starts: Vec<i64> = sorted.iter().map(|&axis| ends(axis).0).collect();
    for place in order {
        let axes = sorted.iter().zip(&starts).zip(&shape);
        let index = axes.fold(0usize, |n, ((&axis, &start), &len)| {
            n * len + place[axis].abs_diff(start) as usize
        });
        if let (Some(target), Some(frame)) = (frames.get_mut(index), met.remove(place)) {
            *target = frame;
        }
    }
    if order.len() < count {
        let message = format!("{} of {count} images are missing", count - order.len());
        document.source().warn(format!("{message}: they are zeros"));
    }
    let page = document.first();
    let letters: String = sorted.iter().map(|&axis| letter(&names[axis])).collect();
    let shape = [shape, page.shape()].concat();
    let axes = letters + &page.axes();
    Ok(Series::new("ndtiff", page, frames, (shape, axes)))
}

/// The letter of an axis by its name.
fn letter(name: &str) -> char {
    match name.to_lowercase().as_str() {
        "time" => 'T',
        "channel" => 'C',
        "z" | "depth" => 'Z',
        "position" | "tile" => 'R',
        "row" => 'K',
        "column" => 'J',
        "angle" => 'A',
        "phase" => 'P',
        "lifetime" => 'H',
        "lambda" => 'E',
        "exposure" => 'L',
        "event" => 'V',
        "mosaic" => 'M',
        "sequence" => 'I',
        "sample" => 'S',
        "width" => 'X',
        "height" => 'Y',
        _ => 'Q',
    }
}
