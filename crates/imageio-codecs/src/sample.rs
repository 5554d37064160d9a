//! What a decoded sample may be stored as.

/// An integer that decoded samples are stored as; what it cannot hold becomes the nearest that it can.
pub trait Sample: Copy + sealed::Sealed {
    /// The sample of this value.
    fn clamped(value: i32) -> Self;
}

macro_rules! samples {
    ($($type:ty),*) => {$(
        impl sealed::Sealed for $type {}

        impl Sample for $type {
            fn clamped(value: i32) -> Self {
                <$type>::try_from(value).unwrap_or(if value < 0 { <$type>::MIN } else { <$type>::MAX })
            }
        }
    )*};
}
samples!(u8, i8, u16, i16, u32, i32);

mod sealed {
    /// Keeps the trait closed.
    pub trait Sealed {}
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn values_beyond_a_type_become_its_ends() {
        assert_eq!([-1, 255, 256].map(u8::clamped), [0, 255, 255]);
        assert_eq!([-40_000, 40_000].map(i16::clamped), [-32_768, 32_767]);
        assert_eq!([-1, i32::MAX].map(u32::clamped), [0, 0x7fff_ffff]);
    }
}
