//! Arrays as NumPy saves them.

use crate::run::Result;
use std::path::Path;

#[derive(Debug, Default)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    /// NumPy's name: `uint16`.
    pub(super) dtype: String,
    /// Row-major, little-endian.
    pub(super) bytes: Vec<u8>,
}

impl Array {
    pub(super) fn load(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&bytes).ok_or_else(|| format!("{}: not a plain .npy file", path.display()))
    }

    /// Version 1 and 2 of the format, C order, little-endian or one byte an element.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\x93NUMPY")?;
        let (version, rest) = rest.split_at_checked(2)?;
        let (length, rest) = if version.first() == Some(&1) {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        } else {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            (u32::from_le_bytes(*length) as usize, rest)
        };
        let (header, data) = rest.split_at_checked(length)?;
        let header = std::str::from_utf8(header).ok()?;
        let field = |name: &str| {
            header
                .split_once(&format!("'{name}':"))
                .map(|(_, rest)| rest.trim_start())
        };
        let dtype = name_of(field("descr")?.strip_prefix('\'')?.split('\'').next()?)?;
        let shape = field("shape")?.strip_prefix('(')?.split(')').next()?;
        let shape = shape.split(',').map(str::trim).filter(|n| !n.is_empty());
        let shape: Vec<usize> = shape
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()
            .ok()?;
        let whole = shape.iter().product::<usize>() * size_of_one(&dtype)? == data.len();
        (whole && field("fortran_order")?.starts_with("False")).then(|| Self {
            shape,
            dtype,
            bytes: data.to_vec(),
        })
    }

    /// The elements as numbers; complex ones give two each.
    pub(super) fn values(&self) -> Vec<f64> {
        fn each<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
            bytes
                .chunks_exact(N)
                .filter_map(|one| one.try_into().ok())
                .map(number)
                .collect()
        }
        let bytes = &self.bytes;
        match self.dtype.as_str() {
            // NumPy keeps any byte but 0 as true, and Pillow writes 255.
            "bool" => each(bytes, |b: [u8; 1]| f64::from(u8::from(b != [0]))),
            "int8" => each(bytes, |b| i8::from_le_bytes(b).into()),
            "uint16" => each(bytes, |b| u16::from_le_bytes(b).into()),
            "int16" => each(bytes, |b| i16::from_le_bytes(b).into()),
            "uint32" => each(bytes, |b| u32::from_le_bytes(b).into()),
            "int32" => each(bytes, |b| i32::from_le_bytes(b).into()),
            "uint64" => each(bytes, |b| u64::from_le_bytes(b) as f64),
            "int64" => each(bytes, |b| i64::from_le_bytes(b) as f64),
            "float16" => each(bytes, |b| half(u16::from_le_bytes(b))),
            "float32" | "complex64" => each(bytes, |b| f32::from_le_bytes(b).into()),
            "float64" | "complex128" => each(bytes, f64::from_le_bytes),
            _ => each(bytes, |b: [u8; 1]| u8::from_le_bytes(b).into()),
        }
    }
}

/// The value of a float of 16 bits.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

fn name_of(code: &str) -> Option<String> {
    let (order, rest) = code.split_at_checked(1)?;
    let kind = match rest.split_at_checked(1)?.0 {
        "b" => return (rest == "b1").then(|| "bool".to_owned()),
        "u" => "uint",
        "i" => "int",
        "f" => "float",
        "c" => "complex",
        _ => return None,
    };
    let bits = 8 * rest.split_at_checked(1)?.1.parse::<usize>().ok()?;
    (order == "<" || order == "|").then(|| format!("{kind}{bits}"))
}

fn size_of_one(dtype: &str) -> Option<usize> {
    if dtype == "bool" {
        return Some(1);
    }
    let bits: usize = dtype
        .trim_start_matches(|c: char| c.is_alphabetic())
        .parse()
        .ok()?;
    Some(bits / 8)
}

#[cfg(test)]
mod tests {
    use super::Array;

    #[test]
    fn reads_what_numpy_saves() {
        let header = "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 1), }\n";
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        file.extend(header.as_bytes());
        file.extend([1, 0, 0, 1]);
        let array = Array::parse(&file).unwrap();
        assert_eq!(
            (array.shape.as_slice(), array.dtype.as_str()),
            ([2, 1].as_slice(), "uint16")
        );
        assert_eq!(array.values(), [1.0, 256.0]);
        assert!(Array::parse(&file[..file.len() - 1]).is_none());
    }
}
