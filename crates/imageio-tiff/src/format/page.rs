//! Pages: what an IFD says about the pixels that it describes.

use std::sync::Arc;

use imageio_core::{DType, Error, Result};

use super::ifd::{Entry, Ifd};
use super::lsm;
use super::source::Source;
use super::tags;

mod fields;
mod jpeg_size;
mod restarts;
mod segments;

use fields::{Fields, MAX_SAMPLES, join_equal, subfile_type};
pub(crate) use restarts::Restarts;
pub(crate) use segments::{Grid, Span};

/// Compression 1: pixels as they are.
pub(crate) const UNCOMPRESSED: u16 = 1;
/// Compression 6, the JPEG of TIFF 6.0 §22.
pub(crate) const OLD_JPEG: u16 = 6;

const PHOTOMETRIC_RGB: u16 = 2;
const PHOTOMETRIC_YCBCR: u16 = 6;

/// Size of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    pub(crate) width: usize,
    pub(crate) length: usize,
    pub(crate) depth: usize,
}

/// What an IFD says about its pixels. Field by field as TIFF 6.0 has it, defaults filled in.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) ifd: Ifd,
    pub(crate) width: usize,
    pub(crate) length: usize,
    /// Number of planes of a volume (`ImageDepth`); 1 for an image.
    pub(crate) depth: usize,
    pub(crate) samples: usize,
    /// Bits of each sample; one number where they are all equal.
    pub(crate) bits: Vec<u16>,
    /// 1 unsigned, 2 signed, 3 float, 4 undefined, 5 complex integer, 6 complex float; 0 where samples differ.
    pub(crate) sample_format: u16,
    pub(crate) photometric: u16,
    /// Whether each sample has its own planes (`PlanarConfiguration` 2).
    pub(crate) planar: bool,
    pub(crate) compression: u16,
    pub(crate) predictor: u16,
    pub(crate) fill_order: u16,
    pub(crate) orientation: u16,
    pub(crate) extra_samples: Vec<u16>,
    /// Horizontal and vertical subsampling of chroma; `(1, 1)` without any.
    pub(crate) subsampling: (u16, u16),
    pub(crate) tile: Option<Tile>,
    /// Rows of a strip, at most `length`; 0 for tiles.
    pub(crate) rows_per_strip: usize,
    /// Offsets of strips or tiles; nothing where the page has no data.
    pub(crate) offsets: Option<Entry>,
    pub(crate) byte_counts: Option<Entry>,
    /// Bit 0 reduced image, bit 1 page of several, bit 2 transparency mask.
    pub(crate) subfile_type: u32,
    /// Byte count of the only strip where the file does not tell it.
    pub(crate) assumed_len: Option<u64>,
    /// Where strips are, when that is elsewhere than the entries say.
    pub(crate) mended: Option<Arc<[Span]>>,
    /// Where the tiles of one large JPEG are.
    pub(crate) restarts: Option<Restarts>,
}

impl Page {
    /// The page whose IFD is at `offset`.
    pub(crate) fn read(source: &Source, offset: u64) -> Result<Self> {
        Page::from_ifd(source, source.read_ifd(offset)?)
    }

    /// What `ifd` says.
    ///
    /// # Errors
    /// `Corrupt` for numbers that cannot be.
    pub(crate) fn from_ifd(source: &Source, ifd: Ifd) -> Result<Self> {
        let fields = Fields { source, ifd: &ifd };
        let compression = fields.short(tags::COMPRESSION, UNCOMPRESSED);
        let samples = fields.number(tags::SAMPLES_PER_PIXEL)?;
        let mut page = Page {
            width: fields.size(tags::IMAGE_WIDTH)?.unwrap_or(0),
            length: fields.size(tags::IMAGE_LENGTH)?.unwrap_or(0),
            depth: fields.size(tags::IMAGE_DEPTH)?.unwrap_or(1).max(1),
            samples: samples.unwrap_or(1).min(MAX_SAMPLES) as usize,
            bits: Vec::new(),
            sample_format: 1,
            photometric: fields.short(tags::PHOTOMETRIC_INTERPRETATION, 0),
            planar: fields.short(tags::PLANAR_CONFIGURATION, 1) == 2,
            compression,
            predictor: fields.short(tags::PREDICTOR, 1),
            fill_order: fields.short(tags::FILL_ORDER, 1),
            orientation: fields.short(tags::ORIENTATION, 1),
            extra_samples: fields.shorts(tags::EXTRA_SAMPLES, usize::MAX),
            subsampling: (1, 1),
            tile: None,
            rows_per_strip: 0,
            offsets: None,
            byte_counts: None,
            subfile_type: subfile_type(&fields),
            assumed_len: None,
            mended: source.lsm().and_then(|lsm| lsm.spans(ifd.offset)),
            restarts: None,
            ifd: Ifd {
                offset: ifd.offset,
                entries: Vec::new(),
                next: ifd.next,
            },
        };
        page.set_samples(&fields)?;
        page.set_layout(&fields)?;
        page.set_data(&fields)?;
        page.mend_depth(&fields);
        page.set_jpeg_size(&fields)?;
        page.set_restarts(&fields)?;
        if source.lsm().is_some() {
            page.set_lsm(&fields)?;
        }
        page.ifd = ifd;
        Ok(page)
    }

    /// Colours, bits and formats of samples.
    fn set_samples(&mut self, fields: &Fields<'_>) -> Result<()> {
        let has = |tag| fields.ifd.has(tag);
        if self.compression == OLD_JPEG {
            // Writers of old-style JPEG leave out what JPEG itself says, or say RGB of what is YCbCr; as libtiff does.
            if !has(tags::PHOTOMETRIC_INTERPRETATION) || self.photometric == PHOTOMETRIC_RGB {
                self.photometric = PHOTOMETRIC_YCBCR;
            }
            let colour = matches!(self.photometric, 0 | 1 | PHOTOMETRIC_YCBCR);
            if !has(tags::SAMPLES_PER_PIXEL) && colour {
                self.samples = 3;
            }
            if !has(tags::BITS_PER_SAMPLE) {
                self.bits = vec![8];
            }
        }
        if self.samples == 0 {
            return Err(Error::corrupt("0 samples per pixel"));
        }
        if self.bits.is_empty() {
            self.bits = fields.shorts(tags::BITS_PER_SAMPLE, self.samples);
        }
        if self.bits.is_empty() {
            self.bits = vec![1];
        }
        join_equal(&mut self.bits);
        let mut formats = fields.shorts(tags::SAMPLE_FORMAT, self.samples);
        join_equal(&mut formats);
        self.sample_format = match formats[..] {
            [] => 1,
            [format] => format,
            _ => 0,
        };
        let subsampling = fields.shorts(tags::YCBCR_SUBSAMPLING, 2);
        self.subsampling = match (subsampling[..].first_chunk(), self.photometric) {
            (Some(&[horizontal, vertical]), _) => (horizontal.max(1), vertical.max(1)),
            // TIFF 6.0 §21: the default is 2, 2.
            (None, PHOTOMETRIC_YCBCR) => (2, 2),
            (None, _) => (1, 1),
        };
        Ok(())
    }

    /// Philips DP writes a depth for pages that have none.
    fn mend_depth(&mut self, fields: &Fields<'_>) {
        let software = fields.ifd.get(tags::SOFTWARE);
        let software = software.filter(|_| fields.ifd.has(tags::IMAGE_DEPTH));
        let software = software.and_then(|entry| fields.source.text(entry).ok());
        if software.is_some_and(|text| text.starts_with("Philips DP")) {
            self.depth = 1;
            if let Some(tile) = &mut self.tile {
                tile.depth = 1;
            }
        }
    }

    /// What LSM means by what it says.
    fn set_lsm(&mut self, fields: &Fields<'_>) -> Result<()> {
        let bits = fields.ifd.get(tags::BITS_PER_SAMPLE);
        if bits.is_some_and(|entry| entry.count == 2)
            && let [a, b] = fields.shorts(tags::BITS_PER_SAMPLE, 2)[..]
        {
            self.bits = lsm::bits(fields.source, [a, b])?.to_vec();
            join_equal(&mut self.bits);
        }
        if self.compression == UNCOMPRESSED {
            // Some versions name a predictor that they do not use.
            self.predictor = 1;
        }
        Ok(())
    }

    /// Strips or tiles.
    fn set_layout(&mut self, fields: &Fields<'_>) -> Result<()> {
        if let Some(width) = fields.size(tags::TILE_WIDTH)? {
            let length = fields.size(tags::TILE_LENGTH)?.unwrap_or(0);
            let depth = fields.size(tags::TILE_DEPTH)?.unwrap_or(1);
            if width == 0 || length == 0 || depth == 0 {
                return Err(Error::corrupt(format!(
                    "tiles of {width} by {length} by {depth}"
                )));
            }
            self.tile = Some(Tile {
                width,
                length,
                depth,
            });
            return Ok(());
        }
        let rows = fields.ifd.get(tags::ROWS_PER_STRIP);
        let rows = match rows.filter(|entry| entry.count == 1) {
            Some(entry) => usize::try_from(fields.source.integer(entry)?).unwrap_or(usize::MAX),
            None => self.length,
        };
        self.rows_per_strip = match rows.min(self.length) {
            0 => self.length,
            rows => rows,
        };
        Ok(())
    }

    /// Where the data is.
    fn set_data(&mut self, fields: &Fields<'_>) -> Result<()> {
        let first_of = |codes: [u16; 3]| codes.iter().find_map(|&tag| fields.ifd.get(tag).copied());
        self.offsets = first_of([
            tags::TILE_OFFSETS,
            tags::STRIP_OFFSETS,
            tags::JPEG_INTERCHANGE_FORMAT,
        ])
        .filter(|entry| entry.count > 0);
        self.byte_counts = first_of([
            tags::TILE_BYTE_COUNTS,
            tags::STRIP_BYTE_COUNTS,
            tags::JPEG_INTERCHANGE_FORMAT_LENGTH,
        ])
        .filter(|entry| entry.count > 0);
        // Fax machines leave out, or set to 0, the byte count of an only strip: it goes to the next IFD or the end.
        let is_fax = matches!(self.compression, 2..=4);
        if let (true, Some(offsets)) = (is_fax, self.offsets.filter(|entry| entry.count == 1)) {
            let count = self
                .byte_counts
                .map_or(Ok(0), |entry| fields.source.integer(&entry))?;
            let start = fields.source.integer(&offsets)?;
            if count == 0 && start > 0 {
                let next = fields.ifd.next;
                let end = if next > start {
                    next
                } else {
                    fields.source.len()
                };
                self.assumed_len = Some(end.saturating_sub(start));
            }
        }
        Ok(())
    }
}

impl Page {
    /// Bits of a sample, where all have as many.
    pub(crate) fn bits_per_sample(&self) -> Option<u16> {
        match self.bits[..] {
            [bits] => Some(bits),
            _ => None,
        }
    }

    /// Type of the decoded samples: odd depths in the next larger integer, single bits as truth values.
    ///
    /// # Errors
    /// `Unsupported` for a format that no type holds.
    pub(crate) fn dtype(&self) -> Result<DType> {
        let bits = &self.bits[..];
        Ok(match (self.sample_format, bits) {
            (1 | 4, [1]) => DType::Bool,
            (1 | 4, [2..=8]) => DType::U8,
            (1 | 4, [9..=16]) => DType::U16,
            (1 | 4, [17..=32]) => DType::U32,
            (1 | 4, [64]) => DType::U64,
            (2, [8]) => DType::I8,
            (2, [16]) => DType::I16,
            (2, [32]) => DType::I32,
            (2, [64]) => DType::I64,
            (3, [16]) => DType::F16,
            (3, [24 | 32]) => DType::F32,
            (3, [64]) => DType::F64,
            (6, [64]) | (5, [16 | 32]) => DType::C64,
            (6, [128]) | (5, [64]) => DType::C128,
            // 16-bit colour, whose three parts become bytes.
            (1, [5, 6, 5]) => DType::U8,
            (0, _) => return Err(Error::unsupported("samples of differing formats")),
            (format, bits) => {
                let message = format!("samples of format {format} with {bits:?} bits");
                return Err(Error::unsupported(message));
            }
        })
    }

    /// Whether the shape has an axis of samples.
    pub(crate) fn has_samples(&self) -> bool {
        self.photometric == PHOTOMETRIC_RGB || self.samples > 1
    }

    /// Length of each axis, samples outermost or innermost as they are stored.
    pub(crate) fn shape(&self) -> Vec<usize> {
        let image = [self.depth, self.length, self.width];
        let image = if self.depth > 1 {
            &image[..]
        } else {
            &image[1..]
        };
        match (self.has_samples(), self.planar) {
            (false, _) => image.to_vec(),
            (true, true) => [&[self.samples], image].concat(),
            (true, false) => [image, &[self.samples]].concat(),
        }
    }

    /// A letter for each axis of the shape.
    pub(crate) fn axes(&self) -> String {
        let image = if self.depth > 1 { "ZYX" } else { "YX" };
        match (self.has_samples(), self.planar) {
            (false, _) => image.to_owned(),
            (true, true) => format!("S{image}"),
            (true, false) => format!("{image}S"),
        }
    }

    /// Separate samples, depth, length, width, samples together.
    pub(crate) fn shaped(&self) -> [usize; 5] {
        let (outer, inner) = match (self.has_samples(), self.planar) {
            (false, _) => (1, 1),
            (true, true) => (self.samples, 1),
            (true, false) => (1, self.samples),
        };
        [outer, self.depth, self.length, self.width, inner]
    }

    /// Number of samples of the page.
    pub(crate) fn size(&self) -> Option<usize> {
        self.shaped()
            .iter()
            .try_fold(1usize, |n, &axis| n.checked_mul(axis))
    }

    /// Bytes of the decoded page.
    pub(crate) fn nbytes(&self) -> Option<usize> {
        self.size()?.checked_mul(self.dtype().ok()?.size())
    }

    /// Whether the page is a smaller version of another.
    pub(crate) fn is_reduced(&self) -> bool {
        self.subfile_type & 1 != 0
    }

    /// Whether chroma has fewer samples than luma.
    pub(crate) fn is_subsampled(&self) -> bool {
        self.subsampling != (1, 1)
    }

    /// What pages of one series have in common: equal keys are decoded alike into equal shapes.
    pub(crate) fn key(&self) -> PageKey {
        PageKey {
            shaped: self.shaped(),
            rows_per_strip: self.rows_per_strip,
            tile: self.tile,
            bits: self.bits.clone(),
            extra_samples: self.extra_samples.clone(),
            codes: [
                self.sample_format,
                self.fill_order,
                self.predictor,
                self.compression,
                self.photometric,
            ],
        }
    }
}

/// See [`Page::key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageKey {
    shaped: [usize; 5],
    rows_per_strip: usize,
    tile: Option<Tile>,
    bits: Vec<u16>,
    extra_samples: Vec<u16>,
    codes: [u16; 5],
}

#[cfg(test)]
mod tests;
