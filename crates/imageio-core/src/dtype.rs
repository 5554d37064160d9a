//! Element types, under NumPy's names.

use std::fmt;
use std::str::FromStr;

use half::f16;
use num_complex::Complex;

use crate::error::{Error, ErrorKind};

/// Calls `$callback!` with one `(Variant, type, "NumPy name", "npy code")` row for each element type.
///
/// One list serves the enum, the array storage and every dispatch, so that none can lag behind.
macro_rules! for_each_dtype {
    ($callback:ident) => {
        $callback! {
            (Bool, bool, "bool", "b1"),
            (U8, u8, "uint8", "u1"),
            (U16, u16, "uint16", "u2"),
            (U32, u32, "uint32", "u4"),
            (U64, u64, "uint64", "u8"),
            (I8, i8, "int8", "i1"),
            (I16, i16, "int16", "i2"),
            (I32, i32, "int32", "i4"),
            (I64, i64, "int64", "i8"),
            (F16, half::f16, "float16", "f2"),
            (F32, f32, "float32", "f4"),
            (F64, f64, "float64", "f8"),
            (C64, num_complex::Complex<f32>, "complex64", "c8"),
            (C128, num_complex::Complex<f64>, "complex128", "c16"),
        }
    };
}
pub(crate) use for_each_dtype;

macro_rules! define_dtype {
    ($(($variant:ident, $type:ty, $name:literal, $code:literal),)*) => {
        /// The type of one array element.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum DType {
            $(
                #[doc = concat!("NumPy's `", $name, "`.")]
                $variant,
            )*
        }

        impl DType {
            /// Every element type, unsigned first.
            pub const ALL: &'static [DType] = &[$(DType::$variant),*];

            /// Bytes of one element.
            pub const fn size(self) -> usize {
                match self {
                    $(DType::$variant => size_of::<$type>(),)*
                }
            }

            /// NumPy's name, as `uint16`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(DType::$variant => $name,)*
                }
            }

            /// The code of the `.npy` format without its byte order, as `u2`.
            pub const fn npy_code(self) -> &'static str {
                match self {
                    $(DType::$variant => $code,)*
                }
            }
        }

        $(
            impl sealed::Sealed for $type {}
            impl Element for $type {
                const DTYPE: DType = DType::$variant;
            }
        )*
    };
}
for_each_dtype!(define_dtype);

impl DType {
    /// Whether values are whole numbers (`bool` is not).
    pub const fn is_integer(self) -> bool {
        !matches!(self, DType::Bool) && !self.is_float() && !self.is_complex()
    }

    /// Whether values are real floating-point numbers.
    pub const fn is_float(self) -> bool {
        matches!(self, DType::F16 | DType::F32 | DType::F64)
    }

    /// Whether values are complex numbers.
    pub const fn is_complex(self) -> bool {
        matches!(self, DType::C64 | DType::C128)
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for DType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        DType::ALL
            .iter()
            .copied()
            .find(|dtype| dtype.name() == name)
            .ok_or_else(|| Error::new(ErrorKind::BadOption, format!("`{name}` is no element type")))
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that can be the element of an [`NdImage`](crate::NdImage).
pub trait Element:
    sealed::Sealed
    + crate::raw::RawElement
    + bytemuck::NoUninit
    + bytemuck::Zeroable
    + Default
    + PartialEq
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// The run-time name of this type.
    const DTYPE: DType;
}

/// A value on its way between two element types.
#[derive(Clone, Copy)]
pub(crate) enum Wide {
    Int(i128),
    Float(f64),
    Complex(f64, f64),
}

/// Conversion with NumPy's `astype` meaning: integers wrap, floats saturate towards integers,
/// a complex number loses its imaginary part, and anything but zero is true.
pub(crate) trait Cast: Element {
    fn widen(self) -> Wide;
    fn narrow(wide: Wide) -> Self;
}

macro_rules! cast_int {
    ($($type:ty),*) => {$(
        impl Cast for $type {
            #[inline]
            fn widen(self) -> Wide {
                Wide::Int(self as i128)
            }
            #[inline]
            fn narrow(wide: Wide) -> Self {
                match wide {
                    Wide::Int(value) => value as $type,
                    Wide::Float(value) | Wide::Complex(value, _) => value as $type,
                }
            }
        }
    )*};
}
cast_int!(u8, u16, u32, u64, i8, i16, i32, i64);

macro_rules! cast_float {
    ($($type:ty, $from_int:expr, $from_f64:expr, $to_f64:expr);*) => {$(
        impl Cast for $type {
            #[inline]
            fn widen(self) -> Wide {
                Wide::Float($to_f64(self))
            }
            #[inline]
            fn narrow(wide: Wide) -> Self {
                match wide {
                    Wide::Int(value) => $from_int(value),
                    Wide::Float(value) | Wide::Complex(value, _) => $from_f64(value),
                }
            }
        }
    )*};
}
cast_float!(
    f16, |v| f16::from_f64(v as f64), f16::from_f64, f16::to_f64;
    f32, |v| v as f32, |v| v as f32, f64::from;
    f64, |v| v as f64, |v| v, |v| v
);

macro_rules! cast_complex {
    ($($float:ty),*) => {$(
        impl Cast for Complex<$float> {
            #[inline]
            fn widen(self) -> Wide {
                Wide::Complex(self.re as f64, self.im as f64)
            }
            #[inline]
            fn narrow(wide: Wide) -> Self {
                match wide {
                    Wide::Int(value) => Complex::new(value as $float, 0.0),
                    Wide::Float(value) => Complex::new(value as $float, 0.0),
                    Wide::Complex(re, im) => Complex::new(re as $float, im as $float),
                }
            }
        }
    )*};
}
cast_complex!(f32, f64);

impl Cast for bool {
    #[inline]
    fn widen(self) -> Wide {
        Wide::Int(self.into())
    }
    #[inline]
    fn narrow(wide: Wide) -> Self {
        match wide {
            Wide::Int(value) => value != 0,
            Wide::Float(value) => value != 0.0,
            Wide::Complex(re, im) => re != 0.0 || im != 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for dtype in DType::ALL {
            assert_eq!(dtype.name().parse::<DType>().ok(), Some(*dtype));
        }
        assert_eq!(
            "float128".parse::<DType>().map_err(|e| e.kind()),
            Err(ErrorKind::BadOption)
        );
    }

    #[test]
    fn sizes_agree_with_the_npy_code() {
        for dtype in DType::ALL {
            let digits = &dtype.npy_code()[1..];
            assert_eq!(digits.parse(), Ok(dtype.size()));
        }
    }
}
