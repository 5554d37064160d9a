//! How stored numbers become the values they stand for (section 4.4.2.5).
#![expect(
    clippy::float_cmp,
    reason = "a scale of exactly 1 and an offset of exactly half the range mean something"
)]

use imageio_core::{DType, Value};

use super::header::Header;

/// The stored type, by `BITPIX`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stored {
    U8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl Stored {
    pub(crate) fn of_bitpix(bitpix: i64) -> Option<Self> {
        Some(match bitpix {
            8 => Stored::U8,
            16 => Stored::I16,
            32 => Stored::I32,
            64 => Stored::I64,
            -32 => Stored::F32,
            -64 => Stored::F64,
            _ => return None,
        })
    }

    pub(crate) fn bitpix(self) -> i64 {
        let bits = 8 * self.width() as i64;
        if self.is_float() { -bits } else { bits }
    }

    /// Bytes of a number.
    pub(crate) fn width(self) -> usize {
        self.dtype().size()
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Stored::F32 | Stored::F64)
    }

    pub(crate) fn dtype(self) -> DType {
        match self {
            Stored::U8 => DType::U8,
            Stored::I16 => DType::I16,
            Stored::I32 => DType::I32,
            Stored::I64 => DType::I64,
            Stored::F32 => DType::F32,
            Stored::F64 => DType::F64,
        }
    }

    /// The type with the other sign, which a `BZERO` of half its range stands for.
    fn other_sign(self) -> Option<DType> {
        Some(match self {
            Stored::U8 => DType::I8,
            Stored::I16 => DType::U16,
            Stored::I32 => DType::U32,
            Stored::I64 => DType::U64,
            _ => return None,
        })
    }

    /// The `BZERO` that stands for the other sign.
    pub(crate) fn offset(self) -> i128 {
        match self {
            Stored::U8 => -128,
            _ => 1 << (8 * self.width() - 1),
        }
    }
}

/// The keywords that scale an image.
#[derive(Clone, Debug)]
pub(crate) struct Scaling {
    scale: f64,
    zero: f64,
    /// Whether `BZERO` is exactly half the range of the stored type.
    zero_is_offset: bool,
    blank: Option<i64>,
}

impl Scaling {
    pub(crate) fn of(header: &Header, stored: Stored) -> Self {
        let zero_is_offset = match header.get("BZERO") {
            Some(Value::Int(zero)) => *zero == stored.offset(),
            Some(Value::Float(zero)) => *zero == stored.offset() as f64,
            _ => false,
        };
        // Of floats, what is not a number is NaN; there BLANK means nothing.
        let blank = header.get("BLANK").filter(|_| !stored.is_float());
        Scaling {
            scale: header.number("BSCALE").unwrap_or(1.0),
            zero: header.number("BZERO").unwrap_or(0.0),
            zero_is_offset: zero_is_offset && !stored.is_float(),
            blank: blank.and_then(Value::as_i64),
        }
    }

    /// The same image with another number for what is not there.
    pub(crate) fn or_blank(mut self, blank: Option<i64>) -> Self {
        self.blank = self.blank.or(blank);
        self
    }

    pub(crate) fn zero_is_offset(&self) -> bool {
        self.zero_is_offset
    }
}

/// Which of the keywords count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) scaled: bool,
    pub(crate) unsigned: bool,
    pub(crate) blank: bool,
}

/// What happens to each number on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rule {
    /// Nothing.
    Keep,
    /// The top bit changes, and with it the sign.
    Flip,
    /// Floats: `number * scale + zero`, and NaN for what is blank.
    Scale {
        scale: f64,
        zero: f64,
        blank: Option<i64>,
    },
}

/// The way from stored numbers to elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Conversion {
    pub(crate) stored: Stored,
    pub(crate) rule: Rule,
    pub(crate) dtype: DType,
}

impl Conversion {
    pub(crate) fn new(stored: Stored, scaling: &Scaling, wanted: Wanted) -> Self {
        let blank = scaling.blank.filter(|_| wanted.blank);
        let (scale, zero) = (scaling.scale, scaling.zero);
        let plain = scale == 1.0 && zero == 0.0 && blank.is_none();
        let keep = Conversion {
            stored,
            rule: Rule::Keep,
            dtype: stored.dtype(),
        };
        if plain || !wanted.scaled {
            return keep;
        }
        if wanted.unsigned
            && scale == 1.0
            && scaling.zero_is_offset
            && let Some(dtype) = stored.other_sign()
        {
            let rule = Rule::Flip;
            return Conversion {
                rule,
                dtype,
                ..keep
            };
        }
        // As astropy does: small integers fit a float, larger ones a double.
        let dtype = match stored {
            Stored::U8 | Stored::I16 | Stored::F32 => DType::F32,
            Stored::I32 | Stored::I64 | Stored::F64 => DType::F64,
        };
        let rule = Rule::Scale { scale, zero, blank };
        Conversion {
            rule,
            dtype,
            ..keep
        }
    }

    /// Whether numbers keep their width, so that they are converted where they are.
    pub(crate) fn is_in_place(self) -> bool {
        self.stored.width() == self.dtype.size()
    }
}
