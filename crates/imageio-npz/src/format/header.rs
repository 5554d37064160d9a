//! The header of an NPY array: magic, version, length and a Python dictionary.
//!
//! NEP 1 and `numpy.lib.format`: version 1.0 has a 16-bit length, 2.0 a 32-bit one, 3.0 is 2.0 in UTF-8.

use imageio_core::{DType, Error, Result};

use super::literal::Literal;

/// What every NPY file begins with.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// Bytes that tell how long the header is.
pub(crate) const PREFIX: usize = 12;

/// No header of numbers comes near to this; NumPy itself stops at 10000 bytes.
const LONGEST: usize = 1 << 20;

/// NumPy's own bound for the number of axes.
const MOST_AXES: usize = 64;

/// What the header says about the elements.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) dtype: DType,
    /// Whether the bytes of a number lie in the other order than this machine's.
    pub(crate) is_swapped: bool,
    /// Whether the first axis is the one that moves fastest.
    pub(crate) is_fortran: bool,
    pub(crate) shape: Vec<usize>,
    /// Bytes before the elements.
    pub(crate) len: usize,
}

impl Header {
    /// Length of the whole header, told by the first [`PREFIX`] bytes.
    pub(crate) fn len_of(prefix: &[u8]) -> Result<usize> {
        let Some(rest) = prefix.strip_prefix(MAGIC) else {
            return Err(Error::corrupt("the array does not begin as NPY does"));
        };
        let (start, len) = match *rest {
            [1, _, low, high, ..] => (10, usize::from(u16::from_le_bytes([low, high]))),
            [2 | 3, _, a, b, c, d, ..] => (12, u32::from_le_bytes([a, b, c, d]) as usize),
            [version, minor, ..] if version > 3 || version == 0 => {
                return Err(Error::unsupported(format!("NPY version {version}.{minor}")));
            }
            _ => return Err(Error::corrupt("the array's header is cut off")),
        };
        if len > LONGEST {
            let message = format!("an array's header of {len} bytes, at most {LONGEST} are read");
            return Err(Error::corrupt(message));
        }
        Ok(start + len)
    }

    /// Reads a whole header.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let version = bytes.get(MAGIC.len()).copied().unwrap_or(0);
        let start = if version == 1 { 10 } else { PREFIX };
        let text = bytes.get(start..).unwrap_or_default();
        let literal = match std::str::from_utf8(text) {
            Ok(text) => Literal::parse(text)?,
            Err(error) if version == 3 => {
                let message = format!("the array's header is not UTF-8: {error}");
                return Err(Error::corrupt(message));
            }
            // Versions 1 and 2 are in Latin-1.
            Err(_) => Literal::parse(&text.iter().map(|&b| char::from(b)).collect::<String>())?,
        };
        let missing = |key: &str| Error::corrupt(format!("the array's header has no `{key}`"));
        let descr = literal.get("descr").ok_or_else(|| missing("descr"))?;
        let order = literal
            .get("fortran_order")
            .ok_or_else(|| missing("fortran_order"))?;
        let shape = literal.get("shape").ok_or_else(|| missing("shape"))?;
        let (dtype, is_swapped) = element_type(descr)?;
        Ok(Header {
            dtype,
            is_swapped,
            is_fortran: truth(order)?,
            shape: axes(shape)?,
            len: bytes.len(),
        })
    }

    /// Bytes of the elements; nothing where they cannot be counted.
    pub(crate) fn data_len(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(self.dtype.size() as u64, |len, &axis| {
                len.checked_mul(axis as u64)
            })
    }
}

fn truth(value: &Literal) -> Result<bool> {
    match value {
        Literal::Name(name) if name == "True" => Ok(true),
        Literal::Name(name) if name == "False" => Ok(false),
        other => Err(Error::corrupt(format!("`fortran_order` is {other:?}"))),
    }
}

fn axes(value: &Literal) -> Result<Vec<usize>> {
    let wrong = || Error::corrupt(format!("`shape` is {value:?}"));
    let Literal::List(items) = value else {
        return Err(wrong());
    };
    if items.len() > MOST_AXES {
        let message = format!("an array of {} axes, at most {MOST_AXES}", items.len());
        return Err(Error::corrupt(message));
    }
    let axis = |item: &Literal| match item {
        Literal::Int(len) => usize::try_from(*len).ok(),
        _ => None,
    };
    items
        .iter()
        .map(axis)
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

/// The element type that NumPy writes as `<u2`, and whether its bytes must be swapped.
fn element_type(descr: &Literal) -> Result<(DType, bool)> {
    let Literal::Text(text) = descr else {
        return Err(Error::unsupported(
            "an array of records, an image has one number an element",
        ));
    };
    let (order, code) = match text.chars().next() {
        Some(order @ ('<' | '>' | '|' | '=')) => (order, &text[1..]),
        _ => ('=', text.as_str()),
    };
    let known = DType::ALL
        .iter()
        .find(|dtype| dtype.npy_code() == code || dtype.name() == code);
    let dtype = match (known, code) {
        (Some(dtype), _) => *dtype,
        (None, "?") => DType::Bool,
        (None, _) => return Err(refuse(text, code)),
    };
    let foreign = if cfg!(target_endian = "big") {
        '<'
    } else {
        '>'
    };
    Ok((dtype, order == foreign && dtype.size() > 1))
}

fn refuse(text: &str, code: &str) -> Error {
    let what = match code.chars().next() {
        Some('O') => "an array of Python objects, which is a pickle: it could run any program",
        Some('S' | 'a' | 'U' | 'T') => "an array of texts",
        Some('M' | 'm') => "an array of dates or time spans",
        Some('V') => "an array of raw bytes",
        Some('f' | 'g' | 'c' | 'G') => "an array of extended floating-point numbers",
        _ => "an array of an unknown type",
    };
    Error::unsupported(format!("{what} (`{text}`)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imageio_core::ErrorKind;

    fn file(version: u8, text: &str) -> Vec<u8> {
        let mut bytes = [MAGIC, &[version, 0]].concat();
        match version {
            1 => bytes.extend((text.len() as u16).to_le_bytes()),
            _ => bytes.extend((text.len() as u32).to_le_bytes()),
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    fn dict(descr: &str) -> String {
        format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}\n")
    }

    #[test]
    fn all_versions_say_the_same() {
        for version in 1..=3 {
            let bytes = file(version, &dict("'>c16'"));
            assert_eq!(Header::len_of(&bytes[..PREFIX]).ok(), Some(bytes.len()));
            let header = Header::parse(&bytes).expect("a header");
            assert_eq!(header.dtype, DType::C128);
            assert!(header.is_swapped && !header.is_fortran);
            assert_eq!((header.shape, header.len), (vec![2], bytes.len()));
        }
        let refused = Header::len_of(&file(4, &dict("'<u1'"))).expect_err("version 4");
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
    }

    // checklist: E-312
    #[test]
    fn every_numeric_type_is_known_and_no_other() {
        for dtype in DType::ALL {
            let swapped = dtype.size() > 1;
            for (order, is_swapped) in [("<", false), (">", swapped), ("=", false), ("", false)] {
                let bytes = file(1, &dict(&format!("'{order}{}'", dtype.npy_code())));
                let header = Header::parse(&bytes).expect("a numeric type");
                assert_eq!((header.dtype, header.is_swapped), (*dtype, is_swapped));
            }
        }
        for (descr, word) in [
            ("'|O'", "pickle"),
            ("'<U5'", "texts"),
            ("'|S3'", "texts"),
            ("'<M8[ns]'", "dates"),
            ("'<f16'", "extended"),
            ("'|V4'", "raw"),
            ("'<q9'", "unknown"),
            ("[('a', '<f4')]", "records"),
        ] {
            let error = Header::parse(&file(1, &dict(descr))).expect_err(descr);
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.message().contains(word), "{error}");
        }
    }

    #[test]
    fn broken_headers_are_corrupt() {
        for text in [
            "{}",
            "{'descr': '<u1', 'fortran_order': False}",
            "{'descr': '<u1', 'fortran_order': 0, 'shape': (2,)}",
            "{'descr': '<u1', 'fortran_order': True, 'shape': 2}",
            "{'descr': '<u1', 'fortran_order': True, 'shape': ('2',)}",
        ] {
            let error = Header::parse(&file(1, text)).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        }
        let long = [MAGIC, &[2, 0, 0, 0, 0, 0xff]].concat();
        assert!(Header::len_of(&long).is_err());
        let axes = format!("({})", "1, ".repeat(65));
        let text = format!("{{'descr': '<u1', 'fortran_order': True, 'shape': {axes}}}");
        assert!(Header::parse(&file(1, &text)).is_err());
    }
}
