//! Pages grouped by what they have in common.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Frame, Series, axes, pyramid};
use crate::document::Document;
use crate::format::page::{Page, PageKey};
use crate::format::source::Source;
use crate::format::tags;

/// The pages with equal keys, in the order in which the first of each comes.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    by_key: HashMap<PageKey, usize>,
    seen: HashSet<u64>,
}

struct Group {
    keyframe: Arc<Page>,
    is_subifd: bool,
    frames: Vec<Frame>,
}

impl Groups {
    fn add(&mut self, source: &Source, page: Arc<Page>, is_subifd: bool) {
        let is_empty = page.size().is_none_or(|size| size == 0);
        if is_empty || !self.seen.insert(page.ifd.offset) {
            return;
        }
        let frame = Frame::Ifd {
            file: 0,
            offset: page.ifd.offset,
            data: page.short_contiguous(source).ok().flatten(),
        };
        let next = self.all.len();
        let at = *self.by_key.entry(page.key()).or_insert(next);
        match self.all.get_mut(at) {
            Some(group) => group.frames.push(frame),
            None => self.all.push(Group {
                keyframe: page,
                is_subifd,
                frames: vec![frame],
            }),
        }
    }
}

/// One series for each shape and way of storing, pyramids joined.
pub(super) fn find(document: &mut Document) -> Vec<Series> {
    let mut groups = Groups::default();
    let mut index = 0;
    loop {
        match document.page(index) {
            Ok(None) => break,
            Ok(Some(page)) => {
                groups.add(document.source(), Arc::clone(&page), false);
                for offset in sub_ifds(document, &page) {
                    match Page::read(document.source(), offset) {
                        Ok(page) => groups.add(document.source(), Arc::new(page), true),
                        Err(error) => document
                            .source()
                            .warn(format!("page {index}: SubIFD: {}", error.message())),
                    }
                }
            }
            Err(error) => document.source().warn(error.message()),
        }
        index += 1;
    }
    let kind = if groups.all.len() == 1 {
        "uniform"
    } else {
        "generic"
    };
    let series = groups.all.into_iter().map(|group| {
        let page = &group.keyframe;
        let shape = [vec![group.frames.len()], page.shape()].concat();
        let axes = format!("I{}", page.axes());
        let dimensions = axes::with_samples(shape, axes);
        let mut series = Series::new(kind, page, group.frames, dimensions);
        series.is_subifd = group.is_subifd;
        series
    });
    let mut series: Vec<Series> = series.collect();
    pyramid::build(&mut series, false);
    series.retain(|series| axes::product(&series.shape()).is_some_and(|size| size > 0));
    series
}

/// Where the IFDs below `page` are.
pub(super) fn sub_ifds(document: &Document, page: &Page) -> Vec<u64> {
    let Some(entry) = page.ifd.get(tags::SUB_IFDS) else {
        return Vec::new();
    };
    let offsets = document.source().integers(entry, 0..entry.count);
    let mut offsets = offsets.unwrap_or_else(|error| {
        document.source().warn(error.message());
        Vec::new()
    });
    // Writers reserve slots that they then leave empty.
    offsets.retain(|&offset| offset >= 8);
    offsets
}
