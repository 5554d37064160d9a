//! From the samples of a strip or tile to its bytes in the file.

use std::borrow::Cow;

use flate2::{Compress, FlushCompress, Status};
use imageio_core::{DType, Error, OptionValue as _, Result};

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
}

/// What one thread keeps between strips.
#[derive(Default)]
pub(super) struct Scratch {
    samples: Vec<u8>,
    deflate: Option<Compress>,
}

impl Encoder<'_> {
    /// The bytes of part `at` of `page`, whose elements are the machine's.
    pub(super) fn encode(&self, page: &[u8], at: usize, scratch: &mut Scratch) -> Result<Vec<u8>> {
        let part = self.cut.part(self.stored, at);
        let mut samples = std::mem::take(&mut scratch.samples);
        part.gather(self.stored, page, &mut samples)?;
        let encoded = self.compress(&part, &mut samples, scratch);
        scratch.samples = samples;
        encoded
    }

    fn compress(&self, part: &Part, samples: &mut [u8], scratch: &mut Scratch) -> Result<Vec<u8>> {
        let (dtype, contig) = (self.stored.dtype, self.stored.contig);
        let row_len = part.row_len(self.stored);
        match self.coding.predictor {
            Predictor::None => {}
            Predictor::Horizontal => predict::horizontal(samples, dtype, row_len, contig),
            Predictor::Float => predict::float(samples, dtype, row_len, contig),
        }
        let image = matches!(
            self.coding.compression,
            Compression::Jpeg | Compression::WebP
        );
        if !self.order.is_native() && self.coding.predictor != Predictor::Float && !image {
            swap(samples, dtype);
        }
        let bytes = match dtype {
            DType::Bool => Cow::Owned(pack_bits(samples, row_len)),
            _ => Cow::Borrowed(&*samples),
        };
        let row_bytes = (row_len * self.stored.bits()).div_ceil(8);
        match self.coding.compression {
            Compression::None => Ok(bytes.into_owned()),
            Compression::Deflate => self.deflate(&bytes, scratch),
            Compression::PackBits => Ok(pack(&bytes, row_bytes)),
            other => Err(Error::unsupported(format!(
                "compression {} is not written",
                other.to_value()
            ))),
        }
    }

    /// A zlib stream (RFC 1950).
    fn deflate(&self, bytes: &[u8], scratch: &mut Scratch) -> Result<Vec<u8>> {
        let level = self.coding.level.unwrap_or(6);
        let level = u32::try_from(level)
            .ok()
            .filter(|level| *level <= 9)
            .ok_or_else(|| Error::bad_option(format!("level: {level} is not from 0 to 9")))?;
        let new = || Compress::new(flate2::Compression::new(level), true);
        let deflate = scratch.deflate.get_or_insert_with(new);
        deflate.reset();
        // What Deflate adds at most: five bytes for each block that does not shrink, and head and tail.
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1024 + 64);
        loop {
            let done = deflate.total_in() as usize;
            let rest = bytes.get(done..).unwrap_or_default();
            let status = deflate
                .compress_vec(rest, &mut out, FlushCompress::Finish)
                .map_err(|error| Error::unsupported(format!("deflate: {error}")))?;
            if status == Status::StreamEnd {
                return Ok(out);
            }
            out.reserve(bytes.len() / 8 + 1024);
        }
    }
}

/// PackBits, row by row (TIFF 6.0 section 9).
fn pack(bytes: &[u8], row_bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 2);
    for row in bytes.chunks(row_bytes.max(1)) {
        let mut rest = row;
        while let Some(&first) = rest.first() {
            let run = rest.iter().take(128).take_while(|&&byte| byte == first).count();
            if run > 1 {
                out.extend([(257 - run) as u8, first]);
                rest = &rest[run..];
                continue;
            }
            // A literal goes on to the next run of three, or two that end the row.
            let mut len = 1;
            while len < rest.len().min(128) {
                let next = &rest[len..];
                if next.len() > 2 && next[0] == next[1] && next[1] == next[2] {
                    break;
                }
                len += 1;
            }
            out.push((len - 1) as u8);
            out.extend_from_slice(&rest[..len]);
            rest = &rest[len..];
        }
    }
    out
}
