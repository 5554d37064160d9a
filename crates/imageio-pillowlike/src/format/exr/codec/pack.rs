//! Compression of chunks.

use flate2::{Compress, FlushCompress, Status};
use imageio_core::{Error, Limits, Result, Scratch};

use super::{BYTES, Compression, Layout, b44, grown, piz, pxr24, rle, zip};

/// The balance of speed and size that the reference software strikes.
const LEVEL: u32 = 4;

/// What compressing chunks needs beside their samples; one a thread.
pub(in crate::format::exr) struct Packer {
    limits: Limits,
    words: Scratch<u16>,
    bytes: Scratch<u8>,
    raw: Scratch<u8>,
    deflate: Compress,
}

impl Packer {
    pub(in crate::format::exr) fn new(limits: &Limits) -> Result<Self> {
        Ok(Packer {
            limits: limits.clone(),
            words: limits.scratch(0, BYTES)?,
            bytes: limits.scratch(0, BYTES)?,
            raw: limits.scratch(0, BYTES)?,
            deflate: Compress::new(flate2::Compression::new(LEVEL), true),
        })
    }

    /// A chunk of pixels, which are words in native order; `places` says where in a pixel each channel is.
    pub(in crate::format::exr) fn pack(
        &mut self,
        compression: Compression,
        layout: &Layout,
        pixels: &[[u8; 2]],
        places: &[usize],
    ) -> Result<Vec<u8>> {
        let count = layout.words();
        let words = grown(&mut self.words, count, &self.limits)?;
        let by_channel = matches!(
            compression,
            Compression::Piz | Compression::B44 | Compression::B44a
        );
        gather(layout, pixels, places, by_channel, words);
        let mut out = self
            .limits
            .try_capacity::<u8>(count * 2, "a compressed chunk")?;
        match compression {
            Compression::Rle | Compression::Zips | Compression::Zip => {
                let raw = grown(&mut self.raw, count * 2, &self.limits)?;
                to_bytes(words, raw);
                let bytes = grown(&mut self.bytes, count * 2, &self.limits)?;
                zip::predicted(raw, bytes);
                if compression == Compression::Rle {
                    rle::pack(bytes, &mut out);
                } else {
                    deflate(&mut self.deflate, bytes, &mut out)?;
                }
            }
            Compression::Pxr24 => {
                let len = pxr24::len_of(layout);
                let bytes = grown(&mut self.bytes, len, &self.limits)?;
                pxr24::differences(layout, words, bytes)?;
                deflate(&mut self.deflate, bytes, &mut out)?;
            }
            Compression::Piz => out = piz::pack(layout, words, &self.limits, out)?,
            Compression::B44 => b44::pack(layout, words, false, &mut out),
            Compression::B44a => b44::pack(layout, words, true, &mut out),
            _ => {}
        }
        // What does not get smaller stands as it is.
        if out.is_empty() || out.len() >= count * 2 {
            let words = grown(&mut self.words, count, &self.limits)?;
            gather(layout, pixels, places, false, words);
            out.clear();
            out.resize(count * 2, 0);
            to_bytes(words, &mut out);
        }
        Ok(out)
    }
}

/// Puts the samples of pixels into the order of a chunk.
fn gather(
    layout: &Layout,
    pixels: &[[u8; 2]],
    places: &[usize],
    by_channel: bool,
    words: &mut [u16],
) {
    let planes = layout.planes.iter().zip(places).enumerate();
    for (number, (plane, place)) in planes {
        let size = plane.stored.words();
        let depth = places.len() * size;
        let (line, count) = (plane.line_words(), layout.planes.len());
        for row in 0..plane.height {
            let start = if by_channel {
                (number * plane.height + row) * line
            } else {
                (row * count + number) * line
            };
            let out = words.get_mut(start..start + line).unwrap_or_default();
            let from = pixels.get(row * plane.width * depth..).unwrap_or_default();
            let samples = from.chunks_exact(depth);
            if size == 1 {
                for (to, pixel) in out.iter_mut().zip(samples) {
                    *to = pixel
                        .get(*place)
                        .map_or(0, |word| u16::from_ne_bytes(*word));
                }
                continue;
            }
            for (to, pixel) in out.chunks_exact_mut(2).zip(samples) {
                let pair = pixel.get(place * 2..place * 2 + 2).unwrap_or_default();
                if let [[a, b], [c, d]] = *pair {
                    let wide = u32::from_ne_bytes([a, b, c, d]);
                    to.copy_from_slice(&[wide as u16, (wide >> 16) as u16]);
                }
            }
        }
    }
}

fn to_bytes(words: &[u16], bytes: &mut [u8]) {
    for (to, from) in bytes.chunks_exact_mut(2).zip(words) {
        to.copy_from_slice(&from.to_le_bytes());
    }
}

/// Adds a zlib stream of `bytes`; nothing where it would not be smaller.
fn deflate(deflate: &mut Compress, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    deflate.reset();
    let status = deflate
        .compress_vec(bytes, out, FlushCompress::Finish)
        .map_err(|error| Error::unsupported(format!("deflate gave up: {error}")))?;
    if status != Status::StreamEnd {
        out.clear();
    }
    Ok(())
}
