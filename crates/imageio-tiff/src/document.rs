//! An opened file: its pages, found as far as they are needed, and its series.

use std::sync::{Arc, OnceLock};

use imageio_core::{ErrorKind, Request, Result};

use crate::format;
use crate::format::ifd::Chain;
use crate::format::lsm::Mended;
use crate::format::page::Page;
use crate::format::source::Source;
use crate::format::tags;
use crate::metadata::vendor::lsm;
use crate::series::{self, Series};

/// One TIFF file with its main chain of pages.
#[derive(Debug)]
pub(crate) struct TiffInput {
    pub(crate) source: Source,
    chain: Chain,
}

impl TiffInput {
    pub(crate) fn open(request: Request, offset: Option<u64>, size: Option<u64>) -> Result<Self> {
        let source = Source::open(request, offset, size)?;
        let chain = Chain::main(&source)?;
        Ok(TiffInput { source, chain })
    }

    /// Where page `index` is; nothing after the last.
    pub(crate) fn page_offset(&mut self, index: usize) -> Option<u64> {
        self.chain.get(&self.source, index)
    }

    /// Number of pages of the main chain.
    pub(crate) fn page_count(&mut self) -> usize {
        self.chain.count(&self.source)
    }
}

/// Texts that tell what wrote a page.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) description: String,
    /// The second description.
    pub(crate) description1: String,
    pub(crate) software: String,
}

impl Texts {
    pub(crate) fn of(source: &Source, page: &Page) -> Self {
        let mut entries = page.ifd.entries.iter();
        let mut next = |tag| entries.find(|entry| entry.tag == tag);
        let text = |entry: Option<_>| {
            let text = entry.map(|entry| source.text(entry));
            // A description of another type than text counts for none.
            text.and_then(Result::ok).unwrap_or_default()
        };
        Texts {
            description: text(next(tags::IMAGE_DESCRIPTION)),
            description1: text(next(tags::IMAGE_DESCRIPTION)),
            software: text(page.ifd.get(tags::SOFTWARE)),
        }
    }

    /// tifffile's own description of the shape.
    pub(crate) fn shaped(&self) -> Option<&str> {
        self.descriptions().find(|text| {
            (text.starts_with('{') && text.contains("\"shape\":") && !text.contains("\"mibi."))
                || text.starts_with("shape=")
        })
    }

    /// ImageJ's description.
    pub(crate) fn imagej(&self) -> Option<&str> {
        self.descriptions()
            .find(|text| text.starts_with("ImageJ=") || text.starts_with("SCIFIO="))
    }

    /// OME-XML.
    pub(crate) fn ome(&self) -> Option<&str> {
        let text = self.description.as_str();
        text.ends_with("OME>").then_some(text)
    }

    fn descriptions(&self) -> impl Iterator<Item = &str> {
        [&self.description, &self.description1]
            .into_iter()
            .map(String::as_str)
    }
}

/// An opened file, and the other ones that its series reach into.
#[derive(Debug)]
pub(crate) struct Document {
    /// This file first.
    files: Vec<TiffInput>,
    /// Whether series may reach into other files.
    multifile: bool,
    first: Arc<Page>,
    texts: OnceLock<Texts>,
    series: Option<Arc<[Series]>>,
}

impl Document {
    /// Opens the TIFF file at `offset` of `request`.
    ///
    /// # Errors
    /// `NotThisFormat` for other bytes, `Corrupt` where the first page cannot be read.
    pub(crate) fn open(
        request: Request,
        (offset, size): (Option<u64>, Option<u64>),
        multifile: bool,
    ) -> Result<Self> {
        let mut file = TiffInput::open(request, offset, size)?;
        let first_at = file.page_offset(0).unwrap_or(0);
        let mut first = Page::read(&file.source, first_at).map_err(|error| error.at("page 0"))?;
        if let Some(entry) = first.ifd.get(tags::CZ_LSM_INFO) {
            let counts = lsm::counts(&file.source, entry);
            let mended = format::lsm::mend(&file.source, &mut file.chain, &first, &counts);
            file.source.set_lsm(match mended {
                Err(error) if error.kind() == ErrorKind::LimitExceeded => return Err(error),
                mended => mended.unwrap_or_else(|error| {
                    file.source.warn(error.message());
                    Mended::default()
                }),
            });
            first = Page::read(&file.source, first_at).map_err(|error| error.at("page 0"))?;
        }
        file.chain.note_next(&file.source, 0, first.ifd.next);
        Ok(Document {
            files: vec![file],
            multifile,
            first: Arc::new(first),
            texts: OnceLock::new(),
            series: None,
        })
    }

    /// This file.
    pub(crate) fn source(&self) -> &Source {
        self.file_source(0)
    }

    /// File `index` of those that series reach into.
    pub(crate) fn file_source(&self, index: usize) -> &Source {
        &self.files[index].source
    }

    /// File `index` of those that series reach into.
    pub(crate) fn file(&mut self, index: usize) -> &mut TiffInput {
        &mut self.files[index]
    }

    /// Adds a file; gives its index.
    pub(crate) fn add_file(&mut self, file: TiffInput) -> usize {
        self.files.push(file);
        self.files.len() - 1
    }

    /// Whether series may reach into other files.
    pub(crate) fn is_multifile(&self) -> bool {
        self.multifile
    }

    /// The first page.
    pub(crate) fn first(&self) -> &Arc<Page> {
        &self.first
    }

    /// The texts of the first page.
    pub(crate) fn texts(&self) -> &Texts {
        self.texts
            .get_or_init(|| Texts::of(&self.files[0].source, &self.first))
    }

    /// Number of pages of the main chain.
    pub(crate) fn page_count(&mut self) -> usize {
        self.files[0].page_count()
    }

    /// Where page `index` is; nothing after the last.
    pub(crate) fn page_offset(&mut self, index: usize) -> Option<u64> {
        self.files[0].page_offset(index)
    }

    /// Page `index` of the main chain; nothing after the last.
    pub(crate) fn page(&mut self, index: usize) -> Result<Option<Arc<Page>>> {
        if index == 0 {
            return Ok(Some(Arc::clone(&self.first)));
        }
        let Some(offset) = self.page_offset(index) else {
            return Ok(None);
        };
        let file = &mut self.files[0];
        let page = Page::read(&file.source, offset)
            .map_err(|error| error.at(format_args!("page {index}")))?;
        file.chain.note_next(&file.source, index, page.ifd.next);
        Ok(Some(Arc::new(page)))
    }

    /// The series of the file.
    ///
    /// # Errors
    /// `Corrupt` when no page has an image.
    pub(crate) fn series(&mut self) -> Result<Arc<[Series]>> {
        if let Some(series) = &self.series {
            return Ok(Arc::clone(series));
        }
        let series: Arc<[Series]> = series::find(self)?.into();
        Ok(Arc::clone(self.series.insert(series)))
    }
}
