//! One series: its pages on their way into the file, and what is left to do when it ends.

use imageio_core::{DType, Error, Limits, Metadata, Result, Value};

use super::encode::Encoder;
use super::file::{CLASSIC_END, Moved, TiffFile};
use super::imagej;
use super::layout::{Flavour, Stored};
use super::ome;
use super::pixels::{Places, write_encoded, write_plain};
use super::segments::Cut;
use super::settings::Coding;
use super::shaped;
use super::tags::{
    DESCRIPTION, SLACK, STRIP_COUNTS, STRIP_OFFSETS, SUB_IFDS, TILE_COUNTS, TILE_OFFSETS,
};
use crate::format::build::{Tag, Width, kind};
use crate::options::{Compression, TiffWriteOptions};

/// A series that is ready to be written: all that can be refused has been looked at.
pub(super) struct Series {
    pub(super) stored: Stored,
    pub(super) cut: Cut,
    pub(super) coding: Coding,
    pub(super) options: TiffWriteOptions,
    pub(super) flavour: Flavour,
    /// Shape of the array as it was given.
    pub(super) shape: Vec<usize>,
    pub(super) metadata: Metadata,
    pub(super) limits: Limits,
}

/// A series whose pixels are written and which may still grow.
pub(super) struct Pending {
    series: Series,
    /// Tags of every page but the first.
    tags: Vec<Tag>,
    /// Arrays so far.
    arrays: usize,
    /// Where uncompressed pixels lie without gaps, with the first page of each such stretch.
    stretches: Vec<(usize, u64)>,
    /// Where the last stretch ends.
    data_end: u64,
    /// The first IFD, and which of its entries is our description.
    pub(super) first_ifd: u64,
    description: Option<usize>,
}

impl Series {
    /// Whether pixels go into the file as they are, page after page.
    pub(super) fn plain(&self) -> bool {
        self.coding.compression == Compression::None
            && self.stored.dtype != DType::Bool
            && self.cut.in_order(&self.stored)
    }

    /// Bytes that the series takes at most, about.
    pub(super) fn estimate(&self) -> u64 {
        let raw = self.stored.page_bytes() as u64;
        let tags = 1024 + 16 * self.cut.per_page as u64;
        let page = if self.plain() { raw } else { raw + raw / 8 };
        let frames = self.stored.frames as u64;
        let below = u64::from(self.options.pyramid > 0 || self.options.subifds > 0);
        let all = frames.saturating_mul(page + tags);
        all.saturating_add(below * all / 2)
    }

    /// The text of the description after `arrays` arrays.
    pub(super) fn text(&self, arrays: usize) -> Result<Option<String>> {
        let mut shape = self.shape.clone();
        if arrays > 1 {
            shape.insert(0, arrays);
        }
        let axes = self.options.axes.as_deref();
        match self.flavour {
            Flavour::Shaped => Ok(Some(shaped::description(&shape, axes, &self.metadata))),
            Flavour::ImageJ => {
                let rgb = Some(matches!(self.stored.contig, 3 | 4));
                let colormap = self.options.colormap != Value::Null;
                let grown = arrays > 1;
                let axes = axes.filter(|_| !grown);
                imagej::description(&shape, (rgb, colormap), axes, &self.metadata).map(Some)
            }
            Flavour::Plain | Flavour::Ome => Ok(None),
        }
    }

    /// Writes the pages; those of plain pixels but for the IFDs after the first, which wait for what may follow.
    pub(super) fn write(self, file: &mut TiffFile, tags: &[Tag], bytes: &[u8]) -> Result<Pending> {
        let description = tags.iter().rposition(|tag| tag.code == DESCRIPTION);
        let description = description.filter(|_| self.flavour != Flavour::Plain);
        let rest = tags.iter().filter(|tag| !tag.once).cloned().collect();
        let mut pending = Pending {
            series: self,
            tags: rest,
            arrays: 1,
            stretches: Vec::new(),
            data_end: 0,
            first_ifd: 0,
            description,
        };
        if pending.series.plain() {
            pending.write_plain(file, tags, bytes)?;
        } else {
            pending.write_encoded(file, tags, bytes)?;
        }
        Ok(pending)
    }

    fn with_places(&self, tags: &[Tag], places: &Places, width: Width) -> Vec<Tag> {
        let (offsets, counts) = if self.cut.tiled {
            (TILE_OFFSETS, TILE_COUNTS)
        } else {
            (STRIP_OFFSETS, STRIP_COUNTS)
        };
        let mut tags = tags.to_vec();
        tags.push(width.offsets(offsets, &places.offsets));
        tags.push(width.offsets(counts, &places.counts));
        tags.sort_by_key(|tag| tag.code);
        tags
    }

    fn blank(&self) -> Places {
        let blank = vec![0; self.cut.per_page];
        Places {
            offsets: blank.clone(),
            counts: blank,
        }
    }
}

impl Pending {
    /// What OME's description says about it, and where that stands.
    pub(super) fn ome(&self) -> Result<Option<(ome::Image, (u64, usize))>> {
        if self.series.flavour != Flavour::Ome {
            return Ok(None);
        }
        let image = ome::Image::of(&self.series, self.arrays)?;
        Ok(Some((
            image,
            (self.first_ifd, self.description.unwrap_or(0)),
        )))
    }

    /// Whether an array of `shape` and `dtype` may be added to it.
    pub(super) fn takes(&self, other: &Series) -> bool {
        self.series.plain()
            && self.series.options.subifds == 0
            && other.plain()
            && self.series.shape == other.shape
            && self.series.stored == other.stored
            && self.series.cut == other.cut
    }

    /// Adds an array to the series.
    pub(super) fn grow(&mut self, file: &mut TiffFile, bytes: &[u8]) -> Result<()> {
        if self.series.flavour != Flavour::ImageJ {
            let pages = self.series.stored.frames * (self.arrays + 1);
            let tags = file.width.built_size(&self.tags) + 64 + 16 * self.series.cut.per_page;
            let moved = file.make_room(bytes.len() as u64 + (pages * tags) as u64)?;
            if let Some(moved) = moved {
                self.moved(&moved, file.width);
            }
        }
        if file.sink.position() != self.data_end {
            file.sink.align(self.series.options.align.into())?;
            let pages = self.series.stored.frames * self.arrays;
            self.stretches.push((pages, file.sink.position()));
        }
        self.arrays += 1;
        self.write_bytes(file, bytes)
    }

    fn write_bytes(&mut self, file: &mut TiffFile, bytes: &[u8]) -> Result<()> {
        write_plain(file, &self.series.stored, bytes)?;
        self.data_end = file.sink.position();
        Ok(())
    }

    /// Where the pixels of a page are.
    fn places(&self, page: usize) -> Option<Places> {
        let stretch = self.stretches.iter().rfind(|(first, _)| *first <= page);
        let (first, at) = *stretch?;
        let series = &self.series;
        Some(Places::in_order(
            &series.stored,
            &series.cut,
            at,
            page - first,
        ))
    }

    /// Follows the IFDs to where they have gone.
    pub(super) fn moved(&mut self, moved: &Moved, width: Width) {
        self.first_ifd = moved.of(self.first_ifd);
        for tag in &mut self.tags {
            if tag.code == SUB_IFDS {
                *tag = width.ifds(SUB_IFDS, &vec![0; tag.count as usize]);
            }
        }
    }

    fn write_plain(&mut self, file: &mut TiffFile, tags: &[Tag], bytes: &[u8]) -> Result<()> {
        let series = &self.series;
        let blank = series.with_places(tags, &series.blank(), file.width);
        let at = file.reserve(file.width.built_size(&blank))?;
        file.sink.align(series.options.align.into())?;
        let data_at = file.sink.position();
        let places = Places::in_order(&series.stored, &series.cut, data_at, 0);
        let tags = series.with_places(tags, &places, file.width);
        file.fill(at, &tags, Some(SUB_IFDS))?;
        self.first_ifd = at;
        self.stretches.push((0, data_at));
        self.write_bytes(file, bytes)
    }

    fn write_encoded(&mut self, file: &mut TiffFile, tags: &[Tag], bytes: &[u8]) -> Result<()> {
        let series = &self.series;
        let per_page = series.cut.per_page;
        let encoder = Encoder {
            stored: &series.stored,
            cut: &series.cut,
            coding: series.coding,
            order: file.width.order,
            limits: series.limits.clone(),
        };
        let (mut at, mut first) = (0, 0);
        let mut places = Places::default();
        let rest = &self.tags;
        write_encoded(
            &encoder,
            bytes,
            series.options.maxworkers,
            |part, encoded| {
                let page_tags = if part < per_page { tags } else { rest };
                if part % per_page == 0 {
                    let blank = series.with_places(page_tags, &series.blank(), file.width);
                    at = file.reserve(file.width.built_size(&blank))?;
                    first = if part == 0 { at } else { first };
                    file.sink.align(series.options.align.into())?;
                    places = Places::default();
                }
                places.offsets.push(file.sink.position());
                places.counts.push(encoded.len() as u64);
                file.sink.write(&encoded)?;
                if (part + 1) % per_page == 0 {
                    let tags = series.with_places(page_tags, &places, file.width);
                    file.fill(at, &tags, Some(SUB_IFDS))?;
                }
                Ok(())
            },
        )?;
        self.first_ifd = first;
        Ok(())
    }

    /// Writes the IFDs that are left, and brings the description up to date.
    pub(super) fn end(self, file: &mut TiffFile) -> Result<()> {
        let series = &self.series;
        let pages = series.stored.frames * self.arrays;
        // ImageJ finds the pixels of a file of more than 4 GB by the first IFD alone.
        let beyond = !file.width.big && file.sink.position() > CLASSIC_END;
        let alone = beyond && series.flavour == Flavour::ImageJ;
        for page in 1..if alone { 1 } else { pages } {
            let Some(places) = self.places(page) else {
                break;
            };
            let tags = series.with_places(&self.tags, &places, file.width);
            let at = file.reserve(file.width.built_size(&tags))?;
            file.fill(at, &tags, Some(SUB_IFDS))?;
        }
        let text = if self.arrays > 1 {
            series.text(self.arrays)?
        } else {
            None
        };
        if let (Some(text), Some(entry)) = (text, self.description) {
            describe(file, self.first_ifd, entry, &text)?;
        }
        file.end_series()
    }
}

/// Replaces the description in entry `entry` of the IFD at `ifd`, where it stands if there is room.
pub(super) fn describe(file: &mut TiffFile, ifd: u64, entry: usize, text: &str) -> Result<()> {
    let width = file.width;
    let tag = Tag::text(DESCRIPTION, text);
    let entry_at = ifd + (width.count_size() + entry * width.entry_size()) as u64;
    let mut head = vec![0; width.entry_size()];
    file.sink.read_back(entry_at, &mut head)?;
    let number = |range: std::ops::Range<usize>| width.order.uint(head.get(range).unwrap_or(&[]));
    let size = width.offset_size();
    let old_len = number(4..4 + size) as usize;
    if number(0..2) != u64::from(DESCRIPTION) || number(2..4) != u64::from(kind::ASCII) {
        return Err(Error::unsupported(
            "the description is not where it was written",
        ));
    }
    // Text this short would have to stand in the entry.
    let mut data = tag.data;
    data.resize(data.len().max(size + 1), 0);
    let at = number(4 + size..4 + 2 * size);
    let at = if data.len() <= old_len + SLACK && old_len > size && !file.rewritten() {
        file.sink.patch(at, &data)?;
        at
    } else {
        file.sink.align(2)?;
        let at = file.sink.position();
        file.sink.write(&data)?;
        at
    };
    let value = [width.offset(data.len() as u64), width.offset(at)].concat();
    file.sink.patch(entry_at + 4, &value)
}
