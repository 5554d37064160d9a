//! Types of samples, as they are stored and as they are given.

use imageio_codecs::jpeg2000::Header as Jpeg2000Header;
use imageio_codecs::jpegls::FrameHeader as JpegLsHeader;
use imageio_codecs::{jpeg2000, jpegls};
use imageio_core::{DType, Element, Error, Limits, Result};

/// A type of samples in files.
pub(crate) trait Sample: Element + bytemuck::Pod + PartialOrd {
    /// The sample with its bytes turned around.
    fn turned(self) -> Self;

    /// The sample of a whole number; what it cannot hold is cut off.
    fn wrapped(value: i64) -> Self;

    /// The whole number, or the float cut to one.
    fn to_i64(self) -> i64;

    /// The number as a float.
    fn to_f64(self) -> f64;

    /// The nearest sample.
    fn from_f64(value: f64) -> Self;

    /// Decodes a JPEG 2000 picture; samples beyond the type keep their low bits.
    fn jpeg2000_wrapped(
        data: &[u8],
        header: &Jpeg2000Header,
        out: &mut [Self],
        limits: &Limits,
    ) -> Result<()> {
        let _ = (data, header, out, limits);
        Err(no_such::<Self>("JPEG 2000"))
    }

    /// Decodes a JPEG-LS picture; samples beyond the type keep their low bits.
    fn jpegls_unsigned(
        data: &[u8],
        header: &JpegLsHeader,
        out: &mut [Self],
        limits: &Limits,
    ) -> Result<()> {
        let _ = (data, header, out, limits);
        Err(no_such::<Self>("JPEG-LS"))
    }
}

fn no_such<T: Element>(coding: &str) -> Error {
    Error::unsupported(format!("{coding} samples as {}", T::DTYPE))
}

macro_rules! whole {
    ($(($type:ty, $signed:ty, $unsigned:ty)),*) => {$(
        impl Sample for $type {
            fn turned(self) -> Self { self.swap_bytes() }
            fn wrapped(value: i64) -> Self { value as $type }
            fn to_i64(self) -> i64 { self as i64 }
            fn to_f64(self) -> f64 { self as f64 }
            fn from_f64(value: f64) -> Self { value as $type }

            fn jpeg2000_wrapped(data: &[u8], header: &Jpeg2000Header, out: &mut [Self], limits: &Limits) -> Result<()> {
                if header.components.first().is_some_and(|part| part.signed) {
                    return jpeg2000::decode::<$signed>(data, header, bytemuck::cast_slice_mut(out), limits);
                }
                jpeg2000::decode::<$unsigned>(data, header, bytemuck::cast_slice_mut(out), limits)
            }

            fn jpegls_unsigned(data: &[u8], header: &JpegLsHeader, out: &mut [Self], limits: &Limits) -> Result<()> {
                jpegls::decode::<$unsigned>(data, header, bytemuck::cast_slice_mut(out), limits)
            }
        }
    )*};
}
whole!(
    (u8, i8, u8),
    (i8, i8, u8),
    (u16, i16, u16),
    (i16, i16, u16),
    (u32, i32, u32),
    (i32, i32, u32)
);

macro_rules! long {
    ($($type:ty),*) => {$(
        impl Sample for $type {
            fn turned(self) -> Self { self.swap_bytes() }
            fn wrapped(value: i64) -> Self { value as $type }
            fn to_i64(self) -> i64 { self as i64 }
            fn to_f64(self) -> f64 { self as f64 }
            fn from_f64(value: f64) -> Self { value as $type }
        }
    )*};
}
long!(u64, i64);

macro_rules! float {
    ($(($type:ty, $bits:ty)),*) => {$(
        impl Sample for $type {
            fn turned(self) -> Self { <$type>::from_bits(self.to_bits().swap_bytes()) }
            fn wrapped(value: i64) -> Self { value as $type }
            fn to_i64(self) -> i64 { self as i64 }
            fn to_f64(self) -> f64 { self.into() }
            fn from_f64(value: f64) -> Self { value as $type }
        }
    )*};
}
float!((f32, u32), (f64, u64));

/// Runs `$body` with `$T` as the type of samples `$dtype`.
macro_rules! with_sample {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            imageio_core::DType::U8 => {
                type $T = u8;
                $body
            }
            imageio_core::DType::I8 => {
                type $T = i8;
                $body
            }
            imageio_core::DType::U16 => {
                type $T = u16;
                $body
            }
            imageio_core::DType::I16 => {
                type $T = i16;
                $body
            }
            imageio_core::DType::U32 => {
                type $T = u32;
                $body
            }
            imageio_core::DType::I32 => {
                type $T = i32;
                $body
            }
            imageio_core::DType::U64 => {
                type $T = u64;
                $body
            }
            imageio_core::DType::I64 => {
                type $T = i64;
                $body
            }
            imageio_core::DType::F32 => {
                type $T = f32;
                $body
            }
            imageio_core::DType::F64 => {
                type $T = f64;
                $body
            }
            other => Err($crate::format::sample::no_type(other)),
        }
    };
}
pub(crate) use with_sample;

/// The error for a type that no sample has.
pub(crate) fn no_type(dtype: DType) -> Error {
    Error::unsupported(format!("samples of type {dtype}"))
}
