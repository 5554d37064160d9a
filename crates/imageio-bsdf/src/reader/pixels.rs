//! Elements: from their blob straight into an array.

use std::ops::Range;

use imageio_core::ndarray::ArrayViewMutD;
use imageio_core::{
    DType, Element, Error, Limits, NdImage, RawElement, Request, Result, Runs, with_element,
};

use super::unpack::BlobReader;
use super::whole;
use crate::format::blob::Blob;
use crate::format::node::Node;
use crate::format::packing::Compression;

/// Bytes that are turned into elements at once, where they are not elements as they are.
const BLOCK: usize = 1 << 16;

/// The best that zlib does; bz2 does better on zeros.
const ZLIB_RATIO: u64 = 1032;

/// The elements of an image or of an array in its metadata.
#[derive(Clone, Debug)]
pub(crate) struct Pixels<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) dtype: DType,
    is_swapped: bool,
    blob: &'a Blob,
}

impl<'a> Pixels<'a> {
    /// What the mapping `array` describes.
    pub(crate) fn of(array: &'a Node) -> Result<Self> {
        let missing = |key: &str| Error::corrupt(format!("an array has no `{key}`"));
        let shape = array.get("shape").ok_or_else(|| missing("shape"))?;
        let dtype = array.get("dtype").ok_or_else(|| missing("dtype"))?;
        let data = array.get("data").ok_or_else(|| missing("data"))?;
        let (dtype, is_swapped) = element_type(dtype.plain())?;
        let Node::Blob(blob) = data.plain() else {
            let message = format!("the data of an array are no blob: {}", data.describe());
            return Err(Error::corrupt(message));
        };
        let pixels = Pixels {
            shape: axes(shape.plain())?,
            dtype,
            is_swapped,
            blob,
        };
        let len = pixels
            .shape
            .iter()
            .try_fold(dtype.size() as u64, |len, &axis| {
                len.checked_mul(axis as u64)
            });
        if len != Some(blob.size) {
            return Err(Error::corrupt(format!(
                "an array of shape {:?} and type {dtype} has {} bytes",
                pixels.shape, blob.size
            )));
        }
        Ok(pixels)
    }

    /// All of it.
    pub(crate) fn read(&self, request: &Request, limits: &Limits) -> Result<NdImage> {
        let len = limits.check_image(&self.shape, self.dtype)?;
        self.check_place(request)?;
        with_element!(self.dtype, T => {
            let mut samples: Vec<T> = limits.try_vec(len, "the image")?;
            self.fill(request, &mut samples, 1)?;
            NdImage::from_vec(&self.shape, samples)
        })
    }

    /// The part inside `ranges`, one for each axis.
    pub(crate) fn read_part(&self, request: &Request, ranges: &[Range<usize>]) -> Result<NdImage> {
        let limits = request.limits();
        let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
        let len = limits.check_image(&shape, self.dtype)?;
        self.check_place(request)?;
        let runs = Runs::new(&self.shape, ranges);
        let run_len = usize::try_from(runs.run_len()).unwrap_or(usize::MAX);
        let size = self.dtype.size();
        let offsets = runs.map(|first| first * size as u64);
        let mut reader = BlobReader::new(request, self.blob, false);
        with_element!(self.dtype, T => {
            let mut samples: Vec<T> = limits.try_vec(len, "the window")?;
            match T::raw(&mut samples) {
                Some(bytes) => {
                    reader.read_runs(offsets, run_len.saturating_mul(size), bytes)?;
                    self.fix_order(&mut samples);
                }
                None => {
                    for (offset, part) in offsets.zip(samples.chunks_exact_mut(run_len.max(1))) {
                        fill_from(&mut reader, offset, part)?;
                    }
                }
            }
            NdImage::from_vec(&shape, samples)
        })
    }

    /// Fills `out`, which has the shape and type of the image.
    pub(crate) fn read_into(&self, request: &Request, out: &mut NdImage) -> Result<()> {
        with_element!(self.dtype, T => self.fill_view(request, out.as_array_mut::<T>()?, &request.limits(), 1))
    }

    /// The same for a part of a stack, of which `share` are filled at the same time.
    pub(super) fn fill_view<T: Element>(
        &self,
        request: &Request,
        mut out: ArrayViewMutD<'_, T>,
        limits: &Limits,
        share: usize,
    ) -> Result<()> {
        self.check_place(request)?;
        if let Some(samples) = out.as_slice_mut() {
            return self.fill(request, samples, share);
        }
        let mut samples = limits.scratch::<T>(out.len(), "the image")?;
        self.fill(request, &mut samples, share)?;
        for (to, from) in out.iter_mut().zip(samples.iter()) {
            *to = *from;
        }
        Ok(())
    }

    fn fill<T: Element>(&self, request: &Request, samples: &mut [T], share: usize) -> Result<()> {
        if let Some(bytes) = T::raw(samples) {
            fill_bytes(request, self.blob, bytes, share)?;
        } else {
            let mut reader = BlobReader::new(request, self.blob, true);
            fill_from(&mut reader, 0, samples)?;
            reader.finish()?;
        }
        self.fix_order(samples);
        Ok(())
    }

    fn fix_order<T: Element>(&self, samples: &mut [T]) {
        if self.is_swapped {
            T::swap(samples);
        }
    }

    fn check_place(&self, request: &Request) -> Result<()> {
        check_place(request, self.blob)
    }
}

/// The bytes of a blob.
pub(crate) fn bytes(request: &Request, blob: &Blob) -> Result<Vec<u8>> {
    check_place(request, blob)?;
    let len = usize::try_from(blob.size).unwrap_or(usize::MAX);
    let mut bytes: Vec<u8> = request.limits().try_vec(len, "a blob")?;
    fill_bytes(request, blob, &mut bytes, 1)?;
    Ok(bytes)
}

/// Fills `out` with all of `blob`, beside `share - 1` others.
fn fill_bytes(request: &Request, blob: &Blob, out: &mut [u8], share: usize) -> Result<()> {
    if whole::unpack(request, blob, out, share)? {
        return Ok(());
    }
    let mut reader = BlobReader::new(request, blob, true);
    reader.read(0, out)?;
    reader.finish()
}

/// Refuses a blob that the resource does not hold, before memory is taken for it.
fn check_place(request: &Request, blob: &Blob) -> Result<()> {
    // One look at its last byte, which reads a stream no further than the blob goes.
    let is_there = match blob.used {
        0 => true,
        used => {
            let last = blob.start.saturating_add(used - 1);
            request.read_at(last, &mut [0])? == 1
        }
    };
    if !is_there {
        return Err(Error::corrupt(format!(
            "the blob at byte {} has {} bytes, the file ends before that",
            blob.start, blob.used
        )));
    }
    if blob.compression == Compression::Zlib && blob.size / ZLIB_RATIO > blob.used.saturating_add(1)
    {
        return Err(Error::corrupt(format!(
            "the blob at byte {} cannot unpack to {} bytes from {}",
            blob.start, blob.size, blob.used
        )));
    }
    Ok(())
}

fn fill_from<T: Element>(
    reader: &mut BlobReader<'_>,
    offset: u64,
    samples: &mut [T],
) -> Result<()> {
    let mut bytes = vec![0; BLOCK.min(samples.len())];
    for (at, part) in (0..).step_by(BLOCK).zip(samples.chunks_mut(BLOCK)) {
        let bytes = bytes.get_mut(..part.len()).unwrap_or_default();
        reader.read(offset + at, bytes)?;
        T::convert(bytes, part);
    }
    Ok(())
}

fn axes(shape: &Node) -> Result<Vec<usize>> {
    let wrong = || Error::corrupt(format!("the shape of an array is {}", shape.describe()));
    let Node::List(items) = shape else {
        return Err(wrong());
    };
    let axis = |item: &Node| match item.plain() {
        Node::Int(len) => usize::try_from(*len).ok(),
        _ => None,
    };
    items
        .iter()
        .map(axis)
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

/// The type that NumPy calls so, and whether its bytes must be swapped: `>u2` is `uint16`, the other way around.
fn element_type(dtype: &Node) -> Result<(DType, bool)> {
    let Node::Text(text) = dtype else {
        let message = format!("the type of an array is {}", dtype.describe());
        return Err(Error::corrupt(message));
    };
    let code = text.trim_start_matches(['<', '>', '|', '=']);
    let foreign = if cfg!(target_endian = "big") {
        '<'
    } else {
        '>'
    };
    DType::ALL
        .iter()
        .find(|dtype| dtype.name() == code || dtype.npy_code() == code)
        .map(|dtype| (*dtype, is_foreign(text, foreign, *dtype)))
        .ok_or_else(|| Error::unsupported(format!("an array of type {:?}", cut(text))))
}

/// What names no order is in the order of the format, least significant byte first.
fn is_foreign(text: &str, foreign: char, dtype: DType) -> bool {
    let has_order = text.starts_with(['<', '>']);
    let is_foreign = if has_order {
        text.starts_with(foreign)
    } else {
        foreign == '<'
    };
    is_foreign && dtype.size() > 1
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
