//! MetaMorph STK: all planes belong to the one page, and stand one after the other behind its first.

use std::sync::Arc;

use imageio_core::{Error, NdImage, Result, Value};

use super::{Series, shaped};
use crate::document::Document;
use crate::format::tags;
use crate::metadata::vendor::{self, stk};

/// The one series.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let page = Arc::clone(document.first());
    let planes = usize::try_from(stk::planes(&page))
        .map_err(|_| Error::corrupt("more planes than can be counted"))?;
    let at = page.contiguous(document.source())?;
    let at = at.ok_or_else(|| Error::corrupt("the planes are not stored one after the other"))?;
    document.source().limits().check_frames(planes)?;
    // Each plane takes room, so that a claim of more than there are needs no list.
    let len = (page.nbytes().unwrap_or(0) as u64).saturating_mul(planes as u64);
    document.source().check(at, len)?;
    let frames = shaped::raw(document, &page, at, planes)?;
    let shape = [vec![planes], page.shape()].concat();
    let axes = format!("{}{}", letter(document, planes), page.axes());
    Ok(vec![Series::new("stk", &page, frames, (shape, axes))])
}

/// What tells planes apart: depth, time, or nothing that is known.
fn letter(document: &Document, planes: usize) -> char {
    let page = document.first();
    let second = page
        .ifd
        .get(tags::UIC2_TAG)
        .and_then(|entry| vendor::value(document.source(), page, entry)?.ok());
    let Some(Value::Map(second)) = second.filter(|_| planes > 1) else {
        return 'I';
    };
    let array = |key: &str| match second.get(key) {
        Some(Value::Array(array)) => Some(array),
        _ => None,
    };
    let distances = array("ZDistance").and_then(|array| NdImage::as_slice::<f64>(array).ok());
    if distances.is_some_and(|all| all.iter().all(|&distance| distance != 0.0)) {
        return 'Z';
    }
    let times = array("TimeCreated").and_then(|array| NdImage::as_slice::<u32>(array).ok());
    if times.is_some_and(|all| all.windows(2).all(|pair| pair[0] != pair[1])) {
        return 'T';
    }
    'I'
}
