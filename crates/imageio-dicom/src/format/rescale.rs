//! Values from stored samples, PS3.3 C.11.1: times the slope, plus the intercept.

use imageio_core::DType;

use super::data_set::{DataSet, Tag};
use super::pixels::Pixels;
use super::sample::Sample;

/// What stored samples are multiplied with, and what is added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rescale {
    slope: f64,
    intercept: f64,
}

impl Rescale {
    /// Samples stay as they are.
    pub(crate) const IDENTITY: Rescale = Rescale {
        slope: 1.0,
        intercept: 0.0,
    };

    /// What a data set says.
    pub(crate) fn of(data: &DataSet) -> Rescale {
        Rescale {
            slope: data.decimal(Tag::SLOPE).unwrap_or(1.0),
            intercept: data.decimal(Tag::INTERCEPT).unwrap_or(0.0),
        }
    }

    /// Whether nothing changes.
    pub(crate) fn is_identity(&self) -> bool {
        *self == Rescale::IDENTITY
    }

    /// Whether whole numbers stay whole.
    fn is_whole(&self) -> bool {
        let whole = |number: f64| number.fract() == 0.0 && number.abs() < 2f64.powi(31);
        whole(self.slope) && whole(self.intercept)
    }

    /// What the values of `pixels` need: a type of floats, or a range of whole numbers.
    pub(crate) fn needs(&self, pixels: &Pixels) -> Needs {
        if matches!(pixels.dtype, DType::F32 | DType::F64) || self.is_identity() {
            return Needs::Type(pixels.dtype);
        }
        if !self.is_whole() {
            // 24 bits are what a float of 32 bits holds.
            return Needs::Type(if pixels.stored > 24 {
                DType::F64
            } else {
                DType::F32
            });
        }
        let (low, high) = pixels.range();
        let ends = [low, high].map(|end| end * self.slope + self.intercept);
        // The stored samples are in the range too, as in Python.
        Needs::Range(
            ends.into_iter().fold(low, f64::min),
            ends.into_iter().fold(high, f64::max),
        )
    }

    /// Fills `to` with the values of `from`; says whether one did not fit and became the nearest that does.
    pub(crate) fn apply<S: Sample, D: Sample>(&self, from: &[S], to: &mut [D]) -> bool {
        let is_float = |dtype| matches!(dtype, DType::F32 | DType::F64);
        if is_float(S::DTYPE) || is_float(D::DTYPE) || !self.is_whole() {
            for (to, from) in to.iter_mut().zip(from) {
                *to = D::from_f64(from.to_f64() * self.slope + self.intercept);
            }
            return false;
        }
        let (slope, intercept) = (self.slope as i64, self.intercept as i64);
        let mut beyond = false;
        if size_of::<S>() <= 2 && size_of::<D>() <= 4 {
            for (to, from) in to.iter_mut().zip(from) {
                // 16 bits times 31, plus 31, stay inside 64.
                let value = from.to_i64() * slope + intercept;
                let stored = D::wrapped(value);
                beyond |= stored.to_i64() != value;
                *to = stored;
            }
            if !beyond {
                return false;
            }
        }
        for (to, from) in to.iter_mut().zip(from) {
            let value = i128::from(from.to_i64()) * i128::from(slope) + i128::from(intercept);
            let near = i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX });
            let stored = D::wrapped(near);
            if i128::from(stored.to_i64()) == value {
                *to = stored;
            } else {
                beyond = true;
                *to = D::from_f64(value as f64);
            }
        }
        beyond
    }
}

/// What values need to be held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Needs {
    /// Just this type.
    Type(DType),
    /// Whole numbers from the first to the last.
    Range(f64, f64),
}

impl Needs {
    /// The type that holds them.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Needs::Type(dtype) => dtype,
            Needs::Range(low, high) => smallest(low, high),
        }
    }

    /// What both need.
    pub(crate) fn and(self, other: Needs) -> Needs {
        if self == other {
            return self;
        }
        match (self.range(), other.range()) {
            (Some((a, b)), Some((c, d))) => Needs::Range(a.min(c), b.max(d)),
            _ if [self, other].iter().any(|needs| {
                needs.dtype() == DType::F64
                    || needs.dtype().size() > 2 && needs.dtype().is_integer()
            }) =>
            {
                Needs::Type(DType::F64)
            }
            _ => Needs::Type(DType::F32),
        }
    }

    fn range(self) -> Option<(f64, f64)> {
        match self {
            Needs::Range(low, high) => Some((low, high)),
            Needs::Type(dtype) if dtype.is_integer() => {
                let bits = 8 * dtype.size() as i32;
                let signed = matches!(dtype, DType::I8 | DType::I16 | DType::I32 | DType::I64);
                Some(if signed {
                    (-2f64.powi(bits - 1), 2f64.powi(bits - 1) - 1.0)
                } else {
                    (0.0, 2f64.powi(bits) - 1.0)
                })
            }
            Needs::Type(_) => None,
        }
    }
}

/// The smallest type that holds all whole numbers from `low` to `high`.
fn smallest(low: f64, high: f64) -> DType {
    let types: &[(DType, i32)] = if low < 0.0 {
        &[
            (DType::I8, 7),
            (DType::I16, 15),
            (DType::I32, 31),
            (DType::I64, 63),
        ]
    } else {
        &[
            (DType::U8, 8),
            (DType::U16, 16),
            (DType::U32, 32),
            (DType::U64, 64),
        ]
    };
    let holds = |bits: i32| high < 2f64.powi(bits) && low >= -2f64.powi(bits);
    let found = types.iter().find(|(_, bits)| holds(*bits));
    found.map_or(DType::F64, |(dtype, _)| *dtype)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-213, E-214
    #[test]
    fn whole_numbers_take_the_smallest_type_that_holds_them() {
        let types = [
            (-1.0, 127.0, DType::I8),
            (-1.0, 128.0, DType::I16),
            (-1024.0, 3071.0, DType::I16),
            (-40_000.0, 0.0, DType::I32),
            (-1.0, 4e9, DType::I64),
            (0.0, 255.0, DType::U8),
            (0.0, 256.0, DType::U16),
            (0.0, 65_535.0, DType::U16),
            (0.0, 65_536.0, DType::U32),
            (0.0, 4_294_967_295.0, DType::U32),
        ];
        for (low, high, dtype) in types {
            assert_eq!(smallest(low, high), dtype, "{low} to {high}");
        }
    }

    #[test]
    fn values_that_do_not_fit_become_the_nearest() {
        let rescale = Rescale {
            slope: 2.0,
            intercept: -10.0,
        };
        let mut out = [0i16; 3];
        assert!(!rescale.apply(&[0u16, 5, 1000], &mut out));
        assert_eq!(out, [-10, 0, 1990]);
        assert!(rescale.apply(&[0u16, 5, 65_535], &mut out));
        assert_eq!(out, [-10, 0, 32_767]);
        let half = Rescale {
            slope: 0.5,
            intercept: 0.25,
        };
        let mut floats = [0f32; 2];
        assert!(!half.apply(&[1u8, 3], &mut floats));
        assert_eq!(floats.map(|value| (value * 100.0) as i32), [75, 175]);
    }

    #[test]
    fn slices_of_unlike_types_share_one() {
        let (a, b) = (Needs::Type(DType::U16), Needs::Range(-1024.0, 3071.0));
        assert_eq!(a.and(b).dtype(), DType::I32);
        assert_eq!(a.and(Needs::Type(DType::F32)).dtype(), DType::F32);
        assert_eq!(
            Needs::Type(DType::U32).and(Needs::Type(DType::F32)).dtype(),
            DType::F64
        );
        assert_eq!(a.and(a), a);
    }
}
