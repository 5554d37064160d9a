//! Types of samples.

/// A type that samples may have.
pub trait Value: Copy + Default + sealed::Sealed {
    /// Bytes of a sample.
    #[doc(hidden)]
    const SIZE: usize;

    /// The sample of `SIZE` bytes, the lowest first.
    #[doc(hidden)]
    fn of_bytes(bytes: &[u8]) -> Self;

    /// The sample nearest to `value` towards zero.
    #[doc(hidden)]
    fn of(value: f64) -> Self;

    /// The sample whose bits are the lowest ones of `bits`.
    #[doc(hidden)]
    fn of_bits(bits: u64) -> Self;

    /// The sample as a number.
    #[doc(hidden)]
    fn to_f64(self) -> f64;
}

macro_rules! values {
    ($($type:ty, $of_bits:expr;)*) => {$(
        impl sealed::Sealed for $type {}

        impl Value for $type {
            const SIZE: usize = size_of::<$type>();

            fn of_bytes(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or(Self::default(), |bytes| Self::from_le_bytes(*bytes))
            }

            #[inline]
            fn of(value: f64) -> Self {
                value as $type
            }

            fn of_bits(bits: u64) -> Self {
                $of_bits(bits)
            }

            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}
values! {
    i8, |bits| bits as i8;
    u8, |bits| bits as u8;
    i16, |bits| bits as i16;
    u16, |bits| bits as u16;
    i32, |bits| bits as i32;
    u32, |bits| bits as u32;
    f32, |bits| f32::from_bits(bits as u32);
    f64, f64::from_bits;
}

mod sealed {
    /// Keeps the trait closed.
    pub trait Sealed {}
}
