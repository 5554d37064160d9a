//! How the bytes of a blob are packed.

use imageio_core::{Error, OptionValue, Result, Value};

/// How the bytes of a blob are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// As they are.
    No,
    /// With zlib, at its best.
    #[default]
    Zlib,
    /// With bz2, which packs more and takes longer.
    Bz2,
}

impl Compression {
    /// The number that stands for it in a file.
    pub(crate) fn code(self) -> u8 {
        match self {
            Compression::No => 0,
            Compression::Zlib => 1,
            Compression::Bz2 => 2,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        [Compression::No, Compression::Zlib, Compression::Bz2]
            .into_iter()
            .find(|packing| packing.code() == code)
    }

    fn name(self) -> &'static str {
        match self {
            Compression::No => "no",
            Compression::Zlib => "zlib",
            Compression::Bz2 => "bz2",
        }
    }
}

impl OptionValue for Compression {
    fn type_name() -> String {
        "0|no|1|zlib|2|bz2".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        let text = match value {
            Value::Int(number) => number.to_string(),
            other => String::from_value(other)?,
        };
        [Compression::No, Compression::Zlib, Compression::Bz2]
            .into_iter()
            .find(|packing| {
                text.eq_ignore_ascii_case(packing.name()) || text == packing.code().to_string()
            })
            .ok_or_else(|| {
                Error::bad_option(format!("{text:?} is none of 0, 1, 2, `no`, `zlib`, `bz2`"))
            })
    }

    fn to_value(&self) -> Value {
        self.name().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-326
    #[test]
    fn numbers_and_names_are_known() {
        for (code, name) in [(0, "no"), (1, "zlib"), (2, "bz2")] {
            let packing = Compression::from_code(code);
            let given = [
                Value::from(code),
                Value::from(name),
                Value::from(name.to_uppercase()),
                Value::from(code.to_string()),
            ];
            for value in given {
                assert_eq!(Compression::from_value(&value).ok(), packing);
            }
            assert_eq!(packing.map(|packing| packing.to_value()), Some(name.into()));
        }
        for value in [
            Value::from(3),
            Value::from("lzma"),
            Value::Null,
            Value::from(-1),
        ] {
            let error = Compression::from_value(&value).expect_err("no packing");
            assert_eq!(error.kind(), imageio_core::ErrorKind::BadOption);
        }
    }
}
