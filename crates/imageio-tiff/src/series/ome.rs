//! OME-TIFF: the XML in the first description tells the axes of each image, and in which files its planes are.

use std::collections::HashMap;
use std::sync::Arc;

use imageio_core::{Error, ErrorKind, Result};

use super::{Frame, Series, axes};
use crate::document::{Document, TiffInput};
use crate::format::page::Page;
use crate::metadata::xml;

mod levels;
mod model;

use model::{File, Image, Model};

/// Planes that an image has at most.
const MAX_PLANES: usize = 1 << 24;

/// Files that a data set has at most.
const MAX_FILES: usize = 1 << 16;

/// One series for each image.
pub(super) fn find(document: &mut Document) -> Result<Vec<Series>> {
    let model = {
        let text = document.texts().ome().unwrap_or_default();
        let source = document.source();
        let warn = |message: String| source.warn(message);
        xml::parse(source.limits(), text, |xml| Model::of(xml, &warn))?
    };
    let mut files = Files {
        indices: HashMap::new(),
        uuid: model.uuid.clone(),
        missing: Vec::new(),
    };
    let mut all = Vec::new();
    for image in &model.images {
        let Some(frames) = frames(document, &mut files, image)? else {
            // Planes in other files that are not to be read: what is here counts alone.
            return Ok(Vec::new());
        };
        if let Some(mut series) = series(document, image, frames)? {
            let hidden = image
                .annotation
                .as_ref()
                .and_then(|id| model.modulo.get(id));
            for modulo in hidden.into_iter().flatten() {
                split(&mut series, modulo);
            }
            levels::add(document, &mut series)?;
            all.push(series);
        }
    }
    files.report(document);
    Ok(all)
}

/// The files of the data set, opened when they are first met.
struct Files {
    /// By UUID; nothing for one that is missing.
    indices: HashMap<String, Option<usize>>,
    /// The UUID of this file.
    uuid: Option<String>,
    missing: Vec<String>,
}

impl Files {
    /// Whether `file` is the one that was opened: by its UUID or, where the XML has none, by its name.
    fn is_own(&mut self, document: &Document, file: &File) -> bool {
        if let Some(uuid) = &self.uuid {
            return *uuid == file.uuid;
        }
        let own_name = document.source().request().name();
        let own_name = own_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_own = own_name.eq_ignore_ascii_case(&file.name);
        if is_own {
            self.uuid = Some(file.uuid.clone());
        }
        is_own
    }

    /// The index of another `file`; nothing where it is missing.
    fn open(&mut self, document: &mut Document, file: &File) -> Option<usize> {
        if let Some(known) = self.indices.get(&file.uuid) {
            return *known;
        }
        let index = if self.indices.len() < MAX_FILES {
            let opened = document.source().request().sibling(&file.name);
            let opened = opened.and_then(|request| TiffInput::open(request, None, None));
            opened.map(|opened| document.add_file(opened)).ok()
        } else {
            None
        };
        if index.is_none() {
            self.missing.push(file.name.clone());
        }
        self.indices.insert(file.uuid.clone(), index);
        index
    }

    fn report(&self, document: &Document) {
        if let Some(first) = self.missing.first() {
            let others = match self.missing.len() {
                1 => String::new(),
                count => format!(" and {} others", count - 1),
            };
            document.source().warn(format!(
                "OME: the file {first:?}{others} cannot be read; its pixels are zeros"
            ));
        }
    }
}

/// The planes of an image; nothing where they reach into other files and must not.
fn frames(document: &mut Document, files: &mut Files, image: &Image) -> Result<Option<Vec<Frame>>> {
    let mut frames = Vec::new();
    let mut last_count = None;
    for planes in &image.planes {
        let file = match &planes.file {
            None => Some(0),
            Some(file) if files.is_own(document, file) => Some(0),
            Some(_) if !document.is_multifile() => return Ok(None),
            Some(file) => files.open(document, file),
        };
        let count = match (planes.count, file) {
            (0, Some(file)) => document.file(file).page_count(),
            (0, None) => last_count.ok_or_else(|| {
                Error::corrupt("a file is missing, and nothing tells how many planes it has")
            })?,
            (count, _) => count,
        };
        last_count = Some(count);
        let end = planes.position.saturating_add(count);
        if end > MAX_PLANES {
            let message = format!("an image of {end} planes, {MAX_PLANES} are allowed");
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        if frames.len() < end {
            frames.resize(end, Frame::Missing);
        }
        let Some(file) = file else { continue };
        for n in 0..count {
            let Some(offset) = document
                .file(file)
                .page_offset(planes.ifd.saturating_add(n))
            else {
                let page = planes.ifd.saturating_add(n);
                document.source().warn(format!(
                    "OME: there is no page {page}; its pixels are zeros"
                ));
                break;
            };
            frames[planes.position + n] = Frame::Ifd {
                file,
                offset,
                data: None,
            };
        }
    }
    Ok(Some(frames))
}

/// The series of an image; nothing where no plane is there, or planes are not what the axes say.
fn series(document: &Document, image: &Image, mut frames: Vec<Frame>) -> Result<Option<Series>> {
    let keyframe = frames.iter().find_map(|frame| match frame {
        Frame::Ifd { file, offset, .. } => Some(Page::read(document.file_source(*file), *offset)),
        _ => None,
    });
    let Some(keyframe) = keyframe.transpose()?.map(Arc::new) else {
        return Ok(None);
    };
    let (mut shape, mut letters) = (image.shape.clone(), image.axes.clone());
    if image.samples > 1 && keyframe.planar {
        shape.insert(3, image.samples);
        letters.insert(3, 'S');
    } else {
        shape.push(image.samples);
        letters.push('S');
    }
    let page_size = keyframe.size().unwrap_or(0);
    let size = axes::product(&shape).ok_or_else(|| Error::corrupt(format!("shape {shape:?}")))?;
    let needed = size.checked_div(page_size).unwrap_or(0).max(1);
    if needed > MAX_PLANES {
        let message = format!("an image of {needed} planes, {MAX_PLANES} are allowed");
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    if needed != frames.len() {
        let held = frames.len();
        document
            .source()
            .warn(format!("OME: {held} planes where {needed} are due"));
        frames.resize(needed, Frame::Missing);
    }
    let (squeezed, _) = axes::squeeze(&shape, &letters);
    let page_shape = keyframe.shape();
    if !squeezed.ends_with(&page_shape) {
        document.source().warn(format!(
            "OME: pages of shape {page_shape:?} are no planes of an image of shape {squeezed:?}"
        ));
        return Ok(None);
    }
    let mut series = Series::new("ome", &keyframe, frames, (shape, letters));
    series.spacing.clone_from(&image.spacing);
    Ok(Some(series.named(&*image.name)))
}

/// Splits the axis in which another is hidden.
fn split(series: &mut Series, modulo: &model::Modulo) {
    let (mut shape, mut letters) = series.dimensions(Some(false));
    let Some(at) = letters.find(modulo.axis) else {
        return;
    };
    if shape[at] == modulo.size {
        letters.replace_range(at..=at, &modulo.inner.to_string());
    } else if shape[at] % modulo.size == 0 {
        shape[at] /= modulo.size;
        shape.insert(at + 1, modulo.size);
        letters.insert(at + 1, modulo.inner);
    }
    series.set_dimensions(shape, letters);
}
