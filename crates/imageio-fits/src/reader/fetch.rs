//! An image of what was chosen.

use std::ops::Range;

use imageio_core::{NdImage, Result, Window};

use super::{Chosen, FitsReader};
use crate::format::hdu::Data;

/// Runs `$body` with `$T` bound to the element type of `$dtype`.
macro_rules! with_type {
    ($dtype:expr, $T:ident => $body:expr) => {{
        use imageio_core::DType;
        macro_rules! run {
            ($type:ty) => {{
                type $T = $type;
                $body
            }};
        }
        match $dtype {
            DType::U8 => run!(u8),
            DType::I8 => run!(i8),
            DType::U16 => run!(u16),
            DType::I16 => run!(i16),
            DType::U32 => run!(u32),
            DType::I32 => run!(i32),
            DType::U64 => run!(u64),
            DType::I64 => run!(i64),
            DType::F32 => run!(f32),
            DType::F64 => run!(f64),
            other => Err(imageio_core::Error::unsupported(format!(
                "FITS holds no {other}"
            ))),
        }
    }};
}
pub(crate) use with_type;

impl FitsReader {
    /// The whole image, or the part inside `window`.
    pub(super) fn decode(&self, chosen: &Chosen, window: Option<&Window>) -> Result<NdImage> {
        let limits = self.limits();
        let whole = Window::default();
        let ranges = window.unwrap_or(&whole).resolve(&chosen.picture.shape)?;
        let shape: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
        let dtype = chosen.conversion.dtype;
        let len = limits.check_image(&shape, dtype)?;
        self.check_end(chosen)?;
        with_type!(dtype, T => {
            let mut elements: Vec<T> = limits.try_vec(len, "the image")?;
            self.fill(chosen, &ranges, bytemuck::cast_slice_mut(&mut elements))?;
            NdImage::from_vec(&shape, elements)
        })
    }

    /// Fills `out` with the elements inside `ranges`.
    pub(super) fn fill(
        &self,
        chosen: &Chosen,
        ranges: &[Range<usize>],
        out: &mut [u8],
    ) -> Result<()> {
        if out.is_empty() {
            return Ok(());
        }
        let filled = match &chosen.picture.data {
            &Data::Plain { start, skip } => self.fill_plain(chosen, (start, skip), ranges, out),
            Data::Tiles(tiling) => self.fill_tiles(chosen, tiling, ranges, out),
        };
        filled.map_err(|error| error.at(format_args!("unit {}", chosen.unit)))
    }
}
