//! The tags of a page, but for those that tell where its pixels are.

use imageio_core::{DType, Error, Result, Value};

use super::extra::extra_tags;
use super::layout::Stored;
use super::segments::Cut;
use super::settings::Coding;
use super::values;
use crate::format::build::{Tag, Width, kind};
use crate::options::{Compression, Photometric, ResolutionUnit, TiffWriteOptions};

pub(super) const SUBFILE_TYPE: u16 = 254;
pub(super) const DESCRIPTION: u16 = 270;
pub(super) const STRIP_OFFSETS: u16 = 273;
pub(super) const STRIP_COUNTS: u16 = 279;
pub(super) const TILE_OFFSETS: u16 = 324;
pub(super) const TILE_COUNTS: u16 = 325;
pub(super) const SUB_IFDS: u16 = 330;

/// Zeros behind a description of ours, so that it can grow where it stands.
pub(super) const SLACK: usize = 64;

/// What a page is made of.
pub(super) struct PageFacts<'a> {
    pub(super) stored: &'a Stored,
    pub(super) cut: &'a Cut,
    pub(super) coding: &'a Coding,
    pub(super) options: &'a TiffWriteOptions,
    pub(super) width: Width,
    /// The description that tells the shape, or is made later.
    pub(super) description: Option<String>,
    /// Software, where this is the first page.
    pub(super) software: Option<&'a str>,
    /// Smaller versions of each page.
    pub(super) subifds: u16,
    /// Whether it is such a version.
    pub(super) reduced: bool,
    /// Tags of ImageJ.
    pub(super) more: Vec<Tag>,
}

impl PageFacts<'_> {
    /// The tags in the order of their codes.
    pub(super) fn tags(self) -> Result<Vec<Tag>> {
        let mut tags = self.texts()?;
        self.geometry(&mut tags);
        self.samples(&mut tags);
        self.colours(&mut tags)?;
        self.resolution(&mut tags)?;
        if self.subifds > 0 {
            let none = vec![0; self.subifds.into()];
            tags.push(self.width.ifds(SUB_IFDS, &none));
        }
        tags.extend(self.more.iter().cloned());
        for tag in extra_tags(&self.options.extratags, self.width)? {
            if tags.iter().any(|known| known.code == tag.code) {
                log::warn!("tag {} is written already, the extra one is not", tag.code);
            } else {
                tags.push(tag);
            }
        }
        // Two descriptions keep their order.
        tags.sort_by_key(|tag| tag.code);
        Ok(tags)
    }

    fn texts(&self) -> Result<Vec<Tag>> {
        let mut tags = Vec::new();
        if let Some(text) = &self.options.description {
            tags.push(Tag::text(DESCRIPTION, text).once());
        }
        if let Some(text) = &self.description {
            tags.push(described(text));
        }
        if let Some(software) = self.software.filter(|text| !text.is_empty()) {
            tags.push(Tag::text(305, software).once());
        }
        if let Some(time) = values::date_time(&self.options.datetime)? {
            tags.push(Tag::text(306, &time).once());
        }
        Ok(tags)
    }

    fn geometry(&self, tags: &mut Vec<Tag>) {
        let (stored, cut, width) = (self.stored, self.cut, self.width);
        let reduced = u32::from(self.reduced);
        let kind = self.options.subfiletype.unwrap_or(0) | reduced;
        tags.push(width.longs(SUBFILE_TYPE, &[kind]));
        tags.push(width.longs(256, &[stored.width as u32]));
        tags.push(width.longs(257, &[stored.length as u32]));
        if cut.tiled {
            tags.push(width.longs(322, &[cut.width as u32]));
            tags.push(width.longs(323, &[cut.length as u32]));
        } else {
            tags.push(width.longs(278, &[cut.length as u32]));
        }
        if stored.volume {
            tags.push(width.longs(32997, &[stored.depth as u32]));
            if cut.tiled {
                tags.push(width.longs(32998, &[cut.depth as u32]));
            }
        }
    }

    fn samples(&self, tags: &mut Vec<Tag>) {
        let (stored, width) = (self.stored, self.width);
        let samples = stored.samples();
        tags.push(width.shorts(258, &vec![stored.bits() as u16; samples]));
        tags.push(width.shorts(259, &[self.coding.compression.code()]));
        if self.coding.predictor.code() != 1 {
            tags.push(width.shorts(317, &[self.coding.predictor.code()]));
        }
        tags.push(width.shorts(277, &[samples as u16]));
        if samples > 1 {
            let planar = if stored.separate > 1 { 2 } else { 1 };
            tags.push(width.shorts(284, &[planar]));
        }
        if let Some(extra) = &self.options.extrasamples {
            if !extra.is_empty() {
                tags.push(width.shorts(338, extra));
            }
        } else if stored.photometric == Photometric::Rgb && stored.extra == 1 {
            tags.push(width.shorts(338, &[2]));
        } else if stored.extra > 0 {
            tags.push(width.shorts(338, &vec![0; stored.extra]));
        }
        if let Some(format) = sample_format(stored.dtype) {
            tags.push(width.shorts(339, &vec![format; samples]));
        }
    }

    fn colours(&self, tags: &mut Vec<Tag>) -> Result<()> {
        let (stored, width, options) = (self.stored, self.width, self.options);
        let mut photometric = stored.photometric;
        if options.subfiletype.is_some_and(|kind| kind & 4 != 0) {
            if stored.dtype != DType::Bool || stored.samples() != 1 {
                return Err(Error::bad_option(
                    "subfiletype: a mask is of truth values, one sample a pixel",
                ));
            }
            photometric = Photometric::Mask;
        }
        if self.coding.ycbcr {
            photometric = Photometric::YCbCr;
        }
        tags.push(width.shorts(262, &[photometric.code()]));
        if photometric == Photometric::YCbCr {
            let (across, down) = match self.coding.compression {
                Compression::Jpeg => self.coding.subsampling,
                _ => (1, 1),
            };
            tags.push(width.shorts(530, &[across, down]));
            // Black and white of 8 bits, no difference in the middle (TIFF 6.0 section 21).
            let range = [(0, 1), (255, 1), (128, 1), (255, 1), (128, 1), (255, 1)];
            tags.push(width.rationals(532, &range));
        }
        if let Some(map) = values::colormap(&options.colormap, stored)? {
            tags.push(width.shorts(320, &map));
        }
        match &options.iccprofile {
            Value::Null => {}
            Value::Bytes(profile) => {
                tags.push(Tag::bytes(34675, kind::UNDEFINED, profile.clone()));
            }
            other => {
                return Err(Error::bad_option(format!(
                    "iccprofile: bytes are taken, not a {}",
                    other.type_name()
                )));
            }
        }
        Ok(())
    }

    fn resolution(&self, tags: &mut Vec<Tag>) -> Result<()> {
        let (resolution, named) = values::resolution(&self.options.resolution)?;
        let unit = self.options.resolutionunit.or(named);
        let unit = unit.unwrap_or(match resolution {
            None => ResolutionUnit::None,
            Some(_) if self.description.as_deref().is_some_and(is_imagej) => ResolutionUnit::None,
            Some(_) => ResolutionUnit::Inch,
        });
        let [x, y] = resolution.unwrap_or([(1, 1), (1, 1)]);
        tags.push(self.width.rationals(282, &[x]));
        tags.push(self.width.rationals(283, &[y]));
        tags.push(self.width.shorts(296, &[unit.code()]));
        Ok(())
    }
}

fn is_imagej(text: &str) -> bool {
    text.starts_with("ImageJ=")
}

/// A description of ours, with room to grow.
fn described(text: &str) -> Tag {
    let mut tag = Tag::text(DESCRIPTION, text).once();
    tag.data.resize(tag.data.len() + SLACK, 0);
    // The room is not counted, but the value must stay outside of its entry.
    tag.count = tag.count.max(9);
    tag
}

fn sample_format(dtype: DType) -> Option<u16> {
    match dtype {
        DType::Bool | DType::U8 | DType::U16 | DType::U32 | DType::U64 => None,
        DType::F16 | DType::F32 | DType::F64 => Some(3),
        DType::C64 | DType::C128 => Some(6),
        _ => Some(2),
    }
}
