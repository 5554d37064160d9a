//! Pyramids of OME-TIFF: each plane has its smaller versions in SubIFDs.

use std::sync::Arc;

use imageio_core::Result;

use super::super::{Frame, Series};
use crate::document::Document;
use crate::format::page::Page;
use crate::format::tags;

/// Levels that a pyramid has at most: each halves the image.
const MAX_LEVELS: usize = 64;

/// Adds the levels below `series`, where its pages have SubIFDs.
pub(super) fn add(document: &Document, series: &mut Series) -> Result<()> {
    let count = match series.keyframe.ifd.get(tags::SUB_IFDS) {
        Some(entry) => usize::try_from(entry.count).map_or(MAX_LEVELS, |n| n.min(MAX_LEVELS)),
        None => return Ok(()),
    };
    let mut levels = vec![Vec::new(); count];
    for frame in series.frames.iter() {
        let below = match frame {
            Frame::Ifd { file, offset, .. } => below(document, *file, *offset)?,
            _ => Vec::new(),
        };
        for (place, level) in levels.iter_mut().enumerate() {
            level.push(below.get(place).cloned().unwrap_or(Frame::Missing));
        }
    }
    for (place, frames) in levels.into_iter().enumerate() {
        let keyframe = frames.iter().find_map(|frame| match frame {
            Frame::Ifd { file, offset, .. } => {
                Some(Page::read(document.file_source(*file), *offset))
            }
            _ => None,
        });
        let Some(keyframe) = keyframe.transpose()?.map(Arc::new) else {
            let message = format!("OME: level {} of the pyramid is empty", place + 1);
            document.source().warn(message);
            break;
        };
        let (mut shape, axes) = series.dimensions(Some(false));
        for (axis, len) in axes.chars().zip(&mut shape) {
            match axis {
                'X' => *len = keyframe.width,
                'Y' => *len = keyframe.length,
                _ => {}
            }
        }
        let name = format!("Level {}", place + 1);
        let mut level = Series::new("ome", &keyframe, frames, (shape, axes)).named(name);
        level.is_subifd = true;
        series.levels.push(level);
    }
    Ok(())
}

fn below(document: &Document, file: usize, offset: u64) -> Result<Vec<Frame>> {
    let source = document.file_source(file);
    let ifd = source.read_ifd(offset)?;
    let Some(entry) = ifd.get(tags::SUB_IFDS) else {
        return Ok(Vec::new());
    };
    let offsets = source.integers(entry, 0..MAX_LEVELS as u64)?;
    let frame = |offset: u64| match offset {
        // Writers reserve slots that they then leave empty.
        0..8 => Frame::Missing,
        offset => Frame::Ifd {
            file,
            offset,
            data: None,
        },
    };
    Ok(offsets.into_iter().map(frame).collect())
}
