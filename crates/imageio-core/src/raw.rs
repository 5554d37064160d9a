//! Elements in memory: their bytes, and their byte order.

use half::f16;
use num_complex::Complex;

/// The bytes of elements, for readers that bring them straight from a file into place.
pub trait RawElement: Sized {
    /// The memory of the elements, where any bytes are elements.
    fn raw(samples: &mut [Self]) -> Option<&mut [u8]>;

    /// Elements from their bytes, for types of which not all bytes are any; for others nothing happens.
    fn convert(bytes: &[u8], samples: &mut [Self]);

    /// Turns the bytes of each number around; a complex number is two of them.
    fn swap(samples: &mut [Self]);
}

macro_rules! plain {
    ($($type:ty, $part:literal;)*) => {$(
        impl RawElement for $type {
            fn raw(samples: &mut [Self]) -> Option<&mut [u8]> {
                Some(bytemuck::must_cast_slice_mut(samples))
            }

            fn convert(_: &[u8], _: &mut [Self]) {}

            fn swap(samples: &mut [Self]) {
                let bytes: &mut [u8] = bytemuck::must_cast_slice_mut(samples);
                for number in bytes.as_chunks_mut::<$part>().0 {
                    number.reverse();
                }
            }
        }
    )*};
}
plain! {
    u8, 1; i8, 1; u16, 2; i16, 2; u32, 4; i32, 4; u64, 8; i64, 8; f16, 2; f32, 4; f64, 8;
    Complex<f32>, 4; Complex<f64>, 8;
}

impl RawElement for bool {
    fn raw(_: &mut [Self]) -> Option<&mut [u8]> {
        None
    }

    fn convert(bytes: &[u8], samples: &mut [Self]) {
        for (sample, byte) in samples.iter_mut().zip(bytes) {
            *sample = *byte != 0;
        }
    }

    fn swap(_: &mut [Self]) {}
}

/// Runs `$body` with `$T` bound to the Rust type of a [`DType`](crate::DType); `$body` gives a [`Result`](crate::Result).
///
/// # Examples
/// ```
/// use imageio_core::{DType, Result, with_element};
/// let size: Result<usize> = with_element!(DType::C64, T => Ok(size_of::<T>()));
/// assert_eq!(size?, 8);
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[macro_export]
macro_rules! with_element {
    ($dtype:expr, $T:ident => $body:expr) => {{
        macro_rules! run {
            ($type:ty) => {{
                type $T = $type;
                $body
            }};
        }
        #[allow(
            unreachable_patterns,
            reason = "types that come later are unknown outside of the core"
        )]
        match $dtype {
            $crate::DType::Bool => run!(bool),
            $crate::DType::U8 => run!(u8),
            $crate::DType::U16 => run!(u16),
            $crate::DType::U32 => run!(u32),
            $crate::DType::U64 => run!(u64),
            $crate::DType::I8 => run!(i8),
            $crate::DType::I16 => run!(i16),
            $crate::DType::I32 => run!(i32),
            $crate::DType::I64 => run!(i64),
            $crate::DType::F16 => run!($crate::half::f16),
            $crate::DType::F32 => run!(f32),
            $crate::DType::F64 => run!(f64),
            $crate::DType::C64 => run!($crate::num_complex::Complex<f32>),
            $crate::DType::C128 => run!($crate::num_complex::Complex<f64>),
            other => Err($crate::Error::unsupported(format!(
                "elements of type {other}"
            ))),
        }
    }};
}
