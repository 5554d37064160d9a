//! Samples stretched from `maxval` to the whole range of their type.

/// What each stored sample becomes, in Pillow's rounding.
pub(super) struct Levels<T>(Vec<T>);

/// A type that samples are stretched to.
pub(super) trait Stretched: Copy {
    const TOP: Self;

    /// A level that is not above `TOP`.
    fn of(level: f64) -> Self;

    fn top() -> f64;
}

macro_rules! stretched {
    ($($type:ty),*) => {$(
        impl Stretched for $type {
            const TOP: Self = <$type>::MAX;

            fn of(level: f64) -> Self {
                level as $type
            }

            fn top() -> f64 {
                f64::from(<$type>::MAX)
            }
        }
    )*};
}
stretched!(u8, u16);

impl<T: Stretched> Levels<T> {
    /// For samples from 0 to `maxval`, at most 65,535.
    pub(super) fn new(maxval: u32) -> Self {
        // Divided first and halves to even, as Python does it, so that every level is Pillow's.
        let level =
            |sample: u32| (f64::from(sample) / f64::from(maxval) * T::top()).round_ties_even();
        Levels((0..=maxval).map(|sample| T::of(level(sample))).collect())
    }

    /// The level of `sample`; full for one above `maxval`.
    pub(super) fn of(&self, sample: u32) -> T {
        self.0.get(sample as usize).copied().unwrap_or(T::TOP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_level() {
        let levels = Levels::<u8>::new(2);
        assert_eq!(
            [0, 1, 2, 9].map(|sample| levels.of(sample)),
            [0, 128, 255, 255]
        );
        let levels = Levels::<u8>::new(6);
        assert_eq!(levels.of(1), 42);
        let levels = Levels::<u16>::new(1023);
        assert_eq!(
            [1, 512, 1023].map(|sample| levels.of(sample)),
            [64, 32800, 65535]
        );
    }
}
