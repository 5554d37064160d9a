//! Zeiss LSM: image and thumbnail take turns.

use std::sync::Arc;

use imageio_core::{Error, Metadata, Result, Value};

use super::{Frame, Series, axes};
use crate::document::Document;
use crate::format::tags;
use crate::metadata::vendor::lsm;

/// Axes by the number of the scan type (LSM specification, `u16ScanType`).
const SCAN_TYPES: [&str; 11] = [
    "ZCYX", "CZX", "CTX", "TCYX", "TCZX", "CTX", "TZCYX", "TZCYX", "CZX", "TCZX", "CTX",
];

/// The images, and the thumbnails.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let page = Arc::clone(document.first());
    let entry = page.ifd.get(tags::CZ_LSM_INFO);
    let entry = entry.ok_or_else(|| Error::corrupt("there is no CZ_LSMINFO"))?;
    let info = lsm::header(document.source(), entry)?;
    let letters = letters(&info, page.planar, page.samples)?;
    let shape: Result<Vec<usize>> = letters.chars().map(|axis| size(&info, axis)).collect();
    let shape = shape?;
    let images = every_second(document, 0)?;
    let pages = axes::product(&shape).zip(page.size().filter(|&size| size > 0));
    if pages.map(|(all, page)| (all / page, all % page)) != Some((images.len(), 0)) {
        return Err(Error::corrupt(format!(
            "shape {shape:?} is not made up of {} pages of shape {:?}",
            images.len(),
            page.shape()
        )));
    }
    let mut series = Series::new("lsm", &page, images, (shape.clone(), letters.clone()));
    series.spacing = spacing(&info);
    let mut all = vec![series];
    all.extend(thumbnails(document, &shape, &letters)?);
    Ok(all)
}

/// The axes, slowest first.
fn letters(info: &Metadata, is_planar: bool, samples: usize) -> Result<String> {
    let kind = number(info, "ScanType").unwrap_or(-1);
    let known = usize::try_from(kind).ok().and_then(|n| SCAN_TYPES.get(n));
    let known = known.ok_or_else(|| Error::corrupt(format!("scan type {kind} does not exist")))?;
    let mut letters = if !is_planar {
        known.replace('C', "").replace('X', "XC")
    } else if samples == 1 {
        known.replace('C', "")
    } else {
        (*known).to_owned()
    };
    for (key, letter) in [("DimensionP", 'P'), ("DimensionM", 'M')] {
        if number(info, key).is_some_and(|count| count > 0) {
            letters.insert(0, letter);
        }
    }
    Ok(letters)
}

fn size(info: &Metadata, axis: char) -> Result<usize> {
    let key = match axis {
        'X' => "DimensionX",
        'Y' => "DimensionY",
        'Z' => "DimensionZ",
        'C' => "DimensionChannels",
        'T' => "DimensionTime",
        'P' => "DimensionP",
        _ => "DimensionM",
    };
    let size = number(info, key).unwrap_or(0);
    usize::try_from(size).map_err(|_| Error::corrupt(format!("{key} is {size}")))
}

fn number(info: &Metadata, key: &str) -> Option<i64> {
    info.get(key)?.as_i64()
}

fn spacing(info: &Metadata) -> Vec<(char, f64)> {
    let axes = [
        ('X', "VoxelSizeX"),
        ('Y', "VoxelSizeY"),
        ('Z', "VoxelSizeZ"),
        ('T', "TimeIntervall"),
    ];
    let distance = |key| info.get(key).and_then(Value::as_f64);
    axes.into_iter()
        .filter_map(|(axis, key)| Some((axis, distance(key).filter(|&distance| distance > 0.0)?)))
        .collect()
}

/// The second series: a small picture for each page.
fn thumbnails(document: &mut Document, shape: &[usize], letters: &str) -> Result<Option<Series>> {
    let Some(page) = document.page(1)? else {
        return Ok(None);
    };
    if !page.is_reduced() {
        return Ok(None);
    }
    let frames = every_second(document, 1)?;
    let mut outer = 0;
    let mut count = 1usize;
    while count < frames.len() && outer + 2 < shape.len() {
        count = count.saturating_mul(shape[outer]);
        outer += 1;
    }
    if count != frames.len() {
        return Ok(None);
    }
    let shape = [&shape[..outer], &page.shape()].concat();
    let letters: String = letters
        .chars()
        .take(outer)
        .chain(page.axes().chars())
        .collect();
    Ok(Some(Series::new("lsm", &page, frames, (shape, letters))))
}

/// Every second page from `first` on.
fn every_second(document: &mut Document, first: usize) -> Result<Vec<Frame>> {
    let count = document.page_count();
    let mut frames = document
        .source()
        .limits()
        .try_capacity(count / 2 + 1, "the places of pages")?;
    for index in (first..count).step_by(2) {
        let offset = document.page_offset(index).unwrap_or(0);
        frames.push(Frame::Ifd {
            file: 0,
            offset,
            data: None,
        });
    }
    Ok(frames)
}
