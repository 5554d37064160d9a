//! Philips DP: levels whose pages are padded to whole tiles, the whole slide and its label.

use std::sync::Arc;

use imageio_core::{Error, Result};

use super::slides::{BASELINE, single};
use super::{Frame, Series};
use crate::document::{Document, Texts};
use crate::format::page::Page;
use crate::metadata::vendor::philips;

/// The image with its levels, cut to what they show, and the other pictures.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let spacing = philips::spacing(document)?;
    let (mut levels, mut macros, mut labels, mut others) = (vec![], None, None, vec![]);
    let mut index = 0;
    while let Some(page) = document.page(index)? {
        let text = Texts::of(document.source(), &page).description;
        if text.starts_with("Macro") {
            macros = Some(page);
        } else if text.starts_with("Label") {
            labels = Some(page);
        } else if page.tile.is_none() {
            others.push(page);
        } else {
            levels.push(page);
        }
        index += 1;
    }
    if spacing.len() < 2 || levels.len() != spacing.len() {
        let message = format!("{} levels with {} distances", levels.len(), spacing.len());
        return Err(Error::corrupt(message));
    }
    let full = (levels[0].length, levels[0].width);
    let mut series = levels
        .iter()
        .zip(&spacing)
        .enumerate()
        .map(|(n, (page, &distance))| {
            let page = match n {
                0 => Arc::clone(page),
                _ => Arc::new(cut(page, full, spacing[0], distance)),
            };
            let name = if n == 0 {
                BASELINE.to_owned()
            } else {
                format!("Level{n}")
            };
            let frame = Frame::Page {
                file: 0,
                page: Arc::clone(&page),
            };
            Series::new("philips", &page, vec![frame], (page.shape(), page.axes())).named(name)
        });
    let Some(mut top) = series.next() else {
        return Ok(Vec::new());
    };
    top.levels.extend(series);
    let mut all = vec![top];
    all.extend(others.iter().map(|page| single("philips", "Other", page)));
    all.extend(macros.iter().map(|page| single("philips", "Macro", page)));
    all.extend(labels.iter().map(|page| single("philips", "Label", page)));
    Ok(all)
}

/// The page without what pads it, where `full` are the sides of the largest.
fn cut(page: &Page, full: (usize, usize), first: (f64, f64), distance: (f64, f64)) -> Page {
    let mut page = page.clone();
    let tile = page.tile.map_or((0, 0), |tile| (tile.length, tile.width));
    let side = |full: usize, ratio: f64| full / (ratio.round_ties_even() as usize).max(1);
    let (length, width) = (
        side(full.0, distance.0 / first.0),
        side(full.1, distance.1 / first.1),
    );
    // More than a tile of padding says that the distances are wrong.
    let cut = |padded: usize, tile: usize, side: usize| {
        if padded.saturating_sub(tile) >= side {
            (padded + 1).saturating_sub(tile).max(1)
        } else {
            side
        }
    };
    // Rows that are not stored are zeros; columns are not made up.
    page.width = cut(page.width, tile.1, width).min(page.width);
    page.length = cut(page.length, tile.0, length);
    page
}
