//! Files whose pages all make up one image: FluoView, NIH Image, Olympus SIS, MD Gel.

use std::sync::Arc;

use imageio_core::{Error, Result, Value};

use super::{Frame, Series, axes};
use crate::document::Document;
use crate::format::tags;
use crate::metadata::vendor::{self, fluoview, mdgel};

/// FluoView: the header names all axes and their lengths, fastest first.
pub(super) fn fluoview(document: &mut Document) -> Result<Vec<Series>> {
    let page = Arc::clone(document.first());
    let entry = page.ifd.get(tags::MM_HEADER);
    let entry = entry.ok_or_else(|| Error::corrupt("there is no MM_Header"))?;
    let header = fluoview::header(document.source(), entry)?;
    let dimensions = header.get("Dimensions").and_then(Value::as_list);
    let mut shape = Vec::new();
    let mut letters = String::new();
    let mut spacing = Vec::new();
    for dimension in dimensions.unwrap_or_default().iter().rev() {
        let part = |at: usize| dimension.as_list()?.get(at);
        let name = part(0).and_then(Value::as_str).unwrap_or_default();
        let size = part(1).and_then(Value::as_i64).unwrap_or(0);
        let letter = letter(name);
        // A dimension that is not in use has length 0 or 1.
        shape.push(usize::try_from(size.max(1)).unwrap_or(1));
        letters.push(letter);
        let distance = part(3).and_then(Value::as_f64);
        let is_distance = |distance: &f64| *distance > 0.0 && letter != 'Q';
        spacing.extend(
            distance
                .filter(is_distance)
                .map(|distance| (letter, distance)),
        );
    }
    let frames = all_pages(document)?;
    let pages = axes::product(&shape).zip(page.size().filter(|&size| size > 0));
    if pages.map(|(all, page)| (all / page, all % page)) != Some((frames.len(), 0)) {
        return Err(Error::corrupt(format!(
            "shape {shape:?} is not made up of {} pages of shape {:?}",
            frames.len(),
            page.shape()
        )));
    }
    let name = header.get("ImageName").and_then(Value::as_str);
    let mut series =
        Series::new("fluoview", &page, frames, (shape, letters)).named(name.unwrap_or_default());
    series.spacing = spacing;
    Ok(vec![series])
}

/// The letter of a dimension of FluoView.
fn letter(name: &str) -> char {
    match name.to_uppercase().as_str() {
        "X" => 'X',
        "Y" => 'Y',
        "Z" => 'Z',
        "T" | "TIME" => 'T',
        "CH" | "WAVELENGTH" => 'C',
        "XY" => 'R',
        "EVENT" => 'V',
        "EXPOSURE" => 'L',
        _ => 'Q',
    }
}

/// NIH Image: all pages.
pub(super) fn nih(document: &mut Document) -> Result<Vec<Series>> {
    let page = Arc::clone(document.first());
    let frames = all_pages(document)?;
    let shape = [vec![frames.len()], page.shape()].concat();
    let axes = format!("I{}", page.axes());
    Ok(vec![Series::new("nih", &page, frames, (shape, axes))])
}

/// Olympus SIS: the axes that its text tells, where they are those of the pages.
pub(super) fn sis(document: &mut Document) -> Result<Vec<Series>> {
    let known = vendor::sis(document)?;
    if known.is_empty() || document.source().request().extension().as_deref() == Some(".vsi") {
        return Ok(Vec::new());
    }
    let page = Arc::clone(document.first());
    let frames = all_pages(document)?;
    let text = known
        .get("axes")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let lens = known.get("shape").and_then(Value::as_list);
    let lens = lens
        .unwrap_or_default()
        .iter()
        .map(|len| usize::try_from(len.as_i64()?).ok());
    let lens: Vec<usize> = lens.collect::<Option<_>>().unwrap_or_default();
    let (outer, letters) = if axes::product(&lens) == Some(frames.len()) {
        (lens, text)
    } else {
        (vec![frames.len()], "I")
    };
    let shape = [outer, page.shape()].concat();
    let axes = format!("{letters}{}", page.axes());
    Ok(vec![Series::new("sis", &page, frames, (shape, axes))])
}

/// MD Gel: the first page alone, on the scale that the tags tell.
#[expect(clippy::unnecessary_wraps, reason = "one of a table")]
pub(super) fn mdgel(document: &mut Document) -> Result<Vec<Series>> {
    if !mdgel::is(document) {
        return Ok(Vec::new());
    }
    let page = Arc::clone(document.first());
    let frame = Frame::Ifd {
        file: 0,
        offset: page.ifd.offset,
        data: None,
    };
    let dimensions = (page.shape(), page.axes());
    let mut series = Series::new("mdgel", &page, vec![frame], dimensions);
    series.scaling = mdgel::scaling(document);
    Ok(vec![series])
}

/// Where all pages of the main chain are.
pub(super) fn all_pages(document: &mut Document) -> Result<Vec<Frame>> {
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
