//! The integers that the transform is undone in.

use std::ops::{BitAnd, BitOrAssign, BitXor, Neg, Shl, Shr};

/// 64 bits, or 32 where the tile's header shows that nothing can be larger: half the memory to go through.
pub(super) trait Coefficient:
    Copy
    + Default
    + Ord
    + BitAnd<Output = Self>
    + BitOrAssign
    + BitXor<Output = Self>
    + Neg<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
{
    /// The lowest bits of `number`.
    fn of(number: i64) -> Self;
    /// The lowest 32 bits.
    fn low(self) -> i32;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
}

macro_rules! coefficient {
    ($type:ty) => {
        impl Coefficient for $type {
            #[inline]
            fn of(number: i64) -> Self {
                number as $type
            }

            #[inline]
            fn low(self) -> i32 {
                self as i32
            }

            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            #[inline]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
        }
    };
}

coefficient!(i32);
coefficient!(i64);
