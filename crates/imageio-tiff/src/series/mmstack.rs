//! Micro-Manager: a map of all pages stands beside them, so that none needs to be looked for.

use std::sync::Arc;

use imageio_core::{Error, Metadata, NdImage, Result, Value};

use super::{Frame, Series, axes};
use crate::document::{Document, TiffInput};
use crate::format::page::Page;
use crate::format::source::Source;
use crate::metadata::vendor::micromanager::{self, COLUMNS};

/// Bytes between the offset of a page and its pixels.
const IFD_LEN: u64 = 162;

/// The map of one file.
struct Map {
    file: usize,
    rows: Vec<[u32; COLUMNS]>,
}

/// The one series, over all files of it that are there.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let all = micromanager::of_file(document.source())?;
    let Some(Value::Map(summary)) = all.get("Summary") else {
        return Ok(Vec::new());
    };
    let is_stack = all.get("MajorVersion").and_then(Value::as_i64) == Some(0);
    let Some(rows) = rows(&all).filter(|rows| is_stack && !rows.is_empty()) else {
        return Ok(Vec::new());
    };
    if !summary.contains_key("MicroManagerVersion") || !summary.contains_key("Frames") {
        return Ok(Vec::new());
    }
    let letters = letters(summary);
    let columns: Vec<usize> = letters.chars().map(column).collect();
    let claimed = |axis: char| {
        let key = match axis {
            'C' => "Channels",
            'Z' => "Slices",
            'R' => "Positions",
            _ => "Frames",
        };
        summary.get(key).and_then(Value::as_i64).unwrap_or(1)
    };
    let shape = letters.chars().map(|axis| {
        let last = rows.iter().map(|row| row[column(axis)]).max();
        let met = last.map_or(0, |last| last as usize + 1);
        met.max(usize::try_from(claimed(axis)).unwrap_or(0))
    });
    let mut shape: Vec<usize> = shape.collect();
    let size = axes::product(&shape).unwrap_or(usize::MAX);
    let mut maps = vec![Map { file: 0, rows }];
    if size > maps[0].rows.len() {
        maps.extend(others(document, summary));
        if maps.len() == 1 {
            shape = squeeze(&mut maps[0], &columns);
            let message = "other files of the series are missing: its part in this one is given";
            document.source().warn(message);
        }
    }
    let frames = frames(document, &maps, &columns, &shape)?;
    let page = Arc::clone(document.first());
    let shape = [shape, page.shape()].concat();
    let axes = letters + &page.axes();
    Ok(vec![Series::new("mmstack", &page, frames, (shape, axes))])
}

fn rows(all: &Metadata) -> Option<Vec<[u32; COLUMNS]>> {
    let Some(Value::Array(map)) = all.get("IndexMap") else {
        return None;
    };
    let numbers = NdImage::as_slice::<u32>(map).ok()?;
    Some(numbers.as_chunks::<COLUMNS>().0.to_vec())
}

fn letters(summary: &Metadata) -> String {
    let is = |key| summary.get(key).and_then(Value::as_bool) != Some(false);
    let outer = if is("TimeFirst") { "TR" } else { "RT" };
    let inner = if is("SlicesFirst") { "ZC" } else { "CZ" };
    [outer, inner].concat()
}

/// The column of the map that counts an axis.
fn column(axis: char) -> usize {
    match axis {
        'C' => 0,
        'Z' => 1,
        'T' => 2,
        _ => 3,
    }
}

/// The maps of the other files of the series.
fn others(document: &mut Document, summary: &Metadata) -> Vec<Map> {
    let request = document.source().request().clone();
    let name = request.name().into_owned();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let prefix = match summary.get("Prefix").and_then(Value::as_str) {
        Some(prefix) => prefix,
        None => name.split("_MMStack").next().unwrap_or_default(),
    };
    if !document.is_multifile() || !name.contains("_MMStack") || !name.starts_with(prefix) {
        return Vec::new();
    }
    let start = format!("{prefix}_MMStack");
    let siblings = request.list().unwrap_or_default();
    let is_tiff = |other: &str| {
        let ending = other.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("tif"))
    };
    let wanted = |other: &&String| other.starts_with(&start) && is_tiff(other) && *other != name;
    let mut maps = Vec::new();
    for other in siblings.iter().filter(wanted) {
        let opened = request
            .sibling(other)
            .and_then(|request| TiffInput::open(request, None, None))
            .and_then(|file| Ok((rows(&micromanager::of_file(&file.source)?), file)));
        match opened {
            Ok((Some(rows), file)) => {
                let file = document.add_file(file);
                maps.push(Map { file, rows });
            }
            Ok((None, _)) => document.source().warn(format!("{other} has no index map")),
            Err(error) => document
                .source()
                .warn(format!("{other}: {}", error.message())),
        }
    }
    maps
}

/// Counts each axis from the first index that the file has; gives the lengths of the axes then.
fn squeeze(map: &mut Map, columns: &[usize]) -> Vec<usize> {
    for &column in columns {
        let first = map.rows.iter().map(|row| row[column]).min().unwrap_or(0);
        map.rows.iter_mut().for_each(|row| row[column] -= first);
    }
    let last = |&column: &usize| map.rows.iter().map(|row| row[column]).max();
    let lens = columns.iter().map(last);
    lens.map(|last| last.map_or(0, |last| last as usize + 1))
        .collect()
}

/// Where the pages are; those that no map has are zeros.
fn frames(
    document: &Document,
    maps: &[Map],
    columns: &[usize],
    shape: &[usize],
) -> Result<Vec<Frame>> {
    let first = document.first();
    let size = axes::product(shape).ok_or_else(|| Error::corrupt("more pages than can be"))?;
    document.source().limits().check_frames(size)?;
    let mut frames = document
        .source()
        .limits()
        .try_capacity(size, "the places of pages")?;
    frames.resize(size, Frame::Missing);
    let mut met = 0;
    for map in maps {
        let source = document.file_source(map.file);
        for row in &map.rows {
            let index = columns
                .iter()
                .zip(shape)
                .fold(0usize, |n, (&column, &len)| {
                    n.saturating_mul(len).saturating_add(row[column] as usize)
                });
            let is_inside = columns
                .iter()
                .zip(shape)
                .all(|(&column, &len)| (row[column] as usize) < len);
            let place = place(source, map.file, first, row[COLUMNS - 1].into());
            if let (Some(frame), Some(place), true) = (frames.get_mut(index), place, is_inside) {
                *frame = place;
                met += 1;
            }
        }
    }
    if met < size {
        let message = format!("{} of {size} pages are missing: they are zeros", size - met);
        document.source().warn(message);
    }
    Ok(frames)
}

/// Where the pixels of the page at `offset` are; nothing where the file ends before them.
fn place(source: &Source, file: usize, first: &Page, offset: u64) -> Option<Frame> {
    if offset == 0 {
        return None;
    }
    if file == 0 && offset == first.ifd.offset {
        return Some(Frame::Ifd {
            file,
            offset,
            data: None,
        });
    }
    let (at, len) = (offset + IFD_LEN, first.nbytes().unwrap_or(0) as u64);
    source.contains(at, len).then_some(Frame::Raw { file, at })
}
