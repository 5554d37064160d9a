//! From the samples of a strip or tile to its bytes in the file.

use std::borrow::Cow;

use imageio_codecs::{deflate, jpeg, lzw, packbits};
use imageio_core::{DType, Limits, Result};

use super::layout::Stored;
use super::predict;
use super::segments::{Cut, Part, pack_bits, swap};
use super::settings::{Coding, Predictor};
use crate::format::source::ByteOrder;
use crate::options::Compression;

/// All that decides the bytes of a strip or tile.
pub(super) struct Encoder<'a> {
    pub(super) stored: &'a Stored,
    pub(super) cut: &'a Cut,
    pub(super) coding: Coding,
    pub(super) order: ByteOrder,
    #[cfg_attr(
        not(feature = "webp"),
        expect(dead_code, reason = "only WebP is encoded within a budget")
    )]
    pub(super) limits: Limits,
}

/// What one thread keeps between strips.
#[derive(Default)]
pub(super) struct Scratch {
    samples: Vec<u8>,
}

impl Encoder<'_> {
    /// The bytes of part `at` of `page`, whose elements are the machine's.
    pub(super) fn encode(&self, page: &[u8], at: usize, scratch: &mut Scratch) -> Result<Vec<u8>> {
        let part = self.cut.part(self.stored, at);
        let mut samples = std::mem::take(&mut scratch.samples);
        part.gather(self.stored, page, self.image(), &mut samples);
        let encoded = self.compress(&part, &mut samples);
        scratch.samples = samples;
        encoded
    }

    /// Whether the compression looks at pixels, not at bytes.
    fn image(&self) -> bool {
        let compression = self.coding.compression;
        matches!(compression, Compression::Jpeg | Compression::WebP)
    }

    fn compress(&self, part: &Part, samples: &mut [u8]) -> Result<Vec<u8>> {
        let (dtype, contig) = (self.stored.dtype, self.stored.contig);
        let row_len = part.row_len(self.stored);
        match self.coding.predictor {
            Predictor::None => {}
            Predictor::Horizontal => predict::horizontal(samples, dtype, row_len, contig),
            Predictor::Float => predict::float(samples, dtype, row_len, contig),
        }
        if !self.order.is_native() && self.coding.predictor != Predictor::Float && !self.image() {
            swap(samples, dtype);
        }
        let bytes = match dtype {
            DType::Bool => Cow::Owned(pack_bits(samples, row_len)),
            _ => Cow::Borrowed(&*samples),
        };
        match self.coding.compression {
            Compression::None => Ok(bytes.into_owned()),
            Compression::PackBits => {
                // Each row is packed by itself (TIFF 6.0 section 9).
                let row_bytes = (row_len * self.stored.bits()).div_ceil(8);
                let rows = bytes.chunks(row_bytes.max(1));
                Ok(rows.flat_map(packbits::encode).collect())
            }
            Compression::Lzw => Ok(lzw::encode(&bytes)),
            Compression::Deflate => deflate::encode(&bytes, self.coding.level() as u8),
            Compression::Jpeg => self.jpeg(part, &bytes),
            #[cfg(feature = "zstd")]
            Compression::Zstd => imageio_codecs::zstd::encode(&bytes, self.coding.level()),
            #[cfg(feature = "lzma")]
            Compression::Lzma => imageio_codecs::lzma::encode(&bytes, self.coding.level() as u32),
            #[cfg(feature = "webp")]
            Compression::WebP => self.webp(part, &bytes),
            #[cfg(not(all(feature = "zstd", feature = "lzma", feature = "webp")))]
            other => Err(super::settings::not_built(other)),
        }
    }

    fn jpeg(&self, part: &Part, samples: &[u8]) -> Result<Vec<u8>> {
        let (slices, rows, columns) = part.held;
        jpeg::encode(&jpeg::Job {
            samples,
            height: slices * rows,
            width: columns,
            channels: self.stored.contig,
            quality: self.coding.level() as u8,
            subsampling: match self.coding.subsampling {
                (2, 2) => jpeg::Subsampling::S420,
                (2, _) => jpeg::Subsampling::S422,
                _ => jpeg::Subsampling::S444,
            },
            progressive: false,
            optimize: false,
            tables: &[],
            restart_blocks: 0,
            restart_rows: 0,
            density: None,
            keep_rgb: !self.coding.ycbcr,
        })
    }

    #[cfg(feature = "webp")]
    fn webp(&self, part: &Part, samples: &[u8]) -> Result<Vec<u8>> {
        use imageio_codecs::webp;
        let (slices, rows, columns) = part.held;
        let picture = webp::Picture {
            samples,
            width: columns,
            height: slices * rows,
            layout: match self.stored.contig {
                4 => webp::Layout::Rgba,
                _ => webp::Layout::Rgb,
            },
        };
        let settings = webp::Settings {
            lossless: self.coding.level.is_none(),
            quality: self.coding.level.map_or(75.0, |level| level as f32),
            exact: true,
            threads: false,
            ..webp::Settings::default()
        };
        webp::encode(&picture, &settings, &self.limits)
    }
}
