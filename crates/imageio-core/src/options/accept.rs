//! What the setters of an option struct take.

use crate::metadata::Metadata;
use crate::value::Value;

/// A value that the setter of an option of type `T` takes.
///
/// Narrower than `Into`, so that a plain number has one meaning: `palettesize(4)` is a `u16` because the option is.
pub trait IntoOption<T> {
    /// The value of the option.
    fn into_option(self) -> T;
}

impl<T> IntoOption<T> for T {
    fn into_option(self) -> T {
        self
    }
}

impl<T> IntoOption<Option<T>> for T {
    fn into_option(self) -> Option<T> {
        Some(self)
    }
}

impl<T, const N: usize> IntoOption<Vec<T>> for [T; N] {
    fn into_option(self) -> Vec<T> {
        self.into()
    }
}

impl<T: Clone> IntoOption<Vec<T>> for &[T] {
    fn into_option(self) -> Vec<T> {
        self.to_vec()
    }
}

impl IntoOption<String> for &str {
    fn into_option(self) -> String {
        self.to_owned()
    }
}

impl IntoOption<Option<String>> for &str {
    fn into_option(self) -> Option<String> {
        Some(self.to_owned())
    }
}

macro_rules! into_value {
    ($($type:ty),*) => {$(
        impl IntoOption<Value> for $type {
            fn into_option(self) -> Value {
                self.into()
            }
        }
    )*};
}
into_value!(bool, i32, i64, f64, &str, String, Vec<u8>, &[u8], Metadata);
