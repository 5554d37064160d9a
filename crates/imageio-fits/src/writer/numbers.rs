//! The numbers of an image as they are stored.

use std::borrow::Cow;

use imageio_core::{DType, Error, Metadata, NdImage, Result};

use super::check_shape;
use crate::format::scaling::{Conversion, Rule, Stored};
use crate::options::FitsWriteOptions;

/// What is swapped and written at once.
const PART: usize = 64 << 10;

/// An image with the stored type of its numbers.
pub(super) struct Numbers {
    image: NdImage,
    pub(super) stored: Stored,
    /// Whether the type has the other sign, so that the top bit changes.
    pub(super) flips: bool,
    /// `BSCALE`, `BZERO` and `BLANK`, where numbers are scaled back.
    pub(super) scaling: Option<(f64, f64, Option<i64>)>,
}

impl Numbers {
    pub(super) fn of(
        image: &NdImage,
        metadata: &Metadata,
        options: &FitsWriteOptions,
    ) -> Result<Self> {
        check_shape(image)?;
        if options.scale_back
            && let Some(numbers) = scaled_back(image, metadata)?
        {
            return Ok(numbers);
        }
        let (stored, flips) = match image.dtype() {
            DType::U8 => (Stored::U8, false),
            DType::I8 => (Stored::U8, true),
            DType::I16 => (Stored::I16, false),
            DType::U16 => (Stored::I16, true),
            DType::I32 => (Stored::I32, false),
            DType::U32 => (Stored::I32, true),
            DType::I64 => (Stored::I64, false),
            DType::U64 => (Stored::I64, true),
            DType::F32 => (Stored::F32, false),
            DType::F64 => (Stored::F64, false),
            other => {
                let message =
                    format!("{other}; FITS holds integers of 8 to 64 bits, float32 and float64");
                return Err(Error::unsupported(message));
            }
        };
        Ok(Numbers {
            image: image.clone(),
            stored,
            flips,
            scaling: None,
        })
    }

    pub(super) fn shape(&self) -> &[usize] {
        self.image.shape()
    }

    pub(super) fn nbytes(&self) -> u64 {
        self.image.nbytes() as u64
    }

    /// The numbers in the machine's order, before the top bit changes.
    pub(super) fn native(&self) -> Cow<'_, [u8]> {
        self.image.as_bytes()
    }

    /// Changes the top bits of some of [`native`](Numbers::native) where that is to be.
    pub(super) fn flip(&self, native: &mut [u8]) {
        if self.flips {
            self.conversion(Rule::Flip).apply(native);
        }
    }

    /// Puts numbers in the machine's order into that of the file.
    pub(super) fn to_big_endian(&self, native: &mut [u8]) {
        self.conversion(Rule::Keep).in_place(native);
    }

    fn conversion(&self, rule: Rule) -> Conversion {
        Conversion {
            stored: self.stored,
            rule,
            dtype: self.stored.dtype(),
        }
    }

    /// Gives the numbers as the file has them, part by part.
    pub(super) fn each_part(&self, put: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        // Aligned for any number, so that whole words are swapped.
        let mut words = vec![0u64; PART / 8];
        let room: &mut [u8] = bytemuck::must_cast_slice_mut(&mut words);
        for part in self.native().chunks(PART) {
            let room = &mut room[..part.len()];
            room.copy_from_slice(part);
            self.flip(room);
            self.to_big_endian(room);
            put(room)?;
        }
        Ok(())
    }
}

/// The numbers that scaling by the metadata's keywords would turn into these; nothing where it has none.
fn scaled_back(image: &NdImage, metadata: &Metadata) -> Result<Option<Numbers>> {
    let number = |key| metadata.get(key).and_then(imageio_core::Value::as_f64);
    let int = |key| metadata.get(key).and_then(imageio_core::Value::as_i64);
    let (scale, zero) = (number("BSCALE"), number("BZERO"));
    let stored = int("BITPIX").and_then(Stored::of_bitpix);
    let (Some(stored), true) = (stored, scale.is_some() || zero.is_some()) else {
        return Ok(None);
    };
    let (scale, zero) = (scale.unwrap_or(1.0), zero.unwrap_or(0.0));
    let blank = int("BLANK").filter(|_| !stored.is_float());
    if scale == 0.0 || !image.dtype().is_float() {
        return Ok(None);
    }
    let values = image.cast(DType::F64);
    let values = values.to_contiguous();
    let mut back = Vec::with_capacity(values.len());
    for value in values.as_slice::<f64>()? {
        if value.is_nan() && !stored.is_float() {
            let blank = blank.ok_or_else(|| {
                Error::unsupported(
                    "NaN in an image that is scaled back to integers without `BLANK`",
                )
            })?;
            back.push(blank as f64);
        } else {
            back.push((value - zero) / scale);
        }
    }
    if !stored.is_float() {
        for value in &mut back {
            *value = value.round_ties_even();
        }
    }
    Ok(Some(Numbers {
        image: NdImage::from_vec(image.shape(), back)?.cast(stored.dtype()),
        stored,
        flips: false,
        scaling: Some((scale, zero, blank)),
    }))
}
