//! What a call means: which pages, with which axes.

use std::sync::Arc;

use imageio_core::{DType, Error, ErrorKind, ImageMode, Index, Result};

use crate::document::Document;
use crate::format::page::Page;
use crate::metadata::vendor::Scaling;
use crate::options::TiffReadOptions;
use crate::series::{Frame, Series};

/// Pages that make up an image.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Images one after the other; more than one only for a batch.
    pub(super) parts: Vec<Part>,
    /// Whether the first axis counts images.
    pub(super) is_batch: bool,
}

/// Pages of one image of a target.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) keyframe: Arc<Page>,
    pub(super) frames: Arc<[Frame]>,
    pub(super) shape: Vec<usize>,
    pub(super) axes: String,
    pub(super) dtype: DType,
    /// Shapes of the levels of the pyramid, where there is one.
    pub(super) levels: Vec<Vec<usize>>,
    /// Distance between neighbours along axes, where metadata other than the resolution tells it.
    pub(super) spacing: Vec<(char, f64)>,
    /// What samples are turned into, where they are meant on another scale.
    pub(super) scaling: Option<Scaling>,
}

impl Part {
    /// A series, or the level of it that `options` name.
    fn of_series(series: &Series, options: &TiffReadOptions, level: usize) -> Result<Self> {
        let wanted = series.level(level)?;
        let (shape, axes) = wanted.dimensions(options.squeeze);
        let levels = if series.levels.is_empty() {
            Vec::new()
        } else {
            let below = series.levels.iter();
            let below = below.map(|level| level.dimensions(options.squeeze).0);
            std::iter::once(series.dimensions(options.squeeze).0)
                .chain(below)
                .collect()
        };
        Ok(Part {
            keyframe: Arc::clone(&wanted.keyframe),
            frames: Arc::clone(&wanted.frames),
            shape,
            axes,
            dtype: wanted.dtype()?,
            levels,
            spacing: series.spacing.clone(),
            scaling: series.scaling,
        })
    }

    /// One page.
    fn of_page(page: Arc<Page>, frame: Frame) -> Result<Self> {
        Ok(Part {
            shape: page.shape(),
            axes: page.axes(),
            dtype: page.dtype()?,
            levels: Vec::new(),
            spacing: Vec::new(),
            scaling: None,
            frames: Arc::new([frame]),
            keyframe: page,
        })
    }
}

/// Which pages of a file a call means, before they are looked up.
pub(super) enum Choice {
    /// All of series `0`.
    Series(usize),
    /// A page of a series.
    PageOfSeries(usize, usize),
    /// Some pages of a series, stacked.
    PagesOfSeries(usize, Vec<usize>),
    /// A page of the file.
    Page(usize),
    /// Some pages of the file, stacked.
    Pages(Vec<usize>),
    /// Every series, stacked.
    AllSeries,
    /// Every page of the file, stacked.
    AllPages,
}

/// Whether images are pages instead of series, as the image modes of v2 have it.
pub(super) fn counts_pages(document: &Document) -> bool {
    let mode = document.source().request().io_mode().image_mode();
    matches!(mode, ImageMode::SingleImage | ImageMode::MultiImage)
}

impl Choice {
    /// What `index` and `options` mean together.
    pub(super) fn of(
        document: &mut Document,
        index: Index,
        options: &TiffReadOptions,
    ) -> Result<Self> {
        if options.page.is_some() && options.key.is_some() {
            return Err(Error::bad_option("`page` and `key` cannot go together"));
        }
        let index = match (options.series, index) {
            (None, index) => index,
            (Some(series), Index::Default) => Index::At(series),
            (Some(series), Index::At(index)) if index == series => Index::At(series),
            (Some(series), _) => {
                let message = format!("`series` {series} and an index cannot go together");
                return Err(Error::bad_option(message));
            }
        };
        let page = options.page.or(match options.key {
            Some(crate::options::Key::Page(page)) => Some(page),
            _ => None,
        });
        if let Some(page) = page {
            return Ok(match index {
                Index::All => Choice::Page(page),
                Index::Default => Choice::PageOfSeries(0, page),
                Index::At(series) => Choice::PageOfSeries(series, page),
            });
        }
        if let Some(key) = &options.key {
            let series = match index {
                Index::All => return Ok(Choice::Pages(key.pages(document.page_count()))),
                Index::Default => 0,
                Index::At(series) => series,
            };
            let count = series_at(document, series)?.frames.len();
            return Ok(Choice::PagesOfSeries(series, key.pages(count)));
        }
        let by_page = options.series.is_none() && counts_pages(document);
        Ok(match index {
            Index::Default if by_page => Choice::Page(0),
            Index::At(page) if by_page => Choice::Page(page),
            Index::All if by_page => Choice::AllPages,
            Index::Default => Choice::Series(0),
            Index::At(series) => Choice::Series(series),
            Index::All => Choice::AllSeries,
        })
    }
}

/// Series `index` of the file.
pub(super) fn series_at(document: &mut Document, index: usize) -> Result<Series> {
    let series = document.series()?;
    let found = series.get(index).cloned();
    found.ok_or_else(|| Error::out_of_range(index, series.len()))
}

/// Page `index` of the main chain.
pub(super) fn page_at(document: &mut Document, index: usize) -> Result<Arc<Page>> {
    match document.page(index)? {
        Some(page) => Ok(page),
        None => Err(Error::out_of_range(index, document.page_count())),
    }
}

/// The page of `frame`; of one without an IFD, the page that it is like.
pub(super) fn page_of(
    document: &Document,
    keyframe: &Arc<Page>,
    frame: &Frame,
) -> Result<Arc<Page>> {
    match frame {
        Frame::Missing | Frame::Raw { .. } => Ok(Arc::clone(keyframe)),
        Frame::Page { page, .. } => Ok(Arc::clone(page)),
        Frame::Ifd { offset, .. } if *offset == keyframe.ifd.offset => Ok(Arc::clone(keyframe)),
        Frame::Ifd { file, offset, .. } => {
            Page::read(document.file_source(*file), *offset).map(Arc::new)
        }
    }
}

impl Target {
    /// Looks up what `choice` means, at pyramid level `level`.
    pub(super) fn of(
        document: &mut Document,
        choice: Choice,
        options: &TiffReadOptions,
        level: usize,
    ) -> Result<Self> {
        let single = |part| {
            Ok(Target {
                parts: vec![part],
                is_batch: false,
            })
        };
        match choice {
            Choice::Series(index) => {
                let series = document.series()?;
                let found = series.get(index);
                let found = found.ok_or_else(|| Error::out_of_range(index, series.len()))?;
                single(Part::of_series(found, options, level)?)
            }
            Choice::AllSeries => {
                let series = document.series()?;
                let parts = series
                    .iter()
                    .map(|series| Part::of_series(series, options, level));
                Target::batch(document, parts.collect::<Result<_>>()?)
            }
            Choice::PageOfSeries(series, page) => {
                let (keyframe, frames) = leveled(document, series, level)?;
                single(page_part(
                    document,
                    &keyframe,
                    &frames,
                    page,
                    options.rotate,
                )?)
            }
            Choice::PagesOfSeries(series, pages) => {
                let (keyframe, frames) = leveled(document, series, level)?;
                let parts = pages
                    .iter()
                    .map(|&page| page_part(document, &keyframe, &frames, page, options.rotate));
                let parts = parts.collect::<Result<_>>()?;
                Target::batch(document, parts)
            }
            Choice::Page(page) => single(flat_part(document, page)?),
            Choice::Pages(pages) => {
                let parts = pages.into_iter().map(|page| flat_part(document, page));
                let parts = parts.collect::<Result<_>>()?;
                Target::batch(document, parts)
            }
            Choice::AllPages => {
                let count = document.page_count();
                let parts = (0..count).map(|page| flat_part(document, page));
                let parts = parts.collect::<Result<_>>()?;
                Target::batch(document, parts)
            }
        }
    }

    /// Several images of one shape and type.
    fn batch(document: &Document, parts: Vec<Part>) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(Error::bad_option("no pages are selected"));
        };
        document.source().limits().check_frames(parts.len())?;
        let odd = parts
            .iter()
            .position(|part| part.shape != first.shape || part.dtype != first.dtype);
        if let Some(n) = odd {
            let (part, other) = (&parts[n], first);
            return Err(Error::unsupported(format!(
                "image {n} is {} of shape {:?}, the ones before it are {} of shape {:?}",
                part.dtype, part.shape, other.dtype, other.shape
            )));
        }
        Ok(Target {
            parts,
            is_batch: true,
        })
    }

    /// The first image.
    pub(super) fn first(&self) -> Result<&Part> {
        let first = self.parts.first();
        first.ok_or_else(|| Error::bad_option("no pages are selected"))
    }

    /// Length of each axis, that of the images included.
    pub(super) fn shape(&self) -> Result<Vec<usize>> {
        let shape = &self.first()?.shape;
        Ok(if self.is_batch {
            [&[self.parts.len()], &shape[..]].concat()
        } else {
            shape.clone()
        })
    }
}

/// The pages of a series at a level of its pyramid, and the page that they are like.
fn leveled(
    document: &mut Document,
    index: usize,
    level: usize,
) -> Result<(Arc<Page>, Arc<[Frame]>)> {
    let all = document.series()?;
    let series = all
        .get(index)
        .ok_or_else(|| Error::out_of_range(index, all.len()))?;
    let series = series.level(level)?;
    Ok((Arc::clone(&series.keyframe), Arc::clone(&series.frames)))
}

/// One page of a series; with `own_page` as its IFD has it, else as the page that it is like.
fn page_part(
    document: &Document,
    keyframe: &Arc<Page>,
    frames: &[Frame],
    index: usize,
    own_page: bool,
) -> Result<Part> {
    let frame = frames.get(index).ok_or_else(|| {
        let count = frames.len();
        let pages = if count == 1 { "page" } else { "pages" };
        let message = format!("page {index} is out of range: the series has {count} {pages}");
        Error::new(ErrorKind::OutOfRange, message)
    })?;
    if let (Frame::Ifd { data: Some(_), .. }, false) = (frame, own_page) {
        // A page like the others: what they are like is known.
        return Part::of_page(Arc::clone(keyframe), frame.clone());
    }
    let page = page_of(document, keyframe, frame)?;
    let frame = match frame {
        Frame::Ifd { file, .. } => Frame::Page {
            file: *file,
            page: Arc::clone(&page),
        },
        other => other.clone(),
    };
    Part::of_page(page, frame)
}

fn flat_part(document: &mut Document, index: usize) -> Result<Part> {
    let page = page_at(document, index)?;
    if index > 0 && page.key() == document.first().key() {
        // A page like the first is not kept: there may be many.
        let frame = Frame::Ifd {
            file: 0,
            offset: page.ifd.offset,
            data: None,
        };
        return Part::of_page(Arc::clone(document.first()), frame);
    }
    let frame = Frame::Page {
        file: 0,
        page: Arc::clone(&page),
    };
    Part::of_page(page, frame)
}

/// The page whose metadata a call means.
pub(super) fn metadata_page(
    document: &mut Document,
    index: Index,
    options: &TiffReadOptions,
) -> Result<Arc<Page>> {
    Ok(match Choice::of(document, index, options)? {
        // The first series begins with the first page, so that nothing needs to be grouped.
        Choice::Series(0) | Choice::PageOfSeries(0, 0) => Arc::clone(document.first()),
        Choice::Series(series) => first_page(document, series, &[0])?,
        Choice::PageOfSeries(series, page) => first_page(document, series, &[page])?,
        Choice::PagesOfSeries(series, pages) => first_page(document, series, &pages)?,
        Choice::Page(page) => page_at(document, page)?,
        Choice::Pages(pages) => page_at(document, pages.first().copied().unwrap_or(0))?,
        Choice::AllSeries | Choice::AllPages => Arc::clone(document.first()),
    })
}

fn first_page(document: &mut Document, series: usize, pages: &[usize]) -> Result<Arc<Page>> {
    let (keyframe, frames) = leveled(document, series, 0)?;
    let page = pages.first().copied().unwrap_or(0);
    page_part(document, &keyframe, &frames, page, true).map(|part| part.keyframe)
}
