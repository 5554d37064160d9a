//! Elements in memory: their bytes, and their byte order.

use imageio_core::Element;
use imageio_core::half::f16;
use imageio_core::num_complex::Complex;

/// A type of elements.
pub(crate) trait Sample: Element {
    /// The memory of the elements, where any bytes are elements.
    fn raw(samples: &mut [Self]) -> Option<&mut [u8]>;

    /// Elements from their bytes, for types of which not all bytes are any.
    fn convert(bytes: &[u8], samples: &mut [Self]);

    /// Turns the bytes of each number around.
    fn swap(samples: &mut [Self]);
}

macro_rules! plain {
    ($($type:ty, $part:literal;)*) => {$(
        impl Sample for $type {
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
// A complex number is two, each with its own order.
plain! {
    u8, 1; i8, 1; u16, 2; i16, 2; u32, 4; i32, 4; u64, 8; i64, 8; f16, 2; f32, 4; f64, 8;
    Complex<f32>, 4; Complex<f64>, 8;
}

impl Sample for bool {
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

/// Runs `$body` with `$T` bound to the type of `$dtype`.
macro_rules! with_sample {
    ($dtype:expr, $T:ident => $body:expr) => {{
        use imageio_core::DType;
        use imageio_core::half::f16;
        use imageio_core::num_complex::Complex;
        match $dtype {
            DType::Bool => {
                type $T = bool;
                $body
            }
            DType::U8 => {
                type $T = u8;
                $body
            }
            DType::U16 => {
                type $T = u16;
                $body
            }
            DType::U32 => {
                type $T = u32;
                $body
            }
            DType::U64 => {
                type $T = u64;
                $body
            }
            DType::I8 => {
                type $T = i8;
                $body
            }
            DType::I16 => {
                type $T = i16;
                $body
            }
            DType::I32 => {
                type $T = i32;
                $body
            }
            DType::I64 => {
                type $T = i64;
                $body
            }
            DType::F16 => {
                type $T = f16;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::F64 => {
                type $T = f64;
                $body
            }
            DType::C64 => {
                type $T = Complex<f32>;
                $body
            }
            DType::C128 => {
                type $T = Complex<f64>;
                $body
            }
            other => Err(imageio_core::Error::unsupported(format!(
                "elements of type {other}"
            ))),
        }
    }};
}
pub(crate) use with_sample;
