//! LERC, Esri's [limited error raster compression](https://github.com/Esri/lerc) of both versions, decoding only.
#![expect(
    clippy::float_cmp,
    reason = "the format gives bounds and errors a meaning where they are exactly equal"
)]

use imageio_core::{DType, Element, Error, Limits, Result};

mod bits;
mod blocks;
mod first;
mod floats;
mod header;
mod huffman;
mod value;

pub use header::Header;
pub use value::Value;

use bits::Reader;

/// Sizes of pictures' mask and tables are bounded by this many values a pixel.
const MOST_DEPTH: usize = 65_535;

/// Decodes all samples of the picture that `data` begins with into `out`, pixel by pixel; those that are not valid
/// become zeros.
///
/// # Errors
/// `BadOption` where `out` has no room for just the picture or another type, `Corrupt`, `LimitExceeded`.
pub fn decode<T: Value + Element>(
    data: &[u8],
    header: &Header,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    if Some(out.len()) != header.samples() || T::DTYPE != header.dtype {
        let message = format!("room for {} samples of {}", out.len(), T::DTYPE);
        return Err(Error::bad_option(message));
    }
    let blob = data
        .get(header.start..header.end)
        .ok_or_else(|| broken("it breaks off"))?;
    out.fill(T::default());
    if header.version == 1 {
        return first::decode(blob, header, out, limits);
    }
    let mut picture = Picture {
        header,
        mask: mask(blob, header, limits)?,
        highest: Vec::new(),
        reader: Reader::new(blob.get(header.behind_mask(blob)..).unwrap_or_default()),
    };
    if header.valid == 0 {
        return Ok(());
    }
    if header.lowest == header.highest {
        let all = vec![T::of(header.lowest); header.depth];
        picture.fill(&all, out);
        return Ok(());
    }
    if header.version >= 4 && picture.read_ranges(out)? {
        return Ok(());
    }
    if picture.reader.byte()? != 0 {
        return picture.raw(out);
    }
    picture.coded(out, limits)
}

fn broken(why: &str) -> Error {
    Error::corrupt(format!("a LERC picture: {why}"))
}

struct Picture<'a> {
    header: &'a Header,
    /// A bit for each pixel, the highest first; nothing where all are valid.
    mask: Option<Vec<u8>>,
    /// The highest value of each sample of a pixel.
    highest: Vec<f64>,
    reader: Reader<'a>,
}

impl Picture<'_> {
    fn is_valid(&self, pixel: usize) -> bool {
        self.mask.as_ref().is_none_or(|mask| {
            let byte = mask.get(pixel / 8).copied().unwrap_or(0);
            byte & (0x80 >> (pixel % 8)) != 0
        })
    }

    /// Gives all valid pixels the same samples.
    fn fill<T: Value>(&self, pixel: &[T], out: &mut [T]) {
        for (number, target) in out.chunks_exact_mut(pixel.len().max(1)).enumerate() {
            if self.is_valid(number) {
                target.copy_from_slice(pixel);
            }
        }
    }

    /// Reads the range of each sample of a pixel; when none of them varies, `out` is filled.
    fn read_ranges<T: Value>(&mut self, out: &mut [T]) -> Result<bool> {
        let depth = self.header.depth;
        let mut values = || -> Result<Vec<T>> { (0..depth).map(|_| self.reader.value()).collect() };
        let (lowest, highest) = (values()?, values()?);
        self.highest = highest.iter().map(|value| value.to_f64()).collect();
        let varies = lowest
            .iter()
            .zip(&highest)
            .any(|(a, b)| a.to_f64() != b.to_f64());
        if !varies {
            self.fill(&lowest, out);
        }
        Ok(!varies)
    }

    /// Samples as they are.
    fn raw<T: Value>(&mut self, out: &mut [T]) -> Result<()> {
        for (number, pixel) in out.chunks_exact_mut(self.header.depth).enumerate() {
            if self.is_valid(number) {
                for sample in pixel {
                    *sample = self.reader.value()?;
                }
            }
        }
        Ok(())
    }

    fn coded<T: Value>(&mut self, out: &mut [T], limits: &Limits) -> Result<()> {
        let header = self.header;
        let bytes = matches!(header.dtype, DType::U8 | DType::I8);
        let huffman = header.version >= 2 && bytes && header.error == 0.5;
        let floats = header.version >= 6 && header.dtype.is_float() && header.error == 0.0;
        if !huffman && !floats {
            return blocks::decode(self, out);
        }
        match self.reader.byte()? {
            0 => blocks::decode(self, out),
            1 if huffman => huffman::decode(self, true, out),
            2 if huffman && header.version >= 4 => huffman::decode(self, false, out),
            3 if floats => floats::decode(self, out, limits),
            code => Err(broken(&format!("coding {code} does not exist"))),
        }
    }
}

/// The mask, which is run-length coded behind the header.
fn mask(blob: &[u8], header: &Header, limits: &Limits) -> Result<Option<Vec<u8>>> {
    let pixels = header.width * header.height;
    if header.valid == pixels || header.valid == 0 {
        return Ok(None);
    }
    let len = header.mask_len(blob);
    if len == 0 {
        return Err(Error::unsupported(
            "a LERC picture with the mask of another",
        ));
    }
    let packed = blob.get(header.behind_header()..).unwrap_or_default();
    unpack_mask(packed, pixels, limits).map(Some)
}

/// A bit for each pixel, from runs up to the mark of the end.
fn unpack_mask(mut rest: &[u8], pixels: usize, limits: &Limits) -> Result<Vec<u8>> {
    let mut mask = limits.try_vec::<u8>(pixels.div_ceil(8), "the mask of a LERC picture")?;
    let mut at = 0;
    loop {
        let (count, after) = rest
            .split_first_chunk::<2>()
            .ok_or_else(|| broken("its mask breaks off"))?;
        let count = i16::from_le_bytes(*count);
        if count == i16::MIN {
            return Ok(mask);
        }
        let len = usize::from(count.unsigned_abs());
        let target = mask
            .get_mut(at..at + len)
            .ok_or_else(|| broken("its mask is too long"))?;
        let used = if count > 0 {
            let bytes = after
                .get(..len)
                .ok_or_else(|| broken("its mask breaks off"))?;
            target.copy_from_slice(bytes);
            len
        } else {
            target.fill(*after.first().ok_or_else(|| broken("its mask breaks off"))?);
            1
        };
        at += len;
        rest = after.get(used..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;
